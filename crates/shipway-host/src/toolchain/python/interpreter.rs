//! Which Python a package for this machine is built for: the one that would run it here. A program counts only when
//! it runs and says its version, since version managers put stand-ins on PATH for versions that are not there.

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

/// The Python that would run a `python3.<minor>` function on this machine: that very version, else the nearest that
/// has a name of its own (of two equally near the newer), else whatever `python3` is.
pub(super) async fn for_host(job: &Job<'_>, minor: u32) -> Result<Interpreter, BuildFailure> {
    let mut minors: Vec<u32> = (0..=NEWEST_MINOR).collect();
    minors.sort_by_key(|other| (other.abs_diff(minor), *other < minor));
    let names = minors.iter().map(|minor| format!("python3.{minor}")).chain(["python3".to_owned()]);
    for name in names {
        for program in job.find_all(&name) {
            if let Some(found) = probe(job, program).await {
                return Ok(found);
            }
        }
    }
    Err(failure::input(
        format!("Python 3 is needed to build `{}` for this machine, and none on PATH runs", job.build.function),
        &[&format!("install Python 3.{minor}: https://www.python.org/downloads/")],
    ))
}

/// Any Python 3 of this machine.
pub(super) async fn any(job: &Job<'_>) -> Option<Interpreter> {
    for program in job.find_all("python3") {
        if let Some(found) = probe(job, program).await {
            return Some(found);
        }
    }
    None
}

async fn probe(job: &Job<'_>, program: PathBuf) -> Option<Interpreter> {
    let answer = job.ask(&program, &["-I", "-c", PROBE]).await.ok()?;
    let (version, path) = answer.split_once('\n')?;
    let (major, rest) = version.split_once('.')?;
    let minor = rest.split('.').next()?.parse().ok()?;
    (major == "3").then(|| Interpreter { program: path.trim().into(), minor, version: version.to_owned() })
}
