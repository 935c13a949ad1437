//! This machine and process, as they sign the ledger, and whether another process of this machine still runs.
//!
//! A process id alone says nothing: ids are used again, and machines boot. So a process is known by the machine's
//! name, the boot's id and the moment it started, in the kernel's own counting.

use std::fs;

use rustix::process::{Pid, test_kill_process};
use shipway_core::ledger::Writer;
use shipway_engine::ports::{Liveness, Machine};

/// A name for the user of this process where the environment has none: the number.
#[must_use]
pub fn numbered_user() -> String {
    format!("uid-{}", rustix::process::getuid().as_raw())
}

/// This machine.
#[derive(Debug, Clone)]
pub struct ThisMachine {
    writer: Writer,
}

impl ThisMachine {
    /// Looks once. `program` is name and version, `user` and `run` what the caller's environment says.
    #[must_use]
    pub fn look(program: String, user: String, run: Option<String>) -> Self {
        let process = std::process::id();
        let writer = Writer {
            program,
            user,
            host: rustix::system::uname().nodename().to_string_lossy().into_owned(),
            boot: boot_id(),
            process,
            process_started: started(process),
            run,
        };
        Self { writer }
    }
}

impl Machine for ThisMachine {
    fn writer(&self) -> Writer {
        self.writer.clone()
    }

    fn liveness(&self, writer: &Writer) -> Liveness {
        let here = writer.host == self.writer.host && writer.boot.is_some() && writer.boot == self.writer.boot;
        if !here {
            return Liveness::Elsewhere;
        }
        match (look_up(writer.process), writer.process_started) {
            (Kernel::Runs { since }, Some(then)) if since == then => Liveness::Alive,
            (Kernel::Runs { .. }, Some(_)) | (Kernel::Ended, _) => Liveness::Gone,
            // Without /proc (macOS), or for what it does not tell, the id is all there is.
            _ => by_id(writer.process),
        }
    }
}

fn by_id(process: u32) -> Liveness {
    let pid = i32::try_from(process).ok().and_then(Pid::from_raw);
    match pid.map(test_kill_process) {
        Some(Err(rustix::io::Errno::SRCH)) | None => Liveness::Gone,
        Some(_) => Liveness::Alive,
    }
}

/// Linux's id of this boot and of this process's namespace of process ids: containers on one machine share the boot,
/// and a process id of one means nothing in another.
fn boot_id() -> Option<String> {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let namespace = fs::read_link("/proc/self/ns/pid").ok()?;
    Some(format!("{} {}", boot.trim(), namespace.display()))
}

/// What /proc tells of a process id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kernel {
    /// It runs, since this many clock ticks after the boot.
    Runs { since: u64 },
    /// It is a zombie: it does not run any more, and nobody has asked how it ended.
    Ended,
    /// Nothing.
    Silent,
}

/// When this process started, if /proc tells.
fn started(process: u32) -> Option<u64> {
    match look_up(process) {
        Kernel::Runs { since } => Some(since),
        Kernel::Ended | Kernel::Silent => None,
    }
}

/// Reads state and start (fields 3 and 22 of /proc/PID/stat, proc(5)).
fn look_up(process: u32) -> Kernel {
    let Ok(stat) = fs::read_to_string(format!("/proc/{process}/stat")) else { return Kernel::Silent };
    // The name in parentheses may hold anything; the fields begin after the last of them.
    let fields: Vec<&str> = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
    if matches!(fields.first(), Some(&"Z" | &"X")) {
        return Kernel::Ended;
    }
    let since = fields.get(19).and_then(|ticks| ticks.parse().ok());
    since.map_or(Kernel::Silent, |since| Kernel::Runs { since })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine() -> ThisMachine {
        ThisMachine::look("shipway 0.0.0".to_owned(), "somebody".to_owned(), None)
    }

    #[test]
    fn this_process_is_alive() {
        let machine = machine();
        assert_eq!(machine.liveness(&machine.writer()), Liveness::Alive);
    }

    #[test]
    fn a_process_that_ended_is_gone_and_another_boot_or_machine_is_elsewhere() {
        let machine = machine();
        let mut child = std::process::Command::new("cat").stdin(std::process::Stdio::piped()).spawn().unwrap();
        let mut writer = machine.writer();
        writer.process = child.id();
        writer.process_started = started(child.id());
        assert_eq!(machine.liveness(&writer), Liveness::Alive);
        child.kill().unwrap();
        // A zombie first: nobody has asked yet how it ended.
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
        while machine.liveness(&writer) == Liveness::Alive && std::time::Instant::now() < deadline {
            std::thread::yield_now();
        }
        assert_eq!(machine.liveness(&writer), Liveness::Gone);
        child.wait().unwrap();
        assert_eq!(machine.liveness(&writer), Liveness::Gone);
        writer.boot = Some("another".to_owned());
        assert_eq!(machine.liveness(&writer), Liveness::Elsewhere);
        writer = machine.writer();
        writer.host = "another".to_owned();
        assert_eq!(machine.liveness(&writer), Liveness::Elsewhere);
    }

    #[test]
    fn an_id_that_was_used_again_is_gone() {
        let machine = machine();
        let mut writer = machine.writer();
        writer.process_started = writer.process_started.map(|ticks| ticks + 1);
        assert_eq!(machine.liveness(&writer), Liveness::Gone);
    }
}
