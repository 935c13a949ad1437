//! What Lambda shows of a function, its versions and aliases, as far as decisions depend on it.
//!
//! Plain values: no value of a variable and no code location ever gets here. Where they come from is the adapter's
//! business.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::contract::Configuration;
use crate::names::{AliasName, Architecture, RevisionId, Version, VersionNumber};

/// A function or a version of it, as GetFunction shows it; values of variables and the code's location are
/// dropped by the adapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveFunction {
    /// `$LATEST` or the version that the qualifier resolved to.
    pub version: Version,
    /// The RevisionId; `None` from a server that has none (moto).
    pub revision: Option<RevisionId>,
    /// CodeSha256 in Lambda's spelling (base64 for zips, hexadecimal for images).
    pub code_sha256: String,
    /// Zip or image.
    pub package: Package,
    /// The processor.
    pub architecture: Architecture,
    /// What contracts are compared with.
    pub configuration: Configuration,
    /// The state.
    pub state: State,
    /// The last update's status; `None` while Lambda does not say (being created).
    pub update: Option<UpdateStatus>,
    /// The execution role's ARN.
    pub role: Option<String>,
    /// The KMS key for variables, the VPC's subnets and security groups, the dead-letter queue: what an old
    /// version has frozen and a rollback compares. Sorted, by name; equal maps mean equal settings.
    pub frozen: BTreeMap<String, String>,
    /// Whether this is the master or a replica of a Lambda@Edge function.
    pub edge: bool,
    /// Whether the code is a reference to an S3 object of one's own (`S3ObjectStorageMode` = `REFERENCE`).
    pub code_by_reference: bool,
    /// The signing profile version that the code was signed with, if any.
    pub signing_profile: Option<String>,
    /// Its layers, in the order in which they are unpacked.
    pub layers: Vec<Layer>,
    /// By which a change of the configuration is noticed, values of variables included; `None` where those cannot be
    /// read. Never recorded: it would let a guess at a value be confirmed.
    pub fingerprint: Option<Fingerprint>,
    /// When `$LATEST` was changed last (for a version, when it was published), as Lambda spells it.
    pub last_modified: Option<String>,
}

/// Lambda's names for what a version goes on needing, as `frozen` and the ledger have them.
pub mod frozen_names {
    /// The role.
    pub const ROLE: &str = "Role";
    /// The key of the environment variables.
    pub const KEY: &str = "KMSKeyArn";
    /// The subnets.
    pub const SUBNETS: &str = "VpcConfig.SubnetIds";
    /// The security groups.
    pub const SECURITY_GROUPS: &str = "VpcConfig.SecurityGroupIds";
    /// The dead-letter queue or topic.
    pub const DEAD_LETTERS: &str = "DeadLetterConfig.TargetArn";
    /// The file systems' access points, each with the path where it is mounted.
    pub const FILE_SYSTEMS: &str = "FileSystemConfigs";
}

/// A digest of everything that a published version freezes of a function's configuration. Compared, never shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Of a canonical text of the configuration.
    #[must_use]
    pub fn of(configuration: &[u8]) -> Self {
        Self(*blake3::hash(configuration).as_bytes())
    }
}

impl std::fmt::Debug for Fingerprint {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Fingerprint(…)")
    }
}

impl LiveFunction {
    /// What a version of it goes on needing for as long as it is served: the role and what `frozen` holds.
    #[must_use]
    pub fn frozen_parts(&self) -> BTreeMap<String, String> {
        let role = self.role.iter().map(|role| (frozen_names::ROLE.to_owned(), role.clone()));
        self.frozen.clone().into_iter().chain(role).collect()
    }
}

/// A layer of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// The layer version's ARN.
    pub arn: String,
    /// The size of its zip; how large it is unzipped, Lambda does not show.
    pub zip_bytes: u64,
}

/// How the code is packaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Package {
    /// A zip.
    Zip,
    /// A container image.
    Image,
}

/// A function's or version's `State`. Open at AWS's side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Being created (or brought back); the reason code, if any.
    Pending,
    /// Ready (`Active`, `ActiveNonInvocable`).
    Active,
    /// Idle; the next invocation or update wakes it.
    Inactive,
    /// Gone wrong.
    Failed {
        /// `StateReasonCode` and `StateReason`, joined.
        reason: String,
    },
    /// A state that Shipway does not know, as spelled.
    Other(String),
}

/// A function's `LastUpdateStatus`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpdateStatus {
    /// Done.
    Successful,
    /// Still going on.
    InProgress,
    /// Gone wrong; the old code serves.
    Failed {
        /// `LastUpdateStatusReasonCode` and `LastUpdateStatusReason`, joined.
        reason: String,
    },
    /// A status that Shipway does not know, as spelled.
    Other(String),
}

/// An alias.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveAlias {
    /// Its name.
    pub name: AliasName,
    /// What it points at.
    pub version: Version,
    /// Further versions and their share of the traffic, 0.0 to 1.0.
    pub weights: BTreeMap<VersionNumber, f64>,
    /// Its RevisionId.
    pub revision: Option<RevisionId>,
}

/// Somebody who calls the function without a qualifier, and so runs `$LATEST`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum UnqualifiedCaller {
    /// A statement of the function's resource policy.
    Policy {
        /// Its statement id.
        statement: String,
        /// Who it lets in.
        principal: String,
    },
    /// A function URL. Its address is no secret, but it is not needed here.
    FunctionUrl,
    /// An event source mapping.
    EventSource {
        /// The source's ARN, or the mapping's id where there is none.
        source: String,
    },
}

/// A function's code-signing configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeSigning {
    /// None.
    Absent,
    /// There is one: unsigned code is let in with a warning.
    Warn,
    /// There is one: unsigned code is refused.
    Enforced {
        /// The configuration's ARN.
        configuration: String,
    },
}

impl std::fmt::Display for UnqualifiedCaller {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Policy { statement, principal } => {
                write!(formatter, "policy statement `{statement}` lets in {principal}")
            }
            Self::FunctionUrl => formatter.write_str("a function URL"),
            Self::EventSource { source } => write!(formatter, "an event source mapping from {source}"),
        }
    }
}
