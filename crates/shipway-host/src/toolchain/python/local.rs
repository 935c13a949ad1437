//! Packages of the repository's own: their build backends make wheels of them, in the copies of their folders.
//!
//! The backend runs on this machine, so what it makes must not depend on it: a wheel with compiled code is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use shipway_core::python::{Distribution, Fit, LocalProject, Requirement, fit, normalized};
use shipway_engine::ports::BuildFailure;

use super::installed;
use super::installer::{self, Installation, Installer, Wheels};
use super::interpreter;
use super::requirements::{Completeness, Wanted};
use crate::failure;
use crate::toolchain::job::Job;

/// A build's wheels, and what they require of others.
#[derive(Debug, Default)]
pub(super) struct Built {
    /// The folder that they are installed in.
    pub(super) folder: PathBuf,
    /// What they require that is none of them.
    pub(super) requires: Vec<Requirement>,
    /// Their normalised names.
    pub(super) names: BTreeSet<String>,
}

/// Whose code a project is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// The function's own.
    Function,
    /// What it depends on.
    Dependency,
}

/// Builds a wheel of every project, and installs them into a folder of their own.
pub(super) async fn build(
    job: &Job<'_>,
    wanted: &Wanted,
    installer: &Installer,
    wheels: &Wheels,
) -> Result<Built, BuildFailure> {
    let mut built = Built { folder: job.scratch.join("local"), ..Built::default() };
    if wanted.locals.is_empty() {
        return Ok(built);
    }
    let mut files = Vec::new();
    let mut extras: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (number, project) in wanted.locals.iter().enumerate() {
        let wheel = wheel(job, project, installer, wheels, &job.scratch.join(format!("wheels-{number}"))).await?;
        let name = wheel.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let name = normalized(name.split('-').next().unwrap_or_default());
        extras.entry(name).or_default().extend(project.extras.iter().cloned());
        files.push(wheel);
    }
    let installation =
        Installation { into: &built.folder, files: vec![], wheels: files, completeness: Completeness::Locked };
    installer::install(job, installer, wheels, &installation).await?;
    let found = installed::distributions(&built.folder).map_err(|error| failure::io("read", &built.folder, &error))?;
    built.names = found.iter().map(|found| found.distribution.name.clone()).collect();
    let target = wheels.target();
    for Distribution { name, requires } in found.into_iter().map(|found| found.distribution) {
        let asked = extras.remove(&name).unwrap_or_default();
        let distribution = Distribution { name, requires };
        let others = distribution.required_at(&target, &asked).filter(|required| !built.names.contains(&required.name));
        built.requires.extend(others.cloned());
    }
    Ok(built)
}

/// Builds one wheel into the folder `out`.
async fn wheel(
    job: &Job<'_>,
    project: &LocalProject,
    installer: &Installer,
    wheels: &Wheels,
    out: &Path,
) -> Result<PathBuf, BuildFailure> {
    let folder = job.scratch.join("inputs").join(&project.folder);
    let shown = if project.folder.is_empty() { "the project's folder" } else { project.folder.as_str() };
    let whose = if project.folder == job.folder_name() { Whose::Function } else { Whose::Dependency };
    remove_leftovers(&folder).map_err(|error| failure::io("clear", &folder, &error))?;
    let result = match installer {
        Installer::Uv(uv) => {
            let mut arguments: Vec<OsString> = ["build", "--wheel", "--out-dir"].map(OsString::from).to_vec();
            arguments.push(out.into());
            if let Some(interpreter) = interpreter::nearest(job, wheels.minor()).await {
                arguments.extend(["--python".into(), interpreter.program.into()]);
            }
            arguments.push(folder.clone().into());
            job.run_with(uv, arguments, &build_environment(job.environment.clone())).await
        }
        Installer::Pip(pip) => {
            let mut arguments: Vec<OsString> = [
                "-I",
                "-m",
                "pip",
                "wheel",
                "--no-input",
                "--no-deps",
                "--disable-pip-version-check",
                // The function's Python counts, not the one that builds.
                "--ignore-requires-python",
                "--wheel-dir",
            ]
            .map(OsString::from)
            .to_vec();
            arguments.extend([out.into(), folder.clone().into()]);
            let environment = build_environment(installer::pip_environment(job));
            job.run_with(&pip.interpreter.program, arguments, &environment).await
        }
    };
    result.map_err(|failure| explain(failure, shown, whose))?;
    let found = only_wheel(out).map_err(|error| failure::io("list", out, &error))?;
    let Some(found) = found else {
        return Err(failure::build(format!("the build backend of {shown} made no wheel"), &[]));
    };
    refuse_compiled(&found, shown, wheels)?;
    Ok(found)
}

