//! Calls `uv`, or else `pip`, to put wheels into the tree. Never a source distribution: it would be compiled for the
//! machine that builds, by whatever compiler that has.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use shipway_core::names::Architecture;
use shipway_engine::ports::{BuildFailure, BuiltTree};

use super::builder::{machine, scratch_file};
use super::interpreter::{self, Interpreter};
use super::requirements::{Places, Requirements};
use crate::failure;
use crate::toolchain::job::Job;

const GET_UV: &str = "install uv: https://docs.astral.sh/uv/getting-started/installation/";
const GET_PIP: &str = "or install Python 3 with pip: https://www.python.org/downloads/";

/// Settings of pip's that would send packages elsewhere than to the tree.
const PIP_DESTINATIONS: &[&str] =
    &["PIP_TARGET", "PIP_USER", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV", "PIP_PYTHON", "PIP_DRY_RUN"];

/// What the tools say of a file or folder that is not there: most likely one that was not declared as an input.
const UNDECLARED: &[&str] = &[
    "Could not open requirements file",
    "It looks like a path",
    "Error parsing included file",
    "Distribution not found at: file:",
];

/// Which wheels fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wheels {
    /// Those for a runtime of Lambda's.
    Lambda { minor: u32, architecture: Architecture },
    /// Those for an interpreter of this machine.
    Host(Interpreter),
}

/// Installs what is required into the tree and notes the tool's version.
pub(super) async fn install(
    job: &Job<'_>,
    required: &Requirements,
    wheels: &Wheels,
    built: &mut BuiltTree,
) -> Result<(), BuildFailure> {
    let uv = job.find("uv");
    let (file, places) = match (required, &uv) {
        (Requirements::Nothing, _) => return Ok(()),
        (Requirements::File { path, places }, _) => (PathBuf::from(path), *places),
        (Requirements::Listed { lines, places }, _) => {
            (scratch_file(job, "requirements.txt", &(lines.join("\n") + "\n"))?, *places)
        }
        (Requirements::UvLock, Some(uv)) => (export_lock(job, uv).await?, Places::Indexes),
        (Requirements::UvLock, None) => {
            let message = format!("`{}` can only be installed from by uv, which is not on PATH", job.shown("uv.lock"));
            return Err(failure::input(message, &[GET_UV, "or export it: uv export > requirements.txt"]));
        }
    };
    let result = match (uv, places) {
        (Some(uv), Places::Indexes) => with_uv(job, &uv, &file, wheels, built).await,
        // uv refuses to build at all when it may not build dependencies; pip builds local folders.
        _ => with_pip(job, &file, wheels, built).await,
    };
    result.map_err(|failure| explain(failure, wheels))
}

async fn export_lock(job: &Job<'_>, uv: &Path) -> Result<PathBuf, BuildFailure> {
    let file = job.scratch.join("requirements.txt");
    let arguments = ["export", "--frozen", "--no-dev", "--no-emit-project", "--quiet", "--output-file"];
    let arguments = arguments.iter().map(OsString::from).chain([file.clone().into()]);
    job.run(uv, arguments).await?;
    Ok(file)
}

async fn with_uv(
    job: &Job<'_>,
    uv: &Path,
    file: &Path,
    wheels: &Wheels,
    built: &mut BuiltTree,
) -> Result<(), BuildFailure> {
    let version = job.ask(uv, &["--version"]).await?;
    built.tools.insert("uv".to_owned(), version.split_whitespace().nth(1).unwrap_or(&version).to_owned());
    let mut arguments: Vec<OsString> =
        ["pip", "install", "--only-binary", ":all:", "--link-mode", "copy", "--target"].map(OsString::from).to_vec();
    arguments.push(built.path.clone().into());
    match wheels {
        Wheels::Lambda { minor, architecture } => {
            let platform = if glibc_of(*minor) >= 34 { "manylinux_2_34" } else { "manylinux2014" };
            let platform = format!("{}-{platform}", machine(*architecture));
            arguments.extend(
                ["--python-version", &format!("3.{minor}"), "--python-platform", &platform].map(OsString::from),
            );
        }
        Wheels::Host(interpreter) => arguments.extend(["--python".into(), interpreter.program.clone().into()]),
    }
    arguments.extend(["--requirement".into(), file.into()]);
    job.run(uv, arguments).await.map(drop)
}

