//! Zips that lie. Each is built by hand, so that each lies about one thing.

use std::error::Error;
use std::fs;

use proptest::prelude::*;
use shipway_package::{InspectError, ZipProblem, read_zip};

use crate::support::{Fixture, sample_bytes};

/// What the headers of an entry say, and its bytes.
#[derive(Clone)]
struct Entry {
    local_name: Vec<u8>,
    central_name: Vec<u8>,
    flags: u16,
    method: u16,
    crc32: u32,
    bytes: u32,
    compressed_bytes: u32,
    mode: u32,
    data: Vec<u8>,
    /// Where the directory says that it begins, if not where it does.
    offset: Option<u32>,
}

fn stored(name: &str, content: &[u8]) -> Entry {
    let bytes = u32::try_from(content.len()).unwrap();
    Entry {
        local_name: name.as_bytes().to_vec(),
        central_name: name.as_bytes().to_vec(),
        flags: 0,
        method: 0,
        crc32: crc32fast::hash(content),
        bytes,
        compressed_bytes: bytes,
        mode: 0o100_644,
        data: content.to_vec(),
        offset: None,
    }
}

fn deflated(name: &str, content: &[u8]) -> Entry {
    let mut compressor = libdeflater::Compressor::new(libdeflater::CompressionLvl::best());
    let mut data = vec![0; compressor.deflate_compress_bound(content.len())];
    let length = compressor.deflate_compress(content, &mut data).unwrap();
    data.truncate(length);
    Entry { method: 8, compressed_bytes: u32::try_from(length).unwrap(), data, ..stored(name, content) }
}

fn common(entry: &Entry, name: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for field in [20, entry.flags, entry.method, 0, 33] {
        out.extend(u16::to_le_bytes(field));
    }
    for field in [entry.crc32, entry.compressed_bytes, entry.bytes] {
        out.extend(u32::to_le_bytes(field));
    }
    out.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
    out
}

fn local_header(entry: &Entry) -> Vec<u8> {
    [b"PK\x03\x04".to_vec(), common(entry, &entry.local_name), vec![0; 2], entry.local_name.clone()].concat()
}

fn zip_of(entries: &[Entry]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let offset = entry.offset.unwrap_or(u32::try_from(out.len()).unwrap());
        out.extend(local_header(entry));
        out.extend(&entry.data);
        directory.extend(b"PK\x01\x02\x14\x03");
        directory.extend(common(entry, &entry.central_name));
        directory.extend([0; 8]);
        directory.extend((entry.mode << 16).to_le_bytes());
        directory.extend(offset.to_le_bytes());
        directory.extend(&entry.central_name);
    }
    let (start, count) = (u32::try_from(out.len()).unwrap(), u16::try_from(entries.len()).unwrap());
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    out.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

fn problem(zip: &[u8]) -> ZipProblem {
    let fixture = Fixture::new();
    fs::write(fixture.zip(), zip).unwrap();
    match read_zip(&fixture.zip()).unwrap_err() {
        InspectError::Unusable { path, problem } => {
            assert_eq!(path, fixture.zip());
            problem
        }
        other => panic!("{other}: {:?}", other.source()),
    }
}

#[track_caller]
fn check(entries: &[Entry], expected: &str) {
    assert_eq!(problem(&zip_of(entries)).to_string(), expected);
}

#[test]
fn an_honest_one_is_read() {
    let fixture = Fixture::new();
    fs::write(fixture.zip(), zip_of(&[stored("a", b"x"), deflated("b", &[b'b'; 1000])])).unwrap();
    assert_eq!(read_zip(&fixture.zip()).unwrap().entries.len(), 2);
}

#[test]
fn what_is_no_zip() {
    for bytes in [&b""[..], b"PK", b"hello, this is no zip at all", &sample_bytes(1, 100_000)] {
        assert!(matches!(problem(bytes), ZipProblem::NotAZip));
    }
    let fixture = Fixture::new();
    for path in [fixture.zip(), fixture.root()] {
        assert!(matches!(read_zip(&path), Err(InspectError::Read { .. })));
    }
}

#[test]
fn an_empty_one() {
    check(&[], "there is no file to package");
}

#[test]
fn names_that_leave_the_folder() {
    for name in ["../../etc/passwd", "/etc/passwd", "a/../../b", "..\\b", "C:\\b"] {
        check(&[stored(name, b"x")], &format!("the name `{name}` in it would be unpacked outside the folder"));
    }
    // A folder that leaves is no better than a file.
    check(&[stored("a", b""), stored("../b/", b"")], "the name `../b/` in it would be unpacked outside the folder");
}

#[test]
fn names_that_are_used_twice() {
    check(&[stored("a", b"x"), stored("a", b"y")], "`a` is in it twice");
    check(&[stored("a", b"x"), stored("./a", b"y")], "`a` is in it twice");
    check(&[stored("a", b"x"), stored("a/b", b"y")], "`a` in it is both a file and a folder");
    check(&[stored("a", b"x"), stored("a/", b"")], "`a` in it is both a file and a folder");
}

#[test]
fn two_names_for_one_entry() {
    let entry = Entry { local_name: b"safe".to_vec(), central_name: b"evil".to_vec(), ..stored("", b"x") };
    check(&[entry], "`evil` in it is damaged: its header has another name than the directory");
}

