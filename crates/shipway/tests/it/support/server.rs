//! `shipway local serve` as a process.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use super::{python, shipway};

/// A server of a folder, killed when this is dropped or when the test's process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// `http://127.0.0.1:PORT`
    pub(crate) url: String,
    log: PathBuf,
}

impl Server {
    /// Serves `folder`, with further arguments, once it listens.
    #[track_caller]
    pub(crate) fn start(folder: &Path, arguments: &[&str]) -> Self {
        // Beside the folder: the folder is the server's own.
        let log = folder.with_extension("server-log");
        let mut serve = shipway(Path::new("."));
        serve.args(["local", "serve", "--listen", "127.0.0.1:0", "--dir"]).arg(folder).args(arguments);
        let mut child = bound(&serve)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log).expect("a log"))
            .spawn()
            .expect("the server can be started");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it was piped");
        BufReader::new(stdout).read_line(&mut line).expect("the server says where it listens");
        let server = Self { child, url: line.trim().to_owned(), log };
        assert!(server.url.starts_with("http://127.0.0.1:"), "{line}\n{}", server.log());
        server
    }

    /// What it wrote to standard error so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).expect("the log")
    }

    /// Ends it with SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it was not waited for yet");
        self.child.wait().expect("it ends");
    }

    /// Ends it with SIGTERM, and answers its exit code.
    pub(crate) fn terminate(mut self) -> Option<i32> {
        kill_process(self.pid(), Signal::TERM).expect("it was not waited for yet");
        self.child.wait().expect("it ends").code()
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Fails when it has ended already, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The same command, which dies with this process. It is for the thread that waits for the command: the system takes
/// the end of the starting thread for the end of its process.
fn bound(command: &Command) -> Command {
    let mut bound = Command::new(python());
    bound.env_clear().arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/support/bound.py"));
    bound.arg(std::process::id().to_string()).arg(command.get_program()).args(command.get_args());
    bound.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    bound
}
