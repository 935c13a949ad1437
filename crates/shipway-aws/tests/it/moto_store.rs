//! The store against moto's S3. (moto keeps checksums without looking at them; versions and conditions are real.)

use sha2::{Digest as _, Sha256};
use shipway_aws::S3Store;
use shipway_core::digest::ArtifactDigest;
use shipway_core::names::{Serving, Target};
use shipway_core::store_layout::{self, StorePrefix};
use shipway_engine::ports::{ArtifactFile, Created, ETag, Replaced, Store as _, StoreErrorKind};
use tempfile::TempDir;

use crate::moto;
use crate::recorded::clients;

async fn store(location: &str, folder: &TempDir) -> S3Store {
    clients(moto::url(), None).await.s3_store(location.parse().unwrap(), None, folder.path().to_owned())
}

fn ledger(function: &str) -> StorePrefix {
    store_layout::ledger(&Target {
        account: "111111111111".parse().unwrap(),
        region: "eu-west-1".parse().unwrap(),
        function: function.parse().unwrap(),
        serving: Serving::Latest,
    })
}

fn artifact(folder: &TempDir, bytes: &[u8]) -> ArtifactFile {
    let artifact = ArtifactDigest(Sha256::digest(bytes).into());
    let path = folder.path().join(format!("source-{artifact}"));
    std::fs::write(&path, bytes).unwrap();
    ArtifactFile { artifact, bytes: bytes.len() as u64, path }
}

#[tokio::test]
async fn an_object_is_created_once_and_replaced_only_as_expected() {
    let folder = TempDir::new().unwrap();
    let store = store("s3://plain/once", &folder).await;
    let key = ledger("once").numbered(1);
    assert_eq!(store.get(&key).await, Ok(None));
    assert_eq!(store.create(&key, b"first").await, Ok(Created::Created));
    assert_eq!(store.create(&key, b"second").await, Ok(Created::Exists));
    let stored = store.get(&key).await.unwrap().unwrap();
    assert_eq!(stored.bytes, b"first");

    let Replaced::Replaced(etag) = store.replace(&key, b"third", Some(&stored.etag)).await.unwrap() else {
        panic!("the tag was the right one");
    };
    assert_eq!(store.replace(&key, b"fourth", Some(&stored.etag)).await, Ok(Replaced::Changed));
    assert_eq!(store.replace(&key, b"fourth", None).await, Ok(Replaced::Changed));
    let now = store.get(&key).await.unwrap().unwrap();
    assert_eq!((now.bytes.as_slice(), now.etag), (&b"third"[..], etag));
    let absent = ledger("once").numbered(2);
    assert_eq!(store.replace(&absent, b"x", Some(&ETag("\"none\"".to_owned()))).await, Ok(Replaced::Changed));
}

#[tokio::test]
async fn a_list_is_whole_in_order_and_goes_on_after_a_key() {
    let folder = TempDir::new().unwrap();
    let store = store("s3://plain/list", &folder).await;
    let ledger = ledger("list");
    // More than one page of S3's, which has 1,000.
    for number in (1..=1003).rev() {
        store.create(&ledger.numbered(number), b"entry").await.unwrap();
    }
    let all = store.list(&ledger, None).await.unwrap();
    let numbers: Vec<u64> = all.iter().filter_map(|listed| ledger.number_of(&listed.key)).collect();
    assert_eq!(numbers, (1..=1003).collect::<Vec<_>>());
    assert_eq!(all[0].bytes, 5);
    assert_eq!(all[0].etag, store.get(&ledger.numbered(1)).await.unwrap().unwrap().etag);
    let rest = store.list(&ledger, Some(&ledger.numbered(1001))).await.unwrap();
    assert_eq!(
        rest.iter().map(|listed| listed.key.as_str()).collect::<Vec<_>>(),
        [ledger.numbered(1002).as_str(), ledger.numbered(1003).as_str()]
    );
}

#[tokio::test]
async fn an_artifact_goes_there_and_back_once() {
    let folder = TempDir::new().unwrap();
    let store = store("s3://versioned", &folder).await;
    let file = artifact(&folder, b"an artifact");
    assert_eq!(store.has_artifact(&file.artifact, file.bytes).await, Ok(false));
    assert_eq!(store.fetch_artifact(&file.artifact).await, Ok(None));
    let error = store.artifact_location(&file.artifact).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Rejected);

    assert_eq!(store.put_artifact(&file).await, Ok(Created::Created));
    assert_eq!(store.put_artifact(&file).await, Ok(Created::Exists));
    assert_eq!(store.has_artifact(&file.artifact, file.bytes).await, Ok(true));
    assert_eq!(store.has_artifact(&file.artifact, file.bytes + 1).await, Ok(false));
    let fetched = store.fetch_artifact(&file.artifact).await.unwrap().unwrap();
    assert_eq!(std::fs::read(&fetched.path).unwrap(), b"an artifact");
    assert_eq!((fetched.artifact, fetched.bytes), (file.artifact, file.bytes));

    let location = store.artifact_location(&file.artifact).await.unwrap().unwrap();
    assert_eq!(
        (location.bucket.as_str(), location.key.as_str()),
        ("versioned", store_layout::artifact(&file.artifact).as_str())
    );
    assert!(location.version.is_some_and(|version| !version.is_empty()), "the bucket is versioned");
}

#[tokio::test]
async fn an_unversioned_bucket_gives_no_version() {
    let folder = TempDir::new().unwrap();
    let store = store("s3://plain/unversioned", &folder).await;
    let file = artifact(&folder, b"unversioned");
    store.put_artifact(&file).await.unwrap();
    let location = store.artifact_location(&file.artifact).await.unwrap().unwrap();
    assert_eq!((location.key.starts_with("unversioned/artifacts/"), location.version), (true, None));
}

#[tokio::test]
async fn damage_is_noticed_on_the_way_in_and_out() {
    let folder = TempDir::new().unwrap();
    let store = store("s3://damaged", &folder).await;
    // The bytes are not those of the digest; moto stores them all the same.
    let file = ArtifactFile { artifact: ArtifactDigest([5; 32]), ..artifact(&folder, b"damaged on the way") };
    let error = store.put_artifact(&file).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Damaged, "{error}");
    let error = store.fetch_artifact(&file.artifact).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Damaged, "{error}");
    assert!(!folder.path().join(format!("{}.zip", file.artifact)).exists());
    // Of another size than what is stored under that name.
    let other = ArtifactFile { artifact: file.artifact, ..artifact(&folder, b"longer than the damaged one was") };
    let error = store.put_artifact(&other).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Damaged, "{error}");
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_a_missing_store() {
    let folder = TempDir::new().unwrap();
    let store = store("s3://no-such-bucket", &folder).await;
    let key = ledger("none").numbered(1);
    assert_eq!(store.create(&key, b"x").await.unwrap_err().kind, StoreErrorKind::Missing);
    assert_eq!(store.get(&key).await.unwrap_err().kind, StoreErrorKind::Missing);
    assert_eq!(store.list(&ledger("none"), None).await.unwrap_err().kind, StoreErrorKind::Missing);
    assert_eq!(store.put_artifact(&artifact(&folder, b"x")).await.unwrap_err().kind, StoreErrorKind::Missing);
}
