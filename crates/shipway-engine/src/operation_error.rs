//! Why an operation did not do what was asked, in one type with the cause kept, hints as data, and an exit code.

use shipway_core::exit::ExitCode;
use shipway_core::ledger::{ChainError, IllegalEvent};
use shipway_core::names::{AccountId, DeploymentId, FunctionName, Region};
use shipway_core::plan::{NoRollback, Refusal};

use crate::ports::{BuildFailure, CallError, CallErrorKind, Fault, GitError, StoreError, StoreErrorKind};

/// Why an operation did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum OperationError {
    /// AWS said no, or nothing.
    #[error("{attempt} failed")]
    Call {
        /// What was attempted, as `updating the code of create-order`.
        attempt: String,
        /// What AWS said.
        #[source]
        source: CallError,
    },
    /// The store failed.
    #[error("the store failed")]
    Store(#[source] StoreError),
    /// The ledger may not be built upon.
    #[error("the ledger of {target} cannot be used")]
    Ledger {
        /// Whose.
        target: String,
        /// Why.
        #[source]
        source: ChainError,
    },
    /// A document in the store is not what it should be.
    #[error("{key} in the store is damaged: {reason}")]
    Document {
        /// Which.
        key: String,
        /// How.
        reason: String,
    },
    /// Git failed.
    #[error("the repository's history could not be read")]
    Git(#[source] GitError),
    /// A build failed.
    #[error("building {function} failed")]
    Build {
        /// Which function.
        function: String,
        /// How.
        #[source]
        source: Box<BuildFailure>,
    },
    /// The credentials are for another account than the environment's.
    #[error("the credentials are for account {found}, but the environment is in account {expected}")]
    WrongAccount {
        /// What the configuration says.
        expected: AccountId,
        /// What STS says.
        found: AccountId,
    },
    /// Not one of the project's functions exists there.
    #[error("none of the project's functions exists in account {account}, region {region}: {}", names(looked_for))]
    NothingThere {
        /// The account.
        account: AccountId,
        /// The region.
        region: Region,
        /// What was looked for.
        looked_for: Vec<FunctionName>,
        /// What is there instead, nearest first.
        nearest: Vec<FunctionName>,
    },
    /// A safety check said no.
    #[error("{0}")]
    Refused(Refusal),
    /// Somebody else holds the target, and went on holding it.
    #[error("deployment {holder} by {who} still holds {target} after {waited_seconds} s")]
    StillHeld {
        /// The target.
        target: String,
        /// The deployment.
        holder: DeploymentId,
        /// User, machine and process.
        who: String,
        /// How long was waited.
        waited_seconds: u64,
    },
    /// The target was taken over while this deployment was at it.
    #[error("{by} took {target} over")]
    TakenOver {
        /// The target.
        target: String,
        /// By whom.
        by: String,
    },
    /// The world kept moving.
    #[error("{target} kept changing: planned {times} times, last because {reason}")]
    KeepsMoving {
        /// The target.
        target: String,
        /// How often.
        times: u32,
        /// The last reason.
        reason: String,
    },
    /// Lambda did not finish in time.
    #[error("{what} was not done within {seconds} s")]
    TimedOut {
        /// What.
        what: String,
        /// The bound.
        seconds: u64,
    },
    /// Lambda could not carry it out.
    #[error("{what} failed at Lambda: {reason}")]
    LambdaFailed {
        /// What.
        what: String,
        /// Lambda's reason.
        reason: String,
    },
    /// There is nothing to roll back to.
    #[error("{target} cannot be rolled back")]
    NoRollback {
        /// The target.
        target: String,
        /// Why.
        #[source]
        source: NoRollback,
    },
    /// An artifact is neither here nor in the store.
    #[error("artifact {artifact} is neither on this machine nor in the store")]
    ArtifactGone {
        /// Which.
        artifact: String,
    },
    /// An event could not be recorded because the ledger's state does not allow it.
    #[error("the ledger of {target} does not allow this")]
    Illegal {
        /// Whose.
        target: String,
        /// Why.
        #[source]
        source: IllegalEvent,
    },
    /// Something was done and could not be recorded.
    #[error("{done}, but it could not be recorded")]
    Unrecorded {
        /// What was done.
        done: String,
        /// What makes it good.
        hint: String,
        /// Why it could not.
        #[source]
        source: Box<OperationError>,
    },
    /// A function by that name is not in the configuration.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
        hint: Option<String>,
    },
}

fn names(names: &[FunctionName]) -> String {
    names.iter().map(FunctionName::as_str).collect::<Vec<_>>().join(", ")
}

impl From<StoreError> for OperationError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<GitError> for OperationError {
    fn from(error: GitError) -> Self {
        Self::Git(error)
    }
}

