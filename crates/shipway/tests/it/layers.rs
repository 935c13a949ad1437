//! Layers at the command line and on the embedded Lambda: published when they change, attached, and found by functions.

use serde_json::Value;

use crate::support::{Project, Run, shipway};

fn run(project: &Project, arguments: &[&str], code: i32) -> Run {
    Run::of(shipway(project.path()).args(arguments)).expect(code)
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).expect("JSON")
}

#[test]
fn a_function_has_what_its_layer_holds_and_each_change_of_it() {
    let project = Project::small();
    project.add_layer("WORD = 'one'\n");
    project.write("greet/app.py", "import shared\n\ndef handler(event, context):\n    return shared.WORD\n");
    let answer = |word: &str| {
        assert_eq!(run(&project, &["invoke", "greet", "--env", "local"], 0).stdout.trim(), format!("{word:?}"));
    };
    let deployed = run(&project, &["deploy", "--env", "local"], 0);
    assert!(deployed.stderr.contains("layer shared: published arn:aws:lambda:us-east-1:000000000000:layer:shared:1"));
    answer("one");
    let again = run(&project, &["deploy", "--env", "local"], 0);
    assert!(!again.stderr.contains("published"), "{}", again.stderr);
    assert!(again.stderr.contains("greet: nothing to do"), "{}", again.stderr);
    // The function's own code is the same: what changed is the layer, which its new version has.
    project.write("shared/shared.py", "WORD = 'two'\n");
    run(&project, &["deploy", "--env", "local"], 0);
    answer("two");
    let listed = json(&run(&project, &["layers", "list", "--env", "local", "--format", "json"], 0));
    assert_eq!(listed["arns"]["shared"], "arn:aws:lambda:us-east-1:000000000000:layer:shared:2");
    assert_eq!(listed["layers"][0]["wanted_by"][0]["attachment"], "attached");
    let published = json(&run(&project, &["layers", "publish", "--env", "local", "--format", "json"], 0));
    assert_eq!(published["layers"][0]["outcome"], "unchanged");
    // Back to an earlier version, with the layer that was frozen with it.
    project.write("shared/shared.py", "WORD = 'three'\n");
    project.write("greet/app.py", "from shared import WORD\n\ndef handler(event, context):\n    return WORD\n");
    run(&project, &["deploy", "--env", "local"], 0);
    answer("three");
    run(&project, &["rollback", "--env", "local", "greet"], 0);
    answer("two");
}

#[test]
fn what_cannot_be_built_is_not_deployed_without() {
    let project = Project::small();
    project.add_layer("WORD = 'one'\n");
    std::os::unix::fs::symlink("/etc/hostname", project.path().join("shared/outside")).expect("a link");
    let failed = run(&project, &["deploy", "--env", "local"], 1);
    assert!(failed.stderr.contains("shared"), "{}", failed.stderr);
    let status = json(&run(&project, &["status", "--env", "local", "--format", "json"], 0));
    assert_eq!(status["functions"][0]["live"], Value::Null);
}
