//! Short ways to say that a build, or a look at its inputs, failed.

use std::fmt::Display;
use std::io;
use std::path::Path;

use shipway_engine::ports::{BuildFailure, Fault};

/// The user must change something.
pub(crate) fn input(message: impl Into<String>, hints: &[&str]) -> BuildFailure {
    failure(Fault::Input, message.into(), hints)
}

/// The build itself went wrong.
pub(crate) fn build(message: impl Into<String>, hints: &[&str]) -> BuildFailure {
    failure(Fault::Build, message.into(), hints)
}

/// This machine did not let us `action` the file or folder `path`.
pub(crate) fn io(action: &str, path: &Path, error: &io::Error) -> BuildFailure {
    build(format!("cannot {action} {}: {error}", path.display()), &[])
}

/// Work on another thread was broken off.
pub(crate) fn broken_off(error: &dyn Display) -> BuildFailure {
    build(format!("the work was broken off: {error}"), &[])
}

fn failure(fault: Fault, message: String, hints: &[&str]) -> BuildFailure {
    let hints = hints.iter().map(|hint| (*hint).to_owned()).collect();
    BuildFailure { message, command: None, folder: None, output: None, hints, fault }
}
