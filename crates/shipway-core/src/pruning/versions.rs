//! Which versions of a function may go.
//!
//! | a version is kept | because |
//! |---|---|
//! | an alias points to it, or gives it a share | callers reach it |
//! | the ledger's running entry, or one of its last N successes, names it | a rollback goes there |
//! | its code is that of a hold | it is about to be wanted |
//! | it is among the N newest | who published it without Shipway may want to go back, too |
//! | provisioned concurrency, a permission, a URL or an event source mapping is on it | somebody calls it by number |
//!
//! And nothing goes while a deployment is under way, or shortly after an alias moved: asynchronous invocations and Lambda
//! itself (which puts weights on an alias with provisioned concurrency) still reach what it left.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ledger::{Running, State};
use crate::live::LiveAlias;
use crate::names::{FunctionName, Serving, Version, VersionNumber};
use crate::plan::{RollbackTo, choose_rollback};

/// For how long nothing is deleted after a move.
pub const QUIET: Duration = Duration::from_secs(15 * 60);

/// How many are kept: of the newest versions, and of the successes in each ledger. Never none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Keep(usize);

impl Keep {
    /// At least this many.
    ///
    /// # Errors
    /// When it would not leave anything to roll back to.
    pub fn new(count: usize) -> Result<Self, TooFew> {
        if count < 2 { Err(TooFew) } else { Ok(Self(count)) }
    }

    /// The number.
    #[must_use]
    pub fn count(self) -> usize {
        self.0
    }
}

/// Fewer than two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("at least 2 are kept: what serves, and what a rollback goes to")]
pub struct TooFew;

/// A published version, as ListVersionsByFunction shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedVersion {
    /// Its number.
    pub version: VersionNumber,
    /// CodeSha256 in Lambda's spelling.
    pub code_sha256: String,
    /// What it takes of the code storage, in bytes.
    pub bytes: u64,
    /// When it was published, as Lambda spells it.
    pub published: String,
    /// Whether a snapshot is made of it (SnapStart).
    pub snapshot: Snapshot,
}

/// Whether snapshots are made of versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Snapshot {
    /// Of every published version.
    OfVersions,
    /// None.
    None,
}

/// What was seen of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionFacts {
    /// The function.
    pub function: FunctionName,
    /// Its published versions.
    pub versions: Vec<PublishedVersion>,
    /// Its aliases, all of them.
    pub aliases: Vec<LiveAlias>,
    /// The ledgers of the function's aliases, and of `$LATEST`, as far as there are any.
    pub ledgers: Vec<(Serving, State)>,
    /// Versions with provisioned concurrency of their own.
    pub provisioned: BTreeSet<VersionNumber>,
    /// Versions that an event source mapping feeds.
    pub fed: BTreeSet<VersionNumber>,
    /// Versions with a policy of their own: somebody may call them by number.
    pub permitted: BTreeSet<VersionNumber>,
}

/// Why a version is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "because", rename_all = "kebab-case")]
pub enum NeededBecause {
    /// An alias points to it or gives it a share.
    Alias {
        /// Which.
        alias: String,
    },
    /// A ledger says that it runs.
    Running,
    /// A rollback may go there.
    Rollback,
    /// It has the code of a deployment that waits for provisioning.
    Held,
    /// It is among the newest.
    Newest,
    /// It has provisioned concurrency of its own.
    Provisioned,
    /// An event source mapping feeds it.
    Fed,
    /// Its own policy lets somebody call it.
    Permitted,
}

/// A version that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptVersion {
    /// Which.
    pub version: VersionNumber,
    /// Why; never empty.
    pub because: BTreeSet<NeededBecause>,
}

/// A version that may go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoomedVersion {
    /// Which.
    pub version: VersionNumber,
    /// What it takes, in bytes.
    pub bytes: u64,
    /// When it was published, as Lambda spells it.
    pub published: String,
}

/// The plan for one function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionPlan {
    /// The function.
    pub function: FunctionName,
    /// What goes, oldest first; nothing while it is quiet time.
    pub delete: Vec<DoomedVersion>,
    /// What stays, and why, oldest first.
    pub keep: Vec<KeptVersion>,
    /// Why nothing is deleted now, if that is so.
    pub quiet: Option<Quiet>,
}

/// Why nothing is deleted for now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "quiet", rename_all = "kebab-case")]
pub enum Quiet {
    /// A deployment is under way.
    UnderWay {
        /// Which, and by whom.
        holder: String,
    },
    /// An alias moved, or a version was published, shortly before.
    JustMoved {
        /// When.
        at: Timestamp,
    },
    /// An alias shares its traffic.
    Weighted {
        /// Which.
        alias: String,
    },
}

impl fmt::Display for Quiet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnderWay { holder } => write!(formatter, "{holder} is under way"),
            Self::JustMoved { at } => write!(
                formatter,
                "something was published or moved at {at:.0}, less than {} minutes ago: calls that were accepted before \
                 may still reach what it left",
                QUIET.as_secs() / 60
            ),
            Self::Weighted { alias } => write!(formatter, "alias {alias} shares its traffic: a rollout is under way"),
        }
    }
}

