//! Which of a project's own files a handler reaches, and what all of them together read of the environment.
//!
//! Imports are followed from the file that the handler names, through the function's own folder and the folders that it is
//! said to depend on; third-party packages are not entered. What is loaded by name at run time is not seen.

mod go;
mod java;
mod node;
mod paths;
mod python;
mod ruby;
mod rust;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use crate::grammar::Part;
use crate::{Language, Need, read_text};

/// The files of a project.
pub struct Project<'p> {
    /// Their paths, relative to the project and with `/` between folders.
    pub paths: &'p BTreeSet<String>,
    /// What is in one of them; `None` when it cannot be read.
    pub content: &'p dyn Fn(&str) -> Option<Vec<u8>>,
}

impl std::fmt::Debug for Project<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Project").field("paths", &self.paths.len()).finish_non_exhaustive()
    }
}

/// What a function is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// `python3.x`.
    Python,
    /// `nodejs…`, from JavaScript or TypeScript.
    Node,
    /// A program in Go.
    Go,
    /// A program in Rust.
    Rust,
    /// `java…`, from Java.
    Java,
    /// `ruby3.x`.
    Ruby,
}

/// Where a function begins.
#[derive(Debug, Clone, Copy)]
pub struct Function<'f> {
    /// What it is written for.
    pub family: Family,
    /// Its folder in the project; empty for the project's own.
    pub folder: &'f str,
    /// Its handler. For Go and Rust the program's name, as far as there is one.
    pub handler: &'f str,
    /// The file that it begins with (for Go, the folder of its main package), where that is known better than by the handler.
    pub entry: Option<&'f str>,
    /// Further folders that it is built from.
    pub depends_on: &'f [String],
    /// The project's packages by the names that imports use: packages of an npm workspace, path dependencies of Cargo, Go's
    /// modules. Names to folders.
    pub packages: &'f BTreeMap<String, String>,
}

/// What a function reads of its environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// The variables that are read, by name.
    pub variables: BTreeMap<String, Variable>,
    /// Where a variable is asked for whose name is only known when the code runs.
    pub computed: Vec<Place>,
    /// The files that were read.
    pub reached: Vec<String>,
    /// Why it is all of the folder's files that were read, and not those that the handler reaches.
    pub unresolved: Option<Unresolved>,
}

/// A variable that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Required when one of its reads is.
    pub need: Need,
    /// Its reads, by path and line.
    pub places: Vec<(Place, Need)>,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file's path in the project.
    pub path: String,
    /// The line, from 1.
    pub line: NonZeroU32,
}

/// The file of a handler was not found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unresolved {
    /// Where it would have been.
    pub looked_for: Vec<String>,
}

/// Finds what a function reads of its environment.
#[must_use]
pub fn find(project: &Project<'_>, function: &Function<'_>) -> Findings {
    let walked = match function.family {
        Family::Python => python::walk(project, function),
        Family::Node => node::walk(project, function),
        Family::Go => go::walk(project, function),
        Family::Rust => rust::walk(project, function),
        Family::Java => java::walk(project, function),
        Family::Ruby => ruby::walk(project, function),
    };
    match walked {
        Ok(files) => findings(files, None),
        Err(unresolved) => findings(all_of(project, function), Some(unresolved)),
    }
}

/// Files with their text, by path.
type Files = BTreeMap<String, String>;

fn findings(files: Files, unresolved: Option<Unresolved>) -> Findings {
    let mut found = Findings { unresolved, ..Findings::default() };
    for (path, text) in files {
        let Some(language) = Language::of_path(&path) else { continue };
        let reading = read_text(language, &text);
        for read in reading.reads.into_iter().filter(|read| read.part == Part::Program) {
            let variable = found.variables.entry(read.name);
            let variable = variable.or_insert_with(|| Variable { need: read.need, places: Vec::new() });
            variable.need = variable.need.max(read.need);
            variable.places.push((Place { path: path.clone(), line: read.line }, read.need));
        }
        found.computed.extend(reading.computed.into_iter().map(|line| Place { path: path.clone(), line }));
        found.reached.push(path);
    }
    found
}

/// Follows imports from some files on: `imports` says which paths a file leads to.
fn follow(
    project: &Project<'_>,
    begin: impl IntoIterator<Item = String>,
    mut imports: impl FnMut(&str, &str) -> Vec<String>,
) -> Files {
    let mut files = Files::new();
    let mut waiting: Vec<String> = begin.into_iter().collect();
    while let Some(path) = waiting.pop() {
        if files.contains_key(&path) || paths::is_third_party(&path) {
            continue;
        }
        let Some(content) = (project.content)(&path) else { continue };
        let text = String::from_utf8_lossy(&content).into_owned();
        waiting.extend(imports(&path, &text));
        files.insert(path, text);
    }
    files
}

/// All source files of a function's folder that are its own.
fn all_of(project: &Project<'_>, function: &Function<'_>) -> Files {
    let is_of_family = |path: &str| {
        matches!(
            (function.family, Language::of_path(path)),
            (Family::Python, Some(Language::Python))
                | (Family::Node, Some(Language::JavaScript | Language::TypeScript | Language::Tsx))
                | (Family::Go, Some(Language::Go))
                | (Family::Rust, Some(Language::Rust))
                | (Family::Java, Some(Language::Java))
                | (Family::Ruby, Some(Language::Ruby))
        )
    };
    let own = paths::below(project.paths, function.folder)
        .filter(|path| is_of_family(path) && paths::is_own_source(path.get(function.folder.len()..).unwrap_or(path)));
    follow(project, own.cloned(), |_, _| Vec::new())
}

/// The first of some paths that is a file of the project; those looked for when none is.
fn first_of(project: &Project<'_>, candidates: Vec<String>) -> Result<String, Unresolved> {
    match candidates.iter().find(|path| project.paths.contains(*path)) {
        Some(path) => Ok(path.clone()),
        None => Err(Unresolved { looked_for: candidates }),
    }
}

/// The folders in which a function's own modules are looked for: its own, those that it depends on, and `inner` of each.
fn roots(function: &Function<'_>, inner: &str) -> Vec<String> {
    let folders = std::iter::once(function.folder).chain(function.depends_on.iter().map(String::as_str));
    folders.flat_map(|folder| [folder.to_owned(), paths::join(folder, inner)]).collect()
}
