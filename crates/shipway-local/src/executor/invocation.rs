//! What goes into the executor and what comes out of it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// One event for one version of a function, with everything that is needed to run it.
pub struct Invocation {
    pub function_name: String,
    /// `$LATEST` or a number.
    pub version: String,
    /// As the caller named it: with the alias, when it came by way of one.
    pub invoked_arn: String,
    /// The unpacked package, an absolute path. Read, never written; processes start in it.
    pub code_folder: PathBuf,
    /// The unpacked layers, absolute paths, in the order in which Lambda would unpack them over one another into `/opt`:
    /// of two files with one name the later counts. Read, never written.
    pub layers: Vec<PathBuf>,
    pub code_sha256: String,
    /// Changes whenever the function's configuration does. Processes of another revision are not used again.
    pub revision: String,
    /// An identifier of Lambda's, such as `python3.13`.
    pub runtime: String,
    pub handler: String,
    /// Told to the function and reported; not enforced. A limit on address space would be the only one an ordinary
    /// user can set, and it stops runtimes that reserve gigabytes (Node, Go, the JVM) and use a few megabytes of them.
    pub memory_megabytes: u32,
    pub timeout: Duration,
    /// The function's own variables.
    pub environment: BTreeMap<String, String>,
    pub account: String,
    pub region: String,
    pub payload: Vec<u8>,
    /// JSON, or the Base64 of it that travels in `X-Amz-Client-Context`.
    pub client_context: Option<String>,
    pub request_id: String,
    pub trace_id: String,
}

/// Leaves out the payload and the values of variables: neither belongs into a log of ours.
impl fmt::Debug for Invocation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Invocation")
            .field("function_name", &self.function_name)
            .field("version", &self.version)
            .field("runtime", &self.runtime)
            .field("handler", &self.handler)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

/// What Invoke answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The function's answer as it gave it, JSON or not, or the description of an error.
    pub payload: Vec<u8>,
    /// `X-Amz-Function-Error`: `Unhandled` for every failure, absent otherwise.
    pub function_error: Option<String>,
    /// What the function wrote, between Lambda's START, END and REPORT lines. At most
    /// [`ExecutorSettings::maximum_log_bytes`](super::ExecutorSettings) of it, with a remark when something was left out.
    pub log: Vec<u8>,
}