async fn with_pip(job: &Job<'_>, file: &Path, wheels: &Wheels, built: &mut BuiltTree) -> Result<(), BuildFailure> {
    let interpreter = match wheels {
        Wheels::Host(interpreter) => Some(interpreter.clone()),
        Wheels::Lambda { .. } => interpreter::any(job).await,
    };
    let Some(interpreter) = interpreter else {
        let message = format!("uv or pip is needed to build `{}`, and neither is on PATH", job.build.function);
        return Err(failure::input(message, &[GET_UV, GET_PIP]));
    };
    // Isolated: or else a module of the function's named like one of Python's own would take its place.
    let Ok(version) = job.ask(&interpreter.program, &["-I", "-m", "pip", "--version"]).await else {
        let program = interpreter.program.display();
        let message = format!("pip is needed to build `{}`, and {program} has none", job.build.function);
        return Err(failure::input(message, &[&format!("install it: {program} -m ensurepip"), GET_UV]));
    };
    built.tools.insert("pip".to_owned(), version.split_whitespace().nth(1).unwrap_or(&version).to_owned());
    let mut arguments: Vec<OsString> = [
        "-I",
        "-m",
        "pip",
        "install",
        "--no-input",
        "--no-compile",
        "--disable-pip-version-check",
        "--no-warn-script-location",
        "--only-binary=:all:",
        "--target",
    ]
    .map(OsString::from)
    .to_vec();
    arguments.push(built.path.clone().into());
    if let Wheels::Lambda { minor, architecture } = wheels {
        arguments.extend(["--implementation", "cp", "--python-version", &format!("3.{minor}")].map(OsString::from));
        for platform in platforms(*minor, *architecture) {
            arguments.extend(["--platform".into(), platform.into()]);
        }
    }
    arguments.extend(["--requirement".into(), file.into()]);
    let mut environment: BTreeMap<OsString, OsString> = job.environment.clone();
    environment.retain(|name, _| !PIP_DESTINATIONS.iter().any(|setting| name == setting));
    environment.insert("PIP_ROOT_USER_ACTION".into(), "ignore".into());
    job.run_with(&interpreter.program, arguments, &environment).await.map(drop)
}

/// The minor version of the glibc 2 that a runtime's operating system has: Amazon Linux 2023 since Python 3.12,
/// Amazon Linux 2 before. Source: AWS, "Lambda runtimes".
fn glibc_of(minor: u32) -> u32 {
    if minor >= 12 { 34 } else { 26 }
}

/// The platforms that fit a runtime, newest first. Wheels for any platform fit besides.
fn platforms(minor: u32, architecture: Architecture) -> Vec<String> {
    let machine = machine(architecture);
    let mut platforms = Vec::new();
    for glibc in (17..=glibc_of(minor)).rev() {
        platforms.push(format!("manylinux_2_{glibc}_{machine}"));
    }
    platforms.push(format!("manylinux2014_{machine}"));
    if architecture == Architecture::X86_64 {
        // Older than any Arm wheel.
        platforms.extend(
            ["manylinux_2_12", "manylinux2010", "manylinux_2_5", "manylinux1"].map(|name| format!("{name}_{machine}")),
        );
    }
    platforms
}

/// Says what to do when no wheel fits. Neither tool has codes: the texts are theirs (pip 23 to 26, uv 0.4 to 0.13).
fn explain(failure: BuildFailure, wheels: &Wheels) -> BuildFailure {
    let mut failure = failure;
    let output = failure.output.as_deref().unwrap_or_default();
    if UNDECLARED.iter().any(|text| output.contains(text)) {
        let hint = "what the requirements name outside of the function's folder must be in `depends_on`";
        failure.hints.push(hint.to_owned());
    }
    let Some(package) = without_wheel(output) else { return failure };
    let place = match wheels {
        Wheels::Lambda { minor, architecture } => {
            format!("Python 3.{minor} on {} with glibc 2.{} or older", machine(*architecture), glibc_of(*minor))
        }
        Wheels::Host(interpreter) => format!("Python {} on this machine", interpreter.version),
    };
    failure.message = format!("there is no wheel of `{package}` for {place}");
    failure
        .hints
        .push(format!("choose a version of `{package}` that has such a wheel, or correct its name and version"));
    failure.hints.push(format!(
        "or build a wheel where it will run (a container of Amazon Linux) and name its folder: \
         `--find-links wheels` in the requirements file; or leave `{package}` to a layer"
    ));
    failure
}

/// The package that a tool found no wheel for.
fn without_wheel(output: &str) -> Option<String> {
    let after = |line: &str, mark: &str| line.split_once(mark).map(|(_, rest)| rest.trim().to_owned());
    output.lines().find_map(|line| {
        after(line, "No matching distribution found for ")
            .or_else(|| {
                after(line, "Wheels are required for `").and_then(|rest| Some(rest.split_once('`')?.0.to_owned()))
            })
            .or_else(|| after(line, "attempted to build `").and_then(|rest| Some(rest.split_once('`')?.0.to_owned())))
    })
}

/// Whether uv is there, for tests that must say which tool they lack.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_go_from_the_runtimes_glibc_down() {
        let modern = platforms(13, Architecture::Arm64);
        assert_eq!(modern.first().unwrap(), "manylinux_2_34_aarch64");
        assert_eq!(modern.last().unwrap(), "manylinux2014_aarch64");
        assert_eq!(modern.len(), 19);
        let old = platforms(11, Architecture::X86_64);
        assert_eq!(old.first().unwrap(), "manylinux_2_26_x86_64");
        assert!(old.contains(&"manylinux1_x86_64".to_owned()));
    }

    #[test]
    fn both_tools_words_for_a_missing_wheel_are_read() {
        let pip = "ERROR: Could not find a version\nERROR: No matching distribution found for docopt==0.6.2";
        assert_eq!(without_wheel(pip).as_deref(), Some("docopt==0.6.2"));
        let uv = "hint: Wheels are required for `docopt` because building from source is disabled";
        assert_eq!(without_wheel(uv).as_deref(), Some("docopt"));
        assert_eq!(without_wheel("error: no network"), None);
    }
}
