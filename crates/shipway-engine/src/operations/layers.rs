//! Layers: built like functions, published append-only, and their ARNs offered to whoever attaches them.
//!
//! Each call to publish makes a new version, also of the same contents, so that the record in the store decides whether
//! there is anything to publish, and what was published without being recorded (a lost reply, a killed process) is looked
//! for first. Nothing is ever deleted.

use std::time::Duration;

use shipway_core::exit::ExitCode;
use shipway_core::layer::{LAYER_RECORD_VERSION, LayerRecord, UNZIPPED_LIMIT};
use shipway_core::names::{LayerName, LogicalName, Qualifier};
use shipway_core::plan::Refusal;
use shipway_core::store_layout::{self, StorePrefix};
use shipway_core::target_name::TargetName;

use super::build::{self, BuiltFunction, Made, SharedBuilds};
use super::consider::{LARGEST_DIRECT_ZIP, check_account};
use super::shared_builds;
use crate::OperationError;
use crate::at_once::at_once;
use crate::context::{Environment, Function, Layer, Ports, Upload};
use crate::observe::{attempt, get_function};
use crate::ports::{
    BuildFailure, CallErrorKind, CodeSource, Created, Event, Fault, LiveLayerVersion, PublishLayerVersion,
};
use crate::record::{create_record, put_artifact};

/// How often a publication of which nobody knows is tried before its last error is handed on.
const ATTEMPTS: u32 = 3;
/// How many versions that no record tells of are compared with what is to be published.
const COMPARED: usize = 5;
/// How often a number that somebody else took first is followed by the next one.
const NUMBERS: u32 = 16;

/// What became of one layer.
#[derive(Debug)]
pub enum LayerOutcome {
    /// A new version is there.
    Published,
    /// The newest version has these contents already.
    Unchanged,
    /// It failed.
    Failed(OperationError),
}

/// What became of one layer, with the particulars.
#[derive(Debug)]
pub struct LayerReport {
    /// The layer.
    pub layer: LogicalName,
    /// Its name in AWS.
    pub layer_name: LayerName,
    /// What became of it.
    pub outcome: LayerOutcome,
    /// The version that is offered now.
    pub record: Option<LayerRecord>,
    /// How long it took, builds included.
    pub took: Duration,
}

impl LayerReport {
    /// How a run with this one layer ends.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match &self.outcome {
            LayerOutcome::Published | LayerOutcome::Unchanged => ExitCode::Done,
            LayerOutcome::Failed(error) => error.exit_code(),
        }
    }
}

/// Builds every layer of `environment`, and publishes those whose contents are not the newest version's.
///
/// # Errors
/// When the account is another one, or the repository cannot be read. What became of each layer is in its report.
pub async fn publish_layers(ports: &Ports<'_>, environment: &Environment) -> Result<Vec<LayerReport>, OperationError> {
    check_account(ports, &environment.account).await?;
    let head = ports.git.head().await?;
    let mut reports = Vec::with_capacity(environment.layers.len());
    for layer in &environment.layers {
        // One after the other: build tools use all cores by themselves.
        let begun = ports.clock.monotonic();
        let built = match ports.sources.look(&layer.build).await {
            Ok(source) => build::build(ports, SharedBuilds::Of(environment), &layer.build, source, &head).await,
            Err(error) => Err(error),
        };
        let published = match built {
            Ok(built) => {
                let published = publish(ports, environment, layer, &built).await;
                if published.is_ok() {
                    leave(ports, environment, layer, &built).await;
                }
                published
            }
            Err(error) => Err(build::failed(&layer.name, error)),
        };
        let (outcome, record) = match published {
            Ok((outcome, record)) => (outcome, Some(record)),
            Err(error) => (LayerOutcome::Failed(error), None),
        };
        let took = ports.clock.monotonic() - begun;
        reports.push(LayerReport {
            layer: layer.name.clone(),
            layer_name: layer.layer_name.clone(),
            outcome,
            record,
            took,
        });
    }
    Ok(reports)
}

/// Leaves the build for other machines, unless it is one of theirs.
async fn leave(ports: &Ports<'_>, environment: &Environment, layer: &Layer, built: &BuiltFunction) {
    if built.made == Made::Elsewhere {
        return;
    }
    if let Err(reason) = shared_builds::leave(ports, environment, built).await {
        let message = format!("the layer's build could not be left for other machines: {reason}");
        ports.reporter.report(Event::Warning { function: Some(layer.name.clone().into()), message });
    }
}

