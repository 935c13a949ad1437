//! Calls `uv`, or else `pip`, to put wheels into a folder. Never a source distribution: it would be compiled for the
//! machine that builds, by whatever compiler that has.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use shipway_core::names::Architecture;
use shipway_core::python::{System, Target, glibc, machine, platforms};
use shipway_engine::ports::{BuildFailure, BuiltTree};

use super::builder::scratch_file;
use super::interpreter::{self, Interpreter, Pip};
use super::requirements::Completeness;
use crate::failure;
use crate::toolchain::job::Job;

pub(super) const GET_UV: &str = "install uv: https://docs.astral.sh/uv/getting-started/installation/";
const GET_PIP: &str = "or install Python 3 with pip: https://www.python.org/downloads/";

/// Settings of pip's that would send packages elsewhere than to the tree.
const PIP_DESTINATIONS: &[&str] =
    &["PIP_TARGET", "PIP_USER", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV", "PIP_PYTHON", "PIP_DRY_RUN"];

/// What the tools say of a file or folder that is not there: most likely one that was not found to be an input.
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

impl Wheels {
    pub(super) fn minor(&self) -> u32 {
        match self {
            Self::Lambda { minor, .. } => *minor,
            Self::Host(interpreter) => interpreter.minor,
        }
    }

    /// What environment markers see.
    pub(super) fn target(&self) -> Target {
        match self {
            Self::Lambda { minor, architecture } => Target::lambda(*minor, *architecture),
            Self::Host(interpreter) => {
                let system = if cfg!(target_os = "macos") { System::Darwin } else { System::Linux };
                let machine = match (system, std::env::consts::ARCH) {
                    (System::Darwin, "aarch64") => "arm64",
                    (_, machine) => machine,
                };
                let version = interpreter.version.clone();
                Target { minor: interpreter.minor, version, machine: machine.to_owned(), system }
            }
        }
    }
}

/// Who installs and builds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Installer {
    Uv(PathBuf),
    Pip(Pip),
}

/// What is installed where.
#[derive(Debug)]
pub(super) struct Installation<'i> {
    pub(super) into: &'i Path,
    /// Files with requirements.
    pub(super) files: Vec<PathBuf>,
    /// Wheels of our own.
    pub(super) wheels: Vec<PathBuf>,
    pub(super) completeness: Completeness,
}

/// Finds uv, else a Python with pip, and notes its version.
pub(super) async fn find(job: &Job<'_>, wheels: &Wheels, built: &mut BuiltTree) -> Result<Installer, BuildFailure> {
    if let Some(uv) = job.find("uv") {
        let version = job.ask(&uv, &["--version"]).await?;
        built.tools.insert("uv".to_owned(), version.split_whitespace().nth(1).unwrap_or(&version).to_owned());
        return Ok(Installer::Uv(uv));
    }
    let found = match wheels {
        Wheels::Host(interpreter) => match interpreter::pip_version(job, interpreter).await {
            Some(version) => Ok(Pip { interpreter: interpreter.clone(), version }),
            None => Err(Some(interpreter.clone())),
        },
        Wheels::Lambda { minor, .. } => interpreter::with_pip(job, *minor).await,
    };
    match found {
        Ok(pip) => {
            built.tools.insert("pip".to_owned(), pip.version.clone());
            Ok(Installer::Pip(pip))
        }
        Err(Some(interpreter)) => {
            let program = interpreter.program.display();
            let message = format!("pip is needed to build `{}`, and {program} has none", job.build.function);
            Err(failure::input(message, &[&format!("install it: {program} -m ensurepip"), GET_UV]))
        }
        Err(None) => {
            let message = format!("uv or pip is needed to build `{}`, and neither is on PATH", job.build.function);
            Err(failure::input(message, &[GET_UV, GET_PIP]))
        }
    }
}

/// Installs wheels into a folder that is made for them.
pub(super) async fn install(
    job: &Job<'_>,
    installer: &Installer,
    wheels: &Wheels,
    installation: &Installation<'_>,
) -> Result<(), BuildFailure> {
    fs::create_dir_all(installation.into).map_err(|error| failure::io("make", installation.into, &error))?;
    let result = match installer {
        Installer::Uv(uv) => with_uv(job, uv, wheels, installation).await,
        Installer::Pip(pip) => with_pip(job, pip, wheels, installation).await,
    };
    result.map_err(|failure| explain(failure, wheels))
}

async fn with_uv(
    job: &Job<'_>,
    uv: &Path,
    wheels: &Wheels,
    installation: &Installation<'_>,
) -> Result<(), BuildFailure> {
    let mut arguments: Vec<OsString> =
        ["pip", "install", "--only-binary", ":all:", "--link-mode", "copy", "--target"].map(OsString::from).to_vec();
    arguments.push(installation.into.into());
    match wheels {
        Wheels::Lambda { minor, architecture } => {
            let platform = if glibc(*minor) >= 34 { "manylinux_2_34" } else { "manylinux2014" };
            let platform = format!("{}-{platform}", machine(*architecture));
            arguments.extend(
                ["--python-version", &format!("3.{minor}"), "--python-platform", &platform].map(OsString::from),
            );
        }
        Wheels::Host(interpreter) => arguments.extend(["--python".into(), interpreter.program.clone().into()]),
    }
    if installation.completeness == Completeness::Locked {
        // Hashes say which files are right, whichever index has them.
        arguments.extend(["--no-deps", "--index-strategy", "unsafe-best-match"].map(OsString::from));
    }
    arguments.extend(what(installation));
    job.run(uv, arguments).await.map(drop)
}

