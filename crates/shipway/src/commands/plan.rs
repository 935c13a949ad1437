//! `shipway plan`: what a deployment would do.

use std::fmt::Write as _;

use serde_json::{Value, json};
use shipway_core::exit::ExitCode;
use shipway_core::plan::{Again, Decision, Plan, Restore, Switch, TargetPlan};
use shipway_engine::operations::{Considered, DeployOptions, First, Prepared, Provisioning, attach_published, prepare};

use super::Settled;
use super::wording::{changes_text, failure_json, nothing_words, tell_failure};
use crate::arguments::PlanArguments;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::{Printer, size};

pub(crate) fn run(arguments: &PlanArguments, invocation: &Invocation, printer: &Printer) -> Result<ExitCode, Failure> {
    let settled = Settled::find(&arguments.environment, invocation)?.explaining(arguments.explain);
    let mut environment = settled.request(&arguments.functions)?;
    let options = options(arguments, Provisioning::Later);
    settled.with_ports(invocation, printer, async |ports| {
        attach_published(ports, &mut environment).await?;
        let prepared = prepare(ports, &environment, &options).await?;
        let layers: Vec<&str> = environment.layers.iter().map(|layer| layer.name.as_str()).collect();
        if !layers.is_empty() {
            let layers = layers.join(", ");
            printer.status(&format!("`deploy` first publishes those of these layers whose contents changed: {layers}"));
        }
        Ok(answer(&prepared, printer))
    })
}

/// The rules that the flags ask for.
pub(crate) fn options(arguments: &PlanArguments, provisioning: Provisioning) -> DeployOptions {
    DeployOptions {
        again: if arguments.again { Again::Yes } else { Again::No },
        switch: if arguments.switch { Switch::Yes } else { Switch::No },
        restore: if arguments.restore { Restore::Yes } else { Restore::No },
        provisioning,
        first: if arguments.first { First::Expected } else { First::Suspicious },
        accepted: std::collections::BTreeMap::new(),
    }
}

/// Writes the plan; a plan that could be made is a success, whatever it says about functions.
pub(crate) fn answer(prepared: &Prepared, printer: &Printer) -> ExitCode {
    printer.answer(|| text(&prepared.plan), || data(prepared));
    let mut codes = Vec::new();
    for considered in &prepared.functions {
        match &considered.result {
            Ok(found) => codes.push(exit_code(&found.plan.decision)),
            Err(error) => {
                tell_failure(printer, &considered.function.name, error);
                codes.push(error.exit_code());
            }
        }
    }
    ExitCode::worst(codes)
}

fn exit_code(decision: &Decision) -> ExitCode {
    match decision {
        Decision::Nothing { .. } | Decision::Superseded { .. } | Decision::Create | Decision::Deploy { .. } => {
            ExitCode::Done
        }
        Decision::Hold { .. } => ExitCode::Held,
        Decision::Refuse { .. } => ExitCode::Refused,
    }
}

fn data(prepared: &Prepared) -> Value {
    let failures: Vec<Value> = prepared
        .functions
        .iter()
        .filter_map(|considered| {
            let error = considered.result.as_ref().err()?;
            Some(json!({ "function": considered.function.name, "error": failure_json(error) }))
        })
        .collect();
    let explained = |considered: &Considered| {
        let found = considered.result.as_ref().ok()?;
        Some((considered.function.name.to_string(), json!(found.explanation)))
    };
    let explanations: serde_json::Map<String, Value> = prepared.functions.iter().filter_map(explained).collect();
    json!({ "version": 1, "plan": prepared.plan, "explanations": explanations, "failures": failures })
}

/// The plan for people.
pub(crate) fn text(plan: &Plan) -> String {
    let mut text = format!("{}: account {}, {}", plan.environment, plan.account, plan.region);
    if let Some(commit) = &plan.commit {
        let _ = write!(text, ", commit {}", commit.short());
    }
    text.push('\n');
    for target in &plan.targets {
        let _ = writeln!(text, "\n{} ({}, {})", target.function, target.function_name, target.serving);
        target_text(&mut text, target);
    }
    text
}

fn target_text(text: &mut String, target: &TargetPlan) {
    let mut line = |words: String| {
        let _ = writeln!(text, "  {words}");
    };
    match &target.decision {
        Decision::Nothing { because, running } => {
            line(format!("nothing to do: {} (version {})", nothing_words(*because), running.lambda_version));
        }
        Decision::Create => {
            if let Some(build) = &target.build {
                let (artifact, size) = (build.artifact.short(), size(build.zip_bytes));
                line(format!(
                    "create the function in the embedded Lambda with artifact {artifact}, {size}, and let it serve"
                ));
            }
        }
        Decision::Superseded { by } => line(format!("superseded: newer code is live, of commit {}", by.short())),
        Decision::Refuse { refusal } => {
            line(format!("refused: {refusal}"));
            if let Some(hint) = refusal.hint() {
                line(format!("hint: {hint}"));
            }
        }
        Decision::Hold { reasons, nearest, steps } => {
            line("held, until provisioning has added what is missing:".to_owned());
            for reason in reasons {
                line(format!("- {reason}"));
            }
            if !nearest.is_empty() {
                let names: Vec<&str> = nearest.iter().map(|name| name.as_str()).collect();
                line(format!("the nearest names there: {}", names.join(", ")));
            }
            for step in steps {
                line(format!("meanwhile: {step}"));
            }
        }
        Decision::Deploy { steps } if steps.is_empty() => {
            line("it serves this build already; only the record is missing".to_owned());
        }
        Decision::Deploy { steps } => {
            if let Some(build) = &target.build {
                let before = target.running.as_ref().map_or_else(
                    || "the first deployment".to_owned(),
                    |running| format!("after {} (version {})", running.build.artifact.short(), running.lambda_version),
                );
                line(format!("artifact {}, {}, {before}", build.artifact.short(), size(build.zip_bytes)));
            }
            if let Some(changes) = &target.changes {
                line(format!("changed: {}", changes_text(changes)));
            }
            for (index, step) in steps.iter().enumerate() {
                line(format!("{}. {step}", index + 1));
            }
        }
    }
    for warning in &target.warnings {
        line(format!("warning: {warning}"));
    }
}
