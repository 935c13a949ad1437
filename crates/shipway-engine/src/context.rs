//! What every operation is given: its neighbours, and the environment that it is about.

use std::time::Duration;

use shipway_core::build::FunctionBuild;
use shipway_core::build_cache::CacheAccess;
use shipway_core::contract::UnknownRule;
use shipway_core::digest::ContentDigest;
use shipway_core::ledger::TargetRules;
use shipway_core::names::{
    AccountId, Architecture, EnvironmentName, LayerName, LogicalName, ProjectName, Region, Runtime, Target,
};
use shipway_core::plan::{CreateAlias, DriftRule, UnqualifiedRule};
use shipway_core::target_name::TargetName;
use std::collections::BTreeMap;

use crate::ports::{
    ArtifactFiles, BuildCache, Clock, Entropy, Git, Identity, Lambda, Machine, Packager, Provisioner, Reporter,
    SourceReader, Sources, Store, Toolchain,
};

/// The engine's neighbours.
#[derive(Clone, Copy)]
pub struct Ports<'a> {
    /// Lambda, under a budget.
    pub lambda: &'a dyn Lambda,
    /// The environment's store.
    pub store: &'a dyn Store,
    /// STS, where there is one to ask.
    pub identity: Option<&'a dyn Identity>,
    /// Provisioning, in a local environment alone.
    pub provisioner: Option<&'a dyn Provisioner>,
    /// The repository.
    pub git: &'a dyn Git,
    /// The inputs.
    pub sources: &'a dyn Sources,
    /// Who reads them.
    pub reader: &'a dyn SourceReader,
    /// The builders.
    pub toolchain: &'a dyn Toolchain,
    /// The packager.
    pub packager: &'a dyn Packager,
    /// This machine's builds.
    pub cache: &'a dyn BuildCache,
    /// This machine's zips.
    pub files: &'a dyn ArtifactFiles,
    /// Time.
    pub clock: &'a dyn Clock,
    /// Chance.
    pub entropy: &'a dyn Entropy,
    /// This machine and process.
    pub machine: &'a dyn Machine,
    /// Who listens.
    pub reporter: &'a dyn Reporter,
}

impl std::fmt::Debug for Ports<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Ports").field("store", &self.store.url()).finish_non_exhaustive()
    }
}

/// One environment of a project, resolved.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The project.
    pub project: ProjectName,
    /// The environment.
    pub name: EnvironmentName,
    /// Its account.
    pub account: AccountId,
    /// Its region.
    pub region: Region,
    /// What happens to missing aliases.
    pub create_alias: CreateAlias,
    /// What unqualified callers mean.
    pub unqualified: UnqualifiedRule,
    /// What it means that a function's variables cannot be read.
    pub on_unknown: UnknownRule,
    /// What to do about code that somebody else put there.
    pub on_drift: DriftRule,
    /// How long a deployment waits for provisioning.
    pub hold_for: Duration,
    /// What may be done with its part of the shared build cache.
    pub cache: CacheAccess,
    /// How zips that are small enough get to Lambda.
    pub upload: Upload,
    /// How many functions are worked on at the same time; at least 1.
    pub concurrency: usize,
    /// How long things may take.
    pub patience: Patience,
    /// Its functions, by name: one for each target.
    pub functions: Vec<Function>,
    /// Its layers, by name.
    pub layers: Vec<Layer>,
}

/// One layer of an environment, resolved.
#[derive(Debug, Clone)]
pub struct Layer {
    /// Its name in the configuration.
    pub name: LogicalName,
    /// Its name in AWS.
    pub layer_name: LayerName,
    /// What is built.
    pub build: FunctionBuild,
    /// The runtimes that it suits.
    pub runtimes: Vec<Runtime>,
    /// The processors that it suits.
    pub architectures: Vec<Architecture>,
    /// What it is.
    pub description: Option<String>,
    /// Its licence.
    pub license: Option<String>,
}

/// One function of an environment and one of its targets, resolved. Targets that one artifact serves differ in name and
/// target alone.
#[derive(Debug, Clone)]
pub struct Function {
    /// What the target is called.
    pub name: TargetName,
    /// What is built.
    pub build: FunctionBuild,
    /// Where it goes.
    pub target: Target,
    /// The layers that it is to have, by their names in the configuration.
    pub layers: Vec<LogicalName>,
    /// What a local environment creates it with.
    pub local: LocalSettings,
}

/// One target, and the rules that hold for it: of a function of an environment, or of a hold that is finished without a
/// checkout.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// The project.
    pub project: ProjectName,
    /// The environment.
    pub environment: EnvironmentName,
    /// What the target is called there.
    pub name: TargetName,
    /// The target.
    pub target: Target,
    /// What happens to a missing alias.
    pub create_alias: CreateAlias,
    /// What unqualified callers mean.
    pub unqualified: UnqualifiedRule,
    /// What it means that variables cannot be read.
    pub on_unknown: UnknownRule,
    /// How long things may take.
    pub patience: Patience,
}

impl Assignment {
    /// Of a function of an environment.
    #[must_use]
    pub fn of(environment: &Environment, function: &Function) -> Self {
        Self {
            project: environment.project.clone(),
            environment: environment.name.clone(),
            name: function.name.clone(),
            target: function.target.clone(),
            create_alias: environment.create_alias,
            unqualified: environment.unqualified,
            on_unknown: environment.on_unknown,
            patience: environment.patience,
        }
    }

    /// The same under other rules: those that a hold or what runs was deployed under.
    #[must_use]
    pub fn under(self, rules: &TargetRules) -> Self {
        Self { create_alias: rules.create_alias, unqualified: rules.unqualified, on_unknown: rules.on_unknown, ..self }
    }
}

/// What a local environment configures a function with, beyond its contract.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LocalSettings {
    /// Its variables. Values may be secrets: `Debug` shows the names alone.
    pub environment: BTreeMap<String, String>,
    /// Memory in MB; the contract's, else 256.
    pub memory_megabytes: Option<u32>,
    /// Timeout in seconds; the contract's, else 30.
    pub timeout_seconds: Option<u32>,
    /// The layer versions to attach, by ARN; set once they are published.
    pub layers: Vec<String>,
}

impl LocalSettings {
    /// By which a change of them is noticed.
    #[must_use]
    pub fn digest(&self) -> ContentDigest {
        let settings = (&self.environment, self.memory_megabytes, self.timeout_seconds);
        // What was recorded before there were layers stays what it is.
        let bytes = if self.layers.is_empty() {
            serde_json::to_vec(&settings)
        } else {
            serde_json::to_vec(&(settings, &self.layers))
        };
        let bytes = bytes.expect("texts and numbers always have a JSON form");
        ContentDigest::of(&bytes)
    }
}

impl std::fmt::Debug for LocalSettings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("LocalSettings")
            .field("environment", &self.environment.keys().collect::<Vec<_>>())
            .field("memory_megabytes", &self.memory_megabytes)
            .field("timeout_seconds", &self.timeout_seconds)
            .field("layers", &self.layers)
            .finish()
    }
}

/// How zips get to Lambda that are small enough for both ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upload {
    /// In the request.
    Direct,
    /// By way of the store.
    Store,
}

/// How long things may take before an operation gives up on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// An update of a function, or a version becoming active. Functions in a VPC and SnapStart take minutes.
    pub lambda: Duration,
    /// Another deployment of the same target.
    pub target: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { lambda: Duration::from_secs(15 * 60), target: Duration::from_secs(30 * 60) }
    }
}
