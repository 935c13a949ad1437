//! `shipway status`: what runs where, and what is wanted but does not run.

use jiff::Timestamp;
use serde_json::{Value, json};
use shipway_core::exit::ExitCode;
use shipway_core::plan::PendingConfiguration;
use shipway_core::target_name::TargetName;
use shipway_engine::OperationError;
use shipway_engine::operations::{FunctionStatus, status};

use super::Settled;
use super::wording::{commit_text, failure_json, tell_failure};
use crate::arguments::FunctionsArguments;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::{Printer, Table, ago};

type Results = Vec<(TargetName, Result<FunctionStatus, OperationError>)>;

pub(crate) fn run(
    arguments: &FunctionsArguments,
    invocation: &Invocation,
    printer: &Printer,
) -> Result<ExitCode, Failure> {
    let settled = Settled::find(&arguments.environment, invocation)?;
    let environment = settled.request(&arguments.functions)?;
    let (results, now) = settled
        .with_ports(invocation, printer, async |ports| Ok((status(ports, &environment).await?, ports.clock.now())))?;
    printer.answer(
        || text(&results, now),
        || json!({ "version": 1, "environment": environment.name, "functions": data(&results) }),
    );
    let mut codes = Vec::new();
    for (name, result) in &results {
        match result {
            Ok(status) => tell(status, now, printer),
            Err(error) => {
                tell_failure(printer, name, error);
                codes.push(error.exit_code());
            }
        }
    }
    Ok(ExitCode::worst(codes))
}

fn text(results: &Results, now: Timestamp) -> String {
    let mut table = Table::new(&["FUNCTION", "RUNS", "ALIAS", "ARTIFACT", "COMMIT", "SINCE", "WANTED"]);
    for status in results.iter().filter_map(|(_, result)| result.as_ref().ok()) {
        let running = status.running.as_ref();
        table.row([
            status.function.to_string(),
            status.live.as_ref().map_or_else(|| "-".to_owned(), |live| live.version.to_string()),
            status.serving.clone(),
            running.map(|running| running.build.artifact.short()).unwrap_or_default(),
            running.map(|running| commit_text(&running.build)).unwrap_or_default(),
            running.map(|running| ago(running.at, now)).unwrap_or_default(),
            status.wanted.as_ref().map(|wanted| wanted.artifact.short()).unwrap_or_default(),
        ]);
    }
    table.render()
}

fn tell(status: &FunctionStatus, now: Timestamp, printer: &Printer) {
    let name = &status.function;
    for disagreement in &status.disagreements {
        printer.warning(&format!("{name}: {disagreement}"));
    }
    match status.configuration {
        PendingConfiguration::Pending => printer.warning(&format!(
            "{name}: configuration pending: the function's configuration is not the one that callers of the alias reach \
             (`shipway reconcile` brings it to them)"
        )),
        PendingConfiguration::Unknown => printer.status(&format!(
            "{name}: whether the function's configuration has reached the callers cannot be seen: its variables cannot be read"
        )),
        PendingConfiguration::Reached => {}
    }
    if let Some(hold) = &status.hold {
        printer.warning(&format!("{name}: {} is HELD since {}:", hold.build.artifact.short(), ago(hold.since, now)));
        for reason in &hold.reasons {
            printer.status(&format!("  - {reason}"));
        }
    }
    if let Some(holder) = &status.holder {
        printer.status(&format!("{name}: {holder} is under way since {}", ago(holder.since, now)));
    }
    for rejection in &status.rejected {
        printer.status(&format!(
            "{name}: {} was rolled back from {}; `--again` deploys it all the same",
            rejection.build.artifact.short(),
            ago(rejection.since, now)
        ));
    }
}

fn data(results: &Results) -> Vec<Value> {
    results
        .iter()
        .map(|(name, result)| match result {
            Ok(status) => json!({
                "function": name,
                "function_name": status.function_name,
                "serving": status.serving,
                "running": status.running,
                "wanted": status.wanted,
                "hold": status.hold,
                "holder": status.holder,
                "rejected": status.rejected,
                "live": status.live.as_ref().map(|live| json!({
                    "lambda_version": live.version.to_string(),
                    "code_sha256": live.code_sha256,
                })),
                "drift": status.drift,
                "configuration": status.configuration,
                "disagreements": status.disagreements,
            }),
            Err(error) => json!({ "function": name, "error": failure_json(error) }),
        })
        .collect()
}
