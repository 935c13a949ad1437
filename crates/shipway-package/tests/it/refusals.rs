//! What is left out, what is refused and what is only warned of.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixListener;

use shipway_package::{Finding, PackageError, Refusal, SecretKind};

use crate::support::Fixture;

fn key() -> String {
    let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC".repeat(2);
    format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")
}

#[test]
fn defaults_are_left_out() {
    let fixture = Fixture::with_files(&[
        (".DS_Store", ""),
        (".aws/credentials", ""),
        (".env", "A=1"),
        (".env.production", "A=1"),
        (".git/HEAD", ""),
        (".mypy_cache/x", ""),
        (".npmrc", "//r/:_authToken=x"),
        (".shipway/state", ""),
        ("__pycache__/app.cpython-313.pyc", ""),
        ("app.py", ""),
        ("app.pyc", ""),
        ("closed.pyc", ""),
        ("coverage/__init__.py", ""),
        ("node_modules/a/.env", "A=1"),
        ("node_modules/a/.env.example", "A="),
        ("node_modules/a/.npmrc", ""),
        ("node_modules/a/index.js", ""),
        ("requests/__pycache__/x.pyc", ""),
        ("requests/api.py", ""),
    ]);
    let kept = [
        "app.py",
        "closed.pyc",
        "coverage/__init__.py",
        "node_modules/a/.env.example",
        "node_modules/a/index.js",
        "requests/api.py",
    ];
    assert_eq!(fixture.packaged_paths(), kept);
}

#[test]
fn allow_brings_back_what_defaults_leave_out() {
    let files =
        [(".env.defaults", "A=1"), (".env", "B=2"), (".aws/config", "c"), (".aws/credentials", "d"), ("app.py", "")];
    let fixture = Fixture::with_files(&files).allowing(&[".env.defaults", ".aws/config"]);
    assert_eq!(fixture.packaged_paths(), [".aws/config", ".env.defaults", "app.py"]);
}

#[test]
fn exclude_is_stronger_than_allow() {
    let files = [("app.py", ""), ("tests/unit/a.py", ""), ("docs/a.md", ""), ("README.md", "")];
    let fixture = Fixture::with_files(&files).excluding(&["tests/**", "**/*.md"]).allowing(&["README.md"]);
    assert_eq!(fixture.packaged_paths(), ["app.py"]);
}

#[test]
fn an_empty_tree_is_refused() {
    let fixture = Fixture::with_files(&[(".git/HEAD", "")]);
    fs::create_dir(fixture.path("folder")).unwrap();
    assert_eq!(fixture.refusals(), ["there is no file to package"]);
}

#[test]
fn a_root_that_is_none_is_an_error() {
    let fixture = Fixture::with_files(&[("file", "x")]);
    for root in [fixture.path("nowhere"), fixture.path("file")] {
        let error = crate::support::package_tree(&root, &fixture, 1, &fixture.zip()).unwrap_err();
        assert!(matches!(error, PackageError::Root { ref path, .. } if *path == root), "{error}");
    }
}

#[test]
fn an_output_that_cannot_be_written_is_an_error() {
    let fixture = Fixture::with_files(&[("file", "x")]);
    let output = fixture.beside("nowhere/package.zip");
    let error = crate::support::package_tree(&fixture.root(), &fixture, 1, &output).unwrap_err();
    assert_eq!(error.to_string(), format!("cannot write the package {}", output.display()));
}

#[test]
fn an_output_in_the_tree_is_an_error() {
    let fixture = Fixture::with_files(&[("dist/file", "x")]);
    let output = fixture.path("dist/package.zip");
    let error = crate::support::package_tree(&fixture.root(), &fixture, 1, &output).unwrap_err();
    assert!(matches!(error, PackageError::OutputInTree { .. }), "{error}");
    assert_eq!(fs::read_dir(fixture.path("dist")).unwrap().count(), 1, "nothing was written");
}

#[test]
fn special_files_are_refused_by_name() {
    let fixture = Fixture::with_files(&[("app.py", "")]);
    let _socket = UnixListener::bind(fixture.path("socket")).unwrap();
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, fixture.path("pipe"), rustix::fs::FileType::Fifo, mode, 0).unwrap();
    fixture.link("link-to-pipe", "pipe");
    let expected = ["`link-to-pipe` is a named pipe", "`pipe` is a named pipe", "`socket` is a socket"];
    assert_eq!(fixture.refusals(), expected);
}

