//! Writes a first `shipway.toml` from what was detected, for a person to read over.

use std::fmt::Write as _;

use super::detect::{DetectedFunction, Detections};
use crate::builder::{Builder, BundleSettings, GoSettings, NodeSettings, RustSettings};
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
    if !detections.left_out.is_empty() {
        text.push('\n');
    }
    for left_out in &detections.left_out {
        comment(&mut text, &format!("Not taken over: {left_out}."));
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
    if let Some(architecture) = function.architecture {
        line(text, &format!("architecture = {}", quoted(architecture.as_str())));
    }
    write_builder(text, &function.builder);
    if let Some(name) = &function.function_name {
        line(text, &format!("function_name = {}", quoted(name.as_str())));
    }
    write_sizes(text, function);
}

/// How it is built, where the folder alone does not say.
fn write_builder(text: &mut String, builder: &Builder) {
    match builder {
        Builder::Prebuilt { path } => line(text, &format!("build = {{ prebuilt = {} }}", quoted(path))),
        Builder::Command { command, output } => {
            let words: Vec<String> = command.iter().map(|word| quoted(word)).collect();
            line(text, &format!("build = {{ command = [{}], output = {} }}", words.join(", "), quoted(output)));
        }
        Builder::Node(NodeSettings { bundle: Some(bundle) }) => line(text, &format!("node = {}", bundle_text(bundle))),
        Builder::Rust(RustSettings { binary: Some(binary), .. }) => {
            line(text, &format!("rust = {{ binary = {} }}", quoted(binary)));
        }
        Builder::Go(GoSettings { package: Some(package), .. }) => {
            line(text, &format!("go = {{ package = {} }}", quoted(package)));
        }
        _ => {}
    }
}

fn bundle_text(bundle: &BundleSettings) -> String {
    let entry = bundle.entry.as_ref().map(|entry| format!("entry = {}", quoted(entry)));
    let packages: Vec<String> = bundle.external.iter().map(|package| quoted(package)).collect();
    let external = (!packages.is_empty()).then(|| format!("external = [{}]", packages.join(", ")));
    let settings: Vec<String> = entry.into_iter().chain(external).collect();
    if settings.is_empty() {
        "{ bundle = true }".to_owned()
    } else {
        format!("{{ bundle = {{ {} }} }}", settings.join(", "))
    }
}

/// What the function has today may be more than it needs: a person decides.
fn write_sizes(text: &mut String, function: &DetectedFunction) {
    let memory = function.memory_megabytes.map(|memory| format!("memory = {memory}"));
    let timeout = function.timeout_seconds.map(|timeout| format!("timeout = {timeout}"));
    let sizes: Vec<String> = memory.into_iter().chain(timeout).collect();
    if !sizes.is_empty() {
        comment(text, "What it has today; if its code needs that much at least:");
        comment(text, &format!("requires = {{ {} }}", sizes.join(", ")));
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
