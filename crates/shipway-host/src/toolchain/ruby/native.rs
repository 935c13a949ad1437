//! Native code among the gems: where it is, and freed of what tells where it was compiled.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use shipway_core::names::Architecture;
use shipway_engine::ports::BuildFailure;

use crate::toolchain::job::Job;

/// As Rust calls it.
pub(super) fn processor(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86_64 => "x86_64",
        Architecture::Arm64 => "aarch64",
    }
}

/// Every library that Ruby would load, sorted.
pub(super) fn find(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|end| end == "so" || end == "bundle" || end == "dylib") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Takes out debugging information, which names the folder it was compiled in, and the identifier computed of it.
/// Returns what to tell the user where there is no tool for it.
pub(super) async fn strip(job: &Job<'_>, libraries: &[PathBuf]) -> Result<Option<String>, BuildFailure> {
    if libraries.is_empty() || cfg!(not(target_os = "linux")) {
        return Ok(None);
    }
    let Some(strip) = job.find("strip") else {
        let warning = "native gems keep their debugging information, since `strip` is not on PATH (install binutils): \
                       they are not the same when they are built elsewhere";
        return Ok(Some(warning.to_owned()));
    };
    let options = ["--strip-debug", "--remove-section=.note.gnu.build-id"].map(OsString::from);
    job.run(&strip, options.into_iter().chain(libraries.iter().map(|library| library.clone().into_os_string())))
        .await?;
    Ok(None)
}
