//! States and the transitions between them.
//!
//! There are no timers. A transition is decided, with the RevisionId it will bring, when its cause is accepted, and takes
//! effect in the first look at the state at or after its moment. So looking never needs entropy, and two processes that
//! look at one state see the same thing.

use serde::{Deserialize, Serialize};

use crate::time::Milliseconds;

/// `State`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Being created.
    Pending,
    /// Can be invoked.
    Active,
    /// Idle for so long that its resources were taken back.
    Inactive,
    /// Creation failed.
    Failed,
}

impl State {
    /// AWS's spelling.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Active => "Active",
            Self::Inactive => "Inactive",
            Self::Failed => "Failed",
        }
    }
}

/// `LastUpdateStatus`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LastUpdateStatus {
    /// The old code serves; most writes are refused.
    InProgress,
    /// The new code serves.
    Successful,
    /// The old code goes on serving.
    Failed,
}

/// Why something is in a state: AWS's code and text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Such as `InvalidZipFileException`.
    pub code: String,
    /// The text for people.
    pub text: String,
}

impl Reason {
    /// What AWS says during creation, and during every update too.
    pub(crate) fn creating() -> Self {
        Self { code: "Creating".to_owned(), text: "The function is being created.".to_owned() }
    }
}

/// What is going to happen, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Transition {
    at: Milliseconds,
    revision_id: String,
    failure: Option<Reason>,
}

/// The state of `$LATEST` or of a version, with its RevisionId.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifecycle {
    state: State,
    state_reason: Option<Reason>,
    last_update: Option<LastUpdateStatus>,
    last_update_reason: Option<Reason>,
    revision_id: String,
    transition: Option<Transition>,
}

/// When a transition ends, what it brings, and whether it fails.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) at: Milliseconds,
    pub(crate) revision_id: String,
    pub(crate) failure: Option<Reason>,
}

impl From<Outcome> for Transition {
    fn from(outcome: Outcome) -> Self {
        Self { at: outcome.at, revision_id: outcome.revision_id, failure: outcome.failure }
    }
}

impl Lifecycle {
    /// Active at once.
    pub(crate) fn active(revision_id: String) -> Self {
        Self {
            state: State::Active,
            state_reason: None,
            last_update: Some(LastUpdateStatus::Successful),
            last_update_reason: None,
            revision_id,
            transition: None,
        }
    }

    /// Pending until the outcome.
    pub(crate) fn pending(revision_id: String, outcome: Outcome) -> Self {
        Self {
            state: State::Pending,
            state_reason: Some(Reason::creating()),
            last_update: None,
            last_update_reason: None,
            revision_id,
            transition: Some(outcome.into()),
        }
    }

    /// An update was accepted.
    pub(crate) fn begin_update(&mut self, revision_id: String, outcome: Outcome) {
        self.last_update = Some(LastUpdateStatus::InProgress);
        self.last_update_reason = Some(Reason::creating());
        self.revision_id = revision_id;
        self.transition = Some(outcome.into());
    }

    /// A change that is no update of code or configuration (a tag, a publication).
    pub(crate) fn touch(&mut self, revision_id: String) {
        self.revision_id = revision_id;
    }

    /// The idle state, for tests of deployers.
    pub(crate) fn make_inactive(&mut self) {
        self.transition = None;
        self.last_update = Some(LastUpdateStatus::Successful);
        self.last_update_reason = None;
        self.state = State::Inactive;
        self.state_reason = Some(Reason { code: "Idle".to_owned(), text: "The function is idle.".to_owned() });
    }

    /// The first invocation of an idle function wakes it.
    pub(crate) fn wake(&mut self, outcome: Outcome) {
        self.state = State::Pending;
        self.state_reason =
            Some(Reason { code: "Restoring".to_owned(), text: "The function is being restored.".to_owned() });
        self.transition = Some(outcome.into());
    }

    /// Lets time pass. Whether something happened.
    pub(crate) fn settle(&mut self, now: Milliseconds) -> bool {
        let Some(transition) = self.transition.take_if(|transition| transition.at <= now) else {
            return false;
        };
        self.revision_id = transition.revision_id;
        let (state, status) = match (self.state, &transition.failure) {
            // An update that fails leaves the function as it served before.
            (State::Active, Some(_)) => (State::Active, LastUpdateStatus::Failed),
            (_, Some(_)) => (State::Failed, LastUpdateStatus::Failed),
            (_, None) => (State::Active, LastUpdateStatus::Successful),
        };
        self.state = state;
        self.state_reason = (state == State::Failed).then(|| transition.failure.clone()).flatten();
        self.last_update = Some(status);
        self.last_update_reason = transition.failure;
        true
    }

    /// How the transition under way will fail, if it will.
    pub(crate) fn coming_failure(&self) -> Option<&Reason> {
        self.transition.as_ref()?.failure.as_ref()
    }

    /// `State`
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// `StateReason` and its code.
    #[must_use]
    pub fn state_reason(&self) -> Option<&Reason> {
        self.state_reason.as_ref()
    }

    /// `LastUpdateStatus`; none while the function is being created.
    #[must_use]
    pub fn last_update(&self) -> Option<LastUpdateStatus> {
        self.last_update
    }

    /// `LastUpdateStatusReason` and its code.
    #[must_use]
    pub fn last_update_reason(&self) -> Option<&Reason> {
        self.last_update_reason.as_ref()
    }

    /// `RevisionId`
    #[must_use]
    pub fn revision_id(&self) -> &str {
        &self.revision_id
    }
}
