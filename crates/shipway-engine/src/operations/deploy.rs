//! Carrying out a prepared deployment: all targets at once, under one budget.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use shipway_core::ledger::{Event as LedgerEvent, HeadState};
use shipway_core::plan::Decision;
use shipway_core::target_name::TargetName;

use super::consider::{Consideration, Considered, DeployOptions, Prepared, ledger_of};
use super::outcome::{FunctionReport, Outcome, RunReport};
use super::target_deployment::TargetDeployment;
use super::{release, shared_builds};
use crate::at_once::at_once;
use crate::context::{Environment, Ports};
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
    if let Err(error) = release::record(ports, environment, prepared_commit, &report, &deployed_before).await {
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
    report.outcome = match consideration {
        Consideration { plan, built: Some(built), wish: Some(wish), present, live, .. } => {
            let deployment = TargetDeployment::new(ports, environment, options, head, &function, built, wish);
            report.deployment = Some(deployment.id().clone());
            let (outcome, running) = deployment.run(plan.decision, present, live).await;
            if let Some(running) = &running {
                report.serves(running);
            }
            if let Outcome::Deployed = outcome
                && let Err(reason) = shared_builds::leave(ports, environment, deployment.built()).await
            {
                let message = format!("its build could not be left for other machines: {reason}");
                ports.reporter.report(Event::Warning { function: Some(function.name.clone()), message });
            }
            outcome
        }
        Consideration { plan, .. } => settled(plan.decision),
    };
    if let (Outcome::Nothing(_), Some(present)) = (&report.outcome, behind) {
        // Whoever deployed it was killed before the head said so.
        ledger_of(environment, &function).reflect(ports, &present).await;
    }
    report.took = took + elapsed(ports, begun);
    report
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
