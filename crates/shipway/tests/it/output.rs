//! What every command writes: one JSON value and nothing else to standard output, words to standard error, the exit code
//! of the table. A command without a case here fails the first test.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, pipe};
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::support::{Project, Run, shipway};

/// What a command finds when it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ground {
    /// A repository without a `shipway.toml`.
    Bare,
    /// The small project, never deployed.
    Written,
    /// The small project, deployed.
    Deployed,
    /// The small project, deployed in two editions.
    DeployedTwice,
    /// The small project, deployed in two editions and rolled back.
    RolledBack,
    /// The small project with a layer of one module, never published.
    WithLayer,
    /// The small project, deployed with a handler that raises.
    Raising,
    /// The small project with an environment that Terraform provisions, and a plan that does nothing.
    Provisioned,
}

impl Ground {
    fn prepare(self) -> Project {
        if self == Self::Bare {
            return Project::empty();
        }
        let project = Project::small();
        let done = |arguments: &[&str]| {
            let _done = Run::of(shipway(project.path()).args(arguments)).expect(0);
        };
        if self == Self::Raising {
            project.write("greet/app.py", "def handler(event, context):\n    raise ValueError(\"no\")\n");
        }
        if self == Self::WithLayer {
            project.add_layer("WORD = 'one'\n");
        }
        if self == Self::Provisioned {
            let configuration = std::fs::read_to_string(project.path().join("shipway.toml")).expect("a configuration");
            let environment = "[environments.production]\naccount = \"111111111111\"\nregion = \"eu-west-1\"\n\
                               store = \"s3://acme-artifacts/shipway\"\n";
            project.write("shipway.toml", &format!("{configuration}\n{environment}"));
            project.write("plan.json", "{\"format_version\":\"1.2\",\"planned_values\":{}}");
        }
        if !matches!(self, Self::Written | Self::WithLayer | Self::Provisioned) {
            done(&["deploy", "--env", "local"]);
        }
        if matches!(self, Self::DeployedTwice | Self::RolledBack) {
            project.write_edition(2);
            done(&["deploy", "--env", "local"]);
        }
        if self == Self::RolledBack {
            done(&["rollback", "--env", "local"]);
        }
        project
    }
}

/// A run, and how it ends.
struct Attempt {
    ground: Ground,
    arguments: &'static [&'static str],
    code: i32,
    /// A member that the answer has.
    member: &'static str,
}

/// A command with a run that does what was asked and one that does not.
struct Case {
    command: &'static str,
    success: Attempt,
    failure: Attempt,
}

const fn attempt(ground: Ground, arguments: &'static [&'static str], code: i32, member: &'static str) -> Attempt {
    Attempt { ground, arguments, code, member }
}

