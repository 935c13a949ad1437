//! The same deployment against moto: STS, S3 and Lambda over HTTP, into a second account by a role.
//!
//! moto's accounts are really separate and its S3 keeps conditions. Its Lambda knows no RevisionIds and no states: what
//! is guarded by them is tried on the embedded Lambda, and here it must do without.

mod partner;

use serde_json::Value;

use crate::support::{Recorded, Run};
use partner::{ACCOUNT, BASE_KEY, Deployment, environment};

/// The requests that change a function.
fn function_writes(calls: &[Recorded]) -> Vec<&Recorded> {
    calls.iter().filter(|call| call.service == "lambda" && call.is_write()).collect()
}

/// The one PUT of code among the requests.
#[track_caller]
fn code_put(calls: &[Recorded]) -> &Recorded {
    let puts: Vec<&Recorded> =
        calls.iter().filter(|call| call.method == "PUT" && call.path.ends_with("/code")).collect();
    let [put] = puts.as_slice() else { panic!("one PUT of code was expected: {puts:?}") };
    put
}

/// The access key that STS gave for the role.
#[track_caller]
fn assumed_key(calls: &[Recorded]) -> &str {
    let sts = calls.iter().find(|call| call.service == "sts" && call.answer.contains("<AssumeRoleResult>"));
    let sts = sts.expect("a role was assumed");
    assert_eq!(sts.access_key, BASE_KEY);
    let (_, rest) = sts.answer.split_once("<AccessKeyId>").expect("STS answers keys");
    rest.split_once("</AccessKeyId>").expect("STS answers keys").0
}

/// Everything that the base key was used for but to assume the role.
fn by_base_key(calls: &[Recorded]) -> Vec<&Recorded> {
    calls.iter().filter(|call| call.access_key == BASE_KEY && call.service != "sts").collect()
}

#[track_caller]
fn only_function(run: &Run) -> Value {
    run.json()["functions"][0].clone()
}

/// The keys in the bucket below the store that begin so.
fn stored<'a>(account: &'a Value, prefix: &str) -> Vec<(&'a str, &'a str)> {
    let prefix = format!("shipway/{prefix}");
    let objects = account["objects"].as_object().expect("the bucket is there");
    objects
        .iter()
        .filter(|(key, _)| key.starts_with(&prefix))
        .map(|(key, sha256)| (key.as_str(), sha256.as_str().expect("text")))
        .collect()
}

#[test]
fn code_is_deployed_into_another_account_and_recorded_in_its_bucket() {
    let deployment = Deployment::new("direct");
    let run = deployment.run(&["deploy", "--yes", "--format", "json"]).expect(0);
    assert_eq!(only_function(&run)["outcome"], "deployed", "{}", run.stdout);
    let calls = deployment.recorder.take();

    let put = code_put(&calls);
    let assumed = assumed_key(&calls);
    assert!(assumed.starts_with("ASIA"), "{assumed}");
    assert_eq!(put.access_key, assumed);
    assert_eq!(by_base_key(&calls), Vec::<&Recorded>::new());
    assert!(put.sent.contains("ZipFile") && !put.sent.contains("S3Key"), "a small zip goes directly: {}", put.sent);
    let configured = calls.iter().any(|call| call.method == "PUT" && call.path.ends_with("/configuration"));
    assert!(!configured, "the configuration is provisioning's");

    let account = deployment.look();
    let artifact = only_function(&run)["artifact"].as_str().expect("a digest").to_owned();
    assert_eq!(account["latest"], artifact.as_str(), "{account}");
    assert_eq!(account["variables"]["TABLE_NAME"], "orders");
    let live = account["alias"].as_str().expect("a version");
    assert_eq!(account["versions"][live], artifact.as_str(), "{account}");
    // What ran before was published, so that it can be gone back to.
    let first = &account["versions"]["1"];
    assert_eq!((first, live), (&account["provisioned"], "2"), "{account}");

    let key = format!("shipway/artifacts/{artifact}.zip");
    assert_eq!(stored(&account, "artifacts/"), [(&*key, &*artifact)], "its bytes are what it is named by");
    let target = format!("targets/{ACCOUNT}/eu-west-1/direct/live/ledger/");
    assert!(!stored(&account, &target).is_empty(), "{account}");
    assert_eq!(stored(&account, "heads/small/production/greet.json").len(), 1, "{account}");
    assert_eq!(stored(&account, "releases/small/production/").len(), 1, "{account}");
}

