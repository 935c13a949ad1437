//! What a build requires of its function's configuration, and how that compares with what is live.
//!
//! A contract belongs to a build, not to the bytes. Here are the requirements and the comparison; where the
//! requirements come from (declared, or read from the source) and what to do about an unmet one is decided
//! elsewhere. No value of a variable is ever known here, only names.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::names::{Handler, Runtime};

/// What the code requires of its configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// The runtime it was built for.
    pub runtime: Runtime,
    /// The handler it answers at.
    pub handler: Handler,
    /// Environment variables that must be set, by name.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub environment: BTreeSet<String>,
    /// Memory, in MB, at least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_megabytes: Option<u32>,
    /// Timeout, in seconds, at least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<u32>,
}

/// What a function is configured with, as far as contracts care.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configuration {
    /// The runtime; `None` for an image.
    pub runtime: Option<String>,
    /// The handler; `None` for an image.
    pub handler: Option<String>,
    /// The environment variables that are set.
    pub environment: EnvironmentNames,
    /// Memory in MB.
    pub memory_megabytes: u32,
    /// Timeout in seconds.
    pub timeout_seconds: u32,
}

/// The names of a function's environment variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnvironmentNames {
    /// All of them. Their values were dropped where they were read.
    Known(BTreeSet<String>),
    /// Lambda did not show them (no permission to decrypt, say), and why.
    Unreadable(String),
}

/// One requirement that the live configuration does not meet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Unmet {
    /// An environment variable is not set.
    Variable {
        /// Its name.
        name: String,
    },
    /// The variables could not be read, so nobody knows.
    VariablesUnreadable {
        /// Why.
        reason: String,
    },
    /// Too little memory.
    Memory {
        /// What is required, in MB.
        required: u32,
        /// What is configured, in MB.
        configured: u32,
    },
    /// Too short a timeout.
    Timeout {
        /// What is required, in seconds.
        required: u32,
        /// What is configured, in seconds.
        configured: u32,
    },
    /// Another runtime.
    Runtime {
        /// What is required.
        required: String,
        /// What is configured.
        configured: String,
    },
    /// Another handler.
    Handler {
        /// What is required.
        required: String,
        /// What is configured.
        configured: String,
    },
}

impl fmt::Display for Unmet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable { name } => write!(formatter, "environment variable `{name}` is not set"),
            Self::VariablesUnreadable { reason } => {
                write!(formatter, "the environment variables cannot be read ({reason})")
            }
            Self::Memory { required, configured } => {
                write!(formatter, "memory is {configured} MB, at least {required} MB are required")
            }
            Self::Timeout { required, configured } => {
                write!(formatter, "timeout is {configured} s, at least {required} s are required")
            }
            Self::Runtime { required, configured } => {
                write!(formatter, "runtime is `{configured}`, the code was built for `{required}`")
            }
            Self::Handler { required, configured } => {
                write!(formatter, "handler is `{configured}`, the code answers at `{required}`")
            }
        }
    }
}

/// Everything that `configuration` lacks of `contract`, in a fixed order; empty when it is met.
#[must_use]
pub fn unmet(contract: &Contract, configuration: &Configuration) -> Vec<Unmet> {
    let mut found = Vec::new();
    let runtime = configuration.runtime.as_deref().unwrap_or("none");
    if runtime != contract.runtime.as_str() {
        found.push(Unmet::Runtime { required: contract.runtime.to_string(), configured: runtime.to_owned() });
    }
    let handler = configuration.handler.as_deref().unwrap_or("none");
    if handler != contract.handler.as_str() {
        found.push(Unmet::Handler { required: contract.handler.to_string(), configured: handler.to_owned() });
    }
    if let Some(required) = contract.memory_megabytes.filter(|required| *required > configuration.memory_megabytes) {
        found.push(Unmet::Memory { required, configured: configuration.memory_megabytes });
    }
    if let Some(required) = contract.timeout_seconds.filter(|required| *required > configuration.timeout_seconds) {
        found.push(Unmet::Timeout { required, configured: configuration.timeout_seconds });
    }
    match &configuration.environment {
        EnvironmentNames::Known(names) => {
            found.extend(contract.environment.difference(names).map(|name| Unmet::Variable { name: name.clone() }));
        }
        EnvironmentNames::Unreadable(reason) if !contract.environment.is_empty() => {
            found.push(Unmet::VariablesUnreadable { reason: reason.clone() });
        }
        EnvironmentNames::Unreadable(_) => {}
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contract() -> Contract {
        Contract {
            runtime: "python3.13".parse().unwrap(),
            handler: "app.handler".parse().unwrap(),
            environment: ["TABLE_NAME".to_owned()].into(),
            memory_megabytes: Some(256),
            timeout_seconds: Some(10),
        }
    }

    fn configuration(names: &[&str]) -> Configuration {
        Configuration {
            runtime: Some("python3.13".to_owned()),
            handler: Some("app.handler".to_owned()),
            environment: EnvironmentNames::Known(names.iter().map(|name| (*name).to_owned()).collect()),
            memory_megabytes: 256,
            timeout_seconds: 30,
        }
    }

    #[test]
    fn more_than_required_is_met() {
        assert_eq!(unmet(&contract(), &configuration(&["TABLE_NAME", "OTHER"])), []);
    }

    #[test]
    fn each_lack_is_named() {
        let live = Configuration {
            runtime: Some("python3.12".to_owned()),
            handler: None,
            memory_megabytes: 128,
            timeout_seconds: 3,
            ..configuration(&[])
        };
        let texts: Vec<String> = unmet(&contract(), &live).iter().map(ToString::to_string).collect();
        assert_eq!(
            texts,
            [
                "runtime is `python3.12`, the code was built for `python3.13`",
                "handler is `none`, the code answers at `app.handler`",
                "memory is 128 MB, at least 256 MB are required",
                "timeout is 3 s, at least 10 s are required",
                "environment variable `TABLE_NAME` is not set",
            ]
        );
    }

    #[test]
    fn unreadable_variables_matter_only_when_some_are_required() {
        let live =
            Configuration { environment: EnvironmentNames::Unreadable("denied".to_owned()), ..configuration(&[]) };
        assert_eq!(unmet(&contract(), &live), [Unmet::VariablesUnreadable { reason: "denied".to_owned() }]);
        let easy = Contract { environment: BTreeSet::new(), ..contract() };
        assert_eq!(unmet(&easy, &live), []);
    }
}
