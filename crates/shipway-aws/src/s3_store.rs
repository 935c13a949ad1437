//! The store in S3: conditional writes, checksums on every object, versions of artifacts.
//!
//! Writes are sent once. What was answered is told as it is: a 412 is "exists" or "changed"; a 409, a server error and
//! silence are Unknown, for the engine to read back. Artifacts can be deleted, and nothing else.

use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::operation::put_object::PutObjectOutput;
use aws_sdk_s3::operation::put_object::builders::PutObjectFluentBuilder;
use aws_sdk_s3::primitives::{ByteStream, ByteStreamError};
use aws_sdk_s3::types::{BucketVersioningStatus, ChecksumMode, ServerSideEncryption};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use shipway_core::digest::ArtifactDigest;
use shipway_core::names::Region;
use shipway_core::store_layout::{self, StoreKey, StorePrefix};
use shipway_engine::ports::{
    ArtifactFile, CallError, CallErrorKind, Created, ETag, Listed, ObjectLocation, Reach, Replaced, Store, StoreError,
    StoreErrorKind, Stored, Versioning,
};

use crate::artifact_download::{self, SaveError};
use crate::call_error::{Call, chain, is_checksum_mismatch};
use crate::s3_location::S3Location;

/// 250 MB on a line of 2 Mbit/s take 17 minutes.
const ARTIFACT_TIMEOUT: Duration = Duration::from_secs(30 * 60);

/// How often a read is begun whose bytes broke off. (What fails before the bytes, the SDK tries again.)
const READ_ATTEMPTS: usize = 3;

/// Who checks an uploaded artifact against its SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verification {
    /// The server: AWS refuses bytes that are not those of the checksum sent with them.
    ByServer,
    /// We do, by reading it back: other servers store a checksum without looking (moto, for one).
    ReadBack,
}

/// A store in S3. Made by [`crate::Clients::s3_store`].
#[derive(Debug, Clone)]
pub struct S3Store {
    reads: Client,
    writes: Client,
    location: S3Location,
    url: String,
    kms_key: Option<String>,
    verification: Verification,
    region: Region,
    folder: PathBuf,
}

/// What is known of a stored artifact without reading it.
struct StoredArtifact {
    bytes: u64,
    checksum: Option<String>,
    version: Option<String>,
}

impl S3Store {
    pub(crate) fn new(
        reads: Client,
        writes: Client,
        location: S3Location,
        kms_key: Option<String>,
        verification: Verification,
        region: Region,
        folder: PathBuf,
    ) -> Self {
        let url = location.to_string();
        Self { reads, writes, location, url, kms_key, verification, region, folder }
    }

    /// `key` is shown after the store's URL; the store operation is for [`StoreError::operation`].
    fn failed(&self, operation: &'static str, key: &str, error: &CallError) -> StoreError {
        let mut message = error.message.clone();
        if let Some(code) = &error.code {
            message = format!("{code}: {message}");
        }
        if let Some(request_id) = &error.request_id {
            message = format!("{message} (request {request_id})");
        }
        let kind = store_error_kind(error);
        if kind == StoreErrorKind::Denied {
            message.push_str("; without s3:ListBucket S3 answers 403 for an object that is not there, too");
        }
        self.error(operation, key, kind, message)
    }

    fn error(
        &self,
        operation: &'static str,
        key: &str,
        kind: StoreErrorKind,
        message: impl Into<String>,
    ) -> StoreError {
        StoreError { operation, object: format!("{}/{key}", self.url), kind, message: message.into() }
    }