#[test]
fn a_second_deployment_has_nothing_to_do_and_writes_nothing() {
    let deployment = Deployment::new("again");
    let _deployed = deployment.run(&["deploy", "--yes"]).expect(0);
    let before = deployment.look();
    let _calls = deployment.recorder.take();
    let run = deployment.run(&["deploy", "--yes", "--format", "json"]).expect(0);
    assert_eq!(only_function(&run)["outcome"], "unchanged", "{}", run.stdout);
    let writes: Vec<Recorded> = deployment.recorder.take().into_iter().filter(Recorded::is_write).collect();
    assert_eq!(writes, []);
    assert_eq!(deployment.look(), before);
}

#[test]
fn an_edition_is_rolled_back() {
    let deployment = Deployment::new("back");
    let first = deployment.run(&["deploy", "--yes", "--format", "json"]).expect(0);
    deployment.project.write_edition(2);
    deployment.project.commit("second");
    let second = deployment.run(&["deploy", "--yes", "--format", "json"]).expect(0);
    assert_ne!(only_function(&first)["artifact"], only_function(&second)["artifact"]);
    let account = deployment.look();
    assert_eq!(account["alias"], "3", "{account}");
    assert_eq!(account["versions"]["3"], only_function(&second)["artifact"], "{account}");
    let _calls = deployment.recorder.take();

    let _rolled_back = deployment.run(&["rollback", "--yes"]).expect(0);
    let calls = deployment.recorder.take();
    let writes = function_writes(&calls);
    assert!(writes.iter().all(|call| call.path.contains("/aliases/live")), "the alias alone is moved: {writes:?}");
    let account = deployment.look();
    assert_eq!(account["alias"], "2", "{account}");
    assert_eq!(account["versions"]["2"], only_function(&first)["artifact"], "{account}");
    let _refused = deployment.run(&["deploy", "--yes"]).expect(4);
    assert_eq!(deployment.look()["alias"], "2");
}

#[test]
fn a_large_zip_goes_through_the_bucket() {
    let deployment = Deployment::new("large");
    deployment.project.write_bytes("greet/noise.bin", &incompressible(60 << 20));
    deployment.project.commit("large");
    let run = deployment.run(&["deploy", "--yes", "--format", "json"]).expect(0);
    let calls = deployment.recorder.take();
    let put = code_put(&calls);
    let artifact = only_function(&run)["artifact"].as_str().expect("a digest").to_owned();
    let key = format!("shipway/artifacts/{artifact}.zip");
    assert!(put.sent.contains(&format!("\"S3Key\":\"{key}\"")), "{}", put.sent);
    assert!(put.sent.contains("\"S3Bucket\":\"large\"") && !put.sent.contains("ZipFile"), "{}", put.sent);
    assert_eq!(put.access_key, assumed_key(&calls));
    let account = deployment.look();
    assert_eq!(account["versions"][account["alias"].as_str().expect("a version")], artifact.as_str(), "{account}");
    assert_eq!(stored(&account, "artifacts/"), [(&*key, &*artifact)]);
}

