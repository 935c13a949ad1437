//! From a built tree to a zip that is kept: packaging by `shipway-package`, and this machine's memory of zips and
//! builds. What a package may hold is decided in `shipway-package`; here its answers become the engine's.
//!
//! ```text
//! <folder>/
//!    artifacts/<sha256>.zip           zips, by what they are
//!    cache/<source digest>.json       which build came of which source
//!    cache/last/<function>.<platform> the source of a function's last build
//!    cache/packages/<function>.memory what went into a function's last package, and where it lies in its zip
//!    cache/zips.memory                which zips were seen to be whole
//! ```

mod artifact_folder;
mod build_cache_folder;
mod folder_packager;
mod runs_on;
mod vouched_zips;

pub use artifact_folder::ArtifactFolder;
pub use build_cache_folder::BuildCacheFolder;
pub use folder_packager::FolderPackager;
pub use runs_on::{machine, runs_on};
