//! Running whole processes and measuring them. What the figures mean is decided elsewhere.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use wait4::Wait4 as _;

use super::statistics::{Pairs, Sample};
use crate::failure::Failure;

/// No single run takes longer; what hangs is ended, and counts as failed.
const LONGEST_RUN: Duration = Duration::from_secs(900);

/// A command, to be run many times.
#[derive(Debug, Clone)]
pub(crate) struct Invocation {
    program: PathBuf,
    arguments: Vec<OsString>,
    directory: PathBuf,
    environment: Vec<(OsString, OsString)>,
}

/// How a run went.
#[derive(Debug)]
pub(crate) struct Ran {
    /// What it cost.
    pub(crate) sample: Sample,
    /// What it wrote to stdout.
    pub(crate) output: Vec<u8>,
}

impl Invocation {
    /// `program`, to be run in `directory`.
    pub(crate) fn new(program: impl Into<PathBuf>, directory: &Path) -> Self {
        Self {
            program: program.into(),
            arguments: Vec::new(),
            directory: directory.to_owned(),
            environment: Vec::new(),
        }
    }

    /// With one more argument.
    pub(crate) fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// With more arguments.
    pub(crate) fn args<T: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = T>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// With a variable besides those of this process.
    pub(crate) fn variable(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// The program's name without its folders.
    pub(crate) fn name(&self) -> String {
        self.program.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The command, without where its output goes.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).current_dir(&self.directory).envs(self.environment.iter().cloned());
        command.stdin(Stdio::null());
        command
    }

    /// Runs it once. Its output goes to files, so that reading it takes none of its time.
    ///
    /// # Errors
    /// When it cannot be started, or does not end with 0.
    pub(crate) fn run(&self) -> Result<Ran, Failure> {
        let [output, errors] = [temporary(), temporary()];
        let mut command = self.command();
        command.stdout(output.writer()?).stderr(errors.writer()?);
        let begun = Instant::now();
        let mut child = command.spawn().map_err(Failure::start(self.name()))?;
        let watch = Watch::over(child.id());
        let used = child.wait4().map_err(Failure::start(self.name()))?;
        let wall = begun.elapsed();
        drop(watch);
        let output = output.read()?;
        if !used.status.success() {
            let told = [errors.read()?, output].map(|told| plain(&String::from_utf8_lossy(&told)));
            let last_line = told.iter().find_map(|told| last_line(told, &self.directory));
            let last_line = last_line.unwrap_or_else(|| "it wrote nothing".to_owned());
            return Err(Failure::Program { program: self.name(), status: used.status.to_string(), last_line });
        }
        let usage = used.rusage;
        let sample = Sample { wall, user: usage.utime, system: usage.stime, peak_bytes: usage.maxrss };
        Ok(Ran { sample, output })
    }
}

/// Without what sets colours on a terminal.
fn plain(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').map_or(part, |(_, rest)| rest));
    }
    plain
}

/// The first line that says of itself that it is an error, else the last with something in it, without the paths of this
/// machine.
fn last_line(text: &str, directory: &Path) -> Option<String> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let is_error =
        |line: &&str| ["Error: ", "error: ", "[ERROR] ", "Exception: "].iter().any(|mark| line.contains(mark));
    let line = lines.clone().find(is_error).or_else(|| lines.next_back())?;
    let line: String = line.chars().take(300).collect();
    Some(line.replace(&format!("{}/", directory.display()), ""))
}

/// A file that is gone afterwards.
struct Temporary {
    path: PathBuf,
}

fn temporary() -> Temporary {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("shipway-bench-{}-{number}", std::process::id()));
    Temporary { path }
}

impl Temporary {
    fn writer(&self) -> Result<File, Failure> {
        File::create(&self.path).map_err(Failure::file("writing", &self.path))
    }

    fn read(&self) -> Result<Vec<u8>, Failure> {
        std::fs::read(&self.path).map_err(Failure::file("reading", &self.path))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // Left behind at worst.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Ends a process that takes too long, unless it is dropped first.
struct Watch {
    _ended: mpsc::Sender<()>,
}

impl Watch {
    fn over(process: u32) -> Self {
        let (ended, end) = mpsc::channel::<()>();
        thread::spawn(move || {
            if end.recv_timeout(LONGEST_RUN) == Err(mpsc::RecvTimeoutError::Timeout)
                && let Some(process) = i32::try_from(process).ok().and_then(rustix::process::Pid::from_raw)
            {
                // It may have ended in this moment.
                let _ = rustix::process::kill_process(process, rustix::process::Signal::KILL);
            }
        });
        Self { _ended: ended }
    }
}

/// Somebody who takes part: what is done before each run, untimed, and what is run.
pub(crate) struct Entrant<'a> {
    /// What is run.
    pub(crate) invocation: Invocation,
    /// What is done before each run.
    pub(crate) prepare: Box<dyn FnMut() -> Result<(), Failure> + 'a>,
}

impl std::fmt::Debug for Entrant<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Entrant").field("invocation", &self.invocation).finish_non_exhaustive()
    }
}

