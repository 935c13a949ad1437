//! Cargo: what a package's manifest, and its workspace's, lead to.
//!
//! Cargo reads the manifests of all members of a workspace, and of their path dependencies, before it builds one package:
//! without them the lock file does not fit. Their manifests are inputs, therefore, but the sources only of what the package
//! itself depends on. What Cargo wants to see of the others, empty files do: see [`completion`].
//!
//! `include!`, `include_str!` and what a build script reads are not seen.

mod complete;
mod crates;
mod manifest;

use std::collections::BTreeSet;

pub use complete::completion;

use self::crates::{Crates, Manifests};
use self::manifest::Manifest;
use super::{Project, join, upwards, within};
use crate::build::FunctionBuild;

/// Files that decide about a build in any of the folders above a package.
const ABOVE: [&str; 4] = [".cargo/config.toml", ".cargo/config", "rust-toolchain.toml", "rust-toolchain"];

pub(super) fn find(build: &FunctionBuild, project: &mut Project<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut patched = BTreeSet::new();
    for folder in upwards(&build.folder) {
        for name in ABOVE {
            let path = join(folder, name);
            if !project.files.contains(&path) {
                continue;
            }
            let config = if name.starts_with(".cargo/") { project.text(&path) } else { None };
            // Paths in a configuration are relative to the folder that holds `.cargo`.
            let patches = config.and_then(|text| Manifest::parse(&text)).map(|config| config.patches());
            patched.extend(patches.unwrap_or_default().iter().filter_map(|patch| within(folder, patch)));
            found.insert(path);
        }
    }
    let crates = Crates::of(&build.folder, patched, &mut Manifests::new(project));
    found.extend(crates.roots.iter().chain(&crates.manifests).map(|folder| join(folder, "Cargo.toml")));
    found.extend(crates.root.iter().map(|root| join(root, "Cargo.lock")));
    for folder in &crates.needed {
        found.extend(sources(folder, &crates, project));
    }
    let inside = join(&build.folder, "");
    found.retain(|path| !build.folder.is_empty() && !path.starts_with(&inside) && project.files.contains(path));
    found
}

/// The files of a package: what is in its folder, but for other packages in it, and targets that lie elsewhere.
fn sources(folder: &str, crates: &Crates, project: &mut Project<'_>) -> BTreeSet<String> {
    let prefix = join(folder, "");
    let others: Vec<String> = project
        .below(folder)
        .filter_map(|path| path.strip_suffix("/Cargo.toml"))
        .filter(|other| *other != folder && !crates.needed.contains(*other))
        .map(|other| join(other, ""))
        .collect();
    let mut sources: BTreeSet<String> =
        project.below(folder).filter(|path| !others.iter().any(|other| path.starts_with(other))).cloned().collect();
    let elsewhere = project.text(&join(folder, "Cargo.toml")).and_then(|text| Manifest::parse(&text));
    let paths = elsewhere.map(|manifest| manifest.target_paths()).unwrap_or_default();
    sources.extend(paths.iter().filter_map(|path| within(folder, path)).filter(|path| !path.starts_with(&prefix)));
    sources
}

#[cfg(test)]
mod tests;
