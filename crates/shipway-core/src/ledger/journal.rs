//! The journal of one deployment: its steps, before and after, and its signs of life.
//!
//! Only the deployment itself writes here. Others read it to learn whether the holder still lives; people read it to
//! learn what a deployment did.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::names::Nonce;
use crate::step::{Step, StepOutcome};

/// The current version of the journal's format.
pub const JOURNAL_VERSION: u32 = 1;

/// One entry of a journal. What ended and what begins share one entry: half the writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// The format's version.
    pub version: u32,
    /// Its number; the first is 1.
    pub number: u64,
    /// By which its writer knows it again.
    pub nonce: Nonce,
    /// When it was written.
    pub at: Timestamp,
    /// What it tells.
    pub notes: Vec<Note>,
}

/// One fact in a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "note", rename_all = "kebab-case")]
pub enum Note {
    /// A step is about to run.
    Starting {
        /// The step.
        step: Step,
    },
    /// A step is done.
    Done {
        /// What came of it.
        outcome: StepOutcome,
    },
    /// The world moved; what follows is planned anew.
    PlanningAgain {
        /// What moved.
        reason: String,
    },
    /// The holder lives.
    Renewed,
}
