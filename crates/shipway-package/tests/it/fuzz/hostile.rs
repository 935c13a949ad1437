//! Hostile zips before the reader and the lint: whatever comes, an answer, in little memory, and nothing written.

use std::fs;
use std::path::{Path, PathBuf};

use shipway_package::{
    GlibcVersion, InspectError, Inspection, LintTarget, Machine, RunsOn, RuntimeFamily, RuntimeLibc, UNZIPPED_LIMIT,
    content_tree, differences, handler_in_zip, lint_zip, read_zip,
};

use super::hostile_zip::{large_zip, zip};
use super::{CASES, Chance, Trying, seed};
use crate::memory::peak_kib;
use crate::support::{Fixture, run, this_test_again};

/// Tells the started test that it is the child, and which folder is meant.
const FOLDER: &str = "SHIPWAY_TEST_HOSTILE_FOLDER";
/// Large ones among them.
const LARGE: u64 = 8;
/// The reader's own, on top of what the test itself needs to make a large zip.
const LIMIT_KIB: u64 = 128 << 10;

/// The most memory that a process had has to be asked of a process that did nothing else.
#[test]
#[expect(clippy::disallowed_methods, reason = "how the child learns what to do")]
fn hostile_zips_get_an_answer_in_little_memory_and_write_nothing() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return child(&PathBuf::from(folder));
    }
    let seed = seed();
    let fixture = Fixture::new();
    let folder = fixture.beside("zips");
    fs::create_dir(&folder).unwrap();
    // Made here: the child is only to read them.
    for number in 0..LARGE {
        fs::write(
            folder.join(format!("large-{number}")),
            large_zip(&mut Chance::of_case(seed, CASES + number), number),
        )
        .unwrap();
    }
    let test = "fuzz::hostile::hostile_zips_get_an_answer_in_little_memory_and_write_nothing";
    run(this_test_again(&std::env::current_exe().unwrap(), test).current_dir(fixture.root()).env(FOLDER, &folder));
    let left: Vec<_> = fs::read_dir(fixture.root()).unwrap().collect();
    assert!(left.is_empty(), "nothing is written to where the reader runs: {left:?}");
}

fn child(folder: &Path) {
    let seed = seed();
    let path = folder.join("case.zip");
    let (mut tried, mut read) = (0, 0);
    let mut previous: Option<Inspection> = None;
    for case in 0..CASES {
        let trying = Trying { seed, case };
        if case < LARGE {
            fs::rename(folder.join(format!("large-{case}")), &path).unwrap();
        } else {
            fs::write(&path, zip(&mut Chance::of_case(seed, case))).unwrap();
        }
        let handlers = if case < LARGE { &HANDLERS[..1] } else { &HANDLERS };
        if let Some(inspection) = answered(&path, handlers) {
            read += 1;
            if let Some(previous) = previous.filter(|_| case > LARGE) {
                let _ = differences(&previous, &inspection);
            }
            previous = Some(inspection);
        }
        let names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        let left = if case < LARGE { usize::try_from(LARGE - case).unwrap() } else { 1 };
        assert_eq!(names.len(), left, "nothing else is in the folder: {names:?}");
        tried += 1;
        drop(trying);
    }
    assert_eq!(tried, CASES);
    assert!(read > CASES / 8, "only {read} could be read: the rest of the lint saw too little");
    let peak = peak_kib();
    assert!(peak < LIMIT_KIB, "{peak} KiB at most, and {LIMIT_KIB} are allowed");
}

const HANDLERS: [(RuntimeFamily, &str); 5] = [
    (RuntimeFamily::Python, "app.handler"),
    (RuntimeFamily::Node, "index.handler"),
    (RuntimeFamily::Ruby, "function.handler"),
    (RuntimeFamily::Java, "example.Handler::handle"),
    (RuntimeFamily::Provided, "any"),
];

/// What the reader made of a zip, if it is one; and whatever else looks into zips has its turn.
fn answered(path: &Path, handlers: &[(RuntimeFamily, &str)]) -> Option<Inspection> {
    let inspection = match read_zip(path) {
        Ok(inspection) => inspection,
        Err(InspectError::Unusable { .. }) => return None,
        Err(other) => panic!("{other}"),
    };
    assert!(inspection.entries.is_sorted_by(|left, right| left.path < right.path));
    for entry in &inspection.entries {
        let path = entry.path.as_str();
        assert!(!path.starts_with(['/', '\\']) && !path.split(['/', '\\']).any(|part| part == ".."), "{path}");
    }
    assert!(inspection.unzipped_bytes <= UNZIPPED_LIMIT);
    assert_eq!(inspection.unzipped_bytes, inspection.entries.iter().map(|entry| entry.bytes).sum::<u64>());
    assert_eq!(inspection.contents.len(), inspection.entries.len());
    inspection.judge_secrets(&[], &[]).unwrap();
    for &(family, handler) in handlers {
        for machine in [Machine::X86_64, Machine::Arm64] {
            let libc = Some(RuntimeLibc { runtime: "any", glibc: GlibcVersion { major: 2, minor: 26 } });
            let runs_on = RunsOn::Lambda { machine, libc };
            let target =
                LintTarget { runs_on, family: Some(family), layers_bytes: Some(1), allow: &[], dependency_roots: &[] };
            let lint = lint_zip(&inspection, &target).unwrap();
            let _ = (lint.refusals.iter().map(ToString::to_string).count(), format!("{:?}", lint.findings));
        }
        let _ = handler_in_zip(path, &inspection.entries, family, handler, &[]).unwrap().problem(handler);
    }
    assert_eq!(content_tree(&inspection).bytes, inspection.unzipped_bytes);
    Some(inspection)
}
