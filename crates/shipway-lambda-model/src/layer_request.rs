//! The requests about layers.

use crate::{code::Code, request::Page};

/// PublishLayerVersion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the AWS member of that name")]
pub struct PublishLayerVersion {
    pub layer_name: String,
    pub description: Option<String>,
    pub content: Code,
    pub compatible_runtimes: Option<Vec<String>>,
    pub license_info: Option<String>,
    pub compatible_architectures: Option<Vec<String>>,
}

/// GetLayerVersion, DeleteLayerVersion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayerVersionTarget {
    /// A name, or the layer's ARN without a version.
    pub layer_name: String,
    /// From the path.
    pub version_number: i64,
}

/// ListLayerVersions, ListLayers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListLayerVersions {
    /// A name, or the layer's ARN without a version; `None` lists every layer's newest version.
    pub layer_name: Option<String>,
    /// Only versions that say they suit this runtime.
    pub compatible_runtime: Option<String>,
    /// Only versions that say they suit this architecture.
    pub compatible_architecture: Option<String>,
    /// Which page.
    pub page: Page,
}
