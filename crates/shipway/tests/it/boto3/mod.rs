//! Other clients, boto3 and the AWS CLI, do the whole life of a function on `shipway local serve`, and are told what
//! AWS would tell them: states, error codes and texts as they were recorded of AWS.
//!
//! The checks are in the scripts beside this file, one an area; what a script prints names each of its checks.

mod serving;

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::support::{Server, moto_url, passes, script};

/// More than a test can last: what begins does not end.
const NEVER: &str = "86400000";

/// A folder for a server's state, which the server makes.
fn state(place: &TempDir) -> PathBuf {
    place.path().join("lambda")
}

/// A script of this folder as a client of the server.
fn client(server: &Server, name: &str) -> Command {
    let mut command = script(&format!("boto3/{name}.py"));
    command.env("AWS_ENDPOINT_URL", &server.url);
    command
}

/// Runs a script on a server of its own.
#[track_caller]
fn area(name: &str, arguments: &[&str]) {
    let place = TempDir::new().expect("a folder");
    let server = Server::start(&state(&place), arguments);
    passes(&mut client(&server, name));
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn a_function_lives_its_whole_life() {
    // Its many updates need not take long: that they take time at all is enough.
    area("life", &["--create-delay", "50", "--update-delay", "20"]);
}

#[test]
fn layers_are_append_only_and_found_by_functions() {
    area("layers", &["--create-delay", "50", "--update-delay", "20"]);
}

#[test]
fn what_aws_refuses_is_refused_in_its_words() {
    area("refusals", &["--create-delay", "50", "--update-delay", "20"]);
}

#[test]
fn a_function_that_is_being_created_is_left_alone() {
    area("in_progress", &["--create-delay", NEVER]);
}

#[test]
fn a_function_that_is_being_updated_is_left_alone_and_serves_its_old_code() {
    area("in_update", &["--update-delay", NEVER]);
}

#[test]
fn functions_run() {
    area("running", &[]);
}

#[test]
fn what_is_too_large_is_refused() {
    area("sizes", &[]);
}

#[test]
fn code_comes_from_s3_too() {
    let place = TempDir::new().expect("a folder");
    let server = Server::start(&state(&place), &["--s3-endpoint-url", moto_url()]);
    passes(client(&server, "objects").env("S3_URL", moto_url()));
}

#[test]
fn rates_are_kept_when_they_are_asked_for() {
    area("throttled", &["--throttle"]);
}

#[test]
fn the_aws_cli_does_it_too() {
    area("cli", &[]);
}
