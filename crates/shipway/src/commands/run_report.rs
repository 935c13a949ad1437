//! What became of a run: a table for people, an outcome for each function for programs.

use serde_json::{Value, json};
use shipway_core::configuration::Provider;
use shipway_core::contract::{Unmet, alias_as_terraform, function_as_terraform, missing_as_json, missing_as_terraform};
use shipway_core::exit::ExitCode;
use shipway_core::ledger::HoldReason;
use shipway_core::names::{AccountId, EnvironmentName, Region};
use shipway_core::plan::Drift;
use shipway_engine::context::Environment;
use shipway_engine::operations::{FunctionReport, Outcome, RunReport};

use super::wording::{changes_text, failure_json, nothing_words, tell_failure};
use crate::output::{Printer, Table, duration};

/// Where a run was about.
#[derive(Debug, Clone)]
pub(crate) struct Whereabouts {
    /// The environment; `None` where a store holds several.
    pub(crate) environment: Option<EnvironmentName>,
    /// The account.
    pub(crate) account: AccountId,
    /// The region.
    pub(crate) region: Region,
    /// Whether the functions are provisioned by others, or from the configuration.
    pub(crate) provider: Provider,
}

impl Whereabouts {
    pub(crate) fn of(environment: &Environment, provider: Provider) -> Self {
        Self {
            provider,
            environment: Some(environment.name.clone()),
            account: environment.account.clone(),
            region: environment.region.clone(),
        }
    }
}

/// Writes the report and what is to be said about it; how the run ends.
pub(crate) fn answer(report: &RunReport, whereabouts: &Whereabouts, printer: &Printer) -> ExitCode {
    printer.answer(|| text(report), || data(report, whereabouts));
    for function in &report.functions {
        tell(function, whereabouts, printer);
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
        Outcome::Overtaken => "overtaken",
        Outcome::Configured => "configured",
        Outcome::ConfigurationHeld { .. } => "CONFIGURATION HELD",
        Outcome::Restored => "restored",
        Outcome::Drifted(_) => "DRIFTED",
        Outcome::Released(_) => "given up",
        Outcome::Refused(_) => "REFUSED",
        Outcome::RolledBack { .. } => "rolled back",
        Outcome::Adopted => "adopted",
        Outcome::Failed(error) if error.exit_code() == ExitCode::NeedsAttention => "NEEDS ATTENTION",
        Outcome::Failed(error) if error.exit_code() == ExitCode::Refused => "REFUSED",
        Outcome::Failed(_) => "FAILED",
    }
}

fn data(report: &RunReport, whereabouts: &Whereabouts) -> Value {
    json!({
        "version": 1,
        "environment": whereabouts.environment,
        "account": whereabouts.account,
        "region": whereabouts.region,
        "exit_code": report.exit_code().status(),
        "functions": report.functions.iter().map(function_data).collect::<Vec<_>>(),
    })
}

