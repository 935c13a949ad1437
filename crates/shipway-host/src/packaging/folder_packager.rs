//! The engine's [`Packager`]: a tree is zipped, a zip or jar is looked at and taken as it is; either is refused when it
//! cannot hold the handler.
//!
//! A layer may supply a handler's file. Whether the function has layers is not known when it is packaged, so an absent
//! handler is refused unless `allow` holds `handler-in-layer`: then it is a warning.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Once};

use async_trait::async_trait;
use shipway_core::build::FunctionBuild;
use shipway_core::digest::{ArtifactDigest, PackageDigest};
use shipway_engine::ports::{ArtifactFile, BuildFailure, BuiltTree, Fault, Packaged, Packager};
use shipway_package::{
    DigestedPackage, EntrySummary, HandlerFinding, InspectError, LintTarget, Package, PackageError, Refusal, Refusals,
    Repackaged, Repackaging, RuntimeFamily, Tree, files_named_alike, handler_in_tree, handler_in_zip, lint_tree,
    lint_zip, package_digest, read_zip, survey,
};

use super::ArtifactFolder;
use super::runs_on::runs_on;
use crate::{durable, failure, hashing};

/// What `allow` holds when a layer brings the handler's file.
pub const HANDLER_IN_LAYER: &str = "handler-in-layer";

/// How much may be remembered of packages, in bytes, before what is oldest goes.
const MOST_MEMORY_BYTES: u64 = 1 << 30;

/// Packages into the folder `artifacts` below a folder of this machine's.
#[derive(Debug, Clone)]
pub struct FolderPackager {
    artifacts: ArtifactFolder,
    memories: PathBuf,
    threads: NonZeroUsize,
    swept: Arc<Once>,
}

