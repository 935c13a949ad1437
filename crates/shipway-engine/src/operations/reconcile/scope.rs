//! Which targets are reconciled: those of a checkout's environment, or all that a store knows.

use std::time::Duration;

use shipway_core::ledger::{Head as TargetHead, TargetRules};
use shipway_core::names::{Serving, Target};
use shipway_core::plan::{CreateAlias, DriftRule, UnqualifiedRule};
use shipway_core::store_layout;

use super::super::deployed::{NamedHead, named_heads};
use crate::OperationError;
use crate::context::{Assignment, Environment, Patience, Ports};

/// For how long a target that somebody holds is waited for: longer than a lease, so that one whose holder died is taken
/// over, and no longer, since the next run comes anyway.
const PATIENCE: Duration = Duration::from_secs(90);

/// One target to be reconciled.
#[derive(Debug, Clone)]
pub struct ReconcileTarget {
    /// Where, and under which rules: what is recorded wins over these where there is no checkout.
    pub assignment: Assignment,
    /// What to do about code that somebody else put there.
    pub on_drift: DriftRule,
    /// Whose rules hold.
    pub rules: RulesFrom,
}

/// Whose rules hold for a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RulesFrom {
    /// The checkout's.
    Checkout,
    /// Those that were recorded with what is held or runs.
    Record,
}

impl ReconcileTarget {
    /// The assignment and the rule for drift under these recorded rules, where those hold.
    pub(super) fn under(&self, recorded: Option<&TargetRules>) -> (Assignment, DriftRule) {
        match (self.rules, recorded) {
            (RulesFrom::Record, Some(rules)) => (self.assignment.clone().under(rules), rules.on_drift),
            _ => (self.assignment.clone(), self.on_drift),
        }
    }
}

/// The targets of an environment's functions.
#[must_use]
pub fn of_environment(environment: &Environment) -> Vec<ReconcileTarget> {
    let of = |function| {
        let assignment = Assignment::of(environment, function);
        let patience = Patience { target: PATIENCE, ..assignment.patience };
        ReconcileTarget {
            assignment: Assignment { patience, ..assignment },
            on_drift: environment.on_drift,
            rules: RulesFrom::Checkout,
        }
    };
    environment.functions.iter().map(of).collect()
}

/// Every target that has a head in the store.
///
/// # Errors
/// When the store cannot be listed, or a head cannot be read.
pub async fn of_store(ports: &Ports<'_>) -> Result<Vec<ReconcileTarget>, OperationError> {
    let heads = named_heads(ports, &store_layout::all_heads()).await?;
    let of = |NamedHead { project, environment, name, head }| {
        let assignment = Assignment {
            project,
            environment,
            name,
            target: target_of(&head)?,
            create_alias: CreateAlias::Wait,
            unqualified: UnqualifiedRule::Refuse,
            on_unknown: shipway_core::contract::UnknownRule::Hold,
            patience: Patience { target: PATIENCE, ..Patience::default() },
        };
        Some(ReconcileTarget { assignment, on_drift: DriftRule::Report, rules: RulesFrom::Record })
    };
    Ok(heads.into_iter().filter_map(of).collect())
}

fn target_of(head: &TargetHead) -> Option<Target> {
    let serving = match &head.alias {
        Some(alias) => Serving::Alias(alias.parse().ok()?),
        None => Serving::Latest,
    };
    Some(Target {
        account: head.account.clone(),
        region: head.region.clone(),
        function: head.function_name.clone(),
        serving,
    })
}
