//! One deployment of one target: wait for the target, claim it, carry the plan out, record how it ended.

use async_trait::async_trait;
use shipway_core::contract::Unmet;
use shipway_core::ledger::{
    BuildReference, Claim, Event as LedgerEvent, HoldReason, Holder, Intent, Note, Present, Running,
};
use shipway_core::names::{DeploymentId, FunctionName, Version};
use shipway_core::plan::{Ancestry, Decision, Fence, Live, Observation, Refusal, Switch, Wish, plan_deployment};
use shipway_core::step::{Delivery, Step};
use shipway_core::store_layout;

use super::build::BuiltFunction;
use super::consider::{self, DeployOptions, ledger_of};
use super::outcome::Outcome;
use crate::OperationError;
use crate::carry_out::{Carrier, Learned, StepFailure};
use crate::context::{Environment, Function, Ports};
use crate::observe::observe;
use crate::ports::{Event, Head};
use crate::record::{AppendError, AsyncJudge, Holding, StandIn, TargetLedger, create_record, wait_until_free};

/// How often a deployment is planned again because the world moved.
const PLANS: u32 = 5;

/// One deployment of one target.
pub(crate) struct TargetDeployment<'a> {
    ports: &'a Ports<'a>,
    environment: &'a Environment,
    options: &'a DeployOptions,
    head: &'a Head,
    function: &'a Function,
    built: BuiltFunction,
    wish: Wish,
    id: DeploymentId,
    ledger: TargetLedger,
}

/// How the work on a held target ended, before that is recorded.
enum Ending {
    Serving(Version),
    Held(Vec<HoldReason>, Vec<FunctionName>),
    Withdrawn(Outcome, String),
    Failed { step: Option<String>, error: OperationError },
}

impl<'a> TargetDeployment<'a> {
    pub(crate) fn new(
        ports: &'a Ports<'a>,
        environment: &'a Environment,
        options: &'a DeployOptions,
        head: &'a Head,
        function: &'a Function,
        built: BuiltFunction,
        wish: Wish,
    ) -> Self {
        let id = new_deployment_id(ports);
        let ledger = ledger_of(environment, function);
        Self { ports, environment, options, head, function, built, wish, id, ledger }
    }

    pub(crate) fn id(&self) -> &DeploymentId {
        &self.id
    }

    pub(crate) fn built(&self) -> &BuiltFunction {
        &self.built
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

    async fn try_run(
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
            let fenced = stand_in != StandIn::Nobody;
            if let Some(outcome) = without_claim(&decision, fenced) {
                return Ok(outcome);
            }
            self.store_record().await?;
            match Holding::claim(self.ports, self.ledger.clone(), present.as_ref(), self.claim(), stand_in).await {
                Ok(holding) => return self.hold(&holding, decision, live).await,
                Err(AppendError::Lost) => {}
                Err(other) => return Err(other.into_operation_error(&self.function.target)),
            }
        }
        Err(OperationError::KeepsMoving {
            target: self.function.target.to_string(),
            times: PLANS,
            reason: "other deployments kept claiming it first".to_owned(),
        })
    }

    async fn wait_for_target(&self) -> Result<(Option<Present>, StandIn), OperationError> {
        let mut judge = InFlight { ports: self.ports, head: self.head, switch: self.options.switch };
        wait_until_free(self.ports, &self.ledger, self.environment.patience.target, &mut judge).await
    }

    fn claim(&self) -> Claim {
        Claim {
            deployment: self.id.clone(),
            project: self.environment.project.clone(),
            environment: self.environment.name.clone(),
            function: self.function.name.function().clone(),
            intent: Intent::Deploy,
            build: self.wish.build.clone(),
        }
    }

    /// The record goes into the store before any ledger entry names it.
    async fn store_record(&self) -> Result<(), OperationError> {
        let (bytes, digest) = self.built.record.to_bytes();
        create_record(self.ports, &store_layout::build_record(&digest), &bytes).await?;
        Ok(())
    }

