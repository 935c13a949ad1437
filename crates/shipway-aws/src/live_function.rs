//! From the SDK's FunctionConfiguration to the engine's values. Values of variables end here: of the environment only
//! names go on.

use std::collections::BTreeMap;

use aws_sdk_lambda::operation::publish_version::PublishVersionOutput;
use aws_sdk_lambda::operation::update_function_code::UpdateFunctionCodeOutput;
use aws_sdk_lambda::types::{
    Architecture as SdkArchitecture, EnvironmentResponse, FunctionConfiguration, LastUpdateStatus, Layer as SdkLayer,
    PackageType, State as SdkState,
};
use shipway_core::contract::{Configuration, EnvironmentNames, Network};
use shipway_core::live::{Fingerprint, Layer, frozen_names};
use shipway_core::names::{Architecture, RevisionId, Version};
use shipway_engine::ports::{CallError, LiveFunction, Package, State, UpdateStatus};

use crate::call_error::Call;

/// What Lambda says of a function, as the engine sees it. `code_by_reference` is GetFunction's `Code` to tell; other
/// replies say nothing of it.
pub(crate) fn live_function(call: &Call<'_>, function: &FunctionConfiguration) -> Result<LiveFunction, CallError> {
    let lacks = |what: &str| call.unexpected_reply(format!("the reply has no {what}"));
    let version = function.version().ok_or_else(|| lacks("Version"))?;
    Ok(LiveFunction {
        version: Version::parse(version).map_err(|invalid| call.unexpected_reply(invalid.to_string()))?,
        revision: revision(function.revision_id()),
        code_sha256: function.code_sha256().ok_or_else(|| lacks("CodeSha256"))?.to_owned(),
        package: match function.package_type() {
            Some(PackageType::Image) => Package::Image,
            _ => Package::Zip,
        },
        architecture: architecture(call, function.architectures())?,
        configuration: configuration(call, function)?,
        state: state(function),
        update: update_status(function),
        role: function.role().map(str::to_owned),
        frozen: frozen(function),
        edge: function.master_arn().is_some(),
        code_by_reference: false,
        signing_profile: function.signing_profile_version_arn().filter(|arn| !arn.is_empty()).map(str::to_owned),
        layers: function.layers().iter().filter_map(layer).collect(),
        fingerprint: None,
        last_modified: function.last_modified().map(str::to_owned),
    })
}

/// A layer, if the reply names it. What does not say how large it is counts as nothing.
fn layer(layer: &SdkLayer) -> Option<Layer> {
    Some(Layer { arn: layer.arn()?.to_owned(), zip_bytes: u64::try_from(layer.code_size()).unwrap_or(0) })
}

/// A RevisionId; moto has none.
pub(crate) fn revision(text: Option<&str>) -> Option<RevisionId> {
    text.and_then(|text| text.parse().ok())
}

/// Functions from before there was a choice have no Architectures; they are x86_64.
fn architecture(call: &Call<'_>, architectures: &[SdkArchitecture]) -> Result<Architecture, CallError> {
    match architectures {
        [] | [SdkArchitecture::X8664] => Ok(Architecture::X86_64),
        [SdkArchitecture::Arm64] => Ok(Architecture::Arm64),
        others => Err(call.unexpected_reply(format!("an architecture that Shipway does not know: {others:?}"))),
    }
}

pub(crate) fn sdk_architecture(architecture: Architecture) -> SdkArchitecture {
    match architecture {
        Architecture::X86_64 => SdkArchitecture::X8664,
        Architecture::Arm64 => SdkArchitecture::Arm64,
    }
}

fn configuration(call: &Call<'_>, function: &FunctionConfiguration) -> Result<Configuration, CallError> {
    let number = |what: &str, value: Option<i32>| {
        value
            .and_then(|value| u32::try_from(value).ok())
            .ok_or_else(|| call.unexpected_reply(format!("the reply has no {what}")))
    };
    Ok(Configuration {
        runtime: function.runtime().map(|runtime| runtime.as_str().to_owned()),
        handler: function.handler().map(str::to_owned),
        environment: environment_names(function.environment()),
        memory_megabytes: number("MemorySize", function.memory_size())?,
        timeout_seconds: number("Timeout", function.timeout())?,
        layers: function.layers().iter().filter_map(layer_name).collect(),
        network: match function.vpc_config().map(|vpc| vpc.subnet_ids().is_empty()) {
            Some(false) => Network::Vpc,
            None | Some(true) => Network::NoVpc,
        },
    })
}

/// The seventh part of `arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION`.
fn layer_name(layer: &SdkLayer) -> Option<String> {
    layer.arn()?.split(':').nth(6).map(str::to_owned)
}

