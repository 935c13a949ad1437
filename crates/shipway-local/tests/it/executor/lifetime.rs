//! No orphan is ever left: not after a kill of the server, of a supervisor, nor by a function that hides its children.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use shipway_local::executor::Executor;

use super::bench::{
    Bench, answer_of, error_of, eventually, eventually_written, installed_python, invocation, settings, write_package,
};

/// Starts a child in its own group, one in a session of its own whose parent is gone at once, and notes all numbers.
/// The children carry the scratch folder's path on their command lines, by which the tests find what is left.
const HIDING: &str = r#"
import os, subprocess, sys, time
LOOP = [sys.executable, "-c", "import time\nwhile True: time.sleep(1)", os.environ["TMPDIR"]]
DAEMON = """
import os, sys
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
os.execv(sys.argv[1], sys.argv[1:])
"""
def handler(event, context):
    child = subprocess.Popen(LOOP)
    subprocess.run([sys.executable, "-c", DAEMON, *LOOP], check=True)
    with open(event["notes"] + ".part", "w") as notes:
        notes.write(f"{os.getppid()} {os.getpid()} {child.pid}\n")
    os.rename(event["notes"] + ".part", event["notes"])
    while event["endless"]:
        time.sleep(1)
    return 1
"#;

/// The processes whose command line names the folder: interpreters with our client, and what handlers start.
fn processes_of(folder: &Path) -> Vec<i32> {
    let wanted = folder.to_str().unwrap();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Some(process) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        if String::from_utf8_lossy(&line).contains(wanted) {
            found.push(process);
        }
    }
    found
}

fn is_supervisor(process: i32) -> bool {
    let line = std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&line).contains("shipway-local-supervisor")
}

fn numbers(notes: &Path) -> Vec<i32> {
    eventually_written(notes).split_whitespace().map(|number| number.parse().unwrap()).collect()
}

fn kill(process: i32) {
    kill_process(Pid::from_raw(process).unwrap(), Signal::KILL).unwrap();
}

fn assert_scratch_is_empty(scratch: &Path) {
    eventually("the private folders are gone", || {
        std::fs::read_dir(scratch.join("environments")).unwrap().next().is_none()
    });
}

const ROLE: &str = "SHIPWAY_TEST_SERVES_IN";

#[expect(clippy::disallowed_methods, reason = "a test's child has no other way to learn its role")]
fn role() -> Option<String> {
    std::env::var(ROLE).ok()
}

/// Ends the server should the test fail before it does.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The test runs itself again as the server.
#[test]
fn a_killed_server_leaves_no_process_and_no_folder() {
    if let Some(folder) = role() {
        serve_for_ever(Path::new(&folder));
    }
    let folder = tempfile::tempdir().unwrap();
    write_package(&folder.path().join("code"), &[("app.py", HIDING)]);
    let mut server = Server(
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "executor::lifetime::a_killed_server_leaves_no_process_and_no_folder"])
            .env(ROLE, folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap(),
    );
    let noted = numbers(&folder.path().join("notes"));
    let (supervisor, function) = (noted[0], noted[1]);
    assert!(is_supervisor(supervisor));
    eventually("the handler's daemon runs", || processes_of(folder.path()).len() == 3);
    assert!(processes_of(folder.path()).contains(&function));

    // SIGKILL: the server has no say in it.
    server.0.kill().unwrap();
    server.0.wait().unwrap();
    eventually("every process of the function is gone", || processes_of(folder.path()).is_empty());
    eventually("its supervisor is gone", || !is_supervisor(supervisor));
    assert_scratch_is_empty(&folder.path().join("scratch"));
}

fn serve_for_ever(folder: &Path) -> ! {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let executor = Executor::new(settings(folder));
    let event = json!({"notes": folder.join("notes"), "endless": true});
    let mut endless = invocation(&folder.join("code"), installed_python(), "app.handler", &event);
    endless.timeout = std::time::Duration::from_secs(900);
    let outcome = runtime.block_on(executor.invoke(endless));
    panic!("the handler has no end: {outcome:?}");
}

fn event(bench: &Bench, endless: Value) -> Value {
    json!({"notes": bench.folder.path().join("notes"), "endless": endless})
}

#[tokio::test]
async fn a_functions_hidden_children_end_with_it() {
    let bench = Bench::new(&[("app.py", HIDING)]);
    let event = event(&bench, json!(false));
    answer_of(&bench.python(event).await);
    eventually("the handler's daemon runs", || processes_of(bench.folder.path()).len() == 3);
    bench.executor.shutdown().await;
    assert_eq!(processes_of(bench.folder.path()), Vec::<i32>::new());
    assert_scratch_is_empty(&bench.folder.path().join("scratch"));
}

#[tokio::test]
async fn a_function_that_crashes_takes_its_children_along() {
    let code = format!(
        "{HIDING}\nplain = handler\ndef handler(event, context):\n    plain(event, context)\n    os._exit(5)\n"
    );
    let bench = Bench::new(&[("app.py", &code)]);
    let event = event(&bench, json!(false));
    assert_eq!(error_of(&bench.python(event).await).0, "Runtime.ExitError");
    assert_eq!(processes_of(bench.folder.path()), Vec::<i32>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_supervisor_takes_the_function_and_its_group_along() {
    // Without the daemon: what has left the group is out of reach once the supervisor is gone, as its module says.
    let code = HIDING.replace("    subprocess.run(", "    0 and subprocess.run(");
    let bench = Bench::new(&[("app.py", &code)]);
    let event = event(&bench, json!(true));
    let notes = bench.folder.path().join("notes");
    let killing = tokio::task::spawn_blocking(move || kill(numbers(&notes)[0]));
    let outcome = bench.python(event).await;
    killing.await.unwrap();
    assert_eq!(error_of(&outcome).0, "Shipway.EnvironmentLost");
    eventually("the function and its group are gone", || processes_of(bench.folder.path()).is_empty());
    assert_scratch_is_empty(&bench.folder.path().join("scratch"));
}

#[tokio::test]
async fn an_invocation_that_is_given_up_ends_its_process() {
    let bench = Bench::new(&[("app.py", HIDING)]);
    let notes = bench.folder.path().join("notes");
    let event = event(&bench, json!(true));
    let begun = async {
        while !notes.exists() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        outcome = bench.python(event) => panic!("the handler has no end: {outcome:?}"),
        () = begun => {}
    }
    bench.until_no_process_is_left().await;
    assert_eq!(processes_of(bench.folder.path()), Vec::<i32>::new());
}
