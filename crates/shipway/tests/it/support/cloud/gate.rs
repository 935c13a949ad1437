//! Holding a chosen request before or after its effect, for as long as a test wants.
//!
//! A trap is set for one request; the first that matches is caught, and goes on, or is lost, when the test says so.
//! The gate also knows which step each process is at, from the journal entries that it saw take effect. Under a policy it
//! lets a program's requests pass only as that policy allows.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use shipway_core::ledger::{JournalEntry, Note};
use shipway_core::step::StepKind;
use shipway_lambda_model::ApiError;
use shipway_local::{Decided, Decision, ObservedCall, Observer};
use tokio::sync::oneshot;

use super::policy::{Policy, Question};
use super::provisioning::PROVISIONER;

/// Whose request it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Service {
    Lambda,
    Store,
    Identity,
}

/// One request, and where in a deployment its sender was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) service: Service,
    /// AWS's name of the operation.
    pub(crate) operation: String,
    /// Lambda: the path with its query. S3: the key (of a listing: its prefix).
    pub(crate) subject: String,
    /// S3: what is put, as text if it is text.
    pub(crate) body: String,
    /// Tells the processes of a test apart: each has an access key of its own.
    pub(crate) access_key: String,
    /// The step that the sender announced last.
    pub(crate) step: Option<StepKind>,
}

impl Request {
    /// The steps that this journal entry announces.
    pub(crate) fn announced(&self) -> Option<StepKind> {
        let entry = self.journal_entry()?;
        entry.notes.iter().rev().find_map(|note| match note {
            Note::Starting { step } => Some(step.kind()),
            Note::Done { .. } | Note::PlanningAgain { .. } | Note::Renewed => None,
        })
    }

    /// The journal entry that this request puts.
    pub(crate) fn journal_entry(&self) -> Option<JournalEntry> {
        let is_journal = self.is_put() && self.subject.contains("/journal/");
        is_journal.then(|| serde_json::from_str(&self.body).expect("a journal's entries have one form"))
    }

    /// Whether it puts something into the store.
    pub(crate) fn is_put(&self) -> bool {
        self.service == Service::Store && self.operation == "PutObject"
    }

    /// Whether it changes something in Lambda.
    pub(crate) fn changes_lambda(&self) -> bool {
        let reads = ["Get", "List", "Invoke"];
        self.service == Service::Lambda && !reads.iter().any(|read| self.operation.starts_with(read))
    }
}

/// When a request is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    BeforeEffect,
    AfterEffect,
}

/// What becomes of a request that was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Proceed,
    /// The connection is closed. Before the effect, there is none.
    Lost,
}

/// Whose requests a policy is about.
const PROGRAM_ARN: &str = "arn:aws:iam::111111111111:user/tester";

struct Trap {
    moment: Moment,
    wanted: Box<dyn Fn(&Request) -> bool + Send + Sync>,
    caught: oneshot::Sender<(Request, oneshot::Sender<Fate>)>,
}

/// Every request of a cloud passes it twice.
#[derive(Default)]
pub(crate) struct Gate {
    traps: Mutex<Vec<Trap>>,
    steps: Mutex<HashMap<String, StepKind>>,
    log: Mutex<Vec<Request>>,
    policy: Mutex<Option<Policy>>,
    asked: Mutex<BTreeSet<Question>>,
    denied: Mutex<Vec<Question>>,
}

