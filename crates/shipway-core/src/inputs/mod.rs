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

use std::collections::BTreeSet;
use std::fmt;

pub use self::java::{JavaProject, JavaTool, java_project};
use crate::build::FunctionBuild;
use crate::builder::Builder;

/// A project's files, and a way to read one.
pub struct Project<'p> {
    /// Every file, relative to the project's folder, with `/`.
    files: &'p BTreeSet<String>,
    read: &'p mut dyn FnMut(&str) -> Option<String>,
}

impl fmt::Debug for Project<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Project").field("files", &self.files.len()).finish_non_exhaustive()
    }
}

impl<'p> Project<'p> {
    /// `read` gives the text of a listed file, or `None` when it is not text.
    pub fn new(files: &'p BTreeSet<String>, read: &'p mut dyn FnMut(&str) -> Option<String>) -> Self {
        Self { files, read }
    }

    /// The text of a file, if the project has it.
    fn text(&mut self, path: &str) -> Option<String> {
        if self.files.contains(path) { (self.read)(path) } else { None }
    }

    /// Every file in a folder (empty for the project's own) and below.
    fn below(&self, folder: &str) -> impl Iterator<Item = &'p String> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let first = prefix.clone();
        self.files.range(first..).take_while(move |path| path.starts_with(&prefix))
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
fn within(folder: &str, path: &str) -> Option<String> {
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

/// A name in a folder; the project's own folder is empty.
fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// A folder and those above it, up to the project's own, which is empty.
fn upwards(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| {
        if folder.is_empty() { None } else { Some(folder.rsplit_once('/').map_or("", |(above, _)| above)) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
