//! Servers and their folders: who may serve what, what outlives a server, and who else uses it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::{client, state};
use crate::support::{Project, Recorded, Recorder, Run, Server, passes, shipway};

/// What the next server of a folder knows, by its client.
#[track_caller]
fn seen(server: &Server, step: &str) -> String {
    Run::of(client(server, "kept").arg(step)).expect(0).stdout
}

#[test]
fn state_outlives_a_server_that_is_told_to_end_and_one_that_is_killed() {
    let place = TempDir::new().expect("a folder");
    let first = Server::start(&state(&place), &[]);
    let made = seen(&first, "make");
    assert_eq!(first.terminate(), Some(0));
    let second = Server::start(&state(&place), &[]);
    assert_eq!(seen(&second, "find"), made);
    second.kill();
    let third = Server::start(&state(&place), &[]);
    assert_eq!(seen(&third, "find"), made);
}

#[test]
fn a_folder_has_one_server_at_a_time() {
    let place = TempDir::new().expect("a folder");
    let folder = state(&place);
    let first = Server::start(&folder, &[]);
    let serve = || {
        let mut command = shipway(Path::new("."));
        command.args(["local", "serve", "--listen", "127.0.0.1:0", "--dir"]).arg(&folder);
        command
    };
    let second = Run::of(&mut serve()).expect(2);
    let address = first.url.trim_start_matches("http://");
    assert!(second.stderr.contains("already served"), "{}", second.stderr);
    assert!(second.stderr.contains(address), "{} is not named in {}", address, second.stderr);
    assert!(second.stderr.contains(&*folder.to_string_lossy()), "the folder is not named in {}", second.stderr);
    assert_eq!(second.stdout, "");
    first.kill();
    let _next = Server::start(&folder, &[]);
}

#[test]
fn a_folder_keeps_its_account_and_region() {
    let place = TempDir::new().expect("a folder");
    let folder = state(&place);
    Server::start(&folder, &[]).kill();
    for other in [["--account", "111111111111"], ["--region", "eu-west-1"]] {
        let mut command = shipway(Path::new("."));
        command.args(["local", "serve", "--listen", "127.0.0.1:0", "--dir"]).arg(&folder).args(other);
        let refused = Run::of(&mut command).expect(2);
        assert!(refused.stderr.contains("is of account 000000000000, region us-east-1"), "{}", refused.stderr);
    }
    let own = ["--account", "000000000000", "--region", "us-east-1"];
    assert_eq!(Server::start(&folder, &own).terminate(), Some(0));
}

#[test]
fn a_port_that_is_taken_is_named() {
    let place = TempDir::new().expect("a folder");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let mut command = shipway(Path::new("."));
    command.args(["local", "serve", "--listen", &address, "--dir"]).arg(state(&place));
    let refused = Run::of(&mut command).expect(2);
    assert!(refused.stderr.contains(&format!("cannot listen on {address}")), "{}", refused.stderr);
}

#[test]
fn what_was_acknowledged_survives_a_kill_between_writes() {
    let place = TempDir::new().expect("a folder");
    let first = Server::start(&state(&place), &["--create-delay", "1"]);
    let mut writer = client(&first, "writing").stdout(Stdio::piped()).spawn().expect("the script starts");
    let mut acknowledged = BufReader::new(writer.stdout.take().expect("it was piped")).lines();
    let mut last = String::new();
    for _ in 0..40 {
        last = acknowledged.next().expect("it goes on").expect("text");
    }
    first.kill();
    // What it could still say before the server was gone.
    for line in acknowledged {
        last = line.expect("text");
    }
    assert!(writer.wait().expect("it ends").success(), "it ends when the server is gone");
    let second = Server::start(&state(&place), &[]);
    passes(client(&second, "written").arg(&last));
}

#[test]
fn a_killed_server_leaves_no_process_of_an_endless_function() {
    let place = TempDir::new().expect("a folder");
    let server = Server::start(&state(&place), &["--create-delay", "1"]);
    let told = place.path().join("processes");
    let mut caller = client(&server, "endless").arg(&told).spawn().expect("the script starts");
    let processes = eventually("the function tells its processes", || {
        let text = fs::read_to_string(&told).ok()?;
        let numbers: Vec<u32> = text.split_whitespace().filter_map(|number| number.parse().ok()).collect();
        (text.ends_with('\n') && numbers.len() == 2).then_some(numbers)
    });
    assert!(processes.iter().all(|process| is_running(*process)), "{processes:?}");
    server.kill();
    eventually("the function's processes are gone", || {
        processes.iter().all(|process| !is_running(*process)).then_some(())
    });
    let _it_failed = caller.wait().expect("it ends");
}

/// A process that was not waited for by its parent has ended all the same.
fn is_running(process: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    status.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

/// Looks again until there is an answer.
#[track_caller]
fn eventually<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let patience = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(Instant::now() < patience, "{what}: not within a minute");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn only_this_machine_may_call() {
    let place = TempDir::new().expect("a folder");
    let folder = state(&place);
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let mut command = shipway(Path::new("."));
        let refused = Run::of(command.args(["local", "serve", "--listen", address, "--dir"]).arg(&folder)).expect(2);
        assert!(refused.stderr.contains("127.0.0.1"), "{}", refused.stderr);
        assert_eq!(refused.stdout, "");
        assert!(!folder.exists(), "nothing is made");
    }
}

#[test]
fn a_deployment_uses_the_server_of_its_folder() {
    let project = Project::small();
    let folder = project.path().join(".shipway/local/lambda");
    fs::create_dir_all(&folder).expect("a folder");
    let server = Server::start(&folder, &[]);
    // Its announcement is made to lead through a recorder.
    let recorder = Recorder::before(&server.url);
    let announcement = folder.join("serving.json");
    let announced = fs::read_to_string(&announcement).expect("an announcement");
    let address = |url: &str| url.trim_start_matches("http://").to_owned();
    assert!(announced.contains(&address(&server.url)), "{announced}");
    let diverted = announced.replace(&address(&server.url), &address(&recorder.url));
    fs::write(&announcement, diverted).expect("a file");

    let run = |arguments: &[&str]| Run::of(shipway(project.path()).args(arguments));
    let edition = || run(&["invoke", "greet", "--env", "local"]).expect(0).json()["edition"].clone();
    let _deployed = run(&["deploy", "--env", "local"]).expect(0);
    let writes: Vec<String> = recorder.take().into_iter().filter(Recorded::is_write).map(|call| call.path).collect();
    assert!(writes.iter().any(|path| path == "/2015-03-31/functions"), "{writes:?}");
    assert!(writes.iter().any(|path| path == "/2015-03-31/functions/greet/aliases"), "{writes:?}");
    assert_eq!(edition(), 1);
    let called = recorder.take();
    assert!(called.iter().any(|call| call.path.contains("/functions/greet/invocations")), "{called:?}");

    // Without a server, the next command finds all of it in the folder.
    server.kill();
    assert_eq!(edition(), 1);
    assert_eq!(recorder.take(), []);
}