    fn call<'a>(&'a self, operation: &'static str, key: &'a str) -> Call<'a> {
        Call { operation, object: key, region: self.region.as_str() }
    }

    /// A put of one object with the SHA-256 of its bytes.
    fn put(&self, key: &str, sha256: &[u8; 32], body: ByteStream) -> PutObjectFluentBuilder {
        let put = self
            .writes
            .put_object()
            .bucket(self.location.bucket())
            .key(self.location.whole_key(key))
            .checksum_sha256(STANDARD.encode(sha256))
            .body(body);
        match &self.kms_key {
            Some(key) => put.server_side_encryption(ServerSideEncryption::AwsKms).ssekms_key_id(key),
            None => put,
        }
    }

    async fn read(&self, key: &str) -> Result<Option<Stored>, StoreError> {
        let call = self.call("GetObject", key);
        let mut last = self.error("read", key, StoreErrorKind::Unknown, "no attempt was made");
        for _ in 0..READ_ATTEMPTS {
            let request = self.reads.get_object().bucket(self.location.bucket()).key(self.location.whole_key(key));
            let reply = match request.send().await {
                Ok(reply) => reply,
                Err(error) => return self.absent_or_failed("read", key, &call.failed(&error)),
            };
            let etag = ETag(reply.e_tag().unwrap_or_default().to_owned());
            match reply.body.collect().await {
                Ok(bytes) => return Ok(Some(Stored { bytes: bytes.to_vec(), etag })),
                Err(error) => last = self.error("read", key, kind_of_broken_body(&error), chain(&error)),
            }
        }
        Err(last)
    }

    fn absent_or_failed<T>(
        &self,
        operation: &'static str,
        key: &str,
        error: &CallError,
    ) -> Result<Option<T>, StoreError> {
        if error.code.as_deref() == Some("NoSuchKey") { Ok(None) } else { Err(self.failed(operation, key, error)) }
    }

    async fn head_artifact(
        &self,
        operation: &'static str,
        artifact: &ArtifactDigest,
    ) -> Result<Option<StoredArtifact>, StoreError> {
        let key = store_layout::artifact(artifact);
        let call = self.call("HeadObject", key.as_str());
        let request = self
            .reads
            .head_object()
            .bucket(self.location.bucket())
            .key(self.location.whole_key(key.as_str()))
            .checksum_mode(ChecksumMode::Enabled);
        match request.send().await {
            Ok(reply) => Ok(Some(stored_artifact(&reply))),
            Err(error) => {
                let error = call.failed(&error);
                // A HEAD's answer has no body and so no code: a bucket that is missing looks the same as a key.
                if error.kind == CallErrorKind::NotFound {
                    Ok(None)
                } else {
                    Err(self.failed(operation, key.as_str(), &error))
                }
            }
        }
    }

    /// Whether the stored artifact is the one that it is named after, as far as the server says.
    fn check_stored(&self, file: &ArtifactFile, stored: &StoredArtifact) -> Result<(), StoreError> {
        let key = store_layout::artifact(&file.artifact);
        let damaged = |message: String| Err(self.error("upload", key.as_str(), StoreErrorKind::Damaged, message));
        if stored.bytes != file.bytes {
            return damaged(format!("the stored object has {} bytes, not {}", stored.bytes, file.bytes));
        }
        match &stored.checksum {
            Some(checksum) if *checksum != file.artifact.code_sha256() => {
                damaged(format!("the stored object's SHA-256 is {checksum}, not {}", file.artifact.code_sha256()))
            }
            _ => Ok(()),
        }
    }

    async fn read_back(&self, file: &ArtifactFile) -> Result<(), StoreError> {
        let key = store_layout::artifact(&file.artifact);
        let call = self.call("GetObject", key.as_str());
        let request = self.reads.get_object().bucket(self.location.bucket()).key(self.location.whole_key(key.as_str()));
        let reply = request.send().await.map_err(|error| self.failed("upload", key.as_str(), &call.failed(&error)))?;
        let found = sha256_of(reply.body).await.map_err(|error| {
            self.error(
                "upload",
                key.as_str(),
                kind_of_broken_body(&error),
                format!("reading it back: {}", chain(&error)),
            )
        })?;
        if found == file.artifact {
            return Ok(());
        }
        let message = format!("the stored object's SHA-256 is {found}");
        Err(self.error("upload", key.as_str(), StoreErrorKind::Damaged, message))
    }

    async fn upload(&self, file: &ArtifactFile) -> Result<Result<PutObjectOutput, CallError>, StoreError> {
        let key = store_layout::artifact(&file.artifact);
        let call = self.call("PutObject", key.as_str());
        let body = ByteStream::from_path(&file.path).await.map_err(|error| {
            let message = format!("{} cannot be read: {error}", file.path.display());
            self.error("upload", key.as_str(), StoreErrorKind::Rejected, message)
        })?;
        let limit = TimeoutConfig::builder().operation_attempt_timeout(ARTIFACT_TIMEOUT).build();
        let put = self.put(key.as_str(), &file.artifact.0, body).if_none_match("*").content_type("application/zip");
        let put = put.customize().config_override(aws_sdk_s3::Config::builder().timeout_config(limit));
        Ok(put.send().await.map_err(|error| call.failed(&error)))
    }
}

