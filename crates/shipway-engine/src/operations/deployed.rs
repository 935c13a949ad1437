//! What a store knows to be deployed: heads, and what the builds that they name require. Lambda is not asked.

use std::collections::BTreeMap;

use shipway_core::digest::BuildDigest;
use shipway_core::ledger::Head;
use shipway_core::names::{EnvironmentName, ProjectName};
use shipway_core::store_layout::{self, StorePrefix};
use shipway_core::target_name::TargetName;
use shipway_core::terraform_plan::Deployed;

use crate::OperationError;
use crate::at_once::at_once;
use crate::context::Ports;
use crate::record::find_record;

/// How many heads are read at the same time.
const AT_ONCE: usize = 16;

/// A head, and whose it is.
pub(super) struct NamedHead {
    pub(super) project: ProjectName,
    pub(super) environment: EnvironmentName,
    pub(super) name: TargetName,
    pub(super) head: Head,
}

/// Every target whose head lies below `heads`, with the contracts of its builds.
///
/// # Errors
/// When the store cannot be listed or read, or a head is none. A build record that is gone or cannot be read is left out.
pub async fn deployed(ports: &Ports<'_>, heads: &StorePrefix) -> Result<Vec<Deployed>, OperationError> {
    let heads = named_heads(ports, heads).await?;
    let reads = heads.into_iter().map(|NamedHead { project, environment, name, head }| async move {
        let mut one = Deployed { project, environment, name, head, contracts: BTreeMap::new() };
        let builds: Vec<BuildDigest> = one.builds().map(|build| build.build).collect();
        for build in builds {
            if let Some(record) = find_record(ports, &build).await? {
                one.contracts.insert(build, record.contract);
            }
        }
        Ok(one)
    });
    at_once(AT_ONCE, reads).await.into_iter().collect()
}

/// Every head below `heads`.
pub(super) async fn named_heads(ports: &Ports<'_>, heads: &StorePrefix) -> Result<Vec<NamedHead>, OperationError> {
    let listed = ports.store.list(heads, None).await?;
    let named = listed.into_iter().filter_map(|object| store_layout::whose_head(&object.key));
    let reads = named.map(|(project, environment, name)| async move {
        let key = store_layout::head(&project, &environment, &name);
        let Some(stored) = ports.store.get(&key).await? else { return Ok(None) };
        let head: Head = serde_json::from_slice(&stored.bytes)
            .map_err(|error| OperationError::Usage { message: format!("{key} cannot be read: {error}"), hint: None })?;
        Ok(Some(NamedHead { project, environment, name, head }))
    });
    let read: Vec<Result<Option<NamedHead>, OperationError>> = at_once(AT_ONCE, reads).await;
    read.into_iter().filter_map(Result::transpose).collect()
}
