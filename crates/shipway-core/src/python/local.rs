//! Projects of the same repository that a Python project depends on: where its manifest leads, and where those lead.

use std::collections::BTreeSet;

use super::project_file::{ProjectFile, SourceRef};
use crate::inputs::{Project, join, upwards, within};

/// A folder with a Python project of the repository's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalProject {
    /// Relative to the project's folder; empty for that itself.
    pub folder: String,
    /// The extras that are asked for.
    pub extras: BTreeSet<String>,
}

/// The projects in `first`, and every one that their manifests lead to, once each.
pub fn local_projects(first: Vec<LocalProject>, project: &mut Project<'_>) -> Vec<LocalProject> {
    let mut found: Vec<LocalProject> = Vec::new();
    let mut waiting = first;
    waiting.reverse();
    while let Some(next) = waiting.pop() {
        if let Some(known) = found.iter_mut().find(|known| known.folder == next.folder) {
            known.extras.extend(next.extras);
            continue;
        }
        waiting.extend(sources_of(&next.folder, project));
        found.push(next);
    }
    found
}

/// The projects that the `pyproject.toml` of a folder leads to.
pub fn sources_of(folder: &str, project: &mut Project<'_>) -> Vec<LocalProject> {
    let folders = leads_to(folder, project).into_iter().filter(|path| is_project(path, project)).collect::<Vec<_>>();
    folders.into_iter().map(|folder| LocalProject { folder, extras: BTreeSet::new() }).collect()
}

/// Whether a folder holds what can be built.
pub(super) fn is_project(folder: &str, project: &Project<'_>) -> bool {
    ["pyproject.toml", "setup.py", "setup.cfg"].iter().any(|name| project.has(&join(folder, name)))
}

/// The folders and files of the repository that a folder's `pyproject.toml` leads to.
pub(crate) fn leads_to(folder: &str, project: &mut Project<'_>) -> Vec<String> {
    let Some(file) = project_file(folder, project) else { return vec![] };
    let mut paths = Vec::new();
    for source in file.sources() {
        match source {
            SourceRef::Path(path) => paths.extend(within(folder, path)),
            SourceRef::WorkspaceMember(name) => paths.extend(member(folder, name, project)),
        }
    }
    paths
}

fn project_file(folder: &str, project: &mut Project<'_>) -> Option<ProjectFile> {
    ProjectFile::parse(&project.text(&join(folder, "pyproject.toml"))?).ok()
}

/// The root of the uv workspace that a folder belongs to: the nearest above it that names it.
pub(crate) fn workspace_root(folder: &str, project: &mut Project<'_>) -> Option<String> {
    for root in upwards(folder) {
        let Some(workspace) = project_file(root, project).and_then(|file| file.workspace()) else { continue };
        let relative = folder.strip_prefix(root).unwrap_or(folder).trim_start_matches('/');
        return workspace.has(relative).then(|| root.to_owned());
    }
    None
}

/// The folder of the workspace's member that has this name.
fn member(folder: &str, name: &str, project: &mut Project<'_>) -> Option<String> {
    let root = workspace_root(folder, project)?;
    let workspace = project_file(&root, project)?.workspace()?;
    let manifests: Vec<String> =
        project.below(&root).filter(|path| path.ends_with("pyproject.toml")).cloned().collect();
    let name = super::normalized(name);
    manifests.into_iter().find_map(|path| {
        let folder = path.strip_suffix("pyproject.toml")?.trim_end_matches('/').to_owned();
        let relative = folder.strip_prefix(&root).unwrap_or(&folder).trim_start_matches('/');
        let is_it = workspace.has(relative) && project_file(&folder, project)?.name().as_ref() == Some(&name);
        is_it.then_some(folder)
    })
}

/// The folders elsewhere whose code Poetry packs with a folder's own.
pub(crate) fn packs_from(folder: &str, project: &mut Project<'_>) -> Vec<String> {
    let packages = project_file(folder, project).map(|file| file.poetry_packages()).unwrap_or_default();
    packages.into_iter().filter_map(|path| within(folder, &path)).collect()
}
