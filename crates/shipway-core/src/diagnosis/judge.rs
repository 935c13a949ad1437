//! From facts to findings, the unsafe ones first. One rule a function; nothing here reads.

use jiff::civil::Date;

use super::facts::{CodeStorage, EnvironmentFacts, FunctionFacts, Provisioned, ProvisionedStatus, Unread, Versioning};
use super::finding::{Accepted, Finding, Reach, Severity};
use crate::live::{LiveAlias, State, UpdateStatus};
use crate::names::{Qualifier, Serving, Version, VersionNumber};
use crate::plan::{Live, LiveServing, PendingConfiguration, UnqualifiedRule};
use crate::runtimes;

/// From which share of the code storage on it is worth a note, and from which deployments are in danger, in percent.
const STORAGE_NOTE: u64 = 75;
const STORAGE_UNSAFE: u64 = 90;

/// What is to be said of a function on that day, the unsafe first, in the order of the rules otherwise.
#[must_use]
pub fn diagnose(facts: &FunctionFacts, today: Date) -> Vec<Finding> {
    let mut findings = Vec::new();
    match &facts.live {
        Ok(Some(live)) => {
            unqualified(facts, &mut findings);
            alias(facts, live, &mut findings);
            provisioned(facts, live, &mut findings);
            snapshots(facts, live, &mut findings);
            states(live, &mut findings);
            runtime(live, today, &mut findings);
            records(facts, live, &mut findings);
        }
        // What the ledger says of a function that is gone is told as drift.
        Ok(None) if facts.drift.is_some() => records_of_nothing(facts, &mut findings),
        Ok(None) => findings.push(Finding::FunctionMissing),
        Err(unread) => {
            findings.push(not_looked_at(unread));
            unqualified(facts, &mut findings);
        }
    }
    findings.sort_by_key(Finding::severity);
    findings
}

/// What is to be said of what the functions of an environment share.
#[must_use]
pub fn diagnose_environment(facts: &EnvironmentFacts) -> Vec<Finding> {
    let mut findings = Vec::new();
    match &facts.versioning {
        Ok(Versioning::Disabled) => findings.push(Finding::StoreWithoutVersions { store: facts.store.clone() }),
        Ok(Versioning::Enabled | Versioning::OfNoBucket) => {}
        Err(unread) => findings.push(not_looked_at(unread)),
    }
    match &facts.storage {
        Ok(storage) => findings.extend(storage.and_then(code_storage)),
        Err(unread) => findings.push(not_looked_at(unread)),
    }
    findings.sort_by_key(Finding::severity);
    findings
}

fn not_looked_at(unread: &Unread) -> Finding {
    Finding::NotLookedAt { unread: unread.clone() }
}

fn code_storage(CodeStorage { used, limit }: CodeStorage) -> Option<Finding> {
    let share = |percent: u64| used.saturating_mul(100) >= limit.saturating_mul(percent);
    let level = match (share(STORAGE_UNSAFE), share(STORAGE_NOTE)) {
        (true, _) => Severity::Unsafe,
        (false, true) => Severity::Note,
        (false, false) => return None,
    };
    Some(Finding::CodeStorage { used, limit, level })
}

/// Callers without a qualifier matter where callers are to use an alias.
fn unqualified(facts: &FunctionFacts, findings: &mut Vec<Finding>) {
    if facts.target.serving == Serving::Latest {
        return;
    }
    let accepted = match facts.unqualified {
        UnqualifiedRule::Accept => Accepted::ByConfiguration,
        UnqualifiedRule::Refuse => Accepted::No,
    };
    match &facts.policy {
        Ok(statements) => findings.extend(
            statements
                .iter()
                .map(|statement| Finding::UnqualifiedPermission { statement: statement.clone(), accepted }),
        ),
        Err(unread) => findings.push(not_looked_at(unread)),
    }
    match &facts.url {
        Ok(url) => findings.extend(url.iter().map(|url| Finding::UnqualifiedUrl { url: url.clone(), accepted })),
        Err(unread) => findings.push(not_looked_at(unread)),
    }
    match &facts.mappings {
        Ok(mappings) => findings.extend(
            mappings.iter().map(|mapping| Finding::UnqualifiedEventSource { mapping: mapping.clone(), accepted }),
        ),
        Err(unread) => findings.push(not_looked_at(unread)),
    }
}

