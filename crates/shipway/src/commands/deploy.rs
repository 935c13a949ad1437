//! `shipway deploy`: build what changed and let it serve.

use shipway_core::configuration::Provider;
use shipway_core::exit::ExitCode;
use shipway_engine::context::Environment;
use shipway_engine::operations::{Prepared, Provisioning, attach_published, deploy, prepare};

use super::plan::{self, options};
use super::{Settled, layers, run_report};
use crate::arguments::DeployArguments;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::Printer;

pub(crate) fn run(
    arguments: &DeployArguments,
    invocation: &Invocation,
    printer: &Printer,
) -> Result<ExitCode, Failure> {
    let settled = Settled::find(&arguments.plan.environment, invocation)?.explaining(arguments.plan.explain);
    let mut environment = settled.request(&arguments.plan.functions)?;
    let provisioning = if arguments.dry_run { Provisioning::Later } else { Provisioning::Now };
    let options = options(&arguments.plan, provisioning);
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
        if arguments.dry_run {
            return Ok(plan::answer(&prepared, printer));
        }
        confirm(&settled, arguments, invocation, printer, &prepared, &environment)?;
        if !local && let Err(code) = layers::before_deployment(ports, &mut environment, printer).await? {
            return Ok(code);
        }
        let report = deploy(ports, &environment, &options, prepared).await;
        let code = run_report::answer(&report, &environment, printer);
        layers::tell_unattached(ports, &environment, printer).await?;
        Ok(if code == ExitCode::Held && arguments.held_ok { ExitCode::Done } else { code })
    })
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
