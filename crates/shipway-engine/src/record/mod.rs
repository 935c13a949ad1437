//! Recording: the ledger of a target, the journal of a deployment, and holding a target by both.

mod holding;
mod journal;
mod target_ledger;

pub(crate) use holding::{AsyncJudge, Holding, StandIn, wait_until_free};
pub(crate) use journal::Journal;
pub(crate) use target_ledger::{AppendError, TargetLedger};
