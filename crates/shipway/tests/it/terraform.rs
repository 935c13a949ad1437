//! Provisioning's side: `shipway terraform check` over the embedded Lambda and a store in a bucket, and what `shipway
//! terraform init` writes. That is kept in `terraform/examples/from-init`, where `tools/check-terraform` formats it, and
//! validates it against the AWS provider's schemas. `UPDATE_GENERATED=1` writes it anew.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::cloud::{Cloud, PATIENCE};
use crate::support::{Project, Run, shipway};

const CONFIGURATION: &str = "[project]\nname = \"small\"\n\n[functions.greet]\npath = \"greet\"\nruntime = \"python3.13\"\n\
                             handler = \"app.handler\"\n\n[functions.greet.requires]\nenvironment = [\"TABLE_NAME\"]\n\n\
                             [environments.production]\naccount = \"111111111111\"\nregion = \"eu-west-1\"\n\
                             store = \"s3://artifacts/shipway\"\ncreate_alias = true\n";
const HANDLER: &str =
    "import os\n\n\ndef handler(event, context):\n    return {\"table\": os.environ[\"TABLE_NAME\"]}\n";

/// A plan that leaves the function with these variables, of those that it has.
fn plan(kept: &[&str]) -> String {
    let function = |names: &[&str]| {
        let variables: Value = names.iter().map(|name| ((*name).to_owned(), json!("s3cret"))).collect();
        json!({
            "arn": "arn:aws:lambda:eu-west-1:111111111111:function:greet", "function_name": "greet",
            "runtime": "python3.13", "handler": "app.handler", "memory_size": 256, "timeout": 20,
            "role": "arn:aws:iam::111111111111:role/function", "environment": [{ "variables": variables }],
        })
    };
    let change = json!({
        "actions": ["update"], "before": function(&["TABLE_NAME", "LOG_LEVEL"]), "after": function(kept),
        "after_unknown": { "last_modified": true }, "before_sensitive": {}, "after_sensitive": {},
    });
    let resource = json!({
        "address": "module.greet.aws_lambda_function.this", "mode": "managed", "type": "aws_lambda_function",
        "name": "this", "change": change,
    });
    json!({ "format_version": "1.2", "planned_values": {}, "resource_changes": [resource] }).to_string()
}

