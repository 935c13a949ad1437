//! The store's part of the build cache: takes a build that another machine has made, and leaves what was deployed for the
//! next. A cache that fails costs a build, never a deployment: what goes wrong is told, and the function is built.

use shipway_core::build::BuildRecord;
use shipway_core::build_cache::{CacheAccess, SHARED_BUILD_VERSION, SharedBuild};
use shipway_core::digest::{BuildDigest, SourceDigest};
use shipway_core::store_layout;

use super::build::BuiltFunction;
use super::explanation::Miss;
use crate::context::{Environment, Ports};
use crate::ports::{ArtifactFile, CachedBuild, Replaced, StoreError, StoreErrorKind};
use crate::record::put_artifact;

/// How often an entry that others keep writing is tried.
const ATTEMPTS: u32 = 4;

/// The build that some machine made of this source, with its zip on this machine; or why there is none.
pub(crate) async fn find(
    ports: &Ports<'_>,
    environment: &Environment,
    source: &SourceDigest,
) -> Result<CachedBuild, Miss> {
    let unreadable = |error: StoreError| Miss::Unreadable { reason: error.to_string() };
    let key = store_layout::shared_build(&environment.project, &environment.name, source);
    let entry = ports.store.get(&key).await.map_err(unreadable)?.ok_or(Miss::Absent)?;
    let entry = read_entry(&entry.bytes, source)?;
    let stored = ports.store.get(&store_layout::build_record(&entry.build)).await.map_err(unreadable)?;
    let bytes = stored.ok_or_else(|| damaged("the build record that it names is not in the store"))?.bytes;
    let record = read_record(&bytes, &entry)?;
    let file = artifact(ports, &record).await?;
    Ok(CachedBuild { record, file })
}

/// An entry of a newer version is somebody else's business: it counts as none.
fn read_entry(bytes: &[u8], source: &SourceDigest) -> Result<SharedBuild, Miss> {
    let entry: SharedBuild = serde_json::from_slice(bytes).map_err(|error| damaged(&error.to_string()))?;
    if entry.version != SHARED_BUILD_VERSION {
        let reason = format!("its format is version {}, this Shipway knows {SHARED_BUILD_VERSION}", entry.version);
        return Err(Miss::Unreadable { reason });
    }
    if entry.source_digest != *source {
        return Err(damaged("it is another source's"));
    }
    Ok(entry)
}

fn read_record(bytes: &[u8], entry: &SharedBuild) -> Result<BuildRecord, Miss> {
    if BuildDigest::of(bytes) != entry.build {
        return Err(damaged("the build record is not the one that it names"));
    }
    let record: BuildRecord = serde_json::from_slice(bytes).map_err(|error| damaged(&error.to_string()))?;
    if record.source_digest() != Some(entry.source_digest) || record.artifact != entry.artifact {
        return Err(damaged("the build record tells of another source or artifact"));
    }
    // What a newer Shipway wrote into it would be lost when it is written again, and its name with it.
    if record.to_bytes().1 != entry.build {
        return Err(Miss::Unreadable { reason: "the build record holds what this Shipway does not know".to_owned() });
    }
    Ok(record)
}

async fn artifact(ports: &Ports<'_>, record: &BuildRecord) -> Result<ArtifactFile, Miss> {
    if let Some(file) = ports.files.find(&record.artifact).await {
        return Ok(file);
    }
    let fetched = ports.store.fetch_artifact(&record.artifact).await;
    let file = fetched.map_err(|error| match error.kind {
        StoreErrorKind::Damaged => damaged(&error.to_string()),
        _ => Miss::Unreadable { reason: error.to_string() },
    })?;
    let file = file.ok_or_else(|| damaged("the artifact that it names is not in the store"))?;
    if file.bytes == record.zip_bytes { Ok(file) } else { Err(damaged("the artifact has another size")) }
}

fn damaged(reason: &str) -> Miss {
    Miss::Damaged { reason: reason.to_owned() }
}

/// Leaves a build that was deployed for other machines, where this run may. `Err` says why it could not.
pub(crate) async fn leave(ports: &Ports<'_>, environment: &Environment, built: &BuiltFunction) -> Result<(), String> {
    let (CacheAccess::ReadAndWrite, Some(source_digest)) = (environment.cache, built.record.source_digest()) else {
        return Ok(());
    };
    let entry = SharedBuild {
        version: SHARED_BUILD_VERSION,
        source_digest,
        build: built.digest,
        artifact: built.record.artifact,
    };
    // A deployment that found the code live already has uploaded nothing.
    put_artifact(ports, &built.file).await.map_err(|error| error.to_string())?;
    write(ports, environment, &entry).await.map_err(|error| error.to_string())
}

/// The last build of a source wins: the one before may be what could not be used.
async fn write(ports: &Ports<'_>, environment: &Environment, entry: &SharedBuild) -> Result<(), StoreError> {
    let key = store_layout::shared_build(&environment.project, &environment.name, &entry.source_digest);
    let bytes = serde_json::to_vec(entry).expect("digests and a number always have a JSON form");
    for _ in 0..ATTEMPTS {
        let stored = ports.store.get(&key).await?;
        let present = stored.as_ref().map(|stored| read_entry(&stored.bytes, &entry.source_digest));
        match present {
            Some(Ok(present)) if present == *entry => return Ok(()),
            Some(Err(Miss::Unreadable { .. })) => return Ok(()),
            _ => {}
        }
        match ports.store.replace(&key, &bytes, stored.as_ref().map(|stored| &stored.etag)).await? {
            Replaced::Replaced(_) => return Ok(()),
            Replaced::Changed => {}
        }
    }
    // Others keep writing entries of the very same source: any of them will do.
    Ok(())
}
