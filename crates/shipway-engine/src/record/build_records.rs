//! Build records in the store, read by the digest that names them.

use shipway_core::build::BuildRecord;
use shipway_core::digest::BuildDigest;
use shipway_core::ledger::BuildReference;
use shipway_core::store_layout;

use crate::OperationError;
use crate::context::Ports;
use crate::ports::StoreError;

/// The record; `None` when it is not in the store, or cannot be read.
///
/// # Errors
/// When the store fails.
pub(crate) async fn find_record(ports: &Ports<'_>, build: &BuildDigest) -> Result<Option<BuildRecord>, StoreError> {
    let stored = ports.store.get(&store_layout::build_record(build)).await?;
    Ok(stored.and_then(|stored| serde_json::from_slice(&stored.bytes).ok()))
}

/// The record, without which nothing can be done.
///
/// # Errors
/// When the store fails, the record is not in it, or it cannot be read.
pub(crate) async fn require_record(ports: &Ports<'_>, build: &BuildReference) -> Result<BuildRecord, OperationError> {
    find_record(ports, &build.build).await?.ok_or_else(|| OperationError::Usage {
        message: format!("the record of build {} is not in the store, or cannot be read", build.artifact.short()),
        hint: Some("`shipway deploy` from its commit writes it again".to_owned()),
    })
}
