//! Telling people what goes on while it goes on.

use std::cell::RefCell;
use std::time::Duration;

use shipway_engine::ports::{Event, Reporter};

use crate::commands::explanation_lines;
use crate::output::{Printer, duration, size};

/// Writes events to standard error, a line each.
#[derive(Debug)]
pub(crate) struct TerminalReporter<'a> {
    printer: &'a Printer,
    explanations: Explanations,
    warned: RefCell<Vec<String>>,
}

impl<'a> TerminalReporter<'a> {
    pub(crate) fn new(printer: &'a Printer, explanations: Explanations) -> Self {
        Self { printer, explanations, warned: RefCell::new(Vec::new()) }
    }
}

/// Whether somebody asked why functions are built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Explanations {
    /// `--explain`
    Told,
    /// Without it.
    Untold,
}

/// Steps that took less are not worth a line of their own.
const WORTH_TELLING: Duration = Duration::from_millis(500);

impl Reporter for TerminalReporter<'_> {
    fn report(&self, event: Event) {
        match event {
            Event::Building { function, builder } => {
                self.printer.progress(&format!("{function}: building ({builder})"));
            }
            Event::Built { function, artifact, bytes, took } => {
                let (size, took) = (size(bytes), duration(took));
                self.printer.progress(&format!("{function}: built {artifact}, {size}, in {took}"));
            }
            Event::Explained { function, explanation } => {
                if self.explanations == Explanations::Told {
                    for line in explanation_lines(&explanation) {
                        self.printer.status(&format!("{function}: {line}"));
                    }
                }
            }
            Event::StepStarted { function, step, .. } => self.printer.progress(&format!("{function}: {step}")),
            Event::StepDone { function, step, took, .. } if took >= WORTH_TELLING => {
                self.printer.progress(&format!("{function}: {step}: done in {}", duration(took)));
            }
            Event::StepDone { .. } => {}
            Event::Waiting { function, reason } => self.printer.progress(&format!("{function}: waiting: {reason}")),
            Event::PlanningAgain { function, reason } => {
                self.printer.progress(&format!("{function}: planning again, because {reason}"));
            }
            Event::Warning { function, message } => self.warn_once(match function {
                Some(function) => format!("{function}: {message}"),
                None => message,
            }),
        }
    }
}

impl TerminalReporter<'_> {
    fn warn_once(&self, message: String) {
        if self.warned.borrow().contains(&message) {
            return;
        }
        self.printer.warning(&message);
        self.warned.borrow_mut().push(message);
    }
}
