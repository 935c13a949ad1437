//! Takes out of an installed tree the packages that the runtime brings, when the function asks for it. Which those are,
//! `shipway-core` says.

use std::fs;
use std::io;
use std::path::Path;

use shipway_core::python::{Requirement, Target, left_out};

use super::installed::{self, recorded_path};

/// Leaves out of the tree what the runtime brings; `wanted` is what the function requires by name.
pub(super) fn leave_out(tree: &Path, wanted: &[Requirement], target: &Target) -> io::Result<()> {
    let found = installed::distributions(tree)?;
    let distributions: Vec<_> = found.iter().map(|found| found.distribution.clone()).collect();
    let left = left_out(&distributions, wanted, target);
    for package in found.iter().filter(|found| left.contains(&found.distribution.name)) {
        let record = fs::read_to_string(package.notes.join("RECORD"))?;
        for path in record.lines().map(recorded_path) {
            if !path.starts_with('/') && !path.split('/').any(|part| part == "..") {
                remove(tree, &path)?;
            }
        }
        if package.notes.is_dir() {
            fs::remove_dir_all(&package.notes)?;
        }
    }
    Ok(())
}

/// Removes a file, and the folders that are empty without it.
fn remove(tree: &Path, path: &str) -> io::Result<()> {
    match fs::remove_file(tree.join(path)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut folder = path;
    while let Some((above, _)) = folder.rsplit_once('/') {
        // One that is not empty, or gone already, stays as it is.
        if fs::remove_dir(tree.join(above)).is_err() {
            break;
        }
        folder = above;
    }
    Ok(())
}
