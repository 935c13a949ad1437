//! Building functions: look, build unless this machine has it, package, look again.

use std::time::Duration;

use shipway_core::build::{BUILD_RECORD_VERSION, BuildRecord, Origin, Source, WorkTree};
use shipway_core::digest::BuildDigest;
use shipway_core::ledger::BuildReference;
use shipway_core::names::LogicalName;

use crate::OperationError;
use crate::context::{Environment, Function, Ports};
use crate::ports::{ArtifactFile, BuildFailure, Event, GitError, Head};

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
            Ok(source) => build(ports, function, source, &head).await,
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

/// The function's build from `source`.
pub(crate) async fn build(
    ports: &Ports<'_>,
    function: &Function,
    source: Source,
    head: &Head,
) -> Result<BuiltFunction, OperationError> {
    let begun = ports.clock.monotonic();
    let source_digest = source.digest();
    if let Some(cached) = ports.cache.find(&source_digest).await {
        let (_, digest) = cached.record.to_bytes();
        return Ok(BuiltFunction {
            function: function.name.clone(),
            record: cached.record,
            digest,
            file: cached.file,
            made: Made::Before,
            took: ports.clock.monotonic() - begun,
        });
    }
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
        if let Err(reason) = ports.cache.remember(&source_digest, &record, &packaged.file).await {
            warn(ports, function, format!("the build could not be remembered: {reason}"));
        }
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
    Ok(BuiltFunction { function: function.name.clone(), record, digest, file: packaged.file, made: Made::Now, took })
}

fn warn(ports: &Ports<'_>, function: &Function, message: String) {
    ports.reporter.report(Event::Warning { function: Some(function.name.clone()), message });
}

fn failed(function: &Function) -> impl FnOnce(BuildFailure) -> OperationError + use<'_> {
    |source| OperationError::Build { function: function.name.to_string(), source: Box::new(source) }
}
