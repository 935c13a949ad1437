//! The small process between the server and a function: it sees to it that no function outlives its server.
//!
//! ```text
//! server ── lifeline (socket pair) ── supervisor ── function (own process group) ── whatever it starts
//! ```
//!
//! The supervisor's standard input is the lifeline. The server writes one line on it, what is to be launched, and holds
//! its end open; the supervisor writes a line back for each thing that happens. When the server's end closes, because the
//! server is done with the function or because it died, be it by SIGKILL, the supervisor kills the function's process
//! group and every process that descends from it, removes the function's private folder and ends.
//!
//! A supervisor starts the function by way of a second copy of itself, the *launcher*, which asks for a SIGKILL on its
//! parent's death (PR_SET_PDEATHSIG outlives exec) and then becomes the function: so the function dies with a supervisor
//! that is killed itself, and no unsafe code between fork and exec is needed. The supervisor does not ask for the same:
//! the signal follows the *thread* that started a process, and the server's threads come and go.
//!
//! What leaves the group (`setsid`, a double fork) is still caught on Linux: the supervisor is a child subreaper, so
//! orphans become its children. What cannot be caught: a process that somebody else starts on the function's behalf
//! (cron, systemd, a container engine), one that changed to a user whom we may not signal, one that forks faster than
//! /proc can be read (only a control group could stop that), and, when the *supervisor* is killed, grandchildren of it
//! that left the group. Elsewhere than on Linux only the group is killed.
//!
//! This module must stay on the standard library and system calls: no tokio, no configuration, no network. It starts
//! once for every cold start.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::Shutdown;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{
    Pid, Resource, Rlimit, Signal, WaitId, WaitIdOptions, WaitOptions, WaitStatus, getpid, getppid, kill_process,
    kill_process_group, setrlimit, wait, waitid,
};
use serde::{Deserialize, Serialize};

/// The argument that turns a supervisor into a launcher.
const LAUNCHER: &str = "launch";

/// How long the supervisor goes on killing what is left of a function before it gives up.
const END_OF_PATIENCE: Duration = Duration::from_secs(5);

/// What to run: the first line on the lifeline. It holds a function's variables, hence no `Debug`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Launch {
    /// The program and leading arguments that start a supervisor, to start the launcher with.
    pub(crate) supervisor: Vec<OsString>,
    /// An absolute path.
    pub(crate) program: OsString,
    pub(crate) arguments: Vec<OsString>,
    /// The folder in which the program starts.
    pub(crate) folder: OsString,
    /// The whole environment: nothing is inherited.
    pub(crate) environment: Vec<(OsString, OsString)>,
    /// Removed with all that is in it when the function has ended.
    pub(crate) private_folder: OsString,
    /// Set by the supervisor for its launcher: whose death is to be noticed.
    #[serde(default)]
    pub(crate) parent: i32,
}

/// What the supervisor tells the server, a line each.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Report {
    /// The program runs; its process id is its group's as well.
    Started { process: i32 },
    /// The program could not be started; `os_error` is the errno of exec or of what came before it.
    NotStarted { os_error: i32 },
    /// The program has ended, and so has all that it started.
    Ended { end: End, peak_kilobytes: u64 },
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum End {
    Exit { status: i32 },
    Signal { number: i32 },
}

