//! A store in memory that behaves like S3: conditional writes, ETags, consistent lists.

use async_trait::async_trait;
use shipway_core::digest::ArtifactDigest;
use shipway_core::store_layout::{self, StoreKey, StorePrefix};
use shipway_engine::ports::{
    ArtifactFile, Created, ETag, Listed, ObjectLocation, Reach, Replaced, Store, StoreError, StoreErrorKind, Stored,
    Versioning,
};

use super::state::{Object, Things};
use super::traps::Fault;
use super::{Guard, Process, Side};

fn error(operation: &'static str, object: &str, kind: StoreErrorKind, message: &str) -> StoreError {
    StoreError { operation, object: format!("memory://store/{object}"), kind, message: message.to_owned() }
}

fn spoiled(operation: &'static str, object: &str, fault: Fault) -> StoreError {
    let (kind, message) = match fault {
        Fault::LostRequest | Fault::LostReply => (StoreErrorKind::Unknown, "no answer"),
        Fault::Denied => (StoreErrorKind::Denied, "not allowed"),
        Fault::Full => (StoreErrorKind::Full, "no room left"),
        Fault::Missing => (StoreErrorKind::Missing, "no such bucket"),
    };
    error(operation, object, kind, message)
}

impl Things {
    fn tag(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    fn put(&mut self, key: &str, bytes: &[u8]) -> ETag {
        let tag = self.tag();
        self.objects.insert(key.to_owned(), Object { bytes: bytes.to_vec(), tag });
        etag(tag)
    }
}

fn etag(tag: u64) -> ETag {
    ETag(tag.to_string())
}

#[async_trait(?Send)]
impl Store for Process {
    async fn get(&self, key: &StoreKey) -> Result<Option<Stored>, StoreError> {
        let read = |things: &mut Things| {
            Ok(things
                .objects
                .get(key.as_str())
                .map(|object| Stored { bytes: object.bytes.clone(), etag: etag(object.tag) }))
        };
        let object = key.as_str();
        self.call(Side::Store, "get", object, Guard::NotNeeded, read, |fault| spoiled("read", object, fault)).await
    }

    async fn create(&self, key: &StoreKey, bytes: &[u8]) -> Result<Created, StoreError> {
        let create = |things: &mut Things| {
            if things.objects.contains_key(key.as_str()) {
                return Ok(Created::Exists);
            }
            things.put(key.as_str(), bytes);
            Ok(Created::Created)
        };
        let object = key.as_str();
        self.call(Side::Store, "create", object, Guard::NotNeeded, create, |fault| spoiled("create", object, fault))
            .await
    }

    async fn replace(&self, key: &StoreKey, bytes: &[u8], expected: Option<&ETag>) -> Result<Replaced, StoreError> {
        let replace = |things: &mut Things| {
            let found = things.objects.get(key.as_str()).map(|object| etag(object.tag));
            if found.as_ref() != expected {
                return Ok(Replaced::Changed);
            }
            Ok(Replaced::Replaced(things.put(key.as_str(), bytes)))
        };
        let object = key.as_str();
        let guard = expected.map_or(Guard::NotNeeded, |tag| Guard::Present(tag.0.clone()));
        self.call(Side::Store, "replace", object, guard, replace, |fault| spoiled("replace", object, fault)).await
    }

    async fn list(&self, prefix: &StorePrefix, after: Option<&StoreKey>) -> Result<Vec<Listed>, StoreError> {
        let list = |things: &mut Things| {
            let length = |bytes: &[u8]| u64::try_from(bytes.len()).unwrap();
            let objects = things.objects.iter().map(|(key, object)| Listed {
                key: key.clone(),
                etag: etag(object.tag),
                bytes: length(&object.bytes),
            });
            let artifacts = things.artifacts.iter().map(|(artifact, bytes)| Listed {
                key: store_layout::artifact(artifact).as_str().to_owned(),
                etag: ETag(artifact.hex()),
                bytes: length(bytes),
            });
            let mut listed: Vec<Listed> = objects
                .chain(artifacts)
                .filter(|listed| listed.key.starts_with(prefix.as_str()))
                .filter(|listed| after.is_none_or(|after| listed.key.as_str() > after.as_str()))
                .collect();
            listed.sort_by(|one, other| one.key.cmp(&other.key));
            Ok(listed)
        };
        let object = prefix.as_str();
        self.call(Side::Store, "list", object, Guard::NotNeeded, list, |fault| spoiled("list", object, fault)).await
    }

