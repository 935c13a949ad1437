//! `shipway build`: build and package, without deploying.

use serde_json::{Value, json};
use shipway_core::exit::ExitCode;
use shipway_core::names::LogicalName;
use shipway_engine::OperationError;
use shipway_engine::operations::{BuiltFunction, build_all};

use super::Settled;
use super::wording::{failure_json, tell_failure};
use crate::arguments::BuildArguments;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::{Printer, Table, duration, size};

type Results = Vec<(LogicalName, Result<BuiltFunction, OperationError>)>;

pub(crate) fn run(arguments: &BuildArguments, invocation: &Invocation, printer: &Printer) -> Result<ExitCode, Failure> {
    let settled = Settled::find(&arguments.environment, invocation)?.explaining(arguments.explain);
    let environment = settled.request(&arguments.functions)?;
    let results = settled.with_ports(invocation, printer, async |ports| Ok(build_all(ports, &environment).await?))?;
    printer.answer(|| text(&results), || json!({ "version": 1, "functions": data(&results) }));
    let mut codes = Vec::new();
    for (name, result) in &results {
        if let Err(error) = result {
            tell_failure(printer, &name.clone().into(), error);
            codes.push(error.exit_code());
        }
    }
    Ok(ExitCode::worst(codes))
}

fn text(results: &Results) -> String {
    let mut table = Table::new(&["FUNCTION", "ARTIFACT", "ZIP", "UNZIPPED", "TIME", "FILE"]);
    for built in results.iter().filter_map(|(_, result)| result.as_ref().ok()) {
        table.row([
            built.function.to_string(),
            built.file.artifact.short(),
            size(built.file.bytes),
            size(built.record.unzipped_bytes),
            duration(built.took),
            built.file.path.display().to_string(),
        ]);
    }
    table.render()
}

fn data(results: &Results) -> Vec<Value> {
    results
        .iter()
        .map(|(name, result)| match result {
            Ok(built) => json!({
                "function": name,
                "artifact": built.file.artifact,
                "package_digest": built.record.package_digest,
                "source_digest": built.record.source_digest(),
                "zip_bytes": built.file.bytes,
                "unzipped_bytes": built.record.unzipped_bytes,
                "file": built.file.path.display().to_string(),
                "tools": built.record.tools,
                "explanation": built.explanation,
            }),
            Err(error) => json!({ "function": name, "error": failure_json(error) }),
        })
        .collect()
}