/// What became of one function, for programs.
pub(super) fn function_data(report: &FunctionReport) -> Value {
    let details = match &report.outcome {
        Outcome::Deployed | Outcome::Adopted | Outcome::Overtaken | Outcome::Configured | Outcome::Restored => {
            Value::Null
        }
        Outcome::Nothing(because) => json!({ "because": because }),
        Outcome::Superseded { by } => json!({ "by": by }),
        Outcome::Held { reasons, nearest } => {
            let alias = reasons
                .contains(&HoldReason::AliasMissing)
                .then(|| alias_as_terraform(&report.function_name, &report.serving));
            let resource = report.needs.as_ref().map(|needs| function_as_terraform(&report.function_name, needs));
            json!({ "reasons": reasons, "nearest": nearest, "to_add": to_add(reasons), "function": resource, "alias": alias })
        }
        Outcome::ConfigurationHeld { reasons } => json!({ "reasons": reasons, "to_add": to_add(reasons) }),
        Outcome::Drifted(drift) => json!({ "drift": drift, "message": drift.to_string() }),
        Outcome::Released(because) => json!({ "because": because, "message": because.to_string() }),
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

/// What provisioning has to add, for programs.
fn to_add(reasons: &[HoldReason]) -> Value {
    let lacking = lacking(reasons);
    json!({ "settings": missing_as_json(&lacking), "terraform": missing_as_terraform(&lacking) })
}

fn lacking(reasons: &[HoldReason]) -> Vec<Unmet> {
    let unmet = |reason: &HoldReason| match reason {
        HoldReason::Unmet { requirement } => Some(requirement.clone()),
        HoldReason::FunctionMissing | HoldReason::AliasMissing => None,
    };
    reasons.iter().filter_map(unmet).collect()
}

/// Why it waits, what provisioning has to add, and what finishes it.
fn tell_reasons(reasons: &[HoldReason], printer: &Printer) {
    for reason in reasons {
        printer.status(&format!("  - {reason}"));
    }
    let lines = missing_as_terraform(&lacking(reasons));
    if !lines.is_empty() {
        printer.status("  in Terraform's resource of the function:");
        printer.status(&indented(&lines));
    }
}

fn indented(lines: &str) -> String {
    let indent = |line: &str| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") };
    lines.lines().map(indent).collect::<String>().trim_end().to_owned()
}

/// A local environment's functions are provisioned from the configuration: that is where something is missing.
fn tell_held_locally(report: &FunctionReport, reasons: &[HoldReason], whereabouts: &Whereabouts, printer: &Printer) {
    let name = &report.function;
    printer.warning(&format!("{name} is HELD: its configuration lacks something that the code needs"));
    for reason in reasons {
        printer.status(&format!("  - {reason}"));
    }
    let environment = whereabouts.environment.as_ref().map_or("local", |environment| environment.as_str());
    printer.hint(&format!(
        "set it in `[environments.{environment}.functions.{}]` of shipway.toml and deploy again",
        name.function()
    ));
}

fn tell(report: &FunctionReport, whereabouts: &Whereabouts, printer: &Printer) {
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
            let (account, region) = (&whereabouts.account, &whereabouts.region);
            if whereabouts.provider == Provider::Local {
                tell_held_locally(report, reasons, whereabouts, printer);
                return;
            }
            printer.warning(&format!(
                "{name} is HELD: {target} ({serving}) in account {account}, {region}, lacks something that provisioning has to add"
            ));
            tell_reasons(reasons, printer);
            if reasons.contains(&HoldReason::AliasMissing) {
                printer.status("  in Terraform (or let Shipway create it: `create_alias = true`):");
                printer.status(&indented(&alias_as_terraform(target, serving)));
            }
            if let Some(needs) = &report.needs {
                printer.status("  in Terraform, with a role, a first package and the alias (or all of it by `shipway terraform init`):");
                printer.status(&indented(&function_as_terraform(target, needs)));
            }
            printer.hint("`shipway reconcile` finishes it once that is there; so does the next deployment");
            if !nearest.is_empty() {
                let names: Vec<&str> = nearest.iter().map(|name| name.as_str()).collect();
                printer.hint(&format!("the nearest names there: {}", names.join(", ")));
            }
        }
        Outcome::Refused(refusal) => {
            let hints: Vec<String> = refusal.hint().map(str::to_owned).into_iter().collect();
            printer.error(&format!("{name}: refused: {refusal}"), &[], &hints);
        }
        Outcome::RolledBack { because: Some(because), .. } => {
            printer.status(&format!("{name}: the old artifact was published again, because {because}"));
        }
        Outcome::RolledBack { because: None, .. } => {
            let version =
                report.version.map_or_else(|| "the old version".to_owned(), |version| format!("version {version}"));
            printer.status(&format!(
                "{name}: the alias was moved to {version}, which has the configuration that it was published with"
            ));
        }
        Outcome::ConfigurationHeld { reasons } => {
            printer.warning(&format!(
                "{name}: the function's present configuration does not suit the code that runs, and is not brought to \
                 the callers:"
            ));
            tell_reasons(reasons, printer);
            printer.hint(
                "callers go on reaching the configuration before; `shipway reconcile` brings them the present one once \
                 nothing is missing, or code that does without it is deployed",
            );
        }
        Outcome::Drifted(drift) => {
            printer.warning(&format!("{name}: {drift}"));
            printer.hint(drift_hint(drift));
        }
        Outcome::Released(because) => printer.status(&format!("{name}: the held deployment was given up: {because}")),
        Outcome::Overtaken => printer.status(&format!("{name}: another deployment came first")),
        Outcome::Configured => {
            printer.status(&format!("{name}: callers reach the function's present configuration now"));
        }
        Outcome::Restored | Outcome::Adopted => {}
        Outcome::Failed(error) => tell_failure(printer, name, error),
    }
}

fn drift_hint(drift: &Drift) -> &'static str {
    match drift {
        Drift::FunctionGone => "provisioning creates functions; once it is there again, `shipway reconcile` fills it",
        Drift::AliasGone => {
            "once provisioning has created it again, on whatever version, `shipway reconcile --restore` moves it back"
        }
        Drift::AliasMoved { .. } => "`shipway reconcile --restore` moves it back; `shipway adopt` records what runs",
        Drift::CodeReplaced { .. } => {
            "with `on_drift = \"restore\"` in shipway.toml, `shipway reconcile` puts it back; otherwise the next version does"
        }
        Drift::Recreated { .. } | Drift::ServingOtherCode { .. } => {
            "with `on_drift = \"restore\"` in shipway.toml, `shipway reconcile` puts it back; `shipway deploy` does, too"
        }
    }
}