impl FolderPackager {
    /// Keeps what it makes below `folder`.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        let memories = folder.join("cache").join("packages");
        let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self { artifacts: ArtifactFolder::new(folder), memories, threads, swept: Arc::new(Once::new()) }
    }

    /// With another number of threads than there are processors. Packages do not depend on it.
    #[must_use]
    pub fn with_threads(self, threads: NonZeroUsize) -> Self {
        Self { threads, ..self }
    }

    fn package_tree(&self, build: &FunctionBuild, tree: &BuiltTree) -> Result<Packaged, BuildFailure> {
        let draft = self.draft()?;
        let request_tree = Tree {
            root: &tree.path,
            exclude: &build.exclude,
            allow: &build.allow,
            dependency_roots: &tree.dependencies,
        };
        // Before anything is looked at: what is written from now on is newer than what is remembered.
        let repackaging = Repackaging::begin(&self.memory(build));
        let surveyed = survey(&request_tree).map_err(|error| not_packaged(build, &error))?;
        let lint = lint_tree(&surveyed, &lint_target(build, tree)).map_err(|error| not_packaged(build, &error))?;
        if !lint.refusals.is_empty() {
            // All at once: what is in the files is looked at, too, before they are refused.
            return Err(refused_with(build, lint.refusals, package_digest(&surveyed, self.threads)));
        }
        let made = repackaging.package(&surveyed, self.threads, &draft).map_err(|error| not_packaged(build, &error))?;
        let (Repackaged::Kept { package, .. } | Repackaged::Made { package, .. }) = &made;
        let mut warnings: Vec<String> =
            package.findings.iter().chain(&lint.findings).map(ToString::to_string).collect();
        warnings.extend(judge_handler(build, &package.entries, |family, handler| {
            handler_in_tree(&surveyed, family, handler, &build.allow)
        })?);
        let (package_digest, unzipped_bytes) = (PackageDigest(package.package_digest.0), package.unzipped_bytes);
        let file = match made {
            Repackaged::Kept { package, zip } => self.kept(&package, zip)?,
            Repackaged::Made { package, memory } => {
                let file = self.keep(draft, ArtifactDigest(package.zip_sha256.0), package.zip_bytes)?;
                if let Err(error) = memory.keep(&file.path) {
                    tracing::debug!(function = %build.function, %error, "what was packaged is not remembered");
                }
                file
            }
        };
        Ok(Packaged { file, package_digest, unzipped_bytes, warnings })
    }

    /// A zip of an earlier run that is whole; it is taken in if it lies elsewhere.
    fn kept(&self, package: &Package, zip: PathBuf) -> Result<ArtifactFile, BuildFailure> {
        let artifact = ArtifactDigest(package.zip_sha256.0);
        let path = self.artifacts.path(&artifact);
        let file = ArtifactFile { artifact, bytes: package.zip_bytes, path: zip };
        self.artifacts.take_in(&file).map_err(|error| failure::io("copy", &file.path, &error))?;
        Ok(ArtifactFile { path, ..file })
    }

    /// What is remembered of the function's last package. Where its folder cannot be made, nothing is.
    fn memory(&self, build: &FunctionBuild) -> PathBuf {
        if let Err(error) = std::fs::create_dir_all(&self.memories) {
            tracing::debug!(path = %self.memories.display(), %error, "packages are not remembered");
        }
        self.swept.call_once(|| {
            durable::sweep(&self.memories);
            durable::keep_below(&self.memories, MOST_MEMORY_BYTES);
        });
        self.memories.join(format!("{}.memory", build.function))
    }

    fn take_zip(&self, build: &FunctionBuild, tree: &BuiltTree) -> Result<Packaged, BuildFailure> {
        let found = read_zip(&tree.path).map_err(|error| not_usable(build, &error))?;
        let (mut refusals, further) =
            found.judge_secrets(&build.allow, &tree.dependencies).map_err(|error| not_packaged(build, &error))?;
        let lint = lint_zip(&found, &lint_target(build, tree)).map_err(|error| not_packaged(build, &error))?;
        refusals.extend(lint.refusals);
        if !refusals.is_empty() {
            return Err(refused(build, &Refusals(refusals)));
        }
        let findings = found.findings.iter().chain(&further).chain(&lint.findings);
        let mut warnings: Vec<String> = findings.map(ToString::to_string).collect();
        warnings.extend(judge_handler(build, &found.entries, |family, handler| {
            handler_in_zip(&tree.path, &found.entries, family, handler, &build.allow)
        })?);
        let draft = self.draft()?;
        let failed = |error| failure::io("copy", &tree.path, &error);
        let mut copy = std::fs::File::create(&draft).map_err(failed)?;
        let mut original = std::fs::File::open(&tree.path).map_err(failed)?;
        let (artifact, bytes) = hashing::copy_hashing(&mut original, &mut copy).map_err(failed)?;
        if artifact.0 != found.zip_sha256.0 {
            return Err(failure::build(format!("{} changed while it was packaged", tree.path.display()), &[]));
        }
        Ok(Packaged {
            file: self.keep(draft, artifact, bytes)?,
            package_digest: PackageDigest(found.package_digest.0),
            unzipped_bytes: found.unzipped_bytes,
            warnings,
        })
    }

    fn draft(&self) -> Result<tempfile::TempPath, BuildFailure> {
        self.artifacts.draft().map_err(|error| failure::build(format!("no room for the package: {error}"), &[]))
    }

    fn keep(
        &self,
        draft: tempfile::TempPath,
        artifact: ArtifactDigest,
        bytes: u64,
    ) -> Result<ArtifactFile, BuildFailure> {
        let kept = self.artifacts.keep(draft, artifact, bytes);
        kept.map_err(|error| failure::build(format!("the package cannot be kept: {error}"), &[]))
    }
}

#[async_trait(?Send)]
impl Packager for FolderPackager {
    async fn package(&self, build: &FunctionBuild, tree: &BuiltTree) -> Result<Packaged, BuildFailure> {
        let (packager, build, tree) = (self.clone(), build.clone(), tree.clone());
        let work = move || {
            if tree.path.is_file() { packager.take_zip(&build, &tree) } else { packager.package_tree(&build, &tree) }
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| failure::broken_off(&error))?
    }
}

