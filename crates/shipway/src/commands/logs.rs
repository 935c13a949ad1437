//! `shipway logs`: what a function of a local environment logged.

use serde_json::json;
use shipway_core::configuration::{Provider, ResolvedEnvironment, ResolvedTarget};
use shipway_core::exit::ExitCode;

use super::Settled;
use crate::arguments::LogsArguments;
use crate::connection::lambda_folder;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::Printer;

pub(crate) fn run(arguments: &LogsArguments, invocation: &Invocation, printer: &Printer) -> Result<ExitCode, Failure> {
    let settled = Settled::find(&arguments.environment, invocation)?;
    let target = the_only_target(&settled.resolved, &arguments.function)?;
    if settled.resolved.provider != Provider::Local {
        return Err(Failure::usage(
            format!("environment `{}` is not a local one: its logs are in CloudWatch", settled.resolved.name),
            format!("`aws logs tail /aws/lambda/{}` shows them", target.target.function),
        ));
    }
    let path = shipway_local::function_log(&lambda_folder(&settled.project), target.target.function.as_str());
    let text = match std::fs::read(&path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        // Nobody called it yet.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(source) => return Err(Failure::File { attempt: "reading", path, source }),
    };
    let lines: Vec<&str> = text.lines().collect();
    let skipped = arguments.lines.map_or(0, |wanted| lines.len().saturating_sub(wanted));
    let shown = &lines[skipped..];
    printer.answer(
        || shown.iter().flat_map(|line| [*line, "\n"]).collect(),
        || json!({ "version": 1, "function": arguments.function, "lines": shown }),
    );
    Ok(ExitCode::Done)
}

/// Each of the Lambda functions that one artifact serves has a log of its own.
fn the_only_target<'a>(resolved: &'a ResolvedEnvironment, name: &str) -> Result<&'a ResolvedTarget, Failure> {
    let (_, targets) = resolved.targets(name)?;
    if let [target] = targets.as_slice() {
        return Ok(target);
    }
    let names: Vec<String> = targets.iter().map(|target| format!("`{}`", target.name)).collect();
    Err(Failure::usage(
        format!("`{name}` is {} functions in AWS, each with a log", targets.len()),
        format!("name one: {}", names.join(", ")),
    ))
}
