//! The Lambda control plane, in the calls that Shipway makes. There is no UpdateFunctionConfiguration here, no
//! CreateFunction and no DeleteFunction: a deployment cannot do what is not in this trait.
//!
//! Every write says what it was planned against. Writes are sent once: retrying is the engine's decision.

use std::collections::BTreeMap;

use async_trait::async_trait;
use shipway_core::contract::Configuration;
use shipway_core::digest::ArtifactDigest;
use shipway_core::names::{AliasName, Architecture, FunctionName, Qualifier, RevisionId, Version, VersionNumber};

use super::{ArtifactFile, CallError, ObjectLocation};

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
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// Where UpdateFunctionCode takes the zip from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeSource {
    /// The request's body (at most 52,428,800 bytes).
    Direct(ArtifactFile),
    /// An object in the region's S3.
    Object(ObjectLocation),
}

/// UpdateFunctionCode with Publish=false.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateFunctionCode {
    /// The function.
    pub function: FunctionName,
    /// The zip.
    pub code: CodeSource,
    /// Always sent: Lambda's default on an update is not to be relied upon.
    pub architecture: Architecture,
    /// What `$LATEST` was when this was planned.
    pub revision: Option<RevisionId>,
}

/// PublishVersion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishVersion {
    /// The function.
    pub function: FunctionName,
    /// The code that must be on `$LATEST`, in Lambda's spelling.
    pub code_sha256: String,
    /// What `$LATEST` was when it was judged.
    pub revision: Option<RevisionId>,
    /// At most 256 characters.
    pub description: String,
}

/// CreateAlias. Lambda takes no RevisionId here; an alias that exists is a conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateAlias {
    /// The function.
    pub function: FunctionName,
    /// The alias.
    pub alias: AliasName,
    /// What it is to point at.
    pub version: VersionNumber,
}

/// UpdateAlias: the version, with all additional weights cleared, in one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateAlias {
    /// The function.
    pub function: FunctionName,
    /// The alias.
    pub alias: AliasName,
    /// What it is to point at.
    pub version: Version,
    /// What the alias was when this was planned.
    pub revision: Option<RevisionId>,
}

/// A synchronous invocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// The function.
    pub function: FunctionName,
    /// Which face of it.
    pub qualifier: Qualifier,
    /// JSON.
    pub payload: Vec<u8>,
}

/// What an invocation answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvocationResult {
    /// The answer.
    pub payload: Vec<u8>,
    /// `Unhandled` when the function failed.
    pub function_error: Option<String>,
    /// The version that ran, if Lambda said.
    pub executed_version: Option<Version>,
    /// The log's last 4 KB, if asked for and given.
    pub log_tail: Option<Vec<u8>>,
}

/// Lambda. Absent functions and aliases are `None`, not errors.
#[async_trait(?Send)]
pub trait Lambda {
    /// GetFunction.
    async fn get_function(
        &self,
        function: &FunctionName,
        qualifier: &Qualifier,
    ) -> Result<Option<LiveFunction>, CallError>;
    /// GetAlias.
    async fn get_alias(&self, function: &FunctionName, alias: &AliasName) -> Result<Option<LiveAlias>, CallError>;
    /// ListFunctions, all pages: the names alone.
    async fn list_function_names(&self) -> Result<Vec<FunctionName>, CallError>;
    /// GetPolicy, GetFunctionUrlConfig and ListEventSourceMappings of the unqualified function. What may not be
    /// read is an error: not knowing is not the same as nobody.
    async fn unqualified_callers(&self, function: &FunctionName) -> Result<Vec<UnqualifiedCaller>, CallError>;
    /// GetFunctionCodeSigningConfig, and GetCodeSigningConfig when there is one.
    async fn code_signing(&self, function: &FunctionName) -> Result<CodeSigning, CallError>;
    /// UpdateFunctionCode.
    async fn update_function_code(&self, request: &UpdateFunctionCode) -> Result<LiveFunction, CallError>;
    /// PublishVersion.
    async fn publish_version(&self, request: &PublishVersion) -> Result<LiveFunction, CallError>;
    /// CreateAlias.
    async fn create_alias(&self, request: &CreateAlias) -> Result<LiveAlias, CallError>;
    /// UpdateAlias.
    async fn update_alias(&self, request: &UpdateAlias) -> Result<LiveAlias, CallError>;
    /// Invoke, RequestResponse, with the log's tail.
    async fn invoke(&self, request: &Invocation) -> Result<InvocationResult, CallError>;
    /// Downloads the zip behind a qualifier and checks it against CodeSha256.
    async fn fetch_code(
        &self,
        function: &FunctionName,
        qualifier: &Qualifier,
        expected: &ArtifactDigest,
    ) -> Result<ArtifactFile, CallError>;
}
