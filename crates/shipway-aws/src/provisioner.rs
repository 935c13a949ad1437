//! Creating functions in an embedded Lambda, since nobody else provisions a laptop.
//!
//! It is made from an [`EmbeddedEndpoint`] alone, so it can never create or configure anything at AWS. The variables'
//! values pass through here into the call and nowhere else.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::types::{
    Environment, FunctionCode, FunctionConfiguration, LastUpdateStatus, Runtime as SdkRuntime, State,
};
use shipway_core::names::Region;
use shipway_engine::ports::{CallError, CallErrorKind, Clock, CodeSource, NewFunction, Provisioner};

use crate::call_error::Call;
use crate::connect::{Clients, ConnectError, Settings};
use crate::embedded::EmbeddedEndpoint;
use crate::lambda::zip_bytes;
use crate::live_function::sdk_architecture;

/// How long a creation or an update may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often it is looked at.
const INTERVAL: Duration = Duration::from_millis(50);

/// Lambda wants a role; the embedded one gives functions no credentials, so it can be any.
const ROLE: &str = "arn:aws:iam::000000000000:role/shipway-local";

/// Provisions an embedded Lambda.
#[derive(Clone)]
pub struct EmbeddedProvisioner<'a> {
    client: Client,
    region: Region,
    clock: &'a dyn Clock,
}

impl std::fmt::Debug for EmbeddedProvisioner<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("EmbeddedProvisioner").field("region", &self.region).finish_non_exhaustive()
    }
}

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaited {
    /// That nothing goes on. An update that failed some time ago is no hindrance: the next one mends it.
    Rest,
    /// That the update just made succeeds.
    Update,
}

/// How far that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    Done,
    Going,
    Failed,
}

impl<'a> EmbeddedProvisioner<'a> {
    /// A provisioner of the embedded Lambda at `endpoint`.
    ///
    /// # Errors
    /// None that can come from an endpoint and a region; the type is [`Clients::connect`]'s.
    pub async fn new(endpoint: &EmbeddedEndpoint, region: Region, clock: &'a dyn Clock) -> Result<Self, ConnectError> {
        let clients = Clients::connect(Settings::embedded(endpoint, region.clone())).await?;
        Ok(Self { client: clients.lambda_writes(), region, clock })
    }

