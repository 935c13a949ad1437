//! One deployment of one target: wait for the target, claim it, carry the plan out, record how it ended.

use async_trait::async_trait;
use shipway_core::build::BuildRecord;
use shipway_core::contract::Unmet;
use shipway_core::ledger::{
    BuildReference, Claim, Event as LedgerEvent, HoldReason, HoldTerms, Holder, Intent, Note, Present, Running,
};
use shipway_core::names::{Commit, DeploymentId, FunctionName, Target, Version};
use shipway_core::plan::{Ancestry, Decision, Fence, Live, Observation, Refusal, Switch, Wish, plan_deployment};
use shipway_core::step::{Delivery, Step};
use shipway_core::store_layout;

use super::consider::{self, DeployOptions};
use super::outcome::Outcome;
use crate::OperationError;
use crate::carry_out::{Carrier, Learned, Served, StepFailure};
use crate::context::{Assignment, Ports};
use crate::observe::observe;
use crate::ports::{ArtifactFile, Event};
use crate::record::{AppendError, AsyncJudge, Holding, StandIn, TargetLedger, create_record, wait_until_free};

/// How often a deployment is planned again because the world moved.
const PLANS: u32 = 5;

/// What one deployment is to do, resolved: nothing of a checkout is needed to carry it out.
pub(crate) struct Task {
    /// Where, and under which rules.
    pub(crate) assignment: Assignment,
    /// What is to be served.
    pub(crate) wish: Wish,
    /// How it came about.
    pub(crate) record: BuildRecord,
    /// The zip, where it is on this machine; else the store has it.
    pub(crate) file: Option<ArtifactFile>,
    /// What for.
    pub(crate) intent: Intent,
    /// What its place among other deployments is judged by; `None` where that was judged before.
    pub(crate) commit: Option<Commit>,
    /// What becomes of it if it has to wait.
    pub(crate) terms: HoldTerms,
    /// Until when it is worth doing.
    pub(crate) due: Due,
}

/// What must still be so when the target is free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Due {
    /// Nothing: the plan says whether it is.
    Always,
    /// This deployment still waits for provisioning.
    WhileHeld(DeploymentId),
    /// This deployment still runs.
    WhileRunning(DeploymentId),
}

impl Due {
    fn is_past(&self, present: Option<&Present>) -> bool {
        let state = present.map(Present::state);
        match self {
            Self::Always => false,
            Self::WhileHeld(id) => {
                state.and_then(|state| state.hold.as_ref()).is_none_or(|hold| hold.deployment != *id)
            }
            Self::WhileRunning(id) => {
                state.and_then(|state| state.running.as_ref()).is_none_or(|running| running.deployment != *id)
            }
        }
    }
}

/// One deployment of one target.
pub(crate) struct TargetDeployment<'a> {
    ports: &'a Ports<'a>,
    options: &'a DeployOptions,
    task: Task,
    id: DeploymentId,
    ledger: TargetLedger,
}

/// How the work on a held target ended, before that is recorded.
enum Ending {
    Serving(Served),
    Held(Vec<HoldReason>, Vec<FunctionName>),
    Withdrawn(Outcome, String),
    Failed { step: Option<String>, error: OperationError },
}

impl<'a> TargetDeployment<'a> {
    pub(crate) fn new(ports: &'a Ports<'a>, options: &'a DeployOptions, task: Task) -> Self {
        let id = new_deployment_id(ports);
        let Assignment { target, project, environment, name, .. } = &task.assignment;
        let ledger = TargetLedger::new(target, project, environment, name);
        Self { ports, options, task, id, ledger }
    }

    pub(crate) fn id(&self) -> &DeploymentId {
        &self.id
    }

    fn target(&self) -> &Target {
        &self.task.assignment.target
    }

    /// Carries out `decision`, which was made for the ledger as of `present` and the function as of `live`.
    pub(crate) async fn run(
        &self,
        decision: Decision,
        present: Option<Present>,
        live: Option<Live>,
    ) -> (Outcome, Option<Running>) {
        match self.try_run(decision, present, live).await {
            Ok(done) => done,
            Err(OperationError::Refused(refusal)) => (Outcome::Refused(refusal), None),
            Err(error) => (Outcome::Failed(error), None),
        }
    }

