//! Zips of trees, zips taken as they are, and this machine's memory of them.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use sha2::{Digest as _, Sha256};
use shipway_core::build::{BUILD_RECORD_VERSION, BuildRecord, FunctionBuild, Origin, Platform, Source, WorkTree};
use shipway_core::digest::SourceDigest;
use shipway_engine::ports::{
    ArtifactFiles as _, BuildCache as _, BuildFailure, BuiltTree, Fault, Packaged, Packager as _, Remembered,
};
use shipway_host::{ArtifactFolder, BuildCacheFolder, FolderPackager};
use tempfile::TempDir;

use crate::project::{Project, function};
use crate::toolchain::needed;

/// What the handler of the tests' function names.
const HANDLER: &str = "handler = print\n";

async fn package(cache: &TempDir, build: &FunctionBuild, path: &std::path::Path) -> Result<Packaged, BuildFailure> {
    let dependencies = vec!["library".to_owned()];
    let tree = BuiltTree { path: path.to_owned(), dependencies, tools: [].into(), warnings: vec![] };
    FolderPackager::new(cache.path()).package(build, &tree).await
}

fn record(build: &FunctionBuild, packaged: &Packaged) -> (SourceDigest, BuildRecord) {
    let source = Source::new(build, BTreeMap::new(), BTreeMap::new());
    let digest = source.digest();
    let record = BuildRecord {
        product: shipway_core::build::Product::Function,
        version: BUILD_RECORD_VERSION,
        function: build.function.clone(),
        artifact: packaged.file.artifact,
        package_digest: Some(packaged.package_digest),
        zip_bytes: packaged.file.bytes,
        unzipped_bytes: packaged.unzipped_bytes,
        platform: build.platform,
        contract: build.contract.clone(),
        origin: Origin::Built { source_digest: Some(digest), source, commit: None, work_tree: WorkTree::Dirty },
        tools: BTreeMap::new(),
    };
    (digest, record)
}

#[tokio::test]
async fn a_tree_becomes_a_zip_that_is_found_again() {
    let cache = tempfile::tempdir().unwrap();
    let tree = Project::new(&[("app.py", "def handler(): pass\n"), ("tests/x.py", "x"), (".env", "A=1")]);
    let build = FunctionBuild { exclude: vec!["tests".to_owned()], ..function("f") };
    let packaged = package(&cache, &build, tree.path()).await.unwrap();
    let bytes = fs::read(&packaged.file.path).unwrap();
    assert_eq!(<[u8; 32]>::from(Sha256::digest(&bytes)), packaged.file.artifact.0);
    assert_eq!(bytes.len() as u64, packaged.file.bytes);
    assert_eq!(packaged.unzipped_bytes, 20, "only app.py is in it");
    assert_eq!(packaged.warnings, Vec::<String>::new());

    let artifacts = ArtifactFolder::new(cache.path());
    assert_eq!(artifacts.find(&packaged.file.artifact).await, Some(packaged.file.clone()));
    let again = package(&cache, &build, tree.path()).await.unwrap();
    assert_eq!(again, packaged);
    assert_eq!(fs::read_dir(cache.path().join("artifacts")).unwrap().count(), 1);

    fs::write(&packaged.file.path, "damaged").unwrap();
    assert_eq!(artifacts.find(&packaged.file.artifact).await, None);
    assert!(!packaged.file.path.exists());
}

#[tokio::test]
async fn a_package_without_its_handler_is_refused_or_warned_of() {
    let cache = tempfile::tempdir().unwrap();
    let tree = Project::new(&[("src/app.py", "x")]);
    let failure = package(&cache, &function("f"), tree.path()).await.unwrap_err();
    assert_eq!(failure.fault, Fault::Input);
    assert!(failure.message.contains("no file for the handler `app.handler`"), "{}", failure.message);
    assert!(failure.hints[0].contains("src/app.py") && failure.hints[1].contains("handler-in-layer"));
    assert_eq!(fs::read_dir(cache.path().join("artifacts")).unwrap().count(), 0);

    let allowed = FunctionBuild { allow: vec!["handler-in-layer".to_owned()], ..function("f") };
    let packaged = package(&cache, &allowed, tree.path()).await.unwrap();
    assert!(packaged.warnings[0].contains("no file for the handler"), "{:?}", packaged.warnings);
}

