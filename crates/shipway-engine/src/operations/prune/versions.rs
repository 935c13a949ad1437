//! The versions of one function: looking, and deleting one after the other with a look before each.

use std::collections::BTreeSet;

use shipway_core::ledger::{Present, State};
use shipway_core::live::LiveAlias;
use shipway_core::names::{Qualifier, Serving, Target, VersionNumber};
use shipway_core::pruning::{Keep, VersionFacts, VersionPlan, plan_versions, still_deletable};

use super::PrunedFunction;
use crate::OperationError;
use crate::context::{Environment, Function, Ports};
use crate::observe::{attempt, get_function};
use crate::ports::{CallErrorKind, Examination, VersionRemoval};
use crate::record::TargetLedger;

/// Looks at a function and plans.
pub(super) async fn plan(
    ports: &Ports<'_>,
    examination: &dyn Examination,
    environment: &Environment,
    function: &Function,
    keep: Keep,
) -> Result<VersionPlan, OperationError> {
    let name = &function.target.function;
    let listed = examination.list_versions(name).await;
    let versions = listed.map_err(attempt(format!("listing the versions of {name}")))?;
    let aliases = aliases(examination, function).await?;
    let ledgers = ledgers(ports, environment, function, &aliases).await?;
    let provisioned = examination.provisioned_concurrency(name).await;
    let provisioned = provisioned.map_err(attempt(format!("reading the provisioned concurrency of {name}")))?;
    let fed = examination.versions_with_event_sources(name).await;
    let mut facts = VersionFacts {
        function: name.clone(),
        versions,
        aliases,
        ledgers,
        provisioned: provisioned
            .into_iter()
            .filter_map(|provisioned| match provisioned.on {
                Qualifier::Version(number) => Some(number),
                Qualifier::Unqualified | Qualifier::Alias(_) => None,
            })
            .collect(),
        fed: fed.map_err(attempt(format!("reading the event sources of {name}")))?,
        permitted: BTreeSet::new(),
    };
    // Policies are asked for one by one, and only for those that would go.
    for doomed in plan_versions(&facts, keep, ports.clock.now()).delete {
        let policy = examination.policy(name, &Qualifier::Version(doomed.version)).await;
        if !policy.map_err(attempt(format!("reading the policy of version {} of {name}", doomed.version)))?.is_empty() {
            facts.permitted.insert(doomed.version);
        }
    }
    Ok(plan_versions(&facts, keep, ports.clock.now()))
}

async fn aliases(examination: &dyn Examination, function: &Function) -> Result<Vec<LiveAlias>, OperationError> {
    let name = &function.target.function;
    examination.list_aliases(name).await.map_err(attempt(format!("listing the aliases of {name}")))
}

/// The ledgers of every alias of the function, of the target's own even if it is gone, and of `$LATEST`.
async fn ledgers(
    ports: &Ports<'_>,
    environment: &Environment,
    function: &Function,
    aliases: &[LiveAlias],
) -> Result<Vec<(Serving, State)>, OperationError> {
    let mut servings: BTreeSet<Serving> = aliases.iter().map(|alias| Serving::Alias(alias.name.clone())).collect();
    servings.extend([function.target.serving.clone(), Serving::Latest]);
    let mut ledgers = Vec::new();
    for serving in servings {
        let target = Target { serving: serving.clone(), ..function.target.clone() };
        let ledger = TargetLedger::new(&target, &environment.project, &environment.name, &function.name);
        let present = ledger.present(ports).await?;
        ledgers.extend(present.as_ref().map(Present::state).map(|state| (serving, state.clone())));
    }
    Ok(ledgers)
}

/// Deletes what was planned, oldest first.
pub(super) async fn carry_out(
    ports: &Ports<'_>,
    (examination, removal): (&dyn Examination, &dyn VersionRemoval),
    environment: &Environment,
    function: &Function,
    plan: Result<VersionPlan, OperationError>,
) -> PrunedFunction {
    let mut pruned = PrunedFunction {
        function: function.name.clone(),
        function_name: function.target.function.clone(),
        deleted: Vec::new(),
        spared: Vec::new(),
        failed: None,
    };
    let plan = match plan {
        Ok(plan) => plan,
        Err(error) => return PrunedFunction { failed: Some(error), ..pruned },
    };
    for doomed in plan.delete {
        let outcome = one(ports, (examination, removal), environment, function, doomed.version).await;
        match outcome {
            Ok(Ok(())) => pruned.deleted.push(doomed),
            Ok(Err(reason)) => pruned.spared.push((doomed.version, reason)),
            Err(error) => {
                pruned.failed = Some(error);
                break;
            }
        }
    }
    pruned
}

/// Looks once more, and deletes one version; or says what needs it by now.
async fn one(
    ports: &Ports<'_>,
    (examination, removal): (&dyn Examination, &dyn VersionRemoval),
    environment: &Environment,
    function: &Function,
    version: VersionNumber,
) -> Result<Result<(), String>, OperationError> {
    let name = &function.target.function;
    let aliases = aliases(examination, function).await?;
    let ledgers = ledgers(ports, environment, function, &aliases).await?;
    if let Err(reason) = still_deletable(version, &aliases, &ledgers) {
        return Ok(Err(reason));
    }
    let Err(error) = removal.delete_version(name, version).await else { return Ok(Ok(())) };
    match error.kind {
        // An alias was faster.
        CallErrorKind::Conflict => Ok(Err(error.message)),
        // Whether it happened shows.
        CallErrorKind::Unknown if get_function(ports, name, &Qualifier::Version(version)).await?.is_none() => {
            Ok(Ok(()))
        }
        _ => Err(attempt(format!("deleting version {version} of {name}"))(error)),
    }
}