#[async_trait(?Send)]
impl Store for S3Store {
    async fn get(&self, key: &StoreKey) -> Result<Option<Stored>, StoreError> {
        self.read(key.as_str()).await
    }

    async fn create(&self, key: &StoreKey, bytes: &[u8]) -> Result<Created, StoreError> {
        let call = self.call("PutObject", key.as_str());
        let put = self.put(key.as_str(), &sha256(bytes), ByteStream::from(bytes.to_vec())).if_none_match("*");
        match put.content_type("application/json").send().await {
            Ok(_) => Ok(Created::Created),
            Err(error) => match call.failed(&error) {
                error if error.kind == CallErrorKind::Precondition => Ok(Created::Exists),
                error => Err(self.failed("create", key.as_str(), &error)),
            },
        }
    }

    async fn replace(&self, key: &StoreKey, bytes: &[u8], expected: Option<&ETag>) -> Result<Replaced, StoreError> {
        let call = self.call("PutObject", key.as_str());
        let put = self.put(key.as_str(), &sha256(bytes), ByteStream::from(bytes.to_vec()));
        let put = match expected {
            Some(etag) => put.if_match(&etag.0),
            None => put.if_none_match("*"),
        };
        match put.content_type("application/json").send().await {
            Ok(reply) => Ok(Replaced::Replaced(ETag(reply.e_tag().unwrap_or_default().to_owned()))),
            Err(error) => match call.failed(&error) {
                // If-Match on an object that is gone: 404 NoSuchKey.
                error if error.kind == CallErrorKind::Precondition || error.code.as_deref() == Some("NoSuchKey") => {
                    Ok(Replaced::Changed)
                }
                error => Err(self.failed("replace", key.as_str(), &error)),
            },
        }
    }

    async fn list(&self, prefix: &StorePrefix, after: Option<&StoreKey>) -> Result<Vec<Listed>, StoreError> {
        let call = self.call("ListObjectsV2", prefix.as_str());
        let mut pages = self
            .reads
            .list_objects_v2()
            .bucket(self.location.bucket())
            .prefix(self.location.whole_key(prefix.as_str()))
            .set_start_after(after.map(|key| self.location.whole_key(key.as_str())))
            .into_paginator()
            .send();
        let mut listed = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| self.failed("list", prefix.as_str(), &call.failed(&error)))?;
            listed.extend(page.contents().iter().filter_map(|object| {
                Some(Listed {
                    key: self.location.store_key(object.key()?)?.to_owned(),
                    etag: ETag(object.e_tag().unwrap_or_default().to_owned()),
                    bytes: object.size().and_then(|size| u64::try_from(size).ok()).unwrap_or_default(),
                })
            }));
        }
        Ok(listed)
    }

    async fn has_artifact(&self, artifact: &ArtifactDigest, bytes: u64) -> Result<bool, StoreError> {
        Ok(self.head_artifact("read", artifact).await?.is_some_and(|stored| stored.bytes == bytes))
    }

    async fn put_artifact(&self, file: &ArtifactFile) -> Result<Created, StoreError> {
        let key = store_layout::artifact(&file.artifact);
        let refusal = match self.upload(file).await? {
            Ok(reply) => {
                return self.uploaded(file, reply.checksum_sha256()).await;
            }
            Err(refusal) => refusal,
        };
        // 412: it is there. 409: somebody is sending the same artifact just now, and may be done by now.
        if !matches!(refusal.kind, CallErrorKind::Precondition | CallErrorKind::Conflict) {
            return Err(self.failed("upload", key.as_str(), &refusal));
        }
        match self.head_artifact("upload", &file.artifact).await? {
            Some(stored) => self.check_stored(file, &stored).map(|()| Created::Exists),
            None => Err(self.failed("upload", key.as_str(), &refusal)),
        }
    }

    async fn fetch_artifact(&self, artifact: &ArtifactDigest) -> Result<Option<ArtifactFile>, StoreError> {
        let key = store_layout::artifact(artifact);
        let key = key.as_str();
        let call = self.call("GetObject", key);
        let mut last = self.error("download", key, StoreErrorKind::Unknown, "no attempt was made");
        for _ in 0..READ_ATTEMPTS {
            let request = self.reads.get_object().bucket(self.location.bucket()).key(self.location.whole_key(key));
            let reply = match request.send().await {
                Ok(reply) => reply,
                Err(error) => return self.absent_or_failed("download", key, &call.failed(&error)),
            };
            let error = match artifact_download::save(reply.body, artifact, &self.folder).await {
                Ok(file) => return Ok(Some(file)),
                Err(error) => error,
            };
            let kind = match &error {
                SaveError::Broken(cause) => kind_of_broken_body(cause),
                SaveError::Silent => StoreErrorKind::Unknown,
                SaveError::Different { .. } => StoreErrorKind::Damaged,
                SaveError::NotKept(cause) if cause.kind() == std::io::ErrorKind::StorageFull => StoreErrorKind::Full,
                SaveError::NotKept(_) => StoreErrorKind::Rejected,
            };
            last = self.error("download", key, kind, chain(&error));
            if !matches!(error, SaveError::Broken(_) | SaveError::Silent) {
                break;
            }
        }
        Err(last)
    }

    fn reach(&self) -> Reach {
        Reach::OfLambda
    }

    async fn artifact_location(&self, artifact: &ArtifactDigest) -> Result<Option<ObjectLocation>, StoreError> {
        let key = store_layout::artifact(artifact);
        match self.head_artifact("read", artifact).await? {
            Some(stored) => Ok(Some(ObjectLocation {
                bucket: self.location.bucket().to_owned(),
                key: self.location.whole_key(key.as_str()),
                version: stored.version,
            })),
            None => Err(self.error("read", key.as_str(), StoreErrorKind::Rejected, "the artifact is not in the store")),
        }
    }

    async fn delete_artifact(&self, artifact: &ArtifactDigest) -> Result<(), StoreError> {
        let key = store_layout::artifact(artifact);
        let call = self.call("DeleteObject", key.as_str());
        let request =
            self.writes.delete_object().bucket(self.location.bucket()).key(self.location.whole_key(key.as_str()));
        // S3 answers 204 for a key that is not there, too.
        request.send().await.map(drop).map_err(|error| self.failed("delete", key.as_str(), &call.failed(&error)))
    }

    async fn versioning(&self) -> Result<Versioning, StoreError> {
        let call = self.call("GetBucketVersioning", self.location.bucket());
        let reply = self.reads.get_bucket_versioning().bucket(self.location.bucket()).send().await;
        let reply = reply.map_err(|error| self.failed("read", "", &call.failed(&error)))?;
        Ok(match reply.status() {
            Some(BucketVersioningStatus::Enabled) => Versioning::Enabled,
            // Never switched on, or suspended.
            _ => Versioning::Disabled,
        })
    }

    fn url(&self) -> &str {
        &self.url
    }
}

