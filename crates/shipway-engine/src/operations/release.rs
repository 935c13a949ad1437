//! Recording releases, and reading the last one.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use shipway_core::exit::ExitCode;
use shipway_core::names::Commit;
use shipway_core::release::{By, Completeness, RELEASE_VERSION, Release, Released};
use shipway_core::store_layout::{self, StorePrefix};
use shipway_core::target_name::TargetName;

use super::outcome::{FunctionReport, Outcome};
use crate::OperationError;
use crate::context::{Environment, Ports};
use crate::ports::{Created, StoreError};

/// How often a number that somebody else took first is followed by the next one.
const ATTEMPTS: u32 = 16;

/// Records the release of a run that deployed something, or that found deployed what no release tells of: then whoever
/// deployed it was killed before he could record it. `deployed_before`: when the functions were deployed whose last
/// event that is.
pub(crate) async fn record(
    ports: &Ports<'_>,
    prefix: &StorePrefix,
    commit: Option<Commit>,
    report: &[&FunctionReport],
    deployed_before: &BTreeMap<TargetName, Timestamp>,
) -> Result<(), OperationError> {
    let mut changed = names(report, |function| matches!(function.outcome, Outcome::Deployed));
    if changed.is_empty() && !deployed_before.is_empty() {
        let last = last(ports, prefix).await?;
        changed = names(report, |function| {
            let deployed = deployed_before.get(&function.function);
            deployed.is_some_and(|at| matches!(function.outcome, Outcome::Nothing(_)) && !tells(&last, function, *at))
        });
    }
    if changed.is_empty() {
        return Ok(());
    }
    let whole = ExitCode::worst(report.iter().map(|function| function.outcome.exit_code())) == ExitCode::Done;
    let release = Release {
        version: RELEASE_VERSION,
        nonce: ports.entropy.nonce(),
        at: ports.clock.now(),
        commit,
        completeness: if whole { Completeness::Complete } else { Completeness::Partial },
        functions: report.iter().filter_map(|function| released(function, &changed)).collect(),
    };
    let bytes = serde_json::to_vec(&release).expect("a release always has a JSON form");
    let mut number = newest(ports, prefix).await?.unwrap_or(0);
    for _ in 0..ATTEMPTS {
        number += 1;
        let key = prefix.numbered(number);
        if ports.store.create(&key, &bytes).await? == Created::Created {
            return Ok(());
        }
        // It may be this very release, from a reply that was lost.
        if ports.store.get(&key).await?.is_some_and(|stored| stored.bytes == bytes) {
            return Ok(());
        }
    }
    Err(OperationError::Document { key: prefix.to_string(), reason: "others kept taking the next number".to_owned() })
}

fn names(report: &[&FunctionReport], wanted: impl Fn(&FunctionReport) -> bool) -> BTreeSet<TargetName> {
    report.iter().filter(|function| wanted(function)).map(|function| function.function.clone()).collect()
}

/// Whether a release tells of what was deployed `at` that moment: it is younger, or has the very version.
fn tells(release: &Option<Release>, function: &FunctionReport, at: Timestamp) -> bool {
    let Some(release) = release else { return false };
    let known = release.functions.get(&function.function);
    let same = known.is_some_and(|known| {
        Some(known.artifact) == function.artifact && Some(known.lambda_version) == function.version
    });
    release.at >= at || same
}

fn released(report: &FunctionReport, changed: &BTreeSet<TargetName>) -> Option<(TargetName, Released)> {
    let by = if changed.contains(&report.function) { By::ThisRun } else { By::AnEarlierRun };
    let released = Released { artifact: report.artifact?, lambda_version: report.version?, by };
    Some((report.function.clone(), released))
}

/// The functions that the last run which deployed something changed; `None` when there was none.
///
/// # Errors
/// When the store fails, or the release cannot be read.
pub async fn last_changed(
    ports: &Ports<'_>,
    environment: &Environment,
) -> Result<Option<Vec<TargetName>>, OperationError> {
    let prefix = store_layout::releases(&environment.project, &environment.name);
    Ok(last(ports, &prefix).await?.map(|release| release.changed().cloned().collect()))
}

async fn last(ports: &Ports<'_>, prefix: &StorePrefix) -> Result<Option<Release>, OperationError> {
    let Some(number) = newest(ports, prefix).await? else { return Ok(None) };
    let key = prefix.numbered(number);
    let Some(stored) = ports.store.get(&key).await? else { return Ok(None) };
    let release = serde_json::from_slice(&stored.bytes)
        .map_err(|error| OperationError::Document { key: key.to_string(), reason: error.to_string() })?;
    Ok(Some(release))
}

async fn newest(ports: &Ports<'_>, prefix: &StorePrefix) -> Result<Option<u64>, StoreError> {
    let listed = ports.store.list(prefix, None).await?;
    Ok(listed.iter().filter_map(|object| prefix.number_of(&object.key)).max())
}