/// A warning, or a refusal, if the handler's file is not in the package.
fn judge_handler(
    build: &FunctionBuild,
    entries: &[EntrySummary],
    find: impl FnOnce(RuntimeFamily, &str) -> Result<HandlerFinding, PackageError>,
) -> Result<Option<String>, BuildFailure> {
    let Some(family) = RuntimeFamily::of_identifier(build.runtime.as_str()) else { return Ok(None) };
    let handler = build.handler.as_str();
    let finding = find(family, handler).map_err(|error| not_packaged(build, &error))?;
    let Some(problem) = finding.problem(handler) else { return Ok(None) };
    let mut hints = Vec::new();
    if let HandlerFinding::ProvablyAbsent { looked_for } = &finding {
        if build.allow.iter().any(|allowed| allowed == HANDLER_IN_LAYER) {
            return Ok(Some(problem));
        }
        let alike = files_named_alike(entries, looked_for);
        if !alike.is_empty() {
            hints.push(format!("the package holds {}: correct `handler`, or `path`", alike.join(", ")));
        }
        hints.push(format!("if a layer brings it: allow = [\"{HANDLER_IN_LAYER}\"]"));
    }
    if let HandlerFinding::SymbolAbsent { path, .. } | HandlerFinding::SymbolNotPublic { path, .. } = &finding {
        hints.push("correct `handler`, or the file: nothing else in the package could bring the name about".to_owned());
        hints.push(format!("if it is there all the same: allow = [{path:?}]"));
    }
    let failure = failure::input(format!("`{}`: {problem}", build.function), &[]);
    Err(BuildFailure { hints, ..failure })
}

/// Where the package is to run, in the lint's terms.
fn lint_target<'a>(build: &'a FunctionBuild, tree: &'a BuiltTree) -> LintTarget<'a> {
    LintTarget {
        runs_on: runs_on(build.platform, &build.runtime),
        family: RuntimeFamily::of_identifier(build.runtime.as_str()),
        // What is attached shows when the deployment is planned, not here.
        layers_bytes: None,
        allow: &build.allow,
        dependency_roots: &tree.dependencies,
    }
}

/// Refused for what shows in names and headers, together with what shows in the files.
fn refused_with(
    build: &FunctionBuild,
    mut refusals: Vec<Refusal>,
    read: Result<DigestedPackage, PackageError>,
) -> BuildFailure {
    if let Err(PackageError::Refused(Refusals(further))) = read {
        refusals.extend(further);
    }
    refused(build, &Refusals(refusals))
}

fn not_packaged(build: &FunctionBuild, error: &PackageError) -> BuildFailure {
    let function = &build.function;
    match error {
        PackageError::Refused(refusals) => refused(build, refusals),
        PackageError::InvalidPattern { .. } => failure::input(format!("`{function}`: {}", with_cause(error)), &[]),
        PackageError::Changed { .. } => {
            failure::build(format!("`{function}`: {}", with_cause(error)), &["build again when nothing writes there"])
        }
        _ => failure::build(format!("`{function}` could not be packaged: {}", with_cause(error)), &[]),
    }
}

fn refused(build: &FunctionBuild, refusals: &Refusals) -> BuildFailure {
    let failure = failure::build(format!("the package of `{}` is refused: {refusals}", build.function), &[]);
    BuildFailure { fault: Fault::Refused, hints: refusals.hints(), ..failure }
}

fn not_usable(build: &FunctionBuild, error: &InspectError) -> BuildFailure {
    let message = format!("`{}`: {}", build.function, with_cause(error));
    match error {
        InspectError::Unusable { .. } => BuildFailure { fault: Fault::Refused, ..failure::build(message, &[]) },
        _ => failure::build(message, &[]),
    }
}

/// An error with its causes, in one line: the engine's failures hold texts.
fn with_cause(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
