//! Where a Node function belongs: the folder in which the package manager installs (its own, or the workspace's root
//! above it), the workspace's packages, and those of the project's own packages that the function depends on.

use std::collections::{BTreeMap, BTreeSet};

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use super::lock_file::{self, LockFile, LockProblem, PackageManager};
use super::manifest::{DependencyList, Manifest};
use super::{MANIFEST, yaml};
use crate::inputs::{Project, join, upwards, within};

/// pnpm's list of a workspace's packages.
const PNPM_WORKSPACE: &str = "pnpm-workspace.yaml";

/// What a Node function belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeProject {
    /// The folder in which the package manager installs: the function's own or the workspace's root above it.
    pub root: String,
    /// The folders of the workspace's packages, other than the root, sorted.
    pub members: BTreeSet<String>,
    /// The folders of the project's own packages that the function depends on, whatever depends on others after those;
    /// not the function's own.
    pub needed: Vec<String>,
    /// Packed packages (`file:vendor/x.tgz`) that any of these depend on.
    pub archives: BTreeSet<String>,
    /// The lock file that decides.
    pub lock: Result<LockFile, LockProblem>,
}

/// What the function in `folder` belongs to. `folder` is relative to the project; empty for its own.
#[must_use]
pub fn node_project(folder: &str, project: &mut Project<'_>) -> NodeProject {
    let root = root_of(folder, project);
    let root_manifest = read(&root, project).unwrap_or_default();
    let members = members_of(&root, project);
    let names = names_of(&members, project);
    let lock = lock_of(&root, &root_manifest, &members, &names, project);
    let mut search = Search { names, visited: [folder.to_owned()].into(), needed: vec![], archives: [].into() };
    search.follow(folder, project);
    NodeProject { root, members, needed: search.needed, archives: search.archives, lock }
}

fn lock_of(
    root: &str,
    manifest: &Manifest,
    members: &BTreeSet<String>,
    names: &BTreeMap<String, String>,
    project: &mut Project<'_>,
) -> Result<LockFile, LockProblem> {
    let lock = lock_file::choose(root, manifest, project)?;
    if lock.manager == PackageManager::YarnClassic && !members.is_empty() {
        let text = project.text(&lock.path).unwrap_or_default();
        let others: Vec<(&str, Manifest)> =
            members.iter().filter_map(|member| Some((member.as_str(), read(member, project)?))).collect();
        let packages = others.iter().map(|(folder, manifest)| (*folder, manifest)).chain([(root, manifest)]);
        lock_file::check_yarn_classic(&lock.path, &text, packages, names)?;
    }
    Ok(lock)
}

pub(super) fn read(folder: &str, project: &mut Project<'_>) -> Option<Manifest> {
    project.text(&join(folder, MANIFEST)).and_then(|text| Manifest::parse(&text).ok())
}

/// The nearest folder with a lock file that is the function's own or a workspace that the function is in; without lock
/// files, the nearest such workspace.
fn root_of(folder: &str, project: &mut Project<'_>) -> String {
    let mut without_lock = None;
    for above in upwards(folder) {
        if above != folder && !globs_of(above, project).is_match(inside(folder, above)) {
            continue;
        }
        if lock_file::names().any(|name| project.files.contains(&join(above, name))) {
            return above.to_owned();
        }
        if above != folder {
            without_lock.get_or_insert(above);
        }
    }
    without_lock.unwrap_or(folder).to_owned()
}

/// `path` as seen from a folder above it.
fn inside<'p>(path: &'p str, folder: &str) -> &'p str {
    path.strip_prefix(folder).map_or(path, |rest| rest.trim_start_matches('/'))
}

/// Which folders below a workspace's root are its packages.
struct Globs {
    wanted: GlobSet,
    unwanted: GlobSet,
}

impl Globs {
    fn is_match(&self, folder: &str) -> bool {
        self.wanted.is_match(folder) && !self.unwanted.is_match(folder)
    }
}

fn globs_of(root: &str, project: &mut Project<'_>) -> Globs {
    let mut texts: Vec<String> = read(root, project)
        .map(|manifest| manifest.workspaces().into_iter().map(str::to_owned).collect())
        .unwrap_or_default();
    if let Some(text) = project.text(&join(root, PNPM_WORKSPACE)) {
        texts.extend(yaml::list(&text, "packages"));
    }
    let (unwanted, wanted): (Vec<&str>, Vec<&str>) =
        texts.iter().map(String::as_str).partition(|text| text.starts_with('!'));
    Globs { wanted: set(&wanted), unwanted: set(&unwanted) }
}

/// A glob that cannot be read matches nothing: the package manager will say so.
fn set(texts: &[&str]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for text in texts {
        let text = text.trim_start_matches('!').trim_start_matches("./").trim_end_matches('/');
        if let Ok(glob) = glob(text) {
            set.add(glob);
        }
    }
    set.build().unwrap_or_else(|_| GlobSet::empty())
}

fn glob(text: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(text).literal_separator(true).build()
}

fn members_of(root: &str, project: &mut Project<'_>) -> BTreeSet<String> {
    let globs = globs_of(root, project);
    let suffix = format!("/{MANIFEST}");
    project
        .below(root)
        .filter_map(|path| path.strip_suffix(suffix.as_str()))
        .filter(|folder| *folder != root && !folder.split('/').any(|part| part == "node_modules"))
        .filter(|folder| globs.is_match(inside(folder, root)))
        .map(str::to_owned)
        .collect()
}

fn names_of(members: &BTreeSet<String>, project: &mut Project<'_>) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for folder in members {
        if let Some(name) = read(folder, project).as_ref().and_then(Manifest::name) {
            names.insert(name.to_owned(), folder.clone());
        }
    }
    names
}

struct Search {
    /// The folders of the workspace's packages, by name.
    names: BTreeMap<String, String>,
    visited: BTreeSet<String>,
    needed: Vec<String>,
    archives: BTreeSet<String>,
}

impl Search {
    /// Finds what the package in `folder` depends on, depth first.
    fn follow(&mut self, folder: &str, project: &mut Project<'_>) {
        let Some(manifest) = read(folder, project) else { return };
        for list in DependencyList::ALL {
            for (name, wanted) in manifest.packages(list) {
                match self.target(folder, name, wanted) {
                    Some(path) if project.files.contains(&path) => {
                        self.archives.insert(path);
                    }
                    Some(path) => self.visit(path, project),
                    None => {}
                }
            }
        }
    }

    fn visit(&mut self, folder: String, project: &mut Project<'_>) {
        let there = project.files.contains(&join(&folder, MANIFEST));
        if there && self.visited.insert(folder.clone()) {
            self.follow(&folder, project);
            self.needed.push(folder);
        }
    }

    /// Where in the project a dependency of the package in `folder` is, if it is there.
    fn target(&self, folder: &str, name: &str, wanted: &str) -> Option<String> {
        let path = match wanted.split_once(':') {
            Some(("file" | "link" | "portal", path)) => Some(path),
            Some(("workspace", path)) if path.starts_with('.') => Some(path),
            None if wanted.starts_with("./") || wanted.starts_with("../") => Some(wanted),
            _ => None,
        };
        match path {
            Some(path) => within(folder, path),
            // npm and Yarn take a workspace's package whose version fits, by its name alone.
            None => self.names.get(name).cloned(),
        }
    }
}
