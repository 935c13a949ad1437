//! Recording: the ledger of a target, the journal of a deployment, and holding a target by both.

mod build_records;
mod by_content;
mod holding;
mod journal;
mod target_ledger;

pub(crate) use build_records::{find_record, require_record};
pub(crate) use by_content::{create_record, put_artifact};
pub(crate) use holding::{AsyncJudge, Holding, StandIn, wait_until_free};
pub(crate) use journal::Journal;
pub(crate) use target_ledger::{AppendError, TargetLedger};
