//! Creating functions, which nobody else does on a laptop. Only a local environment has this port.

use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;
use shipway_core::names::{Architecture, FunctionName, Handler, Runtime};

use super::{CallError, CodeSource};

/// A function as the contract and the local configuration describe it.
#[derive(Clone, PartialEq, Eq)]
pub struct NewFunction {
    /// Its name.
    pub function: FunctionName,
    /// Its runtime.
    pub runtime: Runtime,
    /// Its handler.
    pub handler: Handler,
    /// The host's processor.
    pub architecture: Architecture,
    /// In MB.
    pub memory_megabytes: u32,
    /// In seconds.
    pub timeout_seconds: u32,
    /// Its variables. Values may be secrets: this type's `Debug` shows the names alone.
    pub environment: BTreeMap<String, String>,
    /// The layer versions that it is to have, by ARN.
    pub layers: Vec<String>,
    /// Its first code.
    pub code: CodeSource,
}

impl fmt::Debug for NewFunction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("NewFunction")
            .field("function", &self.function)
            .field("runtime", &self.runtime)
            .field("environment", &self.environment.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// The embedded Lambda's own extra: provisioning.
#[async_trait(?Send)]
pub trait Provisioner {
    /// Creates the function (and waits until it is active), or brings an existing one's configuration in line
    /// (variables, memory, timeout, runtime, handler, layers) and waits for that. Code of an existing function is left alone.
    async fn provision(&self, function: &NewFunction) -> Result<(), CallError>;
}
