//! How the state is shown: `FunctionConfiguration` and `AliasConfiguration` made from what is remembered.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::{
    code::Storage,
    configuration::{Configuration, SnapStart},
    lifecycle::{LastUpdateStatus, State},
    name::{Home, Qualifier},
    response::{
        AliasConfiguration, Environment, EnvironmentError, EphemeralStorage, FunctionCodeLocation,
        FunctionConfiguration, Layer, Reply, RoutingConfig, SnapStartResponse,
    },
    runtime::runtime_version_arn,
    state::{Alias, Edge, Revision},
    time::last_modified,
};

/// Whether the configuration stands in a list, where AWS leaves the states out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listed {
    No,
    Yes,
}

/// What a configuration is shown as.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown<'a> {
    pub(crate) home: &'a Home,
    pub(crate) name: &'a str,
    /// What the ARN ends in.
    pub(crate) qualifier: Option<&'a Qualifier>,
    /// `None`: `$LATEST`.
    pub(crate) number: Option<u64>,
    pub(crate) edge: &'a Edge,
}

/// `FunctionConfiguration` of a revision.
pub(crate) fn configuration(shown: Shown<'_>, revision: &Revision, listed: Listed) -> FunctionConfiguration {
    let frozen = &revision.configuration;
    let mut view = FunctionConfiguration {
        function_name: shown.name.to_owned(),
        function_arn: shown.home.qualified_arn(shown.name, shown.qualifier),
        runtime: frozen.runtime.clone(),
        role: frozen.role.clone(),
        handler: frozen.handler.clone(),
        code_size: revision.package.size,
        description: frozen.description.clone(),
        timeout: frozen.timeout,
        memory_size: frozen.memory_size,
        last_modified: last_modified(revision.last_modified),
        code_sha256: revision.package.code_sha256.clone(),
        config_sha256: frozen.sha256(),
        version: shown.number.map_or_else(|| "$LATEST".to_owned(), |number| number.to_string()),
        vpc_config: frozen.vpc_config.clone(),
        dead_letter_config: frozen.dead_letter_config.clone(),
        environment: frozen
            .environment
            .clone()
            .map(|variables| Environment { variables: Some(variables), error: None }),
        kms_key_arn: frozen.kms_key_arn.clone(),
        tracing_config: frozen.tracing_config.clone(),
        master_arn: match shown.edge {
            Edge::ReplicaOf(arn) => Some(arn.clone()),
            Edge::None | Edge::Replicated => None,
        },
        revision_id: revision.lifecycle.revision_id().to_owned(),
        layers: frozen
            .layers
            .iter()
            .map(|layer| Layer { arn: layer.arn.clone(), code_size: layer.package.size })
            .collect(),
        file_system_configs: frozen.file_system_configs.clone(),
        package_type: frozen.package_type.clone(),
        image_config_response: frozen.image_config.as_ref().map(|config| json!({ "ImageConfig": config })),
        architectures: vec![frozen.architecture.clone()],
        ephemeral_storage: EphemeralStorage { size: frozen.ephemeral_storage },
        snap_start: snap_start(frozen, revision, shown.number),
        logging_config: logging_config(frozen, shown.name),
        ..FunctionConfiguration::default()
    };
    if listed == Listed::No {
        add_states(&mut view, shown.home, revision);
    }
    view
}

fn add_states(view: &mut FunctionConfiguration, home: &Home, revision: &Revision) {
    let lifecycle = &revision.lifecycle;
    view.state = Some(lifecycle.state().name().to_owned());
    if let Some(reason) = lifecycle.state_reason() {
        view.state_reason = Some(reason.text.clone());
        view.state_reason_code = Some(reason.code.clone());
    }
    view.last_update_status = lifecycle.last_update().map(|status| {
        match status {
            LastUpdateStatus::InProgress => "InProgress",
            LastUpdateStatus::Successful => "Successful",
            LastUpdateStatus::Failed => "Failed",
        }
        .to_owned()
    });
    if let Some(reason) = lifecycle.last_update_reason() {
        view.last_update_status_reason = Some(reason.text.clone());
        view.last_update_status_reason_code = Some(reason.code.clone());
    }
    view.runtime_version_config = revision
        .configuration
        .runtime
        .as_deref()
        .map(|runtime| json!({ "RuntimeVersionArn": runtime_version_arn(home, runtime) }));
}

