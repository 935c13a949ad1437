//! The engine's ports over this machine: git, build tools, files, processes, the clock.
//!
//! Everything here carries a call out and says what happened; nothing here decides about deploying, knows AWS, or
//! prints. Ports that block run on tokio's threads for blocking work, so every one of them needs a tokio runtime.

mod clock;
mod durable;
mod entropy;
mod environment;
mod failure;
mod file_store;
mod git;
mod hashing;
mod machine;
mod packaging;
mod process;
mod project_files;
mod source_reader;
mod sources;
mod toolchain;

pub use clock::SystemClock;
pub use entropy::SystemEntropy;
pub use environment::CallerEnvironment;
pub use file_store::FileStore;
pub use git::GitProgram;
pub use machine::{ThisMachine, numbered_user};
pub use packaging::{ArtifactFolder, BuildCacheFolder, FolderPackager, machine, runs_on};
pub use project_files::ProjectFiles;
pub use source_reader::ProjectReader;
pub use sources::{ProjectSources, WorkTree};
pub use toolchain::BuildTools;

/// The folder in a project's that Shipway keeps local state in; never an input of a build.
pub const STATE_FOLDER: &str = ".shipway";