/// Bytes that no compressor shortens, the same each time (xorshift).
fn incompressible(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// A run that is refused before anything is written anywhere.
#[track_caller]
fn refused_without_a_write(deployment: &Deployment, words: &[&str]) {
    let before = deployment.look();
    let run = deployment.run(&["deploy", "--yes"]).expect(2);
    for word in words {
        assert!(run.stderr.contains(word), "`{word}` is missing in:\n{}", run.stderr);
    }
    let calls = deployment.recorder.take();
    assert_eq!(function_writes(&calls), Vec::<&Recorded>::new());
    assert_eq!(deployment.look(), before);
}

#[test]
fn another_account_than_the_configured_one_is_left_alone() {
    let deployment = Deployment::new("elsewhere");
    let section = environment("elsewhere").replacen(ACCOUNT, "333333333333", 1);
    deployment.configure(&section);
    refused_without_a_write(&deployment, &["333333333333", ACCOUNT]);
}

#[test]
fn without_its_role_the_base_keys_account_is_the_wrong_one() {
    let deployment = Deployment::new("no-role");
    let section: Vec<String> =
        environment("no-role").lines().filter(|line| !line.starts_with("role_arn")).map(str::to_owned).collect();
    deployment.configure(&format!("{}\n", section.join("\n")));
    refused_without_a_write(&deployment, &[ACCOUNT, "123456789012"]);
}

#[test]
fn a_bucket_that_does_not_exist_is_an_error() {
    let deployment = Deployment::new("no-bucket");
    deployment.configure(&environment("no-bucket").replace("s3://no-bucket/", "s3://never-made/"));
    refused_without_a_write(&deployment, &["never-made"]);
}

#[test]
fn functions_of_which_none_exists_are_a_wrong_template() {
    let deployment = Deployment::new("misnamed");
    deployment.configure(&environment("misnamed").replace("name = \"misnamed\"", "name = \"misnamed-dev\""));
    refused_without_a_write(&deployment, &["misnamed-dev", ACCOUNT, "eu-west-1"]);
}

#[test]
fn a_function_that_is_not_there_yet_is_held_and_deployed_once_it_is() {
    let deployment = Deployment::new("present");
    let second = "[functions.late]\npath = \"greet\"\nruntime = \"python3.13\"\nhandler = \"app.handler\"\n\n";
    let names = format!("{}[environments.production.functions.late]\nname = \"absent\"\n", environment("present"));
    deployment.configure(&names);
    let text = std::fs::read_to_string(deployment.project.path().join("shipway.toml")).expect("the configuration");
    deployment.project.write(
        "shipway.toml",
        &text.replace("[environments.production]", &format!("{second}[environments.production]")),
    );
    deployment.project.commit("a second function");

    let run = deployment.run(&["deploy", "--yes", "--format", "json"]).expect(3);
    let outcomes = |run: &Run| -> Vec<(String, String)> {
        let answer = run.json();
        let functions = answer["functions"].as_array().expect("a list").iter();
        let word = |function: &Value, member: &str| function[member].as_str().expect("text").to_owned();
        functions.map(|function| (word(function, "function"), word(function, "outcome"))).collect()
    };
    let pair = |name: &str, outcome: &str| (name.to_owned(), outcome.to_owned());
    assert_eq!(outcomes(&run), [pair("greet", "deployed"), pair("late", "held")], "{}", run.stdout);
    let place = (run.json()["account"].clone(), run.json()["region"].clone());
    assert_eq!(place, (Value::from(ACCOUNT), Value::from("eu-west-1")));
    let told = deployment.run(&["deploy", "--yes"]).expect(3);
    for word in ["late", "absent", ACCOUNT, "eu-west-1", "present"] {
        assert!(told.stderr.contains(word) || told.stdout.contains(word), "`{word}` is missing in {told:?}");
    }
    deployment.provision("absent");
    let run = deployment.run(&["deploy", "--yes", "--format", "json"]).expect(0);
    assert_eq!(outcomes(&run), [pair("greet", "unchanged"), pair("late", "deployed")], "{}", run.stdout);
}

#[test]
fn latest_itself_is_deployed_to_without_an_alias() {
    let deployment = Deployment::new("latest");
    deployment.configure(&format!("{}alias = false\n", environment("latest")));
    let run = deployment.run(&["deploy", "--yes", "--format", "json"]).expect(0);
    let account = deployment.look();
    assert_eq!(account["latest"], only_function(&run)["artifact"], "{account}");
    assert_eq!((&account["versions"], &account["alias"]), (&serde_json::json!({}), &Value::from("$LATEST")));
    let calls = deployment.recorder.take();
    let writes = function_writes(&calls);
    assert!(writes.iter().all(|call| call.path.ends_with("/code")), "{writes:?}");
}
