//! What a command was called with: the folder, the environment, the format; read once, and asked by everybody else.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use shipway_core::configuration::{EnvironmentVariable, Flags, Layers, Place};

use crate::arguments::{Arguments, Command, EnvironmentArguments};
use crate::output::Format;

/// What a command was called with, read once. It holds the caller's whole environment, credentials too, hence no
/// `Debug`.
pub(crate) struct Invocation {
    /// Where to work.
    pub(crate) directory: PathBuf,
    /// The process's environment.
    pub(crate) environment: BTreeMap<OsString, OsString>,
    format: Option<String>,
    wants_terraform: bool,
}

impl Invocation {
    /// Reads the environment. Only this and its neighbour do.
    pub(crate) fn read(arguments: &Arguments) -> Self {
        let format = arguments.global.format.clone();
        // One command knows a third format; to all others it is as wrong as any other word.
        let wants_terraform = matches!(&arguments.command, Command::Contract(contract) if contract.command.is_none())
            && format.as_deref() == Some("terraform");
        Self {
            directory: arguments.global.directory.clone().unwrap_or_else(|| PathBuf::from(".")),
            environment: std::env::vars_os().collect(),
            format: format.filter(|_| !wants_terraform),
            wants_terraform,
        }
    }

    /// What can be known of a call whose arguments make no sense.
    pub(crate) fn unreadable(arguments: impl Iterator<Item = OsString>) -> Self {
        let arguments: Vec<String> = arguments.filter_map(|argument| argument.into_string().ok()).collect();
        let beside = arguments.windows(2).find(|pair| pair[0] == "--format").map(|pair| pair[1].clone());
        let within = || arguments.iter().find_map(|argument| argument.strip_prefix("--format=")).map(str::to_owned);
        Self {
            directory: PathBuf::from("."),
            environment: std::env::vars_os().collect(),
            format: beside.or_else(within),
            wants_terraform: false,
        }
    }

    /// Whether the answer is to be in Terraform's language.
    pub(crate) fn wants_terraform(&self) -> bool {
        self.wants_terraform
    }

    /// A variable that is set, not empty, and text.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(&OsString::from(name))?.to_str().filter(|value| !value.is_empty())
    }

    /// How errors are written before it is known whether the format makes sense.
    pub(crate) fn format_asked_for(&self) -> Format {
        let asked = self.format.as_deref().or_else(|| self.variable(EnvironmentVariable::SHIPWAY_FORMAT.name));
        if asked == Some("json") { Format::Json } else { Format::Text }
    }

    pub(crate) fn layers(&self, arguments: &EnvironmentArguments) -> Layers {
        let environment_variables = EnvironmentVariable::ALL
            .iter()
            .filter_map(|variable| Some((variable.name.to_owned(), self.variable(variable.name)?.to_owned())))
            .collect();
        let flags = Flags {
            environment: arguments.environment.clone(),
            store: arguments.store.clone(),
            region: arguments.region.clone(),
            profile: arguments.profile.clone(),
            role_arn: arguments.role_arn.clone(),
            endpoint_url: arguments.endpoint_url.clone(),
            format: self.format.clone(),
            concurrency: arguments.concurrency.clone(),
        };
        let place = if is_ci(self) { Place::ContinuousIntegration } else { Place::Laptop };
        Layers { flags, environment_variables, branch: branch_in_ci(self), place }
    }
}

/// Whether this run is a CI system's, by the variable that all of them set.
pub(crate) fn is_ci(invocation: &Invocation) -> bool {
    invocation.variable("CI").is_some_and(|value| value != "false" && value != "0")
}

/// The branch that is built, in CI alone: on a laptop a checkout must not decide where code goes.
pub(crate) fn branch_in_ci(invocation: &Invocation) -> Option<String> {
    if !is_ci(invocation) {
        return None;
    }
    // A pull request is a branch that wants to be merged, not one that deploys.
    if invocation.variable("GITHUB_EVENT_NAME").is_some_and(|event| event.starts_with("pull_request")) {
        return None;
    }
    let github = invocation.variable("GITHUB_REF").and_then(|reference| reference.strip_prefix("refs/heads/"));
    let branch = github
        .or_else(|| invocation.variable("CI_COMMIT_BRANCH"))
        .or_else(|| invocation.variable("BUILDKITE_BRANCH"))
        .or_else(|| invocation.variable("CIRCLE_BRANCH"))
        .or_else(|| invocation.variable("BRANCH_NAME"));
    branch.map(str::to_owned)
}
