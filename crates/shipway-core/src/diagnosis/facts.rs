//! What was seen of a function and its surroundings, as far as a diagnosis depends on it. Plain values; each read that
//! was refused says so in its own place, so that the others still count.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ledger::{Holder, Running};
use crate::names::{EnvironmentName, Qualifier, Target, Version, VersionNumber};
use crate::plan::{Drift, Live, UnqualifiedRule};
use crate::target_name::TargetName;

/// What was read, or that it may not be.
pub type Read<T> = Result<T, Unread>;

/// A read that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// What was to be found out, as `who may call it without a qualifier`.
    pub what: String,
    /// The permission that it takes, as `lambda:GetPolicy`.
    pub permission: String,
    /// What the service answered.
    pub answer: String,
}

/// Everything about one target.
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionFacts {
    /// What it is called.
    pub name: TargetName,
    /// Where it is.
    pub target: Target,
    /// What the configuration says of callers without a qualifier.
    pub unqualified: UnqualifiedRule,
    /// The function and what callers reach; `None` when it does not exist. Its `unqualified_callers` are not filled.
    pub live: Read<Option<Live>>,
    /// The statements of the function's own (unqualified) policy that let somebody in.
    pub policy: Read<Vec<PolicyStatement>>,
    /// The function's own (unqualified) URL.
    pub url: Read<Option<FunctionUrl>>,
    /// The event source mappings of the unqualified function.
    pub mappings: Read<Vec<EventSourceMapping>>,
    /// Provisioned concurrency, wherever it is.
    pub provisioned: Read<Vec<Provisioned>>,
    /// Versions whose snapshot (SnapStart) could not be made.
    pub failed_versions: Read<Vec<FailedVersion>>,
    /// What the ledger says.
    pub ledger: LedgerFacts,
    /// What disagrees between ledger and Lambda; `None` also while a deployment is under way.
    pub drift: Option<Drift>,
}

/// What the ledger of a target says, as far as a diagnosis depends on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerFacts {
    /// What runs.
    pub running: Option<Running>,
    /// The deployment that is under way.
    pub holder: Option<Holder>,
}

/// A statement of a resource policy that lets somebody in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyStatement {
    /// Its id.
    pub id: String,
    /// Who it lets in: a service, an account, a role, `*`; several are joined.
    pub principal: String,
    /// What it lets them do, as `lambda:InvokeFunction`.
    pub action: String,
    /// The resource that must be calling, if the statement says.
    pub source_arn: Option<String>,
    /// The account that must be calling, if the statement says.
    pub source_account: Option<String>,
    /// The kind of function URL that it is about, if it is about one.
    pub url_auth: Option<String>,
}

/// A function URL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionUrl {
    /// `NONE` or `AWS_IAM`.
    pub auth: String,
    /// `BUFFERED` or `RESPONSE_STREAM`.
    pub invoke_mode: String,
}

/// An event source mapping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventSourceMapping {
    /// Its id.
    pub id: String,
    /// The source's ARN, where it has one.
    pub source: Option<String>,
}

/// A configuration of provisioned concurrency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provisioned {
    /// The alias or version that it is on.
    pub on: Qualifier,
    /// How many environments are kept ready.
    pub requested: u32,
    /// How far that is.
    pub status: ProvisionedStatus,
}

/// How far provisioned concurrency is. Open at AWS's side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProvisionedStatus {
    /// All of it is there.
    Ready,
    /// Lambda is at it; while an alias moves, Lambda puts weights on it by itself.
    InProgress,
    /// It could not be done.
    Failed {
        /// Lambda's reason.
        reason: String,
    },
    /// A status that Shipway does not know, as spelled.
    Other(String),
}

/// A version that cannot be invoked because its snapshot could not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedVersion {
    /// The version.
    pub version: VersionNumber,
    /// Lambda's reason.
    pub reason: String,
}

impl FunctionFacts {
    /// Where the target's alias points, if it has one and it is there.
    #[must_use]
    pub fn alias_version(&self) -> Option<Version> {
        match &self.live.as_ref().ok()?.as_ref()?.serving {
            crate::plan::LiveServing::Alias { alias, .. } => Some(alias.version),
            crate::plan::LiveServing::Latest | crate::plan::LiveServing::AliasAbsent => None,
        }
    }
}

/// What is to be known beside the functions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentFacts {
    /// The environment.
    pub environment: EnvironmentName,
    /// The day, in UTC.
    pub today: Date,
    /// The store, as its URL.
    pub store: String,
    /// Whether the store keeps what is overwritten.
    pub versioning: Read<Versioning>,
    /// What Lambda stores of code, and how much it may be; `None` from a server that does not say.
    pub storage: Read<Option<CodeStorage>>,
}

/// Whether a store keeps what is overwritten or deleted in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Versioning {
    /// It does.
    Enabled,
    /// It does not.
    Disabled,
    /// It is a folder, of which nobody expects it.
    OfNoBucket,
}

/// An account's code storage in a region, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeStorage {
    /// How much is used, by all functions, versions and layers.
    pub used: u64,
    /// How much may be.
    pub limit: u64,
}
