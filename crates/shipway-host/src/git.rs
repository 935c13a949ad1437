//! The `git` program behind the engine's [`Git`]: one call says what is checked out, at most two how commits lie.
//!
//! The user's own git with the user's own settings, but never a prompt, a lock, a pager or a daemon, and never the
//! repository that a hook's environment points at. What the answers mean for a deployment is not decided here.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use async_trait::async_trait;
use shipway_core::build::WorkTree;
use shipway_core::names::Commit;
use shipway_engine::ports::{Ancestry, Git, GitError, Head};

use crate::STATE_FOLDER;
use crate::environment::CallerEnvironment;
use crate::process;
use crate::sources::WorkTree as ProjectWorkTree;

/// How long one call may take. Large work trees on cold disks take minutes.
const PATIENCE: Duration = Duration::from_secs(300);

/// The repository that a project's folder is in, asked by the `git` program.
#[derive(Debug, Clone)]
pub struct GitProgram {
    repository: Repository,
    /// Knows some answers without asking.
    work_tree: Option<ProjectWorkTree>,
}

/// Where git runs, and with which variables.
#[derive(Debug, Clone)]
pub(crate) struct Repository {
    folder: PathBuf,
    environment: BTreeMap<OsString, OsString>,
}

impl GitProgram {
    /// Asks about the project in `folder`, which may be the repository's root or any folder in it.
    #[must_use]
    pub fn new(folder: &Path, environment: &CallerEnvironment) -> Self {
        Self { repository: Repository::new(folder, environment), work_tree: None }
    }

    /// The same, looking at the work tree together with those who look at it for other reasons.
    #[must_use]
    pub fn with_work_tree(self, work_tree: ProjectWorkTree) -> Self {
        Self { work_tree: Some(work_tree), ..self }
    }

    async fn is_ancestor(&self, first: &Commit, second: &Commit) -> Result<Related, GitError> {
        let run = self.repository.run(&["merge-base", "--is-ancestor", first.as_str(), second.as_str()]).await?;
        match run.code {
            Some(0) => Ok(Related::Yes),
            Some(1) => Ok(Related::No),
            _ if self.has(first).await? && self.has(second).await? => Err(run.error()),
            _ => Ok(Related::Unknown),
        }
    }

    async fn has(&self, commit: &Commit) -> Result<bool, GitError> {
        let run = self.repository.run(&["cat-file", "-e", &format!("{commit}^{{commit}}")]).await?;
        // Other failures than a missing object (no repository, say) must not pass for one.
        if run.code != Some(0) && run.error().hint.is_some() {
            return Err(run.error());
        }
        Ok(run.code == Some(0))
    }

    async fn is_shallow(&self) -> Result<bool, GitError> {
        let text = self.repository.run(&["rev-parse", "--is-shallow-repository"]).await?.text()?;
        Ok(text.trim() == "true")
    }
}

/// Whether one commit is an ancestor of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Related {
    Yes,
    No,
    Unknown,
}

#[async_trait(?Send)]
impl Git for GitProgram {
    async fn head(&self) -> Result<Head, GitError> {
        match &self.work_tree {
            Some(work_tree) => work_tree.head(&self.repository).await,
            None => Ok(self.repository.status().await?.head()),
        }
    }

    async fn ancestry(&self, first: &Commit, second: &Commit) -> Result<Ancestry, GitError> {
        if first == second {
            return Ok(Ancestry::Same);
        }
        match self.is_ancestor(first, second).await? {
            Related::Yes => return Ok(Ancestry::Ancestor),
            Related::Unknown => return Ok(Ancestry::Unknown),
            Related::No => {}
        }
        match self.is_ancestor(second, first).await? {
            Related::Yes => Ok(Ancestry::Descendant),
            Related::Unknown => Ok(Ancestry::Unknown),
            // Where history was cut off, "not related" only means "not as far as can be seen".
            Related::No if self.is_shallow().await? => Ok(Ancestry::Unknown),
            Related::No => Ok(Ancestry::Diverged),
        }
    }
}

/// What `git status --porcelain=v2 --branch -z` said of the project's folder.
#[derive(Debug, Clone)]
pub(crate) struct Status {
    text: String,
}

impl Status {
    fn records(&self) -> impl Iterator<Item = &str> {
        self.text.split('\0').filter(|record| !record.is_empty())
    }

    /// The commit, the branch, and whether there are changes.
    pub(crate) fn head(&self) -> Head {
        let mut head = Head { commit: None, branch: None, work_tree: WorkTree::Clean };
        for record in self.records() {
            if let Some(commit) = record.strip_prefix("# branch.oid ") {
                // `(initial)` where there is no commit yet.
                head.commit = commit.parse().ok();
            } else if let Some(branch) = record.strip_prefix("# branch.head ") {
                head.branch = (branch != "(detached)").then(|| branch.to_owned());
            } else if !record.starts_with('#') {
                head.work_tree = WorkTree::Dirty;
            }
        }
        head
    }

    /// The paths of changed and new files, relative to the folder that is called `prefix` in the repository, where new folders
    /// end in `/`. `None` if one of them is not in it, or if the output is not what it is known to be.
    pub(crate) fn dirty_below(&self, prefix: &str) -> Option<BTreeSet<String>> {
        let mut paths = BTreeSet::new();
        let mut records = self.records();
        while let Some(record) = records.next() {
            let (kind, rest) = record.split_once(' ')?;
            // How many fields stand before the path.
            let fields = match kind {
                "#" => continue,
                "?" => 0,
                "1" => 7,
                "2" => 8,
                "u" => 9,
                _ => return None,
            };
            let path = if fields == 0 { rest } else { rest.splitn(fields + 1, ' ').nth(fields)? };
            paths.insert(path.strip_prefix(prefix)?.to_owned());
            if kind == "2" {
                // Where it was renamed from.
                records.next()?;
            }
        }
        Some(paths)
    }
}