fn alias(facts: &FunctionFacts, live: &Live, findings: &mut Vec<Finding>) {
    let Serving::Alias(name) = &facts.target.serving else { return };
    let LiveServing::Alias { alias, .. } = &live.serving else {
        findings.push(Finding::AliasMissing { alias: name.clone() });
        return;
    };
    if alias.version == Version::Latest {
        findings.push(Finding::AliasOnLatest { alias: name.clone() });
    }
    if alias.weights.is_empty() {
        return;
    }
    if let Some(provisioned) = of_alias(facts, alias) {
        findings.push(match provisioned.status {
            ProvisionedStatus::InProgress => Finding::AliasBeingProvisioned { alias: name.clone() },
            _ => Finding::ProvisionedWithWeights { alias: name.clone() },
        });
        if provisioned.status == ProvisionedStatus::InProgress {
            return;
        }
    }
    if facts.ledger.holder.is_none() {
        let left = alias.weights.iter().map(|(version, weight)| Finding::WeightsLeftBehind {
            alias: name.clone(),
            version: *version,
            weight: *weight,
        });
        findings.extend(left);
    }
}

fn of_alias<'a>(facts: &'a FunctionFacts, alias: &LiveAlias) -> Option<&'a Provisioned> {
    let configurations = facts.provisioned.as_ref().ok()?;
    configurations.iter().find(|configuration| configuration.on == Qualifier::Alias(alias.name.clone()))
}

fn provisioned(facts: &FunctionFacts, live: &Live, findings: &mut Vec<Finding>) {
    let configurations = match &facts.provisioned {
        Ok(configurations) => configurations,
        Err(unread) => return findings.push(not_looked_at(unread)),
    };
    let behind_alias = matches!(live.serving, LiveServing::Alias { .. });
    for configuration in configurations {
        if let ProvisionedStatus::Failed { reason } = &configuration.status {
            let on = configuration.on.as_parameter().unwrap_or_else(|| "the function".to_owned());
            findings.push(Finding::ProvisioningFailed { on, reason: reason.clone() });
        }
        if let (Qualifier::Version(version), true) = (&configuration.on, behind_alias) {
            findings.push(Finding::ProvisionedOnVersion { version: *version, requested: configuration.requested });
        }
    }
}

fn snapshots(facts: &FunctionFacts, live: &Live, findings: &mut Vec<Finding>) {
    let failed = match &facts.failed_versions {
        Ok(failed) => failed,
        Err(unread) => return findings.push(not_looked_at(unread)),
    };
    let is_reached = |version: VersionNumber| match &live.serving {
        LiveServing::Alias { alias, .. } => {
            alias.version == Version::Published(version) || alias.weights.contains_key(&version)
        }
        LiveServing::Latest | LiveServing::AliasAbsent => false,
    };
    findings.extend(failed.iter().map(|failed| Finding::SnapStartFailed {
        version: failed.version,
        reason: failed.reason.clone(),
        reach: if is_reached(failed.version) { Reach::OfCallers } else { Reach::OfNobody },
    }));
}

fn states(live: &Live, findings: &mut Vec<Finding>) {
    if let State::Failed { reason } = &live.function.state {
        findings.push(Finding::FunctionFailed { reason: reason.clone() });
    }
    if let Some(UpdateStatus::Failed { reason }) = &live.function.update {
        findings.push(Finding::UpdateFailed { reason: reason.clone() });
    }
}

fn runtime(live: &Live, today: Date, findings: &mut Vec<Finding>) {
    let Some(runtime) = live.function.configuration.runtime.as_deref() else { return };
    if let Some(blocked) = runtimes::blocked(runtime, today) {
        findings.push(Finding::RuntimeBlocked { runtime: runtime.to_owned(), since: blocked.since });
    } else if let Some(known) = runtimes::deprecation(runtime, today) {
        findings.push(Finding::RuntimeDeprecated { runtime: runtime.to_owned(), known });
    }
}

fn records(facts: &FunctionFacts, live: &Live, findings: &mut Vec<Finding>) {
    records_of_nothing(facts, findings);
    if facts.ledger.running.is_none() && facts.ledger.holder.is_none() && live.reached().is_some() {
        findings.push(Finding::NotAdopted);
    }
    match live.pending_configuration() {
        PendingConfiguration::Pending if facts.ledger.holder.is_none() => findings.push(Finding::ConfigurationPending),
        PendingConfiguration::Unknown => findings.push(Finding::ConfigurationUnknown),
        PendingConfiguration::Pending | PendingConfiguration::Reached => {}
    }
}

fn records_of_nothing(facts: &FunctionFacts, findings: &mut Vec<Finding>) {
    findings.extend(facts.drift.iter().map(|drift| Finding::Drifted { drift: drift.clone() }));
}