    /// The same, for whoever takes an error for something else than a failure.
    pub(crate) async fn try_run(
        &self,
        mut decision: Decision,
        mut present: Option<Present>,
        mut live: Option<Live>,
    ) -> Result<(Outcome, Option<Running>), OperationError> {
        let mut planned_for = present.as_ref().map(|present| present.digest);
        for _ in 0..PLANS {
            let (now, stand_in) = self.wait_for_target().await?;
            if now.as_ref().map(|present| present.digest) != planned_for || stand_in != StandIn::Nobody {
                (decision, live) = self.plan_again(now.as_ref(), Fence::NotNeeded).await?;
                planned_for = now.as_ref().map(|present| present.digest);
            }
            present = now;
            if self.task.due.is_past(present.as_ref()) {
                return Ok((Outcome::Overtaken, None));
            }
            let fenced = stand_in != StandIn::Nobody;
            if let Some(outcome) = without_claim(&decision, fenced) {
                return Ok(outcome);
            }
            self.store_record().await?;
            match Holding::claim(self.ports, self.ledger.clone(), present.as_ref(), self.claim(), stand_in).await {
                Ok(holding) => return self.hold(&holding, decision, live).await,
                Err(AppendError::Lost) => {}
                Err(other) => return Err(other.into_operation_error(self.target())),
            }
        }
        Err(OperationError::KeepsMoving {
            target: self.target().to_string(),
            times: PLANS,
            reason: "other deployments kept claiming it first".to_owned(),
        })
    }

    async fn wait_for_target(&self) -> Result<(Option<Present>, StandIn), OperationError> {
        let mut judge = InFlight { ports: self.ports, commit: self.task.commit.as_ref(), switch: self.options.switch };
        wait_until_free(self.ports, &self.ledger, self.task.assignment.patience.target, &mut judge).await
    }

    fn claim(&self) -> Claim {
        let Assignment { project, environment, name, .. } = &self.task.assignment;
        Claim {
            deployment: self.id.clone(),
            project: project.clone(),
            environment: environment.clone(),
            function: name.function().clone(),
            intent: self.task.intent,
            build: self.task.wish.build.clone(),
            accepted: self.task.terms.accepted.clone(),
            finishes: match &self.task.due {
                Due::WhileHeld(hold) => Some(hold.clone()),
                Due::Always | Due::WhileRunning(_) => None,
            },
        }
    }

    /// The record goes into the store before any ledger entry names it.
    async fn store_record(&self) -> Result<(), OperationError> {
        let (bytes, digest) = self.task.record.to_bytes();
        create_record(self.ports, &store_layout::build_record(&digest), &bytes).await?;
        Ok(())
    }

    async fn plan_again(
        &self,
        present: Option<&Present>,
        fence: Fence,
    ) -> Result<(Decision, Option<Live>), OperationError> {
        let live = observe(self.ports, self.target(), self.task.assignment.patience.lambda).await?;
        let order = consider::order(self.ports, self.task.commit.as_ref(), present).await?;
        let ledger = present.map(|present| present.state().clone());
        let nearest = match live {
            Some(_) => Vec::new(),
            None => consider::nearest_names(self.ports, &self.target().function).await,
        };
        let observation = Observation { ledger, live, nearest };
        let rules = self.options.rules(&self.task.assignment, fence);
        let decision = plan_deployment(self.target(), &self.task.wish, &observation, &order, &rules);
        Ok((decision, observation.live))
    }

    async fn hold(
        &self,
        holding: &Holding,
        decision: Decision,
        live: Option<Live>,
    ) -> Result<(Outcome, Option<Running>), OperationError> {
        let ending = holding.keep_alive(self.ports, self.work(holding, decision, live)).await;
        self.record_ending(holding, ending).await
    }

