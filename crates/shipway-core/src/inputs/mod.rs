//! Inputs of a build outside of its function's folder that nobody has to declare: what the languages' own manifests
//! lead to inside the project.
//!
//! Texts come in, paths go out; nothing is resolved beyond the project, and no tool is started. What a manifest says too
//! cleverly to be read is left to `depends_on`. What is found is copied beside the function's folder, laid out as in the
//! project, so that the language's tool finds it where the manifest says.

mod cargo;
mod go;
mod gradle;
mod java;
mod maven;
mod node;
mod python;
mod ruby;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Bound;

pub use self::java::{JavaProject, JavaTool, java_project};
pub use self::node::{
    DependencyList, Edges, LockFile, LockProblem, MANIFEST as NODE_MANIFEST, Manifest as NodeManifest, NodeProject,
    PackageManager, Placed, bundle_entries, handler_module, lay_out, node_project,
};
use crate::build::FunctionBuild;
use crate::builder::Builder;
pub(crate) use crate::detection::folders::{join, upwards};
pub use cargo::completion as cargo_completion;

/// The paths of a project's files, relative to its folder, with `/`, in order: a set of them, or a map by them.
pub trait Paths {
    /// Whether the project has this file.
    fn contains(&self, path: &str) -> bool;
    /// The paths from this one on, which need not be there itself.
    fn from<'p>(&'p self, first: &str) -> Box<dyn Iterator<Item = &'p String> + 'p>;
}

impl Paths for BTreeSet<String> {
    fn contains(&self, path: &str) -> bool {
        self.contains(path)
    }

    fn from<'p>(&'p self, first: &str) -> Box<dyn Iterator<Item = &'p String> + 'p> {
        Box::new(self.range::<str, _>((Bound::Included(first), Bound::Unbounded)))
    }
}

impl<V> Paths for BTreeMap<String, V> {
    fn contains(&self, path: &str) -> bool {
        self.contains_key(path)
    }

    fn from<'p>(&'p self, first: &str) -> Box<dyn Iterator<Item = &'p String> + 'p> {
        Box::new(self.range::<str, _>((Bound::Included(first), Bound::Unbounded)).map(|(path, _)| path))
    }
}

/// A project's files, and a way to read one.
pub struct Project<'p> {
    files: &'p dyn Paths,
    read: &'p mut dyn FnMut(&str) -> Option<String>,
}

impl fmt::Debug for Project<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Project").finish_non_exhaustive()
    }
}

impl<'p> Project<'p> {
    /// `read` gives the text of a listed file, or `None` when it is not text.
    pub fn new(files: &'p dyn Paths, read: &'p mut dyn FnMut(&str) -> Option<String>) -> Self {
        Self { files, read }
    }

    /// Whether the project has a file.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.files.contains(path)
    }

    /// The text of a file, if the project has it.
    pub fn text(&mut self, path: &str) -> Option<String> {
        if self.files.contains(path) { (self.read)(path) } else { None }
    }

    /// Every file in a folder (empty for the project's own) and below.
    pub(crate) fn below(&self, folder: &str) -> impl Iterator<Item = &'p String> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        self.files.from(&prefix).take_while(move |path| path.starts_with(&prefix))
    }
}

/// The files of the project, outside of the function's folder, that its build was found to depend on. All of them are
/// in the project's listing.
#[must_use]
pub fn beyond_the_folder(build: &FunctionBuild, project: &mut Project<'_>) -> BTreeSet<String> {
    match &build.builder {
        Builder::Python(_) => python::find(build, project),
        Builder::Node(_) => node::find(build, project),
        Builder::Java(_) => java::find(build, project),
        Builder::Go(_) => go::find(build, project),
        Builder::Rust(_) => cargo::find(build, project),
        Builder::Ruby => ruby::find(build, project),
        // What these depend on, nobody can read from a manifest.
        Builder::Command { .. } | Builder::Prebuilt { .. } => BTreeSet::new(),
    }
}

/// `path`, which is relative to `folder`, relative to the project: `.` and `..` taken out. `None` when it leaves the
/// project or is absolute.
pub(crate) fn within(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::{Platform, Product};
    use crate::contract::{Contract, Corrections};

    /// What is found beyond the folder of a function that is built so, in a project with these files.
    pub(super) fn found(builder: Builder, folder: &str, files: &[(&str, &str)]) -> Vec<String> {
        let contract = Contract::new("provided.al2023".parse().unwrap(), "bootstrap".parse().unwrap());
        let build = FunctionBuild {
            product: Product::Function,
            function: "f".parse().unwrap(),
            folder: folder.to_owned(),
            builder,
            runtime: contract.runtime.clone(),
            handler: contract.handler.clone(),
            platform: Platform::Host,
            depends_on: vec![],
            exclude: vec![],
            allow: vec![],
            variables: vec![],
            timeout_seconds: 60,
            corrections: Corrections::default(),
            contract,
        };
        let listed: BTreeSet<String> = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        let mut read = |path: &str| files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned());
        beyond_the_folder(&build, &mut Project::new(&listed, &mut read)).into_iter().collect()
    }

    #[test]
    fn paths_stay_within_the_project() {
        assert_eq!(within("functions/a", "../../libs/b").as_deref(), Some("libs/b"));
        assert_eq!(within("", "./a/").as_deref(), Some("a"));
        assert_eq!(within("a", "../.."), None);
        assert_eq!(within("a", "/etc"), None);
        assert_eq!(upwards("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
    }

    #[test]
    fn a_folders_files_are_those_below_it() {
        let files: BTreeSet<String> = ["a/b", "a/c/d", "ab", "b"].map(str::to_owned).into();
        let mut read = |_: &str| None;
        let project = Project::new(&files, &mut read);
        assert_eq!(project.below("a").collect::<Vec<_>>(), ["a/b", "a/c/d"]);
        assert_eq!(project.below("").count(), 4);
    }
}
