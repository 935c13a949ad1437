//! Layers as they are remembered: versions by number, which are never given out twice, and what a function attached.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{code::Package, name::Home, time::Milliseconds};

/// A layer with its versions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layer {
    /// The highest number ever given out; it outlives the versions.
    pub published: u64,
    /// By number; deleted ones are gone.
    pub versions: BTreeMap<u64, LayerVersion>,
}

/// One version of a layer. It never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the AWS member of that name")]
pub struct LayerVersion {
    pub description: String,
    pub license_info: Option<String>,
    pub compatible_runtimes: Option<Vec<String>>,
    pub compatible_architectures: Option<Vec<String>>,
    /// The zip.
    pub package: Package,
    /// When.
    pub created: Milliseconds,
}

/// A layer version that a function uses. It knows the contents itself: deleting the version takes nothing from the
/// functions that have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachedLayer {
    /// The version's ARN.
    pub arn: String,
    /// The zip.
    pub package: Package,
}

/// A layer version's ARN, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LayerArn<'a> {
    pub(crate) region: &'a str,
    pub(crate) account: &'a str,
    pub(crate) name: &'a str,
    /// Absent in the ARN of a layer as such.
    pub(crate) version: Option<u64>,
}

impl<'a> LayerArn<'a> {
    /// `arn:aws:lambda:REGION:ACCOUNT:layer:NAME`, with `:VERSION` or without.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let parts: Vec<&str> = text.split(':').collect();
        let (region, account, name, version) = match parts.as_slice() {
            ["arn", _, "lambda", region, account, "layer", name] => (*region, *account, *name, None),
            ["arn", _, "lambda", region, account, "layer", name, version] => {
                (*region, *account, *name, Some(version.parse().ok()?))
            }
            _ => return None,
        };
        let twelve_digits = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        (twelve_digits && is_layer_name(name)).then_some(Self { region, account, name, version })
    }
}

/// Source: Lambda's model, `[a-zA-Z0-9-_]+`.
pub(crate) fn is_layer_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

impl Home {
    /// The ARN of a layer, without a version.
    #[must_use]
    pub fn layer_arn(&self, name: &str) -> String {
        format!("arn:{}:lambda:{}:{}:layer:{name}", self.partition(), self.region, self.account)
    }
}
