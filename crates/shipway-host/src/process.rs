//! Runs a tool: an allow-listed environment, no input (or a given one), a process group of its own, a time limit, and its
//! output kept (the last lines) and passed on line by line. Knows nothing of what tools do.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use shipway_engine::ports::{BuildFailure, Fault};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::process::{Child, Command};

use crate::failure;

/// How many of the last lines are kept for a failure.
const LINES_KEPT: usize = 200;
/// How much of one line is kept, in bytes.
const LINE_KEPT: usize = 4096;
/// How much of the standard output is kept for who asked for it, in bytes.
const STDOUT_KEPT: usize = 1 << 24;
/// How long output is waited for after the tool itself has ended and its group was killed.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// How often, and after what pause, a program that is being written is tried again.
const BUSY_ATTEMPTS: u32 = 100;
const BUSY_PAUSE: Duration = Duration::from_millis(10);

/// Takes lines as they come.
pub(crate) type OnLine<'a> = &'a dyn Fn(&str);

/// One run of a tool.
pub(crate) struct ToolCall<'a> {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<OsString>,
    pub(crate) folder: &'a Path,
    pub(crate) environment: &'a BTreeMap<OsString, OsString>,
    /// What it reads from its standard input.
    pub(crate) input: Input<'a>,
    /// When it must be done.
    pub(crate) deadline: Instant,
    pub(crate) on_line: OnLine<'a>,
}

/// What a tool reads from its standard input.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Input<'a> {
    /// Nothing: its end is there from the start.
    Nothing,
    /// These bytes.
    Bytes(&'a [u8]),
}

impl fmt::Debug for ToolCall<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ToolCall").field("command", &self.text()).finish_non_exhaustive()
    }
}

/// What a tool that succeeded wrote to its standard output, up to 16 MiB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ToolOutput(pub(crate) String);

/// Finds a program on the PATH that a tool would get.
pub(crate) fn find(program: &str, environment: &BTreeMap<OsString, OsString>) -> Option<PathBuf> {
    find_all(program, environment).into_iter().next()
}

/// All programs of that name on the PATH, in its order.
pub(crate) fn find_all(program: &str, environment: &BTreeMap<OsString, OsString>) -> Vec<PathBuf> {
    let is_program = |candidate: &PathBuf| {
        candidate.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
    };
    let Some(path) = environment.get(OsStr::new("PATH")) else { return vec![] };
    // A relative folder would be another one wherever a tool runs.
    let folders = std::env::split_paths(path).filter(|folder| folder.is_absolute());
    folders.map(|folder| folder.join(program)).filter(is_program).collect()
}

