//! What is installed in a folder: the packages, by their `*.dist-info`, and the files that each brought.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use shipway_core::python::Distribution;

/// A package in a folder.
#[derive(Debug)]
pub(super) struct Installed {
    pub(super) distribution: Distribution,
    /// Its `*.dist-info`.
    pub(super) notes: PathBuf,
}

/// The packages that are installed in a folder, in the order of their names.
pub(super) fn distributions(folder: &Path) -> io::Result<Vec<Installed>> {
    let mut found = Vec::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for entry in fs::read_dir(folder)? {
        let notes = entry?.path();
        if notes.extension().is_none_or(|extension| extension != "dist-info") {
            continue;
        }
        let metadata = notes.join("METADATA");
        if !metadata.is_file() {
            continue;
        }
        if let Some(distribution) = Distribution::parse(&fs::read_to_string(metadata)?) {
            found.push(Installed { distribution, notes });
        }
    }
    found.sort_by(|one, other| one.notes.cmp(&other.notes));
    Ok(found)
}

/// The path in a line of a `RECORD`, which is CSV.
pub(super) fn recorded_path(line: &str) -> String {
    match line.strip_prefix('"') {
        Some(quoted) => {
            let end = quoted.find("\",").unwrap_or_else(|| quoted.trim_end_matches('"').len());
            quoted[..end].replace("\"\"", "\"")
        }
        None => line.split(',').next().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_out_of_a_record() {
        assert_eq!(recorded_path("a/b.py,sha256=x,1"), "a/b.py");
        assert_eq!(recorded_path("\"a/b, c.py\",sha256=x,1"), "a/b, c.py");
        assert_eq!(recorded_path("\"a/\"\"b\"\".py\",,"), "a/\"b\".py");
    }
}
