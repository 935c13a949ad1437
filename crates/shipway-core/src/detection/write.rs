//! Writes a first `shipway.toml` from what was detected, for a person to read over.

use std::fmt::Write as _;

use super::detect::{DetectedFunction, Detections};
use crate::builder::{Builder, BundleSettings, NodeSettings};
use crate::configuration::descriptions;
use crate::names::ProjectName;

/// A commented configuration: the functions with what speaks for and against each guess, a local environment
/// that works, and environments in AWS to fill in.
#[must_use]
pub fn write_configuration(detections: &Detections, project: &ProjectName) -> String {
    let mut text = String::from(
        "# What Shipway builds, and where it puts it. `shipway config show` tells what every setting comes to.\n\n",
    );
    line(&mut text, "[project]");
    line(&mut text, &format!("name = {}", quoted(project.as_str())));
    if detections.functions.is_empty() {
        text.push_str("\n# No function was found. One looks so:\n");
        text.push_str("# [functions.my-function]\n# path = \"functions/my-function\"\n");
        text.push_str("# runtime = \"python3.13\"\n# handler = \"app.handler\"\n");
    }
    for function in &detections.functions {
        write_function(&mut text, function);
    }
    write_local(&mut text, detections);
    text.push_str(&aws_environments());
    text
}

fn line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// A comment of one line, whatever is in it.
fn comment(text: &mut String, comment: &str) {
    let printable: String =
        comment.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    line(text, &format!("# {}", printable.trim_end()));
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn write_function(text: &mut String, function: &DetectedFunction) {
    text.push('\n');
    for evidence in &function.evidence {
        let place = evidence.line.map_or_else(|| evidence.file.clone(), |line| format!("{}:{line}", evidence.file));
        comment(text, &format!("{place}: {}", evidence.what));
    }
    for doubt in &function.doubts {
        comment(text, &format!("To check: {doubt}."));
    }
    line(text, &format!("[functions.{}]", function.name));
    line(text, &format!("path = {}", quoted(function.path.as_str())));
    line(text, &format!("runtime = {}", quoted(function.runtime.as_str())));
    line(text, &format!("handler = {}", quoted(function.handler.as_str())));
    match &function.builder {
        Builder::Prebuilt { path } => line(text, &format!("build = {{ prebuilt = {} }}", quoted(path))),
        Builder::Node(NodeSettings { bundle: Some(BundleSettings { entry: Some(entry), .. }) }) => {
            line(text, &format!("node = {{ bundle = {{ entry = {} }} }}", quoted(entry)));
        }
        _ => {}
    }
}

fn write_local(text: &mut String, detections: &Detections) {
    text.push_str("\n# The embedded Lambda on this machine: no account, no credentials.\n");
    text.push_str("[environments.local]\nprovider = \"local\"\n");
    let name = detections.functions.first().map_or("my-function", |function| function.name.as_str());
    text.push_str("# Nobody provisions a laptop: the environment variables that a function needs here are given so.\n");
    // Writing to a String cannot fail.
    let _ =
        writeln!(text, "# [environments.local.functions.{name}]\n# environment = {{ TABLE_NAME = \"orders-local\" }}");
}

/// The environments in AWS, all of it commented out. Taking the `# ` away gives what the parser accepts.
pub(super) fn aws_environments() -> String {
    let mut text = String::from(
        "\n# An environment in AWS. Your provisioning creates the functions there; Shipway updates their code.\n",
    );
    let development = [
        ("branches", "[\"develop\"]"),
        ("account", "\"111111111111\""),
        ("region", "\"eu-west-1\""),
        ("role_arn", "\"arn:aws:iam::111111111111:role/shipway-deploy\""),
        ("store", "\"s3://my-artifacts-development/shipway\""),
        ("function_name", "\"{function}-dev\""),
        ("alias", "\"live\""),
    ];
    text.push_str("#\n# [environments.development]\n");
    let descriptions = descriptions("EnvironmentSection");
    for (key, value) in development {
        match descriptions.get(key) {
            Some(description) => comment(&mut text, &format!("{key} = {value} # {description}")),
            None => comment(&mut text, &format!("{key} = {value}")),
        }
    }
    for (name, branches, account, suffix) in [
        ("staging", "[\"release/*\", \"hotfix/*\"]", "222222222222", "-staging"),
        ("production", "[\"main\", \"master\"]", "333333333333", ""),
    ] {
        let _ = write!(
            text,
            "#\n# [environments.{name}]\n# branches = {branches}\n# account = \"{account}\"\n# region = \"eu-west-1\"\n\
             # role_arn = \"arn:aws:iam::{account}:role/shipway-deploy\"\n\
             # store = \"s3://my-artifacts-{name}/shipway\"\n# function_name = \"{{function}}{suffix}\"\n"
        );
    }
    text
}
