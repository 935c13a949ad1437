//! An execution environment: one process, its Runtime API and its output, from the first event to the last.
//!
//! It handles one invocation at a time and does not know whether there are others of its kind.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::bootstraps::Bootstraps;
use super::command::{Tools, command};
use super::interpreter::{Interpreters, NoInterpreter};
use super::invocation::Invocation;
use super::java_client::{JavaClient, JavaClientError, provide};
use super::java_command::TooNew;
use super::log::Capture;
use super::process::{Life, Process, Start};
use super::runtime::{Runtime, UnsupportedRuntime};
use super::runtime_api::{Event, RuntimeApi, Work};
use super::settings::ExecutorSettings;
use super::variables::{Place, variables};

/// How long a process that has reported an error may take until it asks for its next event. Lambda's Java client writes
/// what the error was to the log only after it has reported it.
const TIME_TO_LOG_AN_ERROR: Duration = Duration::from_millis(500);

/// How long a process that has answered may take to ask for its next event before it is given up. Nothing is lost by
/// giving up: the event was not handed over.
const TIME_TO_ASK_AGAIN: Duration = Duration::from_secs(5);

pub(super) struct Environment {
    api: RuntimeApi,
    process: Process,
    log: Arc<Capture>,
    follower: JoinHandle<()>,
    started: Instant,
    remarks: Vec<String>,
}

/// Why there is no environment.
#[derive(Debug, thiserror::Error)]
pub(super) enum StartError {
    #[error(transparent)]
    UnsupportedRuntime(#[from] UnsupportedRuntime),
    #[error(transparent)]
    NoInterpreter(#[from] NoInterpreter),
    #[error(transparent)]
    NoJavaClient(#[from] JavaClientError),
    #[error(transparent)]
    TooNewForJava(#[from] TooNew),
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
    /// Filled by the first Java function.
    pub(super) java_client: &'a OnceCell<JavaClient>,
}

impl Means<'_> {
    /// Lambda's Java client, fetched by whoever needs it first; the others wait.
    async fn java_client(&self, remarks: &mut Vec<String>) -> Result<&JavaClient, JavaClientError> {
        let was_there = self.java_client.initialized();
        let client = self.java_client.get_or_try_init(|| provide(self.settings, &self.supervisor)).await?;
        if !was_there {
            remarks.extend(client.remark.clone());
        }
        Ok(client)
    }
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
        let mut remarks: Vec<String> =
            interpreter.iter().filter_map(|interpreter| interpreter.remark.clone()).collect();
        let java_client = match runtime {
            Runtime::Java { .. } => Some(means.java_client(&mut remarks).await?),
            _ => None,
        };
        let api = RuntimeApi::start().await.map_err(failed("open a port on 127.0.0.1 for the Runtime API"))?;
        let scratch = &means.settings.scratch;
        let private_folder =
            private_folder(scratch).map_err(failed(&format!("create a folder in {}", scratch.display())))?;
        let tools = Tools { bootstraps: means.bootstraps, interpreter: interpreter.as_ref(), java_client };
        let (program, arguments) = command(&tools, invocation, runtime, private_folder.path())?;

        let environment = variables(
            invocation,
            runtime,
            &Place {
                api: &api.address(),
                private_folder: private_folder.path(),
                interpreter: interpreter.as_ref(),
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
        Ok(Environment { api, process, log, follower, started: Instant::now(), remarks })
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
                        if matches!(end, Handling::Error(_)) {
                            self.let_it_log().await;
                        }
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

    /// Waits until a process that has reported an error is done with it, as Lambda does for every invocation.
    async fn let_it_log(&mut self) {
        let done = async {
            tokio::select! {
                _ = self.api.events.recv() => {}
                _ = self.process.over() => {}
            }
        };
        let _ = tokio::time::timeout(TIME_TO_LOG_AN_ERROR, done).await;
    }

    /// The last thing that a process said before it ended, if it still waits to be heard.
    fn last_event(&mut self) -> Option<Event> {
        std::iter::from_fn(|| self.api.events.try_recv().ok()).last()
    }

    /// What the process wrote since this was asked last.
    pub(super) fn take_log(&self) -> Vec<u8> {
        self.log.take()
    }

    pub(super) fn remarks(&self) -> &[String] {
        &self.remarks
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

/// A fresh folder for one process. The supervisor removes it, so that it goes even when this process is killed.
pub(super) fn private_folder(scratch: &Path) -> io::Result<TempDir> {
    let parent = scratch.join("environments");
    std::fs::create_dir_all(&parent)?;
    tempfile::Builder::new().prefix("").rand_bytes(16).tempdir_in(&parent)
}

/// `YYYY/MM/DD/[VERSION]name`: on AWS the name is 32 hexadecimal digits; here it is the private folder's.
fn log_stream(version: &str, private_folder: &Path) -> String {
    let day = jiff::Timestamp::now().strftime("%Y/%m/%d");
    let name = private_folder.file_name().unwrap_or_default().to_string_lossy();
    format!("{day}/[{version}]{name}")
}
