//! Why a target is left alone, and what would change that.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::live::UnqualifiedCaller;
use crate::names::{AliasName, Commit, ProjectName, Version};

/// A refusal by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "refusal", rename_all = "kebab-case")]
pub enum Refusal {
    /// The function's code is a container image.
    ImageFunction,
    /// The function is replicated to the edge.
    EdgeFunction,
    /// Unsigned code is refused by its code-signing configuration.
    CodeSigningEnforced {
        /// The configuration's ARN.
        configuration: String,
    },
    /// Its code is a reference to an object in one's own bucket; an update would make it a copy.
    CodeByReference,
    /// Lambda could not create it.
    FunctionFailed {
        /// Lambda's reason.
        reason: String,
    },
    /// What runs was built from a commit that is neither before nor after this one.
    Diverged {
        /// The commit that runs.
        running: Commit,
        /// This commit.
        wanted: Commit,
    },
    /// What is being deployed was built from a commit that is neither before nor after this one.
    DivergedInFlight {
        /// The commit that is being deployed.
        deploying: Commit,
        /// This commit.
        wanted: Commit,
    },
    /// This clone does not know the commit that runs.
    HistoryUnknown {
        /// The commit that runs.
        running: Commit,
    },
    /// This build was rolled back from.
    Rejected {
        /// When.
        since: Timestamp,
        /// The artifact's first digits.
        artifact: String,
    },
    /// The alias is not where Shipway put it.
    AliasMoved {
        /// The alias.
        alias: AliasName,
        /// Where Shipway put it.
        recorded: Version,
        /// Where it is.
        found: Version,
    },
    /// The alias shares its traffic with a version that Shipway did not put there.
    ForeignWeights {
        /// The alias.
        alias: AliasName,
    },
    /// Somebody calls the function without a qualifier and would meet the new code the moment it is uploaded.
    UnqualifiedCallers {
        /// Who.
        callers: Vec<UnqualifiedCaller>,
    },
    /// The target belongs to another project.
    OtherProject {
        /// Whose it is.
        owner: ProjectName,
    },
    /// The zip is too large to send, and the store is not one that Lambda can read.
    NoDelivery {
        /// The zip's size.
        bytes: u64,
    },
    /// AWS takes no new code for the function's runtime any more.
    RuntimeBlocked {
        /// The runtime.
        runtime: String,
        /// Since when; `None` for longer than the table knows.
        since: Option<Date>,
        /// How old the table is that says so.
        as_of: Date,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ImageFunction => formatter.write_str("it is an image function, and Shipway deploys zips only so far"),
            Self::EdgeFunction => {
                formatter.write_str("it is replicated by Lambda@Edge, which Shipway does not deploy to so far")
            }
            Self::CodeSigningEnforced { configuration } => write!(
                formatter,
                "its code-signing configuration {configuration} refuses unsigned code, and Shipway does not sign so far"
            ),
            Self::CodeByReference => formatter.write_str(
                "its code is a reference to an S3 object (S3ObjectStorageMode REFERENCE), which an update would end",
            ),
            Self::FunctionFailed { reason } => write!(formatter, "the function is in state Failed: {reason}"),
            Self::Diverged { running, wanted } => write!(
                formatter,
                "commit {} runs there, and {} is neither before nor after it",
                running.short(),
                wanted.short()
            ),
            Self::DivergedInFlight { deploying, wanted } => write!(
                formatter,
                "commit {} is being deployed there, and {} is neither before nor after it",
                deploying.short(),
                wanted.short()
            ),
            Self::HistoryUnknown { running } => {
                write!(formatter, "commit {} runs there, and this clone does not have it", running.short())
            }
            Self::Rejected { since, artifact } => {
                write!(formatter, "artifact {artifact} was rolled back from at {since:.0}")
            }
            Self::AliasMoved { alias, recorded, found } => write!(
                formatter,
                "alias {alias} is on version {found}, but Shipway put it on version {recorded}: somebody moved it"
            ),
            Self::ForeignWeights { alias } => {
                write!(formatter, "alias {alias} shares its traffic with a version that Shipway did not put there")
            }
            Self::UnqualifiedCallers { callers } => {
                formatter.write_str(
                    "it is also called without a qualifier, and such callers would meet the new code at once: ",
                )?;
                for (index, caller) in callers.iter().enumerate() {
                    write!(formatter, "{}{caller}", if index == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
            Self::OtherProject { owner } => write!(formatter, "the target belongs to project `{owner}`"),
            Self::NoDelivery { bytes } => write!(
                formatter,
                "the zip has {bytes} bytes, a request carries fewer than 52428800, and Lambda cannot read the store"
            ),
            Self::RuntimeBlocked { runtime, since, as_of } => {
                write!(formatter, "AWS takes no new code for functions on {runtime}")?;
                if let Some(since) = since {
                    write!(formatter, " since {since}")?;
                }
                write!(formatter, ", as of {as_of}")
            }
        }
    }
}

impl Refusal {
    /// What would satisfy it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::ImageFunction | Self::EdgeFunction | Self::CodeSigningEnforced { .. } | Self::CodeByReference => None,
            Self::FunctionFailed { .. } => Some("Lambda wants such a function deleted and created again"),
            Self::Diverged { .. } | Self::DivergedInFlight { .. } => {
                Some("`--switch` deploys it all the same; the other branch's changes will be gone from there")
            }
            Self::HistoryUnknown { .. } => {
                Some("fetch the whole history (in CI: fetch-depth 0), or say `--switch` to deploy all the same")
            }
            Self::Rejected { .. } => Some("`--again` deploys it all the same"),
            Self::AliasMoved { .. } => {
                Some("`shipway status` shows both; `--restore` moves the alias from where it was put")
            }
            Self::ForeignWeights { .. } => Some("end the other rollout first, or say `--restore` to clear the weights"),
            Self::UnqualifiedCallers { .. } => Some(
                "move them to the alias (`shipway doctor --migrate` prints how), or set `unqualified = \"accept\"` for this \
                 environment if that is all right",
            ),
            Self::OtherProject { .. } => Some("`shipway adopt` takes it over"),
            Self::RuntimeBlocked { .. } => Some(
                "let provisioning move the function to a newer runtime; AWS moves such days: if it takes code again, set \
                 `allow = [\"blocked-runtime\"]` for the function; `shipway rollback` behind an alias goes on to work",
            ),
            Self::NoDelivery { .. } => Some("give the environment an `s3://` store in the function's region"),
        }
    }
}
