//! Layers: how what was built lies in one, and the record of what was published.
//!
//! Lambda unpacks a layer into `/opt`, and each runtime looks in folders of its own there. Nothing here moves a file or
//! publishes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::builder::Builder;
use crate::digest::{ArtifactDigest, BuildDigest};
use crate::names::{Architecture, LayerName, Nonce, Runtime};

/// The current version of [`LayerRecord`]'s format.
pub const LAYER_RECORD_VERSION: u32 = 1;

/// A function's code and its layers together, unzipped, in bytes. Source: Lambda's quotas.
pub const UNZIPPED_LIMIT: u64 = 262_144_000;

/// Where in a layer what a builder made has its place. Source: AWS's documentation, "Layer paths for each Lambda
/// runtime".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LayerLayout {
    /// As it is: whoever made it put it where it belongs (`bin/`, `lib/`, `python/` …).
    AsItIs,
    /// Modules and packages below `python/`.
    Python,
    /// `node_modules` and what is beside it below `nodejs/`.
    Node,
    /// Jars below `java/lib/`.
    Java,
    /// Gems below `ruby/gems/X.Y.0/`, the layer's own files below `ruby/lib/`.
    Ruby,
}

impl LayerLayout {
    /// The layout of what a builder makes.
    #[must_use]
    pub fn of(builder: &Builder) -> Self {
        match builder {
            Builder::Python(_) => Self::Python,
            Builder::Node(_) => Self::Node,
            Builder::Java(_) => Self::Java,
            Builder::Ruby => Self::Ruby,
            Builder::Go(_) | Builder::Rust(_) | Builder::Command { .. } | Builder::Prebuilt { .. } => Self::AsItIs,
        }
    }

    /// The place in the layer of a path in the built tree (relative, with `/`); `None` for what is of no use there.
    #[must_use]
    pub fn place(self, path: &str) -> Option<String> {
        match self {
            Self::AsItIs => Some(path.to_owned()),
            Self::Python => Some(format!("python/{path}")),
            Self::Node => Some(format!("nodejs/{path}")),
            // A class outside of a jar is not found in a layer: the runtime's class path has jars alone.
            Self::Java => path.strip_prefix("lib/").map(|jar| format!("java/lib/{jar}")),
            Self::Ruby => Some(match path.strip_prefix("vendor/bundle/ruby/") {
                Some(gems) => format!("ruby/gems/{gems}"),
                None => format!("ruby/lib/{path}"),
            }),
        }
    }
}

/// One layer version that Shipway published. Created once, never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerRecord {
    /// The format's version.
    pub version: u32,
    /// By which its writer knows it again.
    pub nonce: Nonce,
    /// When it was recorded.
    pub at: Timestamp,
    /// The layer's name in AWS.
    pub layer_name: LayerName,
    /// The layer version's ARN: what provisioning attaches.
    pub layer_version_arn: String,
    /// Its number.
    pub layer_version: u64,
    /// The zip's bytes.
    pub artifact: ArtifactDigest,
    /// The record of how they came about.
    pub build: BuildDigest,
    /// The size of what is in it, in bytes.
    pub unzipped_bytes: u64,
    /// The runtimes that it says it suits.
    pub runtimes: Vec<Runtime>,
    /// The processors that it says it suits.
    pub architectures: Vec<Architecture>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_runtime_finds_its_own() {
        let place = |layout: LayerLayout, path: &str| layout.place(path);
        assert_eq!(place(LayerLayout::Python, "requests/api.py").as_deref(), Some("python/requests/api.py"));
        assert_eq!(place(LayerLayout::Node, "node_modules/a/i.js").as_deref(), Some("nodejs/node_modules/a/i.js"));
        assert_eq!(place(LayerLayout::Java, "lib/gson.jar").as_deref(), Some("java/lib/gson.jar"));
        assert_eq!(place(LayerLayout::Java, "shop/Order.class"), None);
        assert_eq!(
            place(LayerLayout::Ruby, "vendor/bundle/ruby/3.2.0/gems/x/x.rb").as_deref(),
            Some("ruby/gems/3.2.0/gems/x/x.rb")
        );
        assert_eq!(place(LayerLayout::Ruby, "shared.rb").as_deref(), Some("ruby/lib/shared.rb"));
        assert_eq!(place(LayerLayout::AsItIs, "bin/tool").as_deref(), Some("bin/tool"));
    }
}
