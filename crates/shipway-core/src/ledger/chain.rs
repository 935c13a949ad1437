//! Reading the chain: is it whole, and what is true now?

use super::{ENTRY_VERSION, Entry, State, fold};
use crate::digest::EntryDigest;

/// A ledger that may not be built upon.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// An entry is not what an entry looks like.
    #[error("ledger entry {number} is damaged: {reason}")]
    Damaged {
        /// Its number.
        number: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// An entry was changed, or one before it is missing or was changed.
    #[error("ledger entry {number} was edited, or the one after it does not belong to it: {reason}")]
    Edited {
        /// Its number.
        number: u64,
        /// How that shows.
        reason: String,
    },
    /// A newer Shipway wrote it.
    #[error("ledger entry {number} has format {version}; this Shipway knows {ENTRY_VERSION}: it needs a newer Shipway")]
    Newer {
        /// Its number.
        number: u64,
        /// Its format.
        version: u32,
    },
}

/// What the newest entry says, and what the next one must name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// The newest entry.
    pub entry: Entry,
    /// Its digest.
    pub digest: EntryDigest,
    /// Whether the head reflects it.
    pub head: HeadState,
}

/// How the head lies to the newest entry. Whoever was killed between the two leaves it behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadState {
    /// It reflects that entry.
    Current,
    /// It reflects an older one, or is missing.
    Behind,
}

impl Present {
    /// The state now.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.entry.state
    }
}

/// Reads the newest entry (number and bytes), checked against the one before it and against what a head remembers.
///
/// # Errors
/// When an entry is damaged, edited or newer than this program.
pub fn read_present(
    newest: (u64, &[u8]),
    before: Option<(u64, &[u8])>,
    remembered: Option<(u64, EntryDigest)>,
) -> Result<Present, ChainError> {
    let (number, bytes) = newest;
    let entry = parse(number, bytes)?;
    let digest = EntryDigest::of(bytes);
    let previous = before.map(|(number, bytes)| parse(number, bytes).map(|entry| (entry, EntryDigest::of(bytes))));
    check_link(previous.transpose()?.as_ref(), &entry)?;
    match remembered {
        Some((remembered, expected)) if remembered == number && expected != digest => {
            Err(ChainError::Edited { number, reason: "the head remembers other bytes".to_owned() })
        }
        Some((remembered, _)) if remembered > number => Err(ChainError::Edited {
            number: remembered,
            reason: format!("the head reflects entry {remembered}, but the newest is {number}"),
        }),
        Some((remembered, _)) if remembered == number => Ok(Present { entry, digest, head: HeadState::Current }),
        _ => Ok(Present { entry, digest, head: HeadState::Behind }),
    }
}

/// Reads and checks a whole ledger, oldest first.
///
/// # Errors
/// At the first entry that is damaged, edited or newer than this program.
pub fn verify_history(entries: &[(u64, Vec<u8>)]) -> Result<Vec<Entry>, ChainError> {
    let mut verified: Vec<Entry> = Vec::with_capacity(entries.len());
    let mut previous: Option<(Entry, EntryDigest)> = None;
    for (number, bytes) in entries {
        let entry = parse(*number, bytes)?;
        check_link(previous.as_ref(), &entry)?;
        previous = Some((entry.clone(), EntryDigest::of(bytes)));
        verified.push(entry);
    }
    Ok(verified)
}

fn parse(number: u64, bytes: &[u8]) -> Result<Entry, ChainError> {
    // The version is read by itself first: a newer format need not have the rest of today's shape.
    let damaged = |error: serde_json::Error| ChainError::Damaged { number, reason: error.to_string() };
    #[derive(serde::Deserialize)]
    struct Versioned {
        version: u32,
    }
    let Versioned { version } = serde_json::from_slice(bytes).map_err(damaged)?;
    if version > ENTRY_VERSION {
        return Err(ChainError::Newer { number, version });
    }
    let entry: Entry = serde_json::from_slice(bytes).map_err(damaged)?;
    if entry.number != number {
        return Err(ChainError::Edited { number, reason: format!("it says that it is entry {}", entry.number) });
    }
    Ok(entry)
}

fn check_link(previous: Option<&(Entry, EntryDigest)>, entry: &Entry) -> Result<(), ChainError> {
    let edited = |number: u64, reason: &str| Err(ChainError::Edited { number, reason: reason.to_owned() });
    let state = match previous {
        None if entry.number == 1 && entry.previous.is_none() => None,
        None => return edited(entry.number.saturating_sub(1), "it is missing"),
        Some((before, digest)) => {
            if before.number + 1 != entry.number {
                return edited(before.number + 1, "it is missing");
            }
            if entry.previous != Some(*digest) {
                return edited(before.number, "the next entry names other bytes");
            }
            Some(&before.state)
        }
    };
    match fold(state, &entry.event, &entry.writer, entry.at) {
        Ok(folded) if folded == entry.state => Ok(()),
        Ok(_) => edited(entry.number, "its state does not follow from its event"),
        Err(illegal) => edited(entry.number, &illegal.to_string()),
    }
}