/// The supervisor's whole life. `arguments` are those after the ones that chose the supervisor: none for the supervisor
/// itself; what follows is between it and its launcher.
pub fn supervise(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let outcome = match arguments.into_iter().next() {
        None => watch(),
        Some(stage) if stage == LAUNCHER => launch(),
        Some(_) => return ExitCode::from(2),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Standard input as the socket that it is, in a descriptor that no program started from here inherits.
fn socket_on_stdin() -> io::Result<UnixStream> {
    let descriptor: OwnedFd = io::stdin().as_fd().try_clone_to_owned()?;
    Ok(UnixStream::from(descriptor))
}

fn watch() -> io::Result<()> {
    let mut lifeline = socket_on_stdin()?;
    let mut line = String::new();
    BufReader::new(lifeline.try_clone()?).read_line(&mut line)?;
    if line.is_empty() {
        return Ok(());
    }
    let mut order: Launch = serde_json::from_str(&line)?;
    order.parent = getpid().as_raw_nonzero().get();
    adopt_orphans()?;

    let outcome = match start_launcher(&order) {
        Ok(function) => attend(function, &mut lifeline),
        Err(error) => tell(&mut lifeline, &Report::NotStarted { os_error: error.raw_os_error().unwrap_or(0) }),
    };
    end_descendants();
    // The folder may hold what the function made unreadable, or be gone: nobody is left to tell.
    let _ = std::fs::remove_dir_all(&order.private_folder);
    outcome
}

/// Starts the launcher and returns once it has become the function's program.
fn start_launcher(order: &Launch) -> io::Result<Pid> {
    let (mut ours, theirs) = UnixStream::pair()?;
    let (program, leading) = order.supervisor.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let child = Command::new(program)
        .args(leading)
        .arg(LAUNCHER)
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .process_group(0)
        .spawn()?;
    serde_json::to_writer(&mut ours, order)?;
    ours.shutdown(Shutdown::Write)?;
    // The launcher's end closes by itself when exec succeeds; otherwise the errno comes first.
    let mut failure = String::new();
    ours.read_to_string(&mut failure)?;
    match failure.trim().parse::<i32>() {
        Ok(os_error) => Err(io::Error::from_raw_os_error(os_error)),
        Err(_) => {
            i32::try_from(child.id()).ok().and_then(Pid::from_raw).ok_or_else(|| io::ErrorKind::InvalidData.into())
        }
    }
}

/// Becomes the function's program.
fn launch() -> io::Result<()> {
    let mut answer = socket_on_stdin()?;
    let mut text = String::new();
    answer.read_to_string(&mut text)?;
    let order: Launch = serde_json::from_str(&text)?;
    die_with_parent()?;
    if getppid().map(|parent| parent.as_raw_nonzero().get()) != Some(order.parent) {
        // The supervisor died before its death could be asked about.
        return Ok(());
    }
    // A crash of a function is reported by its signal; its memory is nobody's business.
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    let error = Command::new(&order.program)
        .args(&order.arguments)
        .current_dir(&order.folder)
        .env_clear()
        .envs(order.environment)
        .stdin(Stdio::null())
        .exec();
    write!(answer, "{}", error.raw_os_error().unwrap_or(0))?;
    Err(error)
}

/// Watches over a running function until it has ended, by itself or because the lifeline closed.
fn attend(function: Pid, lifeline: &mut UnixStream) -> io::Result<()> {
    let group = Arc::new(Group { leader: function, state: Mutex::new(Leader::Unreaped) });
    let watched = Arc::clone(&group);
    let mut end_of_server = lifeline.try_clone()?;
    std::thread::Builder::new().spawn(move || {
        // Nothing more is ever sent; what ends this copy is the other side's end.
        let _ = io::copy(&mut end_of_server, &mut io::sink());
        watched.kill();
    })?;
    // A server that is gone cannot be told: the lifeline's end has killed the function already.
    let _ = tell(lifeline, &Report::Started { process: function.as_raw_nonzero().get() });
    let end = group.wait_for_leader()?;
    end_descendants();
    tell(lifeline, &Report::Ended { end, peak_kilobytes: peak_of_children() })
}

fn tell(lifeline: &mut UnixStream, report: &Report) -> io::Result<()> {
    let mut line = serde_json::to_vec(report)?;
    line.push(b'\n');
    lifeline.write_all(&line)
}

/// The most memory that any one process of the function held, in KiB.
fn peak_of_children() -> u64 {
    let usage = nix::sys::resource::getrusage(nix::sys::resource::UsageWho::RUSAGE_CHILDREN);
    let peak = usage.map_or(0, |usage| u64::try_from(usage.max_rss()).unwrap_or(0));
    if cfg!(target_os = "macos") { peak / 1024 } else { peak }
}

enum Leader {
    /// Alive or a zombie: its number cannot have gone to another process, so it may be signalled.
    Unreaped,
    Reaped,
}

struct Group {
    leader: Pid,
    state: Mutex<Leader>,
}

impl Group {
    fn kill(&self) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, Leader::Unreaped) {
            let _ = kill_process_group(self.leader, Signal::KILL);
            // A leader that moved to a group of its own choosing is still this process.
            let _ = kill_process(self.leader, Signal::KILL);
        }
    }

    /// Reaps whatever dies until the leader does. The rest of its group is killed with it.
    fn wait_for_leader(&self) -> io::Result<End> {
        loop {
            // Looked at without reaping first, so that the lock is not held while nothing happens.
            match waitid(WaitId::All, WaitIdOptions::EXITED | WaitIdOptions::NOWAIT) {
                Ok(_) => {}
                Err(rustix::io::Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            }
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let leader_is_dead = waitid(
                WaitId::Pid(self.leader),
                WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG,
            )?
            .is_some();
            if leader_is_dead {
                let _ = kill_process_group(self.leader, Signal::KILL);
            }
            if let Some((process, status)) = wait(WaitOptions::NOHANG)?
                && process == self.leader
            {
                *state = Leader::Reaped;
                return Ok(End::from(status));
            }
        }
    }
}

impl From<WaitStatus> for End {
    fn from(status: WaitStatus) -> End {
        match (status.exit_status(), status.terminating_signal()) {
            (Some(status), _) => End::Exit { status },
            (None, Some(number)) => End::Signal { number },
            (None, None) => End::Exit { status: 0 },
        }
    }
}

/// Kills and reaps until no child is left, in rounds: each round's orphans are the next one's children.
fn end_descendants() {
    let start = Instant::now();
    while start.elapsed() < END_OF_PATIENCE {
        loop {
            match wait(WaitOptions::NOHANG) {
                Ok(Some(_)) | Err(rustix::io::Errno::INTR) => {}
                Ok(None) => break,
                Err(_) => return,
            }
        }
        for process in descendants() {
            let _ = kill_process(process, Signal::KILL);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[cfg(target_os = "linux")]
fn adopt_orphans() -> io::Result<()> {
    Ok(rustix::process::set_child_subreaper(Some(getpid()))?)
}

#[cfg(target_os = "linux")]
fn die_with_parent() -> io::Result<()> {
    Ok(rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?)
}

/// Every process below this one, read from /proc.
#[cfg(target_os = "linux")]
fn descendants() -> Vec<Pid> {
    let mut parents = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(process) = entry.file_name().to_str().and_then(|name| name.parse::<i32>().ok()) else {
            continue;
        };
        let Ok(status) = std::fs::read_to_string(entry.path().join("stat")) else {
            continue;
        };
        // "PID (NAME) STATE PARENT ...", and the name may hold anything, closing brackets as well.
        let parent: Option<i32> =
            status.rsplit_once(')').and_then(|(_, rest)| rest.split_ascii_whitespace().nth(1)?.parse().ok());
        if let Some(parent) = parent {
            parents.push((process, parent));
        }
    }
    let mut found = vec![getpid().as_raw_nonzero().get()];
    let mut next = 0;
    while let Some(&ancestor) = found.get(next) {
        found.extend(parents.iter().filter(|(_, parent)| *parent == ancestor).map(|(process, _)| *process));
        next += 1;
    }
    found.into_iter().skip(1).filter_map(Pid::from_raw).collect()
}

#[cfg(not(target_os = "linux"))]
fn adopt_orphans() -> io::Result<()> {
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn die_with_parent() -> io::Result<()> {
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn descendants() -> Vec<Pid> {
    Vec::new()
}
