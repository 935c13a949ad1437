//! The one writer.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};

use serde_json::{Value, json};
use shipway_core::exit::ExitCode;

use crate::failure::{Failure, causes};

/// How answers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// How much is said on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Talk {
    Warnings,
    Everything,
}

/// Whether standard error takes colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Colour {
    Plain,
    Ansi,
}

/// Writes to standard output and standard error. A reader that has gone away is no error; an answer that could not be
/// written for another reason is one.
#[derive(Debug)]
pub(crate) struct Printer {
    format: Format,
    talk: Talk,
    colour: Colour,
    lost: RefCell<Option<io::Error>>,
}

const RED: &str = "\u{1b}[1;31m";
const YELLOW: &str = "\u{1b}[1;33m";
const CYAN: &str = "\u{1b}[36m";
const DIM: &str = "\u{1b}[2m";
const RESET: &str = "\u{1b}[0m";

#[expect(clippy::disallowed_methods, reason = "this is the one writer")]
impl Printer {
    /// A printer for this process.
    pub(crate) fn new(format: Format, quiet: bool, environment: &BTreeMap<OsString, OsString>) -> Self {
        let no_colour = environment.get(&OsString::from("NO_COLOR")).is_some_and(|value| !value.is_empty());
        let dumb = environment.get(&OsString::from("TERM")).is_some_and(|terminal| terminal == "dumb");
        let colour = if io::stderr().is_terminal() && !no_colour && !dumb { Colour::Ansi } else { Colour::Plain };
        let talk = if quiet { Talk::Warnings } else { Talk::Everything };
        Self { format, talk, colour, lost: RefCell::new(None) }
    }

    /// How answers are written.
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Writes an answer: `text` for people, or the JSON that `data` makes.
    pub(crate) fn answer(&self, text: impl FnOnce() -> String, data: impl FnOnce() -> Value) {
        match self.format {
            Format::Text => self.data(text().as_bytes()),
            Format::Json => {
                let mut line = serde_json::to_string_pretty(&data()).expect("a JSON value always has a text");
                line.push('\n');
                self.data(line.as_bytes());
            }
        }
    }

    /// Writes bytes to standard output as they are.
    pub(crate) fn data(&self, bytes: &[u8]) {
        let mut stdout = io::stdout().lock();
        let Err(error) = stdout.write_all(bytes).and_then(|()| stdout.flush()) else { return };
        // Whoever reads may have read enough (`| head`).
        if error.kind() != io::ErrorKind::BrokenPipe {
            self.lost.borrow_mut().get_or_insert(error);
        }
    }

    /// How the run ends, given how the command ended: an answer that nobody got is a failure of its own.
    pub(crate) fn close(&self, code: ExitCode) -> ExitCode {
        let Some(lost) = self.lost.borrow_mut().take() else { return code };
        let hints = ["the command itself came to its end: `shipway status` shows what holds now".to_owned()];
        self.error("the answer could not be written to standard output", &[lost.to_string()], &hints);
        ExitCode::worst([code, ExitCode::Failed])
    }

    /// Tells programs that the arguments make no sense; people were told already.
    pub(crate) fn wrong_arguments(&self, explanation: &str) -> ExitCode {
        let code = ExitCode::Usage;
        if self.format == Format::Json {
            let message = explanation.trim_end().trim_start_matches("error: ");
            self.data_of_error(code, &json!({ "message": message, "causes": [], "hints": [], "problems": null }));
        }
        code
    }

    fn data_of_error(&self, code: ExitCode, error: &Value) {
        self.answer(String::new, || json!({ "version": 1, "exit_code": code.status(), "error": error }));
    }

    /// Tells people something that is no answer.
    pub(crate) fn status(&self, text: &str) {
        if self.talk == Talk::Everything {
            self.line(text);
        }
    }

    /// Tells people what goes on.
    pub(crate) fn progress(&self, text: &str) {
        if self.talk == Talk::Everything {
            self.line(&self.painted(DIM, text));
        }
    }

    /// Tells people something to know that stops nothing.
    pub(crate) fn warning(&self, text: &str) {
        self.line(&format!("{} {text}", self.painted(YELLOW, "warning:")));
    }

    /// Tells people what to do next.
    pub(crate) fn hint(&self, text: &str) {
        self.line(&format!("{} {text}", self.painted(CYAN, "hint:")));
    }

    /// Asks a question on the terminal; `None` when nobody is there to answer.
    pub(crate) fn ask(&self, question: &str) -> Option<bool> {
        if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return None;
        }
        let mut stderr = io::stderr().lock();
        let _ = write!(stderr, "{question} [y/N] ").and_then(|()| stderr.flush());
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).ok()?;
        Some(matches!(answer.trim(), "y" | "Y" | "yes"))
    }

    /// Tells why a command did not do what was asked: the chain of causes once, then hints. In JSON the same goes to
    /// standard output as well, so that programs have something to parse.
    pub(crate) fn failure(&self, failure: &Failure) -> ExitCode {
        let (code, causes, hints) = (failure.exit_code(), causes(failure), failure.hints());
        self.error(&failure.to_string(), &causes, &hints);
        if self.format == Format::Json {
            let problems = match failure {
                Failure::Configuration(problems) => json!(problems),
                _ => Value::Null,
            };
            let message = failure.to_string();
            let error = json!({ "message": message, "causes": causes, "hints": hints, "problems": problems });
            self.data_of_error(code, &error);
        }
        code
    }

    /// An error with its causes and hints.
    pub(crate) fn error(&self, message: &str, causes: &[String], hints: &[String]) {
        self.line(&format!("{} {message}", self.painted(RED, "error:")));
        for cause in causes {
            self.line(&format!("  caused by: {}", cause.replace('\n', "\n    ")));
        }
        for hint in hints {
            self.hint(hint);
        }
    }

    fn painted(&self, colour: &str, text: &str) -> String {
        match self.colour {
            Colour::Ansi => format!("{colour}{text}{RESET}"),
            Colour::Plain => text.to_owned(),
        }
    }

    fn line(&self, text: &str) {
        let mut stderr = io::stderr().lock();
        let _ = writeln!(stderr, "{text}");
    }
}
