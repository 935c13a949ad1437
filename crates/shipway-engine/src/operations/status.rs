//! What runs where, and what is wanted but does not run: reads only.

use shipway_core::ledger::BuildReference;
use shipway_core::ledger::{Hold, Holder, Present, Rejection, Running};
use shipway_core::live::CodeSigning;
use shipway_core::names::{FunctionName, Qualifier, Target, Version};
use shipway_core::plan::{Drift, Live, LiveServing, PendingConfiguration, drift};
use shipway_core::target_name::TargetName;

use super::consider::{check_account, ledger_of};
use crate::OperationError;
use crate::at_once::at_once;
use crate::context::{Environment, Function, Ports};
use crate::observe::{get_function, observe_serving, recorded_version};

/// One function, as the ledger tells and as it is.
#[derive(Debug)]
pub struct FunctionStatus {
    /// The function.
    pub function: TargetName,
    /// Its name there.
    pub function_name: FunctionName,
    /// The alias, or `$LATEST`.
    pub serving: String,
    /// What the ledger says that runs.
    pub running: Option<Running>,
    /// What is wanted, where that is something else than what runs.
    pub wanted: Option<BuildReference>,
    /// The deployment that waits for provisioning.
    pub hold: Option<Hold>,
    /// The deployment that is under way.
    pub holder: Option<Holder>,
    /// Builds that were rolled back from.
    pub rejected: Vec<Rejection>,
    /// What callers reach; `None` when that does not exist.
    pub live: Option<LiveSummary>,
    /// What somebody else changed.
    pub drift: Option<Drift>,
    /// Whether `$LATEST`'s configuration has reached the callers.
    pub configuration: PendingConfiguration,
    /// What the ledger and Lambda disagree about, in sentences.
    pub disagreements: Vec<String>,
}

/// What callers of a target reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveSummary {
    /// The version.
    pub version: Version,
    /// Its CodeSha256, in Lambda's spelling.
    pub code_sha256: String,
}

/// Looks at every function of `environment`.
///
/// # Errors
/// When the account is another one. What went wrong with one function is in the list.
pub async fn status(
    ports: &Ports<'_>,
    environment: &Environment,
) -> Result<Vec<(TargetName, Result<FunctionStatus, OperationError>)>, OperationError> {
    check_account(ports, &environment.account).await?;
    Ok(at_once(
        environment.concurrency,
        environment
            .functions
            .iter()
            .map(|function| async move { (function.name.clone(), one(ports, environment, function).await) }),
    )
    .await)
}

async fn one(
    ports: &Ports<'_>,
    environment: &Environment,
    function: &Function,
) -> Result<FunctionStatus, OperationError> {
    let present = ledger_of(environment, function).present(ports).await?;
    let seen = look(ports, &function.target).await?;
    let live = seen.as_ref().and_then(|seen| {
        let reached = seen.reached()?;
        let version = match &seen.serving {
            LiveServing::Alias { alias, .. } => alias.version,
            LiveServing::Latest | LiveServing::AliasAbsent => Version::Latest,
        };
        Some(LiveSummary { version, code_sha256: reached.code_sha256.clone() })
    });
    let state = present.as_ref().map(Present::state);
    let running = state.and_then(|state| state.running.clone());
    let drift = match (&running, state.and_then(|state| state.holder.as_ref())) {
        (Some(running), None) => {
            let recorded = recorded_version(ports, &function.target, running, seen.as_ref()).await?;
            drift(&function.target, running, seen.as_ref(), recorded)
        }
        // What is under way disagrees for a while.
        _ => None,
    };
    let wanted = state.and_then(|state| state.wanted.clone());
    let wanted =
        wanted.filter(|wanted| running.as_ref().is_none_or(|running| running.build.artifact != wanted.artifact));
    Ok(FunctionStatus {
        function: function.name.clone(),
        function_name: function.target.function.clone(),
        serving: function.target.serving.to_string(),
        disagreements: disagreements(function, running.as_ref(), live.as_ref(), drift.as_ref()),
        drift,
        configuration: seen.as_ref().map_or(PendingConfiguration::Reached, Live::pending_configuration),
        running,
        wanted,
        hold: state.and_then(|state| state.hold.clone()),
        holder: state.and_then(|state| state.holder.clone()),
        rejected: state.map(|state| state.rejected.clone()).unwrap_or_default(),
        live,
    })
}

/// The function and what callers reach, without waiting for anything that is under way.
async fn look(ports: &Ports<'_>, target: &Target) -> Result<Option<Live>, OperationError> {
    let (latest, serving) = observe_serving(ports, target).await?;
    let latest = match latest {
        Some(latest) => Some(latest),
        None => get_function(ports, &target.function, &Qualifier::Unqualified).await?,
    };
    let signing = CodeSigning::Absent;
    Ok(latest.map(|function| Live { function, serving, unqualified_callers: Vec::new(), signing }))
}

fn disagreements(
    function: &Function,
    running: Option<&Running>,
    live: Option<&LiveSummary>,
    drift: Option<&Drift>,
) -> Vec<String> {
    let target = &function.target;
    match (running, live) {
        (None, None) => Vec::new(),
        (None, Some(live)) => {
            vec![format!(
                "version {} runs there, and Shipway did not put it there (`shipway adopt` records it)",
                live.version
            )]
        }
        (Some(running), None) => {
            vec![format!("the ledger says that version {} runs, but {target} does not exist", running.lambda_version)]
        }
        (Some(running), Some(live)) => {
            let mut found = Vec::new();
            if live.version != running.lambda_version {
                found.push(format!(
                    "the ledger says that version {} runs, but callers reach version {}",
                    running.lambda_version, live.version
                ));
            }
            // A version's code never changes: whoever reaches other code under its number reaches another function's.
            let other_code = live.code_sha256 != running.build.artifact.code_sha256();
            match drift {
                Some(
                    drift @ (Drift::Recreated { .. } | Drift::CodeReplaced { .. } | Drift::ServingOtherCode { .. }),
                ) => found.push(drift.to_string()),
                _ if other_code && live.version == running.lambda_version => {
                    found.push("the code there is not the code that Shipway put there".to_owned());
                }
                _ => {}
            }
            found
        }
    }
}
