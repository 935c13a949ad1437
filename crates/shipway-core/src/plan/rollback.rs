//! The plan of a rollback: back to what this target ran before, never to "version − 1".

use super::{Live, LiveServing};
use crate::digest::ArtifactDigest;
use crate::ledger::{RollbackMethod, Running, State};
use crate::live::{LiveFunction, State as FunctionState};
use crate::names::{Architecture, DeploymentId, Serving, Target, Version, VersionNumber};
use crate::step::{Delivery, Destination, Step};

/// Where to go back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RollbackTo {
    /// The last success that was not rejected.
    Previous,
    /// This deployment.
    Deployment(DeploymentId),
    /// Whatever succeeded as this version.
    Version(VersionNumber),
}

/// There is nothing to go back to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoRollback {
    /// The target was never deployed to by Shipway.
    #[error("Shipway has no record of anything that ran there")]
    NeverDeployed,
    /// Everything else was rejected, or nothing else ever ran.
    #[error("nothing else ran there that was not rolled back from")]
    NothingEarlier,
    /// No such success is on record.
    #[error("no success of `{wanted}` is on record; these are: {known}")]
    Unknown {
        /// What was asked for.
        wanted: String,
        /// What there is.
        known: String,
    },
    /// That is what runs.
    #[error("`{wanted}` is what runs now")]
    RunsNow {
        /// What was asked for.
        wanted: String,
    },
}

/// Chooses the success to go back to.
///
/// # Errors
/// When there is none.
pub fn choose_rollback(state: Option<&State>, to: &RollbackTo) -> Result<Running, NoRollback> {
    let state = state.ok_or(NoRollback::NeverDeployed)?;
    let current = state.running.as_ref();
    let leaves = |candidate: &Running| current.is_none_or(|current| current.build.artifact != candidate.build.artifact);
    let newest_first = || state.succeeded.iter().rev();
    let named = |wanted: String, is_it: &dyn Fn(&Running) -> bool| match newest_first().find(|success| is_it(success)) {
        Some(found) if leaves(found) => Ok(found.clone()),
        Some(_) => Err(NoRollback::RunsNow { wanted }),
        None => Err(NoRollback::Unknown { wanted, known: known(state) }),
    };
    match to {
        RollbackTo::Previous => newest_first()
            .find(|success| leaves(success) && state.rejection(&success.build.artifact).is_none())
            .cloned()
            .ok_or(if current.is_none() { NoRollback::NeverDeployed } else { NoRollback::NothingEarlier }),
        RollbackTo::Deployment(id) => named(id.to_string(), &|success| success.deployment == *id),
        RollbackTo::Version(number) => {
            named(format!("version {number}"), &|success| success.lambda_version == Version::Published(*number))
        }
    }
}

fn known(state: &State) -> String {
    let known: Vec<String> = state
        .succeeded
        .iter()
        .rev()
        .map(|success| format!("{} (version {})", success.deployment, success.lambda_version))
        .collect();
    if known.is_empty() { "none".to_owned() } else { known.join(", ") }
}

/// How to go back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollbackPlan {
    /// The steps.
    pub steps: Vec<Step>,
    /// How it is done.
    pub method: RollbackMethod,
    /// Why the version itself could not be used, where it could not.
    pub because: Option<String>,
}

/// The steps to `candidate`. `version` is the candidate's version as it is now, if it still exists.
#[must_use]
pub fn plan_rollback(
    target: &Target,
    candidate: &Running,
    live: &Live,
    version: Option<&LiveFunction>,
    delivery: Delivery,
) -> RollbackPlan {
    let artifact = candidate.build.artifact;
    let alias = match (&target.serving, &live.serving) {
        (Serving::Alias(name), LiveServing::Alias { alias, .. }) => Some((name, alias)),
        _ => None,
    };
    let usable = usable_version(candidate, &live.function, version, &artifact);
    match (alias, usable) {
        (Some((name, alias)), Ok(number)) => RollbackPlan {
            steps: vec![Step::MoveAlias {
                alias: name.clone(),
                from: alias.version,
                to: Destination::Existing { version: number },
                revision: alias.revision.clone(),
            }],
            method: RollbackMethod::AliasMoved,
            because: None,
        },
        (alias, usable) => {
            let architecture = version.map_or(live.function.architecture, |version| version.architecture);
            let mut steps = republish(artifact, candidate.build.zip_bytes, live, delivery, architecture);
            if let Some((name, alias)) = alias {
                steps.push(Step::PublishVersion {
                    artifact,
                    description: format!("rollback to {}", candidate.deployment),
                });
                steps.push(Step::AwaitVersion);
                steps.push(Step::MoveAlias {
                    alias: name.clone(),
                    from: alias.version,
                    to: Destination::Published,
                    revision: alias.revision.clone(),
                });
            }
            RollbackPlan { steps, method: RollbackMethod::PublishedAgain, because: usable.err() }
        }
    }
}

fn republish(
    artifact: ArtifactDigest,
    bytes: u64,
    live: &Live,
    delivery: Delivery,
    architecture: Architecture,
) -> Vec<Step> {
    vec![
        Step::UpdateFunctionCode { artifact, bytes, delivery, architecture, revision: live.function.revision.clone() },
        Step::AwaitUpdate { artifact },
    ]
}

/// The candidate's version, when an alias may be moved to it; otherwise why not.
fn usable_version(
    candidate: &Running,
    latest: &LiveFunction,
    version: Option<&LiveFunction>,
    artifact: &ArtifactDigest,
) -> Result<VersionNumber, String> {
    let Version::Published(number) = candidate.lambda_version else {
        return Err("the target is served by $LATEST".to_owned());
    };
    let Some(version) = version else {
        return Err(format!("version {number} does not exist any more"));
    };
    if version.code_sha256 != artifact.code_sha256() {
        return Err(format!("version {number} holds other code than was recorded"));
    }
    if version.state != FunctionState::Active && version.state != FunctionState::Inactive {
        return Err(format!("version {number} is not active"));
    }
    if version.role != latest.role {
        return Err(format!("version {number} has frozen another execution role than the function's"));
    }
    let differing: Vec<&str> = latest
        .frozen
        .keys()
        .chain(version.frozen.keys())
        .filter(|name| latest.frozen.get(*name) != version.frozen.get(*name))
        .map(String::as_str)
        .collect();
    match differing.first() {
        None => Ok(number),
        Some(name) => Err(format!("version {number} has frozen another {name} than the function's")),
    }
}
