//! Writing what is named by its own content: artifacts and build records.
//!
//! Created twice is created once, so a creation of which nobody knows is simply tried again, a bounded number of times.

use shipway_core::store_layout::StoreKey;

use crate::context::Ports;
use crate::ports::{ArtifactFile, Created, StoreError, StoreErrorKind};

const ATTEMPTS: u32 = 4;

/// Puts a record under the key that its content gives it.
///
/// # Errors
/// When the store does not take it.
pub(crate) async fn create_record(ports: &Ports<'_>, key: &StoreKey, bytes: &[u8]) -> Result<Created, StoreError> {
    settle(async || ports.store.create(key, bytes).await).await
}

/// Puts an artifact into the store, unless it is there.
///
/// # Errors
/// When the store does not take it.
pub(crate) async fn put_artifact(ports: &Ports<'_>, file: &ArtifactFile) -> Result<Created, StoreError> {
    settle(async || ports.store.put_artifact(file).await).await
}

async fn settle(mut send: impl AsyncFnMut() -> Result<Created, StoreError>) -> Result<Created, StoreError> {
    let mut attempt = 1;
    loop {
        match send().await {
            Err(error) if error.kind == StoreErrorKind::Unknown && attempt < ATTEMPTS => attempt += 1,
            answer => return answer,
        }
    }
}
