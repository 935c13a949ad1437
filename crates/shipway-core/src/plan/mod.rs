//! From what is wanted and what was observed to what is to be done: pure functions to a plan.
//!
//! A plan is shown, confirmed, recorded and carried out as it stands. There are no choices left in it, and nothing
//! here acts.

mod decision;
mod deployment;
mod drift;
mod layers;
mod refusal;
mod rollback;
mod sameness;

pub use decision::{Ancestry, Decision, Live, LiveServing, NothingBecause, Plan, TargetPlan};
pub use deployment::{
    Again, CreateAlias, Fence, Observation, Order, Refresh, Restore, Rules, RuntimeDays, Switch, UnqualifiedRule, Wish,
    plan_deployment,
};
pub use drift::{Drift, DriftRule, Errand, RecordedVersion, drift, errand};
pub use layers::layers_warning;
pub use refusal::Refusal;
pub use rollback::{NoRollback, RollbackPlan, RollbackTo, choose_rollback, plan_rollback};
pub use sameness::{Evidence, PendingConfiguration, Wanted, serves_already};
