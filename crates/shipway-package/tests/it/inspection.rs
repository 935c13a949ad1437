//! What is found in honest zips: our own, and those of other writers.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use sha2::{Digest, Sha256};
use shipway_package::{Finding, Inspection, Refusal, SecretFile, SecretKind, read_zip};
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

use crate::support::{Fixture, sample_bytes};

fn tree() -> Fixture {
    let fixture = Fixture::with_files(&[("app.py", "def handler(event, context): ...\n"), ("lib/empty", "")]);
    fixture.write("lib/data.bin", &sample_bytes(4, 300_000));
    fixture.write("bootstrap", b"#!/bin/sh\n");
    fixture.set_mode("bootstrap", 0o755);
    fixture
}

/// Writes a zip with the `zip` crate: paths that end in `/` are folders.
fn write_zip(path: &Path, entries: &[(&str, &[u8], u32)]) {
    let mut writer = zip::ZipWriter::new(File::create(path).unwrap());
    for (name, content, mode) in entries {
        let options =
            SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).unix_permissions(*mode);
        if name.ends_with('/') {
            writer.add_directory(*name, options).unwrap();
        } else {
            writer.start_file(*name, options).unwrap();
            writer.write_all(content).unwrap();
        }
    }
    writer.finish().unwrap();
}

fn inspect(entries: &[(&str, &[u8], u32)]) -> Inspection {
    let fixture = Fixture::new();
    write_zip(&fixture.zip(), entries);
    read_zip(&fixture.zip()).unwrap()
}

#[test]
fn our_own_zip_is_what_we_said_it_is() {
    let fixture = tree();
    fixture.write("large.bin", &sample_bytes(3, 17 << 20));
    let package = fixture.package();
    let inspection = read_zip(&fixture.zip()).unwrap();
    let expected = Inspection {
        zip_sha256: package.zip_sha256,
        package_digest: package.package_digest,
        zip_bytes: package.zip_bytes,
        unzipped_bytes: package.unzipped_bytes,
        entries: package.entries,
        findings: vec![],
        secrets: vec![],
        ..inspection.clone()
    };
    assert_eq!(inspection, expected);
}

#[test]
fn the_package_digest_does_not_depend_on_who_made_the_zip() {
    let fixture = tree();
    let package = fixture.package();
    let other = inspect(&[
        ("lib/", b"", 0o775),
        ("lib/empty", b"", 0o644),
        ("./lib//data.bin", &sample_bytes(4, 300_000), 0o644),
        ("bootstrap", b"#!/bin/sh\n", 0o755),
        ("app.py", b"def handler(event, context): ...\n", 0o644),
    ]);
    assert_eq!(other.package_digest, package.package_digest);
    assert_ne!(other.zip_sha256, package.zip_sha256);
    assert_eq!(other.entries, package.entries);
}

#[test]
fn modes_are_those_of_the_zip() {
    let strict = inspect(&[("app.py", b"x", 0o600)]);
    let usual = inspect(&[("app.py", b"x", 0o644)]);
    assert_eq!(strict.entries[0].mode.bits(), 0o100_600);
    assert_ne!(strict.package_digest, usual.package_digest);
}

/// Writes to a pipe, where sizes can only follow the content, and as on Windows, without modes.
const PYTHON: &str = r#"
import sys, zipfile
class Pipe:
    def write(self, data): return sys.stdout.buffer.write(data)
    def flush(self): sys.stdout.buffer.flush()
with zipfile.ZipFile(Pipe(), "w", zipfile.ZIP_DEFLATED) as archive:
    for name in ("example/Handler.class", "META-INF/MANIFEST.MF"):
        info = zipfile.ZipInfo(name, (2024, 2, 29, 12, 0, 0))
        info.create_system, info.external_attr, info.compress_type = 0, 0, zipfile.ZIP_DEFLATED
        archive.writestr(info, name * 1000)
"#;

#[test]
#[expect(clippy::disallowed_types, reason = "the test asks Python, which this crate itself never starts")]
fn a_jar_with_data_descriptors_and_without_modes_is_read() {
    let fixture = Fixture::new();
    let output = std::process::Command::new("python3")
        .args(["-I", "-c", PYTHON])
        .output()
        .expect("this test needs python3 on the PATH");
    assert!(output.status.success(), "python3: {}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.stdout[6] & 0b1000, 0b1000, "it has data descriptors");
    fs::write(fixture.zip(), &output.stdout).unwrap();
    let inspection = read_zip(&fixture.zip()).unwrap();
    let listed: Vec<_> =
        inspection.entries.iter().map(|entry| (entry.path.as_str(), entry.mode.bits(), entry.bytes)).collect();
    assert_eq!(listed, [("META-INF/MANIFEST.MF", 0o100_644, 20_000), ("example/Handler.class", 0o100_644, 21_000)]);
    assert_eq!(inspection.zip_sha256.0, <[u8; 32]>::from(Sha256::digest(&output.stdout)));
}

#[test]
fn links_and_names_differing_by_case_are_findings() {
    let fixture = Fixture::new();
    let mut writer = zip::ZipWriter::new(File::create(fixture.zip()).unwrap());
    let options = SimpleFileOptions::default();
    for name in ["A.py", "a.py"] {
        writer.start_file(name, options).unwrap();
    }
    writer.add_symlink("link", "a.py", options).unwrap();
    writer.finish().unwrap();
    let expected = [
        Finding::NamesDifferByCase { first: "A.py".to_owned(), second: "a.py".to_owned() },
        Finding::LinkInZip { path: "link".to_owned() },
    ];
    assert_eq!(read_zip(&fixture.zip()).unwrap().findings, expected);
}

#[test]
fn secrets_are_found_and_judged_by_the_caller() {
    let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC".repeat(2);
    let key = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
    let inspection = inspect(&[
        (".env", b"TOKEN=abc", 0o644),
        ("app.py", b"x", 0o644),
        ("certs/own.key", key.as_bytes(), 0o644),
        ("node_modules/x/test.pem", key.as_bytes(), 0o644),
    ]);
    let secret = |path: &str, kind| SecretFile { path: path.to_owned(), kind };
    let expected = [
        secret(".env", SecretKind::EnvironmentFile),
        secret("certs/own.key", SecretKind::PrivateKey),
        secret("node_modules/x/test.pem", SecretKind::PrivateKey),
    ];
    assert_eq!(inspection.secrets, expected);
    let (refusals, findings) = inspection.judge_secrets(&[], &[]).unwrap();
    let texts: Vec<_> = refusals.iter().map(Refusal::to_string).collect();
    assert_eq!(texts, ["`.env` holds the values of environment variables", "`certs/own.key` holds a private key"]);
    let path = "node_modules/x/test.pem".to_owned();
    assert_eq!(findings, [Finding::SecretInDependency { path, kind: SecretKind::PrivateKey }]);
    let (refusals, _) = inspection.judge_secrets(&["certs/*".to_owned(), ".env".to_owned()], &[]).unwrap();
    assert!(refusals.is_empty());
}

#[test]
fn many_entries_with_zip64_are_read() {
    let fixture = Fixture::new();
    let mut writer = zip::ZipWriter::new(File::create(fixture.zip()).unwrap());
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for number in 0..70_000 {
        writer.start_file(format!("f{number:06}"), options).unwrap();
    }
    writer.finish().unwrap();
    assert_eq!(read_zip(&fixture.zip()).unwrap().entries.len(), 70_000);
}
