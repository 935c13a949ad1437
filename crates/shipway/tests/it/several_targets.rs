//! One artifact for several Lambda functions, at the command line and on the embedded Lambda.

use serde_json::Value;

use crate::support::{Project, Run, shipway};

fn run(project: &Project, arguments: &[&str], code: i32) -> Run {
    Run::of(shipway(project.path()).args(arguments)).expect(code)
}

fn functions(run: &Run) -> Vec<Value> {
    let answer: Value = serde_json::from_str(&run.stdout).expect("JSON");
    answer["functions"].as_array().expect("a list").clone()
}

fn edition(project: &Project, target: &str) -> u64 {
    let answered = run(project, &["invoke", target, "--env", "local"], 0);
    let answer: Value = serde_json::from_str(&answered.stdout).expect("JSON");
    answer["edition"].as_u64().expect("a number")
}

#[test]
fn one_artifact_serves_two_functions_that_go_back_one_by_one() {
    let project = Project::small();
    project.write(
        "shipway.toml",
        "[project]\nname = \"small\"\n\n[functions.greet]\npath = \"greet\"\nruntime = \"python3.13\"\n\
         handler = \"app.handler\"\nfunction_names = [\"{function}-eu\", \"{function}-us\"]\n\n\
         [environments.local]\nprovider = \"local\"\n",
    );
    let deployed = run(&project, &["deploy", "--env", "local", "--format", "json"], 0);
    let reports = functions(&deployed);
    let member = |name: &str| reports.iter().map(|report| report[name].clone()).collect::<Vec<_>>();
    assert_eq!(member("function"), ["greet:greet-eu", "greet:greet-us"]);
    assert_eq!(member("function_name"), ["greet-eu", "greet-us"]);
    assert_eq!(member("outcome"), ["deployed", "deployed"]);
    assert_eq!(member("artifact")[0], member("artifact")[1]);
    assert_ne!(member("deployment")[0], member("deployment")[1]);
    assert_eq!(deployed.stderr.matches("building").count(), 1, "{}", deployed.stderr);

    project.write_edition(2);
    run(&project, &["deploy", "--env", "local"], 0);
    run(&project, &["rollback", "--env", "local", "greet:greet-us"], 0);
    assert_eq!((edition(&project, "greet:greet-eu"), edition(&project, "greet:greet-us")), (2, 1));
    let all = run(&project, &["status", "--env", "local", "greet", "--format", "json"], 0);
    assert_eq!(functions(&all).len(), 2);
    assert_eq!(
        functions(&run(&project, &["history", "--env", "local", "greet:greet-eu", "--format", "json"], 0)).len(),
        1
    );

    let which = run(&project, &["invoke", "greet", "--env", "local"], 2);
    assert!(which.stderr.contains("name one: `greet:greet-eu`, `greet:greet-us`"), "{}", which.stderr);
    let which = run(&project, &["rollback", "--env", "local", "greet", "--to", "1"], 2);
    assert!(which.stderr.contains("`--to` is about one function"), "{}", which.stderr);
    let absent = run(&project, &["status", "--env", "local", "greet:greet-uk"], 2);
    assert!(absent.stderr.contains("there is no target `greet:greet-uk`"), "{}", absent.stderr);
}
