//! `shipway doctor`: what makes deployments behind an alias unsafe or ineffective, why it matters and what to do; and the
//! edits that move callers to the alias.

use serde_json::{Value, json};
use shipway_core::diagnosis::{Finding, FunctionFacts, Severity, migration};
use shipway_core::exit::ExitCode;
use shipway_engine::operations::{Diagnosis, doctor};

use super::Settled;
use super::wording::{failure_json, tell_failure};
use crate::arguments::DoctorArguments;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::Printer;

pub(crate) fn run(
    arguments: &DoctorArguments,
    invocation: &Invocation,
    printer: &Printer,
) -> Result<ExitCode, Failure> {
    let settled = Settled::find(&arguments.environment, invocation)?;
    let environment = settled.request(&arguments.functions)?;
    let diagnosis = settled.with_housekeeping(invocation, printer, async |ports, housekeeping| {
        Ok(doctor(ports, housekeeping, &environment).await?)
    })?;
    let failed = tell_failures(&diagnosis, printer);
    if arguments.migrate {
        let facts: Vec<FunctionFacts> =
            diagnosis.functions.iter().filter_map(|(_, found)| Some(found.as_ref().ok()?.facts.clone())).collect();
        let edits = migration(&facts);
        printer
            .answer(|| edits.clone(), || json!({ "version": 1, "environment": environment.name, "terraform": edits }));
        return Ok(failed);
    }
    printer.answer(
        || text(&diagnosis),
        || {
            json!({
                "version": 1,
                "environment": environment.name,
                "findings": diagnosis.environment.iter().map(finding_data).collect::<Vec<_>>(),
                "functions": functions_data(&diagnosis),
            })
        },
    );
    Ok(ExitCode::worst([failed, code(&diagnosis)]))
}

/// Refused if anything is unsafe.
fn code(diagnosis: &Diagnosis) -> ExitCode {
    let functions = diagnosis.functions.iter().filter_map(|(_, found)| found.as_ref().ok());
    let mut findings = functions.flat_map(|found| &found.findings).chain(&diagnosis.environment);
    if findings.any(|finding| finding.severity() == Severity::Unsafe) { ExitCode::Refused } else { ExitCode::Done }
}

fn tell_failures(diagnosis: &Diagnosis, printer: &Printer) -> ExitCode {
    let mut codes = Vec::new();
    for (name, found) in &diagnosis.functions {
        if let Err(error) = found {
            tell_failure(printer, name, error);
            codes.push(error.exit_code());
        }
    }
    ExitCode::worst(codes)
}

fn text(diagnosis: &Diagnosis) -> String {
    let mut text = String::new();
    if !diagnosis.environment.is_empty() {
        text.push_str("for all functions\n");
        diagnosis.environment.iter().for_each(|finding| text.push_str(&finding_text(finding)));
    }
    for (name, found) in &diagnosis.functions {
        let Ok(found) = found else { continue };
        let target = &found.facts.target;
        if found.findings.is_empty() {
            text.push_str(&format!("{name} ({}:{}): nothing to say\n", target.function, target.serving));
            continue;
        }
        text.push_str(&format!("{name} ({}:{})\n", target.function, target.serving));
        found.findings.iter().for_each(|finding| text.push_str(&finding_text(finding)));
    }
    text
}

fn finding_text(finding: &Finding) -> String {
    let level = match finding.severity() {
        Severity::Unsafe => "UNSAFE",
        Severity::Note => "note",
    };
    format!("  {level}: {finding}\n    why: {}\n    do:  {}\n", finding.why(), finding.advice())
}

fn finding_data(finding: &Finding) -> Value {
    json!({
        "severity": finding.severity(),
        "what": finding.to_string(),
        "why": finding.why(),
        "advice": finding.advice(),
        "details": finding,
    })
}

fn functions_data(diagnosis: &Diagnosis) -> Vec<Value> {
    let one = |(name, found): &(_, Result<shipway_engine::operations::FunctionDiagnosis, _>)| match found {
        Ok(found) => json!({
            "function": name,
            "function_name": found.facts.target.function,
            "serving": found.facts.target.serving.to_string(),
            "findings": found.findings.iter().map(finding_data).collect::<Vec<_>>(),
        }),
        Err(error) => json!({ "function": name, "error": failure_json(error) }),
    };
    diagnosis.functions.iter().map(one).collect()
}
