//! The store, in the few calls whose meaning is the same on a disk and in S3.

use async_trait::async_trait;
pub use shipway_core::diagnosis::Versioning;
use shipway_core::digest::ArtifactDigest;
use shipway_core::store_layout::{StoreKey, StorePrefix};

use super::ArtifactFile;

/// An opaque tag of an object's content as the store has it; changes with every write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ETag(pub String);

/// An object that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its tag at that moment.
    pub etag: ETag,
}

/// An object that was listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its key, relative to the store's root.
    pub key: String,
    /// Its tag.
    pub etag: ETag,
    /// Its size in bytes.
    pub bytes: u64,
}

/// What became of a creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// This call created it.
    Created,
    /// Something was there already; it was left alone. It may be this writer's own, from a lost reply: read it back.
    Exists,
}

/// What became of a replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replaced {
    /// Done; the new tag.
    Replaced(ETag),
    /// The object was not what the caller expected; it was left alone.
    Changed,
}

/// Where an object is, for Lambda to fetch it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectLocation {
    /// The bucket.
    pub bucket: String,
    /// The whole key in the bucket.
    pub key: String,
    /// The object's version, in a versioned bucket.
    pub version: Option<String>,
}

/// Whether Lambda can fetch artifacts from a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It can.
    OfLambda,
    /// The store is on a disk that the function's Lambda does not share.
    OfThisMachine,
}

/// A call to the store that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{operation} of {object}: {message}")]
pub struct StoreError {
    /// `read`, `create`, `replace`, `list`, `upload`, `download`, `delete`.
    pub operation: &'static str,
    /// The key with the store's URL before it.
    pub object: String,
    /// What became of it.
    pub kind: StoreErrorKind,
    /// The store's own words.
    pub message: String,
}

/// What became of a call to the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// The store itself is missing: no such bucket, or not in this region, no folder and none may be made, no such KMS key.
    Missing,
    /// Not allowed (also: a read-only file system).
    Denied,
    /// No credentials, or expired ones.
    Credentials,
    /// No room left.
    Full,
    /// What was read is not what was written: a checksum differs.
    Damaged,
    /// Nobody knows whether it happened (no answer, a server error). Reads were retried already.
    Unknown,
    /// Anything else that will not get better by itself.
    Rejected,
}

/// The store. Reads retry inside (bounded); writes are sent once.
#[async_trait(?Send)]
pub trait Store {
    /// The object's bytes, or `None`.
    async fn get(&self, key: &StoreKey) -> Result<Option<Stored>, StoreError>;
    /// Creates the object unless one is there (S3: `If-None-Match: *`; disk: a hard link), durably.
    async fn create(&self, key: &StoreKey, bytes: &[u8]) -> Result<Created, StoreError>;
    /// Replaces the object if its tag is `expected`, or creates it if `None` was expected and nothing is there.
    async fn replace(&self, key: &StoreKey, bytes: &[u8], expected: Option<&ETag>) -> Result<Replaced, StoreError>;
    /// All objects below the prefix whose key sorts after `after` (if given), in order of their keys.
    async fn list(&self, prefix: &StorePrefix, after: Option<&StoreKey>) -> Result<Vec<Listed>, StoreError>;
    /// Whether the artifact is there with that size.
    async fn has_artifact(&self, artifact: &ArtifactDigest, bytes: u64) -> Result<bool, StoreError>;
    /// Uploads an artifact, checked by the store or by reading back against its SHA-256. One that is there already
    /// is left alone (`Exists`).
    async fn put_artifact(&self, file: &ArtifactFile) -> Result<Created, StoreError>;
    /// Downloads an artifact and checks its SHA-256. `None` if it is not there.
    async fn fetch_artifact(&self, artifact: &ArtifactDigest) -> Result<Option<ArtifactFile>, StoreError>;
    /// Whether Lambda can fetch from this store at all; asked before there is an artifact.
    fn reach(&self) -> Reach;
    /// Where Lambda can fetch an artifact that is in the store, or `None` where it cannot (a store on a disk that the
    /// function's Lambda does not share).
    async fn artifact_location(&self, artifact: &ArtifactDigest) -> Result<Option<ObjectLocation>, StoreError>;
    /// Deletes an artifact; one that is not there is a success. Nothing else in a store is ever deleted: there is no call
    /// for it. Only `prune` makes this one.
    async fn delete_artifact(&self, artifact: &ArtifactDigest) -> Result<(), StoreError>;
    /// Whether the store keeps what is overwritten or deleted in it.
    async fn versioning(&self) -> Result<Versioning, StoreError>;
    /// The store's URL, for messages.
    fn url(&self) -> &str;
}
