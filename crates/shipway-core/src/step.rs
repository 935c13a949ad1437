//! The steps of a deployment: a closed list, data to show, to record and to carry out.
//!
//! Each step makes at most one write to AWS, and says what it was planned against. What a step learns (a new
//! version's number, a new RevisionId) goes into its [`StepOutcome`]; later steps take it from there.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::digest::ArtifactDigest;
use crate::names::{AliasName, Architecture, RevisionId, Version, VersionNumber};

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// Put the artifact into the store, unless it is there.
    UploadArtifact {
        /// The artifact.
        artifact: ArtifactDigest,
        /// Its size.
        bytes: u64,
    },
    /// Give the alias a new RevisionId without moving it, so that a deployment that was taken over cannot move it.
    FenceAlias {
        /// The alias.
        alias: AliasName,
        /// What it points at.
        version: Version,
        /// What it was planned against.
        revision: Option<RevisionId>,
    },
    /// Publish what `$LATEST` is now, so that the alias can stay on it while `$LATEST` changes.
    PublishCurrent {
        /// The code that is there.
        code_sha256: String,
        /// What `$LATEST` was planned against.
        revision: Option<RevisionId>,
    },
    /// Put the alias on the version that was just published from the present code.
    PinAlias {
        /// The alias.
        alias: AliasName,
        /// The alias as it is, or that there is none.
        existing: ExistingAlias,
    },
    /// Send the code, without publishing.
    UpdateFunctionCode {
        /// The artifact.
        artifact: ArtifactDigest,
        /// Its size.
        bytes: u64,
        /// How it gets there.
        delivery: Delivery,
        /// The processor.
        architecture: Architecture,
        /// What `$LATEST` was planned against; `None` after a step that changes it (it is read again then).
        revision: Option<RevisionId>,
    },
    /// Wait until the update is through, and judge the contract on the very reading whose RevisionId is published.
    AwaitUpdate {
        /// The artifact that must be there.
        artifact: ArtifactDigest,
    },
    /// Publish `$LATEST` as a version.
    PublishVersion {
        /// The artifact that must be there.
        artifact: ArtifactDigest,
        /// At most 256 characters.
        description: String,
    },
    /// Wait until the version can be invoked.
    AwaitVersion,
    /// Move the alias, version and weights in one call.
    MoveAlias {
        /// The alias.
        alias: AliasName,
        /// Where it points now.
        from: Version,
        /// Where to.
        to: Destination,
        /// What the alias was planned against; `None` after a step that changes it.
        revision: Option<RevisionId>,
    },
}

/// An alias before it is pinned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ExistingAlias {
    /// There is none: it is created.
    Absent,
    /// It is on `$LATEST`: it is moved.
    OnLatest {
        /// What it was planned against.
        revision: Option<RevisionId>,
    },
}

/// Where an alias moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Destination {
    /// To the version that this deployment published.
    Published,
    /// To a version that is there already.
    Existing {
        /// Its number.
        version: VersionNumber,
    },
}

/// How a zip gets to Lambda.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// In the request.
    Direct,
    /// By way of the store's object.
    Store,
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum StepOutcome {
    /// The artifact is in the store.
    ArtifactStored,
    /// The alias has a new RevisionId.
    AliasChanged {
        /// Which.
        revision: Option<RevisionId>,
        /// Where it points.
        version: Version,
    },
    /// The code was accepted.
    CodeAccepted,
    /// The update is through.
    UpdateSettled {
        /// The RevisionId to publish against.
        revision: Option<RevisionId>,
    },
    /// There is a version.
    VersionPublished {
        /// Its number.
        version: VersionNumber,
    },
    /// The version can be invoked.
    VersionActive {
        /// Its number.
        version: VersionNumber,
    },
}

/// The kinds of steps, for those who must have a row for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepKind {
    /// [`Step::UploadArtifact`]
    UploadArtifact,
    /// [`Step::FenceAlias`]
    FenceAlias,
    /// [`Step::PublishCurrent`]
    PublishCurrent,
    /// [`Step::PinAlias`]
    PinAlias,
    /// [`Step::UpdateFunctionCode`]
    UpdateFunctionCode,
    /// [`Step::AwaitUpdate`]
    AwaitUpdate,
    /// [`Step::PublishVersion`]
    PublishVersion,
    /// [`Step::AwaitVersion`]
    AwaitVersion,
    /// [`Step::MoveAlias`]
    MoveAlias,
}

impl StepKind {
    /// Every kind. A test holds it against [`Step::kind`].
    pub const ALL: [Self; 9] = [
        Self::UploadArtifact,
        Self::FenceAlias,
        Self::PublishCurrent,
        Self::PinAlias,
        Self::UpdateFunctionCode,
        Self::AwaitUpdate,
        Self::PublishVersion,
        Self::AwaitVersion,
        Self::MoveAlias,
    ];
}

impl Step {
    /// Which kind of step it is.
    #[must_use]
    pub fn kind(&self) -> StepKind {
        match self {
            Self::UploadArtifact { .. } => StepKind::UploadArtifact,
            Self::FenceAlias { .. } => StepKind::FenceAlias,
            Self::PublishCurrent { .. } => StepKind::PublishCurrent,
            Self::PinAlias { .. } => StepKind::PinAlias,
            Self::UpdateFunctionCode { .. } => StepKind::UpdateFunctionCode,
            Self::AwaitUpdate { .. } => StepKind::AwaitUpdate,
            Self::PublishVersion { .. } => StepKind::PublishVersion,
            Self::AwaitVersion => StepKind::AwaitVersion,
            Self::MoveAlias { .. } => StepKind::MoveAlias,
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UploadArtifact { artifact, bytes } => {
                write!(formatter, "store artifact {} ({bytes} bytes)", artifact.short())
            }
            Self::FenceAlias { alias, version, .. } => {
                write!(formatter, "renew alias {alias} on version {version}, against the deployment taken over")
            }
            Self::PublishCurrent { .. } => formatter.write_str("publish what runs now as a version"),
            Self::PinAlias { alias, existing: ExistingAlias::Absent } => {
                write!(formatter, "create alias {alias} on that version")
            }
            Self::PinAlias { alias, existing: ExistingAlias::OnLatest { .. } } => {
                write!(formatter, "move alias {alias} from $LATEST to that version")
            }
            Self::UpdateFunctionCode { artifact, delivery: Delivery::Direct, .. } => {
                write!(formatter, "update the code to {}", artifact.short())
            }
            Self::UpdateFunctionCode { artifact, delivery: Delivery::Store, .. } => {
                write!(formatter, "update the code to {}, by way of the store", artifact.short())
            }
            Self::AwaitUpdate { .. } => formatter.write_str("wait for the update"),
            Self::PublishVersion { artifact, .. } => write!(formatter, "publish {} as a version", artifact.short()),
            Self::AwaitVersion => formatter.write_str("wait for the version"),
            Self::MoveAlias { alias, from, to: Destination::Published, .. } => {
                write!(formatter, "move alias {alias} from version {from} to the new version")
            }
            Self::MoveAlias { alias, from, to: Destination::Existing { version }, .. } => {
                write!(formatter, "move alias {alias} from version {from} to version {version}")
            }
        }
    }
}