    async fn has_artifact(&self, artifact: &ArtifactDigest, _bytes: u64) -> Result<bool, StoreError> {
        let object = artifact.hex();
        let has = |things: &mut Things| Ok(things.artifacts.contains_key(artifact));
        self.call(Side::Store, "has_artifact", &object, Guard::NotNeeded, has, |fault| spoiled("read", &object, fault))
            .await
    }

    async fn put_artifact(&self, file: &ArtifactFile) -> Result<Created, StoreError> {
        let object = file.artifact.hex();
        let host = self.host();
        let put = |things: &mut Things| {
            if things.artifacts.contains_key(&file.artifact) {
                return Ok(Created::Exists);
            }
            let bytes = things.disk.get(&(host, file.path.clone())).cloned();
            let bytes =
                bytes.ok_or_else(|| error("upload", &file.artifact.hex(), StoreErrorKind::Rejected, "no such file"))?;
            things.artifacts.insert(file.artifact, bytes);
            Ok(Created::Created)
        };
        self.call(Side::Store, "put_artifact", &object, Guard::NotNeeded, put, |fault| {
            spoiled("upload", &object, fault)
        })
        .await
    }

    async fn fetch_artifact(&self, artifact: &ArtifactDigest) -> Result<Option<ArtifactFile>, StoreError> {
        let object = artifact.hex();
        let host = self.host();
        let fetch = |things: &mut Things| {
            let Some(bytes) = things.artifacts.get(artifact).cloned() else { return Ok(None) };
            Ok(Some(things.keep_zip(&host, bytes)))
        };
        self.call(Side::Store, "fetch_artifact", &object, Guard::NotNeeded, fetch, |fault| {
            spoiled("download", &object, fault)
        })
        .await
    }

    fn reach(&self) -> Reach {
        match self.world.with_things(|things| things.bucket.clone()) {
            Some(_) => Reach::OfLambda,
            None => Reach::OfThisMachine,
        }
    }

    async fn artifact_location(&self, artifact: &ArtifactDigest) -> Result<Option<ObjectLocation>, StoreError> {
        let object = artifact.hex();
        let locate = |things: &mut Things| {
            let Some(bucket) = things.bucket.clone() else { return Ok(None) };
            if !things.artifacts.contains_key(artifact) {
                return Err(error(
                    "read",
                    &artifact.hex(),
                    StoreErrorKind::Rejected,
                    "the artifact is not in the store",
                ));
            }
            let key = store_layout::artifact(artifact).as_str().to_owned();
            Ok(Some(ObjectLocation { bucket, key, version: None }))
        };
        self.call(Side::Store, "artifact_location", &object, Guard::NotNeeded, locate, |fault| {
            spoiled("read", &object, fault)
        })
        .await
    }

    async fn delete_artifact(&self, artifact: &ArtifactDigest) -> Result<(), StoreError> {
        let object = artifact.hex();
        let delete = |things: &mut Things| {
            things.artifacts.remove(artifact);
            Ok(())
        };
        self.call(Side::Store, "delete_artifact", &object, Guard::NotNeeded, delete, |fault| {
            spoiled("delete", &object, fault)
        })
        .await
    }

    async fn versioning(&self) -> Result<Versioning, StoreError> {
        let read = |things: &mut Things| Ok(things.versioning);
        self.call(Side::Store, "versioning", "", Guard::NotNeeded, read, |fault| spoiled("read", "", fault)).await
    }

    fn url(&self) -> &str {
        "memory://store"
    }
}
