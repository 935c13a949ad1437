//! The example, deployed, called, edited and rolled back.

use crate::support::{Project, Run, shipway};

fn run(project: &Project, arguments: &[&str]) -> Run {
    Run::of(shipway(project.path()).args(arguments))
}

#[test]
fn a_small_function_is_deployed_edited_and_rolled_back() {
    let project = Project::small();
    let edition = |expected: u32| {
        let answer = run(&project, &["invoke", "greet", "--env", "local"]).expect(0).json();
        assert_eq!(answer["edition"], expected, "{answer}");
    };
    let first = run(&project, &["deploy", "--env", "local", "--format", "json"]).expect(0).json();
    assert_eq!(first["functions"][0]["outcome"], "deployed");
    edition(1);
    project.write_edition(2);
    let second = run(&project, &["deploy", "--env", "local", "--format", "json"]).expect(0).json();
    assert_eq!(second["functions"][0]["changes"][0]["path"], "greet/app.py");
    edition(2);
    let back = run(&project, &["rollback", "--env", "local"]).expect(0);
    assert!(back.stdout.contains("rolled back"), "{}", back.stdout);
    edition(1);
    let refused = run(&project, &["deploy", "--env", "local"]).expect(4);
    assert!(refused.stderr.contains("--again"), "{}", refused.stderr);
    edition(1);
    let _again = run(&project, &["deploy", "--env", "local", "--again"]).expect(0);
    edition(2);
}
