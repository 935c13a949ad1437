//! What Python's own files say, read without Python: requirements, environment markers, `pyproject.toml`, lock files,
//! the metadata of installed packages, the names of wheels.
//!
//! Texts come in; what is to be built and installed goes out. Nothing here resolves versions or knows an index: that is
//! what `uv` and `pip` are for.

mod declared;
mod distribution;
mod entry_point;
mod local;
mod marker;
mod poetry_lock;
mod poetry_version;
mod project_file;
mod requirement;
mod requirements_file;
mod runtime_packages;
mod target;
#[cfg(test)]
mod tests;
mod wheel;

pub use declared::{Declared, Dependencies, OwnCode, Undeclared, declared};
pub use distribution::Distribution;
pub use entry_point::{EntryPoint, InvalidEntryPoint, ROOT_MODULE};
pub use local::{LocalProject, local_projects, sources_of};
pub use marker::{InvalidMarker, Marker};
pub use poetry_lock::{LockProblem, Locked, Place, locked};
pub use project_file::{Packaging, ProjectFile};
pub use requirement::{Requirement, normalized};
pub use requirements_file::{Entry, Line, is_hashed, lines};
pub use runtime_packages::left_out;
pub use target::{System, Target};
pub use wheel::{Fit, fit, glibc, machine, platforms};

pub(crate) use local::{leads_to, packs_from, workspace_root};
