//! `prune`: deletes versions of functions, and artifacts, that nothing needs any more.
//!
//! First everything is looked at and planned (`plan_prune`); what may go is decided in core (`pruning`). The plan is
//! shown, confirmed and carried out as it stands (`prune`), and just before each deletion aliases and ledgers are looked at
//! again: what is needed by then is spared.

mod artifacts;
mod versions;

use shipway_core::exit::ExitCode;
use shipway_core::names::{EnvironmentName, FunctionName, VersionNumber};
use shipway_core::pruning::{ArtifactPlan, Doomed, DoomedVersion, Keep, VersionPlan};
use shipway_core::target_name::TargetName;

use super::consider::check_account;
use crate::OperationError;
use crate::at_once::at_once;
use crate::context::{Environment, Ports};
use crate::ports::{Examination, VersionRemoval};

/// What may be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PruneOptions {
    /// How many versions are kept.
    pub keep: Keep,
    /// Whether artifacts in the store are looked at as well.
    pub artifacts: Artifacts,
}

/// Whether artifacts in the store may be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Artifacts {
    /// All stay.
    Kept,
    /// Those that nothing refers to may go.
    Pruned,
}

/// What is to be deleted.
#[derive(Debug)]
pub struct PrunePlan {
    /// The environment.
    pub environment: EnvironmentName,
    /// How many versions are kept.
    pub keep: Keep,
    /// Each function, by name; or why it could not be looked at.
    pub functions: Vec<(TargetName, Result<VersionPlan, OperationError>)>,
    /// The store's artifacts, if they are to be pruned.
    pub artifacts: Option<ArtifactPlan>,
}

impl PrunePlan {
    /// Whether carrying it out would delete anything.
    #[must_use]
    pub fn acts(&self) -> bool {
        let versions = self.functions.iter().any(|(_, plan)| plan.as_ref().is_ok_and(|plan| !plan.delete.is_empty()));
        versions || self.artifacts.as_ref().is_some_and(|plan| !plan.delete.is_empty())
    }
}

/// What became of one function.
#[derive(Debug)]
pub struct PrunedFunction {
    /// The function.
    pub function: TargetName,
    /// Its name in AWS.
    pub function_name: FunctionName,
    /// What was deleted.
    pub deleted: Vec<DoomedVersion>,
    /// What was spared after all, and why.
    pub spared: Vec<(VersionNumber, String)>,
    /// What went wrong; nothing more was deleted of the function then.
    pub failed: Option<OperationError>,
}

/// What became of the artifacts.
#[derive(Debug, Default)]
pub struct PrunedArtifacts {
    /// What was deleted.
    pub deleted: Vec<Doomed>,
    /// How many were spared after all.
    pub spared: usize,
    /// What went wrong; nothing more was deleted then.
    pub failed: Option<OperationError>,
}

/// What became of a plan.
#[derive(Debug)]
pub struct PruneReport {
    /// Each function, by name.
    pub functions: Vec<PrunedFunction>,
    /// The artifacts, if they were to be pruned.
    pub artifacts: Option<PrunedArtifacts>,
}

impl PruneReport {
    /// How the run ends: the worst wins.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        let functions = self.functions.iter().filter_map(|function| function.failed.as_ref());
        let artifacts = self.artifacts.iter().filter_map(|artifacts| artifacts.failed.as_ref());
        ExitCode::worst(functions.chain(artifacts).map(OperationError::exit_code))
    }
}

/// Looks at everything and plans. Nothing is deleted.
///
/// # Errors
/// When the account is another one, or the store's references cannot all be read. What went wrong with one function is in
/// the plan.
pub async fn plan_prune(
    ports: &Ports<'_>,
    examination: &dyn Examination,
    environment: &Environment,
    options: PruneOptions,
) -> Result<PrunePlan, OperationError> {
    check_account(ports, &environment.account).await?;
    let plans = environment.functions.iter().map(|function| async move {
        let plan = versions::plan(ports, examination, environment, function, options.keep).await;
        (function.name.clone(), plan)
    });
    let functions = at_once(environment.concurrency, plans).await;
    let artifacts = match options.artifacts {
        Artifacts::Kept => None,
        Artifacts::Pruned => Some(artifacts::plan(ports, options.keep).await?),
    };
    Ok(PrunePlan { environment: environment.name.clone(), keep: options.keep, functions, artifacts })
}

/// Carries out a plan: the versions first, oldest first, then the artifacts.
///
/// # Errors
/// None as a whole: what went wrong is in the report.
pub async fn prune(
    ports: &Ports<'_>,
    (examination, removal): (&dyn Examination, &dyn VersionRemoval),
    environment: &Environment,
    plan: PrunePlan,
) -> PruneReport {
    let mut planned = plan.functions;
    let runs = environment.functions.iter().filter_map(|function| {
        let place = planned.iter().position(|(name, _)| *name == function.name)?;
        let (_, plan) = planned.swap_remove(place);
        Some(async move { versions::carry_out(ports, (examination, removal), environment, function, plan).await })
    });
    let runs: Vec<_> = runs.collect();
    let functions = at_once(environment.concurrency, runs).await;
    let artifacts = match plan.artifacts {
        Some(artifacts) => Some(artifacts::carry_out(ports, plan.keep, artifacts).await),
        None => None,
    };
    PruneReport { functions, artifacts }
}