impl<'a> Entrant<'a> {
    /// One that needs no preparation.
    pub(crate) fn new(invocation: Invocation) -> Self {
        Self { invocation, prepare: Box::new(|| Ok(())) }
    }

    /// One that does.
    pub(crate) fn prepared(invocation: Invocation, prepare: impl FnMut() -> Result<(), Failure> + 'a) -> Self {
        Self { invocation, prepare: Box::new(prepare) }
    }

    /// One whose output must not be there when it starts.
    pub(crate) fn making(invocation: Invocation, output: &'a Path) -> Self {
        Self::prepared(invocation, move || remove(output))
    }

    /// Prepares and runs it once.
    ///
    /// # Errors
    /// When either fails.
    pub(crate) fn run(&mut self) -> Result<Sample, Failure> {
        (self.prepare)()?;
        Ok(self.invocation.run()?.sample)
    }
}

/// Removes a file or folder that may not be there.
pub(crate) fn remove(path: &Path) -> Result<(), Failure> {
    let removed = match path.symlink_metadata() {
        Err(_) => return Ok(()),
        Ok(metadata) if metadata.is_dir() => std::fs::remove_dir_all(path),
        Ok(_) => std::fs::remove_file(path),
    };
    removed.map_err(Failure::file("removing", path))
}

/// Who failed in a duel.
#[derive(Debug)]
pub(crate) enum DuelFailure {
    /// Shipway: that is no benchmark's result.
    Ours(Failure),
    /// The other: it took no part.
    Theirs(Failure),
}

/// One warm-up of each, then `runs` pairs in turn.
///
/// # Errors
/// When one of them fails.
pub(crate) fn duel(ours: &mut Entrant<'_>, theirs: &mut Entrant<'_>, runs: u32) -> Result<Pairs, DuelFailure> {
    // The other first: when it cannot run here, nothing is wasted.
    theirs.run().map_err(DuelFailure::Theirs)?;
    ours.run().map_err(DuelFailure::Ours)?;
    let mut pairs = Pairs::default();
    for _ in 0..runs {
        pairs.ours.push(ours.run().map_err(DuelFailure::Ours)?);
        pairs.theirs.push(theirs.run().map_err(DuelFailure::Theirs)?);
    }
    Ok(pairs)
}

/// One warm-up, then `runs` runs.
///
/// # Errors
/// When it fails.
pub(crate) fn alone(ours: &mut Entrant<'_>, runs: u32) -> Result<Vec<Sample>, Failure> {
    ours.run()?;
    (0..runs).map(|_| ours.run()).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Entrant, Failure, Invocation, duel, last_line, plain};

    fn shell(script: &str) -> Invocation {
        Invocation::new("sh", Path::new("/")).args(["-c", script])
    }

    #[test]
    fn a_process_is_measured_and_its_output_kept() {
        let ran = shell("echo out; echo err >&2").run().unwrap();
        assert_eq!(ran.output, b"out\n");
        assert!(ran.sample.peak_bytes > 100_000, "{:?}", ran.sample);
        assert!(ran.sample.wall >= ran.sample.user);
    }

    #[test]
    fn a_process_that_fails_is_no_sample() {
        let Err(Failure::Program { status, last_line, .. }) = shell("echo one >&2; echo two >&2; exit 3").run() else {
            panic!("it succeeded")
        };
        assert_eq!((status.as_str(), last_line.as_str()), ("exit status: 3", "two"));
    }

    #[test]
    fn each_is_warmed_up_and_then_they_take_turns() {
        let order = std::cell::RefCell::new(String::new());
        let mut ours = Entrant::prepared(shell("true"), || {
            order.borrow_mut().push('a');
            Ok(())
        });
        let mut theirs = Entrant::prepared(shell("true"), || {
            order.borrow_mut().push('b');
            Ok(())
        });
        let pairs = duel(&mut ours, &mut theirs, 2).unwrap();
        drop((ours, theirs));
        assert_eq!((pairs.ours.len(), pairs.theirs.len()), (2, 2));
        assert_eq!(order.into_inner(), "baabab");
    }

    #[test]
    fn paths_of_the_machine_are_left_out_of_messages() {
        let line = |text: &str| last_line(&plain(text), Path::new("/a/b"));
        assert_eq!(line("x\n/a/b/c is gone\n\n").as_deref(), Some("c is gone"));
        assert_eq!(line("\u{1b}[0;31m[ERROR] no\u{1b}[0m\nask somebody").as_deref(), Some("[ERROR] no"));
        assert_eq!(line("\u{1b}[0m\n"), None);
    }
}
