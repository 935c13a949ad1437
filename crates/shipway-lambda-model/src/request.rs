//! The requests: each operation with what it carries.
//!
//! Members are named as in AWS's model, so each struct also reads its JSON body. Whether values are allowed is not decided
//! here but by the model, which also sees the state.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::layer_request::{LayerVersionTarget, ListLayerVersions, PublishLayerVersion};
use crate::{code::Code, operation::Operation};

/// One call. The struct in each variant has the call's members.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each is the AWS operation of that name")]
pub enum Request {
    CreateFunction(Box<CreateFunction>),
    GetFunction(Target),
    GetFunctionConfiguration(Target),
    UpdateFunctionCode(Box<UpdateFunctionCode>),
    UpdateFunctionConfiguration(Box<UpdateFunctionConfiguration>),
    PublishVersion(PublishVersion),
    ListVersionsByFunction(ListOfFunction),
    ListFunctions(ListFunctions),
    DeleteFunction(Target),
    CreateAlias(CreateAlias),
    GetAlias(AliasTarget),
    UpdateAlias(UpdateAlias),
    ListAliases(ListAliases),
    DeleteAlias(AliasTarget),
    Invoke(Invoke),
    TagResource(TagResource),
    UntagResource(UntagResource),
    ListTags(ListTags),
    AddPermission(Box<AddPermission>),
    GetPolicy(Target),
    RemovePermission(RemovePermission),
    CreateEventSourceMapping(CreateEventSourceMapping),
    GetEventSourceMapping(MappingTarget),
    ListEventSourceMappings(ListEventSourceMappings),
    DeleteEventSourceMapping(MappingTarget),
    CreateFunctionUrlConfig(CreateFunctionUrlConfig),
    GetFunctionUrlConfig(Target),
    ListFunctionUrlConfigs(ListOfFunction),
    DeleteFunctionUrlConfig(Target),
    GetFunctionCodeSigningConfig(Target),
    GetCodeSigningConfig(CodeSigningConfigTarget),
    GetAccountSettings,
    PutProvisionedConcurrencyConfig(PutProvisionedConcurrencyConfig),
    GetProvisionedConcurrencyConfig(Target),
    ListProvisionedConcurrencyConfigs(ListOfFunction),
    DeleteProvisionedConcurrencyConfig(Target),
    PublishLayerVersion(Box<PublishLayerVersion>),
    GetLayerVersion(LayerVersionTarget),
    GetLayerVersionByArn(String),
    ListLayerVersions(ListLayerVersions),
    ListLayers(ListLayerVersions),
    DeleteLayerVersion(LayerVersionTarget),
}

