//! What earlier steps of a plan learned that later ones need.

use std::collections::{BTreeMap, BTreeSet};

use shipway_core::names::{RevisionId, Version, VersionNumber};
use shipway_core::plan::{Live, LiveServing};

/// Something that may have to be read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Known<T> {
    /// Read, and not changed by us since.
    Read(T),
    /// A step of ours changed it.
    Stale,
}

/// What is known between steps.
#[derive(Debug, Clone)]
pub(crate) struct Learned {
    /// `$LATEST`'s RevisionId.
    pub(crate) function_revision: Known<Option<RevisionId>>,
    /// The code that `$LATEST` is known to hold.
    pub(crate) latest_code: String,
    /// The alias's RevisionId.
    pub(crate) alias_revision: Option<RevisionId>,
    /// The version that this deployment published, and whether it can be invoked.
    pub(crate) published: Option<(VersionNumber, Readiness)>,
    /// What callers reach now.
    pub(crate) serving: Version,
    /// What `$LATEST` has, and what the version that was published froze, as they were read last.
    pub(crate) frozen: BTreeMap<String, String>,
    /// Variables that the source seems to need, that are not set, and that do not block.
    pub(crate) missing: BTreeSet<String>,
}

/// What callers reach after a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Served {
    /// The version, or `$LATEST`.
    pub(crate) version: Version,
    /// What it has frozen, by Lambda's names.
    pub(crate) frozen: BTreeMap<String, String>,
    /// Variables that the source seems to need and that it runs without.
    pub(crate) missing: BTreeSet<String>,
}

/// Whether a version can be invoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readiness {
    /// Yes.
    Active,
    /// Not yet known.
    Unknown,
}

impl Learned {
    /// What the observation behind a plan says.
    #[must_use]
    pub(crate) fn from_observation(live: &Live) -> Self {
        let (alias_revision, serving) = match &live.serving {
            LiveServing::Alias { alias, .. } => (alias.revision.clone(), alias.version),
            LiveServing::AliasAbsent | LiveServing::Latest => (None, Version::Latest),
        };
        Self {
            function_revision: Known::Read(live.function.revision.clone()),
            latest_code: live.function.code_sha256.clone(),
            alias_revision,
            published: None,
            serving,
            frozen: live.reached().unwrap_or(&live.function).frozen_parts(),
            missing: BTreeSet::new(),
        }
    }
}

impl Learned {
    /// Nothing: for plans that touch the store alone.
    #[must_use]
    pub(crate) fn nothing() -> Self {
        Self {
            function_revision: Known::Stale,
            latest_code: String::new(),
            alias_revision: None,
            published: None,
            serving: Version::Latest,
            frozen: BTreeMap::new(),
            missing: BTreeSet::new(),
        }
    }

    /// What callers reach now.
    #[must_use]
    pub(crate) fn served(self) -> Served {
        Served { version: self.serving, frozen: self.frozen, missing: self.missing }
    }
}
