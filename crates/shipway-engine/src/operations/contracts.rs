//! Contracts to be shown and compared: of the sources as they are, and of builds that the ledgers know. Reads only.

use std::collections::BTreeMap;

use shipway_core::contract::Contract;
use shipway_core::ledger::{BuildReference, Present, State};
use shipway_core::names::LogicalName;

use super::build::{contract_of, distinct, failed, look_at_all};
use super::consider::ledger_of;
use crate::OperationError;
use crate::at_once::at_once;
use crate::context::{Environment, Ports};
use crate::record::require_record;

/// The contract of each function's sources as they are, without a build.
///
/// # Errors
/// When the inputs of one cannot be looked at.
pub async fn source_contracts(
    ports: &Ports<'_>,
    environment: &Environment,
) -> Result<BTreeMap<LogicalName, Contract>, OperationError> {
    let (_, sources) = look_at_all(ports, environment).await;
    let mut contracts = BTreeMap::new();
    for order in distinct(environment) {
        let source = sources.of(&order.function).map_err(|error| failed(&order.function, error))?;
        contracts.insert(order.function.clone(), contract_of(ports, order, &source).await);
    }
    Ok(contracts)
}

/// A build that a ledger knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownBuild {
    /// The function.
    pub function: LogicalName,
    /// The build.
    pub build: BuildReference,
    /// What it is to its target.
    pub role: BuildRole,
}

/// What a build is to a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BuildRole {
    /// It runs.
    Running,
    /// It is wanted, and something else runs.
    Wanted,
    /// It ran before, or was rolled back from.
    Earlier,
}

/// Every build that the ledgers of the environment's targets know, the newest of each target first.
///
/// # Errors
/// When a ledger cannot be read.
pub async fn known_builds(ports: &Ports<'_>, environment: &Environment) -> Result<Vec<KnownBuild>, OperationError> {
    let reads = environment.functions.iter().map(|function| async move {
        let present = ledger_of(environment, function).present(ports).await?;
        Ok(present.as_ref().map(Present::state).map(|state| of_state(function.name.function(), state)))
    });
    let known: Vec<Result<Option<Vec<KnownBuild>>, OperationError>> = at_once(environment.concurrency, reads).await;
    let known: Result<Vec<Option<Vec<KnownBuild>>>, OperationError> = known.into_iter().collect();
    Ok(known?.into_iter().flatten().flatten().collect())
}

fn of_state(function: &LogicalName, state: &State) -> Vec<KnownBuild> {
    let known = |build: &BuildReference, role| KnownBuild { function: function.clone(), build: build.clone(), role };
    let running = state.running.as_ref().map(|running| &running.build);
    let wanted = state.wanted.as_ref().filter(|wanted| Some(*wanted) != running);
    let earlier = state.succeeded.iter().rev().map(|success| &success.build);
    let rejected = state.rejected.iter().map(|rejection| &rejection.build);
    let mut found: Vec<KnownBuild> = running.into_iter().map(|build| known(build, BuildRole::Running)).collect();
    found.extend(wanted.map(|build| known(build, BuildRole::Wanted)));
    for build in earlier.chain(rejected) {
        if !found.iter().any(|known| known.build.build == build.build) {
            found.push(known(build, BuildRole::Earlier));
        }
    }
    found
}

/// The contract of a build, from its record.
///
/// # Errors
/// When the record is not in the store, or cannot be read.
pub async fn recorded_contract(ports: &Ports<'_>, build: &BuildReference) -> Result<Contract, OperationError> {
    Ok(require_record(ports, build).await?.contract)
}
