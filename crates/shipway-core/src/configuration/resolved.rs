//! An environment and its functions with everything settled: what operations work with.

use std::collections::BTreeMap;
use std::time::Duration;

use super::explain::SettingWithOrigin;
use super::layers::outside_the_file;
use super::paths::{BranchPattern, PathPattern, ProjectPath};
use super::problem::{ProblemCode, Problems, suggestion};
use super::store_url::StoreUrl;
use super::texts::{BuildVariableName, EndpointUrl, HiddenText, KmsKey, ProfileName, RoleArn, VariableName};
use super::values::{Megabytes, Provider, Seconds, UnqualifiedCallers};
use crate::builder::Builder;
use crate::names::{
    AccountId, Architecture, EnvironmentName, Handler, LogicalName, ProjectName, Region, Runtime, Serving, Target,
};

/// An environment, settled.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedEnvironment {
    /// The project.
    pub project: ProjectName,
    /// The environment.
    pub name: EnvironmentName,
    /// Where its functions run.
    pub provider: Provider,
    /// The account they must be in.
    pub account: AccountId,
    /// The region they are in.
    pub region: Region,
    /// The profile for credentials, if one was named.
    pub profile: Option<ProfileName>,
    /// The role to assume, if any.
    pub role_arn: Option<RoleArn>,
    /// The address of AWS's services, if not AWS's own. Never set for a local environment.
    pub endpoint_url: Option<EndpointUrl>,
    /// The store.
    pub store: StoreUrl,
    /// The key that encrypts what is in an S3 store.
    pub kms_key: Option<KmsKey>,
    /// Whether callers use an alias, and which.
    pub serving: Serving,
    /// What to do about an alias that is missing.
    pub missing_alias: MissingAlias,
    /// What to do about callers that use no alias.
    pub unqualified: UnqualifiedCallers,
    /// Whether anything is deployed here.
    pub enabled: bool,
    /// The branches that deploy here in CI.
    pub branches: Vec<BranchPattern>,
    /// The functions, sorted by logical name, also those that are not enabled.
    pub functions: Vec<ResolvedFunction>,
    pub(super) explained: Vec<SettingWithOrigin>,
}

/// What to do about an alias that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingAlias {
    /// Hold the deployment until provisioning has created it.
    Hold,
    /// Create it.
    Create,
}

/// A function in an environment, settled.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedFunction {
    /// Its logical name.
    pub name: LogicalName,
    /// Whether it is deployed here (the environment as a whole may still not be).
    pub enabled: bool,
    /// What it is in AWS.
    pub target: Target,
    /// How it is built and what it needs; the same in every environment.
    pub settings: FunctionSettings,
    /// What the local environment creates it with. Defaults in an AWS environment, where nothing reads it.
    pub local: LocalFunction,
}

/// How a function is built and what it needs.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FunctionSettings {
    /// Its folder.
    pub path: ProjectPath,
    /// Its runtime, if the file says.
    pub runtime: Option<Runtime>,
    /// Its handler, if the file says.
    pub handler: Option<Handler>,
    /// What it is built for.
    pub architecture: Architecture,
    /// What builds it; `None` for whatever fits what is in its folder.
    pub builder: Option<Builder>,
    /// Further inputs, relative to the project's folder.
    pub depends_on: Vec<PathPattern>,
    /// What is not packed, relative to the package's root.
    pub exclude: Vec<PathPattern>,
    /// What is packed although it looks like credentials, relative to the package's root.
    pub allow: Vec<PathPattern>,
    /// Variables that build tools get; inputs of the build.
    pub build_environment: Vec<BuildVariableName>,
    /// How long the build may take.
    pub build_timeout: Duration,
    /// What the configuration says that the code needs.
    pub requires: Requirements,
}

/// What a function's code needs of its configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Requirements {
    /// Environment variables that must be set.
    pub environment: Vec<VariableName>,
    /// Memory in MB, at least.
    pub memory: Option<Megabytes>,
    /// Timeout in seconds, at least.
    pub timeout: Option<Seconds>,
}

/// What the local environment creates a function with.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalFunction {
    /// Its environment variables.
    pub environment: BTreeMap<VariableName, HiddenText>,
    /// Its memory.
    pub memory: Megabytes,
    /// Its timeout.
    pub timeout: Seconds,
}

impl ResolvedEnvironment {
    /// Every setting with its origin, for `shipway config show`.
    #[must_use]
    pub fn explain(&self) -> &[SettingWithOrigin] {
        &self.explained
    }

    /// A function by its logical name.
    ///
    /// # Errors
    /// When there is none of that name; the problem suggests the nearest.
    pub fn function(&self, name: &str) -> Result<&ResolvedFunction, Problems> {
        self.functions.iter().find(|function| function.name.as_str() == name).ok_or_else(|| {
            let known: Vec<&str> = self.functions.iter().map(|function| function.name.as_str()).collect();
            let hint = suggestion(name, "the functions are", &known);
            outside_the_file(ProblemCode::UnknownFunction, format!("there is no function `{name}`"), hint).into()
        })
    }
}
