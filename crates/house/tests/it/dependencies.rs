//! No crate depends on what it may not, and nothing has a licence that asks for too much.

use std::process::Command;

use house::dependencies::{RULES, breaches};
use house::licences::unacceptable;
use serde_json::{Value, json};

use crate::repository::root;

fn metadata() -> Value {
    let cargo = std::env::var("CARGO").expect("cargo runs the tests");
    let host = Command::new(&cargo).args(["-vV"]).output().unwrap();
    let host = String::from_utf8(host.stdout).unwrap();
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).expect("cargo says what it runs on");
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", host])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn id_of(metadata: &Value, name: &str) -> String {
    let mut packages = metadata["packages"].as_array().unwrap().iter();
    packages.find(|package| package["name"] == name).unwrap()["id"].as_str().unwrap().to_owned()
}

fn add_package(metadata: &mut Value, name: &str) -> String {
    let id = format!("invented#{name}");
    metadata["packages"].as_array_mut().unwrap().push(json!({ "name": name, "id": id }));
    metadata["resolve"]["nodes"].as_array_mut().unwrap().push(json!({ "id": id, "deps": [] }));
    id
}

fn add_dependency(metadata: &mut Value, from: &str, to: &str, kind: Value) {
    let mut nodes = metadata["resolve"]["nodes"].as_array_mut().unwrap().iter_mut();
    let node = nodes.find(|node| node["id"] == from).unwrap();
    node["deps"].as_array_mut().unwrap().push(json!({ "pkg": to, "dep_kinds": [{ "kind": kind }] }));
}

#[test]
fn the_workspace_keeps_every_rule() {
    assert_eq!(breaches(&metadata()), [""; 0]);
}

#[test]
fn each_rule_rejects_a_dependency_that_it_forbids() {
    let real = metadata();
    for rule in RULES {
        for pattern in rule.forbidden {
            let mut altered = real.clone();
            let name = pattern.replace('*', "x");
            let (member, invented) = (id_of(&altered, rule.member), add_package(&mut altered, &name));
            add_dependency(&mut altered, &member, &invented, Value::Null);
            let expected = format!("{} → {name}: {}", rule.member, rule.reason);
            assert!(breaches(&altered).contains(&expected), "{expected}");
        }
    }
}

#[test]
fn a_dependency_of_a_dependency_counts_and_one_of_the_tests_alone_does_not() {
    let real = metadata();
    let mut altered = real.clone();
    let (engine, core) = (id_of(&altered, "shipway-engine"), id_of(&altered, "shipway-core"));
    let (middle, tokio) = (add_package(&mut altered, "middle"), add_package(&mut altered, "tokio-invented"));
    add_dependency(&mut altered, &core, &middle, json!("build"));
    add_dependency(&mut altered, &middle, &tokio, Value::Null);
    let found = breaches(&altered);
    assert!(found.iter().any(|one| one.starts_with("shipway-core → middle → tokio-invented: ")), "{found:?}");
    assert!(
        found.iter().any(|one| one.starts_with("shipway-engine → ") && one.contains("tokio-invented")),
        "{found:?}"
    );

    let mut altered = real;
    let tokio = add_package(&mut altered, "tokio-invented");
    add_dependency(&mut altered, &engine, &tokio, json!("dev"));
    assert_eq!(breaches(&altered), [""; 0]);
}

#[test]
fn the_sdk_is_one_crates_alone_even_in_tests() {
    let mut altered = metadata();
    let (member, sdk) = (id_of(&altered, "shipway"), add_package(&mut altered, "aws-sdk-invented"));
    add_dependency(&mut altered, &member, &sdk, json!("dev"));
    let expected = "shipway → aws-sdk-invented: the AWS SDK is one crate's alone, shipway-aws's";
    assert_eq!(breaches(&altered), [expected]);
}

#[test]
fn nothing_depends_on_the_command_line_and_only_tests_on_the_checks() {
    let real = metadata();
    let core = id_of(&real, "shipway-core");
    for (to, kind, expected) in [
        ("shipway", json!("dev"), vec!["shipway-core → shipway: nothing depends on it"]),
        ("house", Value::Null, vec!["shipway-core → house: the checks are for tests alone"]),
        ("house", json!("dev"), vec![]),
    ] {
        let mut altered = real.clone();
        let to = id_of(&altered, to);
        add_dependency(&mut altered, &core, &to, kind);
        assert_eq!(breaches(&altered), expected);
    }
}

#[test]
fn a_rule_whose_crate_is_gone_is_a_breach() {
    let mut altered = metadata();
    let engine = id_of(&altered, "shipway-engine");
    altered["workspace_members"].as_array_mut().unwrap().retain(|id| *id != Value::String(engine.clone()));
    let found = breaches(&altered);
    assert!(found.contains(&"shipway-engine has a rule and is not in the workspace".to_owned()), "{found:?}");
}

#[test]
fn every_dependency_has_a_licence_that_can_be_accepted() {
    let mut metadata = metadata();
    assert_eq!(unacceptable(&metadata), [""; 0]);
    metadata["packages"].as_array_mut().unwrap().push(json!({ "name": "invented", "license": "AGPL-3.0" }));
    assert_eq!(unacceptable(&metadata), ["invented: its licence is AGPL-3.0"]);
}
