//! Reconciling one target.

use shipway_core::build::{BuildRecord, Platform};
use shipway_core::contract::{Contract, Demand, KnownReads};
use shipway_core::ledger::{
    BlockedRuntimes, BuildReference, Event as LedgerEvent, Hold, HoldTerms, Intent, Present, ReleaseReason, Running,
    State, TargetRules,
};
use shipway_core::names::Architecture;
use shipway_core::plan::{
    Ancestry, Decision, Drift, Errand, Fence, Live, NothingBecause, Observation, Order, Refresh, RuntimeDays, Wish,
    errand, plan_deployment,
};
use shipway_core::step::Delivery;

use super::super::consider::{DeployOptions, delivery, judged_today, record_of};
use super::super::outcome::{FunctionReport, Outcome};
use super::super::target_deployment::{Due, TargetDeployment, Task};
use super::outcome_of;
use super::scope::ReconcileTarget;
use crate::OperationError;
use crate::context::{Assignment, Ports, Upload};
use crate::observe::{observe, recorded_version};
use crate::ports::{Event, Head};
use crate::record::{AppendError, TargetLedger, require_record};

/// How often an ending hold is written again because somebody else wrote first.
const ATTEMPTS: u32 = 5;

/// One target, about to be reconciled.
pub(super) struct Reconciliation<'a> {
    pub(super) ports: &'a Ports<'a>,
    pub(super) target: &'a ReconcileTarget,
    pub(super) head: Option<&'a Head>,
    pub(super) usual: &'a DeployOptions,
    /// The same, for an alias that has to be moved from wherever it is.
    pub(super) restoring: &'a DeployOptions,
}