/// Every command but `local serve`, which does not end by itself and has a test of its own.
const CASES: &[Case] = &[
    Case {
        command: "init",
        success: attempt(Ground::Bare, &["init"], 0, "file"),
        failure: attempt(Ground::Written, &["init"], 2, "error"),
    },
    Case {
        command: "plan",
        success: attempt(Ground::Written, &["plan", "--env", "local"], 0, "plan"),
        failure: attempt(Ground::RolledBack, &["plan", "--env", "local"], 4, "plan"),
    },
    Case {
        command: "build",
        success: attempt(Ground::Written, &["build", "--env", "local"], 0, "functions"),
        failure: attempt(Ground::Written, &["build", "--env", "nowhere"], 2, "error"),
    },
    Case {
        command: "deploy",
        success: attempt(Ground::Written, &["deploy", "--env", "local"], 0, "functions"),
        failure: attempt(Ground::RolledBack, &["deploy", "--env", "local"], 4, "functions"),
    },
    Case {
        command: "adopt",
        success: attempt(Ground::Deployed, &["adopt", "--env", "local"], 0, "functions"),
        failure: attempt(Ground::Written, &["adopt", "--env", "local"], 3, "functions"),
    },
    Case {
        command: "rollback",
        success: attempt(Ground::DeployedTwice, &["rollback", "--env", "local"], 0, "functions"),
        failure: attempt(Ground::Deployed, &["rollback", "--env", "local"], 4, "functions"),
    },
    Case {
        command: "reconcile",
        success: attempt(Ground::Deployed, &["reconcile", "--env", "local"], 0, "functions"),
        failure: attempt(Ground::Deployed, &["reconcile", "--env", "nowhere"], 2, "error"),
    },
    Case {
        command: "cancel",
        success: attempt(Ground::Deployed, &["cancel", "greet", "--env", "local"], 0, "functions"),
        failure: attempt(Ground::Deployed, &["cancel", "nobody", "--env", "local"], 2, "error"),
    },
    Case {
        command: "contract diff",
        success: attempt(
            Ground::Deployed,
            &["contract", "diff", "greet@running", "greet", "--env", "local"],
            0,
            "changes",
        ),
        failure: attempt(
            Ground::Written,
            &["contract", "diff", "greet@running", "greet", "--env", "local"],
            2,
            "error",
        ),
    },
    Case {
        command: "terraform check",
        success: attempt(Ground::Provisioned, &["terraform", "check", "plan.json", "--env", "local"], 0, "functions"),
        failure: attempt(Ground::Provisioned, &["terraform", "check", "shipway.toml", "--env", "local"], 2, "error"),
    },
    Case {
        command: "terraform init",
        success: attempt(Ground::Provisioned, &["terraform", "init", "--env", "production"], 0, "files"),
        failure: attempt(Ground::Provisioned, &["terraform", "init", "--env", "local"], 2, "error"),
    },
    Case {
        command: "doctor",
        success: attempt(Ground::Deployed, &["doctor", "--env", "local"], 0, "findings"),
        failure: attempt(Ground::Written, &["doctor", "--env", "local", "nobody"], 2, "error"),
    },
    Case {
        command: "prune",
        success: attempt(Ground::Deployed, &["prune", "--artifacts", "--env", "local"], 0, "functions"),
        failure: attempt(Ground::Deployed, &["prune", "--env", "local", "--keep", "1"], 2, "error"),
    },
    Case {
        command: "status",
        success: attempt(Ground::Deployed, &["status", "--env", "local"], 0, "functions"),
        failure: attempt(Ground::Written, &["status", "--env", "local", "nobody"], 2, "error"),
    },
    Case {
        command: "history",
        success: attempt(Ground::RolledBack, &["history", "--env", "local"], 0, "functions"),
        failure: attempt(Ground::Bare, &["history", "--env", "local"], 2, "error"),
    },
    Case {
        command: "invoke",
        success: attempt(Ground::Deployed, &["invoke", "greet", "--env", "local"], 0, "payload"),
        failure: attempt(Ground::Raising, &["invoke", "greet", "--env", "local"], 1, "function_error"),
    },
    Case {
        command: "layers publish",
        success: attempt(Ground::WithLayer, &["layers", "publish", "--env", "local"], 0, "layers"),
        failure: attempt(Ground::Written, &["layers", "publish", "--env", "local"], 2, "error"),
    },
    Case {
        command: "layers list",
        success: attempt(Ground::WithLayer, &["layers", "list", "--env", "local"], 0, "arns"),
        failure: attempt(Ground::WithLayer, &["layers", "list", "--env", "local", "nobody"], 2, "error"),
    },
    Case {
        command: "logs",
        success: attempt(Ground::Deployed, &["logs", "greet", "--env", "local"], 0, "lines"),
        failure: attempt(Ground::Written, &["logs", "nobody", "--env", "local"], 2, "error"),
    },
    Case {
        command: "inspect",
        success: attempt(Ground::Deployed, &["inspect", "greet"], 0, "files"),
        failure: attempt(Ground::Written, &["inspect", "greet"], 2, "error"),
    },
    Case {
        command: "config show",
        success: attempt(Ground::Written, &["config", "show", "--env", "local"], 0, "settings"),
        failure: attempt(Ground::Written, &["config", "show", "--env", "local", "--region", "?"], 2, "error"),
    },
    Case {
        command: "config schema",
        success: attempt(Ground::Bare, &["config", "schema"], 0, "$schema"),
        failure: attempt(Ground::Bare, &["config", "schema", "--no-such-flag"], 2, "error"),
    },
    Case {
        command: "completions",
        success: attempt(Ground::Bare, &["completions", "bash"], 0, "script"),
        failure: attempt(Ground::Bare, &["completions", "no-such-shell"], 2, "error"),
    },
];

const SERVE: &str = "local serve";

/// The names of all commands that people see, as they are typed.
fn commands(command: &clap::Command, before: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        let name = format!("{before}{}", below.get_name());
        if below.has_subcommands() {
            found.extend(commands(below, &format!("{name} ")));
        } else {
            found.insert(name);
        }
    }
    found
}

/// The first JSON object or list that begins at the beginning of a line.
fn json_in(text: &str) -> Option<Value> {
    let beginnings = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
    beginnings
        .filter_map(|at| serde_json::Deserializer::from_str(&text[at..]).into_iter::<Value>().next()?.ok())
        .find(|value| value.is_object() || value.is_array())
}

