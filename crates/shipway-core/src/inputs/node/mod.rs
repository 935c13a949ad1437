//! Node: packages of the same npm, pnpm or Yarn workspace, the workspace's manifests, settings and lock file, packages
//! that a path names, and the TypeScript settings that a function's own extend.

mod entry;
mod layout;
mod lock_file;
mod manifest;
mod tsconfig;
mod workspace;
mod yaml;

use std::collections::BTreeSet;

pub use entry::{bundle_entries, handler_module};
pub use layout::{Edges, Placed, lay_out};
pub use lock_file::{LockFile, LockProblem, PackageManager};
pub use manifest::{DependencyList, Manifest};
pub use workspace::{NodeProject, node_project};

use super::{Project, join, within};
use crate::build::FunctionBuild;

/// What makes a folder a Node package.
pub const MANIFEST: &str = "package.json";

/// What a package manager reads in the folder that it installs in. `.npmrc` may hold a token: it is handed to the tool
/// and never packed.
const SETTINGS: [&str; 8] = [
    MANIFEST,
    "pnpm-workspace.yaml",
    ".npmrc",
    ".yarnrc",
    ".yarnrc.yml",
    ".pnpmfile.cjs",
    ".pnpmfile.mjs",
    "yarn.config.cjs",
];

/// Folders there with what belongs to its settings: Yarn itself and its plugins, and patches of dependencies.
const SETTINGS_FOLDERS: [&str; 4] = [".yarn/releases", ".yarn/plugins", ".yarn/patches", "patches"];

/// Every file outside of the function's folder that its build was found to depend on.
pub(super) fn find(build: &FunctionBuild, project: &mut Project<'_>) -> BTreeSet<String> {
    let Some(folder) = within("", &build.folder) else { return BTreeSet::new() };
    let whole = node_project(&folder, project);
    let mut found = tsconfig::bases(&folder, project);
    if whole.root != folder {
        let names = SETTINGS.into_iter().chain(lock_file::names());
        found.extend(names.map(|name| join(&whole.root, name)).filter(|path| project.files.contains(path)));
        for settings in SETTINGS_FOLDERS {
            found.extend(project.below(&join(&whole.root, settings)).cloned());
        }
        // What goes where in `node_modules` depends on what all of them need.
        found.extend(whole.members.iter().map(|member| join(member, MANIFEST)));
    }
    for needed in &whole.needed {
        found.extend(tsconfig::bases(needed, project));
        // The project's own folder holds everything.
        if !needed.is_empty() {
            found.extend(project.below(needed).cloned());
        }
    }
    found.extend(whole.archives);
    found
}

#[cfg(test)]
mod tests;
