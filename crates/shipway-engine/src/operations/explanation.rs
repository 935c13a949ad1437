//! Why a function was built, or was not: what `--explain` tells. Values alone; nothing is decided by them.

use serde::Serialize;
use shipway_core::build::{BuildRecord, Origin, Source, SourceChange, changes};
use shipway_core::digest::SourceDigest;

/// Why a function was built, or was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The digest of its inputs.
    pub source_digest: SourceDigest,
    /// How many files that were.
    pub files: usize,
    /// Those among them that are outside of the function's folder.
    pub files_elsewhere: Vec<String>,
    /// What followed.
    pub because: Because,
}

/// What followed from a function's inputs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Because {
    /// It serves what these inputs make: there was no need to look for a build.
    Serves,
    /// This machine has built them before.
    BuiltHereBefore,
    /// Another machine has built them, and its build was in the store.
    BuiltElsewhere,
    /// Nobody had a build of them.
    Built {
        /// What this machine's cache said.
        on_this_machine: Miss,
        /// What the store's said, where it was asked.
        in_the_store: Option<Miss>,
        /// What changed since this machine's last build of the function, where there was one.
        changes: Option<Vec<SourceChange>>,
    },
}

/// Why a cache had no build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Miss {
    /// It never had one.
    Absent,
    /// It had one that was damaged; it is made again.
    Damaged {
        /// In what way.
        reason: String,
    },
    /// It could not be asked.
    Unreadable {
        /// Why.
        reason: String,
    },
}

impl Explanation {
    pub(crate) fn new(source: &Source, digest: SourceDigest, folder: &str, because: Because) -> Self {
        Self {
            source_digest: digest,
            files: source.files.len(),
            files_elsewhere: source.beyond(folder).map(str::to_owned).collect(),
            because,
        }
    }
}

/// What changed since a record, if it holds its inputs.
pub(crate) fn changes_since(record: Option<&BuildRecord>, now: &Source) -> Option<Vec<SourceChange>> {
    match &record?.origin {
        Origin::Built { source, .. } => Some(changes(source, now)),
        Origin::Adopted => None,
    }
}