/// The answer, after a look at whether programs can rely on it.
#[track_caller]
fn checked(run: &Run, code: i32) -> Value {
    let told = format!("\n--- standard output\n{}\n--- standard error\n{}", run.stdout, run.stderr);
    assert_eq!(run.code, code, "{told}");
    // The whole of standard output is one value: anything before or after it does not parse.
    let answer = run.json();
    assert!(answer.is_object(), "{told}");
    if let Some(said) = answer.get("exit_code") {
        assert_eq!(*said, code, "{told}");
    }
    assert_eq!(json_in(&run.stderr), None, "JSON on standard error{told}");
    assert!(!run.stderr.contains("panicked"), "{told}");
    assert!(!run.stderr.contains('\u{1b}'), "colours where nobody sees them{told}");
    answer
}

fn json_run(project: &Path, arguments: &[&str]) -> Run {
    Run::of(shipway(project).args(arguments).args(["--format", "json"]))
}

#[test]
fn every_command_has_a_case() {
    let covered: BTreeSet<String> = CASES.iter().map(|case| case.command).chain([SERVE]).map(str::to_owned).collect();
    assert_eq!(commands(&shipway::command(), ""), covered, "left: what can be typed, right: what is tried here");
}

#[test]
fn what_succeeds_answers_with_one_value() {
    for case in CASES {
        let Attempt { ground, arguments, code, member } = &case.success;
        let run = json_run(ground.prepare().path(), arguments);
        let answer = checked(&run, *code);
        assert!(answer.get(member).is_some(), "{}: no `{member}` in {answer}", case.command);
        assert!(answer.get("error").is_none(), "{}: {answer}", case.command);
    }
}

#[test]
fn what_fails_answers_with_one_value_and_its_exit_code() {
    for case in CASES {
        let Attempt { ground, arguments, code, member } = &case.failure;
        let project = ground.prepare();
        let run = json_run(project.path(), arguments);
        let answer = checked(&run, *code);
        assert!(
            answer.get(member).is_some_and(|found| !found.is_null()),
            "{}: no `{member}` in {answer}",
            case.command
        );
        let told = |run: &Run| run.stderr.contains("error: ") || run.stderr.contains("warning: ");
        // A refusal is part of the plan, not an error of planning.
        assert!(told(&run) || case.command == "plan", "{}: people were told nothing", case.command);
        // For people the same, in words.
        let text = Run::of(shipway(project.path()).args(*arguments)).expect(*code);
        assert!(!text.stdout.contains("error:"), "{}: {}", case.command, text.stdout);
        assert!(told(&text) || text.stdout.contains("refused: "), "{}: {text:?}", case.command);
    }
}

#[test]
fn a_server_tells_its_address_as_one_value() {
    let project = Project::empty();
    let arguments = ["local", "serve", "--dir", "state", "--format", "json", "--listen"];
    let mut serving = shipway(project.path())
        .args(arguments)
        .arg("127.0.0.1:0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program can be started");
    let mut stdout = serving.stdout.take().expect("it is piped");
    let mut read = Vec::new();
    let answer = loop {
        let mut byte = [0];
        assert_eq!(stdout.read(&mut byte).expect("it can be read"), 1, "it ended before it told its address");
        read.push(byte[0]);
        if let Ok(answer) = serde_json::from_slice::<Value>(&read) {
            break answer;
        }
    };
    assert!(answer["endpoint_url"].as_str().is_some_and(|url| url.starts_with("http://127.0.0.1:")), "{answer}");
    kill_process(Pid::from_child(&serving), Signal::INT).expect("it runs");
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).expect("UTF-8");
    let ended = serving.wait_with_output().expect("it ends");
    assert_eq!((rest.trim(), ended.status.code()), ("", Some(0)), "{ended:?}");

    let refused = json_run(project.path(), &["local", "serve", "--dir", "state", "--listen", "0.0.0.0:0"]);
    let answer = checked(&refused, 2);
    assert!(answer["error"]["hints"][0].as_str().is_some_and(|hint| hint.contains("127.0.0.1")), "{answer}");
}

