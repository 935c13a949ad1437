//! What several commands say in the same words: errors of one function, changed inputs, reasons to do nothing.

use serde_json::{Value, json};
use shipway_core::build::{SourceChange, WorkTree};
use shipway_core::ledger::BuildReference;
use shipway_core::plan::NothingBecause;
use shipway_core::target_name::TargetName;
use shipway_engine::OperationError;

use crate::failure::causes;
use crate::output::{Printer, plural};

/// An error as data.
pub(crate) fn failure_json(error: &OperationError) -> Value {
    json!({
        "message": error.to_string(),
        "causes": causes(error),
        "hints": error.hints(),
        "exit_code": error.exit_code().status(),
    })
}

/// Says an error about one function, with the build tool's own output if there is any.
pub(crate) fn tell_failure(printer: &Printer, name: &TargetName, error: &OperationError) {
    if let OperationError::Build { source, .. } = error {
        if let Some(output) = &source.output {
            printer.status(output.trim_end());
        }
        if let Some(command) = &source.command {
            let folder = source.folder.as_deref().unwrap_or(".");
            printer.status(&format!("the command was: {command}\n  in {folder}"));
        }
    }
    printer.error(&format!("{name}: {error}"), &causes(error), &error.hints());
}

/// At most this many inputs are named; the rest is counted.
const CHANGES_TOLD: usize = 5;

/// The inputs that changed, in a line.
pub(crate) fn changes_text(changes: &[SourceChange]) -> String {
    if changes.is_empty() {
        return "none of its inputs".to_owned();
    }
    let mut told: Vec<String> = changes.iter().take(CHANGES_TOLD).map(ToString::to_string).collect();
    if changes.len() > CHANGES_TOLD {
        told.push(format!("and {} more", plural(changes.len() - CHANGES_TOLD, "input")));
    }
    told.join(", ")
}

/// Why there is nothing to do, in words.
pub(crate) fn nothing_words(because: NothingBecause) -> &'static str {
    match because {
        NothingBecause::SameSource => "its inputs are those of what runs",
        NothingBecause::SamePackage => "it builds to the package that runs",
    }
}

/// The commit, with a `+` when the work tree held more than it.
pub(crate) fn commit_text(build: &BuildReference) -> String {
    let Some(commit) = &build.commit else { return "unknown".to_owned() };
    match build.work_tree {
        WorkTree::Clean => commit.short().to_owned(),
        WorkTree::Dirty => format!("{}+", commit.short()),
    }
}