impl Reconciliation<'_> {
    pub(super) async fn run(&self) -> FunctionReport {
        let begun = self.ports.clock.monotonic();
        let mut report = FunctionReport::of(
            &self.target.assignment,
            Outcome::Nothing(NothingBecause::NothingOutstanding),
            None,
            std::time::Duration::ZERO,
        );
        let mut held = None;
        report.outcome = outcome_of(self.reconcile(&mut report, &mut held).await);
        if let Some(contract) = held {
            report.needs(&contract);
        }
        report.took = self.ports.clock.monotonic() - begun;
        report
    }

    /// Leaves what the held build needs in `held`.
    async fn reconcile(
        &self,
        report: &mut FunctionReport,
        held: &mut Option<Contract>,
    ) -> Result<Outcome, OperationError> {
        let ports = self.ports;
        let nothing = Outcome::Nothing(NothingBecause::NothingOutstanding);
        let Some(present) = ledger_of(&self.target.assignment).present(ports).await? else { return Ok(nothing) };
        let state = present.state().clone();
        if state.project != self.target.assignment.project {
            // Another project has adopted it: it is that one's to look after.
            return Ok(nothing);
        }
        if let Some(running) = &state.running {
            report.serves(running);
        }
        if let Some(hold) = &state.hold {
            return self.finish_hold((report, held), &state, hold, present).await;
        }
        let Some(running) = &state.running else { return Ok(nothing) };
        let (assignment, on_drift) = self.target.under(running.rules.as_ref());
        let live = observe(ports, &assignment.target, assignment.patience.lambda).await?;
        let recorded = recorded_version(ports, &assignment.target, running, live.as_ref()).await?;
        let rules = (on_drift, self.usual.restore);
        let errand = errand(&assignment.target, &state, live.as_ref(), recorded, rules);
        if state.holder.is_some() && !matches!(errand, Errand::Restore { .. } | Errand::BringConfiguration) {
            return Ok(Outcome::Nothing(NothingBecause::UnderWay));
        }
        match errand {
            Errand::Nothing | Errand::FinishHold => Ok(nothing),
            Errand::Report { drift } => Ok(Outcome::Drifted(drift)),
            Errand::BringConfiguration => {
                self.put_running(report, assignment, present, running, live, Intent::Configure).await
            }
            Errand::Restore { drift } => {
                self.tell_restoring(&drift);
                self.put_running(report, assignment, present, running, live, Intent::Restore).await
            }
        }
    }

    async fn finish_hold(
        &self,
        (report, held): (&mut FunctionReport, &mut Option<Contract>),
        state: &State,
        hold: &Hold,
        present: Present,
    ) -> Result<Outcome, OperationError> {
        if let Some(because) = self.is_over(hold).await? {
            return release(self.ports, &self.target.assignment, hold, because).await;
        }
        let Some(terms) = hold.terms.as_deref() else {
            // From before holds could be finished without their sources.
            return Ok(Outcome::Held { reasons: hold.reasons.clone(), nearest: Vec::new() });
        };
        let (assignment, _) = self.target.under(Some(&terms.rules));
        let record = require_record(self.ports, &hold.build).await?;
        *held = Some(record.contract.clone());
        let wish = self.wish(state, &record, hold.build.clone(), terms, Refresh::CodeOnly).await;
        let live = observe(self.ports, &assignment.target, assignment.patience.lambda).await?;
        let decision = self.plan(&assignment, &wish, &present, live.clone(), self.usual);
        if let Decision::Hold { reasons, nearest, .. } = &decision
            && *reasons == hold.reasons
        {
            return Ok(Outcome::Held { reasons: reasons.clone(), nearest: nearest.clone() });
        }
        let task = Task {
            assignment,
            wish,
            record,
            file: self.ports.files.find(&hold.build.artifact).await,
            intent: Intent::Deploy,
            commit: None,
            terms: terms.clone(),
            due: Due::WhileHeld(hold.deployment.clone()),
        };
        self.carry_out(report, task, (decision, self.usual), present, live).await
    }

    /// What runs is put there once more: with the function's present configuration, or in place of what somebody else
    /// put there.
    async fn put_running(
        &self,
        report: &mut FunctionReport,
        assignment: Assignment,
        present: Present,
        running: &Running,
        live: Option<Live>,
        intent: Intent,
    ) -> Result<Outcome, OperationError> {
        let record = require_record(self.ports, &running.build).await?;
        let terms = self.terms(&assignment, running, &record, live.as_ref(), intent);
        let refresh = if intent == Intent::Restore { Refresh::Everything } else { Refresh::Configuration };
        let wish = self.wish(present.state(), &record, running.build.clone(), &terms, refresh).await;
        let wish = Wish { provisioned: running.provisioned, ..wish };
        let options = if intent == Intent::Restore { self.restoring } else { self.usual };
        let decision = self.plan(&assignment, &wish, &present, live.clone(), options);
        if intent == Intent::Configure
            && let Decision::Hold { reasons, .. } = decision
        {
            return Ok(Outcome::ConfigurationHeld { reasons });
        }
        let task = Task {
            assignment,
            wish,
            record,
            file: self.ports.files.find(&running.build.artifact).await,
            intent,
            commit: None,
            terms,
            due: Due::WhileRunning(running.deployment.clone()),
        };
        self.carry_out(report, task, (decision, options), present, live).await
    }

    async fn carry_out(
        &self,
        report: &mut FunctionReport,
        task: Task,
        (decision, options): (Decision, &DeployOptions),
        present: Present,
        live: Option<Live>,
    ) -> Result<Outcome, OperationError> {
        let deployment = TargetDeployment::new(self.ports, options, task);
        let (outcome, running) = deployment.try_run(decision, Some(present), live).await?;
        if let Some(running) = &running {
            report.serves(running);
            report.deployment = Some(deployment.id().clone());
        }
        Ok(outcome)
    }

    fn plan(
        &self,
        assignment: &Assignment,
        wish: &Wish,
        present: &Present,
        live: Option<Live>,
        options: &DeployOptions,
    ) -> Decision {
        let observation = Observation { ledger: Some(present.state().clone()), live, nearest: Vec::new() };
        let rules = options.rules(assignment, Fence::NotNeeded);
        plan_deployment(&assignment.target, wish, &observation, &Order::NotApplicable, &rules)
    }

    /// Why a hold is not to be finished any more.
    async fn is_over(&self, hold: &Hold) -> Result<Option<ReleaseReason>, OperationError> {
        let Some(terms) = &hold.terms else { return Ok(None) };
        if self.ports.clock.now() >= terms.expires {
            return Ok(Some(ReleaseReason::Expired));
        }
        let (Some(head), Some(branch), Some(held)) = (self.head, &terms.branch, &hold.build.commit) else {
            return Ok(None);
        };
        let (Some(here), Some(commit)) = (&head.branch, &head.commit) else { return Ok(None) };
        if here != branch {
            return Ok(None);
        }
        // What this clone does not have, it cannot judge.
        let left = self.ports.git.ancestry(held, commit).await? == Ancestry::Diverged;
        Ok(left.then(|| ReleaseReason::CommitGone { branch: branch.clone() }))
    }

    async fn wish(
        &self,
        state: &State,
        record: &BuildRecord,
        build: BuildReference,
        terms: &HoldTerms,
        refresh: Refresh,
    ) -> Wish {
        let running = record_of(self.ports, state.running.as_ref()).await;
        let upload = match terms.rules.delivery {
            Delivery::Direct => Upload::Direct,
            Delivery::Store => Upload::Store,
        };
        let judged = self.ports.provisioner.is_none() && terms.rules.blocked_runtimes == BlockedRuntimes::Refused;
        Wish {
            project: state.project.clone(),
            demand: Demand {
                contract: record.contract.clone(),
                running: KnownReads::of(running.as_ref().map(|running| &running.contract)),
                accepted: terms.accepted.keys().cloned().collect(),
                on_unknown: terms.rules.on_unknown,
            },
            refresh,
            architecture: terms.architecture,
            delivery: delivery(self.ports, upload, build.zip_bytes),
            provisioned: None,
            description: terms.description.clone(),
            runtime_days: if judged { judged_today(self.ports) } else { RuntimeDays::Ignored },
            build,
        }
    }

    /// The terms of a deployment that puts there again what runs.
    fn terms(
        &self,
        assignment: &Assignment,
        running: &Running,
        record: &BuildRecord,
        live: Option<&Live>,
        intent: Intent,
    ) -> HoldTerms {
        let now = self.ports.clock.now();
        let rules = running.rules.unwrap_or(TargetRules {
            create_alias: assignment.create_alias,
            unqualified: assignment.unqualified,
            on_unknown: assignment.on_unknown,
            blocked_runtimes: BlockedRuntimes::Refused,
            on_drift: self.target.on_drift,
            delivery: Delivery::Direct,
        });
        let architecture = match record.platform {
            Platform::Lambda { architecture } => architecture,
            Platform::Host => live.map_or(Architecture::X86_64, |live| live.function.architecture),
        };
        HoldTerms {
            target: assignment.target.clone(),
            environment: assignment.environment.clone(),
            function: assignment.name.clone(),
            architecture,
            description: format!("{intent}, artifact {}, by Shipway", running.build.artifact.short()),
            branch: None,
            rules,
            since: now,
            expires: now.checked_add(jiff::SignedDuration::from_hours(7 * 24)).unwrap_or(jiff::Timestamp::MAX),
            accepted: running.accepted.clone(),
        }
    }

    fn tell_restoring(&self, drift: &Drift) {
        let message = format!("{drift}; what is wanted is put there again");
        let function = Some(self.target.assignment.name.clone());
        self.ports.reporter.report(Event::Warning { function, message });
    }
}

