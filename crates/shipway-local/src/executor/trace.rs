//! The account of one invocation: its log in Lambda's lines, its clock, and from both its outcome. No I/O.

use std::error::Error as _;
use std::time::Duration;

use tokio::time::Instant;

use super::answer::{Failure, timeout_text};
use super::environment::StartError;
use super::invocation::{Invocation, Outcome};
use super::log::{Usage, end_lines, start_line};
use super::process::Life;

/// How an invocation that reached a process ended.
pub(super) enum Verdict {
    Answer(Vec<u8>),
    /// The function's own words.
    Error(Vec<u8>),
    /// Ours, that is Lambda's.
    Failure(Failure),
    TimedOut,
}

/// The log and the clock of one invocation.
pub(super) struct Trace<'a> {
    pub(super) invocation: &'a Invocation,
    pub(super) log: Vec<u8>,
    pub(super) start: Instant,
    pub(super) initialization: Option<Duration>,
}

impl<'a> Trace<'a> {
    pub(super) fn new(invocation: &'a Invocation) -> Trace<'a> {
        Trace { invocation, log: Vec::new(), start: Instant::now(), initialization: None }
    }

    /// Lambda's first line; before it comes what the process wrote outside of any invocation.
    pub(super) fn started(mut self, before: Vec<u8>) -> Trace<'a> {
        self.log.extend(before);
        self.write(&start_line(&self.invocation.request_id, &self.invocation.version));
        self
    }

    fn write(&mut self, text: &str) {
        if !self.log.is_empty() && !self.log.ends_with(b"\n") {
            self.log.push(b'\n');
        }
        self.log.extend_from_slice(text.as_bytes());
    }

    pub(super) fn finish(mut self, duration: Duration, peak_megabytes: Option<u64>, verdict: Verdict) -> Outcome {
        let request_id = &self.invocation.request_id;
        let mut status = None;
        let (payload, is_error) = match verdict {
            Verdict::Answer(payload) => (payload, None),
            Verdict::Error(payload) => (payload, Some(())),
            Verdict::Failure(failure) => {
                status = Some(format!("error\tError Type: {}", failure.error_type));
                self.write(&format!("{}\n{}\n", failure.error_message, failure.error_type));
                (failure.payload(), Some(()))
            }
            Verdict::TimedOut => {
                status = Some("timeout".to_owned());
                let text = timeout_text(self.invocation.timeout);
                let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%3fZ");
                self.write(&format!("{now} {request_id} {text}\n\n"));
                (Failure::timed_out(request_id, self.invocation.timeout).payload(), Some(()))
            }
        };
        let usage = Usage {
            duration,
            initialization: self.initialization,
            memory_megabytes: self.invocation.memory_megabytes,
            peak_megabytes,
            status,
        };
        self.write(&end_lines(request_id, &usage));
        Outcome { payload, function_error: is_error.map(|()| "Unhandled".to_owned()), log: self.log }
    }

    /// No process came about.
    pub(super) fn not_started(self, error: &StartError) -> Outcome {
        let request_id = self.invocation.request_id.clone();
        match error {
            StartError::NoBootstrap { program } => {
                let failure = Failure::no_bootstrap(&request_id, program);
                self.started(Vec::new()).finish(Duration::ZERO, None, Verdict::Failure(failure))
            }
            StartError::NotAProgram { program } => {
                let os_error = rustix::io::Errno::NOEXEC.raw_os_error();
                let failure = Failure::invalid_entrypoint(&request_id, program, os_error);
                self.started(Vec::new()).finish(Duration::ZERO, None, Verdict::Failure(failure))
            }
            StartError::UnsupportedRuntime(_)
            | StartError::NoInterpreter(_)
            | StartError::NoJavaClient(_)
            | StartError::TooNewForJava(_) => self.refused("Shipway.RuntimeUnavailable", &with_causes(error)),
            StartError::Local { .. } | StartError::RelativePath { .. } => {
                self.refused("Shipway.EnvironmentFailed", &with_causes(error))
            }
        }
    }

    /// A refusal that AWS has no words for.
    pub(super) fn refused(self, error_type: &'static str, message: &str) -> Outcome {
        let failure = Failure::new(error_type, &self.invocation.request_id, message);
        self.started(Vec::new()).finish(Duration::ZERO, None, Verdict::Failure(failure))
    }
}

fn with_causes(error: &StartError) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        message.push_str(&format!(": {error}"));
        cause = error.source();
    }
    message
}

/// What a process's end without an answer is called.
pub(super) fn failure_of(invocation: &Invocation, life: Life) -> Failure {
    let request_id = &invocation.request_id;
    match life {
        Life::Ended { end, .. } => Failure::exited(request_id, end),
        Life::NotStarted { os_error } if invocation.runtime.starts_with("provided") => {
            let program = invocation.code_folder.join("bootstrap").display().to_string();
            Failure::invalid_entrypoint(request_id, &program, os_error)
        }
        Life::NotStarted { os_error } => {
            let reason = std::io::Error::from_raw_os_error(os_error);
            let folder = invocation.code_folder.display();
            let message = format!("could not start the interpreter in {folder}: {reason}");
            Failure::new("Shipway.EnvironmentFailed", request_id, &message)
        }
        Life::Starting | Life::Running { .. } | Life::SupervisorLost => {
            let message = "the process that supervises the function was ended from outside";
            Failure::new("Shipway.EnvironmentLost", request_id, message)
        }
    }
}
