//! `shipway history`: everything that happened.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::{Value, json};
use shipway_core::exit::ExitCode;
use shipway_core::ledger::{BuildReference, Entry, Event, RollbackMethod, Running, TakeOver};
use shipway_engine::operations::{FunctionHistory, history};

use super::Settled;
use super::wording::{commit_text, failure_json, tell_failure};
use crate::arguments::FunctionsArguments;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::{Printer, Table};

pub(crate) fn run(
    arguments: &FunctionsArguments,
    invocation: &Invocation,
    printer: &Printer,
) -> Result<ExitCode, Failure> {
    let settled = Settled::find(&arguments.environment, invocation)?;
    let environment = settled.request(&arguments.functions)?;
    let histories = settled.with_ports(invocation, printer, async |ports| Ok(history(ports, &environment).await))?;
    printer.answer(
        || text(&histories),
        || json!({ "version": 1, "functions": histories.iter().map(data).collect::<Vec<_>>() }),
    );
    if histories.iter().all(|history| history.entries.as_ref().is_ok_and(Vec::is_empty)) {
        printer.status("nothing is on record yet: `shipway deploy` and `shipway adopt` make a beginning");
    }
    let mut codes = Vec::new();
    for history in &histories {
        if let Err(error) = &history.entries {
            tell_failure(printer, &history.function, error);
            codes.push(error.exit_code());
        }
    }
    Ok(ExitCode::worst(codes))
}

fn data(history: &FunctionHistory) -> Value {
    match &history.entries {
        Ok(entries) => json!({ "function": history.function, "entries": entries }),
        Err(error) => json!({ "function": history.function, "error": failure_json(error) }),
    }
}

fn text(histories: &[FunctionHistory]) -> String {
    let mut table = Table::new(&["FUNCTION", "WHEN", "WHAT", "BY"]);
    for history in histories {
        for entry in history.entries.iter().flatten() {
            table.row([history.function.to_string(), whole_seconds(entry.at), what(entry), entry.writer.to_string()]);
        }
    }
    table.render()
}

fn whole_seconds(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).map_or_else(|_| at.to_string(), |at| at.to_string())
}

/// One entry in words.
fn what(entry: &Entry) -> String {
    match &entry.event {
        Event::Claimed { claim } => {
            let mut text = format!("{} of {} begins", claim.intent, build(&claim.build));
            if let Some(hold) = &claim.finishes {
                let _ = write!(text, ", to finish {hold}");
            }
            for (name, acceptance) in &claim.accepted {
                let _ = write!(text, "; {} accepts that {name} is missing: {}", acceptance.by, acceptance.reason);
            }
            text
        }
        Event::TakenOver { claim, from, reason } => {
            let reason = match reason {
                TakeOver::LeaseExpired => "which gave no sign of life",
                TakeOver::ProcessGone => "whose process is gone",
                TakeOver::Rollback => "to roll back",
            };
            format!("{} of {} begins, in place of {from}, {reason}", claim.intent, build(&claim.build))
        }
        Event::Held { reasons, .. } => {
            let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
            format!("held: {}", reasons.join("; "))
        }
        Event::Released { deployment, because } => format!("{deployment} was given up: {because}"),
        Event::Succeeded { running } => format!("{} serves", serving(running)),
        Event::Failed { step, error, .. } => match step {
            Some(step) => format!("failed at `{step}`: {error}"),
            None => format!("failed: {error}"),
        },
        Event::Withdrawn { reason, .. } => format!("withdrawn: {reason}"),
        Event::RolledBack { running, rejected, method } => {
            let how = match method {
                RollbackMethod::AliasMoved => "the alias was moved",
                RollbackMethod::PublishedAgain => "it was published again",
            };
            format!("{} serves again ({how}); {} is rejected", serving(running), rejected.artifact.short())
        }
        Event::Adopted { running } => format!("adopted: {} serves", serving(running)),
    }
}

fn serving(running: &Running) -> String {
    format!("{} as version {}", build(&running.build), running.lambda_version)
}

fn build(build: &BuildReference) -> String {
    match &build.commit {
        Some(_) => format!("{} (commit {})", build.artifact.short(), commit_text(build)),
        None => build.artifact.short(),
    }
}
