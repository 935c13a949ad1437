//! `doctor`, `prune` and `notify`, over the test's own AWS and on a laptop.

use std::fs;

use serde_json::Value;

use crate::support::cloud::{Cloud, PATIENCE, Service};
use crate::support::{Project, Run, shipway};

const CONFIGURATION: &str = "[project]\nname = \"small\"\n\n[functions.greet]\npath = \"greet\"\nruntime = \"python3.13\"\n\
                             handler = \"app.handler\"\n\n[environments.production]\naccount = \"111111111111\"\n\
                             region = \"eu-west-1\"\nstore = \"s3://artifacts/shipway\"\ncreate_alias = true\n";

fn project() -> Project {
    let project = Project::small();
    project.write("shipway.toml", CONFIGURATION);
    project
}

async fn run(cloud: &Cloud, project: &Project, arguments: &[&str], code: i32) -> Run {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--env", "production"]).collect();
    let output = cloud.program(project, "KEEPER", &arguments).output();
    let output = tokio::time::timeout(PATIENCE, output).await.expect("the program ends");
    Run::from_output(output.expect("the program runs")).expect(code)
}

async fn deploy(cloud: &Cloud, project: &Project, edition: u32) {
    project.write_edition(edition);
    project.commit("an edition");
    let _deployed = run(cloud, project, &["deploy", "--yes"], 0).await;
}

/// A function with editions 1 to `last`, as versions 2 and on; version 1 is what provisioning put there.
async fn deployed(last: u32) -> (Cloud, Project) {
    let cloud = Cloud::under_the_readmes_policy().await;
    cloud
        .create_function(&[("app.py", "def handler(event, context):\n    raise RuntimeError('a placeholder')\n")])
        .await;
    let project = project();
    for edition in 1..=last {
        deploy(&cloud, &project, edition).await;
    }
    (cloud, project)
}

