//! Which Python of this machine runs things, and which one a package for this machine is built for: the one that would run
//! it here. A program counts only when it runs and says its version, since version managers put stand-ins on PATH for
//! versions that are not there.

use std::path::PathBuf;

use shipway_engine::ports::BuildFailure;

use crate::failure;
use crate::toolchain::job::Job;

/// The newest Python 3 that is looked for by name.
const NEWEST_MINOR: u32 = 30;

/// Prints the version, and the interpreter's own path, so that a stand-in is out of the way afterwards.
const PROBE: &str = "import sys; print('%d.%d.%d' % sys.version_info[:3]); print(sys.executable)";

/// A Python 3 that was seen to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Interpreter {
    pub(super) program: PathBuf,
    pub(super) minor: u32,
    /// For example `3.13.1`.
    pub(super) version: String,
}

/// A Python with pip, and pip's version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pip {
    pub(super) interpreter: Interpreter,
    pub(super) version: String,
}

/// The Python that would run a `python3.<minor>` function on this machine: that very version, else the nearest that
/// has a name of its own (of two equally near the newer), else whatever `python3` is.
pub(super) async fn for_host(job: &Job<'_>, minor: u32) -> Result<Interpreter, BuildFailure> {
    nearest(job, minor).await.ok_or_else(|| {
        failure::input(
            format!("Python 3 is needed to build `{}` for this machine, and none on PATH runs", job.build.function),
            &[&format!("install Python 3.{minor}: https://www.python.org/downloads/")],
        )
    })
}

/// The same, or `None` when no Python runs here.
pub(super) async fn nearest(job: &Job<'_>, minor: u32) -> Option<Interpreter> {
    for program in candidates(job, minor) {
        if let Some(found) = probe(job, program).await {
            return Some(found);
        }
    }
    None
}

/// The nearest Python that has pip; else, as an error, the nearest that lacks it, if any.
pub(super) async fn with_pip(job: &Job<'_>, minor: u32) -> Result<Pip, Option<Interpreter>> {
    let mut without = None;
    for program in candidates(job, minor) {
        let Some(found) = probe(job, program).await else { continue };
        match pip_version(job, &found).await {
            Some(version) => return Ok(Pip { interpreter: found, version }),
            None => without = without.or(Some(found)),
        }
    }
    Err(without)
}

/// The version of an interpreter's pip.
pub(super) async fn pip_version(job: &Job<'_>, interpreter: &Interpreter) -> Option<String> {
    // Isolated: or else a module of the function's named like one of Python's own would take its place.
    let answer = job.ask(&interpreter.program, &["-I", "-m", "pip", "--version"]).await.ok()?;
    Some(answer.split_whitespace().nth(1).unwrap_or(&answer).to_owned())
}

fn candidates(job: &Job<'_>, minor: u32) -> Vec<PathBuf> {
    let mut minors: Vec<u32> = (0..=NEWEST_MINOR).collect();
    minors.sort_by_key(|other| (other.abs_diff(minor), *other < minor));
    let names = minors.iter().map(|minor| format!("python3.{minor}")).chain(["python3".to_owned()]);
    names.flat_map(|name| job.find_all(&name)).collect()
}

async fn probe(job: &Job<'_>, program: PathBuf) -> Option<Interpreter> {
    let answer = job.ask(&program, &["-I", "-c", PROBE]).await.ok()?;
    let (version, path) = answer.split_once('\n')?;
    let (major, rest) = version.split_once('.')?;
    let minor = rest.split('.').next()?.parse().ok()?;
    (major == "3").then(|| Interpreter { program: path.trim().into(), minor, version: version.to_owned() })
}
