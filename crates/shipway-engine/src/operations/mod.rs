//! The operations: what a user can ask for.
//!
//! `consider` looks and plans without writing to AWS or the ledger; the other files carry plans out, or show.

mod adopt;
mod build;
mod consider;
mod contracts;
mod deploy;
mod deployed;
mod explanation;
mod history;
mod invoke;
mod layers;
mod one_build_each;
mod outcome;
mod reconcile;
mod release;
mod rollback;
mod shared_builds;
mod status;
mod target_deployment;

pub use adopt::adopt;
pub use build::{BuiltFunction, Made, build_all};
pub use consider::{Consideration, Considered, DeployOptions, First, Prepared, Provisioning, check_account, prepare};
pub use contracts::{BuildRole, KnownBuild, known_builds, recorded_contract, source_contracts};
pub use deploy::deploy;
pub use deployed::deployed;
pub use explanation::{Because, Explanation, Miss};
pub use history::{FunctionHistory, history};
pub use invoke::invoke;
pub use layers::{Attachment, LayerOutcome, LayerReport, LayerStatus, attach_published, list_layers, publish_layers};
pub use outcome::{FunctionReport, Outcome, RunReport};
pub use reconcile::{
    ReconcileOptions, ReconcileTarget, cancel, of_environment, of_store, reconcile, wait_for_provisioning,
};
pub use release::last_changed;
pub use rollback::rollback;
pub use status::{FunctionStatus, LiveSummary, status};
