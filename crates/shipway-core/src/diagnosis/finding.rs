//! A finding: what is wrong, why it matters, and what to do. Data to show as text and as JSON; nothing decides here.

use std::fmt;

use serde::Serialize;

use super::facts::{EventSourceMapping, FunctionUrl, PolicyStatement, Unread};
use crate::names::{AliasName, VersionNumber};
use crate::plan::Drift;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Callers can meet what they should not, or the next deployment or rollback will not work.
    Unsafe,
    /// To be known.
    Note,
}

/// A finding by name.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "finding", rename_all = "kebab-case")]
pub enum Finding {
    /// The function's own policy lets somebody in.
    UnqualifiedPermission {
        /// The statement.
        statement: PolicyStatement,
        /// Whether the configuration accepts that.
        accepted: Accepted,
    },
    /// The function itself has a URL.
    UnqualifiedUrl {
        /// The URL's settings.
        url: FunctionUrl,
        /// Whether the configuration accepts that.
        accepted: Accepted,
    },
    /// An event source feeds the function itself.
    UnqualifiedEventSource {
        /// The mapping.
        mapping: EventSourceMapping,
        /// Whether the configuration accepts that.
        accepted: Accepted,
    },
    /// The function does not exist.
    FunctionMissing,
    /// The alias does not exist.
    AliasMissing {
        /// The alias.
        alias: AliasName,
    },
    /// The alias is on `$LATEST`.
    AliasOnLatest {
        /// The alias.
        alias: AliasName,
    },
    /// The alias shares its traffic although no deployment is under way.
    WeightsLeftBehind {
        /// The alias.
        alias: AliasName,
        /// The other version.
        version: VersionNumber,
        /// Its share.
        weight: f64,
    },
    /// Lambda moves an alias with provisioned concurrency, with weights of its own.
    AliasBeingProvisioned {
        /// The alias.
        alias: AliasName,
    },
    /// An alias with provisioned concurrency has weights.
    ProvisionedWithWeights {
        /// The alias.
        alias: AliasName,
    },
    /// Provisioned concurrency could not be made.
    ProvisioningFailed {
        /// On which alias or version.
        on: String,
        /// Lambda's reason.
        reason: String,
    },
    /// Provisioned concurrency is on a version and stays there when the alias moves.
    ProvisionedOnVersion {
        /// The version.
        version: VersionNumber,
        /// How much.
        requested: u32,
    },
    /// A version's snapshot could not be made.
    SnapStartFailed {
        /// The version.
        version: VersionNumber,
        /// Lambda's reason.
        reason: String,
        /// Whether callers reach it.
        reach: Reach,
    },
    /// The function is in state Failed.
    FunctionFailed {
        /// Lambda's reason.
        reason: String,
    },
    /// The last update of the function failed.
    UpdateFailed {
        /// Lambda's reason.
        reason: String,
    },
    /// AWS takes no new code for the runtime.
    RuntimeBlocked {
        /// The runtime.
        runtime: String,
        /// Since when, if the table says.
        since: Option<jiff::civil::Date>,
    },
    /// The runtime is deprecated.
    RuntimeDeprecated {
        /// The runtime.
        runtime: String,
        /// What is known of its end.
        known: String,
    },
    /// Somebody else changed something.
    Drifted {
        /// What.
        drift: Drift,
    },
    /// Something runs that Shipway did not put there.
    NotAdopted,
    /// `$LATEST`'s configuration has not reached the callers of the alias.
    ConfigurationPending,
    /// Whether it has cannot be seen: variables cannot be read.
    ConfigurationUnknown,
    /// The store keeps nothing of what is overwritten or deleted.
    StoreWithoutVersions {
        /// The store's URL.
        store: String,
    },
    /// Lambda's code storage fills up.
    CodeStorage {
        /// Bytes in use.
        used: u64,
        /// Bytes allowed.
        limit: u64,
        /// How much it matters.
        level: Severity,
    },
    /// Something could not be looked at.
    NotLookedAt {
        /// What, and why.
        unread: Unread,
    },
}

