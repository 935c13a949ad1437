//! The store in a folder.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use futures::future::join_all;
use sha2::{Digest as _, Sha256};
use shipway_core::digest::{ArtifactDigest, BuildDigest};
use shipway_core::store_layout::{self, StoreKey, StorePrefix};
use shipway_engine::ports::{ArtifactFile, Created, Replaced, Store as _, StoreErrorKind};
use shipway_host::FileStore;

use crate::as_child;

fn heads() -> StorePrefix {
    store_layout::heads(&"shop".parse().unwrap(), &"local".parse().unwrap())
}

fn head(function: &str) -> StoreKey {
    store_layout::head(&"shop".parse().unwrap(), &"local".parse().unwrap(), &function.parse().unwrap())
}

fn artifact(folder: &Path, bytes: &[u8]) -> ArtifactFile {
    let path = folder.join("original.zip");
    fs::write(&path, bytes).unwrap();
    let artifact = ArtifactDigest(Sha256::digest(bytes).into());
    ArtifactFile { artifact, bytes: bytes.len() as u64, path }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_creators_one_wins_and_its_bytes_are_whole() {
    let folder = tempfile::tempdir().unwrap();
    let key = head("one");
    for round in 0..5 {
        let folder = folder.path().join(round.to_string());
        let results = join_all((0..50).map(|number: u32| {
            let (folder, key) = (folder.clone(), key.clone());
            async move {
                let bytes = vec![u8::try_from(number).unwrap(); 10_000];
                FileStore::open(&folder).unwrap().create(&key, &bytes).await.unwrap()
            }
        }))
        .await;
        let winners: Vec<usize> = (0..50).filter(|number| results[*number] == Created::Created).collect();
        assert_eq!(winners.len(), 1);
        let stored = FileStore::open(&folder).unwrap().get(&key).await.unwrap().unwrap();
        assert_eq!(stored.bytes, vec![u8::try_from(winners[0]).unwrap(); 10_000]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_replacers_of_one_tag_one_wins() {
    let folder = tempfile::tempdir().unwrap();
    let store = FileStore::open(folder.path()).unwrap();
    let key = head("one");
    let Replaced::Replaced(first) = store.replace(&key, b"0", None).await.unwrap() else { panic!("not created") };
    let results = join_all((1..=50).map(|number: u32| {
        let (store, key, first) = (store.clone(), key.clone(), first.clone());
        async move { store.replace(&key, number.to_string().as_bytes(), Some(&first)).await.unwrap() }
    }))
    .await;
    let tags: Vec<_> = results
        .iter()
        .filter_map(|result| match result {
            Replaced::Replaced(tag) => Some(tag.clone()),
            Replaced::Changed => None,
        })
        .collect();
    assert_eq!(tags, [store.get(&key).await.unwrap().unwrap().etag]);
    assert_eq!(store.replace(&key, b"x", None).await.unwrap(), Replaced::Changed);
    assert_eq!(store.replace(&head("none"), b"x", Some(&first)).await.unwrap(), Replaced::Changed);
    assert_eq!(store.get(&head("none")).await.unwrap(), None);
}

#[tokio::test]
async fn a_list_is_sorted_and_shows_no_temporary_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = FileStore::open(folder.path()).unwrap();
    assert_eq!(store.list(&heads(), None).await.unwrap(), []);
    for function in ["c", "a-b", "a", "b"] {
        store.create(&head(function), function.as_bytes()).await.unwrap();
    }
    fs::write(folder.path().join(heads().as_str()).join(".shipway-xxxxxx.tmp"), "half").unwrap();
    let listed = store.list(&heads(), None).await.unwrap();
    let keys: Vec<&str> = listed.iter().map(|listed| listed.key.as_str()).collect();
    let expected: Vec<String> = ["a-b", "a", "b", "c"].iter().map(|name| head(name).to_string()).collect();
    assert_eq!(keys, expected);
    for listed in &listed {
        let name = listed.key.trim_end_matches(".json").rsplit('/').next().unwrap();
        let stored = store.get(&head(name)).await.unwrap().unwrap();
        assert_eq!((&stored.etag, stored.bytes.len() as u64), (&listed.etag, listed.bytes));
    }
    let rest = store.list(&heads(), Some(&head("a"))).await.unwrap();
    assert_eq!(rest, listed[2..]);
}

#[tokio::test]
async fn an_artifact_is_copied_verified_and_found() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = FileStore::open(folder.path()).unwrap();
    let file = artifact(elsewhere.path(), &[7; 600_000]);
    assert!(!store.has_artifact(&file.artifact, file.bytes).await.unwrap());
    assert_eq!(store.fetch_artifact(&file.artifact).await.unwrap(), None);
    assert_eq!(store.put_artifact(&file).await.unwrap(), Created::Created);
    assert_eq!(store.put_artifact(&file).await.unwrap(), Created::Exists);
    assert!(store.has_artifact(&file.artifact, file.bytes).await.unwrap());
    assert!(!store.has_artifact(&file.artifact, file.bytes + 1).await.unwrap());

    fs::write(&file.path, "the original changes").unwrap();
    let fetched = store.fetch_artifact(&file.artifact).await.unwrap().unwrap();
    assert_eq!(fs::read(&fetched.path).unwrap(), [7; 600_000]);

    fs::write(&fetched.path, vec![8; 600_000]).unwrap();
    assert_eq!(store.fetch_artifact(&file.artifact).await.unwrap_err().kind, StoreErrorKind::Damaged);
}

#[tokio::test]
async fn an_artifact_that_is_not_what_it_says_never_gets_in() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = FileStore::open(folder.path()).unwrap();
    let file = ArtifactFile { artifact: ArtifactDigest([1; 32]), ..artifact(elsewhere.path(), b"zip") };
    assert_eq!(store.put_artifact(&file).await.unwrap_err().kind, StoreErrorKind::Damaged);
    assert_eq!(fs::read_dir(folder.path().join("artifacts")).unwrap().count(), 0);
}

#[tokio::test]
async fn lambda_finds_artifacts_only_in_a_store_that_it_shares() {
    let store = FileStore::open(Path::new("/nowhere")).unwrap();
    let artifact = ArtifactDigest([1; 32]);
    assert_eq!(store.artifact_location(&artifact).await.unwrap(), None);
    let location = store.seen_by_lambda_as("local").artifact_location(&artifact).await.unwrap().unwrap();
    assert_eq!((location.bucket.as_str(), location.key), ("local", format!("artifacts/{artifact}.zip")));
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let store = FileStore::open(&folder.path().join("file/store")).unwrap();
    let error = store.create(&head("one"), b"x").await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Missing, "{error}");
}

