//! What happened to a target: its ledger, oldest first, checked.

use shipway_core::ledger::Entry;
use shipway_core::target_name::TargetName;

use super::consider::ledger_of;
use crate::OperationError;
use crate::context::{Environment, Ports};

/// The history of one function.
#[derive(Debug)]
pub struct FunctionHistory {
    /// The function.
    pub function: TargetName,
    /// Its entries, oldest first; or why they cannot be believed.
    pub entries: Result<Vec<Entry>, OperationError>,
}

/// Reads the ledgers of every function of `environment`. No AWS call but to the store.
pub async fn history(ports: &Ports<'_>, environment: &Environment) -> Vec<FunctionHistory> {
    let mut histories = Vec::with_capacity(environment.functions.len());
    for function in &environment.functions {
        let entries = ledger_of(environment, function).history(ports).await;
        histories.push(FunctionHistory { function: function.name.clone(), entries });
    }
    histories
}
