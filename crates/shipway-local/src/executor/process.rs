//! One function process from this side: started through its supervisor, watched, ended.

use std::ffi::OsString;
use std::io::{self, PipeReader};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::process::{Child, Command};
use tokio::sync::watch;

use crate::supervisor::{End, Launch, Report};

/// How long a supervisor may take to end its function and itself. It gives up by itself well before.
const SUPERVISOR_PATIENCE: Duration = Duration::from_secs(10);

/// Where a process stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Life {
    Starting,
    Running {
        process: i32,
    },
    /// exec failed; the errno.
    NotStarted {
        os_error: i32,
    },
    /// It and all that it started are gone.
    Ended {
        end: End,
        peak_megabytes: u64,
    },
    /// The supervisor died. What it could not do was done from here as far as possible.
    SupervisorLost,
}

impl Life {
    pub(super) fn is_over(self) -> bool {
        !matches!(self, Life::Starting | Life::Running { .. })
    }
}

/// A function process. Dropping it ends it, a moment later; [`Process::end`] waits for that.
pub(super) struct Process {
    /// The function ends when this is dropped.
    lifeline: Option<OwnedWriteHalf>,
    life: watch::Receiver<Life>,
    /// Whether the supervisor has been waited for.
    gone: watch::Receiver<Gone>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gone {
    NotYet,
    Gone,
}

/// What [`Process::start`] needs.
pub(super) struct Start {
    pub(super) supervisor: Arc<[OsString]>,
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<OsString>,
    pub(super) folder: PathBuf,
    pub(super) environment: Vec<(OsString, OsString)>,
    /// Removed with the process: by the supervisor, so that it goes even when this process is killed.
    pub(super) private_folder: TempDir,
}

impl Process {
    /// Starts a process; what it writes comes out of the returned pipe. Whether exec succeeded is in [`Process::life`].
    /// `guard` is dropped when the process and its supervisor are gone.
    pub(super) async fn start<Guard: Send + 'static>(start: Start, guard: Guard) -> io::Result<(Process, PipeReader)> {
        let (ours, theirs) = std::os::unix::net::UnixStream::pair()?;
        ours.set_nonblocking(true)?;
        let (reader, writer) = io::pipe()?;
        let (program, leading) = start.supervisor.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let supervisor = Command::new(program)
            .args(leading)
            .env_clear()
            .stdin(Stdio::from(std::os::fd::OwnedFd::from(theirs)))
            .stdout(writer.try_clone()?)
            .stderr(writer)
            // Out of the terminal's foreground group: an interrupt there is for the server, which then ends its own.
            .process_group(0)
            .spawn()?;

        let (reports, mut lifeline) = UnixStream::from_std(ours)?.into_split();
        let order = Launch {
            supervisor: start.supervisor.to_vec(),
            program: start.program.into_os_string(),
            arguments: start.arguments,
            folder: start.folder.into_os_string(),
            environment: start.environment,
            private_folder: start.private_folder.path().as_os_str().to_owned(),
            parent: 0,
        };
        let mut line = serde_json::to_vec(&order)?;
        line.push(b'\n');
        lifeline.write_all(&line).await?;
        let private_folder = start.private_folder.keep();

        let (life_sender, life) = watch::channel(Life::Starting);
        let (gone_sender, gone) = watch::channel(Gone::NotYet);
        tokio::spawn(async move {
            attend(supervisor, reports, life_sender, gone_sender, private_folder).await;
            drop(guard);
        });
        Ok((Process { lifeline: Some(lifeline), life, gone }, reader))
    }

    pub(super) fn life(&self) -> Life {
        *self.life.borrow()
    }

    /// Waits until the process is over.
    pub(super) async fn over(&mut self) -> Life {
        match self.life.wait_for(|life| life.is_over()).await {
            Ok(life) => *life,
            Err(_) => Life::SupervisorLost,
        }
    }

    /// Ends the process and waits until it and its supervisor are gone.
    pub(super) async fn end(mut self) -> Life {
        self.lifeline = None;
        let life = self.over().await;
        let _ = self.gone.wait_for(|gone| *gone == Gone::Gone).await;
        life
    }

    /// The most memory that the function's own process has held until now, in MiB; rounded up.
    pub(super) fn peak_megabytes(&self) -> Option<u64> {
        match self.life() {
            Life::Running { process } => {
                let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
                let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
                let kilobytes: u64 = line.split_ascii_whitespace().next()?.parse().ok()?;
                Some(kilobytes.div_ceil(1024))
            }
            Life::Ended { peak_megabytes, .. } => Some(peak_megabytes),
            _ => None,
        }
    }
}

/// Hears a supervisor out, and buries it. Lives until the supervisor is gone, whoever has dropped the [`Process`].
async fn attend(
    mut supervisor: Child,
    reports: OwnedReadHalf,
    life: watch::Sender<Life>,
    gone: watch::Sender<Gone>,
    private_folder: PathBuf,
) {
    let mut lines = BufReader::new(reports).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Ok(report) = serde_json::from_str::<Report>(&line) {
            life.send_replace(report.into());
        }
    }
    // The supervisor closed its end: it has ended, or is about to.
    if tokio::time::timeout(SUPERVISOR_PATIENCE, supervisor.wait()).await.is_err() {
        tracing::warn!("a supervisor does not end; it is killed");
        let _ = supervisor.kill().await;
    }
    let last = *life.borrow();
    if !last.is_over() {
        if let Life::Running { process } = last
            && let Some(group) = Pid::from_raw(process)
        {
            // The kernel has killed the group's leader with its supervisor; this is for the others.
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = std::fs::remove_dir_all(&private_folder);
        life.send_replace(Life::SupervisorLost);
    }
    gone.send_replace(Gone::Gone);
}

impl From<Report> for Life {
    fn from(report: Report) -> Life {
        match report {
            Report::Started { process } => Life::Running { process },
            Report::NotStarted { os_error } => Life::NotStarted { os_error },
            Report::Ended { end, peak_kilobytes } => Life::Ended { end, peak_megabytes: peak_kilobytes.div_ceil(1024) },
        }
    }
}