async fn publish(
    ports: &Ports<'_>,
    environment: &Environment,
    layer: &Layer,
    built: &BuiltFunction,
) -> Result<(LayerOutcome, LayerRecord), OperationError> {
    if built.record.unzipped_bytes > UNZIPPED_LIMIT {
        return Err(too_large(&layer.name, format!("the layer `{}`", layer.name), built.record.unzipped_bytes));
    }
    let prefix = store_layout::layer(&environment.project, &environment.name, &layer.name);
    let newest = newest_record(ports, &prefix).await?;
    let of_this_name = newest.as_ref().map(|(_, record)| record).filter(|record| record.layer_name == layer.layer_name);
    if let Some(record) = of_this_name.filter(|record| record.artifact == built.file.artifact)
        && is_there(ports, layer, record).await?
    {
        return Ok((LayerOutcome::Unchanged, record.clone()));
    }
    let (bytes, digest) = built.record.to_bytes();
    create_record(ports, &store_layout::build_record(&digest), &bytes).await?;
    put_artifact(ports, &built.file).await?;
    let recorded = of_this_name.map_or(0, |record| record.layer_version);
    let (outcome, live) = publish_or_find(ports, environment, layer, built, recorded).await?;
    let record = LayerRecord {
        version: LAYER_RECORD_VERSION,
        nonce: ports.entropy.nonce(),
        at: ports.clock.now(),
        layer_name: layer.layer_name.clone(),
        layer_version_arn: live.arn,
        layer_version: live.number,
        artifact: built.file.artifact,
        build: digest,
        unzipped_bytes: built.record.unzipped_bytes,
        runtimes: layer.runtimes.clone(),
        architectures: layer.architectures.clone(),
    };
    let record = keep(ports, &prefix, newest.map_or(0, |(number, _)| number), record).await?;
    Ok((outcome, record))
}

/// Whether a recorded version still exists, with the recorded contents.
async fn is_there(ports: &Ports<'_>, layer: &Layer, record: &LayerRecord) -> Result<bool, OperationError> {
    let live = ports.lambda.get_layer_version(&layer.layer_name, record.layer_version).await;
    let live =
        live.map_err(attempt(format!("looking at version {} of layer {}", record.layer_version, layer.layer_name)))?;
    Ok(live.is_some_and(|live| live.code_sha256 == record.artifact.code_sha256()))
}

/// Publishes, unless a version that no record tells of has these very contents: then it is of a process that was killed,
/// of a reply that was lost, or of a store that is new.
async fn publish_or_find(
    ports: &Ports<'_>,
    environment: &Environment,
    layer: &Layer,
    built: &BuiltFunction,
    recorded: u64,
) -> Result<(LayerOutcome, LiveLayerVersion), OperationError> {
    let request = PublishLayerVersion {
        layer: layer.layer_name.clone(),
        content: content(ports, environment, built).await?,
        runtimes: layer.runtimes.clone(),
        architectures: layer.architectures.clone(),
        description: layer.description.clone(),
        license: layer.license.clone(),
    };
    let mut attempts = 1;
    let mut outcome = LayerOutcome::Unchanged;
    loop {
        if let Some(found) = find_published(ports, layer, built, recorded).await? {
            return Ok((outcome, found));
        }
        match ports.lambda.publish_layer_version(&request).await {
            Ok(live) => return Ok((LayerOutcome::Published, live)),
            // It may be there now, and would be there twice if it were simply sent again.
            Err(error) if error.kind == CallErrorKind::Unknown && attempts < ATTEMPTS => {
                outcome = LayerOutcome::Published;
                attempts += 1;
            }
            Err(error) => return Err(attempt(format!("publishing layer {}", layer.layer_name))(error)),
        }
    }
}

