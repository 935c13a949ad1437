//! Holding a target: one deployment at a time, by a claim in the ledger and signs of life in the journal.
//!
//! A lease is 60 s and renewed every 15 s. Whoever waits judges by a monotonic clock of its own that nothing new came
//! for that long, or sees that the holder was a process of this very boot of this machine and is gone. The lease is a
//! courtesy: what keeps a holder that wakes up late from harm is that whoever took over burned its RevisionIds.

use std::time::Duration;

use futures::future::{Either, select};
use futures::pin_mut;
use shipway_core::ledger::{Claim, Event, Holder, Note, Present, TakeOver};
use shipway_core::names::DeploymentId;
use shipway_core::store_layout;

use super::{AppendError, Journal, TargetLedger};
use crate::OperationError;
use crate::context::Ports;
use crate::ports::{Liveness, StoreErrorKind};

/// How long a holder that gives no sign of life keeps its target.
pub(crate) const LEASE: Duration = Duration::from_secs(60);
/// How often a holder gives one.
pub(crate) const RENEWAL: Duration = Duration::from_secs(15);
/// How often one who waits looks.
const LOOK: Duration = Duration::from_secs(1);

/// A target held by a deployment of ours.
#[derive(Debug)]
pub(crate) struct Holding {
    /// The ledger.
    pub(crate) ledger: TargetLedger,
    /// The journal of our deployment.
    pub(crate) journal: Journal,
    /// The ledger's newest entry as we wrote it: our claim.
    pub(crate) present: Present,
    /// Our deployment.
    pub(crate) deployment: DeploymentId,
    /// Whether somebody was there before us who may wake up.
    pub(crate) took_over: Option<TakeOver>,
}

/// Whose place a claim takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StandIn {
    /// Nobody's.
    Nobody,
    /// A holder's.
    For {
        /// Whose.
        from: DeploymentId,
        /// Why.
        reason: TakeOver,
    },
}

impl Holding {
    /// Claims the target, as it was when `present` was its newest entry.
    ///
    /// # Errors
    /// [`AppendError::Lost`] when somebody wrote to the ledger since.
    pub(crate) async fn claim(
        ports: &Ports<'_>,
        ledger: TargetLedger,
        present: Option<&Present>,
        claim: Claim,
        stand_in: StandIn,
    ) -> Result<Self, AppendError> {
        let deployment = claim.deployment.clone();
        let (event, took_over) = match stand_in {
            StandIn::Nobody => (Event::Claimed { claim }, None),
            StandIn::For { from, reason } => (Event::TakenOver { claim, from, reason }, Some(reason)),
        };
        let present = ledger.append(ports, present, event).await?;
        let journal = Journal::begin(ledger.target(), &deployment);
        Ok(Self { ledger, journal, present, deployment, took_over })
    }

    /// Runs `work` while giving signs of life. A sign that the store does not take is told, and tried again with the
    /// next: the lease is long enough for three to go missing.
    pub(crate) async fn keep_alive<T>(&self, ports: &Ports<'_>, work: impl Future<Output = T>) -> T {
        let renew = async {
            loop {
                ports.clock.sleep(RENEWAL).await;
                if let Err(error) = self.journal.append(ports, vec![Note::Renewed]).await {
                    let message = format!("the lease on {} could not be renewed: {error}", self.ledger.target());
                    ports.reporter.report(crate::ports::Event::Warning { function: None, message });
                }
            }
        };
        pin_mut!(work);
        pin_mut!(renew);
        match select(work, renew).await {
            Either::Left((done, _)) => done,
            Either::Right(((), _)) => unreachable!("renewing never ends"),
        }
    }

    /// Ends the holding with `event`.
    ///
    /// # Errors
    /// When somebody took the target over, or the store does not take the entry.
    pub(crate) async fn end(&self, ports: &Ports<'_>, event: Event) -> Result<Present, OperationError> {
        match self.ledger.append(ports, Some(&self.present), event).await {
            Ok(present) => Ok(present),
            Err(AppendError::Lost) => Err(self.lost(ports).await),
            Err(AppendError::Store(error)) if error.kind == StoreErrorKind::Unknown => {
                Err(OperationError::Store(error))
            }
            Err(other) => Err(other.into_operation_error(self.ledger.target())),
        }
    }

