//! Which artifacts in a store may go: those that nothing refers to.
//!
//! References are what ledgers say (wanted, running, held, rolled back from, successes, what is being deployed), heads, the
//! newest releases, and the shared build cache. Build records stay for ever: they are small, and `history` reads them; a
//! record by itself is no reference, since nobody deploys by it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::build_cache::SharedBuild;
use crate::digest::ArtifactDigest;
use crate::ledger::{BuildReference, Head, Running, State};
use crate::release::Release;

/// An artifact in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredArtifact {
    /// Which.
    pub artifact: ArtifactDigest,
    /// Its size in bytes.
    pub bytes: u64,
}

/// An artifact that may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doomed {
    /// Which.
    pub artifact: ArtifactDigest,
    /// Its size in bytes.
    pub bytes: u64,
}

/// The plan for a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArtifactPlan {
    /// What goes, by digest.
    pub delete: Vec<Doomed>,
    /// How many stay.
    pub keep: usize,
    /// Why nothing is deleted now, if that is so.
    pub quiet: Option<String>,
}

/// Everything that refers to an artifact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct References {
    artifacts: BTreeSet<ArtifactDigest>,
    under_way: Option<String>,
}

impl References {
    /// What the newest entry of a ledger refers to.
    pub fn add_state(&mut self, state: &State) {
        self.add_builds(state.wanted.iter());
        self.add_running(state.running.iter().chain(&state.succeeded));
        self.add_builds(state.hold.iter().map(|hold| &hold.build));
        self.add_builds(state.rejected.iter().map(|rejection| &rejection.build));
        if let Some(holder) = &state.holder {
            self.add_builds(std::iter::once(&holder.claim.build));
            self.under_way.get_or_insert_with(|| holder.to_string());
        }
    }

    /// What a head refers to.
    pub fn add_head(&mut self, head: &Head) {
        self.add_builds(head.wanted.iter().chain(head.hold.iter().map(|hold| &hold.build)));
        self.add_running(head.running.iter());
    }

    /// What a release refers to.
    pub fn add_release(&mut self, release: &Release) {
        self.artifacts.extend(release.functions.values().map(|released| released.artifact));
    }

    /// What an entry of the shared build cache refers to.
    pub fn add_shared_build(&mut self, shared: &SharedBuild) {
        self.artifacts.insert(shared.artifact);
    }

    /// What a layer's record refers to.
    pub fn add_artifact(&mut self, artifact: ArtifactDigest) {
        self.artifacts.insert(artifact);
    }

    /// Whether a deployment is under way, which may go on to refer to anything.
    #[must_use]
    pub fn are_changing(&self) -> bool {
        self.under_way.is_some()
    }

    /// Whether anything refers to it.
    #[must_use]
    pub fn contain(&self, artifact: &ArtifactDigest) -> bool {
        self.artifacts.contains(artifact)
    }

    fn add_builds<'a>(&mut self, builds: impl Iterator<Item = &'a BuildReference>) {
        self.artifacts.extend(builds.map(|build| build.artifact));
    }

    fn add_running<'a>(&mut self, running: impl Iterator<Item = &'a Running>) {
        self.artifacts.extend(running.map(|running| running.build.artifact));
    }
}

/// What goes and what stays. While a deployment is under way nothing goes: it may count on an artifact that is there.
#[must_use]
pub fn plan_artifacts(stored: &[StoredArtifact], references: &References) -> ArtifactPlan {
    let unneeded = stored.iter().filter(|stored| !references.contain(&stored.artifact));
    let mut delete: Vec<Doomed> =
        unneeded.map(|stored| Doomed { artifact: stored.artifact, bytes: stored.bytes }).collect();
    delete.sort_by_key(|doomed| doomed.artifact.hex());
    let quiet = references.under_way.as_ref().map(|holder| format!("{holder} is under way"));
    let keep = stored.len() - delete.len();
    if quiet.is_some() {
        delete.clear();
    }
    ArtifactPlan { delete, keep, quiet }
}
