//! What the lint says of an inspected zip: for the runtime, handler and processor that its build record or the flags name.

use shipway_core::build::{Platform, Product};
use shipway_core::detection::HANDLER_IN_LAYER;
use shipway_core::exit::ExitCode;
use shipway_core::names::{Architecture, Runtime};
use shipway_host::{machine, runs_on};
use shipway_package::{
    Finding, HandlerFinding, LintTarget, PackageError, Refusal, Refusals, RunsOn, RuntimeFamily, handler_in_zip,
    lint_zip, read_zip,
};

use super::Inspected;
use crate::arguments::InspectArguments;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::Printer;

/// Why the zip would be refused, and what is worth a warning.
pub(super) struct Verdict {
    pub(super) refusals: Vec<String>,
    pub(super) findings: Vec<String>,
    pub(super) hints: Vec<String>,
}

/// What it is judged for.
struct Purpose {
    runtime: Option<Runtime>,
    handler: Option<String>,
    platform: Option<Platform>,
}

impl Purpose {
    /// Flags go before what the build record says.
    fn of(inspected: &Inspected, arguments: &InspectArguments) -> Result<Self, Failure> {
        let record = inspected.located.record.as_ref();
        let runtime = match &arguments.runtime {
            Some(text) => Some(
                text.parse::<Runtime>()
                    .map_err(|invalid| Failure::usage(invalid.to_string(), "`--runtime` takes Lambda's identifiers"))?,
            ),
            None => record.map(|record| record.contract.runtime.clone()),
        };
        let platform = match arguments.architecture.as_deref() {
            Some("x86_64") => Some(Platform::Lambda { architecture: Architecture::X86_64 }),
            Some("arm64") => Some(Platform::Lambda { architecture: Architecture::Arm64 }),
            Some(other) => {
                return Err(Failure::usage(
                    format!("`{other}` is no processor of Lambda's"),
                    "`--architecture` takes `x86_64` and `arm64`",
                ));
            }
            None => record.map(|record| record.platform),
        };
        let handler = arguments.handler.clone();
        // Nothing calls a layer.
        let called = record.filter(|record| record.product == Product::Function);
        let handler = handler.or_else(|| called.map(|record| record.contract.handler.as_str().to_owned()));
        Ok(Self { runtime, handler, platform })
    }

    fn family(&self) -> Option<RuntimeFamily> {
        self.runtime.as_ref().and_then(|runtime| RuntimeFamily::of_identifier(runtime.as_str()))
    }

    /// Without a processor nothing native is judged.
    fn runs_on(&self) -> RunsOn<'_> {
        match (self.platform, &self.runtime) {
            (Some(platform), Some(runtime)) => runs_on(platform, runtime),
            // Without a runtime the processor alone is judged.
            (Some(Platform::Lambda { architecture }), None) => {
                RunsOn::Lambda { machine: machine(architecture), libc: None }
            }
            (Some(Platform::Host) | None, _) => RunsOn::Host,
        }
    }
}

impl Verdict {
    pub(super) fn of(
        inspected: &Inspected,
        arguments: &InspectArguments,
        invocation: &Invocation,
    ) -> Result<Self, Failure> {
        let purpose = Purpose::of(inspected, arguments)?;
        let Inspected { located, inspection } = inspected;
        let target = LintTarget {
            runs_on: purpose.runs_on(),
            family: purpose.family(),
            layers_bytes: layers_bytes(arguments, invocation)?,
            allow: &located.allow,
            dependency_roots: &[],
        };
        let lint = lint_zip(inspection, &target).map_err(broken_glob)?;
        let (mut refusals, mut findings) = (lint.refusals, inspection.findings.clone());
        findings.extend(lint.findings);
        let mut findings: Vec<String> = findings.iter().map(Finding::to_string).collect();
        if located.record.is_some() {
            // Whose they are was judged when it was built; which folders are dependencies is not known any more.
            findings.extend(inspection.secrets.iter().map(|secret| format!("`{}` holds {}", secret.path, secret.kind)));
        } else {
            let (own, others) = inspection.judge_secrets(&located.allow, &[]).map_err(broken_glob)?;
            refusals.extend(own);
            findings.extend(others.iter().map(Finding::to_string));
        }
        let refusals = Refusals(refusals);
        let mut verdict =
            Self { hints: refusals.hints(), refusals: refusals.0.iter().map(Refusal::to_string).collect(), findings };
        if let (Some(family), Some(handler)) = (purpose.family(), &purpose.handler) {
            let found = handler_in_zip(&located.path, &inspection.entries, family, handler, &located.allow);
            verdict.judge_handler(&found.map_err(broken_glob)?, handler, &located.allow);
        }
        Ok(verdict)
    }

    fn judge_handler(&mut self, found: &HandlerFinding, handler: &str, allow: &[String]) {
        let in_layer = matches!(found, HandlerFinding::ProvablyAbsent { .. })
            && allow.iter().any(|allowed| allowed == HANDLER_IN_LAYER);
        let list = if in_layer { &mut self.findings } else { &mut self.refusals };
        list.extend(found.problem(handler));
    }

    /// Says it to people, and how the run ends.
    pub(super) fn tell(&self, printer: &Printer) -> ExitCode {
        for finding in &self.findings {
            printer.warning(finding);
        }
        for refusal in &self.refusals {
            printer.error(&format!("it would be refused: {refusal}"), &[], &[]);
        }
        for hint in &self.hints {
            printer.hint(hint);
        }
        if self.refusals.is_empty() { ExitCode::Done } else { ExitCode::Refused }
    }
}

/// The unzipped sizes of the layers that were named; `None` if none was.
fn layers_bytes(arguments: &InspectArguments, invocation: &Invocation) -> Result<Option<u64>, Failure> {
    if arguments.layers.is_empty() {
        return Ok(None);
    }
    let mut sum = 0;
    for layer in &arguments.layers {
        sum += read_zip(&invocation.directory.join(layer)).map_err(Failure::Inspect)?.unzipped_bytes;
    }
    Ok(Some(sum))
}

/// The globs are those of `allow`.
fn broken_glob(error: PackageError) -> Failure {
    Failure::usage(error.to_string(), "correct `allow` in shipway.toml")
}
