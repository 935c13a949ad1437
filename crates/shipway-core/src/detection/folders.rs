//! A listing, looked at by folder, without what never holds a project's own functions.

use std::collections::{BTreeMap, BTreeSet};

use super::detect::ListedFile;

/// A source file larger than this is generated; it is not read.
const LARGEST_SOURCE: u64 = 512 * 1024;

/// Folders of other people's code, of tests, of tools and of build outputs.
const IGNORED_FOLDERS: [&str; 21] = [
    "node_modules",
    "venv",
    "env",
    "virtualenv",
    "site-packages",
    "__pycache__",
    "tests",
    "test",
    "__tests__",
    "__mocks__",
    "spec",
    "e2e",
    "fixtures",
    "vendor",
    "coverage",
    "docs",
    "target",
    "cdk.out",
    "bower_components",
    "htmlcov",
    "migrations",
];

/// Folders of build outputs: no sources there, but perhaps something prebuilt.
const OUTPUT_FOLDERS: [&str; 4] = ["dist", "build", "out", "package"];

/// The files of a listing that may belong to a function.
#[derive(Debug)]
pub(super) struct Folders<'a> {
    /// By folder (empty for the root), the files' names and sizes.
    files: BTreeMap<&'a str, BTreeMap<&'a str, u64>>,
}

impl<'a> Folders<'a> {
    pub(super) fn new(listing: &'a [ListedFile]) -> Self {
        let mut files: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
        for file in listing {
            let (folder, name) = split(&file.path);
            let ignored = |part: &str| IGNORED_FOLDERS.contains(&part) || part.starts_with('.') || part.is_empty();
            if name.is_empty() || (!folder.is_empty() && folder.split('/').any(ignored)) {
                continue;
            }
            files.entry(folder).or_default().insert(name, file.size);
        }
        Self { files }
    }

    /// Whether a folder directly holds a file.
    pub(super) fn has(&self, folder: &str, name: &str) -> bool {
        self.files.get(folder).is_some_and(|files| files.contains_key(name))
    }

    /// Every file.
    pub(super) fn paths(&self) -> BTreeSet<String> {
        let all = self.files.iter().flat_map(|(folder, files)| files.keys().map(|name| join(folder, name)));
        all.collect()
    }

    /// The first of some names that a folder directly holds.
    pub(super) fn first_of<'n>(&self, folder: &str, names: &[&'n str]) -> Option<&'n str> {
        names.iter().copied().find(|name| self.has(folder, name))
    }

    /// The nearest folder, from `folder` upwards, that directly holds one of some files.
    pub(super) fn nearest_with<'f>(&self, folder: &'f str, names: &[&str]) -> Option<&'f str> {
        upwards(folder).find(|folder| self.first_of(folder, names).is_some())
    }

    /// The sources with one of some extensions, as (folder, name), outside of build outputs and tests.
    pub(super) fn sources(&self, extensions: &[&str]) -> Vec<(&'a str, &'a str)> {
        let mut sources = Vec::new();
        for (folder, files) in &self.files {
            if folder.split('/').any(|part| OUTPUT_FOLDERS.contains(&part)) {
                continue;
            }
            for (name, size) in files {
                let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
                if extensions.contains(&extension) && *size <= LARGEST_SOURCE && !is_test_or_tool(name) {
                    sources.push((*folder, *name));
                }
            }
        }
        sources
    }

    /// The folders that directly hold a file.
    pub(super) fn folders_with(&self, name: &str) -> BTreeSet<&'a str> {
        self.files.iter().filter(|(_, files)| files.contains_key(name)).map(|(folder, _)| *folder).collect()
    }
}

fn is_test_or_tool(name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.starts_with("test_")
        || stem.ends_with("_test")
        || [".test", ".spec", ".config", ".min", ".d", "rc"].iter().any(|ending| stem.ends_with(ending))
        || ["conftest", "setup", "gulpfile", "gruntfile"].contains(&stem.to_ascii_lowercase().as_str())
}

/// A path's folder (empty for none) and name.
pub(super) fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// A name in a folder.
pub(crate) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// A path as seen from a folder that holds it.
pub(super) fn relative<'p>(path: &'p str, folder: &str) -> &'p str {
    if folder.is_empty() {
        return path;
    }
    path.strip_prefix(folder).map_or(path, |rest| rest.trim_start_matches('/'))
}

/// A folder and those above it, up to the root.
pub(crate) fn upwards(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| if folder.is_empty() { None } else { Some(split(folder).0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_the_projects_is_left_out() {
        let listing: Vec<ListedFile> = [
            "app.py",
            "a/node_modules/x/index.js",
            "a/.venv/lib/app.py",
            "tests/app.py",
            "a/test_app.py",
            "a/b.test.js",
            "dist/app.py",
            "a/app.py",
            "a/huge.py",
        ]
        .iter()
        .map(|path| ListedFile { path: (*path).to_owned(), size: if path.contains("huge") { 1 << 20 } else { 10 } })
        .collect();
        assert_eq!(Folders::new(&listing).sources(&["py", "js"]), [("", "app.py"), ("a", "app.py")]);
    }

    #[test]
    fn folders_lead_upwards_to_the_root() {
        assert_eq!(upwards("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(relative("a/b/c.py", "a"), "b/c.py");
        assert_eq!(relative("c.py", ""), "c.py");
    }
}
