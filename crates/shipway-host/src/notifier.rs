//! Tells a command of the user's own something: on its standard input, in the project's folder, with the environment that
//! build tools get (no credentials) and a time limit. Knows nothing of what is told.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::environment::CallerEnvironment;
use crate::process::{self, Input, ToolCall};

/// Runs commands that are told something.
#[derive(Debug, Clone)]
pub struct Notifier {
    folder: PathBuf,
    environment: CallerEnvironment,
}

/// A command that was not told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotifyError {
    /// It names no program.
    #[error("the command is empty")]
    Empty,
    /// There is no such program.
    #[error("`{program}` is not on the PATH")]
    NotFound {
        /// Which.
        program: String,
    },
    /// It did not end in time, and was killed.
    #[error("`{program}` was killed: it took longer than {seconds} s")]
    TooSlow {
        /// Which.
        program: String,
        /// The limit.
        seconds: u64,
    },
    /// It failed.
    #[error("{message}{}", last_line.as_ref().map(|line| format!(": {line}")).unwrap_or_default())]
    Failed {
        /// How.
        message: String,
        /// What it said last, without what may be a secret.
        last_line: Option<String>,
    },
}

impl Notifier {
    /// Commands run in `folder`, the project's.
    #[must_use]
    pub fn new(folder: &Path, environment: CallerEnvironment) -> Self {
        Self { folder: folder.to_owned(), environment }
    }

    /// Runs `command` with `input`, at most for `limit`.
    ///
    /// # Errors
    /// When it cannot be started, does not end in time or fails.
    pub async fn tell(&self, command: &[String], input: &[u8], limit: Duration) -> Result<(), NotifyError> {
        let Some((program, arguments)) = command.split_first() else { return Err(NotifyError::Empty) };
        let environment = self.environment.for_tool(&[]);
        let path = if program.contains('/') {
            self.folder.join(program)
        } else {
            process::find(program, &environment).ok_or_else(|| NotifyError::NotFound { program: program.clone() })?
        };
        let call = ToolCall {
            program: path,
            arguments: arguments.iter().map(OsString::from).collect(),
            folder: &self.folder,
            environment: &environment,
            input: Input::Bytes(input),
            // The limit below ends it: dropped, it is killed with all that it started.
            deadline: Instant::now() + limit * 2,
            on_line: &|_| {},
        };
        match tokio::time::timeout(limit, call.run()).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(failure)) => Err(NotifyError::Failed {
                message: failure.message,
                last_line: failure.output.and_then(|output| output.lines().last().map(str::to_owned)),
            }),
            Err(_) => Err(NotifyError::TooSlow { program: program.clone(), seconds: limit.as_secs() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn notifier(folder: &Path) -> Notifier {
        let variables = [("PATH", "/usr/bin:/bin"), ("AWS_SECRET_ACCESS_KEY", "hunter2hunter2"), ("HOME", "/root")];
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        Notifier::new(folder, CallerEnvironment::new(variables))
    }

    fn shell(script: &str) -> Vec<String> {
        ["sh", "-c", script].map(str::to_owned).to_vec()
    }

    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn a_command_gets_its_input_and_no_credentials() {
        let folder = tempfile::tempdir().unwrap();
        notifier(folder.path()).tell(&shell("cat >told; env >environment"), b"{}", LONG).await.unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("told")).unwrap(), "{}");
        let environment = fs::read_to_string(folder.path().join("environment")).unwrap();
        assert!(environment.contains("HOME=/root") && !environment.contains("AWS_"), "{environment}");
    }

    #[tokio::test]
    async fn what_goes_wrong_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let notifier = notifier(folder.path());
        let failed = notifier.tell(&shell("echo no such room >&2; exit 7"), b"", LONG).await.unwrap_err();
        assert_eq!(failed.to_string(), "`sh` failed (exit status: 7): no such room");
        let absent = notifier.tell(&["no-such-program-here".to_owned()], b"", LONG).await.unwrap_err();
        assert_eq!(absent, NotifyError::NotFound { program: "no-such-program-here".to_owned() });
        let slow = notifier.tell(&shell("sleep 1000"), b"", Duration::from_millis(50)).await.unwrap_err();
        assert_eq!(slow, NotifyError::TooSlow { program: "sh".to_owned(), seconds: 0 });
        assert_eq!(notifier.tell(&[], b"", LONG).await, Err(NotifyError::Empty));
    }
}
