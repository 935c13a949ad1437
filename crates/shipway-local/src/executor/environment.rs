//! An execution environment: one process, its Runtime API and its output, from the first event to the last.
//!
//! It handles one invocation at a time and does not know whether there are others of its kind.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::bootstraps::Bootstraps;
use super::interpreter::{Interpreter, Interpreters, NoInterpreter};
use super::invocation::Invocation;
use super::log::Capture;
use super::process::{Life, Process, Start};
use super::runtime::{Runtime, UnsupportedRuntime};
use super::runtime_api::{Event, RuntimeApi, Work};
use super::settings::ExecutorSettings;
use super::variables::{Place, variables};

/// How long a process that has answered may take to ask for its next event before it is given up. Nothing is lost by
/// giving up: the event was not handed over.
const TIME_TO_ASK_AGAIN: Duration = Duration::from_secs(5);

pub(super) struct Environment {
    api: RuntimeApi,
    process: Process,
    log: Arc<Capture>,
    follower: JoinHandle<()>,
    started: Instant,
    remark: Option<String>,
}

/// Why there is no environment.
#[derive(Debug, thiserror::Error)]
pub(super) enum StartError {
    #[error(transparent)]
    UnsupportedRuntime(#[from] UnsupportedRuntime),
    #[error(transparent)]
    NoInterpreter(#[from] NoInterpreter),
    #[error("there is no file {program}")]
    NoBootstrap { program: String },
    #[error("{program} is neither a program nor a script with an interpreter line")]
    NotAProgram { program: String },
    #[error("{} is not an absolute path, and functions start elsewhere", path.display())]
    RelativePath { path: PathBuf },
    #[error("could not {attempt}")]
    Local {
        attempt: String,
        #[source]
        source: io::Error,
    },
}

/// How the handling of one event ended.
pub(super) enum Handling {
    Response(Bytes),
    Error(Bytes),
    ResponseTooLarge,
    Over(Life),
    TimedOut,
    /// The function could not be loaded, and said why in its own words; the process will not ask for an event.
    FailedToLoad(Bytes),
    /// The event never reached the process. Another may have it.
    NotTaken,
}

/// What an environment is started with beside the invocation.
pub(super) struct Means<'a> {
    pub(super) settings: &'a ExecutorSettings,
    pub(super) supervisor: Arc<[OsString]>,
    pub(super) interpreters: &'a Interpreters,
    pub(super) bootstraps: &'a Bootstraps,
}

impl Environment {
    /// Starts the process; nothing is known about it yet.
    pub(super) async fn start<Guard: Send + 'static>(
        means: &Means<'_>,
        invocation: &Invocation,
        guard: Guard,
    ) -> Result<Environment, StartError> {
        for path in [&means.settings.scratch, &invocation.code_folder] {
            if !path.is_absolute() {
                return Err(StartError::RelativePath { path: path.clone() });
            }
        }
        let runtime = Runtime::parse(&invocation.runtime)?;
        let interpreter = means.interpreters.find(means.settings, &invocation.runtime, runtime).await?;
        let (program, arguments) = command(means.bootstraps, invocation, runtime, interpreter.as_ref())?;
        let api = RuntimeApi::start().await.map_err(failed("open a port on 127.0.0.1 for the Runtime API"))?;
        let private_folder = private_folder(&means.settings.scratch)?;

        let environment = variables(
            invocation,
            runtime,
            &Place {
                api: &api.address(),
                private_folder: private_folder.path(),
                interpreter_folder: interpreter.as_ref().and_then(|interpreter| interpreter.program.parent()),
                log_stream: &log_stream(&invocation.version, private_folder.path()),
            },
        );
        let start = Start {
            supervisor: Arc::clone(&means.supervisor),
            program,
            arguments,
            folder: invocation.code_folder.clone(),
            environment,
            private_folder,
        };
        let (process, output) = Process::start(start, guard).await.map_err(failed("start a supervisor process"))?;
        let log = Capture::new(output, means.settings.maximum_log_bytes)
            .map_err(failed("read the output of a function process"))?;
        let log = Arc::new(log);
        let followed = Arc::clone(&log);
        let follower = tokio::spawn(async move { followed.follow().await });
        let remark = interpreter.and_then(|interpreter| interpreter.remark);
        Ok(Environment { api, process, log, follower, started: Instant::now(), remark })
    }

    /// Waits until the process asks for its first event; says how long that took since its start.
    pub(super) async fn initialize(&mut self, limit: Duration) -> Result<Duration, Handling> {
        loop {
            tokio::select! {
                // Events first: what a process said before it ended counts more than that it ended.
                biased;
                event = self.api.events.recv() => match event {
                    Some(Event::Waiting) => return Ok(self.started.elapsed()),
                    Some(Event::InitializationError(body)) => return Err(Handling::FailedToLoad(body)),
                    _ => {}
                },
                life = self.process.over() => return match self.last_event() {
                    Some(Event::InitializationError(body)) => Err(Handling::FailedToLoad(body)),
                    _ => Err(Handling::Over(life)),
                },
                () = tokio::time::sleep_until(self.started + limit) => return Err(Handling::TimedOut),
            }
        }
    }

