//! What the documents tell people to type works, word for word.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;

use house::documents::{Block, blocks, commands, shell_commands, shipway_arguments};
use serde_json::Value;

use crate::support::{Project, Run, program};

const DOCUMENTS: &[&str] = &[
    "README.md",
    "CONTRIBUTING.md",
    "docs/local.md",
    "docs/operating.md",
    "docs/packaging.md",
    "docs/store.md",
    "examples/orders/README.md",
];

fn run(folder: &Path, arguments: &[&str]) -> Run {
    Run::of(program().args(arguments).current_dir(folder))
}

fn document(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).expect("a document")
}

/// Types a document's commands into a clone; what a `json` block shows must be what the command before it answered.
fn follow(path: &str) {
    // A fresh clone: what git knows of this repository, in one of its own.
    let clone = Project::copy_of(".");
    let text = document(path);
    let (mut answer, mut compared) = (String::new(), 0);
    for block in blocks(&text) {
        match block.language {
            "sh" => {
                do_as_the_text_says(&block, clone.path());
                for command in commands(&block) {
                    if let Some(arguments) = shipway_arguments(&command) {
                        answer = run(clone.path(), &arguments).expect(0).stdout;
                    }
                }
            }
            "json" if !block.lines.concat().contains("\"Statement\"") => {
                let shown: Value = serde_json::from_str(&block.lines.concat()).expect("JSON");
                let answered: Value = serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer}"));
                assert_eq!(answered, shown, "{path}");
                compared += 1;
            }
            _ => {}
        }
    }
    assert!(compared > 0, "{path} shows no answer");
}

/// Before the block that rolls back, the text has its reader edit a handler.
fn do_as_the_text_says(block: &Block<'_>, clone: &Path) {
    if !commands(block).iter().any(|command| command.contains(" rollback ")) {
        return;
    }
    let handler = clone.join("examples/orders/functions/price-quote/index.mjs");
    let text = fs::read_to_string(&handler).expect("a handler");
    assert!(text.contains("ok: true"));
    fs::write(handler, text.replace("ok: true", "ok: \"yes\"")).expect("a handler");
}

#[test]
fn the_readmes_quickstart_works() {
    follow("README.md");
}

#[test]
fn the_examples_readme_works() {
    follow("examples/orders/README.md");
}

#[test]
fn a_served_folder_answers_the_other_commands_as_the_local_document_says() {
    let project = Project::small();
    let (above, name) = (project.path().parent().expect("a folder above"), project.path().file_name().expect("a name"));
    let shown = shell_commands(&document("docs/local.md"));
    let serve = shown.iter().find(|command| command.contains(" local serve ")).expect("the document serves");
    let folder = name.to_str().expect("UTF-8");
    let serve = serve.replace("examples/orders", folder).replace(":9001", ":0");
    let deployed = run(above, &["-C", folder, "deploy", "--env", "local"]).expect(0);
    assert!(deployed.stdout.contains("deployed"), "{}", deployed.stdout);
    let arguments = shipway_arguments(&serve).expect("a command of shipway");
    let mut server = program().args(arguments).current_dir(above).stdout(Stdio::piped()).spawn().expect("a server");
    let mut address = String::new();
    BufReader::new(server.stdout.take().expect("a pipe")).read_line(&mut address).expect("the address");
    let answer = run(above, &["-C", folder, "invoke", "--env", "local", "greet"]);
    rustix::process::kill_process(rustix::process::Pid::from_child(&server), rustix::process::Signal::TERM)
        .expect("the server can be told to end");
    let ended = server.wait().expect("the server ends");
    assert!(address.starts_with("http://127.0.0.1:"), "{address}");
    assert_eq!(answer.expect(0).json()["edition"], 1);
    assert!(ended.success(), "{ended}");
}

#[test]
fn every_command_in_a_document_can_be_typed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut seen = 0;
    for path in DOCUMENTS {
        for command in shell_commands(&document(path)) {
            let Some(mut arguments) = shipway_arguments(&command) else { continue };
            seen += 1;
            // Help is shown only when everything before it could be read.
            arguments.push("--help");
            let output = run(folder.path(), &arguments);
            assert_eq!(output.code, 0, "{path}: {command}: {}", output.stderr);
        }
    }
    assert!(seen >= 10, "the documents hold {seen} commands only");
}

#[test]
fn the_readmes_table_has_every_command() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let help = run(folder.path(), &["--help"]).expect(0).stdout;
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands: Vec<&str> = listed
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .collect();
    assert!(commands.len() > 10, "{help}");
    let readme = document("README.md");
    for command in commands {
        let in_row = |line: &str| {
            let cell = line.strip_prefix("| `").and_then(|line| line.split(['`', ' ']).next());
            cell == Some(command)
        };
        assert!(readme.lines().any(in_row), "README.md has no row for `{command}`");
    }
}
