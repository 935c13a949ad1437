//! What is true of a target, folded from its events by one pure function.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{BuildReference, Claim, Event, HoldReason, HoldTerms, Intent, Running, Writer};
use crate::digest::ArtifactDigest;
use crate::names::{DeploymentId, ProjectName};

/// How many earlier successes a state carries: what a rollback chooses from without reading back.
pub const SUCCESSES_KEPT: usize = 20;

/// What is true of a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Whose target it is.
    pub project: ProjectName,
    /// What it should serve.
    pub wanted: Option<BuildReference>,
    /// What it does serve.
    pub running: Option<Running>,
    /// Who holds it.
    pub holder: Option<Holder>,
    /// The deployment that waits for provisioning.
    pub hold: Option<Hold>,
    /// Builds that were rolled back from.
    pub rejected: Vec<Rejection>,
    /// Earlier successes, the newest last, at most [`SUCCESSES_KEPT`].
    pub succeeded: Vec<Running>,
}

/// Who holds a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The claim.
    pub claim: Claim,
    /// Since when.
    pub since: Timestamp,
    /// The process that holds it.
    pub writer: Writer,
}

/// `deploy 20261123T173059Z-c5pq5w7g by ada@laptop`
impl fmt::Display for Holder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { claim, writer, .. } = self;
        write!(formatter, "{} {} by {writer}", claim.intent, claim.deployment)
    }
}

/// A deployment that waits for provisioning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The deployment.
    pub deployment: DeploymentId,
    /// What it wants to serve.
    pub build: BuildReference,
    /// Why it waits.
    pub reasons: Vec<HoldReason>,
    /// Since when.
    pub since: Timestamp,
    /// What finishing it takes; `None` from before it could be finished without a checkout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Box<HoldTerms>>,
}

/// A build that was rolled back from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// The build.
    pub build: BuildReference,
    /// Since when.
    pub since: Timestamp,
}

impl State {
    /// Whether this artifact was rolled back from and nobody said `--again` since.
    #[must_use]
    pub fn rejection(&self, artifact: &ArtifactDigest) -> Option<&Rejection> {
        self.rejected.iter().find(|rejection| rejection.build.artifact == *artifact)
    }
}

/// An event that cannot happen in this state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IllegalEvent {
    /// Somebody else holds the target.
    #[error("deployment {holder} holds the target")]
    HeldByAnother {
        /// Who.
        holder: DeploymentId,
    },
    /// The deployment does not hold the target (any more).
    #[error("deployment {deployment} does not hold the target")]
    NotHolder {
        /// Who wanted to.
        deployment: DeploymentId,
    },
    /// The target belongs to another project.
    #[error("the target belongs to project `{owner}`")]
    OtherProject {
        /// Whose it is.
        owner: ProjectName,
    },
    /// No such deployment waits for provisioning.
    #[error("deployment {deployment} does not wait for provisioning (any more)")]
    NoSuchHold {
        /// Which was meant.
        deployment: DeploymentId,
    },
    /// The first event must be a claim.
    #[error("the first event of a target must be a claim")]
    NotClaimed,
}

/// The state after `event`, written by `writer` at `at`.
///
/// # Errors
/// When the event cannot happen in `state`; then nothing may be written.
pub fn fold(state: Option<&State>, event: &Event, writer: &Writer, at: Timestamp) -> Result<State, IllegalEvent> {
    match event {
        Event::Claimed { claim } => {
            if let Some(holder) = state.and_then(|state| state.holder.as_ref()) {
                return Err(IllegalEvent::HeldByAnother { holder: holder.claim.deployment.clone() });
            }
            claimed(state, claim, writer, at)
        }
        Event::TakenOver { claim, from, .. } => {
            held_by(state, from)?;
            claimed(state, claim, writer, at)
        }
        Event::Held { deployment, reasons, terms } => {
            let (state, holder) = held_by(state, deployment)?;
            let hold = Hold {
                deployment: deployment.clone(),
                build: holder.claim.build.clone(),
                reasons: reasons.clone(),
                since: terms.as_ref().map_or(at, |terms| terms.since),
                terms: terms.clone(),
            };
            Ok(State { holder: None, hold: Some(hold), ..state.clone() })
        }
        Event::Released { deployment, .. } => released(state, deployment),
        Event::Failed { deployment, .. } | Event::Withdrawn { deployment, .. } => {
            let (state, _) = held_by(state, deployment)?;
            Ok(State { holder: None, ..state.clone() })
        }
        Event::Succeeded { running } | Event::Adopted { running } => {
            let (state, _) = held_by(state, &running.deployment)?;
            let mut next = serving(state, running);
            next.rejected.retain(|rejection| rejection.build.artifact != running.build.artifact);
            next.succeeded.push(running.clone());
            let surplus = next.succeeded.len().saturating_sub(SUCCESSES_KEPT);
            next.succeeded.drain(..surplus);
            Ok(next)
        }
        Event::RolledBack { running, rejected, .. } => {
            let (state, _) = held_by(state, &running.deployment)?;
            let mut next = serving(state, running);
            next.rejected.retain(|rejection| {
                rejection.build.artifact != running.build.artifact && rejection.build.artifact != rejected.artifact
            });
            if rejected.artifact != running.build.artifact {
                next.rejected.push(Rejection { build: rejected.clone(), since: at });
            }
            Ok(next)
        }
    }
}

fn claimed(state: Option<&State>, claim: &Claim, writer: &Writer, at: Timestamp) -> Result<State, IllegalEvent> {
    let holder = Holder { claim: claim.clone(), since: at, writer: writer.clone() };
    let Some(state) = state else {
        return Ok(State {
            project: claim.project.clone(),
            wanted: Some(claim.build.clone()),
            running: None,
            holder: Some(holder),
            hold: None,
            rejected: Vec::new(),
            succeeded: Vec::new(),
        });
    };
    if state.project != claim.project && claim.intent != Intent::Adopt {
        return Err(IllegalEvent::OtherProject { owner: state.project.clone() });
    }
    Ok(State {
        project: claim.project.clone(),
        wanted: Some(claim.build.clone()),
        holder: Some(holder),
        hold: state.hold.clone().filter(|hold| claim.finishes.as_ref() == Some(&hold.deployment)),
        ..state.clone()
    })
}

/// A hold ends, and what is wanted is what runs.
fn released(state: Option<&State>, deployment: &DeploymentId) -> Result<State, IllegalEvent> {
    let state = state.ok_or(IllegalEvent::NotClaimed)?;
    if let Some(holder) = &state.holder {
        return Err(IllegalEvent::HeldByAnother { holder: holder.claim.deployment.clone() });
    }
    if state.hold.as_ref().is_none_or(|hold| hold.deployment != *deployment) {
        return Err(IllegalEvent::NoSuchHold { deployment: deployment.clone() });
    }
    let wanted = state.running.as_ref().map(|running| running.build.clone());
    Ok(State { wanted, hold: None, ..state.clone() })
}

fn held_by<'a>(state: Option<&'a State>, deployment: &DeploymentId) -> Result<(&'a State, &'a Holder), IllegalEvent> {
    let state = state.ok_or(IllegalEvent::NotClaimed)?;
    match &state.holder {
        Some(holder) if holder.claim.deployment == *deployment => Ok((state, holder)),
        _ => Err(IllegalEvent::NotHolder { deployment: deployment.clone() }),
    }
}

fn serving(state: &State, running: &Running) -> State {
    State {
        wanted: Some(running.build.clone()),
        running: Some(running.clone()),
        holder: None,
        hold: None,
        ..state.clone()
    }
}