#[tokio::test]
async fn a_key_of_ones_own_is_refused_and_a_dependencys_is_a_warning() {
    let cache = tempfile::tempdir().unwrap();
    // Put together here, so that nobody's scanner takes this file for a key.
    let (label, body) = ("RSA PRIVATE KEY", "A".repeat(64));
    let key = format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n");
    let tree = Project::new(&[("app.py", HANDLER), ("own.pem", &key)]);
    let failure = package(&cache, &function("f"), tree.path()).await.unwrap_err();
    assert_eq!(failure.fault, Fault::Refused);
    assert!(failure.message.contains("own.pem"), "{}", failure.message);
    assert!(failure.hints.iter().any(|hint| hint.contains("allow")), "{:?}", failure.hints);

    let tree = Project::new(&[("app.py", HANDLER), ("library/test.pem", &key)]);
    let packaged = package(&cache, &function("f"), tree.path()).await.unwrap();
    assert!(packaged.warnings[0].contains("library/test.pem"), "{:?}", packaged.warnings);
}

#[tokio::test]
async fn a_broken_glob_is_the_users_mistake() {
    let cache = tempfile::tempdir().unwrap();
    let tree = Project::new(&[("app.py", "")]);
    let build = FunctionBuild { exclude: vec!["[".to_owned()], ..function("f") };
    let failure = package(&cache, &build, tree.path()).await.unwrap_err();
    assert_eq!(failure.fault, Fault::Input);
    assert!(failure.message.contains("`[`"), "{}", failure.message);
}

#[tokio::test]
async fn a_zip_is_taken_byte_for_byte() {
    let cache = tempfile::tempdir().unwrap();
    let tree = Project::new(&[("app.py", "handler = 1\n"), ("other.txt", "no zip")]);
    let zip = tree.file("made.zip");
    let script =
        "import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], 'w') as z: z.writestr('app.py', 'handler = 1\\n')";
    let made = Command::new(needed("python3")).args(["-c", script]).arg(&zip).status().unwrap();
    assert!(made.success());
    let packaged = package(&cache, &function("f"), &zip).await.unwrap();
    assert_eq!(fs::read(&packaged.file.path).unwrap(), fs::read(&zip).unwrap());
    assert_ne!(packaged.file.path, zip);
    assert_eq!(packaged.unzipped_bytes, 12);

    let failure = package(&cache, &function("f"), &tree.file("other.txt")).await.unwrap_err();
    assert_eq!(failure.fault, Fault::Refused);
    assert!(failure.message.contains("not a zip file"), "{}", failure.message);
}

#[tokio::test]
async fn native_files_of_the_wrong_kind_are_refused_with_all_else_and_let_through_by_allow() {
    let cache = tempfile::tempdir().unwrap();
    // The beginning of an ELF file for arm64: the machine stands in it.
    let mut elf = b"\x7fELF\x02\x01\x01".to_vec();
    elf.resize(64, 0);
    (elf[16], elf[18]) = (3, 183);
    let (label, body) = ("RSA PRIVATE KEY", "A".repeat(64));
    let key = format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n");
    let tree = Project::new(&[("app.py", "def handler(): pass\n"), ("own.pem", &key)]);
    fs::write(tree.file("native.so"), &elf).unwrap();
    let failure = package(&cache, &function("f"), tree.path()).await.unwrap_err();
    assert_eq!(failure.fault, Fault::Refused);
    let machine = "`native.so` is for arm64, and the function's architecture is x86_64";
    assert!(failure.message.contains(machine) && failure.message.contains("own.pem"), "{}", failure.message);
    assert!(failure.hints.iter().any(|hint| hint.starts_with("build for x86_64")), "{:?}", failure.hints);

    let allow = vec!["native.so".to_owned(), "own.pem".to_owned()];
    let allowed = FunctionBuild { allow, ..function("f") };
    assert_eq!(package(&cache, &allowed, tree.path()).await.unwrap().warnings, [""; 0]);
    let host = FunctionBuild { platform: Platform::Host, exclude: vec!["own.pem".to_owned()], ..function("f") };
    let packaged = package(&cache, &host, tree.path()).await.unwrap();
    let failure = package(&cache, &function("f"), &packaged.file.path).await.unwrap_err();
    assert!(failure.message.contains(machine), "{}", failure.message);
}

