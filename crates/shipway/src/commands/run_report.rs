//! What became of a run: a table for people, an outcome for each function for programs.

use serde_json::{Value, json};
use shipway_core::exit::ExitCode;
use shipway_engine::context::Environment;
use shipway_engine::operations::{FunctionReport, Outcome, RunReport};

use super::wording::{changes_text, failure_json, nothing_words, tell_failure};
use crate::output::{Printer, Table, duration};

/// Writes the report and what is to be said about it; how the run ends.
pub(crate) fn answer(report: &RunReport, environment: &Environment, printer: &Printer) -> ExitCode {
    printer.answer(|| text(report), || data(report, environment));
    for function in &report.functions {
        tell(function, environment, printer);
    }
    report.exit_code()
}

fn text(report: &RunReport) -> String {
    let mut table = Table::new(&["FUNCTION", "OUTCOME", "VERSION", "ALIAS", "ARTIFACT", "TIME"]);
    for function in &report.functions {
        let version = function.version.map(|version| version.to_string()).unwrap_or_default();
        let artifact = function.artifact.map(|artifact| artifact.short()).unwrap_or_default();
        let name = function.function.to_string();
        let outcome = word(&function.outcome).to_owned();
        table.row([name, outcome, version, function.serving.clone(), artifact, duration(function.took)]);
    }
    table.render()
}

/// The outcome in one word, the same in tables and in JSON.
fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Deployed => "deployed",
        Outcome::Nothing(_) => "unchanged",
        Outcome::Superseded { .. } => "superseded",
        Outcome::Held { .. } => "HELD",
        Outcome::Refused(_) => "REFUSED",
        Outcome::RolledBack { .. } => "rolled back",
        Outcome::Adopted => "adopted",
        Outcome::Failed(error) if error.exit_code() == ExitCode::NeedsAttention => "NEEDS ATTENTION",
        Outcome::Failed(error) if error.exit_code() == ExitCode::Refused => "REFUSED",
        Outcome::Failed(_) => "FAILED",
    }
}

fn data(report: &RunReport, environment: &Environment) -> Value {
    json!({
        "version": 1,
        "environment": environment.name,
        "account": environment.account,
        "region": environment.region,
        "exit_code": report.exit_code().status(),
        "functions": report.functions.iter().map(function_data).collect::<Vec<_>>(),
    })
}

fn function_data(report: &FunctionReport) -> Value {
    let details = match &report.outcome {
        Outcome::Deployed | Outcome::Adopted => Value::Null,
        Outcome::Nothing(because) => json!({ "because": because }),
        Outcome::Superseded { by } => json!({ "by": by }),
        Outcome::Held { reasons, nearest } => json!({ "reasons": reasons, "nearest": nearest }),
        Outcome::Refused(refusal) => {
            json!({ "refusal": refusal, "message": refusal.to_string(), "hint": refusal.hint() })
        }
        Outcome::RolledBack { method, because } => json!({ "method": method, "because": because }),
        Outcome::Failed(error) => json!({ "error": failure_json(error) }),
    };
    json!({
        "function": report.function,
        "function_name": report.function_name,
        "serving": report.serving,
        "outcome": word(&report.outcome).to_lowercase().replace(' ', "-"),
        "exit_code": report.outcome.exit_code().status(),
        "details": details,
        "deployment": report.deployment,
        "lambda_version": report.version.map(|version| version.to_string()),
        "artifact": report.artifact,
        "changes": report.changes,
        "milliseconds": u64::try_from(report.took.as_millis()).unwrap_or(u64::MAX),
    })
}

fn tell(report: &FunctionReport, environment: &Environment, printer: &Printer) {
    let name = &report.function;
    match &report.outcome {
        Outcome::Deployed => {
            if let Some(changes) = report.changes.as_ref().filter(|changes| !changes.is_empty()) {
                printer.status(&format!("{name}: changed since what ran before: {}", changes_text(changes)));
            }
        }
        Outcome::Nothing(because) => printer.status(&format!("{name}: nothing to do: {}", nothing_words(*because))),
        Outcome::Superseded { by } => {
            printer.status(&format!("{name}: superseded: newer code is live, of commit {}", by.short()));
        }
        Outcome::Held { reasons, nearest } => {
            let (target, serving) = (&report.function_name, &report.serving);
            let (account, region) = (&environment.account, &environment.region);
            printer.warning(&format!(
                "{name} is HELD: {target} ({serving}) in account {account}, {region}, lacks something that provisioning has to add"
            ));
            for reason in reasons {
                printer.status(&format!("  - {reason}"));
            }
            if !nearest.is_empty() {
                let names: Vec<&str> = nearest.iter().map(|name| name.as_str()).collect();
                printer.hint(&format!("the nearest names there: {}", names.join(", ")));
            }
        }
        Outcome::Refused(refusal) => {
            let hints: Vec<String> = refusal.hint().map(str::to_owned).into_iter().collect();
            printer.error(&format!("{name}: refused: {refusal}"), &[], &hints);
        }
        Outcome::RolledBack { because, .. } => {
            if let Some(because) = because {
                printer.status(&format!("{name}: the old artifact was published again, because {because}"));
            }
        }
        Outcome::Adopted => {}
        Outcome::Failed(error) => tell_failure(printer, name, error),
    }
}
