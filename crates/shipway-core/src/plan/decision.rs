//! What a plan is made of.

use serde::{Deserialize, Serialize};

use super::Refusal;
use crate::build::SourceChange;
use crate::ledger::{BuildReference, HoldReason, Running};
use crate::live::{CodeSigning, LiveAlias, LiveFunction, UnqualifiedCaller};
use crate::names::{AccountId, Commit, EnvironmentName, FunctionName, Region};
use crate::step::Step;
use crate::target_name::TargetName;

/// How one commit lies to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ancestry {
    /// The same commit.
    Same,
    /// The first is an ancestor of the second.
    Ancestor,
    /// The first is a descendant of the second.
    Descendant,
    /// Neither.
    Diverged,
    /// One of them is not in this clone (a shallow one, say).
    Unknown,
}

/// A function as it is live.
#[derive(Debug, Clone, PartialEq)]
pub struct Live {
    /// `$LATEST`.
    pub function: LiveFunction,
    /// What callers reach.
    pub serving: LiveServing,
    /// Who calls the function without a qualifier.
    pub unqualified_callers: Vec<UnqualifiedCaller>,
    /// Its code-signing configuration.
    pub signing: CodeSigning,
}

/// What callers of a target reach.
#[derive(Debug, Clone, PartialEq)]
pub enum LiveServing {
    /// The target has no alias: `$LATEST` itself.
    Latest,
    /// The alias does not exist.
    AliasAbsent,
    /// The alias, and the version it points at.
    Alias {
        /// The alias.
        alias: LiveAlias,
        /// The version (or `$LATEST`), as GetFunction shows it through the alias.
        version: Box<LiveFunction>,
    },
}

/// Why there is nothing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NothingBecause {
    /// Its inputs are the same as those of what runs.
    SameSource,
    /// It was built to the same package as what runs.
    SamePackage,
    /// Nothing waits, and what runs is what was put there, with the function's present configuration.
    NothingOutstanding,
    /// Somebody else is at it.
    UnderWay,
}

/// What is to be done about one target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "kebab-case")]
pub enum Decision {
    /// It serves what is wanted.
    Nothing {
        /// Why.
        because: NothingBecause,
        /// What it serves.
        running: Running,
    },
    /// Newer code is live.
    Superseded {
        /// Its commit.
        by: Commit,
    },
    /// It does not exist, and this environment creates its functions itself: it will be created with this build, and
    /// what follows is planned then.
    Create,
    /// It lacks something that provisioning has to add. The artifact is published, and nothing else is touched.
    Hold {
        /// What it lacks.
        reasons: Vec<HoldReason>,
        /// The function's names that come nearest, when it does not exist.
        nearest: Vec<FunctionName>,
        /// What is done all the same: storing the artifact.
        steps: Vec<Step>,
    },
    /// It may not be.
    Refuse {
        /// Why.
        refusal: Refusal,
    },
    /// These steps, in this order; none if all that is missing is the record.
    Deploy {
        /// The steps.
        steps: Vec<Step>,
    },
}

/// The plan for one target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetPlan {
    /// What it is called in its environment.
    pub function: TargetName,
    /// Its name there.
    pub function_name: FunctionName,
    /// The alias, or `$LATEST`.
    pub serving: String,
    /// What is wanted, where it had to be built; `None` when nothing changed.
    pub build: Option<BuildReference>,
    /// What runs, as far as the ledger knows.
    pub running: Option<Running>,
    /// Inputs that changed since what runs was built; `None` where that is not known.
    pub changes: Option<Vec<SourceChange>>,
    /// The ledger's number that this was planned against; 0 for an empty ledger.
    pub ledger_number: u64,
    /// What is to be done.
    pub decision: Decision,
    /// Things to know.
    pub warnings: Vec<String>,
}

/// The plan for one environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The environment.
    pub environment: EnvironmentName,
    /// Its account.
    pub account: AccountId,
    /// Its region.
    pub region: Region,
    /// The commit that is checked out.
    pub commit: Option<Commit>,
    /// One plan for each function, by name.
    pub targets: Vec<TargetPlan>,
}

impl Plan {
    /// Whether carrying it out would write anything.
    #[must_use]
    pub fn acts(&self) -> bool {
        self.targets
            .iter()
            .any(|target| matches!(target.decision, Decision::Deploy { .. } | Decision::Hold { .. } | Decision::Create))
    }
}