/// What a call of git came to.
#[derive(Debug)]
pub(crate) struct Run {
    command: String,
    folder: PathBuf,
    code: Option<i32>,
    stdout: Vec<u8>,
    stderr: String,
}

impl Run {
    /// What it wrote, if it succeeded.
    pub(crate) fn bytes(self) -> Result<Vec<u8>, GitError> {
        if self.code == Some(0) { Ok(self.stdout) } else { Err(self.error()) }
    }

    fn text(self) -> Result<String, GitError> {
        Ok(String::from_utf8_lossy(&self.bytes()?).into_owned())
    }

    fn error(&self) -> GitError {
        let message = self.stderr.trim();
        let message = message.strip_prefix("fatal: ").unwrap_or(message);
        let message = if message.is_empty() { "no message" } else { message };
        GitError {
            command: self.command.clone(),
            folder: self.folder.display().to_string(),
            message: message.to_owned(),
            hint: hint(message, &self.folder),
        }
    }
}

/// What to do about an error of git's. Git has no codes: the texts are those of the C locale, which `run` asks for.
fn hint(message: &str, folder: &Path) -> Option<String> {
    if message.contains("not a git repository") {
        Some("run this in a git repository, or make one: git init && git add . && git commit".to_owned())
    } else if message.contains("dubious ownership") {
        let folder = folder.display();
        Some(format!(
            "the repository belongs to another user; if it is yours: git config --global --add safe.directory {folder}"
        ))
    } else {
        None
    }
}

impl Repository {
    pub(crate) fn new(folder: &Path, environment: &CallerEnvironment) -> Self {
        Self { folder: folder.to_owned(), environment: environment.for_git() }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A repository in this one.
    pub(crate) fn below(&self, folder: PathBuf) -> Self {
        Self { folder, environment: self.environment.clone() }
    }

    /// The variables that git gets.
    pub(crate) fn variables(&self) -> &BTreeMap<OsString, OsString> {
        &self.environment
    }

    /// One of them.
    pub(crate) fn variable(&self, name: &str) -> Option<&OsString> {
        self.environment.get(OsStr::new(name))
    }

    /// The state of the project's folder.
    pub(crate) async fn status(&self) -> Result<Status, GitError> {
        let own = format!(":(exclude){STATE_FOLDER}");
        let arguments =
            ["status", "--porcelain=v2", "--branch", "--no-ahead-behind", "--untracked-files=normal", "-z", "--", "."];
        let mut arguments = arguments.to_vec();
        arguments.push(&own);
        let text = self.run(&arguments).await?.text()?;
        Ok(Status { text })
    }

    /// Runs git.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Result<Run, GitError> {
        let folder = &self.folder;
        let text = arguments.join(" ");
        let failed = |message: String, hint: Option<&str>| GitError {
            command: text.clone(),
            folder: folder.display().to_string(),
            message,
            hint: hint.map(str::to_owned),
        };
        if !folder.is_dir() {
            return Err(failed("there is no such folder".to_owned(), None));
        }
        let output = match tokio::time::timeout(PATIENCE, self.command(arguments).output()).await {
            Ok(Ok(output)) => output,
            Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => {
                let hint = "install git (https://git-scm.com/downloads), or put it on PATH";
                return Err(failed("there is no `git` program on PATH".to_owned(), Some(hint)));
            }
            Ok(Err(error)) => return Err(failed(error.to_string(), None)),
            Err(_) => return Err(failed(format!("no answer within {} s", PATIENCE.as_secs()), None)),
        };
        Ok(Run {
            command: text,
            folder: folder.to_owned(),
            code: output.status.code(),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    fn command(&self, arguments: &[&str]) -> tokio::process::Command {
        // A name without a folder fails with "not found", as it should.
        let program = process::find("git", &self.environment).unwrap_or_else(|| "git".into());
        let mut command = tokio::process::Command::new(program);
        // A file system monitor would be a daemon that outlives us.
        command.args(["--no-optional-locks", "--no-pager", "-c", "core.fsmonitor=false"]).args(arguments);
        command.current_dir(&self.folder).env_clear().envs(&self.environment).stdin(Stdio::null()).kill_on_drop(true);
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(text: &str) -> Status {
        Status { text: text.to_owned() }
    }

    #[test]
    fn a_status_is_read() {
        let oid = "0123456789012345678901234567890123456789";
        let head = status(&format!("# branch.oid {oid}\0# branch.head main\0# branch.upstream origin/main\0")).head();
        let commit = Some(oid.parse().unwrap());
        assert_eq!(head, Head { commit, branch: Some("main".to_owned()), work_tree: WorkTree::Clean });
        let head = status("# branch.oid (initial)\0# branch.head (detached)\0? new file\0").head();
        assert_eq!(head, Head { commit: None, branch: None, work_tree: WorkTree::Dirty });
    }

    #[test]
    fn changed_paths_are_read() {
        let text = "# branch.oid (initial)\0\
            1 .M N... 100644 100644 100644 0123 0123 app/a b.py\0\
            2 R. N... 100644 100644 100644 0123 0123 R100 app/new.py\0app/old.py\0\
            u UU N... 100644 100644 100644 100644 0123 0123 0123 app/both.py\0\
            ? app/folder/\0";
        let expected = ["a b.py", "both.py", "folder/", "new.py"].map(str::to_owned).into();
        assert_eq!(status(text).dirty_below("app/"), Some(expected));
        assert_eq!(status(text).dirty_below("other/"), None);
        assert_eq!(status("x something else\0").dirty_below(""), None);
    }
}
