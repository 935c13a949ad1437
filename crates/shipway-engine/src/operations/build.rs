//! Building functions: look, build unless this machine has it, package, look again.

use std::collections::BTreeSet;
use std::time::Duration;

use shipway_core::build::{BUILD_RECORD_VERSION, BuildRecord, FunctionBuild, Origin, Source, WorkTree};
use shipway_core::digest::BuildDigest;
use shipway_core::ledger::BuildReference;
use shipway_core::names::LogicalName;

use crate::OperationError;
use crate::context::{Environment, Ports};
use crate::ports::{ArtifactFile, BuildFailure, Event, Head};

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

/// Builds every function of the environment, once whatever the number of its targets; nothing is deployed, no AWS call is
/// made.
///
/// # Errors
/// When the repository cannot be read. What became of each function is in the list.
pub async fn build_all(
    ports: &Ports<'_>,
    environment: &Environment,
) -> Result<Vec<(LogicalName, Result<BuiltFunction, OperationError>)>, OperationError> {
    let head = ports.git.head().await?;
    let mut built = Vec::new();
    for order in distinct(environment) {
        let result = match ports.sources.look(order).await {
            Ok(source) => build(ports, order, source, &head).await,
            Err(error) => Err(error),
        };
        built.push((order.function.clone(), result.map_err(|error| failed(&order.function, error))));
    }
    Ok(built)
}

/// What is to be built for an environment: each function once, in order of their names.
pub(crate) fn distinct(environment: &Environment) -> impl Iterator<Item = &FunctionBuild> {
    let mut seen = BTreeSet::new();
    environment.functions.iter().map(|function| &function.build).filter(move |build| seen.insert(&build.function))
}

/// The build of `source`, which is what `order`'s inputs are.
pub(crate) async fn build(
    ports: &Ports<'_>,
    order: &FunctionBuild,
    source: Source,
    head: &Head,
) -> Result<BuiltFunction, BuildFailure> {
    let begun = ports.clock.monotonic();
    let source_digest = source.digest();
    if let Some(cached) = ports.cache.find(&source_digest).await {
        let (_, digest) = cached.record.to_bytes();
        return Ok(BuiltFunction {
            function: order.function.clone(),
            record: cached.record,
            digest,
            file: cached.file,
            made: Made::Before,
            took: ports.clock.monotonic() - begun,
        });
    }
    ports.reporter.report(Event::Building { function: order.function.clone(), builder: order.builder.name() });
    let tree = ports.toolchain.build(order, &source).await?;
    let packaged = ports.packager.package(order, &tree).await?;
    for message in tree.warnings.iter().chain(&packaged.warnings) {
        warn(ports, order, message.clone());
    }
    // Looked at again: what moved while it was built must not be remembered as the build of what it was before.
    let stood_still = ports.sources.look(order).await?.digest() == source_digest;
    let record = BuildRecord {
        version: BUILD_RECORD_VERSION,
        function: order.function.clone(),
        product: order.product,
        artifact: packaged.file.artifact,
        package_digest: Some(packaged.package_digest),
        zip_bytes: packaged.file.bytes,
        unzipped_bytes: packaged.unzipped_bytes,
        platform: order.platform,
        contract: order.contract.clone(),
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
            warn(ports, order, format!("the build could not be remembered: {reason}"));
        }
    } else {
        warn(ports, order, "its inputs changed while it was built; the build is not remembered".to_owned());
    }
    let (_, digest) = record.to_bytes();
    let took = ports.clock.monotonic() - begun;
    ports.reporter.report(Event::Built {
        function: order.function.clone(),
        artifact: packaged.file.artifact.short(),
        bytes: packaged.file.bytes,
        took,
    });
    Ok(BuiltFunction { function: order.function.clone(), record, digest, file: packaged.file, made: Made::Now, took })
}

fn warn(ports: &Ports<'_>, order: &FunctionBuild, message: String) {
    ports.reporter.report(Event::Warning { function: Some(order.function.clone().into()), message });
}

pub(crate) fn failed(function: &LogicalName, source: BuildFailure) -> OperationError {
    OperationError::Build { function: function.to_string(), source: Box::new(source) }
}
