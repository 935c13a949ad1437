//! Which binary of which package a function is, going by `cargo metadata`.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use shipway_core::builder::RustSettings;
use shipway_engine::ports::BuildFailure;

use super::super::job::Job;
use crate::failure;

/// The program to build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Program {
    /// The binary target.
    pub(super) binary: String,
    /// Its package's manifest.
    pub(super) manifest: PathBuf,
    /// The folder of the workspace, which holds the lock file.
    pub(super) workspace: PathBuf,
}

/// A binary target.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Binary<'m> {
    name: &'m str,
    package: &'m str,
    manifest: &'m str,
}

/// The binary that the settings name, or the only one, or the one that is called like the package.
pub(super) fn choose(job: &Job<'_>, settings: &RustSettings, metadata: &str) -> Result<Program, BuildFailure> {
    let unreadable =
        |error: &dyn std::fmt::Display| failure::build(format!("`cargo metadata` cannot be read: {error}"), &[]);
    let metadata: Value = serde_json::from_str(metadata).map_err(|error| unreadable(&error))?;
    let workspace = metadata["workspace_root"].as_str().ok_or_else(|| unreadable(&"it names no workspace"))?;
    let folder = fs::canonicalize(job.folder()).map_err(|error| failure::io("find", &job.folder(), &error))?;
    let is_own = |manifest: &str| fs::canonicalize(manifest).is_ok_and(|path| path.parent() == Some(folder.as_path()));
    let all = binaries(&metadata);
    let has_own = packages(&metadata).any(|package| package["manifest_path"].as_str().is_some_and(&is_own));
    // The manifest of a workspace alone: any of its members will do.
    let candidates: Vec<&Binary<'_>> = all.iter().filter(|binary| !has_own || is_own(binary.manifest)).collect();
    let binary = pick(job, settings.binary.as_deref(), &candidates)?;
    Ok(Program { binary: binary.name.to_owned(), manifest: binary.manifest.into(), workspace: workspace.into() })
}

fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata["packages"].as_array().into_iter().flatten()
}

fn binaries(metadata: &Value) -> Vec<Binary<'_>> {
    let mut binaries = Vec::new();
    for package in packages(metadata) {
        let (Some(manifest), Some(name)) = (package["manifest_path"].as_str(), package["name"].as_str()) else {
            continue;
        };
        for target in package["targets"].as_array().into_iter().flatten() {
            let is_binary = target["kind"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "bin"));
            if let Some(target) = target["name"].as_str().filter(|_| is_binary) {
                binaries.push(Binary { name: target, package: name, manifest });
            }
        }
    }
    binaries
}

fn pick<'c, 'm>(
    job: &Job<'_>,
    wanted: Option<&str>,
    candidates: &[&'c Binary<'m>],
) -> Result<&'c Binary<'m>, BuildFailure> {
    let manifest = job.shown("Cargo.toml");
    let names: Vec<String> = candidates.iter().map(|binary| format!("`{}`", binary.name)).collect();
    let all = names.join(", ");
    if candidates.is_empty() {
        return Err(failure::input(
            format!("the package of `{manifest}` has no binary target, so that there is nothing for Lambda to start"),
            &["a program begins in src/main.rs, or in a file that [[bin]] names"],
        ));
    }
    let fitting: Vec<&'c Binary<'m>> = match wanted {
        Some(wanted) => candidates.iter().copied().filter(|binary| binary.name == wanted).collect(),
        None if candidates.len() == 1 => candidates.to_vec(),
        None => candidates.iter().copied().filter(|binary| binary.name == binary.package).collect(),
    };
    match (fitting.as_slice(), wanted) {
        ([binary], _) => Ok(binary),
        ([], Some(wanted)) => Err(failure::input(
            format!("`{manifest}` has no binary target `{wanted}`; there are {all}"),
            &["correct `binary` of the function's `rust` section in shipway.toml"],
        )),
        (_, Some(wanted)) => Err(failure::input(
            format!("several packages of the workspace in `{manifest}` have a binary target `{wanted}`"),
            &["name the folder of one of the packages in the function's `path`"],
        )),
        (_, None) => Err(failure::input(
            format!("`{manifest}` has several binary targets: {all}"),
            &["say which one is the function: rust = { binary = \"…\" }"],
        )),
    }
}