impl Request {
    /// Which operation this calls.
    #[must_use]
    pub fn operation(&self) -> Operation {
        match self {
            Self::CreateFunction(_) => Operation::CreateFunction,
            Self::GetFunction(_) => Operation::GetFunction,
            Self::GetFunctionConfiguration(_) => Operation::GetFunctionConfiguration,
            Self::UpdateFunctionCode(_) => Operation::UpdateFunctionCode,
            Self::UpdateFunctionConfiguration(_) => Operation::UpdateFunctionConfiguration,
            Self::PublishVersion(_) => Operation::PublishVersion,
            Self::ListVersionsByFunction(_) => Operation::ListVersionsByFunction,
            Self::ListFunctions(_) => Operation::ListFunctions,
            Self::DeleteFunction(_) => Operation::DeleteFunction,
            Self::CreateAlias(_) => Operation::CreateAlias,
            Self::GetAlias(_) => Operation::GetAlias,
            Self::UpdateAlias(_) => Operation::UpdateAlias,
            Self::ListAliases(_) => Operation::ListAliases,
            Self::DeleteAlias(_) => Operation::DeleteAlias,
            Self::Invoke(_) => Operation::Invoke,
            Self::TagResource(_) => Operation::TagResource,
            Self::UntagResource(_) => Operation::UntagResource,
            Self::ListTags(_) => Operation::ListTags,
            Self::AddPermission(_) => Operation::AddPermission,
            Self::GetPolicy(_) => Operation::GetPolicy,
            Self::RemovePermission(_) => Operation::RemovePermission,
            Self::CreateEventSourceMapping(_) => Operation::CreateEventSourceMapping,
            Self::GetEventSourceMapping(_) => Operation::GetEventSourceMapping,
            Self::ListEventSourceMappings(_) => Operation::ListEventSourceMappings,
            Self::DeleteEventSourceMapping(_) => Operation::DeleteEventSourceMapping,
            Self::CreateFunctionUrlConfig(_) => Operation::CreateFunctionUrlConfig,
            Self::GetFunctionUrlConfig(_) => Operation::GetFunctionUrlConfig,
            Self::ListFunctionUrlConfigs(_) => Operation::ListFunctionUrlConfigs,
            Self::DeleteFunctionUrlConfig(_) => Operation::DeleteFunctionUrlConfig,
            Self::GetFunctionCodeSigningConfig(_) => Operation::GetFunctionCodeSigningConfig,
            Self::GetCodeSigningConfig(_) => Operation::GetCodeSigningConfig,
            Self::GetAccountSettings => Operation::GetAccountSettings,
            Self::PutProvisionedConcurrencyConfig(_) => Operation::PutProvisionedConcurrencyConfig,
            Self::GetProvisionedConcurrencyConfig(_) => Operation::GetProvisionedConcurrencyConfig,
            Self::ListProvisionedConcurrencyConfigs(_) => Operation::ListProvisionedConcurrencyConfigs,
            Self::DeleteProvisionedConcurrencyConfig(_) => Operation::DeleteProvisionedConcurrencyConfig,
            Self::PublishLayerVersion(_) => Operation::PublishLayerVersion,
            Self::GetLayerVersion(_) => Operation::GetLayerVersion,
            Self::GetLayerVersionByArn(_) => Operation::GetLayerVersionByArn,
            Self::ListLayerVersions(_) => Operation::ListLayerVersions,
            Self::ListLayers(_) => Operation::ListLayers,
            Self::DeleteLayerVersion(_) => Operation::DeleteLayerVersion,
        }
    }

    /// The code that the request brings, for the caller to resolve before the model handles it.
    pub fn code_mut(&mut self) -> Option<&mut Code> {
        match self {
            Self::CreateFunction(input) => Some(&mut input.code),
            Self::UpdateFunctionCode(input) => Some(&mut input.code),
            Self::PublishLayerVersion(input) => Some(&mut input.content),
            _ => None,
        }
    }
}

/// Members that the body may carry and that become a function's configuration; in CreateFunction and
/// UpdateFunctionConfiguration alike. `None`: not sent.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[expect(missing_docs, reason = "each is the AWS member of that name")]
pub struct ConfigurationInput {
    pub role: Option<String>,
    pub handler: Option<String>,
    pub runtime: Option<String>,
    pub description: Option<String>,
    pub timeout: Option<i64>,
    pub memory_size: Option<i64>,
    pub environment: Option<EnvironmentInput>,
    pub layers: Option<Vec<String>>,
    pub vpc_config: Option<Value>,
    pub dead_letter_config: Option<Value>,
    #[serde(rename = "KMSKeyArn")]
    pub kms_key_arn: Option<String>,
    pub tracing_config: Option<Value>,
    pub file_system_configs: Option<Value>,
    pub image_config: Option<Value>,
    pub ephemeral_storage: Option<EphemeralStorageInput>,
    pub snap_start: Option<SnapStartInput>,
    pub logging_config: Option<Value>,
}

/// `Environment`
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct EnvironmentInput {
    /// The whole map; it replaces what was there.
    pub variables: Option<BTreeMap<String, String>>,
}

/// `EphemeralStorage`
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct EphemeralStorageInput {
    /// Megabytes.
    pub size: Option<i64>,
}

/// `SnapStart`
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SnapStartInput {
    /// `PublishedVersions` or `None`.
    pub apply_on: Option<String>,
}

/// Whether a version is published in the same call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Publish {
    /// Only `$LATEST` changes.
    #[default]
    No,
    /// A version is published as well.
    Yes,
}