impl fmt::Display for NeededBecause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Alias { alias } => return write!(formatter, "alias {alias}"),
            Self::Running => "runs",
            Self::Rollback => "rollback",
            Self::Held => "held",
            Self::Newest => "new",
            Self::Provisioned => "provisioned concurrency",
            Self::Fed => "event source mapping",
            Self::Permitted => "policy of its own",
        })
    }
}

/// What goes and what stays.
#[must_use]
pub fn plan_versions(facts: &VersionFacts, keep: Keep, now: Timestamp) -> VersionPlan {
    let mut versions: Vec<&PublishedVersion> = facts.versions.iter().collect();
    versions.sort_by_key(|version| version.version);
    let needed = needed(facts, &versions, keep);
    let quiet = quiet(facts, &versions, now);
    let mut plan =
        VersionPlan { function: facts.function.clone(), delete: Vec::new(), keep: Vec::new(), quiet: quiet.clone() };
    for version in versions {
        match needed.get(&version.version) {
            Some(because) => plan.keep.push(KeptVersion { version: version.version, because: because.clone() }),
            None if quiet.is_some() => {}
            None => plan.delete.push(DoomedVersion {
                version: version.version,
                bytes: version.bytes,
                published: version.published.clone(),
            }),
        }
    }
    plan
}

/// Whether a version that was planned to go may still go, by a look at the aliases and ledgers just before.
///
/// # Errors
/// What needs it by now.
pub fn still_deletable(
    version: VersionNumber,
    aliases: &[LiveAlias],
    ledgers: &[(Serving, State)],
) -> Result<(), String> {
    if let Some(alias) = aliases.iter().find(|alias| reaches(alias, version)) {
        return Err(format!("alias {} reaches it by now", alias.name));
    }
    for (_, state) in ledgers {
        if let Some(holder) = &state.holder {
            return Err(format!("{holder} has begun"));
        }
        let is_it = |running: &Running| running.lambda_version == Version::Published(version);
        if state.running.as_ref().is_some_and(is_it) {
            return Err("it runs by now".to_owned());
        }
    }
    Ok(())
}

fn reaches(alias: &LiveAlias, version: VersionNumber) -> bool {
    alias.version == Version::Published(version) || alias.weights.contains_key(&version)
}

fn needed(
    facts: &VersionFacts,
    sorted: &[&PublishedVersion],
    keep: Keep,
) -> BTreeMap<VersionNumber, BTreeSet<NeededBecause>> {
    let mut needed: BTreeMap<VersionNumber, BTreeSet<NeededBecause>> = BTreeMap::new();
    let mut need = |version: VersionNumber, because: NeededBecause| {
        needed.entry(version).or_default().insert(because);
    };
    for alias in &facts.aliases {
        let because = || NeededBecause::Alias { alias: alias.name.to_string() };
        if let Some(number) = alias.version.number() {
            need(number, because());
        }
        for number in alias.weights.keys() {
            need(*number, because());
        }
    }
    for (_, state) in &facts.ledgers {
        if let Some(number) = state.running.as_ref().and_then(|running| running.lambda_version.number()) {
            need(number, NeededBecause::Running);
        }
        let newest = state.succeeded.iter().rev().take(keep.count());
        // The last N may all be of the build that runs; a rollback goes further back then.
        let previous = choose_rollback(Some(state), &RollbackTo::Previous).ok();
        for success in newest.chain(previous.as_ref()) {
            if let Some(number) = success.lambda_version.number() {
                need(number, NeededBecause::Rollback);
            }
        }
        if let Some(hold) = &state.hold {
            let code = hold.build.artifact.code_sha256();
            for version in sorted.iter().filter(|version| version.code_sha256 == code) {
                need(version.version, NeededBecause::Held);
            }
        }
    }
    for version in sorted.iter().rev().take(keep.count()) {
        need(version.version, NeededBecause::Newest);
    }
    let groups = [
        (&facts.provisioned, NeededBecause::Provisioned),
        (&facts.fed, NeededBecause::Fed),
        (&facts.permitted, NeededBecause::Permitted),
    ];
    for (versions, because) in groups {
        for version in versions {
            need(*version, because.clone());
        }
    }
    needed
}

fn quiet(facts: &VersionFacts, sorted: &[&PublishedVersion], now: Timestamp) -> Option<Quiet> {
    let holder = facts.ledgers.iter().find_map(|(_, state)| state.holder.as_ref());
    if let Some(holder) = holder {
        return Some(Quiet::UnderWay { holder: holder.to_string() });
    }
    if let Some(alias) = facts.aliases.iter().find(|alias| !alias.weights.is_empty()) {
        return Some(Quiet::Weighted { alias: alias.name.to_string() });
    }
    let moves = facts.ledgers.iter().filter_map(|(_, state)| state.running.as_ref()).map(|running| running.at);
    let published = sorted.last().and_then(|version| moment(&version.published));
    let last = moves.chain(published).max()?;
    let quiet = SignedDuration::try_from(QUIET).unwrap_or(SignedDuration::MAX);
    // A moment in the future is a clock that goes wrong, and no reason to be bold.
    (now.duration_since(last) < quiet).then_some(Quiet::JustMoved { at: last })
}

/// Lambda's `2026-11-23T17:30:59.000+0000`.
fn moment(text: &str) -> Option<Timestamp> {
    Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text).ok()
}
