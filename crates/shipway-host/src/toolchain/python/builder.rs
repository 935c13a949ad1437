//! The order of a Python build: what is required, who installs it, tidying, the function's own code, its entry point.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use shipway_core::build::Platform;
use shipway_core::builder::{Builder, PythonSettings, RuntimePackages};
use shipway_core::python::{Dependencies, OwnCode, Requirement};
use shipway_engine::ports::{BuildFailure, BuiltTree};

use super::installer::{self, Installation, Wheels};
use super::requirements::{self, Completeness, Look, Wanted};
use super::{entry_point, interpreter, local, runtime_packages, tidy};
use crate::failure;
use crate::toolchain::copy;
use crate::toolchain::job::Job;

/// Builds a Python function.
pub(in crate::toolchain) async fn build(job: &Job<'_>, settings: &PythonSettings) -> Result<BuiltTree, BuildFailure> {
    let minor = minor_of(job)?;
    let look = requirements::look(job, settings.requirements.as_deref())?;
    let tree = job.scratch.join("tree");
    fs::create_dir_all(&tree).map_err(|error| failure::io("make", &tree, &error))?;
    let mut built = BuiltTree { path: tree, dependencies: vec![], tools: BTreeMap::new(), warnings: vec![] };
    let mut own = Own { look: &look, packages: None };
    if look.dependencies != Dependencies::Nothing || look.own == OwnCode::Package {
        let wheels = wheels(job, minor, &mut built).await?;
        own.packages = install(job, &look, settings, &wheels, &mut built).await?;
    }
    add_own(job, &own, &mut built)?;
    if let Some(entry_point) = &settings.entry_point {
        entry_point::add(job, entry_point, &built.path)?;
    }
    Ok(built)
}

/// Installs what others wrote into the tree, and the repository's own packages into a folder of their own, if there are any.
async fn install(
    job: &Job<'_>,
    look: &Look,
    settings: &PythonSettings,
    wheels: &Wheels,
    built: &mut BuiltTree,
) -> Result<Option<PathBuf>, BuildFailure> {
    let uv = job.find("uv");
    let target = wheels.target();
    let wanted = requirements::find(job, look, &target, uv.as_deref()).await?;
    let is_nothing = wanted.file.is_none() && wanted.lines.is_empty() && wanted.locals.is_empty();
    if is_nothing {
        return Ok(None);
    }
    let installer = installer::find(job, wheels, built).await?;
    let local = local::build(job, &wanted, &installer, wheels).await?;
    let lines = lines(&wanted, &local);
    let mut files: Vec<PathBuf> = wanted.file.iter().cloned().collect();
    if !lines.is_empty() {
        files.push(scratch_file(job, "requirements.txt", &(lines.join("\n") + "\n"))?);
    }
    if !files.is_empty() {
        let installation = Installation { into: &built.path, files, wheels: vec![], completeness: wanted.completeness };
        installer::install(job, &installer, wheels, &installation).await?;
    }
    for folder in [&built.path, &local.folder] {
        if folder.is_dir() {
            tidy::tidy(folder).map_err(|error| failure::io("tidy", folder, &error))?;
        }
    }
    // This machine's Python brings nothing.
    if settings.runtime_packages == RuntimePackages::LeaveOut && matches!(wheels, Wheels::Lambda { .. }) {
        let named: Vec<Requirement> = wanted.named.iter().chain(&local.requires).cloned().collect();
        runtime_packages::leave_out(&built.path, &named, &target)
            .map_err(|error| failure::io("leave packages out of", &built.path, &error))?;
    }
    Ok(local.folder.is_dir().then_some(local.folder))
}