/// Whether a call only checks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DryRun {
    /// It takes effect.
    #[default]
    No,
    /// It changes nothing.
    Yes,
}

/// CreateFunction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CreateFunction {
    /// The name, or a partial or full ARN.
    pub function_name: String,
    /// Where the code comes from.
    pub code: Code,
    /// `Zip` (when not sent) or `Image`.
    pub package_type: Option<String>,
    /// At most one of `x86_64`, `arm64`.
    pub architectures: Option<Vec<String>>,
    /// Whether version 1 is published as well.
    pub publish: Publish,
    /// Tags of the new function.
    pub tags: BTreeMap<String, String>,
    /// An attached code signing configuration.
    pub code_signing_config_arn: Option<String>,
    /// The configuration.
    pub configuration: ConfigurationInput,
}

/// UpdateFunctionCode.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UpdateFunctionCode {
    /// Name, `name:qualifier`, partial or full ARN.
    pub function_name: String,
    /// Where the code comes from.
    pub code: Code,
    /// At most one of `x86_64`, `arm64`.
    pub architectures: Option<Vec<String>>,
    /// Whether a version is published as well.
    pub publish: Publish,
    /// Whether the call only checks.
    pub dry_run: DryRun,
    /// The guard.
    pub revision_id: Option<String>,
}

/// UpdateFunctionConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UpdateFunctionConfiguration {
    /// Name, `name:qualifier`, partial or full ARN.
    pub function_name: String,
    /// The guard.
    pub revision_id: Option<String>,
    /// What to change; what was not sent stays.
    pub configuration: ConfigurationInput,
}

/// A function and an optional qualifier: all that several operations carry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// Name, `name:qualifier`, partial or full ARN.
    pub function_name: String,
    /// `Qualifier` from the query.
    pub qualifier: Option<String>,
}

impl Target {
    /// Names a function without a qualifier.
    pub fn new(function_name: impl Into<String>) -> Self {
        Self { function_name: function_name.into(), qualifier: None }
    }

    /// The same with a qualifier.
    #[must_use]
    pub fn qualified(mut self, qualifier: impl Into<String>) -> Self {
        self.qualifier = Some(qualifier.into());
        self
    }
}

/// PublishVersion.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PublishVersion {
    /// Name, partial or full ARN.
    #[serde(skip)]
    pub function_name: String,
    /// Refuse unless `$LATEST`'s code has this hash (base64).
    pub code_sha256: Option<String>,
    /// The version's description instead of the function's.
    pub description: Option<String>,
    /// The guard.
    pub revision_id: Option<String>,
}

/// Which page of a list. At most 50 items a page, whatever is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// `Marker` as the previous page gave it.
    pub marker: Option<String>,
    /// `MaxItems`.
    pub max_items: Option<i64>,
}

/// ListVersionsByFunction, ListFunctionUrlConfigs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListOfFunction {
    /// Name, partial or full ARN.
    pub function_name: String,
    /// Which page.
    pub page: Page,
}

/// ListFunctions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFunctions {
    /// `ALL` lists published versions too.
    pub function_version: Option<String>,
    /// Which page.
    pub page: Page,
}

/// An alias of a function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AliasTarget {
    /// Name, partial or full ARN.
    pub function_name: String,
    /// The alias.
    pub name: String,
}

/// `RoutingConfig`
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct RoutingConfigInput {
    /// Version → share in [0, 1]. Sent empty, it clears.
    pub additional_version_weights: Option<BTreeMap<String, f64>>,
}

/// CreateAlias.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CreateAlias {
    /// Name, partial or full ARN.
    #[serde(skip)]
    pub function_name: String,
    /// The alias.
    pub name: Option<String>,
    /// The version it points to.
    pub function_version: Option<String>,
    /// At most 256 characters.
    pub description: Option<String>,
    /// Weights.
    pub routing_config: Option<RoutingConfigInput>,
}

