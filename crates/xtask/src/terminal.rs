//! What people see while a command runs. All of it goes to stderr.

use std::error::Error;
use std::io::Write as _;

use crate::failure::Failure;

/// Says what is being done.
pub(crate) fn tell(message: impl AsRef<str>) {
    // Somebody who closed stderr does not want to know.
    let _ = writeln!(std::io::stderr(), "{}", message.as_ref());
}

/// Says what went wrong, with its causes.
pub(crate) fn failed(failure: &Failure) {
    tell(format!("error: {}", with_causes(failure)));
}

/// A failure and its causes in one line.
pub(crate) fn with_causes(failure: &Failure) -> String {
    let mut text = failure.to_string();
    let mut source = failure.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
