//! Why a command did not do what was asked: one type for everything that reaches the top.

use std::path::PathBuf;

use shipway_core::configuration::Problems;
use shipway_core::exit::ExitCode;
use shipway_engine::OperationError;
use shipway_engine::ports::{CallError, StoreError};
use shipway_local::StateError;
use shipway_package::InspectError;

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The configuration, a flag or a variable is wrong.
    #[error("{0}")]
    Configuration(Problems),
    /// An operation failed.
    #[error(transparent)]
    Operation(#[from] OperationError),
    /// The command was called wrongly, or not where it can work.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
        hints: Vec<String>,
    },
    /// A file could not be read or written.
    #[error("{attempt} {} failed", path.display())]
    File {
        /// `reading`, `writing`.
        attempt: &'static str,
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A zip cannot be looked at.
    #[error("the artifact cannot be inspected")]
    Inspect(#[source] InspectError),
    /// The embedded Lambda could not be started or asked.
    #[error("the embedded Lambda failed")]
    Embedded(#[source] Box<dyn std::error::Error>),
    /// Somebody wanted the process to end.
    #[error("interrupted")]
    Interrupted,
    /// AWS cannot be called at all.
    #[error("AWS cannot be called")]
    Connect(#[source] Box<dyn std::error::Error>),
}

impl Failure {
    /// A wrong call, with a hint.
    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hints: vec![hint.into()] }
    }

    /// How the run ends.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Operation(error) => error.exit_code(),
            // What is no package, or a hostile one, would be refused when it is packaged, too.
            Self::Inspect(InspectError::Unusable { .. }) => ExitCode::Refused,
            Self::Configuration(_) | Self::Usage { .. } | Self::Connect(_) => ExitCode::Usage,
            Self::File { .. } | Self::Inspect(_) | Self::Embedded(_) | Self::Interrupted => ExitCode::Failed,
        }
    }

    /// What to do next.
    pub(crate) fn hints(&self) -> Vec<String> {
        match self {
            Self::Operation(error) => error.hints(),
            Self::Usage { hints, .. } => hints.clone(),
            Self::Interrupted => {
                vec!["run it again: it finishes or starts afresh; `shipway status` shows what serves".to_owned()]
            }
            // Problems carry their hints in their own text, beside the line that they are about.
            Self::Configuration(_) | Self::File { .. } | Self::Inspect(_) | Self::Embedded(_) | Self::Connect(_) => {
                Vec::new()
            }
        }
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::Configuration(problems)
    }
}

impl From<StateError> for Failure {
    fn from(error: StateError) -> Self {
        match error {
            // Settings that do not fit what they find, not a failure of what is there.
            StateError::OtherHome { .. } => Self::usage(
                error.to_string(),
                "ask for that account and region, or for another folder: ARNs in it name them",
            ),
            error => Self::Embedded(Box::new(error)),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Operation(error.into())
    }
}

impl From<CallError> for Failure {
    fn from(source: CallError) -> Self {
        Self::Operation(OperationError::Call { attempt: "asking AWS".to_owned(), source })
    }
}

/// The causes of an error, outermost first, each said once.
pub(crate) fn causes(error: &dyn std::error::Error) -> Vec<String> {
    let mut causes: Vec<String> = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        if causes.last() != Some(&text) {
            causes.push(text);
        }
        next = cause.source();
    }
    causes
}