    /// Has the process handle one event.
    pub(super) async fn handle(&mut self, work: Work, limit: Duration) -> Handling {
        // What came after the last answer, such as the wish for the next event, is of no use now.
        while self.api.events.try_recv().is_ok() {}
        let start = Instant::now();
        self.api.hand_out(work);
        let mut deadline = start + TIME_TO_ASK_AGAIN;
        let mut taken = Taken::No;
        loop {
            tokio::select! {
                biased;
                event = self.api.events.recv() => match event {
                    Some(Event::Taken) => {
                        taken = Taken::Yes;
                        deadline = start + limit;
                    }
                    Some(event) => if let Some(end) = Handling::of(event) {
                        return end;
                    },
                    None => return Handling::Over(Life::SupervisorLost),
                },
                life = self.process.over() => return match (self.last_event().and_then(Handling::of), taken) {
                    (Some(end), _) => end,
                    (None, Taken::Yes) => Handling::Over(life),
                    (None, Taken::No) => Handling::NotTaken,
                },
                () = tokio::time::sleep_until(deadline) => return match taken {
                    Taken::Yes => Handling::TimedOut,
                    Taken::No => Handling::NotTaken,
                },
            }
        }
    }

    /// The last thing that a process said before it ended, if it still waits to be heard.
    fn last_event(&mut self) -> Option<Event> {
        std::iter::from_fn(|| self.api.events.try_recv().ok()).last()
    }

    /// What the process wrote since this was asked last.
    pub(super) fn take_log(&self) -> Vec<u8> {
        self.log.take()
    }

    pub(super) fn remark(&self) -> Option<&str> {
        self.remark.as_deref()
    }

    pub(super) fn is_over(&self) -> bool {
        self.process.life().is_over()
    }

    pub(super) fn peak_megabytes(&self) -> Option<u64> {
        self.process.peak_megabytes()
    }

    /// Ends the process and all that it started; returns when they are gone, with the last of their output.
    pub(super) async fn end(self) -> Ending {
        let peak_before = self.process.peak_megabytes();
        let life = self.process.end().await;
        let peak_megabytes = match life {
            Life::Ended { peak_megabytes, .. } => peak_before.max(Some(peak_megabytes)),
            _ => peak_before,
        };
        // The pipe's other ends are closed now, or held by what escaped; either way what there was can be read.
        let log = self.log.take();
        self.follower.abort();
        Ending { log, peak_megabytes }
    }
}

/// What is left of an environment.
pub(super) struct Ending {
    pub(super) log: Vec<u8>,
    pub(super) peak_megabytes: Option<u64>,
}

#[derive(Clone, Copy)]
enum Taken {
    No,
    Yes,
}

impl Handling {
    fn of(event: Event) -> Option<Handling> {
        match event {
            Event::Response(body) => Some(Handling::Response(body)),
            Event::Error(body) => Some(Handling::Error(body)),
            Event::InitializationError(body) => Some(Handling::FailedToLoad(body)),
            Event::ResponseTooLarge => Some(Handling::ResponseTooLarge),
            Event::Waiting | Event::Taken => None,
        }
    }
}

fn failed(attempt: &str) -> impl FnOnce(io::Error) -> StartError {
    let attempt = attempt.to_owned();
    move |source| StartError::Local { attempt, source }
}

/// The program and its arguments.
fn command(
    bootstraps: &Bootstraps,
    invocation: &Invocation,
    runtime: Runtime,
    interpreter: Option<&Interpreter>,
) -> Result<(PathBuf, Vec<OsString>), StartError> {
    match (runtime, interpreter) {
        (Runtime::Python { .. }, Some(interpreter)) => {
            // -S: the packages of this machine are not the function's. -u: a line is out when it is printed.
            let arguments = vec!["-S".into(), "-u".into(), bootstraps.python.clone().into_os_string()];
            Ok((interpreter.program.clone(), arguments))
        }
        (Runtime::Node { .. }, Some(interpreter)) => {
            Ok((interpreter.program.clone(), vec![bootstraps.node.clone().into_os_string()]))
        }
        _ => {
            let program = invocation.code_folder.join("bootstrap");
            if !program.is_file() {
                return Err(StartError::NoBootstrap { program: program.display().to_string() });
            }
            // exec would hand a file of any other kind to the shell; Lambda does not.
            if is_executable_of_unknown_kind(&program) {
                return Err(StartError::NotAProgram { program: program.display().to_string() });
            }
            Ok((program, Vec::new()))
        }
    }
}

/// Whether a file may be executed and is neither a script nor a binary of Linux or macOS. A file that may not be
/// executed, or not be read, is left for exec to judge.
fn is_executable_of_unknown_kind(program: &Path) -> bool {
    const KINDS: [&[u8]; 5] = [b"#!", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xcf"];
    let Ok(mut file) = File::open(program) else { return false };
    let is_executable = file.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0);
    let mut beginning = [0; 4];
    let length = file.read(&mut beginning).unwrap_or_default();
    is_executable && !KINDS.iter().any(|kind| beginning[..length].starts_with(kind))
}

/// A fresh folder for one process. The supervisor removes it, so that it goes even when this process is killed.
fn private_folder(scratch: &Path) -> Result<TempDir, StartError> {
    let parent = scratch.join("environments");
    std::fs::create_dir_all(&parent)
        .and_then(|()| tempfile::Builder::new().prefix("").rand_bytes(16).tempdir_in(&parent))
        .map_err(failed(&format!("create a folder in {}", parent.display())))
}

/// `YYYY/MM/DD/[VERSION]name`: on AWS the name is 32 hexadecimal digits; here it is the private folder's.
fn log_stream(version: &str, private_folder: &Path) -> String {
    let day = jiff::Timestamp::now().strftime("%Y/%m/%d");
    let name = private_folder.file_name().unwrap_or_default().to_string_lossy();
    format!("{day}/[{version}]{name}")
}
