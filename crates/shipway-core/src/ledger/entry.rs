//! One entry of the ledger.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::State;
use crate::build::{BuildRecord, Origin, WorkTree};
use crate::contract::{UnknownRule, Unmet};
use crate::digest::{ArtifactDigest, BuildDigest, ContentDigest, EntryDigest, PackageDigest, SourceDigest};
use crate::names::{
    Architecture, Commit, DeploymentId, EnvironmentName, LogicalName, Nonce, ProjectName, Target, Version,
};
use crate::plan::{CreateAlias, DriftRule, UnqualifiedRule};
use crate::step::Delivery;
use crate::target_name::TargetName;

/// The current version of the ledger's format. A ledger with a newer one is read as far as possible, and never
/// written to.
pub const ENTRY_VERSION: u32 = 1;

/// One entry. Created once, never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The format's version.
    pub version: u32,
    /// Its number; the first is 1.
    pub number: u64,
    /// The digest of the entry before; `None` for the first.
    pub previous: Option<EntryDigest>,
    /// By which its writer knows it again.
    pub nonce: Nonce,
    /// When it was written, by the writer's clock.
    pub at: Timestamp,
    /// Who wrote it.
    pub writer: Writer,
    /// What happened.
    pub event: Event,
    /// What is true after it.
    pub state: State,
}

impl Entry {
    /// The entry's bytes as they are stored, and their digest.
    #[must_use]
    pub fn to_bytes(&self) -> (Vec<u8>, EntryDigest) {
        let bytes = serde_json::to_vec(self).expect("an entry always has a JSON form");
        let digest = EntryDigest::of(&bytes);
        (bytes, digest)
    }
}

/// Who writes: enough to ask a person, and to tell whether the process still lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writer {
    /// Program and version, `shipway 0.1.0`.
    pub program: String,
    /// The user's name on that machine.
    pub user: String,
    /// The machine's name.
    pub host: String,
    /// The machine's boot id, where it has one: process ids mean nothing across boots.
    pub boot: Option<String>,
    /// The process id.
    pub process: u32,
    /// When the process started, in the kernel's own counting: process ids are used again.
    pub process_started: Option<u64>,
    /// The CI run's address, if there is one.
    pub run: Option<String>,
}

impl Writer {
    /// Who it is and as which process: `ada@laptop (process 4711)`.
    #[must_use]
    pub fn with_process(&self) -> String {
        format!("{self} (process {})", self.process)
    }
}

/// `ada@laptop`
impl fmt::Display for Writer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}@{}", self.user, self.host)
    }
}

/// What a deployment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Intent {
    /// To serve a build.
    Deploy,
    /// To serve an earlier build again.
    Rollback,
    /// To take over what runs already.
    Adopt,
    /// To bring a changed configuration to what callers reach; the build stays.
    Configure,
    /// To put back what somebody else changed; the build stays.
    Restore,
}

impl fmt::Display for Intent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Deploy => "deploy",
            Self::Rollback => "rollback",
            Self::Adopt => "adopt",
            Self::Configure => "configure",
            Self::Restore => "restore",
        })
    }
}

/// A build, by everything that it is compared by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildReference {
    /// Its record.
    pub build: BuildDigest,
    /// Its bytes.
    pub artifact: ArtifactDigest,
    /// Their number.
    pub zip_bytes: u64,
    /// What is in it.
    pub package_digest: Option<PackageDigest>,
    /// What it was built from.
    pub source_digest: Option<SourceDigest>,
    /// The commit it was built from.
    pub commit: Option<Commit>,
    /// Whether there was more than the commit.
    pub work_tree: WorkTree,
    /// The environment variables that it cannot do without, declared or read from its source: what provisioning has to
    /// set, and must not take away. The contract as a whole is in the record.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub required_variables: BTreeSet<String>,
}

impl BuildReference {
    /// The reference to a record with this digest.
    #[must_use]
    pub fn of(record: &BuildRecord, build: BuildDigest) -> Self {
        let work_tree = match &record.origin {
            Origin::Built { work_tree, .. } => *work_tree,
            Origin::Adopted => WorkTree::Clean,
        };
        Self {
            build,
            artifact: record.artifact,
            zip_bytes: record.zip_bytes,
            package_digest: record.package_digest,
            source_digest: record.source_digest(),
            commit: record.commit().cloned(),
            work_tree,
            required_variables: record.contract.required_variables(),
        }
    }
}

/// What a target serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// The deployment that put it there.
    pub deployment: DeploymentId,
    /// The build.
    pub build: BuildReference,
    /// The version behind the alias, or `$LATEST`.
    pub lambda_version: Version,
    /// The settings that a local environment configured the function with; `None` where provisioning is not ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provisioned: Option<ContentDigest>,
    /// What the version has frozen and a served version needs to go on working: the role (`Role`), the key, the VPC's
    /// parts and the dead-letter queue, by Lambda's names for them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub frozen: BTreeMap<String, String>,
    /// Variables that may be missing, and why somebody took that upon himself.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub accepted: BTreeMap<String, Acceptance>,
    /// Variables that its source seems to need and that were not set when it went live: it was let through with a
    /// warning, and runs without them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub missing: BTreeSet<String>,
    /// The rules that it was deployed under; `None` for what was adopted or rolled back to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<TargetRules>,
    /// Since when.
    pub at: Timestamp,
}

impl Running {
    /// The variables that must not be taken away from it: what it needs, without what it runs without anyway.
    #[must_use]
    pub fn needed_variables(&self) -> BTreeSet<&str> {
        let names = self.build.required_variables.iter().map(String::as_str);
        names.filter(|name| !self.accepted.contains_key(*name) && !self.missing.contains(*name)).collect()
    }
}

