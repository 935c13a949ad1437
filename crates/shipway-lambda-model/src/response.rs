//! What the control plane answers, typed. The wire form is made elsewhere.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    code::Package,
    configuration::Configuration,
    error::ApiError,
    operation::Operation,
    request::{InvocationType, LogType},
};

/// The answer to one request.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// Which operation this answers.
    pub operation: Operation,
    /// What IAM would have been asked.
    pub action: Action,
    /// The reply or the refusal.
    pub result: Result<Reply, ApiError>,
}

/// An IAM action with the resource it was used on, qualified as the request qualified it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Action {
    /// Such as `lambda:UpdateFunctionCode`.
    pub action: String,
    /// An ARN, or `*`.
    pub resource: String,
}

/// A success.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// CreateFunction, the updates, PublishVersion, GetFunctionConfiguration.
    Configuration(Box<FunctionConfiguration>),
    /// GetFunction.
    Function(Box<FunctionReply>),
    /// ListVersionsByFunction.
    Versions(ConfigurationPage),
    /// ListFunctions.
    Functions(ConfigurationPage),
    /// The alias calls.
    Alias(AliasConfiguration),
    /// ListAliases.
    Aliases(AliasPage),
    /// DeleteFunction, DeleteAlias, tagging and the like.
    Empty,
    /// Invoke, once it is decided what runs.
    Invocation(Box<InvocationPlan>),
    /// ListTags.
    Tags(BTreeMap<String, String>),
    /// AddPermission: the statement as JSON text.
    Statement(String),
    /// GetPolicy.
    Policy(PolicyReply),
    /// PublishLayerVersion, GetLayerVersion.
    LayerVersion(Box<LayerVersionReply>),
    /// ListLayerVersions.
    LayerVersions(LayersPage),
    /// ListLayers: each layer's newest version.
    Layers(LayersPage),
    /// All else, in its wire form.
    Json(Value),
}

/// `FunctionConfiguration`. Members and meanings are AWS's.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(missing_docs, reason = "each is the AWS member of that name")]
pub struct FunctionConfiguration {
    pub function_name: String,
    pub function_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime: Option<String>,
    pub role: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    pub code_size: u64,
    pub description: String,
    pub timeout: u32,
    pub memory_size: u32,
    pub last_modified: String,
    pub code_sha256: String,
    pub config_sha256: String,
    pub version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpc_config: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead_letter_config: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    #[serde(rename = "KMSKeyArn", skip_serializing_if = "Option::is_none")]
    pub kms_key_arn: Option<String>,
    pub tracing_config: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub master_arn: Option<String>,
    pub revision_id: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<Layer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_reason_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_update_status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_update_status_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_update_status_reason_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_system_configs: Option<Value>,
    pub package_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_config_response: Option<Value>,
    pub architectures: Vec<String>,
    pub ephemeral_storage: EphemeralStorage,
    pub snap_start: SnapStartResponse,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime_version_config: Option<Value>,
    pub logging_config: Value,
}

/// `Environment`: the map, or why it cannot be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Environment {
    /// The map.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variables: Option<BTreeMap<String, String>>,
    /// Why the caller does not get to see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<EnvironmentError>,
}

/// `Environment.Error`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EnvironmentError {
    /// Such as `AccessDeniedException`
    pub error_code: String,
    /// In words.
    pub message: String,
}

/// One of `Layers`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Layer {
    /// The layer version's ARN.
    pub arn: String,
    /// Its zip's size in bytes.
    #[serde(default)]
    pub code_size: u64,
}

/// `EphemeralStorage`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EphemeralStorage {
    /// Megabytes.
    pub size: u32,
}

/// `SnapStart`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SnapStartResponse {
    /// `PublishedVersions` or `None`
    pub apply_on: String,
    /// `On` or `Off`
    pub optimization_status: String,
}

/// GetFunction's reply. `Code.Location` is for the server to fill in: the model keeps no bytes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FunctionReply {
    /// The configuration.
    pub configuration: FunctionConfiguration,
    /// Where the code is.
    pub code: FunctionCodeLocation,
    /// Left out when there are none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// `Code`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FunctionCodeLocation {
    /// `S3` or `ECR`
    pub repository_type: String,
    /// A URL that serves the zip for ten minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The image as it was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_uri: Option<String>,
    /// The image by digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved_image_uri: Option<String>,
    /// The object, with REFERENCE storage.
    #[serde(rename = "ResolvedS3Object", skip_serializing_if = "Option::is_none")]
    pub resolved_s3_object: Option<Value>,
}

/// One page of configurations.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ConfigurationPage {
    /// Without the members that lists lack.
    pub items: Vec<FunctionConfiguration>,
    /// For the next page, if there is one.
    pub next_marker: Option<String>,
}

/// `AliasConfiguration`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AliasConfiguration {
    /// The alias's ARN.
    pub alias_arn: String,
    /// The alias.
    pub name: String,
    /// `$LATEST` or a number.
    pub function_version: String,
    /// Description.
    pub description: String,
    /// Absent without weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routing_config: Option<RoutingConfig>,
    /// The alias's own.
    pub revision_id: String,
}

/// `RoutingConfig`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RoutingConfig {
    /// Version → share.
    pub additional_version_weights: BTreeMap<String, f64>,
}

/// One page of aliases.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AliasPage {
    /// Sorted by name.
    pub items: Vec<AliasConfiguration>,
    /// For the next page, if there is one.
    pub next_marker: Option<String>,
}

/// GetPolicy's reply.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PolicyReply {
    /// The policy as JSON text.
    pub policy: String,
    /// The policy's own.
    pub revision_id: String,
}

/// What an invocation runs. Running it is the caller's business.
#[derive(Clone, Debug, PartialEq)]
pub struct InvocationPlan {
    /// The function's name.
    pub function_name: String,
    /// `$LATEST` or a number: `X-Amz-Executed-Version`.
    pub version: String,
    /// The ARN as the function was called: an alias's, via an alias.
    pub invoked_arn: String,
    /// What the version froze, or what serves for `$LATEST`.
    pub configuration: Configuration,
    /// The code to run.
    pub package: Package,
    /// Changes whenever a warm process must not be used any more.
    pub generation: String,
    /// Wait, queue or only check.
    pub invocation_type: InvocationType,
    /// Whether the answer carries the log's tail.
    pub log_type: LogType,
    /// As it came.
    pub client_context: Option<String>,
    /// The event; `{}` when none was sent.
    pub payload: Vec<u8>,
}

/// PublishLayerVersion and GetLayerVersion, and without contents an item of ListLayerVersions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(missing_docs, reason = "each is the AWS member of that name")]
pub struct LayerVersionReply {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<LayerContent>,
    /// Left out in lists.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub layer_arn: String,
    pub layer_version_arn: String,
    pub description: String,
    pub created_date: String,
    pub version: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compatible_runtimes: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license_info: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compatible_architectures: Option<Vec<String>>,
}

/// `Content` of a layer version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct LayerContent {
    /// Where the zip can be had for ten minutes; only a server can give it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Base64 of the SHA-256 of the zip.
    pub code_sha256: String,
    /// The zip's size in bytes.
    pub code_size: u64,
}

/// One page of layer versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayersPage {
    /// The items.
    pub items: Vec<LayerVersionReply>,
    /// The marker of the next page.
    pub next_marker: Option<String>,
}
