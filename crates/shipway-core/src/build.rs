//! What is to be built, what it was built from, and the record of how an artifact came about.
//!
//! [`FunctionBuild`] is the order, [`Source`] the inputs as they were found, [`BuildRecord`] the result. The
//! source digest covers what a build is *declared* to depend on; the versions of tools that happened to be
//! installed go to the record's provenance and never into the digest. Nothing here reads files or builds.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::builder::Builder;
use crate::contract::{Contract, Corrections};
use crate::digest::{ArtifactDigest, BuildDigest, ContentDigest, PackageDigest, SourceDigest};
use crate::layer::LayerLayout;
use crate::names::{Architecture, Commit, Handler, LogicalName, Runtime};

/// Counts up when a builder changes what it makes of the same inputs; part of every source digest.
pub const RECIPE_VERSION: u32 = 3;

/// One function's build, as the configuration orders it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionBuild {
    /// The function, or the layer.
    pub function: LogicalName,
    /// Its folder, relative to the project's, with `/`; empty for the project's folder itself.
    pub folder: String,
    /// What builds it.
    pub builder: Builder,
    /// The runtime it is for.
    pub runtime: Runtime,
    /// The handler it answers at.
    pub handler: Handler,
    /// Where it is to run.
    pub platform: Platform,
    /// Further inputs: files, folders or globs relative to the project's folder.
    pub depends_on: Vec<String>,
    /// Globs, relative to the package's root, of what stays out of the package.
    pub exclude: Vec<String>,
    /// Globs, relative to the package's root, of what may go in although it looks like a secret.
    pub allow: Vec<String>,
    /// Names of environment variables that are handed to the build tools and count as inputs.
    pub variables: Vec<String>,
    /// How long the build may take, in seconds.
    pub timeout_seconds: u64,
    /// What the build's contract will be, but for what is read from the source.
    pub contract: Contract,
    /// What a person knows better than the reader of the source.
    pub corrections: Corrections,
    /// What becomes of the tree that the builder makes.
    pub product: Product,
}

/// What is built: both are built by the same builders, and differ in how the tree lies in the zip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Product {
    /// A function: the tree is the package.
    #[default]
    Function,
    /// A layer: the tree is moved to where the runtime looks in one, and links become what they lead to.
    Layer {
        /// Where it is moved to.
        layout: LayerLayout,
    },
}

impl Product {
    fn is_function(&self) -> bool {
        *self == Self::Function
    }

    /// What a file's name has after the name of what was built: a function and a layer may be called the same.
    #[must_use]
    pub fn mark(&self) -> &'static str {
        match self {
            Self::Function => "",
            Self::Layer { .. } => ".layer",
        }
    }
}

/// What stands in a layer's build where a function's handler does: nothing calls a layer.
pub const LAYER_HANDLER: &str = "none";

/// Where a package is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Platform {
    /// Lambda.
    Lambda {
        /// Its processor.
        architecture: Architecture,
    },
    /// The machine that builds: for the embedded Lambda alone, never promotable.
    Host,
}

impl fmt::Display for Platform {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lambda { architecture } => write!(formatter, "lambda {architecture}"),
            Self::Host => formatter.write_str("this machine"),
        }
    }
}

/// A file's kind, as git tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// A plain file.
    Plain,
    /// An executable file.
    Executable,
    /// A symbolic link; its content is the link's text.
    Link,
}

/// One input file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Its kind.
    pub kind: FileKind,
    /// Its content.
    pub content: ContentDigest,
}

/// Everything that a build is declared to depend on, as it was found at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// [`RECIPE_VERSION`] of who looked.
    pub recipe: u32,
    /// The settings that change what is built, by name.
    pub settings: BTreeMap<String, String>,
    /// Files, by path relative to the project's folder, with `/`.
    pub files: BTreeMap<String, SourceFile>,
    /// Build variables that are set, by name; their values only as digests.
    pub variables: BTreeMap<String, ContentDigest>,
}

impl Source {
    /// A description of `build` with these files and variables.
    #[must_use]
    pub fn new(
        build: &FunctionBuild,
        files: BTreeMap<String, SourceFile>,
        variables: BTreeMap<String, ContentDigest>,
    ) -> Self {
        Self { recipe: RECIPE_VERSION, settings: settings_of(build), files, variables }
    }