async fn run(cloud: &Cloud, project: &Project, arguments: &[&str]) -> Run {
    let output = tokio::time::timeout(PATIENCE, cloud.program(project, "KEY", arguments).output()).await;
    Run::from_output(output.unwrap_or_else(|_| panic!("{arguments:?} does not end")).expect("the program runs"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variable_that_is_removed_too_early_is_refused_with_the_build_that_needs_it() {
    let cloud = Cloud::start().await;
    let provisioned = "def handler(event, context):\n    return None\n";
    cloud.create_function(&[("app.py", provisioned)]).await;
    let variables = json!({ "TABLE_NAME": "s3cret", "LOG_LEVEL": "s3cret" });
    cloud.update_configuration(&json!({ "Environment": { "Variables": variables } })).await;
    let project = Project::empty();
    project.write("shipway.toml", CONFIGURATION);
    project.write("greet/app.py", HANDLER);
    project.commit("first");
    let commit = project.git(&["rev-parse", "HEAD"]).trim().to_owned();
    let deployed =
        run(&cloud, &project, &["deploy", "--env", "production", "--yes", "--format", "json"]).await.expect(0);
    let deployed = deployed.json()["functions"][0].clone();

    project.write("removed.json", &plan(&["LOG_LEVEL"]));
    project.write("kept.json", &plan(&["TABLE_NAME"]));
    let check = |plan: &'static str| ["terraform", "check", plan, "--env", "production", "--format", "json"];
    let refused = run(&cloud, &project, &check("removed.json")).await.expect(4);
    let function = refused.json()["functions"][0].clone();
    assert_eq!(function["verdict"], "refused", "{function}");
    let running = &function["running"];
    for member in ["artifact", "deployment", "lambda_version"] {
        assert_eq!(running[member], deployed[member], "{member} of {function}");
    }
    assert_eq!(running["commit"], commit);
    assert!(running["since"].is_string(), "{function}");
    let findings = function["findings"].as_array().expect("a list");
    assert_eq!(findings.len(), 1, "{function}");
    assert_eq!(findings[0]["address"], "module.greet.aws_lambda_function.this");
    assert_eq!(findings[0]["danger"]["kind"], "variable-removed");
    assert_eq!(findings[0]["danger"]["variable"], "TABLE_NAME");
    let artifact = deployed["artifact"].as_str().expect("a digest");
    let version = deployed["lambda_version"].as_str().expect("a version");
    let named = format!("version {version} serves artifact {} of commit {}", &artifact[..12], &commit[..12]);
    assert!(refused.stderr.contains(&named), "{}", refused.stderr);
    assert!(!format!("{}{}", refused.stdout, refused.stderr).contains("s3cret"), "{refused:?}");

    let passed = run(&cloud, &project, &check("kept.json")).await.expect(0);
    assert_eq!(passed.json()["functions"][0]["verdict"], "passed", "{}", passed.stdout);

    // A pipeline of Terraform's has no checkout of the functions.
    let elsewhere = Project::empty();
    elsewhere.write("removed.json", &plan(&["LOG_LEVEL"]));
    elsewhere.write("kept.json", &plan(&["TABLE_NAME"]));
    let store = ["--store", "s3://artifacts/shipway", "--region", "eu-west-1"];
    let of_store = |plan: &'static str| [&["terraform", "check", plan][..], &store].concat();
    let refused = run(&cloud, &elsewhere, &of_store("removed.json")).await.expect(4);
    assert!(refused.stdout.contains("REFUSED"), "{}", refused.stdout);
    assert!(refused.stderr.contains(&named), "{}", refused.stderr);
    let _passed = run(&cloud, &elsewhere, &of_store("kept.json")).await.expect(0);
    let other = [&of_store("removed.json")[..], &["--env", "staging"]].concat();
    let nothing = run(&cloud, &elsewhere, &other).await.expect(0);
    assert!(nothing.stderr.contains("nothing in the store is known"), "{}", nothing.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_plan_is_refused_before_anybody_is_asked() {
    let cloud = Cloud::start().await;
    let project = Project::small();
    project.write("state.json", "{\"format_version\":\"1.0\",\"values\":{\"secret\":\"s3cret\"}}");
    project.write("text.json", "s3cret");
    for (file, told) in [("state.json", "it is not a plan"), ("text.json", "line 1"), ("absent.json", "reading")] {
        let code = if file == "absent.json" { 1 } else { 2 };
        let run = run(&cloud, &project, &["terraform", "check", file, "--env", "local"]).await.expect(code);
        assert!(run.stderr.contains(told), "{}", run.stderr);
        assert!(!run.stderr.contains("s3cret"), "{}", run.stderr);
    }
}

/// A project that has everything that a root can have.
fn shop() -> Project {
    let project = Project::empty();
    project.write(
        "shipway.toml",
        r#"
[project]
name = "shop"

[layers.shared]
path = "layers/shared"
runtimes = ["python3.13"]
architectures = ["arm64"]

[functions.create-order]
path = "create-order"
runtime = "python3.13"
handler = "app.handler"
architecture = "arm64"
layers = ["shared"]
[functions.create-order.requires]
environment = ["QUEUE_URL"]
memory = 512
timeout = 20
layers = ["telemetry"]
vpc = true

[functions.notify]
path = "notify"
runtime = "python3.13"
handler = "app.handler"
function_names = ["{function}-eu", "{function}-us"]

[environments.production]
account = "111111111111"
region = "eu-west-1"
store = "s3://acme-artifacts/shipway"

[environments.plain]
account = "111111111111"
region = "eu-west-1"
store = "file:///srv/store"
single_machine = true
alias = false
"#,
    );
    project.write("layers/shared/shared.py", "");
    project.write(
        "create-order/app.py",
        "import os\n\nTABLE = os.environ[\"TABLE_NAME\"]\nLEVEL = os.environ.get(\"LOG_LEVEL\", \"info\")\n\n\n\
         def handler(event, context):\n    return TABLE\n",
    );
    project.write(
        "notify/app.py",
        "import os\n\n\ndef handler(event, context):\n    return os.environ[\"TOPIC_\" + event[\"kind\"]]\n",
    );
    project.commit("first");
    project
}

fn init(project: &Project, arguments: &[&str], code: i32) -> Run {
    Run::of(shipway(project.path()).args(["terraform", "init"]).args(arguments)).expect(code)
}

/// The files of a folder, by name.
fn files(folder: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let name = |path: &PathBuf| path.file_name().expect("a name").to_string_lossy().into_owned();
    let mut files: Vec<(String, String)> =
        paths.map(|path| (name(&path), fs::read_to_string(&path).expect("a text"))).collect();
    files.sort();
    files
}

#[test]
fn what_init_writes_is_the_example_that_is_checked() {
    let project = shop();
    let module = ["--env", "production", "--module", "../../modules/function", "--format", "json"];
    let answer = init(&project, &module, 0).json();
    assert_eq!(answer["files"], json!(["main.tf", "functions.tf", "outputs.tf", "variables.tf"]));
    assert_eq!(answer["functions"][0]["environment_variables"], json!(["QUEUE_URL", "TABLE_NAME"]));
    let written = files(&project.path().join("infra/production"));
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../terraform/examples/from-init");
    if std::env::var("UPDATE_GENERATED").is_ok_and(|value| value == "1") {
        fs::create_dir_all(&example).expect("a folder");
        for (name, text) in &written {
            fs::write(example.join(name), text).expect("a file");
        }
    }
    assert_eq!(written, files(&example), "`UPDATE_GENERATED=1 cargo test -p shipway` writes it anew");
}

#[test]
fn init_writes_over_nothing_unless_it_is_told_to() {
    let project = shop();
    let there = project.write("elsewhere/outputs.tf", "# mine\n");
    let production = ["--env", "production", "--out", "elsewhere"];
    let refused = init(&project, &production, 2);
    assert!(refused.stderr.contains("outputs.tf is there already"), "{}", refused.stderr);
    assert_eq!(files(&project.path().join("elsewhere")).len(), 1, "it wrote something");
    let _written = init(&project, &[&production[..], &["--force"]].concat(), 0);
    assert_ne!(fs::read_to_string(there).expect("a file"), "# mine\n");
    let functions = fs::read_to_string(project.path().join("elsewhere/functions.tf")).expect("a file");
    let module = format!("//terraform/modules/function?ref=v{}\"", env!("CARGO_PKG_VERSION"));
    assert!(functions.contains(&module), "{functions}");
}

#[test]
fn init_without_a_bucket_or_an_alias_says_what_that_means() {
    let project = shop();
    let _written = init(&project, &["--env", "plain", "create-order"], 0);
    let functions = fs::read_to_string(project.path().join("infra/plain/functions.tf")).expect("a file");
    assert_eq!(functions.matches("module \"").count(), 1, "{functions}");
    for line in [
        "alias       = null",
        "which Terraform cannot read",
        "layers = [var.layer_shared, var.create_order_layer_telemetry]",
    ] {
        assert!(functions.contains(line), "`{line}` is not in {functions}");
    }
    assert!(!functions.contains("\n  store "), "{functions}");
    let refused = init(&Project::small(), &["--env", "local"], 2);
    assert!(refused.stderr.contains("there is nothing to provision"), "{}", refused.stderr);
}
