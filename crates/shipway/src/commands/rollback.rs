//! `shipway rollback`: back to what served before.

use shipway_core::configuration::Provider;
use shipway_core::exit::ExitCode;
use shipway_core::names::VersionNumber;
use shipway_core::plan::RollbackTo;
use shipway_core::target_name::TargetName;
use shipway_engine::context::Function;
use shipway_engine::operations::{last_changed, rollback};

use super::Settled;
use super::deploy::ask;
use super::run_report::{self, Whereabouts};
use crate::arguments::RollbackArguments;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::Printer;

pub(crate) fn run(
    arguments: &RollbackArguments,
    invocation: &Invocation,
    printer: &Printer,
) -> Result<ExitCode, Failure> {
    let to = destination(arguments.to.as_deref())?;
    let settled = Settled::find(&arguments.environment, invocation)?;
    let mut environment = settled.request(&arguments.functions)?;
    if arguments.to.is_some() && environment.functions.len() > 1 {
        // Versions and deployments are a function's own: the same number means something else for each.
        return Err(Failure::usage(
            format!("`--to` is about one function, and this is about {}", environment.functions.len()),
            "name the function, or one of its targets; `shipway history FUNCTION` lists its deployments and versions",
        ));
    }
    if arguments.functions.is_empty() && environment.functions.len() > 1 {
        let last =
            settled.with_ports(invocation, printer, async |ports| Ok(last_changed(ports, &environment).await?))?;
        environment.functions = functions_of_last_run(last, environment.functions)?;
        let names: Vec<String> = environment.functions.iter().map(|function| function.name.to_string()).collect();
        printer.status(&format!("rolling back what the last run deployed: {}", names.join(", ")));
    }
    if settled.resolved.provider != Provider::Local && !arguments.yes {
        let names: Vec<String> = environment.functions.iter().map(|function| function.name.to_string()).collect();
        ask(&format!("Roll back {} in {}?", names.join(", "), environment.name), invocation, printer)?;
    }
    settled.with_ports(invocation, printer, async |ports| {
        Ok(run_report::answer(&rollback(ports, &environment, &to).await?, &Whereabouts::of(&environment), printer))
    })
}

/// With several functions and none named, a rollback undoes the last run: what that did not touch stays.
fn functions_of_last_run(last: Option<Vec<TargetName>>, functions: Vec<Function>) -> Result<Vec<Function>, Failure> {
    let last = last.unwrap_or_default();
    let chosen: Vec<Function> = functions.into_iter().filter(|function| last.contains(&function.name)).collect();
    if chosen.is_empty() {
        return Err(Failure::usage(
            "no run is on record that could be rolled back",
            "name the functions to roll back; `shipway history` shows what ran",
        ));
    }
    Ok(chosen)
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
