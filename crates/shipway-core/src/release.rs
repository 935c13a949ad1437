//! A release: what one finished run put where. What a promotion moves, and what a rollback of "the last run" undoes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::digest::ArtifactDigest;
use crate::names::{Commit, Nonce, Version};
use crate::target_name::TargetName;

/// The current version of the format.
pub const RELEASE_VERSION: u32 = 1;

/// One release. Created once, never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The format's version.
    pub version: u32,
    /// By which its writer knows it again.
    pub nonce: Nonce,
    /// When the run ended.
    pub at: Timestamp,
    /// The commit that was checked out.
    pub commit: Option<Commit>,
    /// Whether every function of the run went well.
    pub completeness: Completeness,
    /// The targets of the run that serve something.
    pub functions: BTreeMap<TargetName, Released>,
}

/// Whether a run went well as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Completeness {
    /// Every function serves what was wanted.
    Complete,
    /// Some function failed, is held or was refused.
    Partial,
}

/// One function in a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// What it serves.
    pub artifact: ArtifactDigest,
    /// As which version.
    pub lambda_version: Version,
    /// Whether this very run put it there.
    pub by: By,
}

/// Which run put a build where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// The run of this release.
    ThisRun,
    /// An earlier one.
    AnEarlierRun,
}

impl Release {
    /// The targets that this very run changed.
    pub fn changed(&self) -> impl Iterator<Item = &TargetName> {
        self.functions.iter().filter(|(_, released)| released.by == By::ThisRun).map(|(name, _)| name)
    }
}
