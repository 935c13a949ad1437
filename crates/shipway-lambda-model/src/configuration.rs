//! A function's configuration: the part that a version freezes, and the rules for its values.
//!
//! Nothing here knows which function it belongs to, or when.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    code::digest_of,
    error::{ApiError, constraint},
    layer::AttachedLayer,
    request::ConfigurationInput,
    runtime::check_runtime,
};

/// What a version freezes besides its code: what AWS calls the version-specific configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the AWS member of that name")]
pub struct Configuration {
    pub description: String,
    pub role: String,
    pub runtime: Option<String>,
    pub handler: Option<String>,
    pub timeout: u32,
    pub memory_size: u32,
    /// Absent when never given; given empty, it is an empty map.
    pub environment: Option<BTreeMap<String, String>>,
    pub architecture: String,
    pub package_type: String,
    /// In the order in which they are unpacked over one another. (The member's name is not AWS's, so that what earlier
    /// programs kept, which knew the ARNs alone, is not taken for it.)
    #[serde(rename = "attached_layers", default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<AttachedLayer>,
    pub vpc_config: Option<Value>,
    pub dead_letter_config: Option<Value>,
    pub kms_key_arn: Option<String>,
    pub tracing_config: Value,
    pub file_system_configs: Option<Value>,
    pub image_config: Option<Value>,
    pub ephemeral_storage: u32,
    pub snap_start: SnapStart,
    pub logging_config: Option<Value>,
}

/// `SnapStart.ApplyOn`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SnapStart {
    /// `None`
    #[default]
    Off,
    /// `PublishedVersions`
    PublishedVersions,
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            description: String::new(),
            role: String::new(),
            runtime: None,
            handler: None,
            timeout: 3,
            memory_size: 128,
            environment: None,
            architecture: "x86_64".to_owned(),
            package_type: "Zip".to_owned(),
            layers: Vec::new(),
            vpc_config: None,
            dead_letter_config: None,
            kms_key_arn: None,
            tracing_config: json!({ "Mode": "PassThrough" }),
            file_system_configs: None,
            image_config: None,
            ephemeral_storage: 512,
            snap_start: SnapStart::Off,
            logging_config: None,
        }
    }
}

impl Configuration {
    /// `ConfigSha256`: changes exactly when the configuration does.
    #[must_use]
    pub fn sha256(&self) -> String {
        digest_of(self)
    }

    /// Whether the dead-letter settings of two versions allow them behind one alias.
    pub(crate) fn dead_letter_target(&self) -> Option<&str> {
        let target = self.dead_letter_config.as_ref()?.get("TargetArn")?.as_str()?;
        (!target.is_empty()).then_some(target)
    }

    /// Takes over what was sent, but for layers, which have to be looked up. The values must have been checked; a member
    /// not sent stays.
    pub(crate) fn apply(&mut self, input: &ConfigurationInput) {
        set(&mut self.description, input.description.as_ref());
        set(&mut self.role, input.role.as_ref());
        set_some(&mut self.runtime, input.runtime.as_ref());
        set_some(&mut self.handler, input.handler.as_ref());
        set(&mut self.timeout, number(input.timeout).as_ref());
        set(&mut self.memory_size, number(input.memory_size).as_ref());
        if let Some(environment) = &input.environment {
            self.environment = Some(environment.variables.clone().unwrap_or_default());
        }
        set_some(&mut self.vpc_config, input.vpc_config.as_ref());
        set_some(&mut self.dead_letter_config, input.dead_letter_config.as_ref());
        if let Some(key) = &input.kms_key_arn {
            self.kms_key_arn = (!key.is_empty()).then(|| key.clone());
        }
        set(&mut self.tracing_config, input.tracing_config.as_ref());
        set_some(&mut self.file_system_configs, input.file_system_configs.as_ref());
        set_some(&mut self.image_config, input.image_config.as_ref());
        let storage = input.ephemeral_storage.as_ref().and_then(|storage| storage.size);
        set(&mut self.ephemeral_storage, number(storage).as_ref());
        if let Some(apply_on) = input.snap_start.as_ref().and_then(|snap| snap.apply_on.as_deref()) {
            self.snap_start =
                if apply_on == "PublishedVersions" { SnapStart::PublishedVersions } else { SnapStart::Off };
        }
        set_some(&mut self.logging_config, input.logging_config.as_ref());
    }
}

fn set<T: Clone>(member: &mut T, sent: Option<&T>) {
    if let Some(sent) = sent {
        member.clone_from(sent);
    }
}

fn set_some<T: Clone>(member: &mut Option<T>, sent: Option<&T>) {
    if let Some(sent) = sent {
        *member = Some(sent.clone());
    }
}

fn number(sent: Option<i64>) -> Option<u32> {
    sent.and_then(|sent| u32::try_from(sent).ok())
}

