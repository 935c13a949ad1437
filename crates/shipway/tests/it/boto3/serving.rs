//! Servers and their folders: who may serve what, what outlives a server, and who else uses it.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::{client, state};
use crate::support::{Project, Recorded, Recorder, Run, Server, shipway};

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
