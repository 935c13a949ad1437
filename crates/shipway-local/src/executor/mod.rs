//! Functions as processes: an invocation goes in, the function's answer and its log come out.
//!
//! [`Executor`] keeps a bounded pool of *environments*. An environment is one process that runs a function's code and
//! asks for its events over the Lambda Runtime API, served to it on a port of its own; it handles one invocation at a
//! time. Every process lives under a supervisor (`crate::supervisor`), which ends it when this process ends.
//!
//! A process is neither a micro-VM nor a sandbox: it may read and write what its user may. This room knows nothing of
//! the control plane, of versions and aliases, or of zips: it is given a folder.

mod answer;
mod bootstraps;
mod command;
mod dispatch;
mod environment;
mod interpreter;
mod invocation;
mod java_client;
mod java_command;
mod layers;
mod log;
mod pool;
mod probe;
mod process;
mod runtime;
mod runtime_api;
mod settings;
mod trace;
mod variables;

pub use dispatch::Executor;
pub use invocation::{Invocation, Outcome};
pub use settings::ExecutorSettings;
