//! Nothing to build: a folder, zip or jar that is there already, taken from the scratch copy so that it holds still.

use shipway_engine::ports::{BuildFailure, BuiltTree};

use super::job::Job;
use crate::failure;

/// The tree, or the zip or jar itself.
pub(super) fn build(job: &Job<'_>, path: &str) -> Result<BuiltTree, BuildFailure> {
    let package = job.input(path);
    let extension = package.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    if package.is_file() && !matches!(extension, "zip" | "jar") {
        return Err(failure::input(
            format!("the prebuilt package `{}` is neither a folder, nor a zip, nor a jar", job.shown(path)),
            &["put a single file, such as `bootstrap`, into a folder and name the folder"],
        ));
    }
    if !package.exists() {
        return Err(failure::input(format!("the prebuilt package `{}` is not there", job.shown(path)), &[]));
    }
    Ok(BuiltTree { path: package, dependencies: vec![], tools: [].into(), warnings: vec![] })
}