#[test]
fn a_folder_that_one_may_not_write_is_denied() {
    if let Some(folder) = as_child::argument() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(denied(Path::new(&folder)));
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    fs::create_dir(&store).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let created = runtime.block_on(async { FileStore::open(&store).unwrap().create(&head("one"), b"x").await });
    assert_eq!(created.unwrap(), Created::Created);
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    as_child::run("file_store::a_folder_that_one_may_not_write_is_denied", &store, Some(as_child::NOBODY));
    let left: Vec<_> = fs::read_dir(&store).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["heads"]);
}

async fn denied(folder: &Path) {
    let store = FileStore::open(folder).unwrap();
    let stored = store.get(&head("one")).await.unwrap().unwrap();
    assert_eq!(stored.bytes, b"x");
    let record = store_layout::build_record(&BuildDigest::of(b"x"));
    let errors = [
        store.create(&head("two"), b"y").await.unwrap_err(),
        store.create(&record, b"y").await.unwrap_err(),
        store.replace(&head("one"), b"y", Some(&stored.etag)).await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind, StoreErrorKind::Denied, "{error}");
    }
    let missing = FileStore::open(&folder.join("below")).unwrap();
    let error = missing.create(&head("one"), b"y").await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Missing, "{error}");
}

#[test]
fn a_limit_on_the_size_of_files_is_a_full_disk() {
    if let Some(folder) = as_child::argument() {
        let limit = rustix::process::Rlimit { current: Some(100_000), maximum: Some(100_000) };
        rustix::process::setrlimit(rustix::process::Resource::Fsize, limit).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(full(Path::new(&folder)));
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = artifact(folder.path(), &[7; 200_000]);
    as_child::run("file_store::a_limit_on_the_size_of_files_is_a_full_disk", folder.path(), None);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let store = FileStore::open(&folder.path().join("store")).unwrap();
    assert_eq!(runtime.block_on(store.put_artifact(&file)).unwrap(), Created::Created);
}

async fn full(folder: &Path) {
    let store = FileStore::open(&folder.join("store")).unwrap();
    assert_eq!(store.create(&head("small"), b"x").await.unwrap(), Created::Created);
    let small = store.get(&head("small")).await.unwrap().unwrap();
    let bytes = vec![0; 200_000];
    let path = folder.join("original.zip");
    let file = ArtifactFile { artifact: ArtifactDigest(Sha256::digest([7; 200_000]).into()), bytes: 200_000, path };
    let errors = [
        store.create(&head("large"), &bytes).await.unwrap_err(),
        store.replace(&head("small"), &bytes, Some(&small.etag)).await.unwrap_err(),
        store.put_artifact(&file).await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind, StoreErrorKind::Full, "{error}");
    }
    assert_eq!(store.get(&head("small")).await.unwrap(), Some(small));
    assert_eq!(store.list(&heads(), None).await.unwrap().len(), 1);
}

