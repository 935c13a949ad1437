//! The repository's history, as far as the order of deployments depends on it.

use async_trait::async_trait;
use shipway_core::build::WorkTree;
use shipway_core::names::Commit;
pub use shipway_core::plan::Ancestry;

/// What is checked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The commit, `None` in a repository without one.
    pub commit: Option<Commit>,
    /// The branch, `None` when detached.
    pub branch: Option<String>,
    /// Whether the project's folder holds changes that the commit does not.
    pub work_tree: WorkTree,
}

/// Git could not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("git {} failed in {folder}: {message}", command.split(' ').next().unwrap_or_default())]
pub struct GitError {
    /// The arguments, as run. Told are not all of them: the first says what was tried.
    pub command: String,
    /// Where.
    pub folder: String,
    /// Git's own words.
    pub message: String,
    /// What to do about it, if that is known.
    pub hint: Option<String>,
}

/// The repository.
#[async_trait(?Send)]
pub trait Git {
    /// What is checked out in the project's folder.
    async fn head(&self) -> Result<Head, GitError>;
    /// How `first` lies to `second`.
    async fn ancestry(&self, first: &Commit, second: &Commit) -> Result<Ancestry, GitError>;
}
