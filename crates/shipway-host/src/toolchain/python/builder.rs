//! The order of a Python build: what is required, who installs it, tidying, the function's own files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use shipway_core::build::Platform;
use shipway_core::builder::PythonSettings;
use shipway_core::names::Architecture;
use shipway_engine::ports::{BuildFailure, BuiltTree};

use super::installer::{self, Wheels};
use super::requirements::{self, Requirements};
use super::{interpreter, tidy};
use crate::failure;
use crate::toolchain::copy;
use crate::toolchain::job::Job;

/// Builds a Python function.
pub(in crate::toolchain) async fn build(job: &Job<'_>, settings: &PythonSettings) -> Result<BuiltTree, BuildFailure> {
    let minor = minor_of(job)?;
    let required = requirements::find(job, settings.requirements.as_deref())?;
    let tree = job.scratch.join("tree");
    fs::create_dir_all(&tree).map_err(|error| failure::io("make", &tree, &error))?;
    let mut built = BuiltTree { path: tree, dependencies: vec![], tools: BTreeMap::new(), warnings: vec![] };
    if required != Requirements::Nothing {
        let wheels = wheels(job, minor, &mut built).await?;
        installer::install(job, &required, &wheels, &mut built).await?;
        tidy::tidy(&built.path).map_err(|error| failure::io("tidy", &built.path, &error))?;
    }
    add_own_files(job, &mut built)?;
    Ok(built)
}

fn minor_of(job: &Job<'_>) -> Result<u32, BuildFailure> {
    let runtime = &job.build.runtime;
    runtime.as_str().strip_prefix("python3.").and_then(|minor| minor.parse().ok()).ok_or_else(|| {
        failure::input(
            format!("the Python builder cannot build for the runtime `{runtime}` of `{}`", job.build.function),
            &["set `runtime` to a Python runtime such as `python3.13`, or choose another builder"],
        )
    })
}

async fn wheels(job: &Job<'_>, minor: u32, built: &mut BuiltTree) -> Result<Wheels, BuildFailure> {
    match job.build.platform {
        Platform::Lambda { architecture } => Ok(Wheels::Lambda { minor, architecture }),
        Platform::Host => {
            let found = interpreter::for_host(job, minor).await?;
            if found.minor != minor {
                built.warnings.push(format!(
                    "`{}` was built for Python {}, which is on this machine; the function asks for Python 3.{minor}",
                    job.build.function, found.version
                ));
            }
            built.tools.insert("python".to_owned(), found.version.clone());
            Ok(Wheels::Host(found))
        }
    }
}

/// Puts the function's files beside its dependencies: all of them, with those in `src/` at the root when that is how
/// a project with a `pyproject.toml` is laid out and the handler does not begin with `src` itself.
fn add_own_files(job: &Job<'_>, built: &mut BuiltTree) -> Result<(), BuildFailure> {
    let folder = job.folder();
    let handler = job.build.handler.as_str();
    let from_src = handler.starts_with("src/") || handler.starts_with("src.");
    let own = job.scratch.join("own");
    copy_own(job, &own).map_err(|error| failure::io("copy the files of", &folder, &error))?;
    let src = own.join("src");
    let mut replaced = Vec::new();
    let merged = |from: &Path, to: &Path| copy::merge(from, to).map_err(|error| failure::io("fill", to, &error));
    if own.join("pyproject.toml").is_file() && src.is_dir() && !from_src {
        let sources = job.scratch.join("sources");
        fs::rename(&src, &sources).map_err(|error| failure::io("move", &src, &error))?;
        replaced.extend(own_over_own(&merged(&sources, &own)?)?);
    }
    let own_names = names_in(&own)?;
    built.dependencies = names_in(&built.path)?.into_iter().filter(|name| !own_names.contains(name)).collect();
    replaced.extend(merged(&own, &built.path)?);
    built.warnings.extend(
        replaced.into_iter().map(|path| format!("the function's own `{path}` takes the place of a dependency's file")),
    );
    Ok(())
}

fn own_over_own(replaced: &[String]) -> Result<Vec<String>, BuildFailure> {
    match replaced.first() {
        None => Ok(vec![]),
        Some(path) => Err(failure::input(
            format!("`{path}` is in the function's folder and in its `src`: both would have the same place"),
            &["rename one of them"],
        )),
    }
}

/// Copies the declared inputs that are in the function's folder. Not what a build of a local dependency left there.
fn copy_own(job: &Job<'_>, own: &Path) -> std::io::Result<()> {
    let folder = job.folder();
    let name = job.folder_name();
    let prefix = if name.is_empty() { name } else { name + "/" };
    fs::create_dir_all(own)?;
    for path in job.source.files.keys().filter_map(|path| path.strip_prefix(&prefix)) {
        let to = own.join(path);
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent)?;
        }
        // The inputs were copied into the scratch folder for this build alone.
        fs::rename(folder.join(path), to)?;
    }
    Ok(())
}

fn names_in(folder: &Path) -> Result<Vec<String>, BuildFailure> {
    let failed = |error| failure::io("list", folder, &error);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        names.push(entry.map_err(failed)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// The names that wheels have for a processor.
pub(super) fn machine(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86_64 => "x86_64",
        Architecture::Arm64 => "aarch64",
    }
}

/// A file of the build's own in its scratch folder.
pub(super) fn scratch_file(job: &Job<'_>, name: &str, text: &str) -> Result<PathBuf, BuildFailure> {
    let path = job.scratch.join(name);
    fs::write(&path, text).map_err(|error| failure::io("write", &path, &error))?;
    Ok(path)
}
