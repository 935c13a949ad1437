//! The artifacts of a store: everything that refers to one is read, and what nothing refers to is deleted.
//!
//! A reference that cannot be read ends it: not knowing is not the same as none.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use shipway_core::build_cache::SharedBuild;
use shipway_core::layer::LayerRecord;
use shipway_core::ledger::{Head, read_present};
use shipway_core::pruning::{ArtifactPlan, Keep, References, StoredArtifact, plan_artifacts};
use shipway_core::release::Release;
use shipway_core::store_layout::{self, StoreKey, StorePrefix};

use super::PrunedArtifacts;
use crate::OperationError;
use crate::at_once::at_once;
use crate::context::Ports;

/// How many documents are read at the same time.
const READS_AT_ONCE: usize = 16;

/// Looks at the store and plans.
pub(super) async fn plan(ports: &Ports<'_>, keep: Keep) -> Result<ArtifactPlan, OperationError> {
    // Artifacts first: what comes into the store after this is not deleted.
    let stored = stored(ports).await?;
    let references = references(ports, keep).await?;
    Ok(plan_artifacts(&stored, &references))
}

async fn stored(ports: &Ports<'_>) -> Result<Vec<StoredArtifact>, OperationError> {
    let listed = ports.store.list(&store_layout::artifacts(), None).await?;
    let artifacts = listed.into_iter().filter_map(|object| {
        let artifact = store_layout::which_artifact(&object.key)?;
        Some(StoredArtifact { artifact, bytes: object.bytes })
    });
    Ok(artifacts.collect())
}

/// Everything in the store that refers to an artifact.
async fn references(ports: &Ports<'_>, keep: Keep) -> Result<References, OperationError> {
    let mut references = References::default();
    for shared in documents::<SharedBuild>(ports, &store_layout::all_shared_builds()).await? {
        references.add_shared_build(&shared);
    }
    for layer in documents::<LayerRecord>(ports, &store_layout::all_layers()).await? {
        references.add_artifact(layer.artifact);
    }
    for release in releases(ports, keep).await? {
        references.add_release(&release);
    }
    for head in documents::<Head>(ports, &store_layout::all_heads()).await? {
        references.add_head(&head);
    }
    // The ledgers last: what begins meanwhile shows there.
    add_ledgers(ports, &mut references).await?;
    Ok(references)
}

async fn add_ledgers(ports: &Ports<'_>, references: &mut References) -> Result<(), OperationError> {
    let listed = ports.store.list(&store_layout::all_targets(), None).await?;
    let mut newest: BTreeMap<StorePrefix, u64> = BTreeMap::new();
    for (ledger, number) in listed.iter().filter_map(|object| store_layout::which_ledger(&object.key)) {
        let known = newest.entry(ledger).or_insert(number);
        *known = number.max(*known);
    }
    let reads = newest.into_iter().map(|(ledger, number)| async move {
        let bytes = bytes(ports, &ledger.numbered(number)).await?;
        let before = match number.checked_sub(1).filter(|number| *number > 0) {
            Some(number) => Some((number, self::bytes(ports, &ledger.numbered(number)).await?)),
            None => None,
        };
        let before = before.as_ref().map(|(number, bytes)| (*number, bytes.as_slice()));
        read_present((number, &bytes), before, None)
            .map_err(|source| OperationError::Ledger { target: ledger.to_string(), source })
    });
    for present in at_once(READS_AT_ONCE, reads).await {
        references.add_state(present?.state());
    }
    Ok(())
}

/// The newest releases of each environment.
async fn releases(ports: &Ports<'_>, keep: Keep) -> Result<Vec<Release>, OperationError> {
    let listed = ports.store.list(&store_layout::all_releases(), None).await?;
    let mut series: BTreeMap<StorePrefix, Vec<u64>> = BTreeMap::new();
    for (prefix, number) in listed.iter().filter_map(|object| store_layout::numbered_series(&object.key)) {
        series.entry(prefix).or_default().push(number);
    }
    let keys = series.into_iter().flat_map(|(prefix, mut numbers)| {
        numbers.sort_unstable();
        let newest: Vec<StoreKey> =
            numbers.iter().rev().take(keep.count()).map(|number| prefix.numbered(*number)).collect();
        newest
    });
    read_all(ports, keys.collect()).await
}

async fn documents<T: DeserializeOwned>(ports: &Ports<'_>, prefix: &StorePrefix) -> Result<Vec<T>, OperationError> {
    let listed = ports.store.list(prefix, None).await?;
    read_all(ports, listed.iter().filter_map(|object| prefix.listed(&object.key)).collect()).await
}

async fn read_all<T: DeserializeOwned>(ports: &Ports<'_>, keys: Vec<StoreKey>) -> Result<Vec<T>, OperationError> {
    let reads = keys.iter().map(|key| async move {
        let bytes = bytes(ports, key).await?;
        serde_json::from_slice(&bytes)
            .map_err(|error| OperationError::Document { key: key.to_string(), reason: error.to_string() })
    });
    at_once(READS_AT_ONCE, reads).await.into_iter().collect()
}

async fn bytes(ports: &Ports<'_>, key: &StoreKey) -> Result<Vec<u8>, OperationError> {
    let stored = ports.store.get(key).await?;
    let gone = || OperationError::Document { key: key.to_string(), reason: "it is missing".to_owned() };
    stored.map(|stored| stored.bytes).ok_or_else(gone)
}

/// Deletes what was planned, after everything that refers to artifacts was read once more.
pub(super) async fn carry_out(ports: &Ports<'_>, keep: Keep, plan: ArtifactPlan) -> PrunedArtifacts {
    let mut pruned = PrunedArtifacts::default();
    if plan.delete.is_empty() {
        return pruned;
    }
    let references = match references(ports, keep).await {
        Ok(references) => references,
        Err(error) => return PrunedArtifacts { failed: Some(error), ..pruned },
    };
    for doomed in plan.delete {
        if references.are_changing() || references.contain(&doomed.artifact) {
            pruned.spared += 1;
            continue;
        }
        if let Err(error) = ports.store.delete_artifact(&doomed.artifact).await {
            pruned.failed = Some(error.into());
            break;
        }
        pruned.deleted.push(doomed);
    }
    pruned
}
