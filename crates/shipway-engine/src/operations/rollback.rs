//! Going back: to what a target ran before, at once.
//!
//! A rollback waits for nobody: it takes the target over from whoever holds it, asks no gate, and if the ledger takes
//! no entry it acts all the same and says so.

use shipway_core::contract::{Contract, Demand, UnknownRule};
use shipway_core::ledger::{Claim, Event as LedgerEvent, Intent, Present, RollbackMethod, Running, TakeOver};
use shipway_core::live::{CodeSigning, LiveFunction};
use shipway_core::names::{DeploymentId, Qualifier, Version};
use shipway_core::plan::{Live, LiveServing, NoRollback, RollbackPlan, RollbackTo, choose_rollback, plan_rollback};
use shipway_core::step::Delivery;

use super::consider::{LARGEST_DIRECT_ZIP, check_account, ledger_of};
use super::outcome::{FunctionReport, Outcome, RunReport};
use super::target_deployment::{chain, new_deployment_id};
use crate::OperationError;
use crate::at_once::at_once;
use crate::carry_out::{Carrier, Learned, Served, StepFailure};
use crate::context::{Environment, Function, Ports};
use crate::observe::{get_function, is_under_way, observe_serving, settled};
use crate::ports::Event;
use crate::record::{AppendError, Holding, StandIn, find_record};

/// How often it is planned again because the world moved.
const PLANS: u32 = 5;

/// Rolls every function of `environment` back.
///
/// # Errors
/// When the account is another one. What became of each function is in its report.
pub async fn rollback(
    ports: &Ports<'_>,
    environment: &Environment,
    to: &RollbackTo,
) -> Result<RunReport, OperationError> {
    check_account(ports, &environment.account).await?;
    let begun = ports.clock.monotonic();
    let functions = at_once(
        environment.concurrency,
        environment.functions.iter().map(|function| one(ports, environment, function, to)),
    )
    .await;
    Ok(RunReport { functions, took: ports.clock.monotonic() - begun })
}

async fn one(ports: &Ports<'_>, environment: &Environment, function: &Function, to: &RollbackTo) -> FunctionReport {
    let begun = ports.clock.monotonic();
    let rollback = Rollback { ports, environment, function, id: new_deployment_id(ports) };
    let (outcome, running) = rollback.run(to).await.unwrap_or_else(|error| (Outcome::Failed(error), None));
    let took = ports.clock.monotonic() - begun;
    let report = FunctionReport::new(function, outcome, running.as_ref(), took);
    FunctionReport { deployment: Some(rollback.id), ..report }
}

struct Rollback<'a> {
    ports: &'a Ports<'a>,
    environment: &'a Environment,
    function: &'a Function,
    id: DeploymentId,
}

/// A target that is ours, or whose ledger takes no entry.
enum Ours {
    Held(Box<Holding>, Running),
    Unrecorded(OperationError, Running),
}

