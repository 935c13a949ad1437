//! `shipway terraform check`: refuses a plan that takes away what a deployed build needs.
//!
//! With a `shipway.toml` for its environment; with `--store` and none, for everything that the store knows.

use std::io::Read as _;
use std::path::Path;

use jiff::Timestamp;
use serde_json::{Value, json};
use shipway_core::exit::ExitCode;
use shipway_core::store_layout::{self, StorePrefix};
use shipway_core::terraform_plan::{Completeness, Deployed, Finding, Plan, Severity, check, has_function_of};
use shipway_engine::context::Ports;
use shipway_engine::operations::deployed;

use crate::arguments::TerraformCheckArguments;
use crate::commands::wording::commit_text;
use crate::commands::{Settled, block_on, unless_interrupted};
use crate::connection::{Connection, StoreAlone};
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::{Printer, Table, ago, plural};
use crate::project::Project;
use crate::reporter::{Explanations, TerminalReporter};

/// What the store knows, and when it was asked.
type Known = (Vec<Deployed>, Timestamp);

pub(crate) fn run(
    arguments: &TerraformCheckArguments,
    invocation: &Invocation,
    printer: &Printer,
) -> Result<ExitCode, Failure> {
    let plan = read_plan(&arguments.plan, &invocation.directory)?;
    let (known, now) = match &arguments.environment.store {
        Some(store) if !Project::is_at(&invocation.directory) => by_store(store, arguments, invocation, printer)?,
        _ => by_checkout(arguments, invocation, printer)?,
    };
    Ok(answer(&plan, &known, now, printer))
}

fn read_plan(path: &Path, folder: &Path) -> Result<Plan, Failure> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes).map(|_| ())
    } else {
        std::fs::read(folder.join(path)).map(|read| bytes = read)
    };
    read.map_err(|source| Failure::File { attempt: "reading", path: path.to_owned(), source })?;
    Plan::read(&bytes).map_err(|error| {
        Failure::usage(
            format!("{} cannot be checked: {error}", path.display()),
            "`terraform plan -out FILE`, then `terraform show -json FILE > PLAN.json`",
        )
    })
}

fn by_checkout(
    arguments: &TerraformCheckArguments,
    invocation: &Invocation,
    printer: &Printer,
) -> Result<Known, Failure> {
    let settled = Settled::find(&arguments.environment, invocation)?;
    let heads = store_layout::heads(&settled.resolved.project, &settled.resolved.name);
    settled.with_ports(invocation, printer, async |ports| known(ports, &heads).await)
}

fn by_store(
    store: &str,
    arguments: &TerraformCheckArguments,
    invocation: &Invocation,
    printer: &Printer,
) -> Result<Known, Failure> {
    let (mut known, now) = block_on(async {
        let alone = StoreAlone { url: store, flags: &arguments.environment, kms_key: None };
        let connection = Connection::open_store(&alone, invocation).await?;
        let reporter = TerminalReporter::new(printer, Explanations::Untold);
        let work = connection.with_ports(&reporter, async |ports| known(ports, &store_layout::all_heads()).await);
        let done = unless_interrupted(work).await;
        connection.close().await;
        done
    })?;
    if let Some(environment) = &arguments.environment.environment {
        known.retain(|one| one.environment.as_str() == environment);
    }
    Ok((known, now))
}

async fn known(ports: &Ports<'_>, heads: &StorePrefix) -> Result<Known, Failure> {
    Ok((deployed(ports, heads).await?, ports.clock.now()))
}

