//! Ten thousand hostile zips are unpacked, the same every time, and nothing may be written outside of the folder. The number
//! that all of it follows from is printed; `SHIPWAY_FUZZ_SEED` replaces it.

use std::fs;
use std::io::{Cursor, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{Stop, UNZIPPED_LIMIT, unpack};

const CASES: u64 = 10_000;
const SEED: u64 = 20_261_125;
const VARIABLE: &str = "SHIPWAY_FUZZ_SEED";

/// Random numbers: SplitMix64 (Steele, Lea and Flood, 2014).
struct Chance(u64);

impl Chance {
    fn of_case(seed: u64, case: u64) -> Chance {
        Chance(seed ^ case.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    fn pick<'list, T>(&mut self, list: &'list [T]) -> &'list T {
        &list[self.below(list.len())]
    }
}

const NAMES: [&str; 24] = [
    "app.py",
    "a/b",
    "a",
    "a/b/c",
    "d/e/f",
    "d",
    "link",
    "link/x",
    "../outside",
    "../../outside",
    "/tmp/shipway-outside",
    "a/../../outside",
    "..",
    ".",
    "./x",
    "a//b",
    "C:\\x",
    "..\\outside",
    "a/./b",
    "é",
    "x/",
    "../x/",
    "link/../y",
    "canary",
];

const TARGETS: [&str; 14] = [
    "..",
    "../..",
    "../canary",
    "/etc",
    "/",
    ".",
    "a",
    "a/b",
    "link",
    "d/..",
    "d/../..",
    "d/../../canary",
    "",
    "x/../../../..",
];

/// A zip of files, folders and links with names that lead out, or look so.
fn zip(chance: &mut Chance) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for _ in 0..1 + chance.below(7) {
        let name = *chance.pick(&NAMES);
        let method = *chance.pick(&[CompressionMethod::Stored, CompressionMethod::Deflated]);
        let mode = *chance.pick(&[0o644, 0o755, 0o777, 0o200, 0o000]);
        let options = SimpleFileOptions::default().compression_method(method).unix_permissions(mode);
        // A name that is there already is none that this writer takes.
        let _taken = match chance.below(5) {
            0 | 1 => writer.add_symlink(name, *chance.pick(&TARGETS), options),
            2 => writer.add_directory(name, options),
            _ => writer.start_file(name, options).and_then(|()| {
                let content = vec![b'x'; chance.below(3_000)];
                writer.write_all(&content).map_err(Into::into)
            }),
        };
    }
    let mut zip = writer.finish().unwrap().into_inner();
    match chance.below(6) {
        0 | 1 => {
            for _ in 0..1 + chance.below(5) {
                let at = chance.below(zip.len());
                zip[at] ^= 1 << chance.below(8);
            }
        }
        2 => {
            let length = chance.below(zip.len());
            zip.truncate(length);
        }
        // A name in both headers becomes another of the same length that leads out.
        3 => replace_all(&mut zip, b"d/e/f", b"../zz"),
        4 => replace_all(&mut zip, b"a/b/c", b"/tmpx"),
        _ => {}
    }
    zip
}

fn replace_all(zip: &mut [u8], from: &[u8], to: &[u8]) {
    for at in 0..zip.len().saturating_sub(from.len()) {
        if zip[at..].starts_with(from) {
            zip[at..at + to.len()].copy_from_slice(to);
        }
    }
}

/// What is in a folder, links not followed: name, kind, size, and when it was last changed in any way.
fn listing(folder: &Path) -> Vec<(String, u32, u64, (i64, i64))> {
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let metadata = entry.path().symlink_metadata().unwrap();
            // What is unpacked is in the folder `target` alone; only that it is still a folder counts.
            let changed =
                if entry.file_name() == "target" { (0, 0) } else { (metadata.ctime(), metadata.ctime_nsec()) };
            let size = if metadata.is_dir() { 0 } else { metadata.len() };
            (entry.file_name().to_string_lossy().into_owned(), metadata.mode(), size, changed)
        })
        .collect();
    found.sort();
    found
}

#[test]
#[expect(clippy::disallowed_methods, reason = "whoever looks for more names another number")]
fn ten_thousand_hostile_zips_write_nothing_outside() {
    let seed = std::env::var(VARIABLE).map_or(SEED, |text| text.parse().expect("SHIPWAY_FUZZ_SEED is a number"));
    println!("{VARIABLE}={seed}");
    let place = tempfile::tempdir().unwrap();
    let (outer, inner) = (place.path(), place.path().join("inner"));
    fs::create_dir(&inner).unwrap();
    for folder in [outer, &inner] {
        fs::write(folder.join("canary"), "alive").unwrap();
    }
    let target = inner.join("target");
    let elsewhere = ["/tmp/shipway-outside", "/tmpx", "/outside"];
    fs::create_dir(&target).unwrap();
    let before = (listing(outer), listing(&inner));
    let (mut tried, mut unpacked) = (0, 0);
    for case in 0..CASES {
        let zip = zip(&mut Chance::of_case(seed, case));
        match unpack(&zip, &target) {
            Ok(size) => {
                assert!(size <= UNZIPPED_LIMIT);
                unpacked += 1;
            }
            Err(Stop::Refused(_)) => {}
            Err(Stop::Io(error)) => panic!("case {case} of {VARIABLE}={seed}: {error}"),
        }
        let after = (listing(outer), listing(&inner));
        assert_eq!(after, before, "case {case} of {VARIABLE}={seed}");
        assert!(elsewhere.iter().all(|path| !Path::new(path).exists()), "case {case} of {VARIABLE}={seed}");
        for entry in fs::read_dir(&target).unwrap() {
            let entry = entry.unwrap();
            let removed = if entry.file_type().unwrap().is_dir() {
                fs::remove_dir_all(entry.path())
            } else {
                fs::remove_file(entry.path())
            };
            removed.unwrap();
        }
        tried += 1;
    }
    assert_eq!(tried, CASES);
    assert!(unpacked > CASES / 20, "only {unpacked} were unpacked: the rest saw too little");
}
