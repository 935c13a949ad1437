//! The repository's history, as far as the order of deployments depends on it.

use async_trait::async_trait;
use shipway_core::build::WorkTree;
use shipway_core::names::Commit;

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

/// How one commit lies to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ancestry {
    /// The same commit.
    Same,
    /// The first is an ancestor of the second.
    Ancestor,
    /// The first is a descendant of the second.
    Descendant,
    /// Neither.
    Diverged,
    /// One of them is not in this clone (a shallow one, say).
    Unknown,
}

/// Git could not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("git {command} failed in {folder}: {message}")]
pub struct GitError {
    /// The arguments, as run.
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