/// What the killed child writes under the number: as long as to be written in several pieces.
fn content(number: u32) -> Vec<u8> {
    number.to_string().bytes().cycle().take(300_000).collect()
}

#[test]
fn a_kill_leaves_objects_whole_and_no_lock() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    if let Some(folder) = as_child::argument() {
        runtime.block_on(write_for_ever(Path::new(&folder)));
        return;
    }
    for round in 1..=8 {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join(heads().as_str());
        // Each round is killed at another place, at whatever step that finds the child.
        let grown = || fs::read_dir(&below).map_or(0, Iterator::count) >= round * 2;
        as_child::kill_when("file_store::a_kill_leaves_objects_whole_and_no_lock", folder.path(), grown);
        runtime.block_on(check_what_is_left(folder.path()));
    }
}

async fn write_for_ever(folder: &Path) {
    let store = FileStore::open(folder).unwrap();
    let mut replaced = None;
    for number in 0.. {
        let bytes = content(number);
        store.create(&head(&format!("number-{number}")), &bytes).await.unwrap();
        let Replaced::Replaced(etag) = store.replace(&head("last"), &bytes, replaced.as_ref()).await.unwrap() else {
            panic!("nobody else writes here")
        };
        replaced = Some(etag);
        store.put_artifact(&artifact(folder, &bytes)).await.unwrap();
    }
}

async fn check_what_is_left(folder: &Path) {
    let store = FileStore::open(folder).unwrap();
    let listed = store.list(&heads(), None).await.unwrap();
    assert!(!listed.is_empty());
    for listed in listed {
        let name = listed.key.trim_end_matches(".json").rsplit('/').next().unwrap();
        let stored = store.get(&head(name)).await.unwrap().unwrap();
        let candidates: Vec<u32> = match name.strip_prefix("number-") {
            Some(number) => vec![number.parse().unwrap()],
            None => (0..1000).collect(),
        };
        assert!(candidates.into_iter().any(|number| content(number) == stored.bytes), "{name} is torn");
    }
    for entry in fs::read_dir(folder.join("artifacts")).into_iter().flatten() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if let Some(digest) = name.strip_suffix(".zip") {
            assert!(store.fetch_artifact(&digest.parse().unwrap()).await.unwrap().is_some());
        }
    }
    let last = store.get(&head("last")).await.unwrap().map(|stored| stored.etag);
    assert!(matches!(store.replace(&head("last"), b"x", last.as_ref()).await.unwrap(), Replaced::Replaced(_)));
}