/// That a variable may be missing: `deploy --accept-missing NAME --reason WHY`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Why.
    pub reason: String,
    /// Who said so, `ada@laptop`.
    pub by: String,
}

/// A deployment's claim on a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The deployment.
    pub deployment: DeploymentId,
    /// The project it belongs to.
    pub project: ProjectName,
    /// The environment.
    pub environment: EnvironmentName,
    /// The function's logical name.
    pub function: LogicalName,
    /// What for.
    pub intent: Intent,
    /// What it wants to serve.
    pub build: BuildReference,
    /// Variables that may be missing, and why.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub accepted: BTreeMap<String, Acceptance>,
    /// The held deployment that it finishes. That one goes on waiting if this one comes to nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finishes: Option<DeploymentId>,
}

/// Why a claim was taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TakeOver {
    /// Nothing was heard of the holder for the length of a lease.
    LeaseExpired,
    /// The holder is a process of this very boot of this machine, and it is gone.
    ProcessGone,
    /// A rollback waits for nobody.
    Rollback,
}

/// Why a deployment is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum HoldReason {
    /// The function does not exist.
    FunctionMissing,
    /// The function exists, its alias does not.
    AliasMissing,
    /// The configuration lacks something.
    Unmet {
        /// What.
        requirement: Unmet,
    },
}

impl fmt::Display for HoldReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FunctionMissing => formatter.write_str("the function does not exist yet"),
            Self::AliasMissing => formatter.write_str("the function exists, but its alias does not yet"),
            Self::Unmet { requirement } => requirement.fmt(formatter),
        }
    }
}

/// Everything that finishing a held deployment takes beside its build record: it is finished without a checkout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldTerms {
    /// Where it goes.
    pub target: Target,
    /// The environment.
    pub environment: EnvironmentName,
    /// What the target is called there.
    pub function: TargetName,
    /// The processor it was built for.
    pub architecture: Architecture,
    /// The version's description.
    pub description: String,
    /// The branch that it was deployed from, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The rules under which it was planned.
    pub rules: TargetRules,
    /// Since when it is wanted; a hold that is renewed keeps it.
    pub since: Timestamp,
    /// When it is given up.
    pub expires: Timestamp,
    /// Variables that may be missing, and why.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub accepted: BTreeMap<String, Acceptance>,
}

/// The settings of an environment that hold for a target, kept so that what is left to do can be done without a checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetRules {
    /// What happens to a missing alias.
    pub create_alias: CreateAlias,
    /// What unqualified callers mean.
    pub unqualified: UnqualifiedRule,
    /// What it means that variables cannot be read.
    pub on_unknown: UnknownRule,
    /// Whether the days on which runtimes end count.
    pub blocked_runtimes: BlockedRuntimes,
    /// What to do about code that somebody else put there.
    pub on_drift: DriftRule,
    /// How its zip gets to Lambda.
    pub delivery: Delivery,
}

/// Whether a function may be deployed whose runtime takes no code any more, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlockedRuntimes {
    /// It is refused.
    Refused,
    /// The user allowed it.
    Allowed,
}

/// Why a hold ended without its build having been served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ReleaseReason {
    /// It waited longer than it was allowed to.
    Expired,
    /// Somebody cancelled it.
    Cancelled {
        /// Who, `ada@laptop`.
        by: String,
    },
    /// Its commit is not on its branch any more.
    CommitGone {
        /// The branch.
        branch: String,
    },
}

impl fmt::Display for ReleaseReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expired => formatter.write_str("it waited longer than `hold_for` allows"),
            Self::Cancelled { by } => write!(formatter, "{by} cancelled it"),
            Self::CommitGone { branch } => write!(formatter, "its commit is not on {branch} any more"),
        }
    }
}

/// How a rollback was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RollbackMethod {
    /// The alias was moved to the version that served before.
    AliasMoved,
    /// The old artifact was published again, with today's configuration.
    PublishedAgain,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// A deployment holds the target from here on.
    Claimed {
        /// Its claim.
        claim: Claim,
    },
    /// A deployment holds the target in another's place.
    TakenOver {
        /// Its claim.
        claim: Claim,
        /// Whose place.
        from: DeploymentId,
        /// Why.
        reason: TakeOver,
    },
    /// The deployment waits for provisioning; the target is free again.
    Held {
        /// The deployment.
        deployment: DeploymentId,
        /// Why.
        reasons: Vec<HoldReason>,
        /// What finishing it takes; `None` from before it could be finished without a checkout.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        terms: Option<Box<HoldTerms>>,
    },
    /// A hold ended without its build having been served.
    Released {
        /// The deployment that was held.
        deployment: DeploymentId,
        /// Why.
        because: ReleaseReason,
    },
    /// The deployment is done.
    Succeeded {
        /// What the target serves.
        running: Running,
    },
    /// The deployment failed; the target serves what it served.
    Failed {
        /// The deployment.
        deployment: DeploymentId,
        /// The step that failed, if it came to steps.
        step: Option<String>,
        /// The error, without any secret.
        error: String,
    },
    /// The deployment found that there is nothing for it to do (superseded, or refused by what it saw after the claim).
    Withdrawn {
        /// The deployment.
        deployment: DeploymentId,
        /// Why.
        reason: String,
    },
    /// The target serves an earlier build again.
    RolledBack {
        /// What the target serves.
        running: Running,
        /// The build that was left, and may not come back by itself.
        rejected: BuildReference,
        /// How.
        method: RollbackMethod,
    },
    /// The target was taken over as it ran.
    Adopted {
        /// What the target serves.
        running: Running,
    },
}
