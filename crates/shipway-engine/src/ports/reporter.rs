//! What an operation tells while it runs, for a terminal, a log, or nobody.

use std::time::Duration;

use shipway_core::names::{DeploymentId, LogicalName};
use shipway_core::target_name::TargetName;

use crate::operations::Explanation;

/// Something worth telling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A build begins.
    Building {
        /// The function.
        function: LogicalName,
        /// The builder's name.
        builder: &'static str,
    },
    /// An artifact is there.
    Built {
        /// The function.
        function: LogicalName,
        /// The artifact's first digits.
        artifact: String,
        /// The zip's size.
        bytes: u64,
        /// How long it took.
        took: Duration,
    },
    /// Whether a function is built, and why: for who asks.
    Explained {
        /// The function.
        function: LogicalName,
        /// Why.
        explanation: Box<Explanation>,
    },
    /// A step of a deployment begins.
    StepStarted {
        /// The function.
        function: TargetName,
        /// The deployment.
        deployment: DeploymentId,
        /// The step, in a few words.
        step: String,
    },
    /// A step is done.
    StepDone {
        /// The function.
        function: TargetName,
        /// The deployment.
        deployment: DeploymentId,
        /// The step, in a few words.
        step: String,
        /// How long it took.
        took: Duration,
    },
    /// Something is waited for.
    Waiting {
        /// The function.
        function: TargetName,
        /// What for.
        reason: String,
    },
    /// The world moved; the deployment is planned again.
    PlanningAgain {
        /// The function.
        function: TargetName,
        /// What moved.
        reason: String,
    },
    /// Something to know that stops nothing.
    Warning {
        /// The function or target, if it is about one.
        function: Option<TargetName>,
        /// A sentence.
        message: String,
    },
}

/// Who listens.
pub trait Reporter {
    /// Takes one event. Must not block.
    fn report(&self, event: Event);
}