fn answer(plan: &Plan, known: &[Deployed], now: Timestamp, printer: &Printer) -> ExitCode {
    let found = check(plan, known);
    let of = |one: &Deployed| found.iter().filter(|finding| std::ptr::eq(finding.deployed.0, one)).collect::<Vec<_>>();
    let judged: Vec<(&Deployed, Vec<&Finding<'_>>)> = known.iter().map(|one| (one, of(one))).collect();
    let refused = found.iter().any(|finding| finding.severity == Severity::Refusal);
    let code = if refused { ExitCode::Refused } else { ExitCode::Done };
    printer.answer(|| text(plan, &judged, now), || data(plan, &judged, code));
    tell(plan, &judged, printer);
    code
}

fn text(plan: &Plan, judged: &[(&Deployed, Vec<&Finding<'_>>)], now: Timestamp) -> String {
    let mut table = Table::new(&["FUNCTION", "ENVIRONMENT", "RUNS", "ARTIFACT", "COMMIT", "SINCE", "PLAN"]);
    for (one, findings) in judged {
        let running = one.head.running.as_ref();
        table.row([
            one.name.to_string(),
            one.environment.to_string(),
            running.map_or_else(|| "-".to_owned(), |running| running.lambda_version.to_string()),
            running.map(|running| running.build.artifact.short()).unwrap_or_default(),
            running.map(|running| commit_text(&running.build)).unwrap_or_default(),
            running.map(|running| ago(running.at, now)).unwrap_or_default(),
            verdict(plan, one, findings).to_owned(),
        ]);
    }
    table.render()
}

fn verdict(plan: &Plan, one: &Deployed, findings: &[&Finding<'_>]) -> &'static str {
    if findings.iter().any(|finding| finding.severity == Severity::Refusal) {
        "REFUSED"
    } else if !findings.is_empty() {
        "warning"
    } else if has_function_of(plan, one) {
        "passed"
    } else {
        "not in it"
    }
}

fn data(plan: &Plan, judged: &[(&Deployed, Vec<&Finding<'_>>)], code: ExitCode) -> Value {
    let functions = judged.iter().map(|(one, findings)| {
        let head = &one.head;
        json!({
            "function": one.name,
            "project": one.project,
            "environment": one.environment,
            "account": head.account,
            "region": head.region,
            "function_name": head.function_name,
            "alias": head.alias,
            "verdict": verdict(plan, one, findings).to_lowercase().replace(' ', "-"),
            "running": head.running.as_ref().map(|running| json!({
                "deployment": running.deployment,
                "lambda_version": running.lambda_version.to_string(),
                "artifact": running.build.artifact,
                "build": running.build.build,
                "commit": running.build.commit,
                "work_tree": running.build.work_tree,
                "since": running.at,
            })),
            "findings": findings.iter().map(|finding| finding_data(finding)).collect::<Vec<_>>(),
        })
    });
    json!({
        "version": 1,
        "exit_code": code.status(),
        "complete": plan.completeness == Completeness::Whole,
        "functions": functions.collect::<Vec<_>>(),
    })
}

fn finding_data(finding: &Finding<'_>) -> Value {
    json!({
        "severity": finding.severity,
        "address": finding.address,
        "build": finding.whose,
        "deferred": finding.deferred,
        "danger": finding.danger,
        "message": finding.to_string(),
        "hint": finding.danger.hint(),
    })
}

fn tell(plan: &Plan, judged: &[(&Deployed, Vec<&Finding<'_>>)], printer: &Printer) {
    for (one, findings) in judged {
        for finding in findings {
            let sentence = format!("{}: {finding}", finding.address);
            let hints: Vec<String> = finding.danger.hint().map(str::to_owned).into_iter().collect();
            match finding.severity {
                Severity::Refusal => printer.error(&sentence, &[], &hints),
                Severity::Warning => printer.warning(&sentence),
            }
        }
        if one.builds().any(|build| one.contract(build).is_none()) {
            printer.warning(&format!(
                "{} in {}: a build's record is not in the store: only its environment variables are known of what it requires",
                one.name, one.environment
            ));
        }
    }
    if judged.is_empty() {
        printer
            .warning("nothing in the store is known to have been deployed: there is nothing that the plan could break");
    } else if !judged.iter().any(|(one, _)| has_function_of(plan, one)) {
        let number = plural(judged.len(), "function");
        printer.status(&format!("the plan has none of the {number} that the store knows"));
    }
    if plan.completeness == Completeness::Partial {
        printer.warning("the plan is not all that there is to do: what it puts off is in a later plan");
    }
}