#[test]
fn names_that_are_not_utf8_are_refused_by_name() {
    let fixture = Fixture::with_files(&[("app.py", "")]);
    fs::write(fixture.root().join(OsStr::from_bytes(b"caf\xe9.txt")), "x").unwrap();
    assert_eq!(fixture.refusals(), ["the name of `caf\u{fffd}.txt` is not UTF-8"]);
    let fixture = fixture.excluding(&["caf*.txt"]);
    assert_eq!(fixture.packaged_paths(), ["app.py"]);
}

#[test]
fn names_that_differ_by_case_are_a_finding() {
    let fixture = Fixture::with_files(&[("Lib/A.py", ""), ("lib/a.py", ""), ("lib/b.py", "")]);
    let finding = Finding::NamesDifferByCase { first: "Lib/A.py".to_owned(), second: "lib/a.py".to_owned() };
    assert_eq!(fixture.package().findings, fixture.digest().unwrap().findings);
    assert_eq!(fixture.package().findings, [finding]);
}

#[test]
fn more_than_lambda_unpacks_is_refused_with_the_largest() {
    let fixture = Fixture::with_files(&[("app.py", "x")]);
    for (path, megabytes) in [("data/model.bin", 200), ("node_modules/typescript/lib/a.js", 30), ("numpy/n.so", 40)] {
        fixture.write(path, b"");
        fs::File::options().write(true).open(fixture.path(path)).unwrap().set_len(megabytes << 20).unwrap();
    }
    let fixture = fixture.depending_on(&["numpy"]);
    let expected = "270.1 MB unzipped, and Lambda takes at most 250.0 MB
largest files:
   200.0 MB  data/model.bin
    40.0 MB  numpy/n.so
    30.0 MB  node_modules/typescript/lib/a.js
     0.1 MB  app.py
largest folders:
   200.0 MB  data
    40.0 MB  numpy
    30.0 MB  node_modules/typescript";
    assert_eq!(fixture.refusals(), [expected]);
}

#[test]
fn ones_own_secrets_are_refused_all_at_once_and_never_shown() {
    let fixture = Fixture::with_files(&[
        ("app.py", "x"),
        ("certs/server.key", &key()),
        ("config/id_rsa", &key()),
        ("etc/credentials", "[default]\naws_secret_access_key = wJalrXUtnFEMI\n"),
    ]);
    let expected = [
        "`certs/server.key` holds a private key",
        "`config/id_rsa` holds a private key",
        "`etc/credentials` holds AWS credentials",
    ];
    assert_eq!(fixture.refusals(), expected);
    let error = fixture.try_package(1).unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("wJalrXUtnFEMI") && !shown.contains("MIIE"), "{shown}");
    let PackageError::Refused(refusals) = error else { panic!("refused") };
    let liftable: Vec<_> = refusals.0.iter().filter_map(Refusal::liftable_path).collect();
    assert_eq!(liftable, ["certs/server.key", "config/id_rsa", "etc/credentials"]);

    let fixture = fixture.allowing(&["certs/*.key", "config", "etc/credentials"]);
    let package = fixture.package();
    assert_eq!((package.entries.len(), package.findings), (4, vec![]));
}

#[test]
fn secrets_of_dependencies_are_findings() {
    let fixture = Fixture::with_files(&[
        ("app.py", "x"),
        ("node_modules/tls/test/key.pem", &key()),
        ("tornado/test/test.key", &key()),
    ])
    .depending_on(&["tornado"]);
    let finding = |path: &str| Finding::SecretInDependency { path: path.to_owned(), kind: SecretKind::PrivateKey };
    let expected = [finding("node_modules/tls/test/key.pem"), finding("tornado/test/test.key")];
    assert_eq!(fixture.package().findings, expected);
}

#[test]
fn ones_own_code_linked_among_dependencies_stays_ones_own() {
    let fixture = Fixture::with_files(&[("packages/lib/key.pem", &key()), ("packages/lib/.env.local", "A=1")]);
    fixture.link("node_modules/@acme/lib", "../../packages/lib");
    let expected =
        ["`node_modules/@acme/lib/key.pem` holds a private key", "`packages/lib/key.pem` holds a private key"];
    assert_eq!(fixture.refusals(), expected);
}

#[test]
fn a_file_that_changes_after_the_survey_is_named() {
    let fixture = Fixture::with_files(&[("a.py", "a"), ("b.py", "b")]);
    let root = fixture.root();
    let survey = shipway_package::survey(&fixture.tree(&root)).unwrap();
    fixture.write("b.py", b"other");
    let threads = std::num::NonZeroUsize::MIN;
    let error = shipway_package::package_survey(&survey, threads, &fixture.zip()).unwrap_err();
    assert!(matches!(&error, PackageError::Changed { path } if path == "b.py"), "{error}");
    assert!(!fixture.zip().exists());
    assert!(shipway_package::package_digest(&survey, threads).is_err());
}
