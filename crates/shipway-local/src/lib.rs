//! The embedded Lambda: the model over HTTP, its state folder, and functions as processes.
//!
//! [`LocalLambda::open`] opens a state folder, [`serve`] offers it on a loopback address, [`LocalLambda::shutdown`] ends
//! it and every function process. [`find_serving`] tells whether another process serves a folder; any number may have
//! one open, for each change is made under a lock.
//!
//! It knows nothing of deployments. What Lambda answers is decided by `shipway-lambda-model`; here are the bytes, the
//! disk, the clock, the sockets and the processes.

mod code_store;
mod entropy;
pub mod executor;
mod function_logs;
mod local_lambda;
mod objects;
mod observer;
mod server;
mod serving;
mod settings;
mod state_folder;
pub mod supervisor;

pub use function_logs::function_log;
pub use local_lambda::LocalLambda;
pub use observer::{Decided, Decision, InjectedFault, Moment, ObservedCall, Observer};
pub use server::{Announce, ServeError, Server, serve};
pub use serving::{Serving, find_serving};
pub use settings::{LocalSettings, ObjectFolder, ObjectSources};
pub use shipway_lambda_model::{Delays, Throttle};
pub use state_folder::StateError;
