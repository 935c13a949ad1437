//! `shipway completions`: a completion script.

use clap::CommandFactory;
use serde_json::json;
use shipway_core::exit::ExitCode;

use crate::arguments::{Arguments, CompletionsArguments};
use crate::failure::Failure;
use crate::output::Printer;

pub(crate) fn run(arguments: &CompletionsArguments, printer: &Printer) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "shipway", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    printer
        .answer(|| script.clone(), || json!({ "version": 1, "shell": arguments.shell.to_string(), "script": script }));
    Ok(ExitCode::Done)
}
