//! Ctrl-C in the middle of a build: everything that was started is gone, everything that was made is removed.

use std::fs;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use tempfile::TempDir;

use super::ground::{DEPLOY, Ground, tells};
use crate::support::{Run, contents};

#[test]
fn an_interrupted_build_leaves_nothing_behind() {
    let ground = Ground::new();
    let beside = TempDir::new().expect("a temporary folder");
    let started = beside.path().join("started");
    // The build and a process that it started tell their ids, and would go on for an hour.
    let build = format!("sleep 3600 & echo $! $$ > '{}'; wait", started.display());
    let build = format!("build = {{ command = [\"sh\", \"-c\", \"{build}\"], output = \".\" }}\nhandler = ");
    ground.edit("shipway.toml", "handler = ", &build);
    let scratch = TempDir::new().expect("a temporary folder");
    let before = contents(&ground.store());
    ground.lambda.take();
    let mut command = ground.command(&DEPLOY);
    command.env("TMPDIR", scratch.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut deploying = command.spawn().expect("the program can be started");

    let told = loop {
        let told = fs::read_to_string(&started).unwrap_or_default();
        if told.ends_with('\n') {
            break told;
        }
        let ended = deploying.try_wait().expect("it can be asked");
        if ended.is_some() {
            panic!("it ended before it built: {:?}", deploying.wait_with_output());
        }
        std::thread::yield_now();
    };
    let processes: Vec<Pid> =
        told.split_whitespace().map(|id| Pid::from_raw(id.parse().expect("a number")).expect("an id")).collect();
    assert_eq!(processes.len(), 2, "{told}");
    assert!(fs::read_dir(scratch.path()).expect("a folder").next().is_some(), "the build is somewhere else");
    kill_process(Pid::from_child(&deploying), Signal::INT).expect("it runs");

    let run = Run::from_output(deploying.wait_with_output().expect("it ends")).expect(1);
    tells(&run, &["error: interrupted", "hint: run it again"]);
    for process in processes {
        // The end of a killed process is its parent's to notice, and its parent may be the system's first process.
        while test_kill_process(process).is_ok() && !is_zombie(process) {
            std::thread::yield_now();
        }
    }
    let left: Vec<_> = fs::read_dir(scratch.path()).expect("a folder").flatten().map(|entry| entry.path()).collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(contents(&ground.store()) == before, "the store was changed");
    ground.asked_for_no_change();
}

fn is_zombie(process: Pid) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/status", process.as_raw_nonzero())).unwrap_or_default();
    status.is_empty() || status.contains("State:\tZ")
}
