//! Node: dependencies by `npm ci` from a lock file, the project's `build` script, then production dependencies alone.
//!
//! Scripts of dependencies run as npm runs them by default. When nothing of the project itself is to be run, the
//! development dependencies are never installed. Otherwise they are, for this machine, and go when they have done their
//! work; where the function runs on another kind of machine, the production dependencies are then installed for that one,
//! without scripts: a script would build for this one.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;

use shipway_core::build::Platform;
use shipway_core::builder::NodeSettings;
use shipway_core::names::Architecture;
use shipway_engine::ports::{BuildFailure, BuiltTree, Fault};

use super::job::Job;
use crate::failure;

const GET_NODE: &str = "install Node.js with npm: https://nodejs.org/";

/// Scripts that `npm ci` runs by itself for the project. Source: npm documentation, "scripts".
const OWN_SCRIPTS: &[&str] =
    &["preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"];

/// Builds a Node function.
pub(super) async fn build(job: &Job<'_>, _: &NodeSettings) -> Result<BuiltTree, BuildFailure> {
    let mut built = BuiltTree {
        path: job.folder(),
        dependencies: vec!["node_modules".to_owned()],
        tools: [].into(),
        warnings: vec![],
    };
    let Some(manifest) = read_manifest(job)? else { return Ok(built) };
    if !needs_npm(&manifest) {
        return Ok(built);
    }
    need_lock(job)?;
    let npm = job.need("npm", GET_NODE)?;
    for tool in ["npm", "node"] {
        let version = job.ask(&job.need(tool, GET_NODE)?, &["--version"]).await?;
        built.tools.insert(tool.to_owned(), version.trim_start_matches('v').to_owned());
    }
    let production = ["--omit=dev".to_owned()].into_iter().chain(platform_arguments(job.build.platform));
    let has_build = has_script(&manifest, &["build"]);
    if !has_build && !has_script(&manifest, OWN_SCRIPTS) {
        ci(job, &npm, production).await?;
    } else {
        ci(job, &npm, []).await?;
        if has_build {
            job.run(&npm, ["run", "build"]).await?;
        }
        // The project's own scripts have had their turn; without development dependencies they would fail.
        let production = production.chain(["--ignore-scripts".to_owned()]);
        if runs_here(job.build.platform) {
            npm_run(job, &npm, "prune", production).await?;
        } else {
            ci(job, &npm, production).await?;
        }
    }
    tidy(&job.folder().join("node_modules")).map_err(|error| failure::io("tidy", &job.folder(), &error))?;
    Ok(built)
}

fn read_manifest(job: &Job<'_>) -> Result<Option<serde_json::Value>, BuildFailure> {
    let Some(text) = job.read("package.json")? else { return Ok(None) };
    let read = serde_json::from_str(&text);
    read.map(Some)
        .map_err(|error| failure::input(format!("`{}` cannot be read: {error}", job.shown("package.json")), &[]))
}

fn needs_npm(manifest: &serde_json::Value) -> bool {
    let lists = ["dependencies", "optionalDependencies", "devDependencies", "peerDependencies"];
    let filled =
        |name: &str| manifest.get(name).and_then(serde_json::Value::as_object).is_some_and(|list| !list.is_empty());
    lists.into_iter().any(filled) || has_script(manifest, &["build"]) || has_script(manifest, OWN_SCRIPTS)
}

fn has_script(manifest: &serde_json::Value, names: &[&str]) -> bool {
    let scripts = manifest.get("scripts").and_then(serde_json::Value::as_object);
    scripts.is_some_and(|scripts| names.iter().any(|name| scripts.contains_key(*name)))
}

fn need_lock(job: &Job<'_>) -> Result<(), BuildFailure> {
    if job.has("package-lock.json") || job.has("npm-shrinkwrap.json") {
        return Ok(());
    }
    for (file, tool) in [("pnpm-lock.yaml", "pnpm"), ("yarn.lock", "Yarn"), ("bun.lock", "Bun"), ("bun.lockb", "Bun")] {
        if job.has(file) {
            return Err(failure::input(
                format!("`{}` is {tool}'s, and {tool} is not supported yet", job.shown(file)),
                &["use npm for this function (npm install --package-lock-only), or a build command of your own"],
            ));
        }
    }
    Err(failure::input(
        format!("`{}` has no package-lock.json", job.shown("package.json")),
        &["run `npm install --package-lock-only` in the function's folder and commit the lock file: without it, the \
           same commit would not build the same package"],
    ))
}

/// What makes npm choose packages for the machine that the function runs on.
fn platform_arguments(platform: Platform) -> Vec<String> {
    match platform {
        Platform::Host => vec![],
        Platform::Lambda { architecture } => {
            let processor = match architecture {
                Architecture::X86_64 => "x64",
                Architecture::Arm64 => "arm64",
            };
            vec!["--os=linux".to_owned(), format!("--cpu={processor}"), "--libc=glibc".to_owned()]
        }
    }
}

/// Whether what npm installed for this machine fits the one that the function runs on.
fn runs_here(platform: Platform) -> bool {
    match platform {
        Platform::Host => true,
        Platform::Lambda { architecture } => {
            let here = (std::env::consts::OS, std::env::consts::ARCH);
            match architecture {
                Architecture::X86_64 => here == ("linux", "x86_64"),
                Architecture::Arm64 => here == ("linux", "aarch64"),
            }
        }
    }
}

async fn ci(job: &Job<'_>, npm: &Path, further: impl IntoIterator<Item = String>) -> Result<(), BuildFailure> {
    npm_run(job, npm, "ci", further).await.map_err(explain)
}

async fn npm_run(
    job: &Job<'_>,
    npm: &Path,
    command: &str,
    further: impl IntoIterator<Item = String>,
) -> Result<(), BuildFailure> {
    let quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--no-progress"].map(str::to_owned);
    let arguments = [command.to_owned()].into_iter().chain(quiet).chain(further);
    job.run(npm, arguments.map(OsString::from)).await.map(drop)
}

fn explain(mut failure: BuildFailure) -> BuildFailure {
    let output = failure.output.as_deref().unwrap_or_default();
    if output.contains("code EUSAGE") && output.contains("package.json and package-lock.json") {
        failure.hints.push("run `npm install` in the function's folder and commit the lock file".to_owned());
        failure.fault = Fault::Input;
    }
    failure
}

/// Takes out what only a developer's machine needs: links to programs, npm's own notes, caches.
fn tidy(modules: &Path) -> io::Result<()> {
    for folder in [".bin", ".cache"] {
        fs::remove_dir_all(modules.join(folder)).or_else(absent)?;
    }
    fs::remove_file(modules.join(".package-lock.json")).or_else(absent)?;
    // An empty folder is no part of a package, but a list of what is there would show it.
    match fs::remove_dir(modules) {
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
        result => result.or_else(absent),
    }
}

fn absent(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}