    /// The files that are not in `folder`, which is relative to the project's.
    pub fn beyond<'s>(&'s self, folder: &'s str) -> impl Iterator<Item = &'s str> {
        let inside =
            move |path: &str| folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        self.files.keys().map(String::as_str).filter(move |path| !inside(path))
    }

    /// The source digest: BLAKE3 over the canonical JSON of this value (maps are sorted).
    #[must_use]
    pub fn digest(&self) -> SourceDigest {
        let bytes = serde_json::to_vec(self).expect("a map with text keys always has a JSON form");
        SourceDigest(*blake3::hash(&bytes).as_bytes())
    }
}

fn settings_of(build: &FunctionBuild) -> BTreeMap<String, String> {
    let json = |value: serde_json::Value| value.to_string();
    let mut contract = serde_json::to_value(&build.contract).expect("a contract always has a JSON form");
    contract.sort_all_objects();
    let product =
        (!build.product.is_function()).then(|| ("product".to_owned(), json(serde_json::json!(build.product))));
    let settings = BTreeMap::from([
        ("folder".to_owned(), build.folder.clone()),
        ("builder".to_owned(), json(serde_json::json!(build.builder))),
        ("platform".to_owned(), json(serde_json::json!(build.platform))),
        ("exclude".to_owned(), json(serde_json::json!(build.exclude))),
        // What it lets in is in the package, and what it lets pass is judged once, when the package is made.
        ("allow".to_owned(), json(serde_json::json!(build.allow))),
        ("contract".to_owned(), json(contract)),
    ]);
    let corrections = (build.corrections != Corrections::default())
        .then(|| ("corrections".to_owned(), json(serde_json::json!(build.corrections))));
    settings.into_iter().chain(product).chain(corrections).collect()
}

/// One way in which two sources differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum SourceChange {
    /// A file is new.
    Added {
        /// Its path.
        path: String,
    },
    /// A file's content or kind changed.
    Edited {
        /// Its path.
        path: String,
    },
    /// A file is gone.
    Removed {
        /// Its path.
        path: String,
    },
    /// A setting changed.
    Setting {
        /// Its name.
        name: String,
    },
    /// A build variable changed, appeared or went.
    Variable {
        /// Its name.
        name: String,
    },
    /// Shipway's builders changed.
    Recipe,
}

impl fmt::Display for SourceChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added { path } => write!(formatter, "{path} (new)"),
            Self::Edited { path } => write!(formatter, "{path}"),
            Self::Removed { path } => write!(formatter, "{path} (removed)"),
            Self::Setting { name } => write!(formatter, "setting {name}"),
            Self::Variable { name } => write!(formatter, "build variable {name}"),
            Self::Recipe => formatter.write_str("Shipway's builders"),
        }
    }
}

/// What changed from `old` to `new`: files first, by path, then variables, settings, the recipe.
#[must_use]
pub fn changes(old: &Source, new: &Source) -> Vec<SourceChange> {
    let mut found = differences(
        &old.files,
        &new.files,
        |path| SourceChange::Added { path },
        |path| SourceChange::Edited { path },
        |path| SourceChange::Removed { path },
    );
    let variable = |name| SourceChange::Variable { name };
    found.extend(differences(&old.variables, &new.variables, variable, variable, variable));
    let setting = |name| SourceChange::Setting { name };
    found.extend(differences(&old.settings, &new.settings, setting, setting, setting));
    if old.recipe != new.recipe {
        found.push(SourceChange::Recipe);
    }
    found
}

fn differences<V: PartialEq>(
    old: &BTreeMap<String, V>,
    new: &BTreeMap<String, V>,
    added: impl Fn(String) -> SourceChange,
    edited: impl Fn(String) -> SourceChange,
    removed: impl Fn(String) -> SourceChange,
) -> Vec<SourceChange> {
    let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .filter_map(|name| match (old.get(name), new.get(name)) {
            (None, Some(_)) => Some(added(name.clone())),
            (Some(_), None) => Some(removed(name.clone())),
            (Some(before), Some(after)) if before != after => Some(edited(name.clone())),
            _ => None,
        })
        .collect()
}