/// Failures that AWS reports together as one ValidationException.
pub(crate) fn constraint_failures(input: &ConfigurationInput) -> Vec<String> {
    let mut failures = Vec::new();
    if let Some(role) = &input.role
        && !is_role_arn(role)
    {
        failures.push(constraint(
            role,
            "role",
            "Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+",
        ));
    }
    if let Some(handler) = &input.handler {
        if handler.chars().count() > 128 {
            failures.push(constraint(handler, "handler", "Member must have length less than or equal to 128"));
        }
        if handler.is_empty() || handler.contains(char::is_whitespace) {
            failures.push(constraint(handler, "handler", "Member must satisfy regular expression pattern: [^\\s]+"));
        }
    }
    if let Some(description) = &input.description {
        failures.extend(description_failure(description));
    }
    failures.extend(range_failure(input.timeout, "timeout", 1, 900));
    failures.extend(range_failure(input.memory_size, "memorySize", 128, 10_240));
    let storage = input.ephemeral_storage.as_ref().and_then(|storage| storage.size);
    failures.extend(range_failure(storage, "ephemeralStorage.size", 512, 10_240));
    if let Some(apply_on) = input.snap_start.as_ref().and_then(|snap| snap.apply_on.as_deref())
        && !matches!(apply_on, "PublishedVersions" | "None")
    {
        failures.push(constraint(
            apply_on,
            "snapStart.applyOn",
            "Member must satisfy enum value set: [PublishedVersions, None]",
        ));
    }
    failures.extend(environment_key_failure(input));
    failures
}

pub(crate) fn description_failure(description: &str) -> Option<String> {
    (description.chars().count() > 256)
        .then(|| constraint(description, "description", "Member must have length less than or equal to 256"))
}

pub(crate) fn range_failure(value: Option<i64>, member: &str, least: i64, most: i64) -> Option<String> {
    let value = value?;
    let text = if value < least {
        format!("Member must have value greater than or equal to {least}")
    } else if value > most {
        format!("Member must have value less than or equal to {most}")
    } else {
        return None;
    };
    Some(constraint(&value.to_string(), member, &text))
}

fn is_role_arn(text: &str) -> bool {
    let fields: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, resource] = fields.as_slice() else {
        return false;
    };
    let name = resource.strip_prefix("role").map(|rest| rest.strip_prefix('/').unwrap_or(rest));
    partition.starts_with("aws")
        && account.len() == 12
        && account.bytes().all(|byte| byte.is_ascii_digit())
        && name.is_some_and(|name| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-/".contains(&byte))
        })
}

fn environment_key_failure(input: &ConfigurationInput) -> Option<String> {
    let variables = input.environment.as_ref()?.variables.as_ref()?;
    let allowed = |key: &str| {
        key.len() >= 2
            && key.starts_with(|first: char| first.is_ascii_alphabetic())
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let keys: Vec<&str> = variables.keys().map(String::as_str).collect();
    // Values are left out of the text, unlike AWS's: they are secret material.
    (!keys.iter().all(|key| allowed(key))).then(|| {
        constraint(
            &format!("{{{}}}", keys.join(", ")),
            "environment.variables",
            "Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]",
        )
    })
}

const RESERVED_VARIABLES: &[&str] = &[
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_MAX_CONCURRENCY",
    "AWS_LAMBDA_METADATA_API",
    "AWS_LAMBDA_METADATA_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
];

/// What the service checks once the values have the right form.
pub(crate) fn check(input: &ConfigurationInput) -> Result<(), ApiError> {
    if let Some(runtime) = &input.runtime {
        check_runtime(runtime)?;
    }
    if let Some(variables) = input.environment.as_ref().and_then(|environment| environment.variables.as_ref()) {
        check_variables(variables)?;
    }
    Ok(())
}

/// SnapStart against the runtime, which may come from different requests.
pub(crate) fn check_snap_start(configuration: &Configuration) -> Result<(), ApiError> {
    if configuration.snap_start == SnapStart::Off {
        return Ok(());
    }
    let runtime = configuration.runtime.as_deref().unwrap_or_default();
    let supported = (runtime.starts_with("java") && !runtime.starts_with("java8"))
        || matches!(runtime, "dotnet8" | "dotnet10")
        || runtime
            .strip_prefix("python3.")
            .and_then(|minor| minor.parse::<u32>().ok())
            .is_some_and(|minor| minor >= 12);
    if supported {
        Ok(())
    } else {
        Err(ApiError::invalid(format!("{runtime} is not supported for SnapStart enabled functions.")))
    }
}

fn check_variables(variables: &BTreeMap<String, String>) -> Result<(), ApiError> {
    let reserved: Vec<&str> =
        variables.keys().map(String::as_str).filter(|key| RESERVED_VARIABLES.contains(key)).collect();
    if !reserved.is_empty() {
        return Err(ApiError::invalid(format!(
            "Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: {}",
            reserved.join(", ")
        )));
    }
    let json = serde_json::to_string(variables).unwrap_or_default();
    if json.len() > 4096 {
        return Err(ApiError::invalid(format!(
            "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: {json}"
        )));
    }
    Ok(())
}

/// `Architectures`: one of the two, or nothing.
pub(crate) fn architecture_failure(sent: Option<&Vec<String>>) -> Option<String> {
    let sent = sent?;
    let written = format!("[{}]", sent.join(", "));
    if sent.len() > 1 {
        return Some(constraint(&written, "architectures", "Member must have length less than or equal to 1"));
    }
    let Some(architecture) = sent.first() else {
        return Some(constraint(&written, "architectures", "Member must have length greater than or equal to 1"));
    };
    (!matches!(architecture.as_str(), "x86_64" | "arm64")).then(|| {
        constraint(
            &written,
            "architectures",
            "Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]",
        )
    })
}
