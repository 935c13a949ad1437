//! What a function is configured with, as far as contracts care.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

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
    /// The names of the attached layers: their ARNs' seventh part.
    pub layers: BTreeSet<String>,
    /// Whether it runs in a VPC.
    pub network: Network,
}

/// The names of a function's environment variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnvironmentNames {
    /// All of them. Their values were dropped where they were read.
    Known(BTreeSet<String>),
    /// Lambda did not show them (no permission to decrypt, say), and why.
    Unreadable(String),
}

/// Where a function runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Network {
    /// In a VPC.
    Vpc,
    /// In none.
    NoVpc,
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Vpc => "in a VPC",
            Self::NoVpc => "in no VPC",
        })
    }
}
