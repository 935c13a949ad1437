//! Files that are missing, broken, or say what does not make sense.

use std::fs;

use super::ground::{DEPLOY, Ground};

/// Deploys after the project's files were spoilt.
#[track_caller]
fn refused(spoil: impl FnOnce(&Ground), code: i32, told: &[&str]) {
    let ground = Ground::new();
    spoil(&ground);
    ground.refuses(&mut ground.command(&DEPLOY), code, told);
}

fn edit(from: &'static str, to: &'static str) -> impl FnOnce(&Ground) {
    move |ground| ground.edit("shipway.toml", from, to)
}

#[test]
fn no_configuration() {
    let spoil = |ground: &Ground| fs::remove_file(ground.project.path().join("shipway.toml")).expect("it is there");
    refused(
        spoil,
        2,
        &["error: there is no shipway.toml in /", " or above it", "hint: `shipway init` finds the functions"],
    );
}

#[test]
fn broken_toml() {
    let spoil = edit("[functions.greet]", "[functions.greet");
    refused(
        spoil,
        2,
        &["error: not valid TOML: ", "unclosed table, expected `]`", "shipway.toml:4:", "[functions.greet\n"],
    );
}

#[test]
fn an_unknown_key() {
    let told = [
        "error: unknown key `hander` in `functions.greet`",
        "shipway.toml:7:1",
        "^^^^^^",
        "hint: did you mean `handler`?",
    ];
    refused(edit("handler", "hander"), 2, &told);
}

#[test]
fn an_unknown_environment() {
    let ground = Ground::new();
    let told = ["error: there is no environment `locla`", "hint: did you mean `local`?"];
    ground.refuses(&mut ground.command(&["deploy", "--env", "locla"]), 2, &told);
    let told = ["error: no environment was named", "hint: name one with --env or SHIPWAY_ENV: `local`"];
    // In CI nobody may be meant; on a laptop the local environment is.
    ground.refuses(ground.command(&["deploy"]).env("CI", "true"), 2, &told);
    let _deployed = crate::support::Run::of(&mut ground.command(&["deploy"])).expect(0);
    ground.serves(2);
}

#[test]
fn no_git_repository() {
    let spoil = |ground: &Ground| fs::remove_dir_all(ground.project.path().join(".git")).expect("it is there");
    let told = [
        "not a git repository",
        "hint: run this in a git repository, or make one: git init && git add . && git commit",
    ];
    refused(spoil, 2, &told);
}

#[test]
fn an_unknown_runtime() {
    let told = ["error: unknown runtime `pyhton3.13`", "shipway.toml:6:", "hint: did you mean `python3.13`?"];
    refused(edit("python3.13", "pyhton3.13"), 2, &told);
}

#[test]
fn a_handler_that_is_not_there() {
    let told = ["greet", "no file for the handler `main.handler`", "looked for `main.py`", "hint: "];
    refused(edit("app.handler", "main.handler"), 2, &told);
}

#[test]
fn a_function_folder_that_is_not_there() {
    let told =
        ["error: function `greet`: there is no folder /", "/gret\n", "hint: correct `path` in `[functions.greet]`"];
    refused(edit("path = \"greet\"", "path = \"gret\""), 2, &told);
}

#[test]
fn a_function_that_is_not_in_the_configuration() {
    let ground = Ground::new();
    let told = ["error: there is no function `gret`", "hint: did you mean `greet`?"];
    for arguments in [&["deploy", "--env", "local", "gret"][..], &["invoke", "--env", "local", "gret"]] {
        ground.refuses(&mut ground.command(arguments), 2, &told);
    }
}

#[test]
fn a_folder_that_is_not_there() {
    let ground = Ground::new();
    let told = ["error: there is no folder /", "/nowhere\n", "hint: `-C FOLDER` names the project's folder"];
    // The last `-C` counts.
    let nowhere = ground.project.path().join("nowhere");
    let mut command = crate::support::program();
    ground.refuses(command.args(DEPLOY).arg("-C").arg(nowhere), 2, &told);
}

#[test]
fn a_payload_that_is_not_json() {
    let ground = Ground::new();
    let told = ["error: the payload is not JSON: ", "hint: "];
    ground.refuses(&mut ground.command(&["invoke", "greet", "--env", "local", "--payload", "{oops"]), 2, &told);
    let told = ["error: the payload /", "nothing.json cannot be read: No such file or directory", "hint: "];
    ground.refuses(&mut ground.command(&["invoke", "greet", "--env", "local", "--payload", "@nothing.json"]), 2, &told);
}

#[test]
fn nothing_to_go_back_to() {
    let ground = Ground::new();
    let told = ["greet", "cannot be rolled back", "caused by: nothing else ran there", "hint: "];
    ground.refuses(&mut ground.command(&["rollback", "--env", "local"]), 4, &told);
    let told = ["no success of `version 99` is on record", "(version 1)"];
    ground.refuses(&mut ground.command(&["rollback", "--env", "local", "--to", "99"]), 4, &told);
}

#[test]
fn a_version_of_which_function() {
    let ground = Ground::new();
    let second = "[functions.wave]\npath = \"greet\"\nruntime = \"python3.13\"\nhandler = \"app.handler\"\n\n[environments.local]";
    ground.edit("shipway.toml", "[environments.local]", second);
    let told = ["error: `--to` is about one function, and this is about 2", "hint: name the function"];
    ground.refuses(&mut ground.command(&["rollback", "--env", "local", "--to", "1"]), 2, &told);
}

#[test]
fn a_function_that_is_named_twice_is_deployed_once() {
    let ground = Ground::new();
    let run = crate::support::Run::of(ground.command(&DEPLOY).args(["greet", "greet", "--format", "json"])).expect(0);
    assert_eq!(run.json()["functions"].as_array().map(Vec::len), Some(1), "{run:?}");
    ground.serves(2);
}