    fn call<'b>(&'b self, operation: &'static str, object: &'b str) -> Call<'b> {
        Call { operation, object, region: self.region.as_str() }
    }

    async fn find(&self, function: &NewFunction) -> Result<Option<FunctionConfiguration>, CallError> {
        let call = self.call("GetFunctionConfiguration", function.function.as_str());
        let request = self.client.get_function().function_name(function.function.as_str());
        match request.send().await {
            Ok(reply) => Ok(reply.configuration),
            Err(error) => match call.failed(&error) {
                error if error.kind == CallErrorKind::NotFound => Ok(None),
                error => Err(error),
            },
        }
    }

    async fn create(&self, function: &NewFunction) -> Result<(), CallError> {
        let call = self.call("CreateFunction", function.function.as_str());
        let code = match &function.code {
            CodeSource::Direct(file) => FunctionCode::builder().zip_file(zip_bytes(&call, file).await?),
            CodeSource::Object(object) => FunctionCode::builder()
                .s3_bucket(&object.bucket)
                .s3_key(&object.key)
                .set_s3_object_version(object.version.clone()),
        };
        let request = self
            .client
            .create_function()
            .function_name(function.function.as_str())
            .runtime(SdkRuntime::from(function.runtime.as_str()))
            .handler(function.handler.as_str())
            .architectures(sdk_architecture(function.architecture))
            .role(ROLE)
            .memory_size(number(&call, "memory", function.memory_megabytes)?)
            .timeout(number(&call, "timeout", function.timeout_seconds)?)
            .environment(environment(function))
            .set_layers(Some(function.layers.clone()))
            .code(code.build());
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) => match call.failed(&error) {
                // Another run on this machine was faster; what it made is waited for like one's own.
                error if error.kind == CallErrorKind::Conflict => Ok(()),
                error => Err(error),
            },
        }
    }

    async fn configure(&self, function: &NewFunction, live: &FunctionConfiguration) -> Result<(), CallError> {
        let call = self.call("UpdateFunctionConfiguration", function.function.as_str());
        let request = self
            .client
            .update_function_configuration()
            .function_name(function.function.as_str())
            .runtime(SdkRuntime::from(function.runtime.as_str()))
            .handler(function.handler.as_str())
            .memory_size(number(&call, "memory", function.memory_megabytes)?)
            .timeout(number(&call, "timeout", function.timeout_seconds)?)
            .environment(environment(function))
            .set_layers(Some(function.layers.clone()))
            .set_revision_id(live.revision_id().map(str::to_owned));
        request.send().await.map(drop).map_err(|error| call.failed(&error))
    }

    async fn settled(&self, function: &NewFunction, awaited: Awaited) -> Result<FunctionConfiguration, CallError> {
        let call = self.call("GetFunction", function.function.as_str());
        let begin = self.clock.monotonic();
        loop {
            let live = self.find(function).await?;
            let live = live.ok_or_else(|| call.error(CallErrorKind::NotFound, "the function is gone"))?;
            match progress(&live, awaited) {
                Progress::Done => return Ok(live),
                Progress::Failed => {
                    let reason = live.state_reason().or(live.last_update_status_reason()).unwrap_or("no reason given");
                    return Err(call.error(CallErrorKind::Rejected, format!("it failed: {reason}")));
                }
                Progress::Going if self.clock.monotonic().saturating_sub(begin) > PATIENCE => {
                    let message = format!("not ready after {} s", PATIENCE.as_secs());
                    return Err(call.error(CallErrorKind::Unknown, message));
                }
                Progress::Going => self.clock.sleep(INTERVAL).await,
            }
        }
    }
}

#[async_trait(?Send)]
impl Provisioner for EmbeddedProvisioner<'_> {
    async fn provision(&self, function: &NewFunction) -> Result<(), CallError> {
        if self.find(function).await?.is_none() {
            self.create(function).await?;
        }
        let live = self.settled(function, Awaited::Rest).await?;
        if !is_configured(function, &live) {
            self.configure(function, &live).await?;
            self.settled(function, Awaited::Update).await?;
        }
        Ok(())
    }
}

fn progress(live: &FunctionConfiguration, awaited: Awaited) -> Progress {
    match (live.state(), live.last_update_status()) {
        (Some(State::Failed), _) => Progress::Failed,
        (_, Some(LastUpdateStatus::Failed)) if awaited == Awaited::Update => Progress::Failed,
        (Some(State::Pending), _) | (_, Some(LastUpdateStatus::InProgress)) => Progress::Going,
        _ => Progress::Done,
    }
}

fn is_configured(function: &NewFunction, live: &FunctionConfiguration) -> bool {
    let variables = live.environment().and_then(|environment| environment.variables());
    let same_variables = match variables {
        Some(variables) => {
            variables.len() == function.environment.len()
                && function.environment.iter().all(|(name, value)| variables.get(name) == Some(value))
        }
        None => function.environment.is_empty(),
    };
    let layers = live.layers().iter().filter_map(|layer| layer.arn());
    same_variables
        && layers.eq(function.layers.iter().map(String::as_str))
        && live.runtime().map(SdkRuntime::as_str) == Some(function.runtime.as_str())
        && live.handler() == Some(function.handler.as_str())
        && live.memory_size().and_then(|size| u32::try_from(size).ok()) == Some(function.memory_megabytes)
        && live.timeout().and_then(|timeout| u32::try_from(timeout).ok()) == Some(function.timeout_seconds)
}

fn environment(function: &NewFunction) -> Environment {
    let variables = function.environment.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    Environment::builder().set_variables(Some(variables)).build()
}

fn number(call: &Call<'_>, what: &str, value: u32) -> Result<i32, CallError> {
    i32::try_from(value).map_err(|_| call.error(CallErrorKind::NotSent, format!("a {what} of {value} is too large")))
}
