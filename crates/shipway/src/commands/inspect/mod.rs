//! `shipway inspect`: what is in a package, largest first, and what changed between two.

mod difference;
mod locate;
mod report;
mod verdict;

use shipway_core::exit::ExitCode;
use shipway_package::{Inspection, content_tree, read_zip};

use self::locate::{Located, locate};
use self::verdict::Verdict;
use crate::arguments::InspectArguments;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::{Drawing, Printer, draw};

/// A zip that was found and read.
struct Inspected {
    located: Located,
    inspection: Inspection,
}

impl Inspected {
    fn read(artifact: &str, invocation: &Invocation) -> Result<Self, Failure> {
        let located = locate(artifact, invocation)?;
        let inspection = read_zip(&located.path).map_err(Failure::Inspect)?;
        Ok(Self { located, inspection })
    }
}

pub(crate) fn run(
    arguments: &InspectArguments,
    invocation: &Invocation,
    printer: &Printer,
) -> Result<ExitCode, Failure> {
    let one = Inspected::read(&arguments.artifact, invocation)?;
    if let Some(other) = &arguments.other {
        let other = Inspected::read(other, invocation)?;
        difference::answer(&one, &other, arguments.rows, printer);
        return Ok(ExitCode::Done);
    }
    let verdict = Verdict::of(&one, arguments, invocation)?;
    let tree = content_tree(&one.inspection);
    printer.answer(|| report::text(&one, &tree, arguments.rows), || report::data(&one, &tree, &verdict));
    if let Some(file) = &arguments.html {
        let path = invocation.directory.join(file);
        let drawing = Drawing {
            title: &one.located.title(),
            facts: &report::facts(&one),
            tree: &tree,
            native: &one.inspection.facts.binaries.iter().map(|file| file.path.as_str()).collect(),
            refusals: &verdict.refusals,
            findings: &verdict.findings,
        };
        std::fs::write(&path, draw(&drawing)).map_err(|source| Failure::File {
            attempt: "writing",
            path: path.clone(),
            source,
        })?;
        printer.status(&format!("the treemap is in {}", path.display()));
    }
    Ok(verdict.tell(printer))
}
