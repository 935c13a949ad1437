//! Runs one test again in a child process, as another user or under a limit.

use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const ROLE: &str = "SHIPWAY_TEST_CHILD";

/// An unprivileged user.
pub(crate) const NOBODY: u32 = 65534;

/// The argument given to [`run`], when this is the child.
#[expect(clippy::disallowed_methods, reason = "a test's child has no other way to learn its role")]
pub(crate) fn argument() -> Option<String> {
    std::env::var(ROLE).ok()
}

/// Runs the test `name` in a child that finds `argument` in [`argument`]; fails as the child does.
pub(crate) fn run(name: &str, argument: &Path, user: Option<u32>) {
    run_with(name, argument, user, &[]);
}

/// [`run`] with some variables set.
pub(crate) fn run_with(name: &str, argument: &Path, user: Option<u32>, variables: &[(&str, &Path)]) {
    let (_folder, mut command) = prepare(name, argument);
    command.envs(variables.iter().copied());
    if let Some(user) = user {
        command.uid(user).gid(user);
    }
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {text}", output.status);
    assert!(text.contains("1 passed"), "the child ran no test: {text}");
}

/// Starts the test `name` in a child, which never ends, and kills it wherever it is once `reached` says so.
pub(crate) fn kill_when(name: &str, argument: &Path, reached: impl Fn() -> bool) {
    let (_folder, mut command) = prepare(name, argument);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while !reached() {
        assert_eq!(child.try_wait().unwrap(), None, "the child ended by itself");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

fn prepare(name: &str, argument: &Path) -> (tempfile::TempDir, Command) {
    // A copy, because the folder that holds this program may be closed to other users.
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let program = folder.path().join("child");
    copy_program(&std::env::current_exe().unwrap(), &program);
    let mut command = Command::new(&program);
    command.args(["--exact", name, "--nocapture"]).env(ROLE, argument).current_dir("/");
    (folder, command)
}

/// Copies a program by another process: one that this process had open for writing could be busy when it is started,
/// because of what other tests start meanwhile.
pub(crate) fn copy_program(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-p").args([from, to]).status().unwrap();
    assert!(copied.success(), "{copied}");
}
