//! What a Terraform plan would take away from what is deployed. `terraform_plans/provider_free` is a plan that Terraform made;
//! those in `terraform_plans/aws` were written after the documentation of the format and the AWS provider's schema.

mod odd;
mod told;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use shipway_core::contract::{Contract, Need, Network, Place, ReadVariable, SourceReads};
use shipway_core::digest::{BuildDigest, EntryDigest};
use shipway_core::ledger::{Acceptance, BuildReference, Head, Hold, Running, State};
use shipway_core::names::{Serving, Target, Version};
use shipway_core::terraform_plan::{Action, Completeness, Deployed, Plan, PlanError, Severity, check, has_function_of};

use self::told::TOLD;
use crate::deployments::{at, build, running, state};

const ROLE: &str = "arn:aws:iam::111111111111:role/greet";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/terraform_plans")
}

#[expect(clippy::disallowed_methods, reason = "core is pure; this test reads the plans that lie beside it")]
fn plan(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name).with_extension("json")).unwrap()
}

fn contract() -> Contract {
    let place = |line: u32| Place { file: "greet/app.py".to_owned(), line: line.try_into().unwrap() };
    let read = |need, line| ReadVariable { need, places: vec![place(line)] };
    Contract {
        environment: ["QUEUE_URL".to_owned()].into(),
        reads: Some(SourceReads {
            variables: [
                ("TABLE_NAME".to_owned(), read(Need::Required, 4)),
                ("LOG_LEVEL".to_owned(), read(Need::Optional, 7)),
            ]
            .into(),
            computed: Vec::new(),
        }),
        memory_megabytes: Some(256),
        timeout_seconds: Some(10),
        layers: ["shared".parse().unwrap()].into(),
        network: Some(Network::Vpc),
        ..Contract::new("python3.13".parse().unwrap(), "app.handler".parse().unwrap())
    }
}

/// Version 3 of `greet` serves, with everything frozen that can be.
fn greet() -> Deployed {
    let target = Target {
        account: "111111111111".parse().unwrap(),
        region: "eu-west-1".parse().unwrap(),
        function: "greet".parse().unwrap(),
        serving: Serving::Alias("live".parse().unwrap()),
    };
    let build = BuildReference {
        commit: Some("1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b".parse().unwrap()),
        required_variables: contract().required_variables(),
        ..build(3)
    };
    let frozen = [
        ("Role", ROLE),
        ("KMSKeyArn", "arn:aws:kms:eu-west-1:111111111111:key/0d1e2f30-0000-4000-8000-000000000000"),
        ("VpcConfig.SubnetIds", "subnet-0123456789abcdef0,subnet-0fedcba9876543210"),
        ("VpcConfig.SecurityGroupIds", "sg-0123,sg-0aa11bb22cc33dd44"),
        ("DeadLetterConfig.TargetArn", "arn:aws:sqs:eu-west-1:111111111111:greet-failed"),
    ];
    let frozen = frozen.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let running = Running { build: build.clone(), frozen: frozen.into(), ..running("three", 3, 3) };
    let state = State { wanted: Some(build.clone()), running: Some(running), ..state(&[(3, 3)]) };
    Deployed {
        project: "shop".parse().unwrap(),
        environment: "production".parse().unwrap(),
        name: "greet".parse().unwrap(),
        head: Head::reflecting(&target, 3, EntryDigest([0; 32]), at(9), &state),
        contracts: [(build.build, contract())].into(),
    }
}

/// What is said of a plan, `!` before what refuses it.
fn told_of(bytes: &[u8], deployed: Deployed) -> Vec<String> {
    let plan = Plan::read(bytes).unwrap();
    let deployed = [deployed];
    let found = check(&plan, &deployed);
    let mark = |severity| if severity == Severity::Refusal { "!" } else { " " };
    found.iter().map(|one| format!("{}{}", mark(one.severity), one.danger)).collect()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "core is pure; this test reads the plans that lie beside it")]
fn each_plan_is_refused_or_warned_of_or_let_pass() {
    for (name, expected) in TOLD {
        assert_eq!(told_of(&plan(&format!("aws/{name}")), greet()), *expected, "{name}");
    }
    let files = std::fs::read_dir(folder().join("aws")).unwrap().count();
    assert_eq!(files, TOLD.len(), "a plan is in the folder and not in the table");
}

#[test]
fn the_sentence_names_the_build_that_serves() {
    let (plan, deployed) = (Plan::read(&plan("aws/variable_removed")).unwrap(), [greet()]);
    let found = check(&plan, &deployed);
    let running = deployed[0].head.running.as_ref().unwrap();
    let expected = format!(
        "greet in production: the plan removes environment variable `TABLE_NAME`, which greet/app.py:4 reads; version 3 \
         serves artifact {} of commit {} since {}",
        running.build.artifact.short(),
        running.build.commit.as_ref().unwrap().short(),
        running.at,
    );
    assert_eq!(found[0].to_string(), expected);
    assert_eq!(found[0].address, "aws_lambda_function.greet");
    assert!(found[0].danger.hint().unwrap().starts_with("keep it"));
}

