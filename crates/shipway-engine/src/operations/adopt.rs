//! Taking over what runs already: record it, keep its bytes, change nothing.

use std::collections::{BTreeMap, BTreeSet};

use shipway_core::build::{BUILD_RECORD_VERSION, BuildRecord, Origin, Platform, Product, WorkTree};
use shipway_core::contract::Contract;
use shipway_core::digest::ArtifactDigest;
use shipway_core::ledger::{BuildReference, Claim, Event as LedgerEvent, HoldReason, Intent, Present, Running};
use shipway_core::live::{LiveFunction, Package};
use shipway_core::names::{Qualifier, Version};
use shipway_core::plan::{Live, LiveServing, NothingBecause, Refusal};
use shipway_core::store_layout;

use super::consider::{check_account, ledger_of};
use super::outcome::{FunctionReport, Outcome, RunReport};
use super::target_deployment::new_deployment_id;
use crate::OperationError;
use crate::at_once::at_once;
use crate::context::{Environment, Function, Ports};
use crate::observe::{attempt, observe};
use crate::ports::ArtifactFile;
use crate::record::{Holding, StandIn, create_record, put_artifact};

/// Adopts every function of `environment`.
///
/// # Errors
/// When the account is another one. What became of each function is in its report.
pub async fn adopt(ports: &Ports<'_>, environment: &Environment) -> Result<RunReport, OperationError> {
    check_account(ports, &environment.account).await?;
    let begun = ports.clock.monotonic();
    let functions = at_once(
        environment.concurrency,
        environment.functions.iter().map(|function| one(ports, environment, function)),
    )
    .await;
    Ok(RunReport { functions, took: ports.clock.monotonic() - begun })
}

async fn one(ports: &Ports<'_>, environment: &Environment, function: &Function) -> FunctionReport {
    let begun = ports.clock.monotonic();
    let adopted = adopt_one(ports, environment, function).await;
    let (outcome, running) = adopted.unwrap_or_else(|error| (Outcome::Failed(error), None));
    let took = ports.clock.monotonic() - begun;
    let report = FunctionReport::new(function, outcome, running.as_ref(), took);
    FunctionReport { deployment: running.map(|running| running.deployment), ..report }
}

async fn adopt_one(
    ports: &Ports<'_>,
    environment: &Environment,
    function: &Function,
) -> Result<(Outcome, Option<Running>), OperationError> {
    let held = |reason| Ok((Outcome::Held { reasons: vec![reason], nearest: Vec::new() }, None));
    let Some(live) = observe(ports, &function.target, environment.patience.lambda).await? else {
        return held(HoldReason::FunctionMissing);
    };
    let Some(reached) = live.reached() else { return held(HoldReason::AliasMissing) };
    if reached.package == Package::Image {
        return Ok((Outcome::Refused(Refusal::ImageFunction), None));
    }
    let Ok(artifact) = ArtifactDigest::from_code_sha256(&reached.code_sha256) else {
        return Ok((Outcome::Refused(Refusal::ImageFunction), None));
    };
    let ledger = ledger_of(environment, function);
    let present = ledger.present(ports).await?;
    if let Some(running) = known_already(environment, present.as_ref(), &live, &artifact) {
        return Ok((Outcome::Nothing(NothingBecause::SamePackage), Some(running)));
    }
    let file = keep_bytes(ports, function, &live, &artifact).await?;
    let build = keep_record(ports, function, reached, &file).await?;
    let deployment = new_deployment_id(ports);
    let running = Running {
        deployment: deployment.clone(),
        build: build.clone(),
        lambda_version: serving_version(&live),
        provisioned: None,
        frozen: reached.frozen_parts(),
        accepted: BTreeMap::new(),
        missing: BTreeSet::new(),
        rules: None,
        at: ports.clock.now(),
    };
    let claim = Claim {
        deployment,
        project: environment.project.clone(),
        environment: environment.name.clone(),
        function: function.name.function().clone(),
        intent: Intent::Adopt,
        build,
        accepted: BTreeMap::new(),
        finishes: None,
    };
    let holding = Holding::claim(ports, ledger, present.as_ref(), claim, StandIn::Nobody)
        .await
        .map_err(|error| error.into_operation_error(&function.target))?;
    holding.end(ports, LedgerEvent::Adopted { running: running.clone() }).await?;
    Ok((Outcome::Adopted, Some(running)))
}

/// What the ledger says already, if it is this very thing.
fn known_already(
    environment: &Environment,
    present: Option<&Present>,
    live: &Live,
    artifact: &ArtifactDigest,
) -> Option<Running> {
    let state = present?.state();
    let running = state.running.as_ref()?;
    let same = state.project == environment.project
        && running.build.artifact == *artifact
        && running.lambda_version == serving_version(live);
    same.then(|| running.clone())
}

fn serving_version(live: &Live) -> Version {
    match &live.serving {
        LiveServing::Alias { alias, .. } => alias.version,
        LiveServing::Latest | LiveServing::AliasAbsent => Version::Latest,
    }
}

/// Fetches the zip that runs and puts it into the store, so that it can be rolled back to.
async fn keep_bytes(
    ports: &Ports<'_>,
    function: &Function,
    live: &Live,
    artifact: &ArtifactDigest,
) -> Result<ArtifactFile, OperationError> {
    let qualifier = match serving_version(live) {
        Version::Latest => Qualifier::Unqualified,
        Version::Published(number) => Qualifier::Version(number),
    };
    let name = &function.target.function;
    let file = ports
        .lambda
        .fetch_code(name, &qualifier, artifact)
        .await
        .map_err(attempt(format!("fetching the code of {name}")))?;
    put_artifact(ports, &file).await?;
    Ok(file)
}

async fn keep_record(
    ports: &Ports<'_>,
    function: &Function,
    reached: &LiveFunction,
    file: &ArtifactFile,
) -> Result<BuildReference, OperationError> {
    let configuration = &reached.configuration;
    let unreadable = |what: &str| OperationError::Usage {
        message: format!("{} has no {what} that could be recorded", function.target.function),
        hint: None,
    };
    let runtime = configuration.runtime.as_deref().and_then(|runtime| runtime.parse().ok());
    let handler = configuration.handler.as_deref().and_then(|handler| handler.parse().ok());
    let record = BuildRecord {
        version: BUILD_RECORD_VERSION,
        function: function.name.function().clone(),
        product: Product::Function,
        artifact: file.artifact,
        package_digest: None,
        zip_bytes: file.bytes,
        unzipped_bytes: 0,
        platform: Platform::Lambda { architecture: reached.architecture },
        contract: Contract::new(
            runtime.ok_or_else(|| unreadable("runtime"))?,
            handler.ok_or_else(|| unreadable("handler"))?,
        ),
        origin: Origin::Adopted,
        tools: BTreeMap::new(),
    };
    let (bytes, digest) = record.to_bytes();
    create_record(ports, &store_layout::build_record(&digest), &bytes).await?;
    Ok(BuildReference { work_tree: WorkTree::Clean, ..BuildReference::of(&record, digest) })
}
