//! Copies of the declared inputs, and of what a builder takes of them. Whole files, never links to the originals.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use shipway_core::build::{FileKind, SourceFile};
use shipway_engine::ports::BuildFailure;

use crate::failure;

/// Copies `files`, which are named relative to `project`, to the same places below `destination`.
pub(super) fn inputs(
    project: &Path,
    destination: &Path,
    files: &BTreeMap<String, SourceFile>,
) -> Result<(), BuildFailure> {
    for (path, file) in files {
        let (from, to) = (project.join(path), destination.join(path));
        one(&from, &to, file.kind).map_err(|error| {
            failure::build(
                format!("`{path}` cannot be copied: {error}"),
                &["was it changed while the build began? Then build again"],
            )
        })?;
    }
    Ok(())
}

/// Copies one file, or link, and makes the folders that it lies in.
pub(super) fn one(from: &Path, to: &Path, kind: FileKind) -> io::Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    if kind == FileKind::Link {
        return symlink(fs::read_link(from)?, to);
    }
    fs::write(to, fs::read(from)?)?;
    let mode = if kind == FileKind::Executable { 0o755 } else { 0o644 };
    fs::set_permissions(to, fs::Permissions::from_mode(mode))
}

/// Moves everything in the folder `from` into the folder `to`, into folders that are there already. The relative
/// paths of files that were replaced.
pub(super) fn merge(from: &Path, to: &Path) -> io::Result<Vec<String>> {
    let mut replaced = Vec::new();
    merge_below(from, to, "", &mut replaced)?;
    Ok(replaced)
}

fn merge_below(from: &Path, to: &Path, prefix: &str, replaced: &mut Vec<String>) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let present = fs::symlink_metadata(&target).ok();
        match present {
            Some(present) if present.is_dir() && entry.file_type()?.is_dir() => {
                merge_below(&source, &target, &format!("{name}/"), replaced)?;
                continue;
            }
            Some(present) if present.is_dir() => fs::remove_dir_all(&target)?,
            Some(_) => fs::remove_file(&target)?,
            None => {
                fs::rename(&source, &target)?;
                continue;
            }
        }
        replaced.push(name);
        fs::rename(&source, &target)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_merge_and_replaced_files_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        for (path, text) in [("from/a/one", "1"), ("from/b", "2"), ("to/a/one", "3"), ("to/a/two", "4"), ("to/c", "5")]
        {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        assert_eq!(merge(&from, &to).unwrap(), ["a/one"]);
        let read = |path: &str| fs::read_to_string(to.join(path)).unwrap();
        assert_eq!(["a/one", "a/two", "b", "c"].map(read), ["1", "4", "2", "5"]);
    }
}