impl OperationError {
    /// How a run ends because of this.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Call { source, .. } => match source.kind {
                CallErrorKind::Credentials => ExitCode::Usage,
                _ => ExitCode::Failed,
            },
            Self::Store(error) => match error.kind {
                StoreErrorKind::Missing | StoreErrorKind::Credentials => ExitCode::Usage,
                _ => ExitCode::Failed,
            },
            Self::Ledger { .. } | Self::Document { .. } | Self::Refused(_) | Self::NoRollback { .. } => {
                ExitCode::Refused
            }
            Self::Build { source, .. } => match source.fault {
                Fault::Input => ExitCode::Usage,
                Fault::Refused => ExitCode::Refused,
                Fault::Build => ExitCode::Failed,
            },
            Self::Git(_) | Self::WrongAccount { .. } | Self::NothingThere { .. } | Self::Usage { .. } => {
                ExitCode::Usage
            }
            Self::StillHeld { .. }
            | Self::TakenOver { .. }
            | Self::KeepsMoving { .. }
            | Self::TimedOut { .. }
            | Self::LambdaFailed { .. }
            | Self::ArtifactGone { .. }
            | Self::Illegal { .. } => ExitCode::Failed,
            Self::Unrecorded { .. } => ExitCode::NeedsAttention,
        }
    }

    /// What to do next, as sentences to print after the chain of causes.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::Call { source, .. } => call_hints(source),
            Self::Store(error) => store_hints(error),
            Self::Ledger { source: ChainError::Newer { .. }, .. } => {
                vec!["install the Shipway that your colleagues use; nothing was written".to_owned()]
            }
            Self::Ledger { .. } => vec![
                "`shipway history` shows where the chain breaks; restore the entry from the bucket's versions"
                    .to_owned(),
            ],
            Self::Git(error) => error.hint.iter().cloned().collect(),
            Self::Build { source, .. } => source.hints.clone(),
            Self::WrongAccount { .. } => {
                vec!["check AWS_PROFILE, `profile` and `role_arn`, or the environment's `account`".to_owned()]
            }
            Self::NothingThere { nearest, .. } => {
                let mut hints = vec![
                    "that points to a wrong account, region or `function_name` template; functions are created by provisioning"
                        .to_owned(),
                ];
                if !nearest.is_empty() {
                    hints.push(format!("the nearest names there: {}", names(nearest)));
                }
                hints
            }
            Self::NoRollback { source: NoRollback::NeverDeployed, .. } => {
                vec!["`shipway adopt` records what runs, so that there is something to go back to".to_owned()]
            }
            Self::NoRollback { .. } => {
                vec!["`shipway history` shows what ran there; `--to` names one of them".to_owned()]
            }
            Self::Refused(refusal) => refusal.hint().map(str::to_owned).into_iter().collect(),
            Self::StillHeld { .. } => {
                vec!["wait for it, or end it: what it holds is free 60 s after its last sign of life".to_owned()]
            }
            Self::Unrecorded { hint, .. } => vec![hint.clone()],
            Self::Usage { hint, .. } => hint.iter().cloned().collect(),
            Self::KeepsMoving { .. } => {
                vec![
                    "is another tool changing this function at the same time? Run this again when it is done"
                        .to_owned(),
                ]
            }
            _ => Vec::new(),
        }
    }
}

fn call_hints(error: &CallError) -> Vec<String> {
    let hint = match error.kind {
        CallErrorKind::Denied if error.operation == "AssumeRole" => {
            "let the role's trust policy name who runs this".to_owned()
        }
        CallErrorKind::Denied => {
            let action = if error.operation == "Invoke" { "InvokeFunction" } else { error.operation };
            format!("grant `lambda:{action}` on it to the role that deploys (the README has the whole policy)")
        }
        CallErrorKind::NotFound if error.operation == "Invoke" => {
            "`shipway status` shows what runs; `shipway deploy` brings it there".to_owned()
        }
        CallErrorKind::Credentials => {
            "log in (`aws sso login`), or set AWS_PROFILE or the AWS_ACCESS_KEY_ID variables".to_owned()
        }
        CallErrorKind::NotSent => "is the region right, and the network up?".to_owned(),
        _ => return Vec::new(),
    };
    vec![hint]
}

fn store_hints(error: &StoreError) -> Vec<String> {
    let hint = match error.kind {
        StoreErrorKind::Missing => "create it in the functions' region, or correct the environment's `store`",
        StoreErrorKind::Denied if error.object.starts_with("file:") => {
            "let whoever runs this write there, or correct the environment's `store`"
        }
        StoreErrorKind::Denied => {
            "let the role that deploys read and write it; without s3:ListBucket S3 answers 403 for what is merely missing"
        }
        StoreErrorKind::Credentials => "log in, or set AWS_PROFILE or the AWS_ACCESS_KEY_ID variables",
        StoreErrorKind::Full => "make room and run this again",
        StoreErrorKind::Damaged => "remove the damaged object; the next deployment writes it again",
        StoreErrorKind::Unknown | StoreErrorKind::Rejected => return Vec::new(),
    };
    vec![hint.to_owned()]
}