#[test]
fn kinds_and_methods_that_lambda_does_not_take() {
    check(&[Entry { flags: 1, ..stored("a", b"x") }], "`a` in it is encrypted");
    check(&[Entry { mode: 0o010_644, ..stored("a", b"x") }], "`a` in it is neither a file, a folder nor a link");
    let text = problem(&zip_of(&[Entry { method: 12, ..stored("a", b"x") }])).to_string();
    assert!(text.starts_with("`a` in it is compressed by a method that Lambda does not know"), "{text}");
}

#[test]
fn sizes_and_checksums_that_lie() {
    let content = [b'c'; 5000];
    let larger = "`a` in it is damaged: it is larger than its header claims";
    let shorter = "`a` in it is damaged: it is shorter than its header claims";
    check(&[Entry { bytes: 10, ..deflated("a", &content) }], larger);
    check(&[Entry { bytes: 6000, ..deflated("a", &content) }], shorter);
    check(&[Entry { crc32: 7, ..deflated("a", &content) }], "`a` in it is damaged: its checksum is wrong");
    check(&[Entry { crc32: 7, ..stored("a", &content) }], "`a` in it is damaged: its checksum is wrong");
    check(&[Entry { bytes: 10, ..stored("a", &content) }], "`a` in it is damaged: it is stored with two sizes");
    let cut = Entry { compressed_bytes: 5, ..deflated("a", &sample_bytes(1, 5000)) };
    check(&[cut], "`a` in it is damaged: its compressed data ends early");
}

#[test]
fn a_bomb_is_refused_by_its_claim_and_does_not_outgrow_it() {
    let bomb = deflated("bomb", &vec![0; 50_000_000]);
    let bombs: Vec<Entry> = (0..10)
        .map(|number| Entry {
            local_name: format!("b{number}").into(),
            central_name: format!("b{number}").into(),
            ..bomb.clone()
        })
        .collect();
    let text = problem(&zip_of(&bombs)).to_string();
    assert!(text.starts_with("476.9 MB unzipped, and Lambda takes at most 250.0 MB"), "{text}");
    let absurd = Entry { bytes: u32::MAX - 1, ..deflated("a", b"") };
    assert!(matches!(problem(&zip_of(&[absurd.clone(), absurd])), ZipProblem::Content(_)));
}

#[test]
fn entries_that_share_bytes() {
    // The second entry lies within the content of the first.
    let inner = stored("inner", b"payload");
    let content = [local_header(&inner), inner.data.clone()].concat();
    let outer = stored("outer", &content);
    let offset = u32::try_from(local_header(&outer).len()).unwrap();
    let zip = zip_of(&[outer, Entry { offset: Some(offset), ..inner }]);
    assert_eq!(problem(&zip).to_string(), "`outer` and `inner` in it overlap");
}

#[test]
fn entries_that_point_elsewhere() {
    let text = problem(&zip_of(&[Entry { offset: Some(4_000_000_000), ..stored("a", b"x") }])).to_string();
    assert!(text.starts_with("`a` in it is damaged: "), "{text}");
    let long = Entry { compressed_bytes: 500, bytes: 500, ..stored("a", b"x") };
    check(&[long], "`a` in it is damaged: it reaches beyond the entries");
}

#[test]
fn a_directory_that_is_cut_or_miscounted() {
    let mut zip = zip_of(&[stored("a", b"x"), stored("b", b"y")]);
    let end = zip.len() - 22;
    zip[end + 8] = 3;
    zip[end + 10] = 3;
    assert!(matches!(problem(&zip), ZipProblem::Damaged { .. }));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Whatever is changed, the answer is a problem, or a listing that keeps its promises.
    #[test]
    fn no_change_of_bytes_makes_it_panic(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut zip = zip_of(&[
            stored("app.py", b"print()"),
            deflated("lib/data", &sample_bytes(3, 2_000)),
            stored("lib/", b""),
            deflated("z", &[0; 3_000]),
        ]);
        for (at, byte) in &changes {
            let at = at.index(zip.len());
            zip[at] = *byte;
        }
        let fixture = Fixture::new();
        fs::write(fixture.zip(), &zip).unwrap();
        match read_zip(&fixture.zip()) {
            Ok(inspection) => {
                prop_assert!(inspection.entries.is_sorted_by(|left, right| left.path < right.path));
                prop_assert!(inspection.entries.iter().all(|entry| !entry.path.split('/').any(|part| part == "..")));
                prop_assert_eq!(inspection.zip_bytes, zip.len() as u64);
            }
            Err(InspectError::Unusable { .. }) => {}
            Err(other) => prop_assert!(false, "{}", other),
        }
    }

    #[test]
    fn random_bytes_behind_a_signature_do_not_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let fixture = Fixture::new();
        let end = b"PK\x05\x06\0\0\0\0\x01\0\x01\0\x20\0\0\0\0\0\0\0\0\0";
        fs::write(fixture.zip(), [b"PK\x01\x02", bytes.as_slice(), end].concat()).unwrap();
        prop_assert!(read_zip(&fixture.zip()).is_err());
    }
}
