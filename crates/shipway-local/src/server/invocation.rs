//! Invoke once it is decided what runs: the executor runs it, or will.

use std::{path::PathBuf, sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use shipway_lambda_model::{ApiError, InvocationPlan, InvocationType, LogType, Package, Storage, hexadecimal};
use tokio::sync::OwnedSemaphorePermit;

use crate::{
    entropy::trace_id,
    executor::{Invocation, Outcome},
    function_logs,
    local_lambda::{Inner, now},
};

/// How much of the log goes into the reply.
const TAIL: usize = 4096;

/// What an Invoke came to.
pub(super) enum Invoked {
    /// It does not run.
    Refused(ApiError),
    /// It will run, or would have.
    Accepted,
    /// It ran.
    Answered { headers: Vec<(&'static str, String)>, payload: Vec<u8> },
}

pub(super) async fn invoke(inner: &Arc<Inner>, plan: &InvocationPlan, request_id: &str) -> Invoked {
    if let Err(error) = check(plan) {
        return Invoked::Refused(error);
    }
    if plan.invocation_type == InvocationType::DryRun {
        return Invoked::Accepted;
    }
    let folder = match unpacked(inner, &plan.package, &plan.function_name).await {
        Ok(folder) => folder,
        Err(error) => return Invoked::Refused(error),
    };
    let mut layers = Vec::with_capacity(plan.configuration.layers.len());
    for layer in &plan.configuration.layers {
        match unpacked(inner, &layer.package, &layer.arn).await {
            Ok(folder) => layers.push(folder),
            Err(error) => return Invoked::Refused(error),
        }
    }
    let invocation = Invocation { layers, ..invocation(inner, plan, folder, request_id) };
    if plan.invocation_type == InvocationType::Event {
        return queue(inner, invocation).await;
    }
    let trace = invocation.trace_id.clone();
    let version = invocation.version.clone();
    let outcome = run(inner, invocation).await;
    let mut headers = vec![("X-Amz-Executed-Version", version), ("X-Amzn-Trace-Id", trace)];
    if let Some(error) = outcome.function_error {
        headers.push(("X-Amz-Function-Error", error));
    }
    if plan.log_type == LogType::Tail {
        let start = outcome.log.len().saturating_sub(TAIL);
        let tail = outcome.log.get(start..).unwrap_or_default();
        headers.push(("X-Amz-Log-Result", STANDARD.encode(tail)));
    }
    Invoked::Answered { headers, payload: outcome.payload }
}

/// What AWS could run and this cannot is refused, not run without.
fn check(plan: &InvocationPlan) -> Result<(), ApiError> {
    if matches!(plan.package.storage, Storage::Image { .. }) {
        return Err(ApiError::not_implemented("the invocation of container images"));
    }
    Ok(())
}

/// The folder that a zip is unpacked in: a function's, or a layer's.
async fn unpacked(inner: &Arc<Inner>, package: &Package, whose: &str) -> Result<PathBuf, ApiError> {
    let store = inner.code.clone();
    let sha256 = package.code_sha256.clone();
    let found = tokio::task::spawn_blocking(move || store.folder(&sha256)).await;
    let cause = match found {
        Ok(Ok(folder)) => return Ok(folder),
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    Err(ApiError::new(500, "ServiceException", format!("The code of {whose} cannot be unpacked: {cause}")))
}

fn invocation(inner: &Inner, plan: &InvocationPlan, code_folder: PathBuf, request_id: &str) -> Invocation {
    let frozen = &plan.configuration;
    Invocation {
        function_name: plan.function_name.clone(),
        version: plan.version.clone(),
        invoked_arn: plan.invoked_arn.clone(),
        code_folder,
        layers: Vec::new(),
        code_sha256: hexadecimal(&plan.package.code_sha256).unwrap_or_default(),
        revision: plan.generation.clone(),
        runtime: frozen.runtime.clone().unwrap_or_default(),
        handler: frozen.handler.clone().unwrap_or_default(),
        memory_megabytes: frozen.memory_size,
        timeout: Duration::from_secs(frozen.timeout.into()),
        environment: frozen.environment.clone().unwrap_or_default(),
        account: inner.settings.account.clone(),
        region: inner.settings.region.clone(),
        payload: plan.payload.clone(),
        client_context: plan.client_context.clone(),
        request_id: request_id.to_owned(),
        trace_id: trace_id(now()),
    }
}

/// Runs the invocation, and keeps what it wrote.
async fn run(inner: &Arc<Inner>, invocation: Invocation) -> Outcome {
    let (name, version) = (invocation.function_name.clone(), invocation.version.clone());
    let outcome = inner.executor.invoke(invocation).await;
    let folder = inner.folder.clone();
    let log = outcome.log.clone();
    let kept = tokio::task::spawn_blocking(move || function_logs::append(&folder, &name, &version, &log)).await;
    if !matches!(kept, Ok(Ok(()))) {
        tracing::warn!(?kept, "a function's log cannot be kept");
    }
    outcome
}

/// Accepts an event to be run later. Unlike AWS's, it is run once and not tried again.
async fn queue(inner: &Arc<Inner>, invocation: Invocation) -> Invoked {
    let Ok(place) = Arc::clone(&inner.queue).try_acquire_owned() else {
        return Invoked::Refused(ApiError {
            reason: Some("ConcurrentInvocationLimitExceeded".to_owned()),
            ..ApiError::new(429, "TooManyRequestsException", "Rate Exceeded.")
        });
    };
    let inner = Arc::clone(inner);
    let mut events = inner.events.lock().await;
    // Those that are done need not be remembered.
    while events.try_join_next().is_some() {}
    events.spawn(run_event(Arc::clone(&inner), invocation, place));
    Invoked::Accepted
}

async fn run_event(inner: Arc<Inner>, invocation: Invocation, place: OwnedSemaphorePermit) {
    run(&inner, invocation).await;
    drop(place);
}