#[tokio::test]
async fn a_handler_that_its_file_does_not_define_is_refused() {
    let cache = tempfile::tempdir().unwrap();
    let tree = Project::new(&[("app.py", "def lambda_handler(event, context): pass\n")]);
    let failure = package(&cache, &function("f"), tree.path()).await.unwrap_err();
    assert_eq!(failure.fault, Fault::Input);
    assert!(failure.message.contains("has no `handler`") && failure.message.contains("it has `lambda_handler`"));
    let allowed = FunctionBuild { allow: vec!["app.py".to_owned()], ..function("f") };
    assert_eq!(package(&cache, &allowed, tree.path()).await.unwrap().warnings, [""; 0]);
}

#[tokio::test]
async fn a_build_is_remembered_until_it_is_damaged() {
    let (cache, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let tree = Project::new(&[("app.py", HANDLER)]);
    let build = function("f");
    let packaged = package(&elsewhere, &build, tree.path()).await.unwrap();
    let (source, record) = record(&build, &packaged);
    let memory = BuildCacheFolder::new(cache.path());
    assert_eq!(memory.find(&source).await, Remembered::Nothing);
    assert_eq!(memory.last(&build).await, None);
    memory.remember(&source, &record, &packaged.file).await.unwrap();
    let Remembered::Whole(found) = memory.find(&source).await else { panic!("it is remembered") };
    assert_eq!(memory.last(&build).await.as_ref(), Some(&record));
    assert_eq!(found.record, record);
    assert_ne!(found.file.path, packaged.file.path, "a zip from elsewhere is copied");
    assert_eq!(memory.find(&SourceDigest([0; 32])).await, Remembered::Nothing);

    let entry = cache.path().join(format!("cache/{source}.json"));
    assert_eq!(memory.records(), std::slice::from_ref(&record));
    let (digest, digits) = (packaged.file.artifact, packaged.file.artifact.to_string());
    let artifacts = ArtifactFolder::new(cache.path());
    assert_eq!(artifacts.beginning_with(&digits[..8]), [(digest, found.file.path.clone())]);
    assert_eq!(artifacts.beginning_with("no digits"), []);
    let edited = fs::read_to_string(&entry).unwrap().replace("app.handler", "app.another");
    fs::write(&entry, edited).unwrap();
    assert_eq!(memory.records(), [], "an edited entry is not believed");
    assert!(matches!(memory.find(&source).await, Remembered::Damaged { .. }));
    assert!(!entry.exists(), "an edited entry is forgotten");

    memory.remember(&source, &record, &packaged.file).await.unwrap();
    fs::write(&found.file.path, "damaged").unwrap();
    assert!(matches!(memory.find(&source).await, Remembered::Damaged { .. }));
    assert!(!entry.exists() && !found.file.path.exists(), "a damaged zip is forgotten");

    memory.remember(&source, &record, &packaged.file).await.unwrap();
    let newer = fs::read_to_string(&entry).unwrap().replacen("\"version\":1", "\"version\":2", 1);
    fs::write(&entry, newer).unwrap();
    assert_eq!(memory.find(&source).await, Remembered::Nothing);
    assert!(entry.exists(), "an entry of a newer Shipway is left alone");
}

#[tokio::test]
async fn a_build_that_cannot_be_remembered_is_said() {
    let (cache, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let tree = Project::new(&[("app.py", HANDLER)]);
    let packaged = package(&elsewhere, &function("f"), tree.path()).await.unwrap();
    let (source, record) = record(&function("f"), &packaged);
    fs::write(cache.path().join("cache"), "a file in the folder's place").unwrap();
    let said = BuildCacheFolder::new(cache.path()).remember(&source, &record, &packaged.file).await.unwrap_err();
    assert!(said.starts_with("the build of `orders` could not be remembered"), "{said}");
}
