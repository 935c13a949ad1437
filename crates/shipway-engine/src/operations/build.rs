//! Building functions: look, build unless this machine or the store has it, package, look again.

use std::time::Duration;

use shipway_core::build::{BUILD_RECORD_VERSION, BuildRecord, Origin, Source, WorkTree};
use shipway_core::digest::{BuildDigest, SourceDigest};
use shipway_core::ledger::BuildReference;
use shipway_core::names::LogicalName;

use super::explanation::{Because, Explanation, Miss, changes_since};
use super::shared_builds;
use crate::OperationError;
use crate::context::{Environment, Function, Ports};
use crate::ports::{ArtifactFile, BuildFailure, CachedBuild, Event, GitError, Head, Remembered};

/// A function's build, made now or remembered.
#[derive(Debug, Clone)]
pub struct BuiltFunction {
    /// The function.
    pub function: LogicalName,
    /// How it came about.
    pub record: BuildRecord,
    /// The record's name.
    pub digest: BuildDigest,
    /// The zip.
    pub file: ArtifactFile,
    /// Whether a build tool ran for it now.
    pub made: Made,
    /// Why it was made, or was not.
    pub explanation: Explanation,
    /// How long it took.
    pub took: Duration,
}

/// Whether a build tool ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// It was made now.
    Now,
    /// This machine had it.
    Before,
    /// Another machine had made it, and it was in the store.
    Elsewhere,
}

impl BuiltFunction {
    /// The reference that a deployment at `head` carries: the record's digests, and the commit that is deployed (the
    /// same inputs may have been built first at an earlier one).
    #[must_use]
    pub fn reference(&self, head: &Head) -> BuildReference {
        BuildReference {
            commit: head.commit.clone(),
            work_tree: head.work_tree,
            ..BuildReference::of(&self.record, self.digest)
        }
    }
}

/// Builds every function of the environment; nothing is deployed, no AWS call is made.
///
/// # Errors
/// When the repository cannot be read. What became of each function is in the list.
pub async fn build_all(
    ports: &Ports<'_>,
    environment: &Environment,
) -> Result<Vec<(LogicalName, Result<BuiltFunction, OperationError>)>, OperationError> {
    let (head, sources) = look_at_all(ports, environment).await;
    let head = head?;
    let mut built = Vec::new();
    for (function, source) in environment.functions.iter().zip(sources) {
        let result = match source {
            Ok(source) => build(ports, SharedBuilds::NotAsked, function, source, &head).await,
            Err(error) => Err(error),
        };
        built.push((function.name.clone(), result));
    }
    Ok(built)
}

/// What is checked out, and every function's inputs. All are asked at once, so that one look at the project serves them all.
pub(crate) async fn look_at_all(
    ports: &Ports<'_>,
    environment: &Environment,
) -> (Result<Head, GitError>, Vec<Result<Source, OperationError>>) {
    let looks = futures::future::join_all(environment.functions.iter().map(|function| look(ports, function)));
    futures::join!(ports.git.head(), looks)
}

/// The function's inputs as they are now.
pub(crate) async fn look(ports: &Ports<'_>, function: &Function) -> Result<Source, OperationError> {
    ports.sources.look(&function.build).await.map_err(failed(function))
}

/// Whether the store is asked for builds that other machines made.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SharedBuilds<'a> {
    /// The store of this environment is.
    Of(&'a Environment),
    /// It is not: nothing beyond this machine is to be reached.
    NotAsked,
}