/// Whether the work tree held more than the commit says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WorkTree {
    /// As committed.
    Clean,
    /// With changes that no commit holds.
    Dirty,
}

/// Where a build's bytes come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Origin {
    /// Shipway built them from this source.
    Built {
        /// The source's digest; `None` when the inputs moved while they were built.
        source_digest: Option<SourceDigest>,
        /// The inputs, kept so that a later deployment can say what changed.
        source: Source,
        /// The commit, if there was one.
        commit: Option<Commit>,
        /// The state of the work tree.
        work_tree: WorkTree,
    },
    /// They ran already when Shipway took the function over.
    Adopted,
}

/// How an artifact came about. Named by its own digest; created once, never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildRecord {
    /// The format's version: 1.
    pub version: u32,
    /// The function, or the layer.
    pub function: LogicalName,
    /// What it is.
    #[serde(default, skip_serializing_if = "Product::is_function")]
    pub product: Product,
    /// The zip's bytes.
    pub artifact: ArtifactDigest,
    /// What is in it; `None` for an adopted zip that could not be read.
    pub package_digest: Option<PackageDigest>,
    /// The zip's size in bytes.
    pub zip_bytes: u64,
    /// The size of its content in bytes.
    pub unzipped_bytes: u64,
    /// Where it runs.
    pub platform: Platform,
    /// What it requires.
    pub contract: Contract,
    /// Where it comes from.
    pub origin: Origin,
    /// Tools and their versions, for people: never compared.
    pub tools: BTreeMap<String, String>,
}

/// The current version of [`BuildRecord`]'s format.
pub const BUILD_RECORD_VERSION: u32 = 1;

impl BuildRecord {
    /// The record's bytes as they are stored, and their digest: its name.
    #[must_use]
    pub fn to_bytes(&self) -> (Vec<u8>, BuildDigest) {
        let bytes = serde_json::to_vec(self).expect("a record always has a JSON form");
        let digest = BuildDigest::of(&bytes);
        (bytes, digest)
    }

    /// The source digest, when it was built from inputs that held still.
    #[must_use]
    pub fn source_digest(&self) -> Option<SourceDigest> {
        match &self.origin {
            Origin::Built { source_digest, .. } => *source_digest,
            Origin::Adopted => None,
        }
    }

    /// The commit it was built from, if any.
    #[must_use]
    pub fn commit(&self) -> Option<&Commit> {
        match &self.origin {
            Origin::Built { commit, .. } => commit.as_ref(),
            Origin::Adopted => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(files: &[(&str, &str)]) -> Source {
        let file = |content: &str| SourceFile { kind: FileKind::Plain, content: ContentDigest::of(content.as_bytes()) };
        Source {
            recipe: RECIPE_VERSION,
            settings: BTreeMap::new(),
            files: files.iter().map(|(path, content)| ((*path).to_owned(), file(content))).collect(),
            variables: BTreeMap::new(),
        }
    }

    #[test]
    fn the_same_inputs_have_the_same_digest_and_no_changes() {
        let (one, two) = (source(&[("a", "1"), ("b", "2")]), source(&[("b", "2"), ("a", "1")]));
        assert_eq!(one.digest(), two.digest());
        assert_eq!(changes(&one, &two), []);
    }

    #[test]
    fn every_kind_of_change_is_told_and_changes_the_digest() {
        let old = source(&[("edited", "1"), ("removed", "1")]);
        let mut new = source(&[("edited", "2"), ("added", "1")]);
        new.variables.insert("TOKEN".to_owned(), ContentDigest::of(b"x"));
        let texts: Vec<String> = changes(&old, &new).iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["added (new)", "edited", "removed (removed)", "build variable TOKEN"]);
        assert_ne!(old.digest(), new.digest());
    }

    #[test]
    fn an_executable_bit_is_a_change() {
        let old = source(&[("run", "1")]);
        let mut new = old.clone();
        new.files.get_mut("run").unwrap().kind = FileKind::Executable;
        assert_eq!(changes(&old, &new), [SourceChange::Edited { path: "run".to_owned() }]);
    }
}