/// The requirements besides a file's: those that are listed, and those of the repository's own packages, which are no
/// requirements of others.
fn lines(wanted: &Wanted, local: &local::Built) -> Vec<String> {
    let is_own = |line: &String| {
        Requirement::parse(line).ok().flatten().is_some_and(|requirement| local.names.contains(&requirement.name))
    };
    let mut lines: Vec<String> = wanted.lines.iter().filter(|line| !is_own(line)).cloned().collect();
    if wanted.completeness == Completeness::Open {
        let more = local.requires.iter().filter(|requirement| !wanted.hashed.contains(&requirement.name));
        lines.extend(more.map(Requirement::line));
    }
    lines
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

/// The function's own code.
struct Own<'o> {
    look: &'o Look,
    /// Where the repository's own packages are installed.
    packages: Option<PathBuf>,
}

/// Puts the function's own code beside its dependencies: its package, or its files as they lie.
fn add_own(job: &Job<'_>, own: &Own<'_>, built: &mut BuiltTree) -> Result<(), BuildFailure> {
    let folder = job.scratch.join("own");
    fs::create_dir_all(&folder).map_err(|error| failure::io("make", &folder, &error))?;
    let mut replaced = Vec::new();
    if let Some(packages) = &own.packages {
        merged(packages, &folder)?;
    }
    match own.look.own {
        OwnCode::Files => add_files(job, &folder)?,
        OwnCode::Package => {
            // A function's folder may hold a package and, beside it, the module that Lambda calls.
            if let Some(module) = outside_of_the_package(job, &[&folder, &built.path]) {
                built.warnings.push(format!(
                    "the package that `{}` builds does not hold `{module}`, which its handler names: the files of its folder \
                     are packed too",
                    job.build.function
                ));
                add_files(job, &folder)?;
            }
        }
    }
    let own_names = names_in(&folder)?;
    built.dependencies = names_in(&built.path)?.into_iter().filter(|name| !own_names.contains(name)).collect();
    replaced.extend(merged(&folder, &built.path)?);
    built.warnings.extend(
        replaced.into_iter().map(|path| format!("the function's own `{path}` takes the place of a dependency's file")),
    );
    Ok(())
}

fn merged(from: &Path, to: &Path) -> Result<Vec<String>, BuildFailure> {
    copy::merge(from, to).map_err(|error| failure::io("fill", to, &error))
}

/// The handler's module, when no folder holds it and the function's files do.
fn outside_of_the_package(job: &Job<'_>, folders: &[&Path]) -> Option<String> {
    let handler = match &job.build.builder {
        Builder::Python(PythonSettings { entry_point: Some(entry_point), .. }) => entry_point.replace(':', "."),
        _ => job.build.handler.to_string(),
    };
    let module = handler.rsplit_once('.')?.0.replace('.', "/");
    let files = [format!("{module}.py"), format!("{module}/__init__.py")];
    if files.iter().any(|file| folders.iter().any(|folder| folder.join(file).is_file())) {
        return None;
    }
    files.into_iter().find(|file| job.has(file))
}

/// Adds the function's files to the folder `to`: all of them, with those in `src/` at the root when that is how a project with
/// a `pyproject.toml` is laid out and the handler does not begin with `src` itself.
fn add_files(job: &Job<'_>, to: &Path) -> Result<(), BuildFailure> {
    let folder = job.folder();
    let handler = job.build.handler.as_str();
    let from_src = handler.starts_with("src/") || handler.starts_with("src.");
    let files = job.scratch.join("files");
    copy_own(job, &files).map_err(|error| failure::io("copy the files of", &folder, &error))?;
    let src = files.join("src");
    if files.join("pyproject.toml").is_file() && src.is_dir() && !from_src {
        let sources = job.scratch.join("sources");
        fs::rename(&src, &sources).map_err(|error| failure::io("move", &src, &error))?;
        own_over_own(&merged(&sources, &files)?)?;
    }
    merged(&files, to).map(drop)
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

/// A file of the build's own in its scratch folder.
pub(super) fn scratch_file(job: &Job<'_>, name: &str, text: &str) -> Result<PathBuf, BuildFailure> {
    let path = job.scratch.join(name);
    fs::write(&path, text).map_err(|error| failure::io("write", &path, &error))?;
    Ok(path)
}
