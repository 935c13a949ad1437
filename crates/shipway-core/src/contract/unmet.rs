//! A requirement that a configuration does not meet, and its sentence.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Network, Place};

/// One requirement that the live configuration does not meet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Unmet {
    /// An environment variable is not set.
    Variable {
        /// Its name.
        name: String,
        /// Why it is thought to be needed.
        #[serde(default)]
        basis: Basis,
        /// Where the source reads it; the first place is the one that needs it most.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        places: Vec<Place>,
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
    /// A layer is not attached.
    Layer {
        /// Its name.
        name: String,
    },
    /// In a VPC and should not be, or the other way round.
    Network {
        /// What is required.
        required: Network,
    },
}

/// Why a variable is thought to be needed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// A person said so.
    #[default]
    Declared,
    /// The source reads it: a guess, if a good one.
    Read,
}

impl fmt::Display for Unmet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable { name, places, .. } => {
                write!(formatter, "environment variable `{name}` is not set")?;
                match places.as_slice() {
                    [] => Ok(()),
                    [only] => write!(formatter, " ({only} reads it)"),
                    [first, rest @ ..] => {
                        write!(formatter, " ({first} reads it, and {} more)", places_in_words(rest.len()))
                    }
                }
            }
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
            Self::Layer { name } => write!(formatter, "layer `{name}` is not attached"),
            Self::Network { required: Network::Vpc } => {
                formatter.write_str("it runs in no VPC, and the code has to run in one")
            }
            Self::Network { required: Network::NoVpc } => {
                formatter.write_str("it runs in a VPC, and the code must not")
            }
        }
    }
}

fn places_in_words(number: usize) -> String {
    if number == 1 { "one place".to_owned() } else { format!("{number} places") }
}
