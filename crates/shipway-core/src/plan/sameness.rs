//! Does a target serve what is wanted already? Asked of digests, never of a fresh zip.
//!
//! | source digest | package digest | live artifact is the recorded one | answer |
//! |---|---|---|---|
//! | same | – | yes | nothing to do: same source |
//! | other | same | yes | nothing to do: same package |
//! | any | any | no | something to do |
//!
//! A hold, a holder, a rejected build and weights on the alias each mean that there is something to do (or to refuse).

use serde::Serialize;

use super::{Live, LiveServing, NothingBecause};
use crate::contract::Demand;
use crate::digest::{ContentDigest, PackageDigest, SourceDigest};
use crate::ledger::{Running, State};
use crate::live::{LiveFunction, UpdateStatus};
use crate::names::{Serving, Version};

/// What is known of what is wanted.
#[derive(Debug, Clone, Copy)]
pub enum Evidence<'a> {
    /// Its inputs, before any build.
    Source(&'a SourceDigest),
    /// Its package, after a build, and what that requires of the configuration.
    Package(&'a PackageDigest, &'a Demand),
}

/// What is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The code.
    pub evidence: Evidence<'a>,
    /// The settings that a local environment wants the function to have; `None` where provisioning is not ours.
    pub provisioned: Option<&'a ContentDigest>,
}

/// What the target serves and why that is what is wanted, or `None` if there is something to do.
///
/// `reached` is what GetFunction shows through the target's alias (or of `$LATEST`), `alias_version` where the alias
/// points and whether all its traffic goes there.
#[must_use]
pub fn serves_already(
    state: &State,
    serving: &Serving,
    live: &LiveServing,
    latest: Option<&LiveFunction>,
    wanted: Wanted<'_>,
) -> Option<(NothingBecause, Running)> {
    let running = state.running.as_ref()?;
    let undisturbed = state.holder.is_none()
        && state.hold.is_none()
        && state.rejection(&running.build.artifact).is_none()
        && running.provisioned.as_ref() == wanted.provisioned
        && serves(running, serving, live, latest);
    if !undisturbed {
        return None;
    }
    let because = match wanted.evidence {
        Evidence::Source(source) if running.build.source_digest == Some(*source) => NothingBecause::SameSource,
        Evidence::Package(package, demand)
            if running.build.package_digest == Some(*package) && meets(demand, live, latest) =>
        {
            NothingBecause::SamePackage
        }
        Evidence::Source(_) | Evidence::Package(..) => return None,
    };
    Some((because, running.clone()))
}

/// Whether callers of the target reach exactly what the ledger says.
fn serves(running: &Running, serving: &Serving, live: &LiveServing, latest: Option<&LiveFunction>) -> bool {
    let expected = running.build.artifact.code_sha256();
    match (serving, live) {
        (Serving::Alias(_), LiveServing::Alias { alias, version }) => {
            alias.version == running.lambda_version && alias.weights.is_empty() && version.code_sha256 == expected
        }
        (Serving::Latest, LiveServing::Latest) => {
            running.lambda_version == Version::Latest
                && latest.is_some_and(|latest| {
                    latest.code_sha256 == expected && latest.update == Some(UpdateStatus::Successful)
                })
        }
        _ => false,
    }
}

fn meets(demand: &Demand, live: &LiveServing, latest: Option<&LiveFunction>) -> bool {
    let reached = match live {
        LiveServing::Alias { version, .. } => Some(version.as_ref()),
        LiveServing::Latest => latest,
        LiveServing::AliasAbsent => None,
    };
    reached.is_some_and(|function| demand.is_met_by(&function.configuration))
}

/// Whether `$LATEST`'s configuration has reached the callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PendingConfiguration {
    /// It has, or there is no alias that could keep another.
    Reached,
    /// It has not: the version behind the alias has frozen another.
    Pending,
    /// The variables cannot be read, so nobody knows.
    Unknown,
}

impl Live {
    /// Whether `$LATEST`'s configuration is the one that callers of the alias reach.
    #[must_use]
    pub fn pending_configuration(&self) -> PendingConfiguration {
        let LiveServing::Alias { alias, version } = &self.serving else { return PendingConfiguration::Reached };
        if alias.version == Version::Latest {
            return PendingConfiguration::Reached;
        }
        match (&self.function.fingerprint, &version.fingerprint) {
            (Some(latest), Some(frozen)) if latest == frozen => PendingConfiguration::Reached,
            (Some(_), Some(_)) => PendingConfiguration::Pending,
            _ => PendingConfiguration::Unknown,
        }
    }

    /// What callers of the target reach, if anything.
    #[must_use]
    pub fn reached(&self) -> Option<&LiveFunction> {
        match &self.serving {
            LiveServing::Latest => Some(&self.function),
            LiveServing::AliasAbsent => None,
            LiveServing::Alias { version, .. } => Some(version),
        }
    }
}