/// Whether the configuration says that callers without a qualifier are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Accepted {
    /// `unqualified = "accept"`.
    ByConfiguration,
    /// They are not.
    No,
}

/// Whether callers reach a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// The alias points to it, or gives it a share.
    OfCallers,
    /// Nobody does.
    OfNobody,
}

impl Finding {
    /// How much it matters.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self {
            Self::UnqualifiedPermission { accepted, .. }
            | Self::UnqualifiedUrl { accepted, .. }
            | Self::UnqualifiedEventSource { accepted, .. } => match accepted {
                Accepted::No => Severity::Unsafe,
                Accepted::ByConfiguration => Severity::Note,
            },
            Self::SnapStartFailed { reach, .. } => match reach {
                Reach::OfCallers => Severity::Unsafe,
                Reach::OfNobody => Severity::Note,
            },
            Self::CodeStorage { level, .. } => *level,
            Self::AliasOnLatest { .. }
            | Self::WeightsLeftBehind { .. }
            | Self::ProvisionedWithWeights { .. }
            | Self::ProvisioningFailed { .. }
            | Self::FunctionFailed { .. }
            | Self::UpdateFailed { .. }
            | Self::RuntimeBlocked { .. }
            | Self::Drifted { .. }
            | Self::StoreWithoutVersions { .. } => Severity::Unsafe,
            Self::FunctionMissing
            | Self::AliasMissing { .. }
            | Self::AliasBeingProvisioned { .. }
            | Self::ProvisionedOnVersion { .. }
            | Self::RuntimeDeprecated { .. }
            | Self::NotAdopted
            | Self::ConfigurationPending
            | Self::ConfigurationUnknown
            | Self::NotLookedAt { .. } => Severity::Note,
        }
    }

    /// Why it matters, in a sentence.
    #[must_use]
    pub fn why(&self) -> &'static str {
        match self {
            Self::UnqualifiedPermission { .. } | Self::UnqualifiedUrl { .. } | Self::UnqualifiedEventSource { .. } => {
                "who calls without the alias runs $LATEST: new code the moment it is uploaded, with whatever configuration \
                 is there, and no rollback of the alias reaches them"
            }
            Self::FunctionMissing => "a deployment to it is held until provisioning has created it",
            Self::AliasMissing { .. } => {
                "callers have nothing to call; a deployment is held unless it may create the alias"
            }
            Self::AliasOnLatest { .. } => {
                "its callers meet new code and new configuration in the middle of a deployment"
            }
            Self::WeightsLeftBehind { .. } => {
                "a part of the callers meets another version than the one that was deployed, and deployments are refused"
            }
            Self::AliasBeingProvisioned { .. } => "its weights are Lambda's own, and go away by themselves",
            Self::ProvisionedWithWeights { .. } => {
                "Lambda refuses to change provisioned concurrency on an alias with weights, and the version with the \
                 smaller share may start cold"
            }
            Self::ProvisioningFailed { .. } => "calls are served by environments that start cold",
            Self::ProvisionedOnVersion { .. } => {
                "when the alias moves it stays behind: it is paid for, and callers of the alias start cold"
            }
            Self::SnapStartFailed { reach: Reach::OfCallers, .. } => "every call of it fails",
            Self::SnapStartFailed { reach: Reach::OfNobody, .. } => {
                "no alias can be moved to it, and no rollback goes there"
            }
            Self::FunctionFailed { .. } => "Lambda refuses new code for it",
            Self::UpdateFailed { .. } => "the code and configuration that were sent last are not what runs",
            Self::RuntimeBlocked { .. } => {
                "no deployment can update its code, and no rollback can send old code again: only a move of the alias works"
            }
            Self::RuntimeDeprecated { .. } => {
                "it gets no more security patches, and the day comes when code is refused"
            }
            Self::Drifted { .. } => "what runs is not what was deployed, and nothing that Shipway knows of it holds",
            Self::NotAdopted => "a rollback has nothing to go back to, and changes behind Shipway's back do not show",
            Self::ConfigurationPending => "callers of the alias go on with the configuration from before",
            Self::ConfigurationUnknown => "a configuration that does not reach the callers would not show",
            Self::StoreWithoutVersions { .. } => {
                "an entry of the ledger or an artifact that somebody overwrites or deletes cannot be brought back"
            }
            Self::CodeStorage { .. } => "when it is full, AWS refuses every deployment in this account and region",
            Self::NotLookedAt { .. } => "what was not seen may still be wrong",
        }
    }

    /// What to do, in a sentence.
    #[must_use]
    pub fn advice(&self) -> String {
        match self {
            Self::UnqualifiedPermission { .. } | Self::UnqualifiedUrl { .. } | Self::UnqualifiedEventSource { .. } => {
                "`shipway doctor --migrate` prints the edits that move it to the alias".to_owned()
            }
            Self::FunctionMissing => "create it; `shipway reconcile` then finishes what is held".to_owned(),
            Self::AliasMissing { alias } => {
                format!("let provisioning create alias {alias}, or say `create_alias = true`")
            }
            Self::AliasOnLatest { alias } => {
                format!("`shipway deploy` publishes what runs and puts alias {alias} there before it touches the code")
            }
            Self::WeightsLeftBehind { .. } => {
                "end the other rollout, or say `shipway deploy --restore` to clear the weights".to_owned()
            }
            Self::AliasBeingProvisioned { .. } => "wait: Lambda takes minutes for it".to_owned(),
            Self::ProvisionedWithWeights { alias } => {
                format!("finish the shift of traffic; keep alias {alias} without weights while it is provisioned")
            }
            Self::ProvisioningFailed { .. } => {
                "look at the version's log: mostly its initialisation fails; `shipway rollback` goes back".to_owned()
            }
            Self::ProvisionedOnVersion { .. } => "configure it on the alias instead".to_owned(),
            Self::SnapStartFailed { reach: Reach::OfCallers, .. } => "`shipway rollback` goes back".to_owned(),
            Self::SnapStartFailed { reach: Reach::OfNobody, .. } => {
                "its log says why the initialisation failed; `shipway prune` deletes it in time".to_owned()
            }
            Self::FunctionFailed { .. } => "Lambda wants such a function deleted and created again".to_owned(),
            Self::UpdateFailed { .. } => {
                "mend what the reason names; the next deployment or provisioning sends it again".to_owned()
            }
            Self::RuntimeBlocked { .. } | Self::RuntimeDeprecated { .. } => {
                "change `runtime` here and in provisioning to one that AWS supports".to_owned()
            }
            Self::Drifted { drift } => match drift {
                Drift::FunctionGone => {
                    "once provisioning has created it again, `shipway reconcile` fills it".to_owned()
                }
                Drift::AliasGone => {
                    "let provisioning create it again, on whatever version; `shipway reconcile --restore` then \
                                     moves it back"
                        .to_owned()
                }
                Drift::AliasMoved { .. } => {
                    "`shipway reconcile --restore` moves it back; `shipway adopt` records what runs".to_owned()
                }
                Drift::Recreated { .. } => "`shipway reconcile` puts there what is wanted".to_owned(),
                Drift::ServingOtherCode { .. } | Drift::CodeReplaced { .. } => {
                    "`on_drift = \"restore\"` lets `shipway reconcile` put it back; make provisioning ignore every \
                     argument that names code"
                        .to_owned()
                }
            },
            Self::NotAdopted => "`shipway adopt` records what runs".to_owned(),
            Self::ConfigurationPending => "`shipway reconcile` brings it to them".to_owned(),
            Self::ConfigurationUnknown => "allow `kms:Decrypt` on the key of the function's variables".to_owned(),
            Self::StoreWithoutVersions { .. } => {
                "turn on the bucket's versioning, with a lifecycle rule for old versions".to_owned()
            }
            Self::CodeStorage { .. } => "`shipway prune` deletes versions that nothing needs any more".to_owned(),
            Self::NotLookedAt { unread } => format!("grant `{}` to whoever runs this", unread.permission),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnqualifiedPermission { statement, .. } => write!(
                formatter,
                "policy statement `{}` lets {} call the function without a qualifier",
                statement.id, statement.principal
            ),
            Self::UnqualifiedUrl { .. } => formatter.write_str("a function URL is on the function itself, not on the alias"),
            Self::UnqualifiedEventSource { mapping, .. } => write!(
                formatter,
                "event source mapping {} feeds the function itself, not the alias{}",
                mapping.id,
                mapping.source.as_ref().map(|source| format!(", from {source}")).unwrap_or_default()
            ),
            Self::FunctionMissing => formatter.write_str("the function does not exist"),
            Self::AliasMissing { alias } => write!(formatter, "alias {alias} does not exist"),
            Self::AliasOnLatest { alias } => write!(formatter, "alias {alias} is on $LATEST"),
            Self::WeightsLeftBehind { alias, version, weight } => write!(
                formatter,
                "alias {alias} gives {:.0} % of its traffic to version {version}, and no deployment is under way",
                weight * 100.0
            ),
            Self::AliasBeingProvisioned { alias } => {
                write!(formatter, "Lambda is moving alias {alias} with its provisioned concurrency")
            }
            Self::ProvisionedWithWeights { alias } => {
                write!(formatter, "alias {alias} has provisioned concurrency and weights")
            }
            Self::ProvisioningFailed { on, reason } => {
                write!(formatter, "provisioned concurrency on {on} failed: {reason}")
            }
            Self::ProvisionedOnVersion { version, requested } => {
                write!(formatter, "provisioned concurrency ({requested}) is on version {version}, not on the alias")
            }
            Self::SnapStartFailed { version, reason, reach } => write!(
                formatter,
                "version {version} has no snapshot (SnapStart, state Failed: {reason}){}",
                match reach {
                    Reach::OfCallers => ", and callers reach it",
                    Reach::OfNobody => "",
                }
            ),
            Self::FunctionFailed { reason } => write!(formatter, "the function is in state Failed: {reason}"),
            Self::UpdateFailed { reason } => write!(formatter, "the function's last update failed: {reason}"),
            Self::RuntimeBlocked { runtime, since } => {
                write!(formatter, "AWS takes no new code for runtime {runtime}")?;
                match since {
                    Some(since) => write!(formatter, " since {since} (as of {})", crate::runtimes::AS_OF),
                    None => Ok(()),
                }
            }
            Self::RuntimeDeprecated { known, .. } => formatter.write_str(known),
            Self::Drifted { drift } => drift.fmt(formatter),
            Self::NotAdopted => formatter.write_str("Shipway did not put there what runs"),
            Self::ConfigurationPending => {
                formatter.write_str("the function's configuration is not the one that callers of the alias reach")
            }
            Self::ConfigurationUnknown => formatter.write_str(
                "whether the function's configuration has reached the callers cannot be seen: its variables cannot be read",
            ),
            Self::StoreWithoutVersions { store } => {
                write!(formatter, "the bucket of {store} keeps no versions of its objects")
            }
            Self::CodeStorage { used, limit, .. } => write!(
                formatter,
                "{:.0} % of Lambda's code storage is used: {} of {} GB",
                percentage(*used, *limit),
                used / 1_000_000_000,
                limit / 1_000_000_000
            ),
            Self::NotLookedAt { unread } => write!(formatter, "{} was not looked at: {}", unread.what, unread.answer),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a percentage for people; sizes are far below 2^52")]
fn percentage(used: u64, limit: u64) -> f64 {
    if limit == 0 { 100.0 } else { used as f64 * 100.0 / limit as f64 }
}
