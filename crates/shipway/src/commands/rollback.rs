//! `shipway rollback`: back to what served before.

use shipway_core::configuration::Provider;
use shipway_core::exit::ExitCode;
use shipway_core::names::VersionNumber;
use shipway_core::plan::RollbackTo;
use shipway_engine::operations::rollback;

use super::deploy::ask;
use super::{Invocation, Settled, run_report};
use crate::arguments::RollbackArguments;
use crate::failure::Failure;
use crate::output::Printer;

pub(crate) fn run(
    arguments: &RollbackArguments,
    invocation: &Invocation,
    printer: &Printer,
) -> Result<ExitCode, Failure> {
    let to = destination(arguments.to.as_deref())?;
    let settled = Settled::find(&arguments.environment, invocation)?;
    let environment = settled.request(&arguments.functions)?;
    if settled.resolved.provider != Provider::Local && !arguments.yes {
        let names: Vec<&str> = environment.functions.iter().map(|function| function.name.as_str()).collect();
        ask(&format!("Roll back {} in {}?", names.join(", "), environment.name), invocation, printer)?;
    }
    settled.with_ports(invocation, printer, async |ports| {
        Ok(run_report::answer(&rollback(ports, &environment, &to).await?, printer))
    })
}

/// A number is a version, anything else a deployment's id.
fn destination(text: Option<&str>) -> Result<RollbackTo, Failure> {
    let Some(text) = text else { return Ok(RollbackTo::Previous) };
    if let Ok(number) = text.parse() {
        return Ok(RollbackTo::Version(VersionNumber(number)));
    }
    text.parse().map(RollbackTo::Deployment).map_err(|invalid| {
        Failure::usage(format!("`--to`: {invalid}"), "`shipway history` lists deployments and their versions")
    })
}