/// Nothing of the machine, the time or the place may get into a wheel.
fn build_environment(environment: BTreeMap<OsString, OsString>) -> BTreeMap<OsString, OsString> {
    // The first day that a zip can hold.
    const FIRST_DAY_OF_1980: &str = "315532800";
    let mut environment = environment;
    for (name, value) in [
        ("SOURCE_DATE_EPOCH", FIRST_DAY_OF_1980),
        ("PYTHONHASHSEED", "0"),
        ("PYTHONDONTWRITEBYTECODE", "1"),
        ("PYTHONUTF8", "1"),
    ] {
        environment.insert(name.into(), value.into());
    }
    environment
}

/// Takes away what an earlier build left in the folder, if it counts as an input: setuptools would take its files for
/// the project's.
fn remove_leftovers(folder: &Path) -> io::Result<()> {
    for parent in [folder.to_owned(), folder.join("src")] {
        if !parent.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&parent)? {
            let entry = entry?;
            let is_leftover = entry.file_name().to_string_lossy().ends_with(".egg-info");
            if is_leftover && entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            }
        }
    }
    let build = folder.join("build");
    // A package of the project's may be called `build`.
    if build.join("lib").is_dir() && !build.join("__init__.py").exists() {
        fs::remove_dir_all(build)?;
    }
    Ok(())
}

fn only_wheel(out: &Path) -> io::Result<Option<PathBuf>> {
    let mut wheels = Vec::new();
    for entry in fs::read_dir(out)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "whl") {
            wheels.push(path);
        }
    }
    wheels.sort();
    Ok(wheels.into_iter().next())
}

fn refuse_compiled(wheel: &Path, shown: &str, wheels: &Wheels) -> Result<(), BuildFailure> {
    let Wheels::Lambda { minor, architecture } = wheels else { return Ok(()) };
    let name = wheel.file_name().unwrap_or_default().to_string_lossy();
    match fit(&name, *minor, *architecture) {
        Fit::Fits => Ok(()),
        Fit::Other(platform) => Err(failure::build(
            format!("the wheel of {shown} holds code that was compiled on this machine, for `{platform}`"),
            &[
                "build a wheel where it will run (a container of Amazon Linux), and require that file instead of the folder",
                "or let an environment with `provider = \"local\"` build it for this machine",
            ],
        )),
    }
}

/// Says whose wheel it was, and what to do when it was never meant to be one.
fn explain(failure: BuildFailure, shown: &str, whose: Whose) -> BuildFailure {
    let mut failure = failure;
    let output = failure.output.as_deref().unwrap_or_default();
    let is_versioned_by_git = output.contains("setuptools-scm was unable to detect version")
        || output.contains("setuptools_scm was unable to detect version")
        || output.contains("SETUPTOOLS_SCM_PRETEND_VERSION");
    if is_versioned_by_git {
        failure.hints.push(
            "its version comes from git, and a build sees files alone: set the variable SETUPTOOLS_SCM_PRETEND_VERSION and \
             name it in `build_environment`"
                .to_owned(),
        );
    }
    if whose == Whose::Function {
        failure.hints.push(
            "where the folder is no package, `package = false` in [tool.uv] (or `package-mode = false` in [tool.poetry]) of \
             its pyproject.toml packs its files as they lie"
                .to_owned(),
        );
    }
    failure.message = format!("no wheel of {shown} could be built: {}", failure.message);
    failure
}
