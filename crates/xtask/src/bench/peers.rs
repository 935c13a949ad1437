//! The tools that Shipway is measured beside: found on the PATH, or installed below the work folder with pinned
//! versions and kept between runs. One that cannot be had is a reason, which the page shows.

use std::path::{Path, PathBuf};

use super::measuring::{Invocation, remove};
use super::options::Scale;
use super::workshop::Workshop;
use crate::failure::Failure;
use crate::terminal::{tell, with_causes};

/// Peers from registries, with their versions.
pub(crate) const PINNED: &[(&str, &str)] = &[
    ("AWS CLI", AWS_CLI),
    ("SAM", SAM),
    ("cargo-lambda", CARGO_LAMBDA),
    ("lambda-setuptools", LAMBDA_SETUPTOOLS),
    ("moto", MOTO),
    ("lambroll", LAMBROLL),
    ("lambda-maven-plugin", LAMBDA_MAVEN_PLUGIN),
];

const AWS_CLI: &str = "awscli==1.46.3";
const SAM: &str = "aws-sam-cli==1.170.0";
const CARGO_LAMBDA: &str = "cargo-lambda==1.9.2";
const LAMBDA_SETUPTOOLS: &str = "lambda-setuptools==0.6.0";
const MOTO: &str = "moto[server]==5.2.5";
const LAMBROLL: &str = "github.com/fujiwara/lambroll/cmd/lambroll@v1.1.3";
/// The Maven plugin.
pub(crate) const LAMBDA_MAVEN_PLUGIN: &str = "com.github.seanroy:lambda-maven-plugin:2.3.5";

/// A program of the PATH.
///
/// # Errors
/// A sentence, when it is not there.
pub(crate) fn on_path(name: &str) -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
    found.ok_or_else(|| format!("{name} is not on the PATH"))
}

/// The AWS CLI.
pub(crate) fn aws_cli(workshop: &Workshop) -> Result<PathBuf, String> {
    from_pypi(workshop, &[AWS_CLI], "aws")
}

/// SAM.
pub(crate) fn sam(workshop: &Workshop) -> Result<PathBuf, String> {
    from_pypi(workshop, &[SAM], "sam")
}

/// cargo-lambda, a native program in a wheel.
pub(crate) fn cargo_lambda(workshop: &Workshop) -> Result<PathBuf, String> {
    from_pypi(workshop, &[CARGO_LAMBDA], "cargo-lambda")
}

/// A Python that has lambda-setuptools.
pub(crate) fn lambda_setuptools(workshop: &Workshop) -> Result<PathBuf, String> {
    // It is of the time when every environment had setuptools, and used distutils through it.
    from_pypi(workshop, &[LAMBDA_SETUPTOOLS, "setuptools==75.8.0", "wheel==0.45.1"], "python")
}

/// moto's server: S3, STS and CloudFormation for those who need more than Lambda.
pub(crate) fn moto(workshop: &Workshop) -> Result<PathBuf, String> {
    from_pypi(workshop, &[MOTO], "moto_server")
}

/// lambroll, built by the Go tool.
pub(crate) fn lambroll(workshop: &Workshop) -> Result<PathBuf, String> {
    let go = on_path("go")?;
    let folder = workshop.work.join("peers").join("lambroll");
    installed(workshop, &folder, LAMBROLL, |folder| {
        Invocation::new(&go, folder).args(["install", LAMBROLL]).variable("GOBIN", folder).run().map(drop)
    })?;
    Ok(folder.join("lambroll"))
}

/// The small packer in Go, built.
pub(crate) fn go_packer(workshop: &Workshop) -> Result<PathBuf, String> {
    let go = on_path("go")?;
    let program = workshop.work.join("peers").join("go-pack");
    let build =
        Invocation::new(go, &workshop.committed("go")).args(["build", "-trimpath", "-o"]).arg(&program).arg(".");
    build.variable("GOFLAGS", "-mod=mod").run().map_err(|failure| with_causes(&failure))?;
    Ok(program)
}

/// The script that packs with Python's zipfile, as a command without its last two arguments.
pub(crate) fn python_packer(workshop: &Workshop) -> Result<(PathBuf, PathBuf), String> {
    Ok((interpreter(workshop).ok_or("python3 is not on the PATH")?, workshop.committed("pack.py")))
}

/// Python itself: where `python3` is a wrapper script, measuring it would measure the wrapper.
pub(crate) fn interpreter(workshop: &Workshop) -> Option<PathBuf> {
    let python = on_path("python3").ok()?;
    let asked = Invocation::new(python, &workshop.work).args(["-c", "import sys; print(sys.executable)"]).run().ok()?;
    Some(PathBuf::from(String::from_utf8_lossy(&asked.output).trim()))
}

/// The runtime of this machine's Python, such as `python3.13`.
///
/// # Errors
/// A sentence, when there is no Python.
pub(crate) fn python_runtime(workshop: &Workshop) -> Result<String, String> {
    let python = interpreter(workshop).ok_or("python3 is not on the PATH")?;
    let script = "import sys; print('python%d.%d' % sys.version_info[:2])";
    let asked = Invocation::new(python, &workshop.work).args(["-c", script]).run();
    let asked = asked.map_err(|failure| with_causes(&failure))?;
    Ok(String::from_utf8_lossy(&asked.output).trim().to_owned())
}

/// The small scale runs without a network.
///
/// # Errors
/// A sentence, at that scale.
pub(crate) fn may_use_the_network(workshop: &Workshop) -> Result<(), String> {
    match workshop.scale {
        Scale::Full => Ok(()),
        Scale::Small => Err("the small scale uses what is there".to_owned()),
    }
}

fn from_pypi(workshop: &Workshop, requirements: &[&str], program: &str) -> Result<PathBuf, String> {
    let name = requirements[0].split(['=', '[']).next().unwrap_or(requirements[0]);
    let folder = workshop.work.join("peers").join(name);
    let python = interpreter(workshop).ok_or("python3 is not on the PATH")?;
    installed(workshop, &folder, &requirements.join(" "), |folder| {
        Invocation::new(&python, folder).args(["-m", "venv", "environment"]).run()?;
        Invocation::new(folder.join("environment/bin/python"), folder)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .args(requirements.iter().copied())
            .run()
            .map(drop)
    })?;
    Ok(folder.join("environment/bin").join(program))
}

/// Installs into an empty folder, unless the same was installed there before. The small scale installs nothing.
fn installed(
    workshop: &Workshop,
    folder: &Path,
    requirement: &str,
    install: impl FnOnce(&Path) -> Result<(), Failure>,
) -> Result<(), String> {
    let stamp = folder.join("installed");
    if std::fs::read_to_string(&stamp).is_ok_and(|there| there == requirement) {
        return Ok(());
    }
    may_use_the_network(workshop).map_err(|reason| format!("not installed: {reason}"))?;
    tell(format!("   installing {requirement}"));
    let done = remove(folder)
        .and_then(|()| std::fs::create_dir_all(folder).map_err(Failure::file("creating", folder)))
        .and_then(|()| install(folder))
        .and_then(|()| std::fs::write(&stamp, requirement).map_err(Failure::file("writing", &stamp)));
    done.map_err(|failure| with_causes(&failure))
}
