//! Shipway's command line: arguments → settings → operation → output.
//!
//! It decides nothing and calls no AWS service by itself: it reads the environment and the configuration once, makes
//! the engine's ports, runs an operation, and writes down what came of it.

mod arguments;
mod commands;
mod connection;
mod failure;
mod invocation;
mod output;
mod project;
mod reporter;
mod request;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::arguments::{Arguments, Command};
use crate::invocation::Invocation;
use crate::output::Printer;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    if let Command::Supervise(supervise) = arguments.command {
        return shipway_local::supervisor::supervise(supervise.arguments);
    }
    let invocation = Invocation::read(&arguments);
    let printer = Printer::new(invocation.format_asked_for(), arguments.global.quiet, &invocation.environment);
    match commands::run(arguments.command, &invocation, &printer) {
        Ok(code) => ExitCode::from(code.status()),
        Err(failure) => ExitCode::from(printer.failure(&failure).status()),
    }
}

/// Help and version are answers, everything else is a wrong call.
fn usage(error: &clap::Error) -> ExitCode {
    let printed = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion if printed.is_ok() => ExitCode::SUCCESS,
        _ => ExitCode::from(shipway_core::exit::ExitCode::Usage.status()),
    }
}