#[test]
fn what_was_accepted_as_missing_may_be_removed() {
    let mut deployed = greet();
    let accepted = Acceptance { reason: "not used".to_owned(), by: "ada@laptop".to_owned() };
    deployed.head.running.as_mut().unwrap().accepted = [("TABLE_NAME".to_owned(), accepted)].into();
    assert_eq!(told_of(&plan("aws/variable_removed"), deployed), [""; 0]);
    // What it was let run without is not missed either.
    let mut deployed = greet();
    deployed.head.running.as_mut().unwrap().missing = ["TABLE_NAME".to_owned()].into();
    assert_eq!(told_of(&plan("aws/variable_removed"), deployed), [""; 0]);
}

#[test]
fn without_the_record_the_head_still_knows_the_variables() {
    let deployed = Deployed { contracts: BTreeMap::new(), ..greet() };
    let expected = ["!the plan removes environment variable `TABLE_NAME`"];
    assert_eq!(told_of(&plan("aws/variable_removed"), deployed.clone()), expected);
    assert_eq!(told_of(&plan("aws/settings_lowered"), deployed), [""; 0]);
}

#[test]
fn what_waits_is_warned_of_and_refuses_nothing() {
    let mut deployed = greet();
    let running = deployed.head.running.take().unwrap();
    let hold = Hold {
        deployment: "four".parse().unwrap(),
        build: running.build,
        reasons: Vec::new(),
        since: at(10),
        terms: None,
    };
    deployed.head.hold = Some(hold);
    let removed = told_of(&plan("aws/variable_removed"), deployed.clone());
    assert_eq!(removed, [" the plan removes environment variable `TABLE_NAME`, which greet/app.py:4 reads"]);
    assert_eq!(told_of(&plan("aws/function_replaced"), deployed.clone()), [""; 0]);
    assert!(told_of(&plan("aws/settings_lowered"), deployed).iter().all(|line| line.starts_with(' ')));
}

#[test]
fn the_build_that_serves_is_not_warned_of_twice() {
    let mut deployed = greet();
    let next =
        BuildReference { build: BuildDigest([9; 32]), required_variables: ["NEXT".to_owned()].into(), ..build(9) };
    deployed.head.wanted = Some(next);
    assert_eq!(told_of(&plan("aws/variable_removed"), deployed).len(), 1);
}

#[test]
fn another_function_alias_region_or_account_is_none_of_its_business() {
    for name in ["aws/variable_removed", "aws/function_destroyed", "aws/alias_moved"] {
        let mut elsewhere = greet();
        elsewhere.head.region = "eu-central-1".parse().unwrap();
        assert_eq!(told_of(&plan(name), elsewhere), [""; 0], "{name}");
        let mut elsewhere = greet();
        elsewhere.head.account = "222222222222".parse().unwrap();
        assert_eq!(told_of(&plan(name), elsewhere), [""; 0], "{name}");
        let mut other = greet();
        other.head.function_name = "greet-2".parse().unwrap();
        assert_eq!(told_of(&plan(name), other), [""; 0], "{name}");
    }
    let mut other = greet();
    other.head.alias = Some("blue".to_owned());
    assert_eq!(told_of(&plan("aws/alias_destroyed"), other), [""; 0]);
}

#[test]
fn what_runs_as_latest_has_nothing_frozen_that_the_function_leaves() {
    let mut deployed = greet();
    deployed.head.alias = None;
    deployed.head.running.as_mut().unwrap().lambda_version = Version::Latest;
    // The role's replacement leads the function to another; the destroyed queue is taken from it in the same plan.
    assert_eq!(told_of(&plan("aws/role_replaced"), deployed.clone()), [""; 0]);
    assert_eq!(told_of(&plan("aws/queue_destroyed"), deployed.clone()), [""; 0]);
    // The key is switched off, and the function goes on using it.
    assert_eq!(told_of(&plan("aws/key_disabled"), deployed).len(), 1);
}

#[test]
fn what_was_deployed_before_anything_was_recorded_is_warned_of() {
    let mut deployed = greet();
    deployed.head.running.as_mut().unwrap().frozen.clear();
    let told = told_of(&plan("aws/role_replaced"), deployed);
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with(" the plan destroys this, and whether what serves needs it is not known"), "{told:?}");
}

#[test]
fn an_action_that_is_not_known_is_said() {
    let text = String::from_utf8(plan("aws/alias_destroyed")).unwrap();
    let bytes = text.replace("\"delete\"", "\"sublimate\"");
    assert_ne!(text, bytes);
    let expected = [" the plan does something with it that Shipway does not know: sublimate"];
    assert_eq!(told_of(bytes.as_bytes(), greet()), expected);
}

