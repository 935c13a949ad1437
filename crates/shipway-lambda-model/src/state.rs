//! What the control plane remembers, and how a change of it is told to whoever keeps it.
//!
//! [`State`] is plain data that serialises. [`Change`] is what one request made of it: applying the changes of a log, in
//! order, to an empty state gives the state. It does not decide anything.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    code::Package, configuration::Configuration, layer::Layer, lifecycle::Lifecycle, name::Qualifier,
    time::Milliseconds,
};

/// Everything that survives a restart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// By name.
    pub functions: BTreeMap<String, Function>,
    /// The highest version number ever given out, by function name; it outlives the function.
    pub published: BTreeMap<String, u64>,
    /// By UUID.
    pub mappings: BTreeMap<String, Mapping>,
    /// By ARN.
    pub code_signing: BTreeMap<String, CodeSigning>,
    /// By name.
    #[serde(default)]
    pub layers: BTreeMap<String, Layer>,
}

/// One function with all that belongs to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// `$LATEST`
    pub latest: Revision,
    /// What invocations of `$LATEST` run while an update is in progress, or after it failed.
    pub serving: Option<Served>,
    /// Published versions by number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub versions: BTreeMap<u64, Version>,
    /// By name.
    pub aliases: BTreeMap<String, Alias>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Resource policies: of the function itself under "", else under the qualifier.
    pub policies: BTreeMap<String, Policy>,
    /// Function URLs: of the function itself under "", else under the alias.
    pub urls: BTreeMap<String, FunctionUrl>,
    /// Provisioned concurrency, by alias or version.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub provisioned: BTreeMap<String, Provisioned>,
    /// The attached code signing configuration.
    pub code_signing_config_arn: Option<String>,
    /// Whether CloudFront holds copies.
    pub edge: Edge,
}

/// `$LATEST`, or the contents of a version: code and configuration with a state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    /// The configuration.
    pub configuration: Configuration,
    /// The code.
    pub package: Package,
    /// State, last update and RevisionId.
    pub lifecycle: Lifecycle,
    /// When it was last modified.
    pub last_modified: Milliseconds,
}

/// What serves in place of `$LATEST`'s new contents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Served {
    /// The configuration.
    pub configuration: Configuration,
    /// The code.
    pub package: Package,
}

/// A published version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// What was frozen.
    pub revision: Revision,
    /// `ConfigSha256` of `$LATEST` when it was published: the version's own differs if it was given a description.
    pub published_from: String,
}

/// An alias.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alias {
    /// `$LATEST` or a version.
    pub target: Qualifier,
    /// Description.
    pub description: String,
    /// The second version and its share.
    pub weight: Option<(u64, f64)>,
    /// The alias's own.
    pub revision_id: String,
}

/// A resource policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// Statements in the order they were added.
    pub statements: Vec<Value>,
    /// The policy's own.
    pub revision_id: String,
}

/// A function URL, as recorded; nothing serves it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FunctionUrl {
    /// `https://…`
    pub url: String,
    /// `NONE` or `AWS_IAM`
    pub auth_type: String,
    /// `BUFFERED` or `RESPONSE_STREAM`
    pub invoke_mode: String,
    /// As it came.
    pub cors: Option<Value>,
    /// When.
    pub created: Milliseconds,
}

/// Provisioned concurrency, as recorded; nothing is kept warm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provisioned {
    /// How many environments are to be kept ready.
    pub requested: u64,
    /// From when on they are.
    pub ready: Milliseconds,
    /// When it was asked for.
    pub last_modified: Milliseconds,
}

/// An event source mapping, as recorded; no events flow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mapping {
    /// With the qualifier that it was bound to.
    pub function_arn: String,
    /// The queue or stream.
    pub event_source_arn: Option<String>,
    /// The other members as they came.
    pub members: serde_json::Map<String, Value>,
    /// When.
    pub last_modified: Milliseconds,
}

/// Whether a function is at CloudFront's edge.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Edge {
    /// It is not.
    #[default]
    None,
    /// It is the main function of replicas: it cannot be deleted.
    Replicated,
    /// It is itself a replica of the function with this ARN (`MasterArn`).
    ReplicaOf(String),
}

/// A code signing configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeSigning {
    /// What happens to unsigned code.
    pub policy: UntrustedArtifact,
    /// Signing profile version ARNs.
    pub publishers: Vec<String>,
    /// When.
    pub last_modified: Milliseconds,
}

