//! Nothing to build: a folder, zip or jar that is there already, and is packaged where it is.
//!
//! It is not copied first, so it need not hold still by itself: packaging refuses a file that changes while it is read, and
//! who builds looks at the inputs again afterwards.

use std::path::Path;

use shipway_core::build::FunctionBuild;
use shipway_engine::ports::{BuildFailure, BuiltTree};

use crate::failure;
use crate::sources::within_project;

/// The tree, or the zip or jar itself. A path out of the project leads nowhere.
pub(super) fn build(project: &Path, build: &FunctionBuild, path: &str) -> Result<BuiltTree, BuildFailure> {
    let folder = within_project(&build.folder).unwrap_or_default();
    let shown = if folder.is_empty() || path.starts_with('/') { path.to_owned() } else { format!("{folder}/{path}") };
    let package = within_project(&shown).map(|whole| project.join(whole));
    let Some(package) = package.filter(|package| package.exists()) else {
        return Err(failure::input(format!("the prebuilt package `{shown}` is not there"), &[]));
    };
    let extension = package.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    if package.is_file() && !matches!(extension, "zip" | "jar") {
        return Err(failure::input(
            format!("the prebuilt package `{shown}` is neither a folder, nor a zip, nor a jar"),
            &["put a single file, such as `bootstrap`, into a folder and name the folder"],
        ));
    }
    Ok(BuiltTree { path: package, dependencies: vec![], tools: [].into(), warnings: vec![] })
}
