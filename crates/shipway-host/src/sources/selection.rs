//! Which of a project's files one function depends on: its folder, what its manifests lead to outside of that, its
//! `depends_on`, a prebuilt package. Whatever is named and not there, or outside of the project, is the user's mistake and
//! is named.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use globset::GlobBuilder;
use shipway_core::build::FunctionBuild;
use shipway_core::builder::Builder;
use shipway_core::inputs;
use shipway_engine::ports::BuildFailure;
use shipway_package::Stamp;

use super::listing::Listing;
use crate::failure;

/// What makes a text a glob.
const GLOB_CHARACTERS: [char; 4] = ['*', '?', '[', '{'];

/// Paths, each with its stamp where the listing had to ask for it.
pub(super) type Selected = BTreeMap<String, Option<Stamp>>;

/// What came of selecting from a listing of a part of the project.
#[derive(Debug)]
pub(super) enum Selection {
    /// The paths, relative to the project's folder, of everything that the build depends on.
    Complete(Selected),
    /// These folders have to be listed too.
    NeedsMore(BTreeSet<String>),
}

/// Everything that `build` depends on.
pub(super) fn select(project: &Path, listing: &Listing, build: &FunctionBuild) -> Result<Selection, BuildFailure> {
    let function = &build.function;
    let folder =
        within_project(&build.folder).ok_or_else(|| outside(&format!("the folder of `{function}`"), &build.folder))?;
    if !project.join(&folder).is_dir() {
        return Err(failure::input(
            format!("the folder `{}` of `{function}` does not exist", build.folder),
            &["correct `path` in shipway.toml"],
        ));
    }
    let mut selected = match &build.builder {
        // What made the package was somebody else's build: the package alone decides.
        Builder::Prebuilt { path } => prebuilt(project, &folder, path)?,
        _ => below(listing, &folder)?,
    };
    if selected.is_empty() {
        return Err(failure::input(
            format!("`{function}` has no files: `{}` is empty, or all of it is ignored by git", build.folder),
            &["git check-ignore -v shows which rule ignores a file"],
        ));
    }
    let mut read = |path: &str| fs::read_to_string(project.join(path)).ok();
    let part = Part { listing, needed: RefCell::default() };
    let found = inputs::beyond_the_folder(build, &mut inputs::Project::new(&part, &mut read));
    let needed = part.needed.into_inner();
    if !needed.is_empty() {
        return Ok(Selection::NeedsMore(needed));
    }
    let with_stamp = |path: String| {
        let stamp = listing.files.get(&path).copied().flatten();
        (path, stamp)
    };
    selected.extend(found.into_iter().map(with_stamp));
    for dependency in &build.depends_on {
        selected.extend(depended_on(project, listing, dependency)?);
    }
    Ok(Selection::Complete(selected))
}

/// A listing of a part of the project, which notes what it is asked of the rest.
struct Part<'a> {
    listing: &'a Listing,
    needed: RefCell<BTreeSet<String>>,
}

impl Part<'_> {
    fn need(&self, folder: &str) {
        if !self.listing.covers(folder) {
            self.needed.borrow_mut().insert(folder.to_owned());
        }
    }
}

impl inputs::Paths for Part<'_> {
    fn contains(&self, path: &str) -> bool {
        self.need(path.rsplit_once('/').map_or("", |(folder, _)| folder));
        self.listing.files.contains_key(path)
    }

    fn from<'p>(&'p self, first: &str) -> Box<dyn Iterator<Item = &'p String> + 'p> {
        let folder = first.rsplit_once('/').map_or("", |(folder, _)| folder);
        // All below it is wanted, not only what is in it.
        if !self.listing.covers_all_below(folder) {
            self.needed.borrow_mut().insert(folder.to_owned());
        }
        inputs::Paths::from(&self.listing.files, first)
    }
}

fn depended_on(project: &Path, listing: &Listing, dependency: &str) -> Result<Selected, BuildFailure> {
    let path = within_project(dependency).ok_or_else(|| outside("`depends_on`", dependency))?;
    let selected = if path.contains(GLOB_CHARACTERS) {
        matching(listing, &path)?
    } else {
        match fs::symlink_metadata(project.join(&path)) {
            Ok(metadata) if metadata.is_dir() => below(listing, &path)?,
            // Named one by one, a file counts even if git ignores it.
            Ok(_) => Selected::from([(path, None)]),
            Err(_) => Selected::new(),
        }
    };
    if selected.is_empty() {
        return Err(failure::input(
            format!("`depends_on` names `{dependency}`, and there is no such file"),
            &["paths in `depends_on` are relative to the project's folder; what git ignores does not count"],
        ));
    }
    Ok(selected)
}