    /// Whether the target is still ours.
    ///
    /// # Errors
    /// When it is not, saying whose it is; or when the store fails.
    pub(crate) async fn check(&self, ports: &Ports<'_>) -> Result<(), OperationError> {
        let present = self.ledger.present(ports).await?;
        if present.is_some_and(|present| present.digest == self.present.digest) {
            return Ok(());
        }
        Err(self.lost(ports).await)
    }

    async fn lost(&self, ports: &Ports<'_>) -> OperationError {
        let target = self.ledger.target().to_string();
        match self.ledger.present(ports).await {
            Ok(Some(present)) => {
                let who = present.entry.writer.with_process();
                let by = match &present.state().holder {
                    Some(Holder { claim, .. }) => format!("{} {} by {who}", claim.intent, claim.deployment),
                    None => who,
                };
                OperationError::TakenOver { target, by }
            }
            Ok(None) => OperationError::TakenOver { target, by: "nobody: the ledger is gone".to_owned() },
            Err(error) => error,
        }
    }
}

/// Waits until the target may be claimed: free, or its holder is gone. `judge` looks at each holder first and may end
/// the waiting (a diverged commit is being deployed, say).
///
/// # Errors
/// What `judge` answers; the store's errors; [`OperationError::StillHeld`] after `patience`.
pub(crate) async fn wait_until_free(
    ports: &Ports<'_>,
    ledger: &TargetLedger,
    patience: Duration,
    judge: &mut dyn AsyncJudge,
) -> Result<(Option<Present>, StandIn), OperationError> {
    let begun = ports.clock.monotonic();
    let mut watch: Option<(String, Duration)> = None;
    let mut told = false;
    loop {
        let present = ledger.present(ports).await?;
        let Some(holder) = present.as_ref().and_then(|present| present.state().holder.clone()) else {
            return Ok((present, StandIn::Nobody));
        };
        let from = holder.claim.deployment.clone();
        if ports.machine.liveness(&holder.writer) == Liveness::Gone {
            return Ok((present, StandIn::For { from, reason: TakeOver::ProcessGone }));
        }
        judge.judge(&holder).await?;
        let sign = last_sign(ports, ledger, present.as_ref(), &holder).await?;
        let now = ports.clock.monotonic();
        let since = match &watch {
            Some((seen, since)) if *seen == sign => *since,
            _ => now,
        };
        if now - since >= LEASE {
            return Ok((present, StandIn::For { from, reason: TakeOver::LeaseExpired }));
        }
        if now - begun >= patience {
            return Err(still_held(ledger, &holder, now - begun));
        }
        watch = Some((sign, since));
        if !told {
            tell_waiting(ports, ledger, &holder);
            told = true;
        }
        ports.clock.sleep(LOOK).await;
    }
}

/// A look at whoever holds the target while one waits for it.
#[async_trait::async_trait(?Send)]
pub(crate) trait AsyncJudge {
    /// Goes on waiting, or says why not.
    async fn judge(&mut self, holder: &Holder) -> Result<(), OperationError>;
}

/// Something that changes whenever the holder gives a sign of life.
async fn last_sign(
    ports: &Ports<'_>,
    ledger: &TargetLedger,
    present: Option<&Present>,
    holder: &Holder,
) -> Result<String, OperationError> {
    let journal = store_layout::journal(ledger.target(), &holder.claim.deployment);
    let listed = ports.store.list(&journal, None).await?;
    let number = present.map_or(0, |present| present.entry.number);
    Ok(format!("{number} {}", listed.last().map_or("", |object| object.key.as_str())))
}

fn tell_waiting(ports: &Ports<'_>, ledger: &TargetLedger, holder: &Holder) {
    ports.reporter.report(crate::ports::Event::Waiting {
        function: ledger.name().clone(),
        reason: format!("{holder} holds the target"),
    });
}

fn still_held(ledger: &TargetLedger, holder: &Holder, waited: Duration) -> OperationError {
    OperationError::StillHeld {
        target: ledger.target().to_string(),
        holder: holder.claim.deployment.clone(),
        who: holder.writer.with_process(),
        waited_seconds: waited.as_secs(),
    }
}
