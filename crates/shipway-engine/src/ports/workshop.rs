//! From source to artifact: looking at the inputs, building a tree, packaging it, and keeping what came out.

use std::collections::BTreeMap;
use std::path::PathBuf;

use async_trait::async_trait;
use shipway_core::build::{BuildRecord, FunctionBuild, Source};
use shipway_core::contract::SourceReads;
use shipway_core::digest::{ArtifactDigest, PackageDigest, SourceDigest};

/// A zip on this machine whose bytes have that digest. Only hosts look inside the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtifactFile {
    /// SHA-256 of its bytes.
    pub artifact: ArtifactDigest,
    /// Its size in bytes.
    pub bytes: u64,
    /// Where it is.
    pub path: PathBuf,
}

/// A tree that a builder made, in a scratch folder that the toolchain owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltTree {
    /// A folder, or for `prebuilt` a zip or jar that is taken as it is.
    pub path: PathBuf,
    /// Paths in the tree that hold other people's code, relative, with `/`: what looks like a secret there is a
    /// warning, not a refusal.
    pub dependencies: Vec<String>,
    /// Tools that took part and their versions.
    pub tools: BTreeMap<String, String>,
    /// Things to tell the user ("runs on python 3.11, the function asks for 3.13").
    pub warnings: Vec<String>,
}

/// A build, a look at its inputs, or packaging failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BuildFailure {
    /// What failed, in one sentence.
    pub message: String,
    /// The command that ran, as typed, if one did.
    pub command: Option<String>,
    /// The folder it ran in.
    pub folder: Option<String>,
    /// The tool's own output, its last lines.
    pub output: Option<String>,
    /// What to do about it.
    pub hints: Vec<String>,
    /// Whether the user must change what they wrote (a missing tool, a missing handler, a secret), or the build
    /// itself went wrong.
    pub fault: Fault,
}

/// Whose fault a build failure is; decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The configuration, the inputs, or a tool that is missing: exit code 2.
    Input,
    /// The package was refused by a safety check: exit code 4.
    Refused,
    /// The build failed: exit code 1.
    Build,
}

/// What packaging made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packaged {
    /// The zip.
    pub file: ArtifactFile,
    /// The digest of what is in it.
    pub package_digest: PackageDigest,
    /// The size of what is in it, in bytes.
    pub unzipped_bytes: u64,
    /// Things to tell the user.
    pub warnings: Vec<String>,
}

/// Looks at inputs.
#[async_trait(?Send)]
pub trait Sources {
    /// Everything the build is declared to depend on, as it is now.
    async fn look(&self, build: &FunctionBuild) -> Result<Source, BuildFailure>;
}

/// Reads sources.
#[async_trait(?Send)]
pub trait SourceReader {
    /// The environment variables that the function's own sources ask for; `None` where nobody can say, because there are
    /// no sources in a language that is read. Text that cannot be read is passed over: what is found is a guess anyway.
    async fn reads(&self, build: &FunctionBuild, source: &Source) -> Option<SourceReads>;
}

/// Builds.
#[async_trait(?Send)]
pub trait Toolchain {
    /// Runs the builder in a scratch copy of the inputs.
    async fn build(&self, build: &FunctionBuild, source: &Source) -> Result<BuiltTree, BuildFailure>;
}

/// Packages.
#[async_trait(?Send)]
pub trait Packager {
    /// Checks the tree (size, secrets, handler) and makes the zip in the local artifact folder.
    async fn package(&self, build: &FunctionBuild, tree: &BuiltTree) -> Result<Packaged, BuildFailure>;
}

/// A build that this machine made before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedBuild {
    /// Its record.
    pub record: BuildRecord,
    /// Its zip.
    pub file: ArtifactFile,
}

/// What this machine remembers of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remembered {
    /// Its build, whose zip is there and whole.
    Whole(Box<CachedBuild>),
    /// It was damaged, and is forgotten.
    Damaged {
        /// In what way.
        reason: String,
    },
    /// Nothing.
    Nothing,
}

/// This machine's own memory of builds, by source digest. Damaged entries are noticed and forgotten.
#[async_trait(?Send)]
pub trait BuildCache {
    /// The build with this source.
    async fn find(&self, source: &SourceDigest) -> Remembered;
    /// The record of this function's last build for this platform, to say what changed since. Its zip may be gone.
    async fn last(&self, build: &FunctionBuild) -> Option<BuildRecord>;
    /// Remembers a build. Failing to is not an error of the deployment: it is said as a warning.
    async fn remember(&self, source: &SourceDigest, record: &BuildRecord, file: &ArtifactFile) -> Result<(), String>;
}

/// Zips on this machine, by digest.
#[async_trait(?Send)]
pub trait ArtifactFiles {
    /// The zip with this digest, if it is here and whole.
    async fn find(&self, artifact: &ArtifactDigest) -> Option<ArtifactFile>;
}
