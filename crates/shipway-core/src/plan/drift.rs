//! What somebody else did to a target, and what `reconcile` has to do about it.
//!
//! | what is seen | drift | then |
//! |---|---|---|
//! | a hold | – | finish it, once nothing is missing |
//! | the recorded version is gone, and the function runs other code | recreated | put there what is wanted |
//! | the function or its alias is gone | gone | report |
//! | the alias is on another version than was recorded | alias moved | report; `--restore` puts it back |
//! | callers of `$LATEST` reach other code than was recorded | serving other code | report, or restore (`on_drift`) |
//! | `$LATEST` behind the alias holds code that Shipway did not leave there | code replaced | report, or restore (`on_drift`) |
//! | `$LATEST`'s configuration differs from the one behind the alias | – | publish it, if the running build can live with it |
//! | none of these | – | nothing |

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Live, LiveServing, PendingConfiguration, Restore};
use crate::ledger::State;
use crate::names::{Serving, Target, Version};

/// What to do about code that somebody else put on a function.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DriftRule {
    /// Say so.
    #[default]
    Report,
    /// Put back what was there.
    Restore,
}

/// What disagrees between the ledger and Lambda.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Drift {
    /// The function is gone.
    FunctionGone,
    /// The function was made anew: the version that was recorded is gone, and other code runs.
    Recreated {
        /// The version that is gone.
        version: Version,
    },
    /// The alias is gone, and with it the way to the version that Shipway put there.
    AliasGone,
    /// The alias is not where Shipway put it.
    AliasMoved {
        /// Where Shipway put it.
        recorded: Version,
        /// Where it is.
        found: Version,
    },
    /// Callers of `$LATEST` reach other code than was recorded.
    ServingOtherCode {
        /// Since when, as Lambda spells it.
        since: Option<String>,
    },
    /// `$LATEST` holds other code; callers of the alias do not meet it.
    CodeReplaced {
        /// Since when, as Lambda spells it.
        since: Option<String>,
    },
}

impl fmt::Display for Drift {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (text, since) = match self {
            Self::FunctionGone => ("the function is gone".to_owned(), None),
            Self::Recreated { version } => {
                (format!("the function was made anew: version {version}, which Shipway put there, is gone"), None)
            }
            Self::AliasGone => ("the alias is gone: its callers reach nothing".to_owned(), None),
            Self::AliasMoved { recorded, found } => {
                (format!("Shipway put the alias on version {recorded}, and it is on version {found}"), None)
            }
            Self::ServingOtherCode { since } => {
                ("callers reach other code than Shipway put there".to_owned(), since.as_deref())
            }
            Self::CodeReplaced { since } => (
                "$LATEST holds other code than Shipway put there (callers of the alias do not meet it)".to_owned(),
                since.as_deref(),
            ),
        };
        formatter.write_str(&text)?;
        match since {
            Some(since) => write!(formatter, ", since {since}"),
            None => Ok(()),
        }
    }
}

/// What disagrees with a ledger of which something runs. `recorded` tells whether the version that it says runs is still
/// there. What is under way disagrees for a while: that is not to be asked then.
#[must_use]
pub fn drift(target: &Target, state: &State, live: Option<&Live>, recorded: RecordedVersion) -> Option<Drift> {
    let running = state.running.as_ref()?;
    let Some(live) = live else { return Some(Drift::FunctionGone) };
    let expected = running.build.artifact.code_sha256();
    let latest_differs = live.function.code_sha256 != expected;
    let since = || live.function.last_modified.clone();
    match (&target.serving, &live.serving) {
        (Serving::Latest, _) => latest_differs.then(|| Drift::ServingOtherCode { since: since() }),
        (Serving::Alias(_), serving) => {
            let found = match serving {
                LiveServing::Alias { alias, .. } => alias.version,
                LiveServing::AliasAbsent | LiveServing::Latest => Version::Latest,
            };
            if recorded == RecordedVersion::Gone {
                return Some(Drift::Recreated { version: running.lambda_version });
            }
            if *serving == LiveServing::AliasAbsent {
                return Some(Drift::AliasGone);
            }
            if found != running.lambda_version {
                return Some(Drift::AliasMoved { recorded: running.lambda_version, found });
            }
            let replaced = latest_differs && !left_by_shipway(state, &live.function.code_sha256);
            replaced.then(|| Drift::CodeReplaced { since: since() })
        }
    }
}

/// Whether this code is on `$LATEST`, out of callers' reach, because Shipway left it there: a rollback moves the alias alone,
/// and a deployment may fail after it sent its code.
fn left_by_shipway(state: &State, code_sha256: &str) -> bool {
    let rejected = state.rejected.iter().map(|rejection| &rejection.build);
    rejected.chain(&state.wanted).any(|build| build.artifact.code_sha256() == code_sha256)
}

/// Whether the version that the ledger says runs still exists with the code that was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordedVersion {
    /// It does (or it is `$LATEST`).
    There,
    /// It does not.
    Gone,
}

/// What `reconcile` has to do for one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Errand {
    /// Finish what is held.
    FinishHold,
    /// Put there what is wanted: the function was made anew, or its code was replaced and is to be restored.
    Restore {
        /// What disagrees.
        drift: Drift,
    },
    /// Bring the configuration of `$LATEST` to the callers of the alias.
    BringConfiguration,
    /// Say what disagrees, and leave it.
    Report {
        /// What disagrees.
        drift: Drift,
    },
    /// Nothing.
    Nothing,
}

/// What has to be done for a target in this state. Asked only while nobody holds it.
#[must_use]
pub fn errand(
    target: &Target,
    state: &State,
    live: Option<&Live>,
    recorded: RecordedVersion,
    (on_drift, restore): (DriftRule, Restore),
) -> Errand {
    if state.hold.is_some() {
        return Errand::FinishHold;
    }
    if state.running.is_none() {
        return Errand::Nothing;
    }
    let pending = live.is_some_and(|live| live.pending_configuration() == PendingConfiguration::Pending);
    match drift(target, state, live, recorded) {
        None if pending => Errand::BringConfiguration,
        None => Errand::Nothing,
        Some(drift @ (Drift::FunctionGone | Drift::AliasGone)) => Errand::Report { drift },
        Some(drift @ Drift::Recreated { .. }) => Errand::Restore { drift },
        Some(drift @ Drift::AliasMoved { .. }) if restore == Restore::Yes => Errand::Restore { drift },
        Some(drift @ Drift::AliasMoved { .. }) => Errand::Report { drift },
        // A configuration that has to be published takes the running code with it.
        Some(Drift::CodeReplaced { .. }) if pending => Errand::BringConfiguration,
        Some(drift @ (Drift::ServingOtherCode { .. } | Drift::CodeReplaced { .. })) => match on_drift {
            DriftRule::Report => Errand::Report { drift },
            DriftRule::Restore => Errand::Restore { drift },
        },
    }
}
