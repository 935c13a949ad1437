//! The bodies that Lambda itself answers with when a function does not: recorded texts, no I/O.

use std::time::Duration;

use serde::Serialize;

use crate::supervisor::End;

/// The largest answer of a function, in bytes: 6 MiB and 100 bytes.
pub(super) const MAXIMUM_RESPONSE_BYTES: usize = 6_291_556;

/// A failure in Lambda's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Failure {
    pub(super) error_type: &'static str,
    pub(super) error_message: String,
}

impl Failure {
    pub(super) fn new(error_type: &'static str, request_id: &str, message: &str) -> Failure {
        Failure { error_type, error_message: format!("RequestId: {request_id} Error: {message}") }
    }

    pub(super) fn timed_out(request_id: &str, timeout: Duration) -> Failure {
        Failure::new("Sandbox.Timedout", request_id, &timeout_text(timeout))
    }

    pub(super) fn response_too_large() -> Failure {
        Failure {
            error_type: "Function.ResponseSizeTooLarge",
            error_message: format!(
                "Response payload size exceeded maximum allowed payload size ({MAXIMUM_RESPONSE_BYTES} bytes)."
            ),
        }
    }

    pub(super) fn exited(request_id: &str, end: End) -> Failure {
        let message = match end {
            End::Exit { status: 0 } => "Runtime exited without providing a reason".to_owned(),
            End::Exit { status } => format!("Runtime exited with error: exit status {status}"),
            End::Signal { number } => {
                format!("Runtime exited with error: signal: {}", signal_name(number))
            }
        };
        Failure::new("Runtime.ExitError", request_id, &message)
    }

    /// The function's file that was to be run cannot be. `os_error` is what exec said.
    pub(super) fn invalid_entrypoint(request_id: &str, program: &str, os_error: i32) -> Failure {
        let reason = std::io::Error::from_raw_os_error(os_error).to_string();
        let reason = reason.split(" (os error").next().unwrap_or_default().to_lowercase();
        Failure::new("Runtime.InvalidEntrypoint", request_id, &format!("fork/exec {program}: {reason}"))
    }

    pub(super) fn no_bootstrap(request_id: &str, program: &str) -> Failure {
        let message = format!("Couldn't find valid bootstrap(s): [{program}]");
        Failure::new("Runtime.InvalidEntrypoint", request_id, &message)
    }

    pub(super) fn payload(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

pub(super) fn timeout_text(timeout: Duration) -> String {
    format!("Task timed out after {:.2} seconds", timeout.as_secs_f64())
}

/// Signals as Go's runtime, in which Lambda's own is written, spells them.
fn signal_name(number: i32) -> String {
    use rustix::process::Signal;
    let name = match Signal::from_named_raw(number) {
        Some(Signal::HUP) => "hangup",
        Some(Signal::INT) => "interrupt",
        Some(Signal::QUIT) => "quit",
        Some(Signal::ILL) => "illegal instruction",
        Some(Signal::TRAP) => "trace/breakpoint trap",
        Some(Signal::ABORT) => "aborted",
        Some(Signal::BUS) => "bus error",
        Some(Signal::FPE) => "floating point exception",
        Some(Signal::KILL) => "killed",
        Some(Signal::USR1) => "user defined signal 1",
        Some(Signal::SEGV) => "segmentation fault",
        Some(Signal::USR2) => "user defined signal 2",
        Some(Signal::PIPE) => "broken pipe",
        Some(Signal::ALARM) => "alarm clock",
        Some(Signal::TERM) => "terminated",
        _ => return format!("signal {number}"),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(end: End) -> String {
        Failure::exited("ID", end).error_message
    }

    #[test]
    fn texts_are_the_recorded_ones() {
        assert_eq!(
            Failure::timed_out("ID", Duration::from_secs(3)).payload(),
            br#"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: ID Error: Task timed out after 3.00 seconds"}"#
        );
        assert_eq!(
            message(End::Exit { status: 127 }),
            "RequestId: ID Error: Runtime exited with error: exit status 127"
        );
        assert_eq!(message(End::Exit { status: 0 }), "RequestId: ID Error: Runtime exited without providing a reason");
        assert_eq!(
            message(End::Signal { number: 9 }),
            "RequestId: ID Error: Runtime exited with error: signal: killed"
        );
        assert_eq!(
            Failure::invalid_entrypoint("ID", "/var/task/bootstrap", 13).error_message,
            "RequestId: ID Error: fork/exec /var/task/bootstrap: permission denied"
        );
    }
}
