//! What several commands say in the same words: errors of one function, changed inputs, reasons to do nothing.

use std::fmt::Write as _;

use serde_json::{Value, json};
use shipway_core::build::{SourceChange, WorkTree};
use shipway_core::ledger::BuildReference;
use shipway_core::plan::NothingBecause;
use shipway_core::target_name::TargetName;
use shipway_engine::OperationError;
use shipway_engine::operations::{Because, Explanation, Miss};

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
    few(changes)
}

/// The first of some inputs, and how many more there are.
fn few<T: ToString>(inputs: &[T]) -> String {
    let mut told: Vec<String> = inputs.iter().take(CHANGES_TOLD).map(ToString::to_string).collect();
    if inputs.len() > CHANGES_TOLD {
        told.push(format!("and {} more", plural(inputs.len() - CHANGES_TOLD, "input")));
    }
    told.join(", ")
}

/// Why there is nothing to do, in words.
pub(crate) fn nothing_words(because: NothingBecause) -> &'static str {
    match because {
        NothingBecause::SameSource => "its inputs are those of what runs",
        NothingBecause::SamePackage => "it builds to the package that runs",
        NothingBecause::NothingOutstanding => "nothing waits, and what was put there runs",
        NothingBecause::UnderWay => "a deployment is under way",
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

/// Why a function was built, or was not: lines for people.
pub(crate) fn explanation_lines(explanation: &Explanation) -> Vec<String> {
    let mut inputs =
        format!("its inputs are {} files, digest {}", explanation.files, explanation.source_digest.short());
    if !explanation.files_elsewhere.is_empty() {
        let _ = write!(inputs, "; outside of its folder: {}", few(&explanation.files_elsewhere));
    }
    let because = match &explanation.because {
        Because::Serves => "not built: it serves what these inputs make".to_owned(),
        Because::BuiltHereBefore => "not built: this machine has built these inputs before".to_owned(),
        Because::BuiltElsewhere => "not built: another machine's build of these inputs was in the store".to_owned(),
        Because::Built { on_this_machine, in_the_store, changes } => {
            let mut text = format!("built: {}", miss("this machine", on_this_machine));
            if let Some(in_the_store) = in_the_store {
                let _ = write!(text, ", {}", miss("the store", in_the_store));
            }
            if let Some(changes) = changes {
                let _ = write!(text, "; changed since its last build here: {}", changes_text(changes));
            }
            text
        }
    };
    vec![inputs, because]
}

fn miss(place: &str, miss: &Miss) -> String {
    match miss {
        Miss::Absent => format!("{place} has no build of these inputs"),
        Miss::Damaged { reason } => format!("what {place} had is damaged ({reason})"),
        Miss::Unreadable { reason } => format!("what {place} has cannot be used ({reason})"),
    }
}
