//! `shipway invoke`: call a function the way its callers do. The answer goes to standard output as it came; the log's
//! tail goes to standard error.

use std::io::Read;

use serde_json::{Value, json};
use shipway_core::exit::ExitCode;
use shipway_engine::context::Function;
use shipway_engine::operations::invoke;
use shipway_engine::ports::InvocationResult;

use super::Settled;
use crate::arguments::InvokeArguments;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::Printer;

pub(crate) fn run(
    arguments: &InvokeArguments,
    invocation: &Invocation,
    printer: &Printer,
) -> Result<ExitCode, Failure> {
    let payload = payload(arguments.payload.as_deref(), invocation)?;
    let settled = Settled::find(&arguments.environment, invocation)?;
    let environment = settled.request(std::slice::from_ref(&arguments.function))?;
    let function = the_only_target(&arguments.function, &environment.functions)?;
    let result = settled.with_ports(invocation, printer, async |ports| Ok(invoke(ports, function, payload).await?))?;
    if let Some(log) = &result.log_tail {
        printer.status(String::from_utf8_lossy(log).trim_end());
    }
    printer.answer(|| answer_text(&result), || data(&result));
    let Some(kind) = &result.function_error else { return Ok(ExitCode::Done) };
    let version = result.executed_version.map_or_else(String::new, |version| format!(" (version {version})"));
    let hint = "the answer above is the function's own error".to_owned();
    printer.error(&format!("{}{version} failed: {kind}", function.name), &[], &[hint]);
    Ok(ExitCode::Failed)
}

/// A function whose artifact serves several Lambda functions is called through one of them, and which is for the caller
/// to say.
fn the_only_target<'a>(name: &str, functions: &'a [Function]) -> Result<&'a Function, Failure> {
    match functions {
        [function] => Ok(function),
        several => {
            let names: Vec<String> = several.iter().map(|function| format!("`{}`", function.name)).collect();
            Err(Failure::usage(
                format!("`{name}` is {} functions in AWS, and one of them can be called", several.len()),
                format!("name one: {}", names.join(", ")),
            ))
        }
    }
}

fn answer_text(result: &InvocationResult) -> String {
    let mut text = String::from_utf8_lossy(&result.payload).into_owned();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn data(result: &InvocationResult) -> Value {
    let payload = serde_json::from_slice(&result.payload)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&result.payload).into_owned()));
    json!({
        "version": 1,
        "payload": payload,
        "function_error": result.function_error,
        "executed_version": result.executed_version.map(|version| version.to_string()),
        "log_tail": result.log_tail.as_deref().map(String::from_utf8_lossy),
    })
}

fn payload(text: Option<&str>, invocation: &Invocation) -> Result<Vec<u8>, Failure> {
    let bytes = match text {
        None => b"{}".to_vec(),
        Some("-") => {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes).map_err(|source| Failure::File {
                attempt: "reading",
                path: "standard input".into(),
                source,
            })?;
            bytes
        }
        Some(text) => match text.strip_prefix('@') {
            Some(file) => {
                let path = invocation.directory.join(file);
                std::fs::read(&path).map_err(|error| {
                    let message = format!("the payload {} cannot be read: {error}", path.display());
                    Failure::usage(message, "`--payload @FILE` is looked for in the project's folder, as `-C` gives it")
                })?
            }
            None => text.as_bytes().to_vec(),
        },
    };
    match serde_json::from_slice::<Value>(&bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(Failure::usage(
            format!("the payload is not JSON: {error}"),
            "text is quoted twice: `--payload '\"text\"'`; `--payload @FILE` reads a file",
        )),
    }
}
