//! The head: a small mutable summary of a target for `status` and for provisioning tools.
//!
//! It carries the number of the ledger entry that it reflects, never goes back, and can be rebuilt from the ledger.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{BuildReference, Hold, Running, State};
use crate::digest::EntryDigest;
use crate::names::{AccountId, DeploymentId, FunctionName, Region, Serving, Target};

/// The current version of the head's format.
pub const HEAD_VERSION: u32 = 1;

/// The head of one target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The format's version.
    pub version: u32,
    /// The number of the entry that it reflects.
    pub ledger_number: u64,
    /// That entry's digest: an edit of the newest entry shows here.
    pub ledger_entry: EntryDigest,
    /// The account.
    pub account: AccountId,
    /// The region.
    pub region: Region,
    /// The function's name there.
    pub function_name: FunctionName,
    /// The alias, or `None` for `$LATEST`.
    pub alias: Option<String>,
    /// What it should serve.
    pub wanted: Option<BuildReference>,
    /// The artifact that it should serve, relative to the store, for a tool that creates the function.
    pub wanted_artifact_key: Option<String>,
    /// What it does serve.
    pub running: Option<Running>,
    /// The deployment that waits for provisioning.
    pub hold: Option<Hold>,
    /// The deployment that is under way.
    pub deploying: Option<DeploymentId>,
    /// When the entry was written.
    pub at: Timestamp,
}

impl Head {
    /// The head that reflects this entry.
    #[must_use]
    pub fn reflecting(target: &Target, number: u64, entry: EntryDigest, at: Timestamp, state: &State) -> Self {
        Self {
            version: HEAD_VERSION,
            ledger_number: number,
            ledger_entry: entry,
            account: target.account.clone(),
            region: target.region.clone(),
            function_name: target.function.clone(),
            alias: match &target.serving {
                Serving::Alias(alias) => Some(alias.to_string()),
                Serving::Latest => None,
            },
            wanted: state.wanted.clone(),
            wanted_artifact_key: state
                .wanted
                .as_ref()
                .map(|wanted| crate::store_layout::artifact(&wanted.artifact).as_str().to_owned()),
            running: state.running.clone(),
            hold: state.hold.clone(),
            deploying: state.holder.as_ref().map(|holder| holder.claim.deployment.clone()),
            at,
        }
    }
}
