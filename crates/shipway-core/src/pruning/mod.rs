//! What may be deleted: versions of functions that nothing needs any more, and artifacts that nothing refers to.
//!
//! Pure functions from what was seen to a plan; the plan is shown, confirmed and carried out as it stands. When in doubt
//! a thing is kept: what is deleted cannot be brought back.

mod artifacts;
mod versions;

pub use artifacts::{ArtifactPlan, Doomed, References, StoredArtifact, plan_artifacts};
pub use versions::{
    DoomedVersion, Keep, KeptVersion, NeededBecause, PublishedVersion, QUIET, Quiet, Snapshot, TooFew, VersionFacts,
    VersionPlan, plan_versions, still_deletable,
};

/// How many versions are kept if nobody says otherwise.
pub const KEPT_BY_DEFAULT: usize = 10;
