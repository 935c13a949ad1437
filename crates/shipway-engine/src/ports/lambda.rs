//! The Lambda control plane, in the calls that Shipway makes. There is no UpdateFunctionConfiguration here, no
//! CreateFunction, no DeleteFunction and no DeleteLayerVersion: a deployment cannot do what is not in this trait.
//!
//! Every write says what it was planned against. Writes are sent once: retrying is the engine's decision.

use async_trait::async_trait;
use shipway_core::digest::ArtifactDigest;
pub use shipway_core::live::{CodeSigning, LiveAlias, LiveFunction, Package, State, UnqualifiedCaller, UpdateStatus};
use shipway_core::names::{
    AliasName, Architecture, FunctionName, LayerName, Qualifier, RevisionId, Runtime, Version, VersionNumber,
};

use super::{ArtifactFile, CallError, ObjectLocation};

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

/// PublishLayerVersion. Lambda takes nothing here that it could be planned against: each call makes a new version. Whoever
/// calls looks first, and again when the reply is lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishLayerVersion {
    /// The layer.
    pub layer: LayerName,
    /// The zip.
    pub content: CodeSource,
    /// The runtimes that it suits.
    pub runtimes: Vec<Runtime>,
    /// The processors that it suits.
    pub architectures: Vec<Architecture>,
    /// At most 256 characters.
    pub description: Option<String>,
    /// At most 512 characters.
    pub license: Option<String>,
}

/// A version of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveLayerVersion {
    /// Its ARN.
    pub arn: String,
    /// Its number.
    pub number: u64,
    /// CodeSha256 in Lambda's spelling.
    pub code_sha256: String,
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
    /// PublishLayerVersion.
    async fn publish_layer_version(&self, request: &PublishLayerVersion) -> Result<LiveLayerVersion, CallError>;
    /// GetLayerVersion.
    async fn get_layer_version(&self, layer: &LayerName, number: u64) -> Result<Option<LiveLayerVersion>, CallError>;
    /// ListLayerVersions, the first page: the newest numbers, newest first, at most 50. A layer that does not exist has
    /// none.
    async fn list_layer_versions(&self, layer: &LayerName) -> Result<Vec<u64>, CallError>;
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
