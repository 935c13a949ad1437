//! What is deployed, as the store tells: what a plan is held against.

use std::collections::{BTreeMap, BTreeSet};

use crate::contract::{Contract, Place};
use crate::digest::BuildDigest;
use crate::ledger::{BuildReference, Head, Running};
use crate::names::{EnvironmentName, ProjectName};
use crate::target_name::TargetName;

/// One target of one environment.
#[derive(Debug, Clone)]
pub struct Deployed {
    /// Whose it is.
    pub project: ProjectName,
    /// Where.
    pub environment: EnvironmentName,
    /// What it is called there.
    pub name: TargetName,
    /// What is wanted there and what runs.
    pub head: Head,
    /// The contracts of the builds that the head names, by their records' digests; one whose record is gone is missing.
    pub contracts: BTreeMap<BuildDigest, Contract>,
}

impl Deployed {
    /// The contract of a build, if its record is there.
    #[must_use]
    pub fn contract(&self, build: &BuildReference) -> Option<&Contract> {
        self.contracts.get(&build.build)
    }

    /// The builds that the head names: what runs, what waits, what is wanted; each once.
    pub fn builds(&self) -> impl Iterator<Item = &BuildReference> {
        let running = self.running().map(|running| &running.build);
        running.into_iter().chain(self.wanted())
    }

    pub(super) fn running(&self) -> Option<&Running> {
        self.head.running.as_ref()
    }

    /// What is to run next, if that is something else than what runs.
    pub(super) fn wanted(&self) -> Option<&BuildReference> {
        let held = self.head.hold.as_ref().map(|hold| &hold.build);
        let wanted = held.or(self.head.wanted.as_ref());
        wanted.filter(|wanted| self.running().is_none_or(|running| running.build.build != wanted.build))
    }

    /// The variables that must not be taken away from what runs.
    pub(super) fn running_variables(&self) -> BTreeSet<&str> {
        self.running().map(Running::needed_variables).unwrap_or_default()
    }

    /// The variables that what is to run next needs; nobody took it upon himself that one of them is missing.
    pub(super) fn wanted_variables(&self) -> BTreeSet<&str> {
        let terms = self.head.hold.as_ref().and_then(|hold| hold.terms.as_ref());
        let accepted = |name: &&str| !terms.is_some_and(|terms| terms.accepted.contains_key(*name));
        self.wanted().into_iter().flat_map(names).filter(accepted).collect()
    }

    pub(super) fn places_of(&self, build: &BuildReference, variable: &str) -> Vec<Place> {
        self.contract(build).map(|contract| contract.places_of(variable)).unwrap_or_default()
    }
}

fn names(build: &BuildReference) -> impl Iterator<Item = &str> {
    build.required_variables.iter().map(String::as_str)
}