fn ledger_of(assignment: &Assignment) -> TargetLedger {
    let Assignment { target, project, environment, name, .. } = assignment;
    TargetLedger::new(target, project, environment, name)
}

/// Ends the hold of a target, if it has one.
pub(super) async fn cancel(ports: &Ports<'_>, target: &ReconcileTarget) -> Result<Outcome, OperationError> {
    let present = ledger_of(&target.assignment).present(ports).await?;
    let Some(hold) = present.and_then(|present| present.state().hold.clone()) else {
        return Ok(Outcome::Nothing(NothingBecause::NothingOutstanding));
    };
    let by = ports.machine.writer().to_string();
    release(ports, &target.assignment, &hold, ReleaseReason::Cancelled { by }).await
}

async fn release(
    ports: &Ports<'_>,
    assignment: &Assignment,
    hold: &Hold,
    because: ReleaseReason,
) -> Result<Outcome, OperationError> {
    let ledger = ledger_of(assignment);
    for _ in 0..ATTEMPTS {
        let present = ledger.present(ports).await?;
        let event = LedgerEvent::Released { deployment: hold.deployment.clone(), because: because.clone() };
        match ledger.append(ports, present.as_ref(), event).await {
            Ok(_) => return Ok(Outcome::Released(because)),
            Err(AppendError::Lost) => {}
            Err(AppendError::Illegal(_)) => return Ok(Outcome::Overtaken),
            Err(other) => return Err(other.into_operation_error(&assignment.target)),
        }
    }
    Err(OperationError::KeepsMoving {
        target: assignment.target.to_string(),
        times: ATTEMPTS,
        reason: "others kept writing to its ledger".to_owned(),
    })
}