impl Rollback<'_> {
    async fn run(&self, to: &RollbackTo) -> Result<(Outcome, Option<Running>), OperationError> {
        let (ours, left) = self.take(to).await?;
        let (holding, candidate) = match &ours {
            Ours::Held(holding, candidate) => (Some(holding.as_ref()), candidate),
            Ours::Unrecorded(_, candidate) => (None, candidate),
        };
        let work = self.work(holding, candidate);
        let worked = match holding {
            Some(holding) => holding.keep_alive(self.ports, work).await,
            None => work.await,
        };
        let (plan, Served { version, frozen, missing }) = match (worked, holding) {
            (Ok(done), _) => done,
            (Err(error), Some(holding)) => {
                let event = LedgerEvent::Failed { deployment: self.id.clone(), step: None, error: chain(&error) };
                if let Err(unrecorded) = holding.end(self.ports, event).await {
                    if matches!(unrecorded, OperationError::TakenOver { .. }) {
                        return Err(unrecorded);
                    }
                    self.warn(format!("the failure could not be recorded: {unrecorded}"));
                }
                return Err(error);
            }
            (Err(error), None) => return Err(error),
        };
        let running = Running {
            deployment: self.id.clone(),
            build: candidate.build.clone(),
            lambda_version: version,
            provisioned: candidate.provisioned,
            frozen: if plan.method == RollbackMethod::AliasMoved { candidate.frozen.clone() } else { frozen },
            accepted: candidate.accepted.clone(),
            missing: if plan.method == RollbackMethod::AliasMoved { candidate.missing.clone() } else { missing },
            rules: candidate.rules,
            at: self.ports.clock.now(),
        };
        let recorded = match ours {
            Ours::Unrecorded(error, _) => Err(error),
            Ours::Held(holding, _) => {
                let event =
                    LedgerEvent::RolledBack { running: running.clone(), rejected: left.build, method: plan.method };
                holding.end(self.ports, event).await.map(|_| ())
            }
        };
        match recorded {
            Ok(()) => Ok((Outcome::RolledBack { method: plan.method, because: plan.because }, Some(running))),
            Err(source) => Ok((Outcome::Failed(self.unrecorded(version, source)), Some(running))),
        }
    }

    /// Chooses what to go back to and takes the target, from whoever holds it.
    async fn take(&self, to: &RollbackTo) -> Result<(Ours, Running), OperationError> {
        let ledger = ledger_of(self.environment, self.function);
        for _ in 0..PLANS {
            let present = ledger.present(self.ports).await?;
            let state = present.as_ref().map(Present::state);
            let candidate = choose_rollback(state, to).map_err(|source| self.impossible(source))?;
            let left = state
                .and_then(|state| state.running.clone())
                .ok_or_else(|| self.impossible(NoRollback::NeverDeployed))?;
            let stand_in = match state.and_then(|state| state.holder.as_ref()) {
                None => StandIn::Nobody,
                Some(holder) => StandIn::For { from: holder.claim.deployment.clone(), reason: TakeOver::Rollback },
            };
            let claim = Claim {
                deployment: self.id.clone(),
                project: self.environment.project.clone(),
                environment: self.environment.name.clone(),
                function: self.function.name.function().clone(),
                intent: Intent::Rollback,
                build: candidate.build.clone(),
                accepted: candidate.accepted.clone(),
                finishes: None,
            };
            match Holding::claim(self.ports, ledger.clone(), present.as_ref(), claim, stand_in).await {
                Ok(holding) => return Ok((Ours::Held(Box::new(holding), candidate), left)),
                Err(AppendError::Lost) => {}
                Err(AppendError::Store(error)) => {
                    self.warn(format!("the ledger cannot be written ({error}); rolling back all the same"));
                    return Ok((Ours::Unrecorded(error.into(), candidate), left));
                }
                Err(other) => return Err(other.into_operation_error(&self.function.target)),
            }
        }
        Err(self.keeps_moving("other deployments kept claiming it first".to_owned()))
    }

    async fn work(
        &self,
        holding: Option<&Holding>,
        candidate: &Running,
    ) -> Result<(RollbackPlan, Served), OperationError> {
        let contract = self.contract_of(candidate).await;
        let mut last_reason = String::new();
        for _ in 0..PLANS {
            let (plan, live) = self.plan(candidate).await?;
            if let Some(holding) = holding {
                // After looking, not before: see TargetDeployment::plan_while_holding.
                holding.check(self.ports).await?;
            }
            let contract = match &contract {
                Some(contract) => contract.clone(),
                None => as_configured(&live),
            };
            // What was only read from the source holds no rollback up: it ran like that before.
            let accepted = candidate.accepted.keys().cloned().collect();
            let demand = Demand { accepted, on_unknown: UnknownRule::Proceed, ..Demand::of(contract) };
            let file = self.ports.files.find(&candidate.build.artifact).await;
            let carrier = Carrier {
                ports: self.ports,
                holding,
                function: &self.function.name,
                target: &self.function.target,
                demand: &demand,
                file: file.as_ref(),
                patience: self.environment.patience.lambda,
            };
            let mut learned = Learned::from_observation(&live);
            match carrier.carry_out(&plan.steps, &mut learned).await {
                Ok(()) => {
                    if plan.method == RollbackMethod::AliasMoved && carrier.took_over() {
                        self.burn_latest(&carrier, candidate).await;
                    }
                    return Ok((plan, learned.served()));
                }
                Err(StepFailure::WorldMoved { reason }) => last_reason = reason,
                Err(StepFailure::Failed { error, .. }) => return Err(error),
                Err(StepFailure::Unmet(lacking)) => {
                    let lacking: Vec<String> = lacking.iter().map(ToString::to_string).collect();
                    return Err(OperationError::LambdaFailed {
                        what: format!("publishing {} again", candidate.build.artifact.short()),
                        reason: format!("today's configuration does not suit it: {}", lacking.join("; ")),
                    });
                }
            }
            let function = self.function.name.clone();
            self.ports.reporter.report(Event::PlanningAgain { function, reason: last_reason.clone() });
        }
        Err(self.keeps_moving(last_reason))
    }

    /// Whoever was taken over cannot move the alias any more; now he loses `$LATEST`, too: it gets the code that serves,
    /// and with it a new RevisionId. No caller of the alias reaches it, so that a failure here is told and no more.
    async fn burn_latest(&self, carrier: &Carrier<'_>, candidate: &Running) {
        match self.try_burn_latest(carrier, candidate).await {
            // What the old build required of the configuration is no matter for `$LATEST` here.
            Ok(()) | Err(StepFailure::Unmet(_)) => {}
            Err(StepFailure::WorldMoved { reason }) => self.warn(format!("$LATEST was not renewed: {reason}")),
            Err(StepFailure::Failed { error, .. }) => self.warn(format!("$LATEST was not renewed: {}", chain(&error))),
        }
    }

    async fn try_burn_latest(&self, carrier: &Carrier<'_>, candidate: &Running) -> Result<(), StepFailure> {
        let target = &self.function.target;
        let failed = |error| StepFailure::Failed { step: "renew $LATEST".to_owned(), error };
        let function = settled(self.ports, target, self.environment.patience.lambda).await.map_err(failed)?;
        let Some(function) = function else { return Ok(()) };
        let live = Live {
            function,
            serving: LiveServing::Latest,
            unqualified_callers: Vec::new(),
            signing: CodeSigning::Absent,
        };
        let plan = plan_rollback(target, candidate, &live, None, delivery(candidate));
        carrier.carry_out(&plan.steps, &mut Learned::from_observation(&live)).await
    }

    /// Reads what matters to a rollback. An update that somebody has under way is waited for only where code has to be
    /// sent: an alias can be moved meanwhile.
    async fn plan(&self, candidate: &Running) -> Result<(RollbackPlan, Live), OperationError> {
        let target = &self.function.target;
        let function = get_function(self.ports, &target.function, &Qualifier::Unqualified).await?;
        let under_way = function.as_ref().is_some_and(is_under_way);
        let (plan, live) = self.plan_for(candidate, function).await?;
        if !under_way || plan.method == RollbackMethod::AliasMoved {
            return Ok((plan, live));
        }
        let function = settled(self.ports, target, self.environment.patience.lambda).await?;
        self.plan_for(candidate, function).await
    }

    async fn plan_for(
        &self,
        candidate: &Running,
        function: Option<LiveFunction>,
    ) -> Result<(RollbackPlan, Live), OperationError> {
        let target = &self.function.target;
        let function = function.ok_or_else(|| OperationError::Usage {
            message: format!("{target} does not exist any more"),
            hint: Some("provisioning creates functions; deploy once it has".to_owned()),
        })?;
        let (_, serving) = observe_serving(self.ports, target).await?;
        let live = Live { function, serving, unqualified_callers: Vec::new(), signing: CodeSigning::Absent };
        let version = match candidate.lambda_version {
            Version::Published(number) => {
                get_function(self.ports, &target.function, &Qualifier::Version(number)).await?
            }
            Version::Latest => None,
        };
        let plan = plan_rollback(target, candidate, &live, version.as_ref(), delivery(candidate));
        Ok((plan, live))
    }

    /// What the old build required, if its record can be read.
    async fn contract_of(&self, candidate: &Running) -> Option<Contract> {
        let record = find_record(self.ports, &candidate.build.build).await.ok()??;
        Some(record.contract)
    }

    fn unrecorded(&self, version: Version, source: OperationError) -> OperationError {
        if matches!(source, OperationError::TakenOver { .. }) {
            // Somebody else went on from there: what is served is his.
            return source;
        }
        OperationError::Unrecorded {
            done: format!("{} is back on version {version}", self.function.target),
            hint: format!(
                "until `shipway rollback --env {} --to {version}` can record it, the ledger names the build that was left",
                self.environment.name
            ),
            source: Box::new(source),
        }
    }

    fn impossible(&self, source: NoRollback) -> OperationError {
        OperationError::NoRollback { target: self.function.target.to_string(), source }
    }

    fn keeps_moving(&self, reason: String) -> OperationError {
        OperationError::KeepsMoving { target: self.function.target.to_string(), times: PLANS, reason }
    }

    fn warn(&self, message: String) {
        self.ports.reporter.report(Event::Warning { function: Some(self.function.name.clone()), message });
    }
}

fn delivery(candidate: &Running) -> Delivery {
    if candidate.build.zip_bytes <= LARGEST_DIRECT_ZIP { Delivery::Direct } else { Delivery::Store }
}

/// The contract of a build whose record is lost: whatever is configured will do.
fn as_configured(live: &Live) -> Contract {
    let configuration = &live.function.configuration;
    let runtime = configuration.runtime.as_deref().and_then(|runtime| runtime.parse().ok());
    let handler = configuration.handler.as_deref().and_then(|handler| handler.parse().ok());
    Contract::new(runtime.unwrap_or_else(unknown_runtime), handler.unwrap_or_else(unknown_handler))
}

fn unknown_runtime() -> shipway_core::names::Runtime {
    "unknown".parse().expect("lower-case letters make a runtime")
}

fn unknown_handler() -> shipway_core::names::Handler {
    "unknown".parse().expect("a word makes a handler")
}
