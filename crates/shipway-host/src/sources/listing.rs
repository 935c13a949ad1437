//! The names of a project's files "as git holds them": tracked, or neither tracked nor ignored. Where the project is
//! in no repository, a walk that heeds the same ignore files. Names only: nothing is read here.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use futures::FutureExt as _;
use futures::future::LocalBoxFuture;
use ignore::WalkBuilder;
use shipway_engine::ports::{BuildFailure, GitError};
use shipway_package::Stamp;

use crate::git::Repository;
use crate::{STATE_FOLDER, failure};

/// What tools leave behind in a folder. Never an input, unless it was committed.
pub(super) const LEFTOVERS: &[&str] =
    &["node_modules", "__pycache__", ".venv", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".DS_Store", ".git"];

/// Names below the project's folder, relative to it, with `/`.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// With a stamp where one had to be taken.
    pub(super) files: BTreeMap<String, Option<Stamp>>,
    /// What could not be listed, and why; a failure only for the function that depends on it.
    pub(super) unreadable: BTreeMap<String, String>,
    /// Git does not look at some of the files: `git update-index --assume-unchanged`, sparse checkouts.
    pub(super) has_hidden: bool,
    /// There are repositories in the repository.
    pub(super) has_repositories: bool,
    /// The folders (empty for the project's) below which all is listed, if not everything is. What is on the way to one of
    /// them is listed by name.
    pub(super) covered: Option<BTreeSet<String>>,
}

/// Lists a project.
pub(super) async fn list(project: &Repository) -> Result<Listing, BuildFailure> {
    let folder = project.folder();
    if is_in_repository(folder) {
        return Ok(list_by_git(project).await?.without_own());
    }
    let folder = folder.to_owned();
    tokio::task::spawn_blocking(move || walk(&folder)).await.map_err(|error| failure::broken_off(&error))?
}

/// Lists a project that is in a repository; Shipway's own files too.
pub(super) async fn list_by_git(project: &Repository) -> Result<Listing, BuildFailure> {
    let mut listing = Listing::default();
    list_repository(project.clone(), String::new(), &mut listing).await.map_err(failed)?;
    Ok(listing)
}

impl Listing {
    /// Whether everything in a folder and below it is listed.
    pub(super) fn covers_all_below(&self, folder: &str) -> bool {
        let Some(covered) = &self.covered else { return true };
        let above = folder.match_indices('/').map(|(end, _)| &folder[..end]);
        covered.contains("") || covered.contains(folder) || above.into_iter().any(|above| covered.contains(above))
    }

    /// Whether every file in a folder is listed, though perhaps not those below it.
    pub(super) fn covers(&self, folder: &str) -> bool {
        let Some(covered) = &self.covered else { return true };
        let below = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let is_on_the_way = || covered.range(below.clone()..).next().is_some_and(|next| next.starts_with(&below));
        self.covers_all_below(folder) || is_on_the_way()
    }

    /// What counts as an input.
    pub(super) fn without_own(mut self) -> Self {
        self.files.retain(|path, _| !is_own(path));
        self
    }
}

fn failed(error: GitError) -> BuildFailure {
    let hints: Vec<&str> = error.hint.as_deref().into_iter().collect();
    failure::input(error.to_string(), &hints)
}

pub(super) fn is_in_repository(folder: &Path) -> bool {
    folder.ancestors().any(|folder| folder.join(".git").exists())
}

/// Lists a repository, or a folder in one, and the repositories in it, each name with `prefix` before it.
fn list_repository(
    repository: Repository,
    prefix: String,
    listing: &mut Listing,
) -> LocalBoxFuture<'_, Result<(), GitError>> {
    async move {
        let folder = repository.folder();
        let arguments = ["ls-files", "-z", "-v", "--cached", "--others", "--exclude-standard"];
        let names = repository.run(&arguments).await?.bytes()?;
        // Whether a name is a repository's only the disk can say. It is asked about every name only where git's own
        // list of submodules says that there are some.
        let submodules = folder.ancestors().any(|folder| folder.join(".gitmodules").exists());
        for record in names.split(|byte| *byte == 0).filter(|record| record.len() > 2) {
            let (untracked, name) = (record[0] == b'?', &record[2..]);
            listing.has_hidden |= !matches!(record[0], b'?' | b'H');
            let Ok(name) = std::str::from_utf8(name) else {
                let shown = format!("{prefix}{}", String::from_utf8_lossy(name));
                listing.unreadable.insert(shown, "its name is not UTF-8".to_owned());
                continue;
            };
            if untracked && name.split('/').any(|part| LEFTOVERS.contains(&part)) {
                continue;
            }
            let below = folder.join(name);
            let candidate = name.ends_with('/') || (submodules && below.is_dir() && !below.is_symlink());
            let name = name.trim_end_matches('/');
            if !candidate {
                listing.files.insert(format!("{prefix}{name}"), None);
                continue;
            }
            listing.has_repositories = true;
            if below.join(".git").exists() {
                list_repository(repository.below(below), format!("{prefix}{name}/"), listing).await?;
            } else if fs::read_dir(&below).is_ok_and(|mut entries| entries.next().is_none()) {
                let reason = "the submodule is not checked out: git submodule update --init";
                listing.unreadable.insert(format!("{prefix}{name}"), reason.to_owned());
            }
        }
        Ok(())
    }
    .boxed_local()
}

fn walk(folder: &Path) -> Result<Listing, BuildFailure> {
    let mut listing = Listing::default();
    let is_leftover = |name: &OsStr| LEFTOVERS.iter().any(|leftover| name == OsStr::new(leftover));
    let walk = WalkBuilder::new(folder)
        .hidden(false)
        .require_git(false)
        .parents(false)
        .git_global(false)
        .filter_entry(move |entry| entry.depth() == 0 || !is_leftover(entry.file_name()))
        .build();
    for entry in walk {
        let entry = entry.map_err(|error| failure::input(format!("cannot list the project: {error}"), &[]))?;
        if entry.file_type().is_none_or(|kind| kind.is_dir()) {
            continue;
        }
        let Ok(name) = entry.path().strip_prefix(folder) else { continue };
        match std::str::from_utf8(name.as_os_str().as_bytes()) {
            Ok(name) if is_own(name) => {}
            Ok(name) => {
                listing.files.insert(name.to_owned(), None);
            }
            Err(_) => {
                listing.unreadable.insert(name.display().to_string(), "its name is not UTF-8".to_owned());
            }
        }
    }
    Ok(listing)
}

/// Shipway's own files: its state, and its configuration, which counts through the settings it makes.
pub(super) fn is_own(path: &str) -> bool {
    path == "shipway.toml" || path.strip_prefix(STATE_FOLDER).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_project_knows_what_it_covers() {
        let covered = ["functions/a", "libs"].map(str::to_owned);
        let listing = Listing { covered: Some(covered.into()), ..Listing::default() };
        for folder in ["functions/a", "functions/a/deep", "libs", "libs/x"] {
            assert!(listing.covers_all_below(folder) && listing.covers(folder), "{folder}");
        }
        for folder in ["", "functions"] {
            assert!(!listing.covers_all_below(folder) && listing.covers(folder), "on the way: {folder}");
        }
        for folder in ["functions/ab", "function", "other"] {
            assert!(!listing.covers(folder), "{folder}");
        }
        assert!(Listing::default().covers_all_below("anything"));
    }
}
