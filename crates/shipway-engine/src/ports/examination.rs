//! Looking at a function more closely than a deployment has to: its versions, its aliases, and everything that hangs on
//! it. Reads only, each of which may be refused by itself.

use std::collections::BTreeSet;

use async_trait::async_trait;
pub use shipway_core::diagnosis::{
    CodeStorage, EventSourceMapping, FunctionUrl, PolicyStatement, Provisioned, ProvisionedStatus,
};
use shipway_core::names::{FunctionName, Qualifier, VersionNumber};
pub use shipway_core::pruning::PublishedVersion;

use super::{CallError, LiveAlias};

/// Lambda, looked at closely. A function that does not exist has none of all this.
#[async_trait(?Send)]
pub trait Examination {
    /// ListVersionsByFunction, all pages, without `$LATEST`.
    async fn list_versions(&self, function: &FunctionName) -> Result<Vec<PublishedVersion>, CallError>;
    /// ListAliases, all pages.
    async fn list_aliases(&self, function: &FunctionName) -> Result<Vec<LiveAlias>, CallError>;
    /// GetPolicy: the statements that let somebody in, of exactly this face of the function.
    async fn policy(&self, function: &FunctionName, qualifier: &Qualifier) -> Result<Vec<PolicyStatement>, CallError>;
    /// GetFunctionUrlConfig of the unqualified function.
    async fn function_url(&self, function: &FunctionName) -> Result<Option<FunctionUrl>, CallError>;
    /// ListEventSourceMappings: those of the unqualified function.
    async fn event_source_mappings(&self, function: &FunctionName) -> Result<Vec<EventSourceMapping>, CallError>;
    /// ListEventSourceMappings of the whole account and region: versions of this function that one feeds.
    async fn versions_with_event_sources(&self, function: &FunctionName) -> Result<BTreeSet<VersionNumber>, CallError>;
    /// ListProvisionedConcurrencyConfigs, all pages.
    async fn provisioned_concurrency(&self, function: &FunctionName) -> Result<Vec<Provisioned>, CallError>;
    /// GetAccountSettings: the code storage; `None` from a server that has no such call.
    async fn code_storage(&self) -> Result<Option<CodeStorage>, CallError>;
}

/// Deleting versions. A port of its own, which no deployment is given: the version is a number, so that the function
/// itself cannot be meant.
#[async_trait(?Send)]
pub trait VersionRemoval {
    /// DeleteFunction with this number as Qualifier. A version that is gone already is a success.
    async fn delete_version(&self, function: &FunctionName, version: VersionNumber) -> Result<(), CallError>;
}