fn versions(cloud: &Cloud) -> Vec<u64> {
    cloud.lambda_state().functions["greet"].versions.keys().copied().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_says_what_is_unsafe_and_changes_nothing() {
    let (cloud, project) = deployed(1).await;
    let well = run(&cloud, &project, &["doctor"], 0).await;
    assert_eq!(well.stdout, "greet (greet:live): nothing to say\n");

    cloud.permit("nightly", "events.amazonaws.com").await;
    let (writes, objects) =
        (|| cloud.gate.log().iter().filter(|request| request.changes_lambda()).count(), cloud.objects());
    let before = writes();
    let found = run(&cloud, &project, &["doctor", "greet"], 4).await;
    let what = "  UNSAFE: policy statement `nightly` lets events.amazonaws.com call the function without a qualifier\n    why: ";
    assert!(found.stdout.starts_with(&format!("greet (greet:live)\n{what}")), "{}", found.stdout);
    assert!(found.stdout.contains("\n    do:  `shipway doctor --migrate` prints the edits"), "{}", found.stdout);
    let data = run(&cloud, &project, &["doctor", "--format", "json"], 4).await.json();
    assert_eq!(data["findings"], Value::Array(vec![]));
    let finding = &data["functions"][0]["findings"][0];
    assert_eq!(
        (&finding["severity"], &finding["details"]["finding"]),
        (&"unsafe".into(), &"unqualified-permission".into())
    );

    let edits = run(&cloud, &project, &["doctor", "--migrate"], 0).await;
    for part in [
        "resource \"aws_lambda_permission\" \"greet_live_nightly\"",
        "id = \"greet/live\"",
        "aws_cloudwatch_event_target",
    ] {
        assert!(edits.stdout.contains(part), "{part} is missing in\n{}", edits.stdout);
    }
    let as_data = run(&cloud, &project, &["doctor", "--migrate", "--format", "json"], 0).await.json();
    assert_eq!(as_data["terraform"].as_str(), Some(edits.stdout.as_str()));
    assert_eq!((writes(), cloud.objects()), (before, objects), "a diagnosis writes nothing");
    cloud.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn prune_deletes_old_versions_and_never_the_function() {
    let (cloud, project) = deployed(4).await;
    assert_eq!(versions(&cloud), [1, 2, 3, 4, 5]);
    // Shortly after a move nothing goes.
    let quiet = run(&cloud, &project, &["prune", "--keep", "2", "--yes"], 0).await;
    assert!(quiet.stderr.contains("nothing is deleted now: something was published or moved"), "{}", quiet.stderr);
    assert_eq!(versions(&cloud), [1, 2, 3, 4, 5]);

    cloud.an_hour_passes();
    let planned = run(&cloud, &project, &["prune", "--keep", "2", "--dry-run", "--format", "json"], 0).await.json();
    let doomed = |plan: &Value| -> Vec<u64> {
        let versions = plan["functions"][0]["delete"].as_array().expect("a list").iter();
        versions.map(|doomed| doomed["version"].as_u64().expect("a number")).collect()
    };
    assert_eq!(doomed(&planned), [1, 2, 3]);
    let unasked = run(&cloud, &project, &["prune", "--keep", "2"], 2).await;
    assert!(unasked.stderr.contains("wants a confirmation"), "{}", unasked.stderr);
    let unkept = run(&cloud, &project, &["prune", "--keep", "1", "--yes"], 2).await;
    assert!(unkept.stderr.contains("at least 2 are kept"), "{}", unkept.stderr);
    assert_eq!(versions(&cloud), [1, 2, 3, 4, 5]);

    let pruned = run(&cloud, &project, &["prune", "--keep", "2", "--yes"], 0).await;
    assert!(pruned.stdout.contains("1, 2, 3"), "{}", pruned.stdout);
    assert_eq!(versions(&cloud), [4, 5]);
    let log = cloud.gate.log();
    let deletions: Vec<&str> = log
        .iter()
        .filter(|request| request.operation == "DeleteFunction")
        .map(|request| request.subject.split_once("Qualifier=").expect("a qualifier").1)
        .collect();
    assert_eq!(deletions, ["1", "2", "3"]);
    assert_eq!(cloud.invoke().await.json()["edition"], 4);
    // What a rollback needs is there.
    let _back = run(&cloud, &project, &["rollback", "greet", "--yes"], 0).await;
    assert_eq!(cloud.invoke().await.json()["edition"], 3);
    cloud.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn artifacts_go_only_when_asked_and_only_what_nothing_refers_to() {
    let (cloud, project) = deployed(2).await;
    cloud.an_hour_passes();
    let stray = format!("shipway/artifacts/{}.zip", "07".repeat(32));
    cloud.put(&stray, b"PK");
    let before = cloud.objects();
    let _kept = run(&cloud, &project, &["prune", "--yes"], 0).await;
    assert_eq!(cloud.objects(), before);
    let pruned = run(&cloud, &project, &["prune", "--yes", "--artifacts"], 0).await;
    assert!(pruned.stdout.contains("artifacts: 1 deleted"), "{}", pruned.stdout);
    let mut expected = before;
    expected.remove(&stray);
    assert_eq!(cloud.objects(), expected);
    let deleted: Vec<String> = cloud
        .gate
        .log()
        .into_iter()
        .filter(|request| request.service == Service::Store && request.operation == "DeleteObject")
        .map(|request| request.subject)
        .collect();
    assert_eq!(deleted, [stray]);
    cloud.end().await;
}

fn local(project: &Project, arguments: &[&str], code: i32) -> Run {
    let mut command = shipway(project.path());
    command.env("AWS_SECRET_ACCESS_KEY", "hunter2hunter2");
    Run::of(command.args(arguments).args(["--env", "local"])).expect(code)
}

/// The small project, whose local environment tells `command` of `on`.
fn notifying(on: &str, script: &str) -> Project {
    let project = Project::small();
    let text = fs::read_to_string(project.path().join("shipway.toml")).expect("the configuration");
    project.write(
        "shipway.toml",
        &format!("{text}notify = [{{ on = [{on}], command = [\"sh\", \"-c\", {script:?}] }}]\n"),
    );
    project
}

#[test]
fn commands_are_told_of_what_they_want_to_know() {
    let project = notifying("\"deployed\", \"rolled-back\"", "cat >>told; env >environment");
    let told = || -> Vec<Value> {
        let text = fs::read_to_string(project.path().join("told")).expect("something was told");
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    };
    let deployed = local(&project, &["deploy", "--format", "json"], 0).json();
    let mut entry = deployed["functions"][0].clone();
    for (name, value) in [("version", 1.into()), ("project", "small".into())] {
        entry[name] = value;
    }
    for name in ["environment", "account", "region"] {
        entry[name] = deployed[name].clone();
    }
    assert_eq!(told(), [entry], "the run's own entry, and where it is");
    let environment = fs::read_to_string(project.path().join("environment")).expect("an environment");
    assert!(!environment.contains("AWS_") && environment.contains("PATH="), "{environment}");

    // Nothing happened: nobody is told.
    let _unchanged = local(&project, &["deploy"], 0);
    assert_eq!(told().len(), 1);
    project.write_edition(2);
    let _deployed = local(&project, &["deploy"], 0);
    let _back = local(&project, &["rollback", "greet"], 0);
    let outcomes: Vec<Value> = told().iter().map(|entry| entry["outcome"].clone()).collect();
    assert_eq!(outcomes, ["deployed", "deployed", "rolled-back"]);
}

#[test]
fn a_command_that_fails_is_a_warning() {
    let project = notifying("\"deployed\"", "echo no such room >&2; exit 7");
    let deployed = local(&project, &["deploy"], 0);
    let warning = "warning: greet: notifying by `sh` failed: `sh` failed (exit status: 7): no such room";
    assert!(deployed.stderr.contains(warning), "{}", deployed.stderr);
}

#[test]
fn what_is_held_is_told_of() {
    let project = notifying("\"held\"", "cat >told");
    project.write(
        "greet/app.py",
        "import os\n\nTABLE = os.environ['TABLE']\n\n\ndef handler(event, context):\n    return TABLE\n",
    );
    let text = fs::read_to_string(project.path().join("shipway.toml")).expect("the configuration");
    project.write(
        "shipway.toml",
        &text.replace(
            "[environments.local]",
            "[functions.greet.requires]\nenvironment = [\"TABLE\"]\n\n[environments.local]",
        ),
    );
    let _held = local(&project, &["deploy"], 3);
    let told: Value =
        serde_json::from_str(&fs::read_to_string(project.path().join("told")).expect("told")).expect("JSON");
    assert_eq!(
        (&told["outcome"], &told["details"]["to_add"]["settings"]["environment"]["TABLE"]),
        (&"held".into(), &Value::Null)
    );
}

#[test]
fn a_notification_that_is_about_nothing_is_a_mistake() {
    for (on, words) in [("", "`on` names nothing"), ("\"succeeded\"", "`succeeded` is none of `deployed`")] {
        let project = notifying(on, "true");
        let refused = local(&project, &["deploy"], 2);
        assert!(refused.stderr.contains(words), "{}", refused.stderr);
    }
}
