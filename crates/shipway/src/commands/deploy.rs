//! `shipway deploy`: build what changed and let it serve.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use shipway_core::configuration::Provider;
use shipway_core::exit::ExitCode;
use shipway_core::ledger::Acceptance;
use shipway_engine::context::Environment;
use shipway_engine::operations::{
    DeployOptions, Outcome, Prepared, Provisioning, ReconcileOptions, RunReport, attach_published, deploy,
    of_environment, prepare, wait_for_provisioning,
};

use super::plan::{self, options};
use super::run_report::{self, Whereabouts};
use super::{Settled, layers, notify};
use crate::arguments::DeployArguments;
use crate::connection;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::{Printer, duration};

pub(crate) fn run(
    arguments: &DeployArguments,
    invocation: &Invocation,
    printer: &Printer,
) -> Result<ExitCode, Failure> {
    let settled = Settled::find(&arguments.plan.environment, invocation)?.explaining(arguments.plan.explain);
    let mut environment = settled.request(&arguments.plan.functions)?;
    let provisioning = if arguments.dry_run { Provisioning::Later } else { Provisioning::Now };
    let accepted = accepted(arguments, invocation)?;
    let options = DeployOptions { accepted, ..options(&arguments.plan, provisioning) };
    let patience = arguments.wait_provisioning.as_deref().map(waiting_time).transpose()?;
    settled.with_ports(invocation, printer, async |ports| {
        let local = settled.resolved.provider == Provider::Local;
        if local && !arguments.dry_run {
            // A local environment attaches them while it prepares.
            if let Err(code) = layers::before_deployment(ports, &mut environment, printer).await? {
                return Ok(code);
            }
        } else {
            attach_published(ports, &mut environment).await?;
        }
        let prepared = prepare(ports, &environment, &options).await?;
        something_accepted(&prepared, &options)?;
        if arguments.dry_run {
            return Ok(plan::answer(&prepared, printer));
        }
        confirm(&settled, arguments, invocation, printer, &prepared, &environment)?;
        if !local && let Err(code) = layers::before_deployment(ports, &mut environment, printer).await? {
            return Ok(code);
        }
        let mut report = deploy(ports, &environment, &options, prepared).await;
        if let Some(patience) = patience {
            tell_waiting(&report, patience, printer);
            let reconciling = ReconcileOptions { restore: options.restore, concurrency: environment.concurrency };
            report = wait_for_provisioning(ports, &of_environment(&environment), report, patience, &reconciling).await;
        }
        let code = run_report::answer(&report, &Whereabouts::of(&environment, settled.resolved.provider), printer);
        notify::tell_all(&settled, &report, invocation, printer).await;
        layers::tell_unattached(ports, &environment, printer).await?;
        Ok(if code == ExitCode::Held && arguments.held_ok { ExitCode::Done } else { code })
    })
}

/// What may be missing, and who said so.
fn accepted(arguments: &DeployArguments, invocation: &Invocation) -> Result<BTreeMap<String, Acceptance>, Failure> {
    let Some(reason) = &arguments.reason else { return Ok(BTreeMap::new()) };
    if reason.trim().is_empty() {
        return Err(Failure::usage("`--reason` says nothing", "it is recorded with the deployment: say why"));
    }
    let acceptance = Acceptance { reason: reason.clone(), by: connection::who(invocation) };
    Ok(arguments.accept_missing.iter().map(|name| (name.clone(), acceptance.clone())).collect())
}

/// A name that nothing needs is a slip, and would be recorded as if it meant something.
fn something_accepted(prepared: &Prepared, options: &DeployOptions) -> Result<(), Failure> {
    let wishes = prepared.functions.iter().filter_map(|considered| considered.result.as_ref().ok()?.wish.as_ref());
    let needed: BTreeSet<String> = wishes.flat_map(|wish| wish.demand.contract.required_variables()).collect();
    match options.accepted.keys().find(|name| !needed.contains(*name)) {
        None => Ok(()),
        Some(name) => Err(Failure::usage(
            format!("--accept-missing: nothing that is to be deployed needs `{name}`"),
            "`shipway contract` shows what is needed, and by which line",
        )),
    }
}

fn waiting_time(text: &str) -> Result<Duration, Failure> {
    shipway_core::configuration::waiting_time(text)
        .map_err(|error| Failure::usage(format!("--wait-provisioning: {error}"), "such as `--wait-provisioning 10m`"))
}

fn tell_waiting(report: &RunReport, patience: Duration, printer: &Printer) {
    let held = report.functions.iter().filter(|function| matches!(function.outcome, Outcome::Held { .. }));
    let names: Vec<String> = held.map(|function| function.function.to_string()).collect();
    if !names.is_empty() {
        printer.status(&format!(
            "waiting up to {} for provisioning to add what is missing: {}",
            duration(patience),
            names.join(", ")
        ));
    }
}

/// On a laptop everything but a local environment wants a yes; in CI the branch has decided.
fn confirm(
    settled: &Settled,
    arguments: &DeployArguments,
    invocation: &Invocation,
    printer: &Printer,
    prepared: &Prepared,
    environment: &Environment,
) -> Result<(), Failure> {
    // Whether a layer is published shows when it is built, and that comes after the answer.
    if !prepared.plan.acts() && environment.layers.is_empty() {
        return Ok(());
    }
    if settled.resolved.provider == Provider::Local || arguments.yes {
        return Ok(());
    }
    printer.status(&plan::text(&prepared.plan));
    ask(&format!("Deploy to {}?", settled.resolved.name), invocation, printer)
}

/// Asks, where somebody can answer; in CI nobody is asked.
pub(crate) fn ask(question: &str, invocation: &Invocation, printer: &Printer) -> Result<(), Failure> {
    if crate::invocation::is_ci(invocation) {
        return Ok(());
    }
    match printer.ask(question) {
        Some(true) => Ok(()),
        Some(false) => Err(Failure::usage("not confirmed: nothing was changed", "`--yes` does not ask")),
        None => Err(Failure::usage(
            "this wants a confirmation, and there is no terminal to ask on: nothing was changed",
            "say `--yes`",
        )),
    }
}