async fn find_published(
    ports: &Ports<'_>,
    layer: &Layer,
    built: &BuiltFunction,
    recorded: u64,
) -> Result<Option<LiveLayerVersion>, OperationError> {
    let name = &layer.layer_name;
    let numbers =
        ports.lambda.list_layer_versions(name).await.map_err(attempt(format!("listing versions of {name}")))?;
    for number in numbers.into_iter().filter(|number| *number > recorded).take(COMPARED) {
        let live = ports.lambda.get_layer_version(name, number).await;
        let live = live.map_err(attempt(format!("looking at version {number} of layer {name}")))?;
        if let Some(live) = live.filter(|live| live.code_sha256 == built.file.artifact.code_sha256()) {
            return Ok(Some(live));
        }
    }
    Ok(None)
}

async fn content(
    ports: &Ports<'_>,
    environment: &Environment,
    built: &BuiltFunction,
) -> Result<CodeSource, OperationError> {
    let fits = built.file.bytes <= LARGEST_DIRECT_ZIP;
    if fits && environment.upload == Upload::Direct {
        return Ok(CodeSource::Direct(built.file.clone()));
    }
    match ports.store.artifact_location(&built.file.artifact).await? {
        Some(location) => Ok(CodeSource::Object(location)),
        None if fits => Ok(CodeSource::Direct(built.file.clone())),
        None => Err(OperationError::Refused(Refusal::NoDelivery { bytes: built.file.bytes })),
    }
}

/// Records a published version after `newest`. Where somebody else was faster with the same contents, his record is the
/// one that counts; a version too many is there, and harms nobody.
async fn keep(
    ports: &Ports<'_>,
    prefix: &StorePrefix,
    newest: u64,
    record: LayerRecord,
) -> Result<LayerRecord, OperationError> {
    let bytes = serde_json::to_vec(&record).expect("a layer's record always has a JSON form");
    for number in (newest + 1..).take(NUMBERS as usize) {
        let key = prefix.numbered(number);
        if create_record(ports, &key, &bytes).await? == Created::Created {
            return Ok(record);
        }
        let Some(stored) = ports.store.get(&key).await? else { continue };
        let there = read_record(&key, &stored.bytes)?;
        if there.nonce == record.nonce || there.artifact == record.artifact {
            return Ok(there);
        }
    }
    Err(OperationError::Document { key: prefix.to_string(), reason: "others kept taking the next number".to_owned() })
}

/// The newest record of a layer and its number.
async fn newest_record(ports: &Ports<'_>, prefix: &StorePrefix) -> Result<Option<(u64, LayerRecord)>, OperationError> {
    let listed = ports.store.list(prefix, None).await?;
    let Some(number) = listed.iter().filter_map(|object| prefix.number_of(&object.key)).max() else { return Ok(None) };
    let key = prefix.numbered(number);
    let Some(stored) = ports.store.get(&key).await? else { return Ok(None) };
    read_record(&key, &stored.bytes).map(|record| Some((number, record)))
}

fn read_record(key: &store_layout::StoreKey, bytes: &[u8]) -> Result<LayerRecord, OperationError> {
    let damaged = |reason: String| OperationError::Document { key: key.to_string(), reason };
    let record: LayerRecord = serde_json::from_slice(bytes).map_err(|error| damaged(error.to_string()))?;
    if record.version > LAYER_RECORD_VERSION {
        return Err(damaged(format!(
            "it has version {}, and this Shipway knows {LAYER_RECORD_VERSION}",
            record.version
        )));
    }
    Ok(record)
}

/// One layer, as it is offered and as it is used.
#[derive(Debug)]
pub struct LayerStatus {
    /// The layer.
    pub layer: LogicalName,
    /// Its name in AWS.
    pub layer_name: LayerName,
    /// The newest version that was published; `None` before the first.
    pub newest: Option<LayerRecord>,
    /// The targets that are to have it, and whether they do.
    pub wanted_by: Vec<(TargetName, Attachment)>,
}

/// Whether a function has the newest version of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attachment {
    /// It has it.
    Attached,
    /// It has another version, with this ARN.
    Other(String),
    /// It has none.
    Missing,
    /// There is no such function yet.
    NoFunction,
}