    async fn plan_again(
        &self,
        present: Option<&Present>,
        fence: Fence,
    ) -> Result<(Decision, Option<Live>), OperationError> {
        let live = observe(self.ports, &self.function.target, self.environment.patience.lambda).await?;
        let order = consider::order(self.ports, self.head, present).await?;
        let ledger = present.map(|present| present.state().clone());
        let nearest = match live {
            Some(_) => Vec::new(),
            None => consider::nearest_names(self.ports, &self.function.target.function).await,
        };
        let observation = Observation { ledger, live, nearest };
        let rules = self.options.rules(self.environment, fence);
        let decision = plan_deployment(&self.function.target, &self.wish, &observation, &order, &rules);
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
        let target = self.function.target.to_string();
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
                Ok(Ending::Serving(learned.serving))
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
            Decision::Nothing { running, .. } => Ok(Ending::Serving(running.lambda_version)),
            Decision::Create => {
                Err(StepFailure::WorldMoved { reason: "the function was to be created first".to_owned() })
            }
        }
    }

    fn carrier<'b>(&'b self, holding: &'b Holding) -> Carrier<'b> {
        Carrier {
            ports: self.ports,
            holding: Some(holding),
            function: &self.function.name,
            target: &self.function.target,
            contract: &self.wish.contract,
            file: Some(&self.built.file),
            patience: self.environment.patience.lambda,
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
                    done: format!("$LATEST of {} still holds the new code, whose contract is unmet", self.function.target.function),
                    hint: "callers of the alias are not affected; `shipway deploy` again once the configuration is complete"
                        .to_owned(),
                    source: Box::new(error),
                },
            },
        }
    }

    async fn try_put_back(&self, holding: &Holding, before: &BuildReference) -> Result<(), OperationError> {
        let live = observe(self.ports, &self.function.target, self.environment.patience.lambda).await?;
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
                Err(OperationError::KeepsMoving { target: self.function.target.to_string(), times: 1, reason })
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
            Ending::Serving(version) => {
                let running = Running {
                    deployment: self.id.clone(),
                    build: self.wish.build.clone(),
                    lambda_version: version,
                    provisioned: self.wish.provisioned,
                    at: self.ports.clock.now(),
                };
                let event = LedgerEvent::Succeeded { running: running.clone() };
                match holding.end(self.ports, event).await {
                    Ok(_) => Ok((Outcome::Deployed, Some(running))),
                    Err(source) => Ok((Outcome::Failed(self.unrecorded(version, source)), Some(running))),
                }
            }
            Ending::Held(reasons, nearest) => {
                let event = LedgerEvent::Held { deployment: self.id.clone(), reasons: reasons.clone() };
                holding.end(self.ports, event).await?;
                Ok((Outcome::Held { reasons, nearest }, None))
            }
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
                    self.ports.reporter.report(Event::Warning { function: Some(self.function.name.clone()), message });
                }
                Ok((Outcome::Failed(error), None))
            }
        }
    }

    fn unrecorded(&self, version: Version, source: OperationError) -> OperationError {
        if matches!(source, OperationError::TakenOver { .. }) {
            return source;
        }
        OperationError::Unrecorded {
            done: format!("{} serves the new build as version {version}", self.function.target),
            hint: format!("`shipway deploy --env {}` records it once the store is back", self.environment.name),
            source: Box::new(source),
        }
    }

    fn tell_planning_again(&self, reason: &str) {
        self.ports
            .reporter
            .report(Event::PlanningAgain { function: self.function.name.clone(), reason: reason.to_owned() });
    }
}

/// The outcome of a decision that writes nothing, unless a take-over has to be fenced first.
fn without_claim(decision: &Decision, fenced: bool) -> Option<(Outcome, Option<Running>)> {
    match decision {
        Decision::Nothing { because, running } if !fenced => Some((Outcome::Nothing(*because), Some(running.clone()))),
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
    head: &'a Head,
    switch: Switch,
}

#[async_trait(?Send)]
impl AsyncJudge for InFlight<'_> {
    /// A descendant of what is being deployed waits and goes next; an ancestor waits too, and finds itself superseded
    /// if the other succeeds; a diverged commit needs `--switch`.
    async fn judge(&mut self, holder: &Holder) -> Result<(), OperationError> {
        let (Some(wanted), Some(deploying)) = (&self.head.commit, &holder.claim.build.commit) else { return Ok(()) };
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
