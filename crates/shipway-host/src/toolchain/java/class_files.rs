//! Whether the classes at a package's root can be loaded by the runtime: javac's target is the JDK's own version unless
//! somebody says otherwise, and Lambda's may be older.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use shipway_engine::ports::BuildFailure;

use crate::failure;
use crate::toolchain::job::Job;

/// The version of a class file is this much more than that of the Java it is for.
const OFFSET: u16 = 44;

/// Refuses classes that are too new for the function's runtime.
pub(super) fn check(job: &Job<'_>, tree: &Path) -> Result<(), BuildFailure> {
    let Some(runtime) = major_of(job.build.runtime.as_str()) else { return Ok(()) };
    let newest = newest(tree).map_err(|error| failure::io("look at the classes in", tree, &error))?;
    let Some((version, path)) = newest.filter(|(version, _)| *version > runtime + OFFSET) else { return Ok(()) };
    let class = path.strip_prefix(tree).unwrap_or(&path).display();
    Err(failure::input(
        format!("`{class}` is compiled for Java {}, and `{}` cannot load it", version - OFFSET, job.build.runtime),
        &[&format!(
            "set `maven.compiler.release` (Maven) or `options.release` (Gradle) to {runtime}, or take a newer runtime"
        )],
    ))
}

fn major_of(runtime: &str) -> Option<u16> {
    runtime.strip_prefix("java")?.split('.').next()?.parse().ok()
}

/// The newest class outside of META-INF, where a multi-release jar keeps its newer ones, and of `lib`.
fn newest(tree: &Path) -> std::io::Result<Option<(u16, PathBuf)>> {
    let mut newest: Option<(u16, PathBuf)> = None;
    let mut waiting = vec![tree.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                let is_skipped = folder == tree && ["META-INF", "lib"].iter().any(|name| path.ends_with(name));
                if !is_skipped {
                    waiting.push(path);
                }
                continue;
            }
            let is_class = path.extension().is_some_and(|end| end == "class") && !path.ends_with("module-info.class");
            let Some(version) = Some(&path).filter(|_| is_class).and_then(|path| version_of(path)) else { continue };
            // Of equally new ones the first by name, so that the message is always the same.
            let is_newer =
                newest.as_ref().is_none_or(|(other, than)| version > *other || (version == *other && path < *than));
            if is_newer {
                newest = Some((version, path));
            }
        }
    }
    Ok(newest)
}

/// Magic number, minor version, major version.
fn version_of(path: &Path) -> Option<u16> {
    let mut beginning = [0; 8];
    File::open(path).ok()?.read_exact(&mut beginning).ok()?;
    let [0xca, 0xfe, 0xba, 0xbe, _, _, high, low] = beginning else { return None };
    Some(u16::from_be_bytes([high, low]))
}
