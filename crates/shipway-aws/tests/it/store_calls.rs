//! What is sent to S3, and what its refusals become.

use shipway_aws::S3Store;
use shipway_core::store_layout;
use shipway_core::store_layout::StoreKey;
use shipway_engine::ports::{Created, ETag, Replaced, Store as _, StoreErrorKind};
use tempfile::TempDir;

use crate::recorded::{Recorded, Reply, xml};

fn key() -> StoreKey {
    store_layout::build_record(&shipway_core::digest::BuildDigest([3; 32]))
}

async fn store(server: &Recorded, folder: &TempDir) -> S3Store {
    let kms_key = Some("arn:aws:kms:eu-west-1:111111111111:key/k".to_owned());
    server.clients().await.s3_store("s3://artifacts/team".parse().unwrap(), kms_key, folder.path().to_owned())
}

fn done() -> Reply {
    Reply::Answer { status: 200, headers: vec![("etag", "\"e1\"".to_owned())], body: Vec::new() }
}

#[tokio::test]
async fn writes_are_conditional_checked_and_encrypted() {
    let folder = TempDir::new().unwrap();
    let server = Recorded::serve(vec![done()]).await;
    let store = store(&server, &folder).await;
    assert_eq!(store.create(&key(), b"{}").await, Ok(Created::Created));
    let old = ETag("\"e0\"".to_owned());
    let replaced = Replaced::Replaced(ETag("\"e1\"".to_owned()));
    assert_eq!(store.replace(&key(), b"{}", Some(&old)).await, Ok(replaced.clone()));
    assert_eq!(store.replace(&key(), b"{}", None).await, Ok(replaced));
    let requests = server.requests();
    for request in &requests {
        assert!(request.line.starts_with(&format!("PUT /artifacts/team/{}", key())), "{}", request.line);
        // SHA-256 of `{}`.
        let checksum = "RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=";
        assert_eq!(request.header("x-amz-checksum-sha256"), Some(checksum));
        assert_eq!(request.header("x-amz-server-side-encryption"), Some("aws:kms"));
        let kms_key = request.header("x-amz-server-side-encryption-aws-kms-key-id");
        assert_eq!(kms_key, Some("arn:aws:kms:eu-west-1:111111111111:key/k"));
        assert!(request.body.contains("{}"));
    }
    assert_eq!(requests[0].header("if-none-match"), Some("*"));
    assert_eq!((requests[1].header("if-match"), requests[1].header("if-none-match")), (Some("\"e0\""), None));
    assert_eq!((requests[2].header("if-match"), requests[2].header("if-none-match")), (None, Some("*")));
}

#[tokio::test]
async fn refused_writes_are_told_apart_and_sent_once() {
    let folder = TempDir::new().unwrap();
    let cases = [
        (412, "PreconditionFailed", Ok(Created::Exists)),
        (409, "ConditionalRequestConflict", Err(StoreErrorKind::Unknown)),
        (500, "InternalError", Err(StoreErrorKind::Unknown)),
        (503, "SlowDown", Err(StoreErrorKind::Unknown)),
        (403, "AccessDenied", Err(StoreErrorKind::Denied)),
        (404, "NoSuchBucket", Err(StoreErrorKind::Missing)),
        (400, "KMS.NotFoundException", Err(StoreErrorKind::Missing)),
        (403, "InvalidAccessKeyId", Err(StoreErrorKind::Credentials)),
        (301, "PermanentRedirect", Err(StoreErrorKind::Missing)),
    ];
    for (status, code, expected) in cases {
        let server = Recorded::serve(vec![xml(status, code)]).await;
        let store = store(&server, &folder).await;
        let created = store.create(&key(), b"{}").await;
        assert_eq!(created.as_ref().map_err(|error| error.kind), expected.as_ref().map_err(|kind| *kind), "{code}");
        if let Err(error) = created {
            assert_eq!(error.object, format!("s3://artifacts/team/{}", key()));
            assert!(error.message.starts_with(&format!("{code}: recorded (request request-2)")), "{}", error.message);
        }
        assert_eq!(server.requests().len(), 1, "{code}");
    }
    let server = Recorded::serve(vec![Reply::HangUp]).await;
    let error = store(&server, &folder).await.create(&key(), b"{}").await.unwrap_err();
    assert_eq!((error.kind, server.requests().len()), (StoreErrorKind::Unknown, 1));
}

#[tokio::test]
async fn a_replacement_that_came_too_late_is_told_as_changed() {
    let folder = TempDir::new().unwrap();
    let old = ETag("\"e0\"".to_owned());
    for (status, code) in [(412, "PreconditionFailed"), (404, "NoSuchKey")] {
        let server = Recorded::serve(vec![xml(status, code)]).await;
        assert_eq!(store(&server, &folder).await.replace(&key(), b"{}", Some(&old)).await, Ok(Replaced::Changed));
    }
    let server = Recorded::serve(vec![xml(409, "ConditionalRequestConflict")]).await;
    let error = store(&server, &folder).await.replace(&key(), b"{}", Some(&old)).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Unknown);
}

#[tokio::test]
async fn a_denied_read_says_what_may_be_missing() {
    let folder = TempDir::new().unwrap();
    let server = Recorded::serve(vec![xml(403, "AccessDenied")]).await;
    let error = store(&server, &folder).await.get(&key()).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Denied);
    assert!(error.message.contains("s3:ListBucket"), "{}", error.message);
    let server = Recorded::serve(vec![xml(404, "NoSuchKey")]).await;
    assert_eq!(store(&server, &folder).await.get(&key()).await, Ok(None));
}

#[tokio::test]
async fn a_bucket_elsewhere_names_its_region() {
    let folder = TempDir::new().unwrap();
    let Reply::Answer { status, mut headers, body } = xml(301, "PermanentRedirect") else { unreachable!() };
    headers.push(("x-amz-bucket-region", "eu-north-1".to_owned()));
    let server = Recorded::serve(vec![Reply::Answer { status, headers, body }]).await;
    let error = store(&server, &folder).await.get(&key()).await.unwrap_err();
    assert!(error.message.contains("the bucket is in eu-north-1"), "{}", error.message);
}

#[tokio::test]
async fn bytes_that_are_not_those_of_their_checksum_are_damage() {
    let folder = TempDir::new().unwrap();
    let other = "RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=".to_owned();
    let headers = vec![("etag", "\"e1\"".to_owned()), ("x-amz-checksum-sha256", other)];
    let server = Recorded::serve(vec![Reply::Answer { status: 200, headers, body: b"[]".to_vec() }]).await;
    let error = store(&server, &folder).await.get(&key()).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Damaged, "{error}");
    let artifact = shipway_core::digest::ArtifactDigest([3; 32]);
    let error = store(&server, &folder).await.fetch_artifact(&artifact).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Damaged, "{error}");
    assert_eq!(server.requests()[0].header("x-amz-checksum-mode"), Some("ENABLED"));
}
