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
use crate::contract::{Network, UnknownRule};
use crate::names::{
    AccountId, Architecture, EnvironmentName, Handler, LayerName, LogicalName, ProjectName, Region, Runtime, Serving,
    Target,
};
use crate::plan::DriftRule;
use crate::target_name::TargetName;

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
    /// What it means that a function's variables cannot be read.
    pub on_unknown: UnknownRule,
    /// What to do about code that somebody else put there.
    pub on_drift: DriftRule,
    /// How long a deployment waits for provisioning.
    pub hold_for: Duration,
    /// Whether anything is deployed here.
    pub enabled: bool,
    /// The branches that deploy here in CI.
    pub branches: Vec<BranchPattern>,
    /// The functions, sorted by logical name, also those that are not enabled.
    pub functions: Vec<ResolvedFunction>,
    /// The layers, sorted by name.
    pub layers: Vec<ResolvedLayer>,
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
    /// What it is in AWS: one, or several that one artifact serves; never none.
    pub targets: Vec<ResolvedTarget>,
    /// How it is built and what it needs; the same in every environment.
    pub settings: FunctionSettings,
    /// What the local environment creates it with. Defaults in an AWS environment, where nothing reads it.
    pub local: LocalFunction,
}

/// One Lambda function that a function's artifact serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedTarget {
    /// What it is called here.
    pub name: TargetName,
    /// What it is in AWS.
    pub target: Target,
}

/// A layer in an environment, settled.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedLayer {
    /// Its name in the configuration.
    pub name: LogicalName,
    /// Its name in AWS.
    pub layer_name: LayerName,
    /// The runtimes that it suits; never none. It is built for the first.
    pub runtimes: Vec<Runtime>,
    /// The processors that it suits; never none. It is built for the first.
    pub architectures: Vec<Architecture>,
    /// What it is, in a sentence.
    pub description: Option<String>,
    /// Its licence.
    pub license: Option<String>,
    /// How it is built.
    pub settings: FunctionSettings,
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
    /// The project's layers that the function is to have, in the order in which they are unpacked.
    pub layers: Vec<LogicalName>,
}

/// What a function's code needs of its configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Requirements {
    /// Environment variables that must be set.
    pub environment: Vec<VariableName>,
    /// Variables that the source reads and gets on without.
    pub optional: Vec<VariableName>,
    /// Variables that the source reads and that are not the function's business.
    pub ignore: Vec<VariableName>,
    /// Memory in MB, at least.
    pub memory: Option<Megabytes>,
    /// Timeout in seconds, at least.
    pub timeout: Option<Seconds>,
    /// Layers that must be attached, by name.
    pub layers: Vec<LayerName>,
    /// Whether it must run in a VPC, or must not.
    pub network: Option<Network>,
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

    /// The function that a name is about, and which of its targets: all of them for the function's logical name, one for
    /// `FUNCTION:NAME`.
    ///
    /// # Errors
    /// When there is none of that name; the problem suggests the nearest.
    pub fn targets(&self, name: &str) -> Result<(&ResolvedFunction, Vec<&ResolvedTarget>), Problems> {
        let Some((logical, _)) = name.split_once(':') else {
            let function = self.function(name)?;
            return Ok((function, function.targets.iter().collect()));
        };
        let function = self.function(logical)?;
        let found = function.targets.iter().find(|target| target.name.to_string() == name);
        let found = found.ok_or_else(|| {
            let known: Vec<String> = function.targets.iter().map(|target| target.name.to_string()).collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let hint = suggestion(name, "the targets are", &known);
            outside_the_file(ProblemCode::UnknownFunction, format!("there is no target `{name}`"), hint)
        })?;
        Ok((function, vec![found]))
    }
}
