//! What a build is declared to depend on, as it lies in the work tree: [`ProjectSources`] behind the engine's
//! [`Sources`](shipway_engine::ports::Sources). A listing (by git, or by a walk where there is no git), a selection of
//! it for one function, and digests of what was selected. Looks only; whether anything changed is decided elsewhere.
//!
//! [`WorkTree`] does the looking, for the port and for git's adapter, and remembers what it found out.

mod content_cache;
mod contents;
mod head_memory;
mod listing;
mod listing_check;
mod listing_memory;
mod listing_record;
mod project_sources;
mod selection;
mod work_tree;

pub use project_sources::ProjectSources;
pub(crate) use selection::within_project;
pub use work_tree::WorkTree;