fn below(listing: &Listing, folder: &str) -> Result<Selected, BuildFailure> {
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let unreadable = listing.unreadable.iter();
    // A submodule that is missing may hold the folder, or be in it.
    let mut missing = unreadable
        .filter(|(path, _)| path.starts_with(&prefix) || format!("{folder}/").starts_with(&format!("{path}/")));
    if let Some((path, reason)) = missing.next() {
        return Err(failure::input(format!("`{path}` cannot be read: {reason}"), &[]));
    }
    Ok(begin_with(listing, &prefix).map(|(path, stamp)| (path.clone(), *stamp)).collect())
}

fn matching(listing: &Listing, glob: &str) -> Result<Selected, BuildFailure> {
    let matcher = GlobBuilder::new(glob)
        .literal_separator(true)
        .build()
        .map_err(|error| failure::input(format!("`depends_on` holds a broken glob: {error}"), &[]))?
        .compile_matcher();
    // A glob that matches a folder stands for all that is in it.
    let covers =
        |path: &str| matcher.is_match(path) || path.match_indices('/').any(|(end, _)| matcher.is_match(&path[..end]));
    if let Some((path, reason)) = listing.unreadable.iter().find(|(path, _)| covers(path)) {
        return Err(failure::input(format!("`{path}` cannot be read: {reason}"), &[]));
    }
    let candidates = begin_with(listing, literal_folder(glob));
    Ok(candidates.filter(|(path, _)| covers(path)).map(|(path, stamp)| (path.clone(), *stamp)).collect())
}

/// The listed files whose paths begin with `prefix`.
fn begin_with<'a>(listing: &'a Listing, prefix: &'a str) -> impl Iterator<Item = (&'a String, &'a Option<Stamp>)> {
    listing.files.range(prefix.to_owned()..).take_while(move |(path, _)| path.starts_with(prefix))
}

/// The folders that a glob names literally, with the `/` at their end: what it matches is below.
fn literal_folder(glob: &str) -> &str {
    // What is escaped is not literal.
    let is_special = |character| GLOB_CHARACTERS.contains(&character) || character == '\\';
    let literal = &glob[..glob.find(is_special).unwrap_or(glob.len())];
    &literal[..literal.rfind('/').map_or(0, |at| at + 1)]
}

/// The folders, relative to the project's, below which all that `build` depends on is listed; empty for the project's.
/// What is outside of the project is left out here and refused by [`select`].
pub(super) fn folders(build: &FunctionBuild) -> Vec<String> {
    // A prebuilt package is not listed.
    let own = if matches!(build.builder, Builder::Prebuilt { .. }) { None } else { within_project(&build.folder) };
    let dependencies = build.depends_on.iter().filter_map(|dependency| within_project(dependency));
    let folder = |path: String| {
        if path.contains(GLOB_CHARACTERS) { literal_folder(&path).trim_end_matches('/').to_owned() } else { path }
    };
    own.into_iter().chain(dependencies.map(folder)).collect()
}

fn prebuilt(project: &Path, folder: &str, path: &str) -> Result<Selected, BuildFailure> {
    let whole = within_project(&joined(folder, path)).ok_or_else(|| outside("the prebuilt package", path))?;
    let metadata = fs::symlink_metadata(project.join(&whole)).map_err(|_| {
        failure::input(
            format!("the prebuilt package `{whole}` is not there"),
            &["build it first, or correct its path in shipway.toml"],
        )
    })?;
    if metadata.is_symlink() {
        return Err(failure::input(format!("the prebuilt package `{whole}` is a link: name what it points at"), &[]));
    }
    let mut files = Selected::new();
    if metadata.is_dir() {
        walk(project, &whole, &mut files)?;
    } else {
        files.insert(whole, None);
    }
    Ok(files)
}

/// Everything in a folder, ignored or not.
fn walk(project: &Path, folder: &str, files: &mut Selected) -> Result<(), BuildFailure> {
    let path = project.join(folder);
    let failed = |error| failure::io("list", &path, &error);
    for entry in fs::read_dir(&path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
            return Err(failure::input(format!("the name of {} is not UTF-8", entry.path().display()), &[]));
        };
        let name = format!("{folder}/{name}");
        if entry.file_type().map_err(failed)?.is_dir() {
            walk(project, &name, files)?;
        } else {
            files.insert(name, None);
        }
    }
    Ok(())
}

/// `path`, which is relative to `folder`, relative to the project. An absolute path stays one.
fn joined(folder: &str, path: &str) -> String {
    if folder.is_empty() || path.starts_with('/') { path.to_owned() } else { format!("{folder}/{path}") }
}

fn outside(what: &str, path: &str) -> BuildFailure {
    failure::input(
        format!("{what} is outside of the project: `{path}`"),
        &["what a build depends on must be below the folder that holds shipway.toml"],
    )
}

/// `path` without `.` and `..`, or `None` if it leaves the project. Decided by the text alone.
pub(crate) fn within_project(path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
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
