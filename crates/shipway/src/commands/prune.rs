//! `shipway prune`: deletes versions of functions, and artifacts in the store, that nothing needs any more.

use serde_json::{Value, json};
use shipway_core::configuration::Provider;
use shipway_core::exit::ExitCode;
use shipway_core::pruning::{KEPT_BY_DEFAULT, Keep, VersionPlan};
use shipway_engine::operations::{Artifacts, PruneOptions, PrunePlan, PruneReport, plan_prune, prune};

use super::Settled;
use super::deploy::ask;
use super::wording::{failure_json, tell_failure};
use crate::arguments::PruneArguments;
use crate::failure::{Failure, causes};
use crate::invocation::Invocation;
use crate::output::{Printer, Table, plural};

pub(crate) fn run(arguments: &PruneArguments, invocation: &Invocation, printer: &Printer) -> Result<ExitCode, Failure> {
    let keep = Keep::new(arguments.keep.unwrap_or(KEPT_BY_DEFAULT))
        .map_err(|error| Failure::usage(format!("--keep: {error}"), "such as `--keep 5`"))?;
    let artifacts = if arguments.artifacts { Artifacts::Pruned } else { Artifacts::Kept };
    let settled = Settled::find(&arguments.environment, invocation)?;
    let environment = settled.request(&arguments.functions)?;
    settled.with_housekeeping(invocation, printer, async |ports, housekeeping| {
        let plan = plan_prune(ports, housekeeping, &environment, PruneOptions { keep, artifacts }).await?;
        if arguments.dry_run || !plan.acts() {
            printer.answer(|| plan_text(&plan), || plan_data(&plan));
            tell_quiet(&plan, printer);
            return Ok(tell_failures(&plan, printer));
        }
        if settled.resolved.provider != Provider::Local && !arguments.yes {
            printer.status(&plan_text(&plan));
            ask(&format!("Delete these in {}? They cannot be brought back.", environment.name), invocation, printer)?;
        }
        tell_quiet(&plan, printer);
        let report = prune(ports, (housekeeping, housekeeping), &environment, plan).await;
        printer.answer(|| report_text(&report), || report_data(&report, &environment.name));
        tell_report(&report, printer);
        Ok(report.exit_code())
    })
}

fn plan_text(plan: &PrunePlan) -> String {
    let mut table = Table::new(&["FUNCTION", "VERSION", "PUBLISHED", "MB", "KEPT"]);
    for (name, plan) in &plan.functions {
        let Ok(plan) = plan else { continue };
        let kept = plan.keep.len().to_string();
        for doomed in &plan.delete {
            let (version, published) = (doomed.version.to_string(), day(&doomed.published));
            table.row([name.to_string(), version, published, megabytes(doomed.bytes), kept.clone()]);
        }
    }
    let mut text = table.render();
    if let Some(artifacts) = &plan.artifacts {
        let bytes = artifacts.delete.iter().map(|doomed| doomed.bytes).sum();
        text.push_str(&format!(
            "artifacts: {} to delete ({} MB), {} to keep\n",
            artifacts.delete.len(),
            megabytes(bytes),
            artifacts.keep
        ));
        for doomed in &artifacts.delete {
            text.push_str(&format!("  {} ({} MB)\n", doomed.artifact.short(), megabytes(doomed.bytes)));
        }
    }
    text
}

/// The day in Lambda's spelling of a moment.
fn day(moment: &str) -> String {
    moment.split('T').next().unwrap_or_default().to_owned()
}

