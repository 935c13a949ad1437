//! `doctor`: looks at everything that makes deployments behind an alias unsafe or ineffective. Reads only; what it means
//! is decided in core (`diagnosis`). A read that is refused is told as such, and stops nothing else.

use jiff::tz::TimeZone;
use shipway_core::diagnosis::{
    EnvironmentFacts, FailedVersion, Finding, FunctionFacts, LedgerFacts, Read, Unread, diagnose, diagnose_environment,
};
use shipway_core::ledger::{Present, State as LedgerState};
use shipway_core::live::State;
use shipway_core::names::{FunctionName, Qualifier};
use shipway_core::plan::{Drift, Live, drift};
use shipway_core::pruning::Snapshot;
use shipway_core::target_name::TargetName;

use super::consider::{check_account, ledger_of};
use super::status::look;
use crate::OperationError;
use crate::at_once::at_once;
use crate::context::{Environment, Function, Ports};
use crate::observe::{attempt, get_function, recorded_version};
use crate::ports::{CallError, CallErrorKind, Examination, StoreError, StoreErrorKind};

/// How many versions with snapshots are looked at, from the newest on: nobody goes back further.
const SNAPSHOTS_LOOKED_AT: usize = 20;

/// Everything that was found.
#[derive(Debug)]
pub struct Diagnosis {
    /// What the functions share.
    pub environment: Vec<Finding>,
    /// Each function, by name; or why it could not be looked at.
    pub functions: Vec<(TargetName, Result<FunctionDiagnosis, OperationError>)>,
}

/// What was found of one function.
#[derive(Debug)]
pub struct FunctionDiagnosis {
    /// What was seen.
    pub facts: FunctionFacts,
    /// What that means.
    pub findings: Vec<Finding>,
}

/// Looks at every function of `environment`.
///
/// # Errors
/// When the account is another one, or something that is no refusal goes wrong with what they share. What went wrong with
/// one function is in the list.
pub async fn doctor(
    ports: &Ports<'_>,
    examination: &dyn Examination,
    environment: &Environment,
) -> Result<Diagnosis, OperationError> {
    check_account(ports, &environment.account).await?;
    let today = TimeZone::UTC.to_datetime(ports.clock.now()).date();
    let versioning = of_store(ports.store.versioning().await)?;
    let storage = examination.code_storage().await;
    let shared = EnvironmentFacts {
        environment: environment.name.clone(),
        today,
        store: ports.store.url().to_owned(),
        versioning,
        storage: of_call("the code storage", storage)?,
    };
    let runs = environment.functions.iter().map(|function| async move {
        let facts = one(ports, examination, environment, function).await;
        let diagnosis = facts.map(|facts| FunctionDiagnosis { findings: diagnose(&facts, today), facts });
        (function.name.clone(), diagnosis)
    });
    let functions = at_once(environment.concurrency, runs).await;
    Ok(Diagnosis { environment: diagnose_environment(&shared), functions })
}

async fn one(
    ports: &Ports<'_>,
    examination: &dyn Examination,
    environment: &Environment,
    function: &Function,
) -> Result<FunctionFacts, OperationError> {
    let name = &function.target.function;
    let present = ledger_of(environment, function).present(ports).await?;
    let state = present.as_ref().map(Present::state);
    let ledger = LedgerFacts {
        running: state.and_then(|state| state.running.clone()),
        holder: state.and_then(|state| state.holder.clone()),
    };
    let live = of_operation("the function and its alias", look(ports, &function.target).await)?;
    let drift = match &live {
        Ok(live) => drifted(ports, function, state, live.as_ref()).await?,
        Err(_) => None,
    };
    Ok(FunctionFacts {
        name: function.name.clone(),
        target: function.target.clone(),
        unqualified: environment.unqualified,
        policy: of_call("who is let in without a qualifier", examination.policy(name, &Qualifier::Unqualified).await)?,
        url: of_call("the function's URL", examination.function_url(name).await)?,
        mappings: of_call("the function's event sources", examination.event_source_mappings(name).await)?,
        provisioned: of_call("provisioned concurrency", examination.provisioned_concurrency(name).await)?,
        failed_versions: failed_versions(ports, examination, name).await?,
        live,
        ledger,
        drift,
    })
}

/// As `status` sees it; what is under way disagrees for a while.
async fn drifted(
    ports: &Ports<'_>,
    function: &Function,
    state: Option<&LedgerState>,
    live: Option<&Live>,
) -> Result<Option<Drift>, OperationError> {
    let Some(state) = state.filter(|state| state.holder.is_none()) else { return Ok(None) };
    let Some(running) = &state.running else { return Ok(None) };
    let recorded = recorded_version(ports, &function.target, running, live).await?;
    Ok(drift(&function.target, state, live, recorded))
}

/// Lists have no states: each version with a snapshot is looked at by itself.
async fn failed_versions(
    ports: &Ports<'_>,
    examination: &dyn Examination,
    function: &FunctionName,
) -> Result<Read<Vec<FailedVersion>>, OperationError> {
    let versions = match of_call("the function's versions", examination.list_versions(function).await)? {
        Ok(versions) => versions,
        Err(unread) => return Ok(Err(unread)),
    };
    let mut failed = Vec::new();
    let with_snapshot = versions.iter().rev().filter(|version| version.snapshot == Snapshot::OfVersions);
    for version in with_snapshot.take(SNAPSHOTS_LOOKED_AT) {
        let found = get_function(ports, function, &Qualifier::Version(version.version)).await;
        match of_operation("the function's versions", found)? {
            Ok(Some(found)) => {
                if let State::Failed { reason } = found.state {
                    failed.push(FailedVersion { version: version.version, reason });
                }
            }
            Ok(None) => {}
            Err(unread) => return Ok(Err(unread)),
        }
    }
    Ok(Ok(failed))
}

fn of_call<T>(what: &str, answer: Result<T, CallError>) -> Result<Read<T>, OperationError> {
    match answer {
        Ok(value) => Ok(Ok(value)),
        Err(error) if error.kind == CallErrorKind::Denied => Ok(Err(unread(what, &error))),
        Err(error) => Err(attempt(format!("looking at {what}"))(error)),
    }
}

fn of_operation<T>(what: &str, answer: Result<T, OperationError>) -> Result<Read<T>, OperationError> {
    match answer {
        Ok(value) => Ok(Ok(value)),
        Err(OperationError::Call { source, .. }) if source.kind == CallErrorKind::Denied => {
            Ok(Err(unread(what, &source)))
        }
        Err(error) => Err(error),
    }
}

fn unread(what: &str, error: &CallError) -> Unread {
    let permission = format!("lambda:{}", error.operation);
    Unread { what: what.to_owned(), permission, answer: error.to_string() }
}

fn of_store<T>(answer: Result<T, StoreError>) -> Result<Read<T>, OperationError> {
    match answer {
        Ok(value) => Ok(Ok(value)),
        Err(error) if error.kind == StoreErrorKind::Denied => Ok(Err(Unread {
            what: "the bucket's versioning".to_owned(),
            permission: "s3:GetBucketVersioning".to_owned(),
            answer: error.to_string(),
        })),
        Err(error) => Err(error.into()),
    }
}