impl ToolCall<'_> {
    /// The command as one would type it.
    fn text(&self) -> String {
        let program = self.program.display().to_string();
        let arguments = self.arguments.iter().map(|argument| quoted(&argument.to_string_lossy()));
        let typed = std::iter::once(program).chain(arguments).collect::<Vec<_>>().join(" ");
        without_secrets(&typed, &secrets(self.environment))
    }

    /// Runs it to its end. Dropping the future kills the tool's whole process group.
    pub(crate) async fn run(self) -> Result<ToolOutput, BuildFailure> {
        let mut child = self.spawn().await.map_err(|error| self.not_started(&error))?;
        let group = Group::of(&child);
        let mut captured = Captured::default();
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let stdin = child.stdin.take();
        let limit = self.deadline.saturating_duration_since(Instant::now());
        let finished =
            tokio::time::timeout(limit, self.follow(&mut child, (stdin, stdout, stderr), &group, &mut captured)).await;
        match finished {
            Ok(Ok(status)) if status.success() => Ok(ToolOutput(captured.stdout_text())),
            Ok(Ok(status)) => Err(self.failed(&format!("failed ({status})"), &captured)),
            Ok(Err(error)) => Err(self.failed(&format!("could not be waited for: {error}"), &captured)),
            Err(_) => {
                group.kill();
                let hint = "a build may take longer with a larger `timeout` for the function's build".to_owned();
                let mut failure = self.failed("was killed: the build's time was up", &captured);
                failure.hints.push(hint);
                Err(failure)
            }
        }
    }

    /// Starts the tool. A program that was just written may be busy for a moment: while another thread starts a process,
    /// that process holds all open files, also the one that the program was written through.
    async fn spawn(&self) -> io::Result<Child> {
        for _ in 0..BUSY_ATTEMPTS {
            match self.command().spawn() {
                Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => tokio::time::sleep(BUSY_PAUSE).await,
                result => return result,
            }
        }
        self.command().spawn()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).current_dir(self.folder).env_clear().envs(self.environment);
        let stdin = match self.input {
            Input::Nothing => Stdio::null(),
            Input::Bytes(_) => Stdio::piped(),
        };
        command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.process_group(0).kill_on_drop(true);
        command
    }

    /// Reads the output until both pipes end, or until the tool has ended and its group is dead.
    async fn follow(
        &self,
        child: &mut Child,
        (stdin, stdout, stderr): (
            Option<impl AsyncWrite + Unpin>,
            Option<impl AsyncRead + Unpin>,
            Option<impl AsyncRead + Unpin>,
        ),
        group: &Group,
        captured: &mut Captured,
    ) -> io::Result<ExitStatus> {
        let captured = RefCell::new(captured);
        let pipe = async {
            futures::join!(
                self.write(stdin),
                self.read(stdout, Stream::Stdout, &captured),
                self.read(stderr, Stream::Stderr, &captured),
            );
        };
        let exit = async {
            let status = child.wait().await;
            // Whoever it started and left behind would hold the pipes open for ever.
            group.kill();
            status
        };
        futures::pin_mut!(pipe, exit);
        match futures::future::select(pipe, exit).await {
            futures::future::Either::Left(((), exit)) => exit.await,
            futures::future::Either::Right((status, pipe)) => {
                let _ = tokio::time::timeout(LAST_WORDS, pipe).await;
                status
            }
        }
    }

    /// Hands the input over; a tool that does not read it to its end does not have to.
    async fn write(&self, pipe: Option<impl AsyncWrite + Unpin>) {
        if let (Some(mut pipe), Input::Bytes(bytes)) = (pipe, self.input) {
            let _ = pipe.write_all(bytes).await;
        }
    }

    async fn read(&self, pipe: Option<impl AsyncRead + Unpin>, stream: Stream, captured: &RefCell<&mut Captured>) {
        let Some(mut pipe) = pipe else { return };
        let mut piece = vec![0; 16 * 1024];
        let mut line = Vec::new();
        let secrets = secrets(self.environment);
        let take = |line: &mut Vec<u8>| {
            let text = without_secrets(String::from_utf8_lossy(line).trim_end(), &secrets);
            line.clear();
            (self.on_line)(&text);
            captured.borrow_mut().keep(text);
        };
        loop {
            // An error on a pipe is its end.
            let length = pipe.read(&mut piece).await.unwrap_or(0);
            if length == 0 {
                break;
            }
            if matches!(stream, Stream::Stdout) {
                captured.borrow_mut().keep_stdout(&piece[..length]);
            }
            for byte in &piece[..length] {
                match byte {
                    b'\n' => take(&mut line),
                    _ if line.len() < LINE_KEPT => line.push(*byte),
                    _ => {}
                }
            }
        }
        if !line.is_empty() {
            take(&mut line);
        }
    }

    fn not_started(&self, error: &io::Error) -> BuildFailure {
        let failure = failure::build(format!("`{}` could not be started: {error}", self.program.display()), &[]);
        BuildFailure { command: Some(self.text()), folder: Some(self.folder.display().to_string()), ..failure }
    }

    fn failed(&self, what: &str, captured: &Captured) -> BuildFailure {
        let program = self.program.file_name().unwrap_or(self.program.as_os_str());
        BuildFailure {
            message: format!("`{}` {what}", program.display()),
            command: Some(self.text()),
            folder: Some(self.folder.display().to_string()),
            output: Some(captured.lines.iter().map(String::as_str).collect::<Vec<_>>().join("\n")),
            hints: vec![],
            fault: Fault::Build,
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Stream {
    Stdout,
    Stderr,
}

#[derive(Debug, Default)]
struct Captured {
    lines: VecDeque<String>,
    stdout: Vec<u8>,
}

impl Captured {
    fn keep(&mut self, line: String) {
        if self.lines.len() == LINES_KEPT {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    fn keep_stdout(&mut self, piece: &[u8]) {
        let room = STDOUT_KEPT.saturating_sub(self.stdout.len()).min(piece.len());
        self.stdout.extend_from_slice(&piece[..room]);
    }

    fn stdout_text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }
}

/// A process group that is killed when this goes away.
#[derive(Debug)]
struct Group {
    /// Taken by the kill, so that it happens once: later the id may be another group's.
    leader: Cell<Option<Pid>>,
}

impl Group {
    fn of(child: &Child) -> Self {
        Self { leader: Cell::new(child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw)) }
    }

    fn kill(&self) {
        if let Some(leader) = self.leader.take()
            && let Err(error) = kill_process_group(leader, Signal::KILL)
            && error != rustix::io::Errno::SRCH
        {
            tracing::debug!(group = leader.as_raw_nonzero(), %error, "a process group stays");
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

fn quoted(argument: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./=:,+@%^".contains(&byte);
    if !argument.is_empty() && argument.bytes().all(plain) {
        argument.to_owned()
    } else {
        format!("'{}'", argument.replace('\'', r"'\''"))
    }
}

/// What a variable's name holds when its value is a secret, whatever the case.
const SECRET_NAMES: [&str; 5] = ["TOKEN", "PASSWORD", "SECRET", "_AUTH", "_KEY"];
/// Shorter values are not looked for in texts: they would be found where they do not stand for themselves.
const SHORTEST_SECRET: usize = 8;

/// The values of the variables whose names say that they are secret: a tool may well show what it was handed.
fn secrets(environment: &BTreeMap<OsString, OsString>) -> Vec<&str> {
    let is_secret = |name: &OsStr| {
        let name = name.to_string_lossy().to_ascii_uppercase();
        SECRET_NAMES.iter().any(|part| name.contains(part))
    };
    environment
        .iter()
        .filter(|(name, _)| is_secret(name))
        .filter_map(|(_, value)| value.to_str())
        .filter(|value| value.len() >= SHORTEST_SECRET)
        .collect()
}

/// The text without passwords in URLs and without these values.
fn without_secrets(text: &str, secrets: &[&str]) -> String {
    secrets.iter().fold(without_passwords(text), |text, secret| text.replace(secret, "***"))
}

/// The text with what stands before the `@` of a URL taken out: indexes are often named with their password.
fn without_passwords(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("://") {
        let (before, after) = rest.split_at(start + 3);
        clean.push_str(before);
        let end = after.find(|letter: char| letter == '/' || letter.is_whitespace()).unwrap_or(after.len());
        rest = match after[..end].rfind('@') {
            Some(at) => {
                clean.push_str("***");
                &after[at..]
            }
            None => after,
        };
    }
    clean.push_str(rest);
    clean
}

#[cfg(test)]
mod tests {
    use std::fs;

    use futures::FutureExt as _;

    use super::*;
    use crate::environment::CallerEnvironment;

    fn shell<'a>(
        script: &str,
        folder: &'a Path,
        environment: &'a BTreeMap<OsString, OsString>,
        on_line: OnLine<'a>,
    ) -> ToolCall<'a> {
        ToolCall {
            program: "/bin/sh".into(),
            arguments: vec!["-c".into(), script.into()],
            folder,
            environment,
            input: Input::Nothing,
            deadline: Instant::now() + Duration::from_secs(60),
            on_line,
        }
    }

    fn environment() -> BTreeMap<OsString, OsString> {
        CallerEnvironment::new([("PATH".into(), "/usr/bin:/bin".into())]).for_tool(&[])
    }

    /// Whether a process with that id runs (a zombie does not).
    fn runs(id: &str) -> bool {
        let status = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        status.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
    }

    async fn until_dead(id: &str) {
        while runs(id) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    #[tokio::test]
    async fn output_is_passed_on_and_a_failure_keeps_its_end() {
        let (folder, environment) = (tempfile::tempdir().unwrap(), environment());
        let lines = RefCell::new(Vec::new());
        let on_line = |line: &str| lines.borrow_mut().push(line.to_owned());
        let script = "echo one; echo https://user:word@index.example/simple; seq 1 500; exit 3";
        let failure = shell(script, folder.path(), &environment, &on_line).run().await.unwrap_err();
        assert_eq!(failure.message, "`sh` failed (exit status: 3)");
        assert_eq!(failure.folder, Some(folder.path().display().to_string()));
        assert_eq!(failure.fault, Fault::Build);
        assert!(failure.command.unwrap().starts_with("/bin/sh -c 'echo one;"));
        assert!(failure.output.as_ref().unwrap().ends_with("499\n500"));
        assert_eq!(failure.output.unwrap().lines().count(), LINES_KEPT);
        assert_eq!(lines.borrow().len(), 502);
        assert!(lines.borrow().contains(&"https://***@index.example/simple".to_owned()));
    }

    #[tokio::test]
    async fn what_a_tool_was_handed_in_secret_is_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let mut environment = environment();
        environment.insert("BUILD_TOKEN".into(), "tuk-12345678".into());
        environment.insert("STAGE".into(), "acceptance".into());
        let script = "echo $STAGE tuk-12345678; echo $BUILD_TOKEN >&2; exit 1";
        let failure = shell(script, folder.path(), &environment, &|_| {}).run().await.unwrap_err();
        let shown = format!("{failure:?}");
        assert!(shown.contains("acceptance ***") && !shown.contains("tuk-12345678"), "{shown}");
    }

    #[tokio::test]
    async fn there_is_no_input_and_standard_output_is_given_back() {
        let (folder, environment) = (tempfile::tempdir().unwrap(), environment());
        let output = shell("cat; echo done", folder.path(), &environment, &|_| {}).run().await.unwrap();
        assert_eq!(output, ToolOutput("done\n".to_owned()));
    }

    #[tokio::test]
    async fn when_time_is_up_the_whole_group_dies() {
        let (folder, environment) = (tempfile::tempdir().unwrap(), environment());
        let child = RefCell::new(String::new());
        let on_line = |line: &str| line.clone_into(&mut child.borrow_mut());
        let call = shell("sleep 1000 & echo $!; wait", folder.path(), &environment, &on_line);
        let call = ToolCall { deadline: Instant::now() + Duration::from_millis(300), ..call };
        let failure = call.run().await.unwrap_err();
        assert!(failure.message.contains("time was up"), "{}", failure.message);
        assert!(!child.borrow().is_empty());
        until_dead(&child.into_inner()).await;
    }

    #[tokio::test]
    async fn who_stays_behind_is_killed_and_holds_nothing_up() {
        let (folder, environment) = (tempfile::tempdir().unwrap(), environment());
        let output = shell("sleep 1000 & echo $!", folder.path(), &environment, &|_| {}).run().await.unwrap();
        until_dead(output.0.trim()).await;
    }

    #[tokio::test]
    async fn a_dropped_call_kills_the_group() {
        let (folder, environment) = (tempfile::tempdir().unwrap(), environment());
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let sender = RefCell::new(Some(sender));
        let on_line = |line: &str| {
            if let Some(sender) = sender.borrow_mut().take() {
                sender.send(line.to_owned()).unwrap();
            }
        };
        let call = shell("sleep 1000 & echo $!; wait", folder.path(), &environment, &on_line).run().boxed_local();
        let futures::future::Either::Right((child, call)) = futures::future::select(call, receiver).await else {
            panic!("the tool ended")
        };
        let child = child.unwrap();
        assert!(runs(&child));
        drop(call);
        until_dead(&child).await;
    }

    #[tokio::test]
    async fn a_tool_may_read_what_it_is_given_or_leave_it() {
        let (folder, environment) = (tempfile::tempdir().unwrap(), environment());
        let long = vec![b'x'; 1 << 20];
        let call = shell("wc -c", folder.path(), &environment, &|_| {});
        let output = ToolCall { input: Input::Bytes(&long), ..call }.run().await.unwrap();
        assert_eq!(output.0.trim(), "1048576");
        let call = shell("exit 0", folder.path(), &environment, &|_| {});
        assert!(ToolCall { input: Input::Bytes(&long), ..call }.run().await.is_ok());
    }

    #[test]
    fn commands_read_as_typed() {
        assert_eq!(quoted("--target=/tmp/x"), "--target=/tmp/x");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(without_passwords("a http://b/c ftp://u:p@h x"), "a http://b/c ftp://***@h x");
    }
}
