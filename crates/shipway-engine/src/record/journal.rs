//! The journal of one deployment: steps before and after they run, and signs of life.
//!
//! Only the deployment itself writes here, so an entry that "exists" under the next number is its own from a lost
//! reply. An entry that cannot be written stops the step that it announces.

use futures::lock::Mutex;
use shipway_core::ledger::{JOURNAL_VERSION, JournalEntry, Note};
use shipway_core::names::{DeploymentId, Target};
use shipway_core::store_layout::{self, StorePrefix};

use crate::context::Ports;
use crate::ports::{Created, StoreError, StoreErrorKind};

const ATTEMPTS: u32 = 4;

/// An open journal.
#[derive(Debug)]
pub(crate) struct Journal {
    entries: StorePrefix,
    /// The number of the last entry. The lock keeps a renewal and a step from taking the same number.
    last: Mutex<u64>,
}

impl Journal {
    /// The journal of a new deployment.
    #[must_use]
    pub(crate) fn begin(target: &Target, deployment: &DeploymentId) -> Self {
        Self { entries: store_layout::journal(target, deployment), last: Mutex::new(0) }
    }

    /// Appends what `notes` tell.
    ///
    /// # Errors
    /// When the store does not take it.
    pub(crate) async fn append(&self, ports: &Ports<'_>, notes: Vec<Note>) -> Result<(), StoreError> {
        let mut last = self.last.lock().await;
        let entry = JournalEntry {
            version: JOURNAL_VERSION,
            number: *last + 1,
            nonce: ports.entropy.nonce(),
            at: ports.clock.now(),
            notes,
        };
        let bytes = serde_json::to_vec(&entry).expect("a journal entry always has a JSON form");
        let key = self.entries.numbered(entry.number);
        let mut attempt = 1;
        loop {
            match ports.store.create(&key, &bytes).await {
                Ok(Created::Created | Created::Exists) => break,
                Err(error) if error.kind == StoreErrorKind::Unknown && attempt < ATTEMPTS => attempt += 1,
                Err(error) => return Err(error),
            }
        }
        *last = entry.number;
        Ok(())
    }
}