/// By which a change of the configuration is noticed: everything that a published version freezes (reference §5: "a new
/// version only if …"), but for the description, which Shipway gives its versions itself, and code and architecture,
/// which are its business. `None` where the variables cannot be read. The values are hashed here and go no further.
pub(crate) fn fingerprint(function: &FunctionConfiguration) -> Option<Fingerprint> {
    let environment = function.environment();
    if environment.is_some_and(|environment| environment.error().is_some()) {
        return None;
    }
    let variables: BTreeMap<&String, &String> =
        environment.and_then(|environment| environment.variables()).into_iter().flatten().collect();
    let layers: Vec<&str> = function.layers().iter().filter_map(|layer| layer.arn()).collect();
    let logging = function.logging_config().map(|logging| {
        let format = logging.log_format().map(|format| format.as_str());
        let application = logging.application_log_level().map(|level| level.as_str());
        let system = logging.system_log_level().map(|level| level.as_str());
        serde_json::json!([format, application, system, logging.log_group()])
    });
    let configuration = serde_json::json!([
        variables,
        frozen(function),
        layers,
        logging,
        [function.role(), function.handler(), function.runtime().map(|runtime| runtime.as_str())],
        [function.memory_size(), function.timeout(), function.ephemeral_storage().map(|storage| storage.size())],
        function.tracing_config().and_then(|tracing| tracing.mode()).map(|mode| mode.as_str()),
        function.snap_start().and_then(|snap_start| snap_start.apply_on()).map(|apply_on| apply_on.as_str()),
    ]);
    Some(Fingerprint::of(configuration.to_string().as_bytes()))
}

fn environment_names(environment: Option<&EnvironmentResponse>) -> EnvironmentNames {
    let Some(environment) = environment else { return EnvironmentNames::Known([].into()) };
    if let Some(error) = environment.error() {
        let reason = joined(error.error_code(), error.message());
        return EnvironmentNames::Unreadable(reason);
    }
    EnvironmentNames::Known(
        environment.variables().into_iter().flat_map(|variables| variables.keys().cloned()).collect(),
    )
}

fn state(function: &FunctionConfiguration) -> State {
    match function.state() {
        // Only lists, and servers that have no states, leave it out.
        None | Some(SdkState::Active | SdkState::ActiveNonInvocable) => State::Active,
        Some(SdkState::Pending) => State::Pending,
        Some(SdkState::Inactive) => State::Inactive,
        Some(SdkState::Failed) => State::Failed {
            reason: joined(function.state_reason_code().map(|code| code.as_str()), function.state_reason()),
        },
        Some(other) => State::Other(other.as_str().to_owned()),
    }
}

fn update_status(function: &FunctionConfiguration) -> Option<UpdateStatus> {
    Some(match function.last_update_status()? {
        LastUpdateStatus::Successful => UpdateStatus::Successful,
        LastUpdateStatus::InProgress => UpdateStatus::InProgress,
        LastUpdateStatus::Failed => UpdateStatus::Failed {
            reason: joined(
                function.last_update_status_reason_code().map(|code| code.as_str()),
                function.last_update_status_reason(),
            ),
        },
        other => UpdateStatus::Other(other.as_str().to_owned()),
    })
}

fn joined(code: Option<&str>, text: Option<&str>) -> String {
    let parts: Vec<&str> = [code, text].into_iter().flatten().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "no reason given".to_owned() } else { parts.join(": ") }
}

/// What a published version keeps for ever besides code, role and what contracts compare. Lists are sorted, since
/// Lambda does not promise an order.
fn frozen(function: &FunctionConfiguration) -> BTreeMap<String, String> {
    let vpc = function.vpc_config();
    let file_systems = function.file_system_configs().iter();
    let entries = [
        (frozen_names::KEY, function.kms_key_arn().map(str::to_owned)),
        (frozen_names::SUBNETS, vpc.and_then(|vpc| sorted(vpc.subnet_ids().to_vec()))),
        (frozen_names::SECURITY_GROUPS, vpc.and_then(|vpc| sorted(vpc.security_group_ids().to_vec()))),
        (
            frozen_names::DEAD_LETTERS,
            function.dead_letter_config().and_then(|dead| dead.target_arn()).map(str::to_owned),
        ),
        (
            frozen_names::FILE_SYSTEMS,
            sorted(file_systems.map(|system| format!("{} at {}", system.arn(), system.local_mount_path())).collect()),
        ),
    ];
    entries
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value.filter(|value| !value.is_empty())?)))
        .collect()
}

fn sorted(mut texts: Vec<String>) -> Option<String> {
    texts.sort_unstable();
    (!texts.is_empty()).then(|| texts.join(","))
}

/// The same members, under another name of the SDK's.
macro_rules! function_configuration {
    ($output:expr) => {{
        let output = $output;
        FunctionConfiguration::builder()
            .set_version(output.version)
            .set_revision_id(output.revision_id)
            .set_code_sha256(output.code_sha256)
            .set_package_type(output.package_type)
            .set_architectures(output.architectures)
            .set_runtime(output.runtime)
            .set_handler(output.handler)
            .set_environment(output.environment)
            .set_memory_size(output.memory_size)
            .set_timeout(output.timeout)
            .set_state(output.state)
            .set_state_reason(output.state_reason)
            .set_state_reason_code(output.state_reason_code)
            .set_last_update_status(output.last_update_status)
            .set_last_update_status_reason(output.last_update_status_reason)
            .set_last_update_status_reason_code(output.last_update_status_reason_code)
            .set_role(output.role)
            .set_kms_key_arn(output.kms_key_arn)
            .set_vpc_config(output.vpc_config)
            .set_dead_letter_config(output.dead_letter_config)
            .set_file_system_configs(output.file_system_configs)
            .set_master_arn(output.master_arn)
            .set_layers(output.layers)
            .set_signing_profile_version_arn(output.signing_profile_version_arn)
            .build()
    }};
}

pub(crate) fn of_update(output: UpdateFunctionCodeOutput) -> FunctionConfiguration {
    function_configuration!(output)
}

pub(crate) fn of_publish(output: PublishVersionOutput) -> FunctionConfiguration {
    function_configuration!(output)
}
