//! What can go wrong in the repository's own commands.

use std::io;
use std::path::{Path, PathBuf};

/// Why a command did not do what it should.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A file or folder.
    #[error("{attempt} {path}")]
    File {
        /// What was attempted: "reading", "writing" …
        attempt: &'static str,
        /// On what.
        path: PathBuf,
        /// How it failed.
        source: io::Error,
    },
    /// A program that could not be started or waited for.
    #[error("running {program}")]
    Start {
        /// The program.
        program: String,
        /// How it failed.
        source: io::Error,
    },
    /// A program that ended badly.
    #[error("{program} ended with {status}: {last_line}")]
    Program {
        /// The program.
        program: String,
        /// Its exit status.
        status: String,
        /// The last line that it wrote to stderr (else to stdout).
        last_line: String,
    },
    /// A call over HTTP.
    #[error("{attempt}")]
    Http {
        /// What was attempted.
        attempt: String,
        /// How it failed.
        source: Box<ureq::Error>,
    },
    /// A tool that is not on this machine.
    #[error("{0} is not on the PATH")]
    Missing(String),
    /// Something that is not as it has to be.
    #[error("{0}")]
    Unexpected(String),
}

impl Failure {
    /// For `map_err` after an attempt on a file or folder.
    pub(crate) fn file(attempt: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::File { attempt, path, source }
    }

    /// For `map_err` after an attempt to run a program.
    pub(crate) fn start(program: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let program = program.into();
        move |source| Self::Start { program, source }
    }
}