/// Looks at every layer of `environment`, and at the functions that are to have it: reads only.
///
/// # Errors
/// When the account is another one, or something cannot be read.
pub async fn list_layers(ports: &Ports<'_>, environment: &Environment) -> Result<Vec<LayerStatus>, OperationError> {
    check_account(ports, &environment.account).await?;
    let wanting = environment.functions.iter().filter(|function| !function.layers.is_empty());
    let looks = wanting.map(|function| async move {
        let live = get_function(ports, &function.target.function, &Qualifier::Unqualified).await?;
        Ok::<_, OperationError>((
            function,
            live.map(|live| live.layers.into_iter().map(|layer| layer.arn).collect::<Vec<_>>()),
        ))
    });
    let live = at_once(environment.concurrency, looks).await.into_iter().collect::<Result<Vec<_>, _>>()?;
    let mut statuses = Vec::with_capacity(environment.layers.len());
    for layer in &environment.layers {
        let prefix = store_layout::layer(&environment.project, &environment.name, &layer.name);
        let newest = newest_record(ports, &prefix).await?.map(|(_, record)| record);
        let wanted_by = live
            .iter()
            .filter(|(function, _)| function.layers.contains(&layer.name))
            .map(|(function, attached)| (function.name.clone(), attachment(newest.as_ref(), attached.as_deref())))
            .collect();
        statuses.push(LayerStatus {
            layer: layer.name.clone(),
            layer_name: layer.layer_name.clone(),
            newest,
            wanted_by,
        });
    }
    Ok(statuses)
}

fn attachment(newest: Option<&LayerRecord>, attached: Option<&[String]>) -> Attachment {
    let Some(attached) = attached else { return Attachment::NoFunction };
    let Some(newest) = newest else { return Attachment::Missing };
    if attached.contains(&newest.layer_version_arn) {
        return Attachment::Attached;
    }
    let layer = |arn: &str| arn.rsplit_once(':').map(|(layer, _)| layer.to_owned());
    let same = attached.iter().find(|arn| layer(arn) == layer(&newest.layer_version_arn));
    same.map_or(Attachment::Missing, |arn| Attachment::Other(arn.clone()))
}

/// Lets a local environment's functions have the newest published versions of their layers, as provisioning would
/// elsewhere.
///
/// # Errors
/// When the store fails.
pub async fn attach_published(ports: &Ports<'_>, environment: &mut Environment) -> Result<(), OperationError> {
    if ports.provisioner.is_none() {
        return Ok(());
    }
    let mut newest = Vec::with_capacity(environment.functions.len());
    for function in &environment.functions {
        let mut arns = Vec::new();
        for layer in &function.layers {
            let prefix = store_layout::layer(&environment.project, &environment.name, layer);
            arns.extend(newest_record(ports, &prefix).await?.map(|(_, record)| record.layer_version_arn));
        }
        newest.push(arns);
    }
    for (function, arns) in environment.functions.iter_mut().zip(newest) {
        function.local.layers = arns;
    }
    Ok(())
}

/// A function and the layers that were built for it stay below Lambda's limit together. That is known before anything is
/// uploaded, because both were built here.
pub(crate) async fn check_size_with_layers(
    ports: &Ports<'_>,
    environment: &Environment,
    function: &Function,
    built: &BuiltFunction,
) -> Result<(), OperationError> {
    let mut parts = vec![(function.name.to_string(), built.record.unzipped_bytes)];
    for layer in &function.layers {
        let prefix = store_layout::layer(&environment.project, &environment.name, layer);
        let newest = newest_record(ports, &prefix).await?;
        parts.extend(newest.map(|(_, record)| (format!("layer {layer}"), record.unzipped_bytes)));
    }
    let bytes: u64 = parts.iter().map(|(_, bytes)| bytes).sum();
    if parts.len() == 1 || bytes <= UNZIPPED_LIMIT {
        return Ok(());
    }
    parts.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    let told: Vec<String> = parts.iter().map(|(name, bytes)| format!("{name} {bytes}")).collect();
    let what = format!("`{}` and its layers together ({})", function.name, told.join(", "));
    Err(too_large(function.name.function(), what, bytes))
}

fn too_large(name: &LogicalName, what: String, bytes: u64) -> OperationError {
    let failure = BuildFailure {
        message: format!("{what} unzip to {bytes} bytes, and Lambda takes at most {UNZIPPED_LIMIT}"),
        command: None,
        folder: None,
        output: None,
        hints: vec!["`exclude` leaves out what is not needed at run time".to_owned()],
        fault: Fault::Refused,
    };
    build::failed(name, failure)
}