/// The function's build from `source`.
pub(crate) async fn build(
    ports: &Ports<'_>,
    shared: SharedBuilds<'_>,
    function: &Function,
    source: Source,
    head: &Head,
) -> Result<BuiltFunction, OperationError> {
    let begun = ports.clock.monotonic();
    let source_digest = source.digest();
    let explain = |because| Explanation::new(&source, source_digest, &function.build.folder, because);
    let ready_made = |cached: CachedBuild, made, because| {
        let explanation = explain(because);
        tell_explanation(ports, function, &explanation);
        let (_, digest) = cached.record.to_bytes();
        let (record, file) = (cached.record, cached.file);
        let took = ports.clock.monotonic() - begun;
        BuiltFunction { function: function.name.clone(), record, digest, file, made, explanation, took }
    };
    let on_this_machine = match ports.cache.find(&source_digest).await {
        Remembered::Whole(cached) => return Ok(ready_made(*cached, Made::Before, Because::BuiltHereBefore)),
        Remembered::Nothing => Miss::Absent,
        Remembered::Damaged { reason } => Miss::Damaged { reason },
    };
    let in_the_store = match shared {
        SharedBuilds::NotAsked => None,
        SharedBuilds::Of(environment) => match shared_builds::find(ports, environment, &source_digest).await {
            Ok(cached) => {
                remember(ports, function, &source_digest, &cached.record, &cached.file).await;
                return Ok(ready_made(cached, Made::Elsewhere, Because::BuiltElsewhere));
            }
            Err(miss) => Some(miss),
        },
    };
    for (place, miss) in [("this machine", Some(&on_this_machine)), ("the store", in_the_store.as_ref())] {
        if let Some(Miss::Damaged { reason } | Miss::Unreadable { reason }) = miss {
            warn(
                ports,
                function,
                format!("{place} has a build of it that cannot be used ({reason}): it is built again"),
            );
        }
    }
    let changes = changes_since(ports.cache.last(&function.build).await.as_ref(), &source);
    let explanation = explain(Because::Built { on_this_machine, in_the_store, changes });
    tell_explanation(ports, function, &explanation);
    ports.reporter.report(Event::Building { function: function.name.clone(), builder: function.build.builder.name() });
    let tree = ports.toolchain.build(&function.build, &source).await.map_err(failed(function))?;
    let packaged = ports.packager.package(&function.build, &tree).await.map_err(failed(function))?;
    for message in tree.warnings.iter().chain(&packaged.warnings) {
        warn(ports, function, message.clone());
    }
    // Looked at again: what moved while it was built must not be remembered as the build of what it was before.
    let stood_still = look(ports, function).await?.digest() == source_digest;
    let record = BuildRecord {
        version: BUILD_RECORD_VERSION,
        function: function.name.clone(),
        artifact: packaged.file.artifact,
        package_digest: Some(packaged.package_digest),
        zip_bytes: packaged.file.bytes,
        unzipped_bytes: packaged.unzipped_bytes,
        platform: function.build.platform,
        contract: function.build.contract.clone(),
        origin: Origin::Built {
            source_digest: stood_still.then_some(source_digest),
            source,
            commit: head.commit.clone(),
            work_tree: if stood_still { head.work_tree } else { WorkTree::Dirty },
        },
        tools: tree.tools,
    };
    if stood_still {
        remember(ports, function, &source_digest, &record, &packaged.file).await;
    } else {
        warn(ports, function, "its inputs changed while it was built; the build is not remembered".to_owned());
    }
    let (_, digest) = record.to_bytes();
    let took = ports.clock.monotonic() - begun;
    ports.reporter.report(Event::Built {
        function: function.name.clone(),
        artifact: packaged.file.artifact.short(),
        bytes: packaged.file.bytes,
        took,
    });
    let (function, file) = (function.name.clone(), packaged.file);
    Ok(BuiltFunction { function, record, digest, file, made: Made::Now, explanation, took })
}

async fn remember(
    ports: &Ports<'_>,
    function: &Function,
    source: &SourceDigest,
    record: &BuildRecord,
    file: &ArtifactFile,
) {
    if let Err(reason) = ports.cache.remember(source, record, file).await {
        warn(ports, function, format!("the build could not be remembered: {reason}"));
    }
}

pub(crate) fn tell_explanation(ports: &Ports<'_>, function: &Function, explanation: &Explanation) {
    let explanation = Box::new(explanation.clone());
    ports.reporter.report(Event::Explained { function: function.name.clone(), explanation });
}

fn warn(ports: &Ports<'_>, function: &Function, message: String) {
    ports.reporter.report(Event::Warning { function: Some(function.name.clone()), message });
}

fn failed(function: &Function) -> impl FnOnce(BuildFailure) -> OperationError + use<'_> {
    |source| OperationError::Build { function: function.name.to_string(), source: Box::new(source) }
}