/// `OptimizationStatus` is On only where a version is read, and only once its snapshot exists.
fn snap_start(frozen: &Configuration, revision: &Revision, number: Option<u64>) -> SnapStartResponse {
    let (apply_on, on) = match frozen.snap_start {
        SnapStart::Off => ("None", false),
        SnapStart::PublishedVersions => {
            ("PublishedVersions", number.is_some() && revision.lifecycle.state() == State::Active)
        }
    };
    SnapStartResponse { apply_on: apply_on.to_owned(), optimization_status: if on { "On" } else { "Off" }.to_owned() }
}

fn logging_config(frozen: &Configuration, name: &str) -> Value {
    let mut logging = json!({ "LogFormat": "Text", "LogGroup": format!("/aws/lambda/{name}") });
    if let (Some(Value::Object(sent)), Some(all)) = (&frozen.logging_config, logging.as_object_mut()) {
        all.extend(sent.clone());
    }
    logging
}

/// `Code` of GetFunction, without the location that only a server can give.
pub(crate) fn code_location(storage: &Storage) -> FunctionCodeLocation {
    match storage {
        Storage::Copy => FunctionCodeLocation { repository_type: "S3".to_owned(), ..FunctionCodeLocation::default() },
        Storage::Reference(object) => FunctionCodeLocation {
            repository_type: "S3".to_owned(),
            resolved_s3_object: Some(json!({
                "S3Bucket": object.bucket,
                "S3Key": object.key,
                "S3ObjectVersion": object.version,
            })),
            ..FunctionCodeLocation::default()
        },
        Storage::Image { uri, resolved_uri } => FunctionCodeLocation {
            repository_type: "ECR".to_owned(),
            image_uri: Some(uri.clone()),
            resolved_image_uri: Some(resolved_uri.clone()),
            ..FunctionCodeLocation::default()
        },
    }
}

/// Leaves out the variables that are encrypted with one of these keys: the caller may not decrypt with it. The rest of the
/// reply is as ever. That it is an answer and no refusal is documented; the words were not recorded.
pub(crate) fn seal(reply: &mut Reply, keys: &BTreeSet<String>) {
    let seal_one = |view: &mut FunctionConfiguration| {
        let sealed = view.kms_key_arn.as_ref().is_some_and(|key| keys.contains(key));
        if let Some(environment) = view.environment.as_mut().filter(|_| sealed) {
            let message = "Lambda was unable to decrypt your environment variables because the KMS access was denied. \
                           Please check your KMS permissions.";
            let error =
                EnvironmentError { error_code: "AccessDeniedException".to_owned(), message: message.to_owned() };
            *environment = Environment { variables: None, error: Some(error) };
        }
    };
    match reply {
        Reply::Function(function) => seal_one(&mut function.configuration),
        Reply::Configuration(view) => seal_one(view),
        Reply::Functions(page) | Reply::Versions(page) => page.items.iter_mut().for_each(seal_one),
        _ => {}
    }
}

/// `AliasConfiguration`
pub(crate) fn alias(home: &Home, function: &str, name: &str, alias: &Alias) -> AliasConfiguration {
    AliasConfiguration {
        alias_arn: format!("{}:{name}", home.function_arn(function)),
        name: name.to_owned(),
        function_version: alias.target.to_string(),
        description: alias.description.clone(),
        routing_config: alias.weight.map(|(version, share)| RoutingConfig {
            additional_version_weights: BTreeMap::from([(version.to_string(), share)]),
        }),
        revision_id: alias.revision_id.clone(),
    }
}
