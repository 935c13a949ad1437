//! Which runtimes may be chosen, and what AWS says of the others.
//!
//! The two lists are AWS's of November 2026. Dates of deprecation are not simulated: a runtime is offered or gone.

use crate::{code::hex, error::ApiError, name::Home};
use sha2::{Digest as _, Sha256};

const OFFERED: &[&str] = &[
    "nodejs20.x",
    "nodejs22.x",
    "nodejs24.x",
    "nodejs26.x",
    "python3.9",
    "python3.10",
    "python3.11",
    "python3.12",
    "python3.13",
    "python3.14",
    "python3.15",
    "java8.al2",
    "java11",
    "java17",
    "java21",
    "java25",
    "java8.al2023",
    "java11.al2023",
    "java17.al2023",
    "dotnet8",
    "dotnet10",
    "ruby3.2",
    "ruby3.3",
    "ruby3.4",
    "ruby4.0",
    "provided.al2",
    "provided.al2023",
];

const GONE: &[&str] = &[
    "nodejs",
    "nodejs4.3",
    "nodejs4.3-edge",
    "nodejs6.10",
    "nodejs8.10",
    "nodejs10.x",
    "nodejs12.x",
    "nodejs14.x",
    "nodejs16.x",
    "nodejs18.x",
    "python2.7",
    "python3.6",
    "python3.7",
    "python3.8",
    "java8",
    "dotnetcore1.0",
    "dotnetcore2.0",
    "dotnetcore2.1",
    "dotnetcore3.1",
    "dotnet6",
    "dotnet7",
    "ruby2.5",
    "ruby2.7",
    "go1.x",
    "provided",
];

pub(crate) fn check_runtime(runtime: &str) -> Result<(), ApiError> {
    if OFFERED.contains(&runtime) {
        return Ok(());
    }
    Err(ApiError::invalid(if GONE.contains(&runtime) {
        format!(
            "The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions."
        )
    } else {
        format!(
            "Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [{}] or be a valid ARN",
            OFFERED.join(", ")
        )
    }))
}

/// The ARN of a runtime's build. Ours depends on the runtime's name alone: nothing here is ever rolled out.
pub(crate) fn runtime_version_arn(home: &Home, runtime: &str) -> String {
    format!("arn:{}:lambda:{}::runtime:{}", home.partition(), home.region, hex(&Sha256::digest(runtime.as_bytes())))
}
