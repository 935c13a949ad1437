//! Carrying out a prepared deployment: all targets at once, under one budget.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use shipway_core::contract::Contract;
use shipway_core::ledger::{
    Acceptance, BlockedRuntimes, Event as LedgerEvent, HeadState, HoldTerms, Intent, Present, TargetRules,
};
use shipway_core::plan::{Decision, RuntimeDays, Wish};
use shipway_core::step::Delivery;
use shipway_core::store_layout;
use shipway_core::target_name::TargetName;

use super::build::BuiltFunction;
use super::consider::{Consideration, Considered, DeployOptions, Prepared, ledger_of};
use super::outcome::{FunctionReport, Outcome, RunReport};
use super::target_deployment::{Due, TargetDeployment, Task};
use super::{release, shared_builds};
use crate::at_once::at_once;
use crate::context::{Assignment, Environment, Function, Ports};
use crate::ports::{Event, Head};

/// Carries out what was prepared. `prepared.plan` is what the user saw; nothing else is done unless the world moved
/// since, in which case it is planned again under the same rules.
pub async fn deploy(
    ports: &Ports<'_>,
    environment: &Environment,
    options: &DeployOptions,
    prepared: Prepared,
) -> RunReport {
    let begun = ports.clock.monotonic();
    let head = &prepared.head;
    let prepared_commit = head.commit.clone();
    let deployed_before = deployed_before(&prepared.functions);
    let runs =
        prepared.functions.into_iter().map(|considered| carry_out(ports, environment, options, head, considered));
    let functions = at_once(environment.concurrency, runs).await;
    let report = RunReport { functions, took: ports.clock.monotonic() - begun };
    let prefix = store_layout::releases(&environment.project, &environment.name);
    let functions: Vec<&FunctionReport> = report.functions.iter().collect();
    if let Err(error) = release::record(ports, &prefix, prepared_commit, &functions, &deployed_before).await {
        let message = format!("the release could not be recorded: {error}");
        ports.reporter.report(Event::Warning { function: None, message });
    }
    report
}

async fn carry_out(
    ports: &Ports<'_>,
    environment: &Environment,
    options: &DeployOptions,
    head: &Head,
    considered: Considered,
) -> FunctionReport {
    let begun = ports.clock.monotonic();
    let Considered { function, result, took } = considered;
    let consideration = match result {
        Ok(consideration) => consideration,
        Err(error) => return FunctionReport::new(&function, Outcome::Failed(error), None, took),
    };
    let running = consideration.plan.running.as_ref();
    let mut report = FunctionReport::new(&function, Outcome::Deployed, running, took);
    report.changes.clone_from(&consideration.plan.changes);
    let behind = consideration.present.clone().filter(|present| present.head == HeadState::Behind);
    let contract = consideration.built.as_ref().map(|built| built.record.contract.clone());
    report.outcome = match consideration {
        Consideration { plan, built: Some(built), wish: Some(wish), present, live, .. } => {
            let task = task(ports, environment, options, head, &function, (&built, wish), present.as_ref());
            let deployment = TargetDeployment::new(ports, options, task);
            report.deployment = Some(deployment.id().clone());
            let (outcome, running) = deployment.run(plan.decision, present, live).await;
            if let Some(running) = &running {
                report.serves(running);
            }
            if let Outcome::Deployed = outcome
                && let Err(reason) = shared_builds::leave(ports, environment, &built).await
            {
                let message = format!("its build could not be left for other machines: {reason}");
                ports.reporter.report(Event::Warning { function: Some(function.name.clone()), message });
            }
            outcome
        }
        Consideration { plan, .. } => settled(plan.decision),
    };
    if let Some(contract) = contract {
        report.needs(&contract);
    }
    if let (Outcome::Nothing(_), Some(present)) = (&report.outcome, behind) {
        // Whoever deployed it was killed before the head said so.
        ledger_of(environment, &function).reflect(ports, &present).await;
    }
    report.took = took + elapsed(ports, begun);
    report
}

/// What of that is accepted which this build needs: one run may be about functions that need different things.
fn needed_of(accepted: &BTreeMap<String, Acceptance>, contract: &Contract) -> BTreeMap<String, Acceptance> {
    let needed = contract.required_variables();
    accepted.iter().filter(|(name, _)| needed.contains(*name)).map(|(name, it)| (name.clone(), it.clone())).collect()
}

fn task(
    ports: &Ports<'_>,
    environment: &Environment,
    options: &DeployOptions,
    head: &Head,
    function: &Function,
    (built, wish): (&BuiltFunction, Wish),
    present: Option<&Present>,
) -> Task {
    let now = ports.clock.now();
    // Deployed again while it waits, it waits since the same day.
    let waiting = present.and_then(|present| present.state().hold.as_ref());
    let since = waiting.filter(|hold| hold.build.build == wish.build.build).map_or(now, |hold| hold.since);
    let hold_for = SignedDuration::try_from(environment.hold_for).unwrap_or(SignedDuration::MAX);
    let terms = HoldTerms {
        target: function.target.clone(),
        environment: environment.name.clone(),
        function: function.name.clone(),
        architecture: wish.architecture,
        description: wish.description.clone(),
        branch: head.branch.clone(),
        rules: TargetRules {
            create_alias: environment.create_alias,
            unqualified: environment.unqualified,
            on_unknown: environment.on_unknown,
            blocked_runtimes: match wish.runtime_days {
                RuntimeDays::Judged { .. } => BlockedRuntimes::Refused,
                RuntimeDays::Ignored => BlockedRuntimes::Allowed,
            },
            on_drift: environment.on_drift,
            delivery: wish.delivery.unwrap_or(Delivery::Direct),
        },
        since,
        expires: now.checked_add(hold_for).unwrap_or(Timestamp::MAX),
        accepted: needed_of(&options.accepted, &wish.demand.contract),
    };
    Task {
        assignment: Assignment::of(environment, function),
        wish,
        record: built.record.clone(),
        file: Some(built.file.clone()),
        intent: Intent::Deploy,
        commit: head.commit.clone(),
        terms,
        due: Due::Always,
    }
}

/// The functions whose last event is a deployment that succeeded, and when that was.
fn deployed_before(functions: &[Considered]) -> BTreeMap<TargetName, Timestamp> {
    let last = functions.iter().filter_map(|considered| {
        let present = considered.result.as_ref().ok()?.present.as_ref()?;
        let LedgerEvent::Succeeded { running } = &present.entry.event else { return None };
        Some((considered.function.name.clone(), running.at))
    });
    last.collect()
}

/// The outcome of a decision that needs no deployment.
fn settled(decision: Decision) -> Outcome {
    match decision {
        Decision::Nothing { because, .. } => Outcome::Nothing(because),
        Decision::Superseded { by } => Outcome::Superseded { by },
        Decision::Refuse { refusal } => Outcome::Refused(refusal),
        Decision::Hold { reasons, nearest, .. } => Outcome::Held { reasons, nearest },
        Decision::Deploy { .. } | Decision::Create => {
            unreachable!("a function with something to do has a build and a wish")
        }
    }
}

fn elapsed(ports: &Ports<'_>, begun: Duration) -> Duration {
    ports.clock.monotonic() - begun
}