/// `UntrustedArtifactOnDeployment`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UntrustedArtifact {
    /// It is deployed with a warning.
    Warn,
    /// It is refused.
    Enforce,
}

/// What became of one part of the state. Applying it again changes nothing more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// A function is now so, or is gone with all its versions.
    Function {
        /// Its name.
        name: String,
        /// Its new state, without its versions: there may be hundreds, and few change.
        function: Option<Box<Function>>,
        /// The highest version number ever given out under the name.
        published: u64,
    },
    /// A version is now so, or is gone. Without its function it is nothing.
    Version {
        /// The function's name.
        function: String,
        /// The version's number.
        number: u64,
        /// Its new state.
        version: Option<Box<Version>>,
    },
    /// A mapping is now so, or is gone.
    Mapping {
        /// Its UUID.
        uuid: String,
        /// Its new state.
        mapping: Option<Box<Mapping>>,
    },
    /// A code signing configuration is now so, or is gone.
    CodeSigning {
        /// Its ARN.
        arn: String,
        /// Its new state.
        config: Option<CodeSigning>,
    },
    /// A layer is now so.
    Layer {
        /// Its name.
        name: String,
        /// Its new state.
        layer: Option<Box<Layer>>,
    },
}

impl State {
    /// Takes over a change that was recorded before.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::Function { name, function, published } => {
                if published > 0 {
                    self.published.insert(name.clone(), published);
                }
                let versions = self.functions.remove(&name).map(|function| function.versions).unwrap_or_default();
                if let Some(function) = function {
                    self.functions.insert(name, Function { versions, ..*function });
                }
            }
            Change::Version { function, number, version } => {
                if let Some(function) = self.functions.get_mut(&function) {
                    put(&mut function.versions, number, version.map(|version| *version));
                }
            }
            Change::Mapping { uuid, mapping } => put(&mut self.mappings, uuid, mapping.map(|mapping| *mapping)),
            Change::CodeSigning { arn, config } => put(&mut self.code_signing, arn, config),
            Change::Layer { name, layer } => put(&mut self.layers, name, layer.map(|layer| *layer)),
        }
    }

    /// Every package that a version, or `$LATEST`, still needs, layers included.
    pub fn packages(&self) -> impl Iterator<Item = &Package> {
        let functions = self.functions.values().flat_map(|function| {
            let versions =
                function.versions.values().map(|version| (&version.revision.package, &version.revision.configuration));
            let serving = function.serving.iter().map(|served| (&served.package, &served.configuration));
            std::iter::once((&function.latest.package, &function.latest.configuration)).chain(serving).chain(versions)
        });
        let functions = functions.flat_map(|(package, configuration)| {
            std::iter::once(package).chain(configuration.layers.iter().map(|layer| &layer.package))
        });
        let layers = self.layers.values().flat_map(|layer| layer.versions.values().map(|version| &version.package));
        functions.chain(layers)
    }
}

fn put<K: Ord, T>(map: &mut BTreeMap<K, T>, key: K, value: Option<T>) {
    match value {
        Some(value) => {
            map.insert(key, value);
        }
        None => {
            map.remove(&key);
        }
    }
}

impl Function {
    /// All but the versions.
    pub(crate) fn without_versions(&self) -> Self {
        Self {
            latest: self.latest.clone(),
            serving: self.serving.clone(),
            versions: BTreeMap::new(),
            aliases: self.aliases.clone(),
            tags: self.tags.clone(),
            policies: self.policies.clone(),
            urls: self.urls.clone(),
            provisioned: self.provisioned.clone(),
            code_signing_config_arn: self.code_signing_config_arn.clone(),
            edge: self.edge.clone(),
        }
    }

    /// Lets time pass for `$LATEST` and every version.
    pub(crate) fn settle(&mut self, now: Milliseconds) {
        if self.latest.lifecycle.settle(now)
            && self.latest.lifecycle.last_update() == Some(crate::lifecycle::LastUpdateStatus::Successful)
        {
            self.serving = None;
        }
        for version in self.versions.values_mut() {
            version.revision.lifecycle.settle(now);
        }
    }

    /// Aliases that point to a version, by primary or by weight.
    pub(crate) fn aliases_of(&self, number: u64) -> Vec<&str> {
        self.aliases
            .iter()
            .filter(|(_, alias)| {
                alias.target == Qualifier::Version(number)
                    || alias.weight.is_some_and(|(weighted, _)| weighted == number)
            })
            .map(|(name, _)| name.as_str())
            .collect()
    }
}
