//! The ledger of a target: what ran there, when, by whom and why, in a chain of entries that only grows.
//!
//! Creating entry n+1 is the compare-and-swap by which two deployments are kept apart. Each entry carries the
//! state folded up to it, so that the present is one read, and the BLAKE3 of the entry before, so that an edited or
//! missing entry shows. Nothing here reads or writes a store.

mod chain;
mod entry;
mod head;
mod journal;
mod state;

pub use chain::{ChainError, HeadState, Present, read_present, verify_history};
pub use entry::{
    Acceptance, BlockedRuntimes, BuildReference, Claim, ENTRY_VERSION, Entry, Event, HoldReason, HoldTerms, Intent,
    ReleaseReason, RollbackMethod, Running, TakeOver, TargetRules, Writer,
};
pub use head::{HEAD_VERSION, Head};
pub use journal::{JOURNAL_VERSION, JournalEntry, Note};
pub use state::{Hold, Holder, IllegalEvent, Rejection, SUCCESSES_KEPT, State, fold};
