//! What the executor may use and how much of it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// Settings of an [`Executor`](super::Executor).
#[derive(Debug, Clone)]
pub struct ExecutorSettings {
    /// The program and its leading arguments that call [`supervise`](crate::supervisor::supervise). The program is an
    /// absolute path.
    pub supervisor: Vec<OsString>,
    /// An absolute path: a folder for the clients that are part of this crate and for the processes' private folders. Created when
    /// missing. Several executors, also of several processes, may share it.
    pub scratch: PathBuf,
    /// How many processes may exist at once, busy and idle together. A further invocation waits.
    pub maximum_environments: usize,
    /// How many invocations of one function may run at once. Further ones wait.
    pub maximum_environments_per_function: usize,
    /// How much of the output of one invocation is kept: the beginning and the end.
    pub maximum_log_bytes: usize,
    /// After how long without an invocation a process is ended.
    pub idle_time: Duration,
    /// How long a process may take until it asks for its first event. On AWS it is 10 s, and a second attempt then has
    /// the function's own timeout; here there is one attempt, which may take both.
    pub initialization_time: Duration,
    /// Interpreters to use whatever is on the search path: identifier of the runtime to program.
    pub interpreters: BTreeMap<String, PathBuf>,
    /// Where interpreters are looked for, in the form of `PATH`.
    pub search_path: OsString,
    /// Where Lambda's Java client is kept, an absolute path. The first Java function has Maven fetch it. Several
    /// executors, also of several processes, may share it.
    pub java_client: PathBuf,
    /// What Maven gets to see of the caller's environment, beside the search path.
    pub tool_environment: BTreeMap<OsString, OsString>,
}

impl ExecutorSettings {
    /// The defaults. `search_path` is the caller's `PATH`: functions do not get it, interpreters are found by it.
    pub fn new(supervisor: Vec<OsString>, scratch: PathBuf, search_path: OsString) -> ExecutorSettings {
        ExecutorSettings {
            supervisor,
            java_client: scratch.join("java-client"),
            tool_environment: BTreeMap::new(),
            scratch,
            maximum_environments: 32,
            maximum_environments_per_function: 16,
            maximum_log_bytes: 1024 * 1024,
            idle_time: Duration::from_secs(300),
            initialization_time: Duration::from_secs(10),
            interpreters: BTreeMap::new(),
            search_path,
        }
    }
}