    async fn work(&self, holding: &Holding, mut decision: Decision, mut live: Option<Live>) -> Ending {
        let fence = if holding.took_over.is_some() { Fence::Needed } else { Fence::NotNeeded };
        if fence == Fence::Needed {
            // The plan was made while the other might still have been at it: what he left is looked at now.
            match self.plan_while_holding(holding, fence).await {
                Ok(planned) => (decision, live) = planned,
                Err(error) => return Ending::Failed { step: None, error },
            }
        }
        let mut last_reason = String::new();
        for _ in 0..PLANS {
            match self.carry_out(holding, &decision, live.as_ref()).await {
                Ok(ending) => return ending,
                Err(StepFailure::WorldMoved { reason }) => last_reason = reason,
                Err(StepFailure::Unmet(lacking)) => return self.put_back(holding, lacking).await,
                Err(StepFailure::Failed { step, error }) => return Ending::Failed { step: Some(step), error },
            }
            self.tell_planning_again(&last_reason);
            match self.after_the_world_moved(holding, &last_reason, fence).await {
                Ok(planned) => (decision, live) = planned,
                Err(error) => return Ending::Failed { step: None, error },
            }
        }
        let target = self.target().to_string();
        Ending::Failed { step: None, error: OperationError::KeepsMoving { target, times: PLANS, reason: last_reason } }
    }

    async fn after_the_world_moved(
        &self,
        holding: &Holding,
        reason: &str,
        fence: Fence,
    ) -> Result<(Decision, Option<Live>), OperationError> {
        let note = Note::PlanningAgain { reason: reason.to_owned() };
        holding.journal.append(self.ports, vec![note]).await?;
        self.plan_while_holding(holding, fence).await
    }

    /// Looks first, and then makes sure that the target is still ours: what was read before anybody took it over is
    /// what he burns. The other way round, one who was paused in between would act on what his successor left.
    async fn plan_while_holding(
        &self,
        holding: &Holding,
        fence: Fence,
    ) -> Result<(Decision, Option<Live>), OperationError> {
        let planned = self.plan_again(Some(&holding.present), fence).await?;
        holding.check(self.ports).await?;
        Ok(planned)
    }

    async fn carry_out(
        &self,
        holding: &Holding,
        decision: &Decision,
        live: Option<&Live>,
    ) -> Result<Ending, StepFailure> {
        match decision {
            Decision::Deploy { steps } => {
                let live = live.ok_or_else(|| StepFailure::WorldMoved { reason: "the function is gone".to_owned() })?;
                let mut learned = Learned::from_observation(live);
                self.carrier(holding).carry_out(steps, &mut learned).await?;
                Ok(Ending::Serving(learned.served()))
            }
            Decision::Hold { reasons, steps, nearest } => {
                let mut learned = Learned::nothing();
                self.carrier(holding).carry_out(steps, &mut learned).await?;
                Ok(Ending::Held(reasons.clone(), nearest.clone()))
            }
            Decision::Refuse { refusal } => {
                Ok(Ending::Withdrawn(Outcome::Refused(refusal.clone()), refusal.to_string()))
            }
            Decision::Superseded { by } => Ok(Ending::Withdrawn(
                Outcome::Superseded { by: by.clone() },
                format!("superseded by commit {}", by.short()),
            )),
            Decision::Nothing { running, .. } => Ok(Ending::Serving(Served {
                version: running.lambda_version,
                frozen: running.frozen.clone(),
                missing: running.missing.clone(),
            })),
            Decision::Create => {
                Err(StepFailure::WorldMoved { reason: "the function was to be created first".to_owned() })
            }
        }
    }

    fn carrier<'b>(&'b self, holding: &'b Holding) -> Carrier<'b> {
        Carrier {
            ports: self.ports,
            holding: Some(holding),
            function: &self.task.assignment.name,
            target: self.target(),
            demand: &self.task.wish.demand,
            file: self.task.file.as_ref(),
            patience: self.task.assignment.patience.lambda,
        }
    }

