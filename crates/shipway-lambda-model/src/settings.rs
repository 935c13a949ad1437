//! What a user of the model may choose: where it is, how long things take, how many calls it takes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{name::Home, time::Milliseconds};

/// How long transitions take. None is zero by default: a deployer that skips a wait must meet the state it skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delays {
    /// Pending → Active after CreateFunction.
    pub create: Milliseconds,
    /// InProgress → Successful after an update, and Pending → Active of a version that the update published.
    pub update: Milliseconds,
    /// Pending → Active after PublishVersion of a function with SnapStart.
    pub snapshot: Milliseconds,
    /// Pending → Active after PublishVersion of a plain zip. AWS was recorded to answer Active at once, hence zero;
    /// a test that wants a deployer to wait sets more.
    pub publish: Milliseconds,
}

impl Default for Delays {
    fn default() -> Self {
        Self { create: 400, update: 250, snapshot: 1_500, publish: 0 }
    }
}

/// Calls per second, per account and region. AWS's figures are the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Throttle {
    /// GetFunction.
    pub get_function: u32,
    /// GetPolicy.
    pub get_policy: u32,
    /// All other calls together, Invoke excepted.
    pub others: u32,
}

impl Default for Throttle {
    fn default() -> Self {
        Self { get_function: 100, get_policy: 15, others: 15 }
    }
}

/// What UpdateFunctionCode does with the architecture when `Architectures` is not sent. AWS's documentation says that
/// x86_64 is the default, experience that the current one stays; neither was recorded, so a test can try both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum OmittedArchitectures {
    /// It stays.
    #[default]
    Keep,
    /// It becomes x86_64.
    Reset,
}

/// Everything that may be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Account and region.
    pub home: Home,
    /// How long transitions take.
    pub delays: Delays,
    /// The rates to enforce, if any.
    pub throttle: Option<Throttle>,
    /// See [`OmittedArchitectures`].
    pub omitted_architectures: OmittedArchitectures,
    /// KMS keys, by ARN, with which no caller may decrypt: variables that are encrypted with one are not shown. Functions
    /// themselves go on getting them.
    pub sealed_keys: BTreeSet<String>,
}

impl Settings {
    /// The defaults for an account and a region: delays, no throttle.
    pub fn new(account: impl Into<String>, region: impl Into<String>) -> Self {
        Self {
            home: Home { account: account.into(), region: region.into() },
            delays: Delays::default(),
            throttle: None,
            omitted_architectures: OmittedArchitectures::default(),
            sealed_keys: BTreeSet::new(),
        }
    }
}