impl fmt::Debug for Gate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Gate").finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Gate {
    /// Sets a trap for the first request that is `wanted`.
    pub(crate) fn hold(
        &self,
        moment: Moment,
        wanted: impl Fn(&Request) -> bool + Send + Sync + 'static,
    ) -> oneshot::Receiver<(Request, oneshot::Sender<Fate>)> {
        let (caught, receiver) = oneshot::channel();
        lock(&self.traps).push(Trap { moment, wanted: Box::new(wanted), caught });
        receiver
    }

    /// Every request so far that took effect or was refused, in that order.
    pub(crate) fn log(&self) -> Vec<Request> {
        lock(&self.log).clone()
    }

    /// Puts every program under a policy from now on.
    pub(crate) fn put_under(&self, policy: Policy) {
        *lock(&self.policy) = Some(policy);
    }

    /// What programs asked to do so far, under a policy.
    pub(crate) fn asked(&self) -> BTreeSet<Question> {
        lock(&self.asked).clone()
    }

    /// What of it they may not.
    pub(crate) fn denied(&self) -> Vec<Question> {
        lock(&self.denied).clone()
    }

    /// Whether a program may do what it asks; an access key belongs to a program unless it is provisioning's, or Lambda's
    /// own, which signs nothing.
    pub(super) fn lets(&self, access_key: &str, question: Question) -> bool {
        let policy = lock(&self.policy);
        let Some(policy) = policy.as_ref().filter(|_| !["", PROVISIONER].contains(&access_key)) else { return true };
        let allowed = policy.allows(&question);
        if !allowed {
            lock(&self.denied).push(question.clone());
        }
        lock(&self.asked).insert(question);
        allowed
    }

    /// Whether it would be allowed, without its being asked.
    pub(super) fn would_let(&self, question: &Question) -> bool {
        lock(&self.policy).as_ref().is_none_or(|policy| policy.allows(question))
    }

    /// The step that a process announced last.
    pub(crate) fn step(&self, access_key: &str) -> Option<StepKind> {
        lock(&self.steps).get(access_key).copied()
    }

    /// Lets a request through, or holds it. Returns when it may go on or is lost.
    pub(crate) async fn pass(&self, moment: Moment, request: &Request) -> Fate {
        if moment == Moment::AfterEffect {
            if let Some(step) = request.announced() {
                lock(&self.steps).insert(request.access_key.clone(), step);
            }
            lock(&self.log).push(request.clone());
        }
        let sprung = {
            let mut traps = lock(&self.traps);
            let found = traps.iter().position(|trap| trap.moment == moment && (trap.wanted)(request));
            found.map(|index| traps.remove(index))
        };
        let Some(trap) = sprung else { return Fate::Proceed };
        let (release, released) = oneshot::channel();
        if trap.caught.send((request.clone(), release)).is_err() {
            return Fate::Proceed;
        }
        // A test that ended without a word lets nothing go on.
        released.await.unwrap_or(Fate::Lost)
    }
}

/// A request that is held.
#[must_use = "a request that nobody holds is lost"]
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) request: Request,
    release: oneshot::Sender<Fate>,
}

impl Held {
    pub(crate) fn of((request, release): (Request, oneshot::Sender<Fate>)) -> Self {
        Self { request, release }
    }

    /// Lets it go on, or loses it.
    pub(crate) fn release(self, fate: Fate) {
        // Its sender may be gone with its connection.
        let _ = self.release.send(fate);
    }

    /// Lets it go on, and returns when it had its effect or was refused.
    pub(crate) async fn carry_out(self, gate: &Gate) {
        let this = self.request.clone();
        let through = gate.hold(Moment::AfterEffect, move |request| *request == this);
        self.release(Fate::Proceed);
        let through = tokio::time::timeout(super::world::PATIENCE, through).await;
        let held = Held::of(through.expect("a released request comes through").expect("the gate stays"));
        held.release(Fate::Proceed);
    }
}

impl Observer for Gate {
    fn before<'a>(&'a self, call: &'a ObservedCall) -> Decided<'a> {
        let question = Question::new(&call.action, call.resource.clone());
        if !self.lets(call.access_key.as_deref().unwrap_or_default(), question) {
            let (action, resource) = (&call.action, &call.resource);
            let message = format!(
                "User: {PROGRAM_ARN} is not authorized to perform: {action} on resource: {resource} because no \
                 identity-based policy allows the {action} action"
            );
            let denial = Decision::Answer(ApiError::new(403, "AccessDeniedException", message));
            return Box::pin(async { denial });
        }
        Box::pin(self.decide(Moment::BeforeEffect, call))
    }

    fn after<'a>(&'a self, call: &'a ObservedCall, _status: u16) -> Decided<'a> {
        Box::pin(self.decide(Moment::AfterEffect, call))
    }
}

impl Gate {
    async fn decide(&self, moment: Moment, call: &ObservedCall) -> Decision {
        let access_key = call.access_key.clone().unwrap_or_default();
        let request = Request {
            service: Service::Lambda,
            operation: call.operation.unwrap_or_default().to_owned(),
            subject: call.path.clone(),
            body: String::new(),
            step: self.step(&access_key),
            access_key,
        };
        match self.pass(moment, &request).await {
            Fate::Proceed => Decision::Proceed,
            Fate::Lost => Decision::Disconnect,
        }
    }
}
