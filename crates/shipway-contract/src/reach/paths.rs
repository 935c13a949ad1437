//! Paths as texts with `/`, relative to the project.

use std::collections::BTreeSet;

/// Folders that hold other people's code.
const THIRD_PARTY: [&str; 4] = ["node_modules", "site-packages", ".venv", "venv"];

/// Folders whose code is not the function's, or not its program's.
const NOT_OWN: [&str; 16] = [
    "node_modules",
    "site-packages",
    ".venv",
    "venv",
    "vendor",
    "target",
    "build",
    "dist",
    "out",
    "coverage",
    "test",
    "tests",
    "__tests__",
    "spec",
    "benches",
    "examples",
];

/// Puts a relative path behind a folder, and takes out `.` and `..`. What leads out of the project has no path.
pub(super) fn resolve(folder: &str, path: &str) -> Option<String> {
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

/// Puts a path behind a folder, either of which may be empty.
pub(super) fn join(folder: &str, path: &str) -> String {
    match (folder.trim_end_matches('/'), path) {
        ("", path) => path.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, path) => format!("{folder}/{path}"),
    }
}

/// The folder of a file.
pub(super) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A file's name.
pub(super) fn name_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// The files in a folder and in the folders in it.
pub(super) fn below<'p>(paths: &'p BTreeSet<String>, folder: &str) -> impl Iterator<Item = &'p String> + use<'p> {
    let start = if folder.is_empty() { String::new() } else { format!("{}/", folder.trim_end_matches('/')) };
    paths.range(start.clone()..).take_while(move |path| path.starts_with(&start))
}

/// The files in a folder itself.
pub(super) fn directly_in<'p>(paths: &'p BTreeSet<String>, folder: &str) -> impl Iterator<Item = &'p String> + use<'p> {
    let folder = folder.trim_end_matches('/').to_owned();
    below(paths, &folder.clone()).filter(move |path| folder_of(path) == folder)
}

/// Whether a path is in a folder of other people's code.
pub(super) fn is_third_party(path: &str) -> bool {
    folder_of(path).split('/').any(|part| THIRD_PARTY.contains(&part))
}

/// Whether a file, by its path in the function's folder, is part of the function's program.
pub(super) fn is_own_source(path: &str) -> bool {
    let is_own =
        folder_of(path).split('/').all(|part| !NOT_OWN.contains(&part) && (!part.starts_with('.') || part == "."));
    is_own && !is_test(name_of(path))
}

/// Whether a file's name says that it is a test.
fn is_test(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    name.contains(".test.")
        || name.contains(".spec.")
        || name.ends_with(".d.ts")
        || stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_spec")
        || stem == "conftest"
        || (name.ends_with(".java") && (stem.ends_with("Test") || stem.ends_with("Tests") || stem.ends_with("IT")))
}

#[cfg(test)]
mod tests {
    use super::{is_own_source, resolve};

    #[test]
    fn dots_are_resolved() {
        assert_eq!(resolve("a/b", "../c.js").as_deref(), Some("a/c.js"));
        assert_eq!(resolve("", "./c.js").as_deref(), Some("c.js"));
        assert_eq!(resolve("a", "../../c.js"), None);
    }

    #[test]
    fn tests_and_vendored_code_are_not_own() {
        assert!(is_own_source("/src/app.py"));
        assert!(is_own_source("contest.py"));
        for path in ["node_modules/a/index.js", "tests/a.py", "test_app.py", "a.test.ts", ".venv/a.py", "main_test.go"]
        {
            assert!(!is_own_source(path), "{path}");
        }
    }
}