    /// The configuration changed between the plan and the update: what ran goes back on `$LATEST`, and we wait.
    async fn put_back(&self, holding: &Holding, lacking: Vec<Unmet>) -> Ending {
        let reasons = lacking.into_iter().map(|requirement| HoldReason::Unmet { requirement }).collect();
        let Some(before) = holding.present.state().running.as_ref().map(|running| running.build.clone()) else {
            return Ending::Held(reasons, Vec::new());
        };
        match self.try_put_back(holding, &before).await {
            Ok(()) => Ending::Held(reasons, Vec::new()),
            Err(error) => Ending::Failed {
                step: Some("put the previous code back".to_owned()),
                error: OperationError::Unrecorded {
                    done: format!("$LATEST of {} still holds the new code, whose contract is unmet", self.target().function),
                    hint: "callers of the alias are not affected; `shipway deploy` again once the configuration is complete"
                        .to_owned(),
                    source: Box::new(error),
                },
            },
        }
    }

    async fn try_put_back(&self, holding: &Holding, before: &BuildReference) -> Result<(), OperationError> {
        let live = observe(self.ports, self.target(), self.task.assignment.patience.lambda).await?;
        let Some(live) = live else { return Ok(()) };
        let direct = before.zip_bytes <= consider::LARGEST_DIRECT_ZIP;
        let steps = [
            Step::UpdateFunctionCode {
                artifact: before.artifact,
                bytes: before.zip_bytes,
                delivery: if direct { Delivery::Direct } else { Delivery::Store },
                architecture: live.function.architecture,
                revision: live.function.revision.clone(),
            },
            Step::AwaitUpdate { artifact: before.artifact },
        ];
        let mut learned = Learned::from_observation(&live);
        match self.carrier(holding).carry_out(&steps, &mut learned).await {
            Ok(()) => Ok(()),
            Err(StepFailure::Failed { error, .. }) => Err(error),
            Err(StepFailure::WorldMoved { reason }) => {
                Err(OperationError::KeepsMoving { target: self.target().to_string(), times: 1, reason })
            }
            // The wait judges the new build's contract, which is unmet: that is why we are here.
            Err(StepFailure::Unmet(_)) => Ok(()),
        }
    }

    async fn record_ending(
        &self,
        holding: &Holding,
        ending: Ending,
    ) -> Result<(Outcome, Option<Running>), OperationError> {
        match ending {
            Ending::Serving(Served { version, frozen, missing }) => {
                let running = Running {
                    deployment: self.id.clone(),
                    build: self.task.wish.build.clone(),
                    lambda_version: version,
                    provisioned: self.task.wish.provisioned,
                    frozen,
                    missing,
                    accepted: self.task.terms.accepted.clone(),
                    rules: Some(self.task.terms.rules),
                    at: self.ports.clock.now(),
                };
                let event = LedgerEvent::Succeeded { running: running.clone() };
                match holding.end(self.ports, event).await {
                    Ok(_) => Ok((self.done(), Some(running))),
                    Err(source) => Ok((Outcome::Failed(self.unrecorded(version, source)), Some(running))),
                }
            }
            Ending::Held(reasons, nearest) => self.record_hold(holding, reasons, nearest).await,
            Ending::Withdrawn(outcome, reason) => {
                holding.end(self.ports, LedgerEvent::Withdrawn { deployment: self.id.clone(), reason }).await?;
                Ok((outcome, None))
            }
            Ending::Failed { step, error } => {
                let told = chain(&error);
                let event = LedgerEvent::Failed { deployment: self.id.clone(), step, error: told };
                if matches!(error, OperationError::TakenOver { .. }) {
                    return Ok((Outcome::Failed(error), None));
                }
                if let Err(unrecorded) = holding.end(self.ports, event).await {
                    if matches!(unrecorded, OperationError::TakenOver { .. }) {
                        // Whatever failed, it failed because, or after, somebody else went on.
                        return Ok((Outcome::Failed(unrecorded), None));
                    }
                    let message = format!("the failure could not be recorded: {unrecorded}");
                    self.ports
                        .reporter
                        .report(Event::Warning { function: Some(self.task.assignment.name.clone()), message });
                }
                Ok((Outcome::Failed(error), None))
            }
        }
    }

