//! Building functions: look, build unless this machine or the store has it, package, look again.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use shipway_core::build::{BUILD_RECORD_VERSION, BuildRecord, FunctionBuild, Origin, Product, Source, WorkTree};
use shipway_core::contract::Contract;
use shipway_core::digest::{BuildDigest, SourceDigest};
use shipway_core::ledger::BuildReference;
use shipway_core::names::LogicalName;

use super::explanation::{Because, Explanation, Miss, changes_since};
use super::shared_builds;
use crate::OperationError;
use crate::context::{Environment, Ports};
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

/// Builds every function of the environment, once whatever the number of its targets; nothing is deployed, no AWS call is
/// made.
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
    for order in distinct(environment) {
        let result = match sources.of(&order.function) {
            Ok(source) => build(ports, SharedBuilds::NotAsked, order, source, &head).await,
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

/// The inputs of each function, looked at once: targets that one artifact serves are judged by the same inputs.
pub(crate) struct Sources(BTreeMap<LogicalName, Result<Source, BuildFailure>>);

impl Sources {
    /// Those of one function of the environment that was looked at.
    pub(crate) fn of(&self, function: &LogicalName) -> Result<Source, BuildFailure> {
        self.0.get(function).expect("the inputs of every function were looked at").clone()
    }
}

/// What is checked out, and every function's inputs. All are asked at once, so that one look at the project serves them all.
pub(crate) async fn look_at_all(ports: &Ports<'_>, environment: &Environment) -> (Result<Head, GitError>, Sources) {
    let looks =
        distinct(environment).map(|order| async move { (order.function.clone(), ports.sources.look(order).await) });
    let (head, looked) = futures::join!(ports.git.head(), futures::future::join_all(looks));
    (head, Sources(looked.into_iter().collect()))
}

/// Whether the store is asked for builds that other machines made.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SharedBuilds<'a> {
    /// The store of this environment is.
    Of(&'a Environment),
    /// It is not: nothing beyond this machine is to be reached.
    NotAsked,
}

/// The build of `source`, which is what `order`'s inputs are.
pub(crate) async fn build(
    ports: &Ports<'_>,
    shared: SharedBuilds<'_>,
    order: &FunctionBuild,
    source: Source,
    head: &Head,
) -> Result<BuiltFunction, BuildFailure> {
    let begun = ports.clock.monotonic();
    let source_digest = source.digest();
    let explain = |because| Explanation::new(&source, source_digest, &order.folder, because);
    let ready_made = |cached: CachedBuild, made, because| {
        let explanation = explain(because);
        tell_explanation(ports, order, &explanation);
        let (_, digest) = cached.record.to_bytes();
        let (function, record, file) = (order.function.clone(), cached.record, cached.file);
        let took = ports.clock.monotonic() - begun;
        BuiltFunction { function, record, digest, file, made, explanation, took }
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
                remember(ports, order, &source_digest, &cached.record, &cached.file).await;
                return Ok(ready_made(cached, Made::Elsewhere, Because::BuiltElsewhere));
            }
            Err(miss) => Some(miss),
        },
    };
    for (place, miss) in [("this machine", Some(&on_this_machine)), ("the store", in_the_store.as_ref())] {
        if let Some(Miss::Damaged { reason } | Miss::Unreadable { reason }) = miss {
            warn(ports, order, format!("{place} has a build of it that cannot be used ({reason}): it is built again"));
        }
    }
    let changes = changes_since(ports.cache.last(order).await.as_ref(), &source);
    let explanation = explain(Because::Built { on_this_machine, in_the_store, changes });
    tell_explanation(ports, order, &explanation);
    ports.reporter.report(Event::Building { function: order.function.clone(), builder: order.builder.name() });
    let contract = contract_of(ports, order, &source).await;
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
        contract,
        origin: Origin::Built {
            source_digest: stood_still.then_some(source_digest),
            source,
            commit: head.commit.clone(),
            work_tree: if stood_still { head.work_tree } else { WorkTree::Dirty },
        },
        tools: tree.tools,
    };
    if stood_still {
        remember(ports, order, &source_digest, &record, &packaged.file).await;
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
    let (function, file) = (order.function.clone(), packaged.file);
    Ok(BuiltFunction { function, record, digest, file, made: Made::Now, explanation, took })
}

/// What a build of `source` requires: what was declared, and what its source reads.
pub(crate) async fn contract_of(ports: &Ports<'_>, order: &FunctionBuild, source: &Source) -> Contract {
    let reads = match order.product {
        Product::Function => ports.reader.reads(order, source).await,
        Product::Layer { .. } => None,
    };
    Contract { reads: reads.map(|reads| reads.corrected(&order.corrections)), ..order.contract.clone() }
}

async fn remember(
    ports: &Ports<'_>,
    order: &FunctionBuild,
    source: &SourceDigest,
    record: &BuildRecord,
    file: &ArtifactFile,
) {
    if let Err(reason) = ports.cache.remember(source, record, file).await {
        warn(ports, order, format!("the build could not be remembered: {reason}"));
    }
}

pub(crate) fn tell_explanation(ports: &Ports<'_>, order: &FunctionBuild, explanation: &Explanation) {
    let explanation = Box::new(explanation.clone());
    ports.reporter.report(Event::Explained { function: order.function.clone(), explanation });
}

fn warn(ports: &Ports<'_>, order: &FunctionBuild, message: String) {
    ports.reporter.report(Event::Warning { function: Some(order.function.clone().into()), message });
}

pub(crate) fn failed(function: &LogicalName, source: BuildFailure) -> OperationError {
    OperationError::Build { function: function.to_string(), source: Box::new(source) }
}