#[test]
fn a_plan_tells_which_functions_it_has_and_whether_it_is_whole() {
    let read = |name: &str| Plan::read(&plan(name)).unwrap();
    assert!(has_function_of(&read("aws/nothing_relevant"), &greet()));
    assert!(!has_function_of(&read("aws/key_disabled"), &greet()));
    assert_eq!(read("aws/nothing_relevant").completeness, Completeness::Whole);
    assert_eq!(read("aws/deferred").completeness, Completeness::Partial);
}

/// A plan that Terraform made, with what it plans for the `input` of each `terraform_data` read as if it were a function.
/// The marks of what is unknown and sensitive are Terraform's own.
fn as_functions(document: &mut Value) {
    for change in document["resource_changes"].as_array_mut().unwrap() {
        change["type"] = json!("aws_lambda_function");
        for side in ["before", "after", "after_unknown", "before_sensitive", "after_sensitive"] {
            let input = change["change"][side].get_mut("input").map(Value::take);
            change["change"][side] = input.unwrap_or_default();
        }
        if change["change"]["before"].is_object() {
            change["change"]["before"]["function_name"] = json!("greet");
        }
    }
}

#[test]
fn a_plan_that_terraform_made_is_read() {
    let plan = Plan::read(&plan("provider_free/plan")).unwrap();
    let actions: BTreeMap<&str, &Action> =
        plan.changes.iter().map(|change| (change.address.rsplit('.').next().unwrap(), &change.action)).collect();
    let expected = [
        ("computed", &Action::Update),
        ("function", &Action::Update),
        ("hidden", &Action::Update),
        ("key", &Action::Replace),
        ("left", &Action::Forget),
        ("new", &Action::Create),
        ("new_name", &Action::Nothing),
        ("queue", &Action::Delete),
        ("role", &Action::Replace),
        ("same", &Action::Nothing),
        ("secret", &Action::Update),
    ];
    assert_eq!(actions, BTreeMap::from(expected));
    assert_eq!(plan.completeness, Completeness::Whole);
    let moved: Vec<&str> = plan.changes.iter().filter_map(|change| change.previous_address.as_deref()).collect();
    assert_eq!(moved, ["terraform_data.old_name"]);
    let paths: Vec<&[String]> = plan.changes.iter().map(|change| change.replace_paths.as_slice()).collect();
    assert_eq!(paths.iter().filter(|paths| **paths == ["triggers_replace"]).count(), 2);
}

#[test]
fn terraforms_own_marks_are_honoured() {
    let mut document: Value = serde_json::from_slice(&plan("provider_free/plan")).unwrap();
    as_functions(&mut document);
    let (plan, deployed) = (Plan::read(document.to_string().as_bytes()).unwrap(), [greet()]);
    let told: Vec<(String, String)> = check(&plan, &deployed)
        .into_iter()
        .map(|found| (found.address.trim_start_matches("terraform_data.").to_owned(), found.danger.to_string()))
        .collect();
    let expected = [
        (
            "computed",
            "whether the plan keeps environment variable `TABLE_NAME` cannot be seen: it is known only once the plan is applied",
        ),
        (
            "function",
            "the plan removes environment variable `TABLE_NAME`, which greet/app.py:4 reads; it adds `TABLE`: a new name is a new variable",
        ),
        ("function", "once the plan is applied, memory is 128 MB, at least 256 MB are required"),
        // Nothing of a map that is sensitive as a whole is told but what everybody knows: the name in the contract.
        ("secret", "the plan removes environment variable `TABLE_NAME`, which greet/app.py:4 reads"),
    ];
    let expected: Vec<(String, String)> =
        expected.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    assert_eq!(told, expected);
}

#[test]
fn other_documents_are_refused_without_repeating_what_stands_there() {
    let read = |text: &str| Plan::read(text.as_bytes()).unwrap_err();
    assert_eq!(read("{}"), PlanError::NotAPlan);
    assert_eq!(read("{\"format_version\":\"1.0\",\"values\":{}}"), PlanError::NotAPlan);
    assert_eq!(
        read("{\"format_version\":\"2.0\",\"planned_values\":{}}"),
        PlanError::Format { found: "2.0".to_owned() }
    );
    for text in
        ["", "plan", "\"s3cret\"", "[\"s3cret\"]", "{\"format_version\":\"1.0\",\"resource_changes\":\"s3cret\"}"]
    {
        let error = read(text);
        assert!(matches!(error, PlanError::Form { .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
    }
    // What PowerShell's redirection puts before it does no harm.
    assert!(Plan::read("\u{feff}{\"format_version\":\"1.2\",\"planned_values\":{}}".as_bytes()).is_ok());
}