    /// What runs already is not held: its configuration is, and callers reach what they reached.
    async fn record_hold(
        &self,
        holding: &Holding,
        reasons: Vec<HoldReason>,
        nearest: Vec<FunctionName>,
    ) -> Result<(Outcome, Option<Running>), OperationError> {
        let deployment = self.id.clone();
        if self.task.intent == Intent::Configure {
            let reason = "the configuration does not suit the code that runs".to_owned();
            holding.end(self.ports, LedgerEvent::Withdrawn { deployment, reason }).await?;
            return Ok((Outcome::ConfigurationHeld { reasons }, None));
        }
        let terms = Some(Box::new(self.task.terms.clone()));
        holding.end(self.ports, LedgerEvent::Held { deployment, reasons: reasons.clone(), terms }).await?;
        Ok((Outcome::Held { reasons, nearest }, None))
    }

    fn done(&self) -> Outcome {
        match self.task.intent {
            Intent::Configure => Outcome::Configured,
            Intent::Restore => Outcome::Restored,
            Intent::Deploy | Intent::Rollback | Intent::Adopt => Outcome::Deployed,
        }
    }

    fn unrecorded(&self, version: Version, source: OperationError) -> OperationError {
        if matches!(source, OperationError::TakenOver { .. }) {
            return source;
        }
        OperationError::Unrecorded {
            done: format!("{} serves the new build as version {version}", self.target()),
            hint: format!(
                "`shipway deploy --env {}` records it once the store is back",
                self.task.assignment.environment
            ),
            source: Box::new(source),
        }
    }

    fn tell_planning_again(&self, reason: &str) {
        self.ports
            .reporter
            .report(Event::PlanningAgain { function: self.task.assignment.name.clone(), reason: reason.to_owned() });
    }
}

/// The outcome of a decision that writes nothing, unless a take-over has to be fenced first.
fn without_claim(decision: &Decision, fenced: bool) -> Option<(Outcome, Option<Running>)> {
    match decision {
        Decision::Nothing { because, running } if !fenced => {
            Some((Outcome::Nothing(*because), Some(running.as_ref().clone())))
        }
        Decision::Superseded { by } => Some((Outcome::Superseded { by: by.clone() }, None)),
        Decision::Refuse { refusal } => Some((Outcome::Refused(refusal.clone()), None)),
        Decision::Nothing { .. } | Decision::Create | Decision::Hold { .. } | Decision::Deploy { .. } => None,
    }
}

/// An id that sorts by time and that nobody else draws.
pub(crate) fn new_deployment_id(ports: &Ports<'_>) -> DeploymentId {
    let second = ports.clock.now().as_second();
    let stamp = jiff::Timestamp::from_second(second).map_or_else(|_| second.to_string(), |stamp| stamp.to_string());
    let stamp: String = stamp.chars().filter(char::is_ascii_alphanumeric).collect();
    let nonce: String = ports.entropy.nonce().as_str().chars().take(8).collect();
    format!("{stamp}-{nonce}").parse().expect("letters, digits and a dash make a deployment id")
}

/// An error with its causes, for the ledger.
pub(crate) fn chain(error: &OperationError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// What we think of a deployment that holds the target while we wait.
struct InFlight<'a> {
    ports: &'a Ports<'a>,
    commit: Option<&'a Commit>,
    switch: Switch,
}

#[async_trait(?Send)]
impl AsyncJudge for InFlight<'_> {
    /// A descendant of what is being deployed waits and goes next; an ancestor waits too, and finds itself superseded
    /// if the other succeeds; a diverged commit needs `--switch`.
    async fn judge(&mut self, holder: &Holder) -> Result<(), OperationError> {
        let (Some(wanted), Some(deploying)) = (self.commit, &holder.claim.build.commit) else { return Ok(()) };
        if self.switch == Switch::Yes || holder.claim.intent != Intent::Deploy {
            return Ok(());
        }
        match self.ports.git.ancestry(wanted, deploying).await? {
            Ancestry::Same | Ancestry::Ancestor | Ancestry::Descendant => Ok(()),
            Ancestry::Diverged => Err(OperationError::Refused(Refusal::DivergedInFlight {
                deploying: deploying.clone(),
                wanted: wanted.clone(),
            })),
            Ancestry::Unknown => Err(OperationError::Refused(Refusal::HistoryUnknown { running: deploying.clone() })),
        }
    }
}
