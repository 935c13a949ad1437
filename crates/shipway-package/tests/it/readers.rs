//! What independent readers, the `zip` crate and Python's `zipfile`, find in our zips.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;

use proptest::prelude::*;
use sha2::{Digest, Sha256};
use shipway_package::{EntryMode, read_zip};

use crate::support::{Fixture, sample_bytes};

/// Path → content and Unix mode.
type Contents = BTreeMap<String, (Vec<u8>, u32)>;

fn read_back(fixture: &Fixture) -> Contents {
    let mut archive = zip::ZipArchive::new(File::open(fixture.zip()).unwrap()).unwrap();
    (0..archive.len())
        .map(|number| {
            let mut entry = archive.by_index(number).unwrap();
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            (entry.name().unwrap().into_owned(), (content, entry.unix_mode().unwrap()))
        })
        .collect()
}

fn write_all(fixture: &Fixture, contents: &Contents) {
    for (path, (content, mode)) in contents {
        fixture.write(path, content);
        fixture.set_mode(path, *mode & 0o777);
    }
}

fn contents() -> Contents {
    let mode = |mode: EntryMode| mode.bits();
    BTreeMap::from([
        ("app.py".to_owned(), (b"import lib\n".repeat(100), mode(EntryMode::REGULAR))),
        ("bin/run".to_owned(), (b"#!/bin/sh\n".to_vec(), mode(EntryMode::EXECUTABLE))),
        ("empty.txt".to_owned(), (Vec::new(), mode(EntryMode::REGULAR))),
        ("h\u{e9}/\u{65e5}\u{672c}.txt".to_owned(), (b"text".to_vec(), mode(EntryMode::REGULAR))),
        ("just-whole.bin".to_owned(), (sample_bytes(5, 16 << 20), mode(EntryMode::REGULAR))),
        ("large.bin".to_owned(), (sample_bytes(3, (17 << 20) + 1), mode(EntryMode::EXECUTABLE))),
        ("noise.bin".to_owned(), (noise(40_000), mode(EntryMode::REGULAR))),
        ("noise-large.bin".to_owned(), (noise(17 << 20), mode(EntryMode::REGULAR))),
    ])
}

/// What no compressor shrinks.
fn noise(bytes: usize) -> Vec<u8> {
    let mut noise = vec![0; bytes];
    blake3::Hasher::new().finalize_xof().fill(&mut noise);
    noise
}

#[test]
fn the_zip_crate_finds_the_tree() {
    let fixture = Fixture::new();
    write_all(&fixture, &contents());
    let package = fixture.package();
    assert!(read_back(&fixture) == contents());
    let bytes = fs::read(fixture.zip()).unwrap();
    assert_eq!(package.zip_bytes, bytes.len() as u64);
    assert_eq!(package.zip_sha256.0, <[u8; 32]>::from(Sha256::digest(&bytes)));
    assert_eq!(package.unzipped_bytes, contents().values().map(|(content, _)| content.len() as u64).sum::<u64>());
    let listed: Vec<_> = package.entries.iter().map(|entry| (entry.path.clone(), entry.mode.bits())).collect();
    assert_eq!(listed, contents().into_iter().map(|(path, (_, mode))| (path, mode)).collect::<Vec<_>>());
}

#[test]
fn headers_are_the_plainest_there_are() {
    let fixture = Fixture::new();
    write_all(&fixture, &contents());
    fixture.package();
    let mut archive = zip::ZipArchive::new(File::open(fixture.zip()).unwrap()).unwrap();
    let mut names = Vec::new();
    for number in 0..archive.len() {
        let entry = archive.by_index_raw(number).unwrap();
        assert!(entry.is_file(), "no directories");
        assert_eq!(entry.extra_data().unwrap_or_default(), b"", "no extra fields");
        let time = entry.last_modified().unwrap();
        assert_eq!((time.year(), time.month(), time.day(), time.hour(), time.second()), (1980, 1, 1, 0, 0));
        let name = entry.name().unwrap().into_owned();
        let method = match name.as_str() {
            "empty.txt" | "noise.bin" | "bin/run" | "h\u{e9}/\u{65e5}\u{672c}.txt" => zip::CompressionMethod::Stored,
            _ => zip::CompressionMethod::Deflated,
        };
        assert_eq!(entry.compression(), method, "{name}");
        names.push(name);
    }
    assert!(names.is_sorted(), "{names:?}");
    let bytes = fs::read(fixture.zip()).unwrap();
    assert_eq!(bytes[6] & 0b1000, 0, "no data descriptors");
}

/// Checks every entry's CRC, mode, time and bytes, and prints a digest of them all.
const PYTHON: &str = r#"
import hashlib, sys, zipfile
digest = hashlib.sha256()
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    for info in archive.infolist():
        assert info.create_system == 3 and info.date_time == (1980, 1, 1, 0, 0, 0) and not info.extra, info
        content = archive.read(info)
        digest.update(f"{info.filename}\0{info.external_attr >> 16:o}\0{len(content)}\0".encode() + content)
print(digest.hexdigest())
"#;

#[test]
#[expect(clippy::disallowed_types, reason = "the test asks Python, which this crate itself never starts")]
fn python_finds_the_tree() {
    let fixture = Fixture::new();
    write_all(&fixture, &contents());
    fixture.package();
    let output = std::process::Command::new("python3")
        .args(["-I", "-c", PYTHON])
        .arg(fixture.zip())
        .output()
        .expect("this test needs python3 on the PATH");
    assert!(output.status.success(), "python3: {}", String::from_utf8_lossy(&output.stderr));
    let mut digest = Sha256::new();
    for (path, (content, mode)) in contents() {
        digest.update(format!("{path}\0{mode:o}\0{}\0", content.len()));
        digest.update(content);
    }
    let expected: [u8; 32] = digest.finalize().into();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), hex::encode(expected));
}

fn any_contents() -> impl Strategy<Value = Contents> {
    let content = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..300),
        (any::<u8>(), 0..9_000_usize).prop_map(|(byte, length)| vec![byte; length]),
        (any::<u32>(), 0..9_000_usize).prop_map(|(seed, length)| sample_bytes(seed, length)),
    ];
    let mode = prop_oneof![Just(EntryMode::REGULAR.bits()), Just(EntryMode::EXECUTABLE.bits())];
    // Folders and files never have the same name: files end in a digit.
    let path = "([a-zA-Zé ü\\\\.-]{1,3}/){0,4}[a-zA-Z日 #%-]{0,5}[0-9]";
    let usable =
        |path: &String| !path.starts_with('\\') && path.split(['/', '\\']).all(|part| !["", ".", ".."].contains(&part));
    proptest::collection::btree_map(path.prop_filter("a path of plain names", usable), (content, mode), 1..30)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn any_tree_comes_back(contents in any_contents(), threads in 1_usize..4) {
        let fixture = Fixture::new();
        write_all(&fixture, &contents);
        let package = fixture.try_package(threads).unwrap();
        prop_assert_eq!(read_back(&fixture), contents);
        prop_assert_eq!(read_zip(&fixture.zip()).unwrap().package_digest, package.package_digest);
    }
}
