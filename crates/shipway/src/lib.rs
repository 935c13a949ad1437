//! Shipway's command line: arguments → settings → operation → output.
//!
//! A library only so that tests and generators reach the definition of the arguments; nothing else is public.
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

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use crate::arguments::{Arguments, Command};
use crate::invocation::Invocation;
use crate::output::Printer;

/// Runs the program on this process's arguments and environment, to the exit code.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    if let Command::Supervise(supervise) = arguments.command {
        return shipway_local::supervisor::supervise(supervise.arguments);
    }
    let invocation = Invocation::read(&arguments);
    let printer = Printer::new(invocation.format_asked_for(), arguments.global.quiet, &invocation.environment);
    let code =
        commands::run(arguments.command, &invocation, &printer).unwrap_or_else(|failure| printer.failure(&failure));
    ExitCode::from(printer.close(code).status())
}

/// The definition of the arguments: every command, hidden ones too.
#[must_use]
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Help and version are answers, everything else is a wrong call. The arguments could not be read, so that what format
/// they ask for is looked up in them by hand.
fn usage(error: &clap::Error) -> ExitCode {
    // Whoever reads may have read enough (`| head`).
    let _ = error.print();
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return ExitCode::SUCCESS;
    }
    let invocation = Invocation::unreadable(std::env::args_os());
    let printer = Printer::new(invocation.format_asked_for(), false, &invocation.environment);
    let code = printer.wrong_arguments(&error.render().to_string());
    ExitCode::from(printer.close(code).status())
}