fn megabytes(bytes: u64) -> String {
    format!("{}.{}", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
}

/// Says what is not in the table: why nothing goes.
fn tell_quiet(plan: &PrunePlan, printer: &Printer) {
    for (name, planned) in &plan.functions {
        match planned {
            Ok(VersionPlan { quiet: Some(quiet), .. }) => {
                printer.status(&format!("{name}: nothing is deleted now: {quiet}"));
            }
            Ok(VersionPlan { delete, keep, .. }) if delete.is_empty() => {
                let text = match keep.len() {
                    0 => "it has no versions".to_owned(),
                    number => format!("all of its {} are needed", plural(number, "version")),
                };
                printer.status(&format!("{name}: {text}"));
            }
            Ok(_) | Err(_) => {}
        }
    }
    if let Some(quiet) = plan.artifacts.as_ref().and_then(|artifacts| artifacts.quiet.as_ref()) {
        printer.status(&format!("no artifact is deleted now: {quiet}"));
    }
}

/// Says what went wrong; how a run that only plans ends.
fn tell_failures(plan: &PrunePlan, printer: &Printer) -> ExitCode {
    let failed = plan.functions.iter().filter_map(|(name, planned)| Some((name, planned.as_ref().err()?)));
    let codes = failed.map(|(name, error)| {
        tell_failure(printer, name, error);
        error.exit_code()
    });
    ExitCode::worst(codes)
}

fn plan_data(plan: &PrunePlan) -> Value {
    let one = |(name, plan): &(_, Result<VersionPlan, _>)| match plan {
        Ok(plan) => json!({
            "function": name,
            "function_name": plan.function,
            "delete": plan.delete,
            "keep": plan.keep,
            "quiet": plan.quiet,
        }),
        Err(error) => json!({ "function": name, "error": failure_json(error) }),
    };
    json!({
        "version": 1,
        "environment": plan.environment,
        "keep": plan.keep,
        "functions": plan.functions.iter().map(one).collect::<Vec<_>>(),
        "artifacts": plan.artifacts,
    })
}

fn report_text(report: &PruneReport) -> String {
    let mut table = Table::new(&["FUNCTION", "DELETED", "MB", "SPARED"]);
    for function in &report.functions {
        let bytes = function.deleted.iter().map(|doomed| doomed.bytes).sum();
        let deleted: Vec<String> = function.deleted.iter().map(|doomed| doomed.version.to_string()).collect();
        let deleted = if deleted.is_empty() { "-".to_owned() } else { deleted.join(", ") };
        table.row([function.function.to_string(), deleted, megabytes(bytes), function.spared.len().to_string()]);
    }
    let mut text = table.render();
    if let Some(artifacts) = &report.artifacts {
        let bytes = artifacts.deleted.iter().map(|doomed| doomed.bytes).sum();
        text.push_str(&format!("artifacts: {} deleted ({} MB)\n", artifacts.deleted.len(), megabytes(bytes)));
    }
    text
}

fn tell_report(report: &PruneReport, printer: &Printer) {
    for function in &report.functions {
        for (version, reason) in &function.spared {
            printer.status(&format!("{}: version {version} was spared: {reason}", function.function));
        }
        if let Some(error) = &function.failed {
            tell_failure(printer, &function.function, error);
        }
    }
    if let Some(artifacts) = &report.artifacts {
        if artifacts.spared > 0 {
            let spared = plural(artifacts.spared, "artifact");
            printer.status(&format!("{spared} spared: something refers to them by now, or a deployment has begun"));
        }
        if let Some(error) = &artifacts.failed {
            printer.error(&format!("the artifacts: {error}"), &causes(error), &error.hints());
        }
    }
}

fn report_data(report: &PruneReport, environment: &shipway_core::names::EnvironmentName) -> Value {
    let functions = report.functions.iter().map(|function| {
        json!({
            "function": function.function,
            "function_name": function.function_name,
            "deleted": function.deleted,
            "spared": function.spared.iter().map(|(version, reason)| json!({ "version": version, "reason": reason })).collect::<Vec<_>>(),
            "error": function.failed.as_ref().map(failure_json),
        })
    });
    json!({
        "version": 1,
        "environment": environment,
        "exit_code": report.exit_code().status(),
        "functions": functions.collect::<Vec<_>>(),
        "artifacts": report.artifacts.as_ref().map(|artifacts| json!({
            "deleted": artifacts.deleted,
            "spared": artifacts.spared,
            "error": artifacts.failed.as_ref().map(failure_json),
        })),
    })
}