impl S3Store {
    /// Makes sure of an upload that the server took.
    async fn uploaded(&self, file: &ArtifactFile, checksum: Option<&str>) -> Result<Created, StoreError> {
        let verified = self.verification == Verification::ByServer && checksum == Some(&file.artifact.code_sha256());
        if !verified {
            self.read_back(file).await?;
        }
        Ok(Created::Created)
    }
}

fn stored_artifact(reply: &HeadObjectOutput) -> StoredArtifact {
    StoredArtifact {
        bytes: reply.content_length().and_then(|length| u64::try_from(length).ok()).unwrap_or_default(),
        checksum: reply.checksum_sha256().map(str::to_owned),
        // "null" is S3's name for an object that was stored while versioning was off.
        version: reply.version_id().filter(|version| *version != "null").map(str::to_owned),
    }
}

fn kind_of_broken_body(error: &ByteStreamError) -> StoreErrorKind {
    if is_checksum_mismatch(error) { StoreErrorKind::Damaged } else { StoreErrorKind::Unknown }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

async fn sha256_of(mut body: ByteStream) -> Result<ArtifactDigest, ByteStreamError> {
    let mut hash = Sha256::new();
    while let Some(chunk) = body.try_next().await? {
        hash.update(&chunk);
    }
    Ok(ArtifactDigest(hash.finalize().into()))
}

/// S3's codes where they say more than the kind. Source: S3's list of error codes; KMS's come through S3 as `KMS.…`.
fn store_error_kind(error: &CallError) -> StoreErrorKind {
    match error.code.as_deref() {
        Some("NoSuchBucket" | "KMS.NotFoundException") => return StoreErrorKind::Missing,
        // The bucket is in another region: where it should be, there is none.
        Some("PermanentRedirect" | "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException") => {
            return StoreErrorKind::Missing;
        }
        Some("QuotaExceeded" | "XMinioStorageFull") => return StoreErrorKind::Full,
        _ => {}
    }
    match error.kind {
        CallErrorKind::Denied => StoreErrorKind::Denied,
        CallErrorKind::Credentials => StoreErrorKind::Credentials,
        CallErrorKind::NotFound | CallErrorKind::Rejected | CallErrorKind::Precondition => StoreErrorKind::Rejected,
        CallErrorKind::Conflict | CallErrorKind::Throttled | CallErrorKind::NotSent | CallErrorKind::Unknown => {
            StoreErrorKind::Unknown
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region as SdkRegion};
    use aws_smithy_runtime_api::client::http::{
        HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
    };
    use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
    use aws_smithy_types::body::SdkBody;

    use super::*;

    fn kind(kind: CallErrorKind, code: Option<&str>) -> StoreErrorKind {
        let call = Call { operation: "PutObject", object: "key", region: "eu-west-1" };
        store_error_kind(&CallError { code: code.map(str::to_owned), ..call.error(kind, "text") })
    }

    #[test]
    fn a_missing_bucket_is_a_missing_store_and_a_conflict_is_unknown() {
        assert_eq!(kind(CallErrorKind::NotFound, Some("NoSuchBucket")), StoreErrorKind::Missing);
        assert_eq!(kind(CallErrorKind::Rejected, Some("KMS.NotFoundException")), StoreErrorKind::Missing);
        assert_eq!(kind(CallErrorKind::Rejected, Some("PermanentRedirect")), StoreErrorKind::Missing);
        assert_eq!(kind(CallErrorKind::Conflict, Some("ConditionalRequestConflict")), StoreErrorKind::Unknown);
        assert_eq!(kind(CallErrorKind::Denied, Some("AccessDenied")), StoreErrorKind::Denied);
    }

    /// S3 as far as an upload goes: takes every put and echoes this checksum; what is read is `stored`.
    #[derive(Debug, Clone)]
    struct Server {
        checksum: Option<String>,
        stored: &'static str,
        methods: Arc<Mutex<Vec<String>>>,
    }

    impl HttpConnector for Server {
        fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
            let body = if request.method() == "GET" { SdkBody::from(self.stored) } else { SdkBody::empty() };
            let mut reply = HttpResponse::new(200.try_into().unwrap(), body);
            if let Some(checksum) = self.checksum.clone().filter(|_| request.method() == "PUT") {
                reply.headers_mut().insert("x-amz-checksum-sha256", checksum);
            }
            self.methods.lock().unwrap().push(request.method().to_owned());
            HttpConnectorFuture::ready(Ok(reply))
        }
    }

    /// The outcome of an upload of `zip`, and what was sent for it.
    async fn upload(checksum: Option<&str>, stored: &'static str) -> (Result<Created, StoreError>, Vec<String>) {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("zip");
        std::fs::write(&path, "zip").unwrap();
        let file = ArtifactFile { artifact: ArtifactDigest(sha256(b"zip")), bytes: 3, path };
        let methods = Arc::default();
        let server = Server { checksum: checksum.map(str::to_owned), stored, methods: Arc::clone(&methods) };
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(SdkRegion::new("eu-west-1"))
            .credentials_provider(Credentials::new("a", "b", None, None, "test"))
            .http_client(http_client_fn(move |_, _| SharedHttpConnector::new(server.clone())));
        let client = Client::from_conf(config.build());
        let location = "s3://artifacts".parse().unwrap();
        let region = "eu-west-1".parse().unwrap();
        let folder = folder.path().to_owned();
        let store = S3Store::new(client.clone(), client, location, None, Verification::ByServer, region, folder);
        let outcome = store.put_artifact(&file).await;
        let methods = methods.lock().unwrap().clone();
        (outcome, methods)
    }

    #[tokio::test]
    async fn an_upload_that_s3_did_not_confirm_is_read_back() {
        let confirmed = ArtifactDigest(sha256(b"zip")).code_sha256();
        assert_eq!(upload(Some(&confirmed), "").await, (Ok(Created::Created), vec!["PUT".to_owned()]));
        let twice = vec!["PUT".to_owned(), "GET".to_owned()];
        assert_eq!(upload(None, "zip").await, (Ok(Created::Created), twice.clone()));
        let (outcome, methods) = upload(None, "zap").await;
        assert_eq!((outcome.unwrap_err().kind, methods), (StoreErrorKind::Damaged, twice));
    }
}