/// UpdateAlias: what is not sent stays.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct UpdateAlias {
    /// Name, partial or full ARN.
    #[serde(skip)]
    pub function_name: String,
    /// The alias.
    #[serde(skip)]
    pub name: String,
    /// The version it is to point to.
    pub function_version: Option<String>,
    /// At most 256 characters.
    pub description: Option<String>,
    /// Weights.
    pub routing_config: Option<RoutingConfigInput>,
    /// The guard: the alias's, not the function's.
    pub revision_id: Option<String>,
}

/// ListAliases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListAliases {
    /// Name, partial or full ARN.
    pub function_name: String,
    /// Only aliases whose primary version is this one.
    pub function_version: Option<String>,
    /// Which page.
    pub page: Page,
}

/// `X-Amz-Invocation-Type`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InvocationType {
    /// The caller waits for the answer.
    #[default]
    RequestResponse,
    /// Accepted, run later.
    Event,
    /// Only checked.
    DryRun,
}

/// `X-Amz-Log-Type`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogType {
    /// No log in the answer.
    #[default]
    None,
    /// The last 4 KB of the log in the answer.
    Tail,
}

/// Invoke.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invoke {
    /// Function and qualifier.
    pub target: Target,
    /// Wait, queue or only check.
    pub invocation_type: InvocationType,
    /// Whether the answer carries the log's tail.
    pub log_type: LogType,
    /// Base64 JSON, handed to the function as it is.
    pub client_context: Option<String>,
    /// The event: JSON, or nothing.
    pub payload: Vec<u8>,
}

/// TagResource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagResource {
    /// The function's unqualified ARN.
    pub resource: String,
    /// Tags to set.
    pub tags: BTreeMap<String, String>,
}

/// UntagResource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UntagResource {
    /// The function's unqualified ARN.
    pub resource: String,
    /// Keys to remove; none is an error.
    pub tag_keys: Vec<String>,
}

/// ListTags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListTags {
    /// The function's unqualified ARN.
    pub resource: String,
}

/// AddPermission.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[expect(missing_docs, reason = "each is the AWS member of that name")]
pub struct AddPermission {
    #[serde(skip)]
    pub target: Target,
    pub statement_id: Option<String>,
    pub action: Option<String>,
    pub principal: Option<String>,
    pub source_arn: Option<String>,
    pub source_account: Option<String>,
    pub event_source_token: Option<String>,
    #[serde(rename = "PrincipalOrgID")]
    pub principal_org_id: Option<String>,
    pub function_url_auth_type: Option<String>,
    pub revision_id: Option<String>,
}

/// RemovePermission.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemovePermission {
    /// Function and qualifier.
    pub target: Target,
    /// The statement.
    pub statement_id: String,
    /// The guard: the policy's.
    pub revision_id: Option<String>,
}

/// CreateEventSourceMapping. No events ever flow: the mapping is recorded so that a deployer can see it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CreateEventSourceMapping {
    /// Name, `name:qualifier`, partial or full ARN.
    pub function_name: String,
    /// The queue or stream.
    pub event_source_arn: Option<String>,
    /// The other members as they came, for the reply.
    pub members: serde_json::Map<String, Value>,
}

/// One event source mapping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MappingTarget {
    /// Its UUID.
    pub uuid: String,
}

/// ListEventSourceMappings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListEventSourceMappings {
    /// Only mappings to exactly this function (and qualifier).
    pub function_name: Option<String>,
    /// Only mappings from this source.
    pub event_source_arn: Option<String>,
    /// Which page.
    pub page: Page,
}

/// CreateFunctionUrlConfig. The URL is recorded, not served.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CreateFunctionUrlConfig {
    /// Function and alias.
    pub target: Target,
    /// `NONE` or `AWS_IAM`.
    pub auth_type: Option<String>,
    /// `BUFFERED` or `RESPONSE_STREAM`.
    pub invoke_mode: Option<String>,
    /// As it came.
    pub cors: Option<Value>,
}

/// PutProvisionedConcurrencyConfig.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PutProvisionedConcurrencyConfig {
    /// Function, and alias or version.
    pub target: Target,
    /// How many environments are to be kept ready.
    pub requested: Option<i64>,
}

/// GetCodeSigningConfig.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeSigningConfigTarget {
    /// The configuration's ARN.
    pub arn: String,
}