fn what(installation: &Installation<'_>) -> Vec<OsString> {
    let files = installation.files.iter().flat_map(|file| ["--requirement".into(), file.clone().into()]);
    files.chain(installation.wheels.iter().map(Into::into)).collect()
}

async fn with_pip(
    job: &Job<'_>,
    pip: &Pip,
    wheels: &Wheels,
    installation: &Installation<'_>,
) -> Result<(), BuildFailure> {
    let mut arguments: Vec<OsString> = vec!["-I".into()];
    match wheels {
        Wheels::Lambda { .. } => arguments.push(pip_for(job, &wheels.target())?.into()),
        Wheels::Host(_) => arguments.extend(["-m".into(), "pip".into()]),
    }
    arguments.extend(
        [
            "install",
            "--no-input",
            "--no-compile",
            "--disable-pip-version-check",
            "--no-warn-script-location",
            "--only-binary=:all:",
            "--target",
        ]
        .map(OsString::from),
    );
    arguments.push(installation.into.into());
    if let Wheels::Lambda { minor, architecture } = wheels {
        arguments.extend(["--implementation", "cp", "--python-version", &format!("3.{minor}")].map(OsString::from));
        for platform in platforms(*minor, *architecture) {
            arguments.extend(["--platform".into(), platform.into()]);
        }
    }
    if installation.completeness == Completeness::Locked {
        arguments.push("--no-deps".into());
    }
    arguments.extend(what(installation));
    job.run_with(&pip.interpreter.program, arguments, &pip_environment(job)).await.map(drop)
}

/// The environment of pip, without what would send packages elsewhere.
pub(super) fn pip_environment(job: &Job<'_>) -> BTreeMap<OsString, OsString> {
    let mut environment: BTreeMap<OsString, OsString> = job.environment.clone();
    environment.retain(|name, _| !PIP_DESTINATIONS.iter().any(|setting| name == setting));
    environment.insert("PIP_ROOT_USER_ACTION".into(), "ignore".into());
    environment
}

/// A program that is pip, but for what it takes the machine to be.
fn pip_for(job: &Job<'_>, target: &Target) -> Result<PathBuf, BuildFailure> {
    let markers = serde_json::to_string(&target.values()).expect("a map of texts always has a JSON form");
    scratch_file(job, "markers.json", &markers)?;
    scratch_file(job, "pip_for_target.py", include_str!("pip_for_target.py"))
}

/// Says what to do when no wheel fits. Neither tool has codes: the texts are theirs (pip 23 to 26, uv 0.4 to 0.13).
fn explain(failure: BuildFailure, wheels: &Wheels) -> BuildFailure {
    let mut failure = failure;
    let output = failure.output.as_deref().unwrap_or_default();
    if UNDECLARED.iter().any(|text| output.contains(text)) {
        let hint = "what a build depends on must be in the project and not ignored by git; what Shipway does not find in \
                    the requirements by itself must be in `depends_on`";
        failure.hints.push(hint.to_owned());
    }
    let Some(package) = without_wheel(output) else { return failure };
    let place = match wheels {
        Wheels::Lambda { minor, architecture } => {
            format!("Python 3.{minor} on {} with glibc 2.{} or older", machine(*architecture), glibc(*minor))
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
    let joined = output.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let word_before = |mark: &str| {
        let (before, _) = joined.split_once(mark)?;
        before.split_whitespace().next_back().map(|word| word.trim_start_matches('`').to_owned())
    };
    let after = |line: &str, mark: &str| line.split_once(mark).map(|(_, rest)| rest.trim().to_owned());
    let by_line = output.lines().find_map(|line| {
        after(line, "No matching distribution found for ").or_else(|| {
            let rest = after(line, "Wheels are required for `").or_else(|| after(line, "attempted to build `"))?;
            Some(rest.split('`').next()?.to_owned())
        })
    });
    let package = by_line
        .or_else(|| word_before(" has no usable wheels"))
        .or_else(|| word_before(" has no wheels with a matching"))?;
    // pip adds where the requirement comes from; hashes would say nothing here.
    package.split([' ', ';']).next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tools_words_for_a_missing_wheel_are_read() {
        let pip = "ERROR: Could not find a version\nERROR: No matching distribution found for docopt==0.6.2";
        assert_eq!(without_wheel(pip).as_deref(), Some("docopt==0.6.2"));
        let uv = "hint: Wheels are required for `docopt` because building from source is disabled";
        assert_eq!(without_wheel(uv).as_deref(), Some("docopt"));
        let uv = "cause: Because docopt==0.6.2 has no usable\n    wheels and you require docopt==0.6.2";
        assert_eq!(without_wheel(uv).as_deref(), Some("docopt==0.6.2"));
        let uv = "Because only pywin32==306 is available and pywin32==306 has no wheels with a matching platform tag";
        assert_eq!(without_wheel(uv).as_deref(), Some("pywin32==306"));
        assert_eq!(without_wheel("error: no network"), None);
    }
}
