//! `reconcile`: finishing what is held once its reason is gone, bringing changed configurations to the callers, and saying
//! or mending what somebody else changed.
//!
//! It works from the store alone: what a hold and a running deployment were made under is in the ledger. With a checkout
//! it works for that checkout's functions, and sees in addition when a held commit has left its branch. What has to be
//! done about a target is decided in core (`plan::errand`); how it is done is the same plan and the same steps as ever.

mod one_target;
mod scope;

use std::collections::BTreeMap;
use std::time::Duration;

use shipway_core::plan::{Again, NothingBecause, Restore, Switch};
use shipway_core::store_layout::{self, StorePrefix};

use self::one_target::Reconciliation;
pub use self::scope::{ReconcileTarget, of_environment, of_store};
use super::consider::{DeployOptions, First, Provisioning};
use super::outcome::{FunctionReport, Outcome, RunReport};
use super::release;
use crate::OperationError;
use crate::at_once::at_once;
use crate::context::{Assignment, Ports};
use crate::ports::{Event, Head};

/// What the user allowed for this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReconcileOptions {
    /// Whether an alias that a person moved is moved back.
    pub restore: Restore,
    /// How many targets are worked on at the same time; at least 1.
    pub concurrency: usize,
}

/// Looks at every target and does what is outstanding. `head` is what is checked out, where there is a checkout.
///
/// # Errors
/// None as a whole: what went wrong with one target is in its report.
pub async fn reconcile(
    ports: &Ports<'_>,
    targets: &[ReconcileTarget],
    head: Option<&Head>,
    options: &ReconcileOptions,
) -> RunReport {
    let begun = ports.clock.monotonic();
    let usual = deploy_options(options.restore);
    let restoring = deploy_options(Restore::Yes);
    let runs = targets.iter().map(|target| {
        let reconciliation = Reconciliation { ports, target, head, usual: &usual, restoring: &restoring };
        async move { reconciliation.run().await }
    });
    let functions = at_once(options.concurrency.max(1), runs).await;
    record_releases(ports, targets, &functions).await;
    RunReport { functions, took: ports.clock.monotonic() - begun }
}

/// What was finished is a release of its environment: `rollback` without names undoes it.
async fn record_releases(ports: &Ports<'_>, targets: &[ReconcileTarget], functions: &[FunctionReport]) {
    let mut by_environment: BTreeMap<StorePrefix, Vec<&FunctionReport>> = BTreeMap::new();
    for (target, function) in targets.iter().zip(functions) {
        let Assignment { project, environment, .. } = &target.assignment;
        by_environment.entry(store_layout::releases(project, environment)).or_default().push(function);
    }
    for (prefix, functions) in by_environment {
        if let Err(error) = release::record(ports, &prefix, None, &functions, &BTreeMap::new()).await {
            let message = format!("the release could not be recorded: {error}");
            ports.reporter.report(Event::Warning { function: None, message });
        }
    }
}

fn deploy_options(restore: Restore) -> DeployOptions {
    DeployOptions {
        again: Again::No,
        switch: Switch::No,
        restore,
        first: First::Expected,
        provisioning: Provisioning::Later,
        accepted: BTreeMap::new(),
    }
}

/// How long one who waits for provisioning pauses between two looks.
const PAUSE: Duration = Duration::from_secs(5);

/// Reconciles those of `targets` that `report` says are held, again and again, until none is or `patience` is used up.
/// What became of them replaces what `report` said of them.
///
/// # Errors
/// None as a whole, as with [`reconcile`].
pub async fn wait_for_provisioning(
    ports: &Ports<'_>,
    targets: &[ReconcileTarget],
    mut report: RunReport,
    patience: Duration,
    options: &ReconcileOptions,
) -> RunReport {
    let begun = ports.clock.monotonic();
    loop {
        let waiting: Vec<ReconcileTarget> = targets
            .iter()
            .filter(|target| report.functions.iter().any(|function| is_held(function, target)))
            .cloned()
            .collect();
        let waited = ports.clock.monotonic() - begun;
        if waiting.is_empty() || waited >= patience {
            report.took += waited;
            return report;
        }
        ports.clock.sleep(PAUSE.min(patience - waited)).await;
        for done in reconcile(ports, &waiting, None, options).await.functions {
            if let Some(place) = report.functions.iter_mut().find(|known| known.function == done.function) {
                *place = FunctionReport { changes: place.changes.take(), took: place.took + done.took, ..done };
            }
        }
    }
}

fn is_held(report: &FunctionReport, target: &ReconcileTarget) -> bool {
    report.function == target.assignment.name && matches!(report.outcome, Outcome::Held { .. })
}

/// Ends the holds of these targets without their builds having been served.
///
/// # Errors
/// None as a whole: what went wrong with one target is in its report.
pub async fn cancel(ports: &Ports<'_>, targets: &[ReconcileTarget], concurrency: usize) -> RunReport {
    let begun = ports.clock.monotonic();
    let runs = targets.iter().map(|target| async move {
        let begun = ports.clock.monotonic();
        let outcome = one_target::cancel(ports, target).await.unwrap_or_else(Outcome::Failed);
        FunctionReport::of(&target.assignment, outcome, None, ports.clock.monotonic() - begun)
    });
    let functions = at_once(concurrency.max(1), runs).await;
    RunReport { functions, took: ports.clock.monotonic() - begun }
}

/// An error of one target becomes its outcome; being held up by a deployment that is under way is none.
fn outcome_of(result: Result<Outcome, OperationError>) -> Outcome {
    match result {
        Ok(outcome) => outcome,
        Err(OperationError::Refused(refusal)) => Outcome::Refused(refusal),
        Err(OperationError::StillHeld { .. }) => Outcome::Nothing(NothingBecause::UnderWay),
        Err(error) => Outcome::Failed(error),
    }
}
