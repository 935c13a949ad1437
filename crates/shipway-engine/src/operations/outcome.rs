//! What became of each function in a run.

use std::time::Duration;

use shipway_core::build::SourceChange;
use shipway_core::contract::Contract;
use shipway_core::digest::ArtifactDigest;
use shipway_core::exit::ExitCode;
use shipway_core::ledger::{HoldReason, ReleaseReason, RollbackMethod, Running};
use shipway_core::names::{Commit, DeploymentId, FunctionName, Version};
use shipway_core::notification::Occasion;
use shipway_core::plan::{Drift, NothingBecause, Refusal};
use shipway_core::target_name::TargetName;

use crate::OperationError;
use crate::context::{Assignment, Function};

/// What became of one function.
#[derive(Debug)]
pub enum Outcome {
    /// It serves the new build.
    Deployed,
    /// It served what is wanted already.
    Nothing(NothingBecause),
    /// Newer code is live.
    Superseded {
        /// Its commit.
        by: Commit,
    },
    /// It waits for provisioning.
    Held {
        /// What for.
        reasons: Vec<HoldReason>,
        /// The names that come nearest, if the function does not exist.
        nearest: Vec<FunctionName>,
    },
    /// A safety check said no.
    Refused(Refusal),
    /// While it waited for its turn, somebody else did what it was to do, or made it pointless.
    Overtaken,
    /// Callers reach the function's present configuration now, with the code that ran.
    Configured,
    /// The function's present configuration does not suit the code that runs: callers go on reaching the one before.
    ConfigurationHeld {
        /// What it lacks.
        reasons: Vec<HoldReason>,
    },
    /// What somebody else changed was put back.
    Restored,
    /// Something disagrees, and was left as it is.
    Drifted(Drift),
    /// A hold ended without its build having been served.
    Released(ReleaseReason),
    /// It serves an earlier build again.
    RolledBack {
        /// How.
        method: RollbackMethod,
        /// Why the old version itself could not be used.
        because: Option<String>,
    },
    /// It was taken over as it runs.
    Adopted,
    /// It failed.
    Failed(OperationError),
}

impl Outcome {
    /// What there is to tell of it; `None` where nothing happened.
    #[must_use]
    pub fn occasion(&self) -> Option<Occasion> {
        Some(match self {
            Self::Nothing(_) | Self::Superseded { .. } | Self::Overtaken | Self::Adopted => return None,
            Self::Deployed | Self::Restored => Occasion::Deployed,
            Self::Configured => Occasion::Configured,
            Self::Held { .. } | Self::ConfigurationHeld { .. } => Occasion::Held,
            Self::Released(_) => Occasion::GivenUp,
            Self::Refused(_) => Occasion::Refused,
            Self::Drifted(_) => Occasion::Drifted,
            Self::RolledBack { .. } => Occasion::RolledBack,
            Self::Failed(error) if error.exit_code() == ExitCode::Refused => Occasion::Refused,
            Self::Failed(_) => Occasion::Failed,
        })
    }

    /// How a run with this one function ends.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Deployed
            | Self::Nothing(_)
            | Self::Superseded { .. }
            | Self::Overtaken
            | Self::Configured
            | Self::Restored
            | Self::Released(_)
            | Self::RolledBack { .. }
            // That a function was deleted is provisioning's business, and may be meant.
            | Self::Drifted(Drift::FunctionGone)
            | Self::Adopted => ExitCode::Done,
            Self::Held { .. } | Self::ConfigurationHeld { .. } => ExitCode::Held,
            Self::Drifted(_) | Self::Refused(_) => ExitCode::Refused,
            Self::Failed(error) => error.exit_code(),
        }
    }
}

/// What became of one function, with the particulars.
#[derive(Debug)]
pub struct FunctionReport {
    /// The function.
    pub function: TargetName,
    /// Its name there.
    pub function_name: FunctionName,
    /// The alias, or `$LATEST`.
    pub serving: String,
    /// What became of it.
    pub outcome: Outcome,
    /// The deployment, where there was one.
    pub deployment: Option<DeploymentId>,
    /// What callers reach now, as far as is known.
    pub version: Option<Version>,
    /// Which artifact that is.
    pub artifact: Option<ArtifactDigest>,
    /// What the build needs that is held, where its function does not exist yet.
    pub needs: Option<Box<Contract>>,
    /// Inputs that changed since what ran before; `None` where that is not known.
    pub changes: Option<Vec<SourceChange>>,
    /// How long it took, builds included.
    pub took: Duration,
}

impl FunctionReport {
    /// What became of `function`, which serves `running` as far as is known; without a deployment and changes.
    pub(crate) fn new(function: &Function, outcome: Outcome, running: Option<&Running>, took: Duration) -> Self {
        Self {
            function: function.name.clone(),
            function_name: function.target.function.clone(),
            serving: function.target.serving.to_string(),
            outcome,
            deployment: None,
            version: running.map(|running| running.lambda_version),
            artifact: running.map(|running| running.build.artifact),
            needs: None,
            changes: None,
            took,
        }
    }

    /// The same where there is no function of a checkout.
    pub(crate) fn of(assignment: &Assignment, outcome: Outcome, running: Option<&Running>, took: Duration) -> Self {
        Self {
            function: assignment.name.clone(),
            function_name: assignment.target.function.clone(),
            serving: assignment.target.serving.to_string(),
            outcome,
            deployment: None,
            version: running.map(|running| running.lambda_version),
            artifact: running.map(|running| running.build.artifact),
            needs: None,
            changes: None,
            took,
        }
    }

    /// Remembers what the held build needs, if its function does not exist yet: provisioning makes the whole of it.
    pub(crate) fn needs(&mut self, contract: &Contract) {
        if let Outcome::Held { reasons, .. } = &self.outcome
            && reasons.contains(&HoldReason::FunctionMissing)
        {
            self.needs = Some(Box::new(contract.clone()));
        }
    }

    /// Now it serves this.
    pub(crate) fn serves(&mut self, running: &Running) {
        self.version = Some(running.lambda_version);
        self.artifact = Some(running.build.artifact);
    }
}

/// What became of a run.
#[derive(Debug)]
pub struct RunReport {
    /// One report for each function, by name.
    pub functions: Vec<FunctionReport>,
    /// How long the whole run took.
    pub took: Duration,
}

impl RunReport {
    /// How the run ends: the worst wins.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::worst(self.functions.iter().map(|report| report.outcome.exit_code()))
    }
}
