//! What a build is declared to depend on, as it lies in the work tree: [`ProjectSources`] behind the engine's
//! [`Sources`](shipway_engine::ports::Sources). A listing (by git, or by a walk where there is no git), a selection of
//! it for one function, and digests of what was selected. Looks only; whether anything changed is decided elsewhere.

mod contents;
mod listing;
mod project_sources;
mod selection;

pub use project_sources::ProjectSources;
pub(crate) use selection::within_project;