#[test]
fn a_variable_asks_for_json_as_the_flag_does_also_when_the_arguments_make_no_sense() {
    let project = Project::small();
    let with_variable =
        |arguments: &[&str]| Run::of(shipway(project.path()).args(arguments).env("SHIPWAY_FORMAT", "json"));
    checked(&with_variable(&["config", "show", "--env", "local"]), 0);
    checked(&with_variable(&["config", "show", "--no-such-flag"]), 2);
    checked(&with_variable(&["no-such-command"]), 2);
    checked(&Run::of(shipway(project.path()).args(["--format=json", "deploy", "--no-such-flag"])), 2);
    // A format that there is not is said in words.
    let wrong = Run::of(shipway(project.path()).args(["plan", "--env", "local", "--format", "xml"])).expect(2);
    assert!(wrong.stderr.contains("`xml` is no format") && wrong.stdout.is_empty(), "{wrong:?}");
}

#[test]
fn quiet_says_nothing_but_warnings_and_errors() {
    let project = Project::small();
    let run = |arguments: &[&str]| Run::of(shipway(project.path()).args(arguments));
    let deployed = run(&["deploy", "--env", "local", "--quiet"]).expect(0);
    assert!(deployed.stderr.lines().all(|line| line.starts_with("warning: ")), "{}", deployed.stderr);
    assert!(deployed.stdout.contains("deployed"), "{}", deployed.stdout);
    let failed = run(&["-q", "deploy", "--env", "nowhere"]).expect(2);
    assert!(failed.stderr.starts_with("error: there is no environment `nowhere`"), "{}", failed.stderr);
}

#[test]
fn a_reader_that_has_read_enough_is_no_failure() {
    for case in CASES {
        let Attempt { ground, arguments, code, .. } = &case.success;
        let project = ground.prepare();
        let (reader, writer) = pipe().expect("a pipe");
        drop(reader);
        let run = Run::of(shipway(project.path()).args(*arguments).stdout(writer)).expect(*code);
        assert!(!run.stderr.contains("panicked") && !run.stderr.contains("error:"), "{}: {}", case.command, run.stderr);
    }
    let folder = Project::empty();
    for arguments in [&["--help"][..], &["--version"], &["deploy", "--help"]] {
        let (reader, writer) = pipe().expect("a pipe");
        drop(reader);
        let _done = Run::of(shipway(folder.path()).args(arguments).stdout(writer)).expect(0);
    }
    // Nobody listens to what is said to people either.
    let (reader, writer) = pipe().expect("a pipe");
    drop(reader);
    let _done = Run::of(shipway(folder.path()).args(["plan", "--env", "local"]).stderr(writer)).expect(2);
}

#[test]
fn an_answer_that_cannot_be_written_is_a_failure() {
    let full = File::options().write(true).open("/dev/full").expect("Linux has it");
    let run = Run::of(shipway(Project::empty().path()).args(["config", "schema"]).stdout(full)).expect(1);
    assert!(run.stderr.contains("the answer could not be written to standard output"), "{}", run.stderr);
    assert!(run.stderr.contains("No space left on device"), "{}", run.stderr);
}

/// What a command says on a terminal, which is where it may use colours.
fn said_on_a_terminal(command: &mut Command) -> String {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
    grantpt(&ours).expect("a pseudo-terminal");
    unlockpt(&ours).expect("a pseudo-terminal");
    let name = ptsname(&ours, Vec::new()).expect("a pseudo-terminal").into_string().expect("UTF-8");
    let terminal = File::options().read(true).write(true).open(name).expect("a terminal");
    let mut child = command.stdout(Stdio::null()).stderr(terminal).spawn().expect("the program can be started");
    // The command holds the terminal's other end: as long as it is open, reading it comes to no end.
    command.stderr(Stdio::null());
    let mut said = Vec::new();
    // Linux ends a terminal without users by an error.
    let _ = File::from(ours).read_to_end(&mut said);
    assert!(!child.wait().expect("it ends").success(), "it was meant to fail");
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
fn colours_are_for_terminals_and_no_color_holds() {
    let folder = Project::empty();
    for arguments in [&["plan", "--env", "local"][..], &["plan", "--no-such-flag"]] {
        let command = || {
            let mut command = shipway(folder.path());
            command.args(arguments).env("TERM", "xterm");
            command
        };
        let coloured = said_on_a_terminal(&mut command());
        assert!(coloured.contains("\u{1b}[1") && coloured.contains("error:"), "{coloured:?}");
        let plain = said_on_a_terminal(command().env("NO_COLOR", "1"));
        assert!(!plain.contains('\u{1b}') && plain.contains("error:"), "{plain:?}");
        let dumb = said_on_a_terminal(command().env("TERM", "dumb"));
        assert!(!dumb.contains('\u{1b}') && dumb.contains("error:"), "{dumb:?}");
    }
}
