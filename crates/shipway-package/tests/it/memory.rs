//! Packaging as much as Lambda takes stays within 128 MB of memory.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::PathBuf;

use shipway_package::{UNZIPPED_LIMIT, read_zip};

use crate::support::{Fixture, package_tree, run, this_test_again};

/// Tells the started test that it is the child, and which folder is meant.
const FOLDER: &str = "SHIPWAY_TEST_LARGE_FOLDER";
const LIMIT_KIB: u64 = 128 << 10;

/// Contents that do not shrink, so that what waits to be written is as large as it gets: files of the largest size that is
/// compressed whole, one that is cut into chunks, and many small ones.
fn large_tree() -> Fixture {
    let fixture = Fixture::new();
    let mut noise = blake3::Hasher::new().finalize_xof();
    let mut write = |path: &str, bytes: usize| {
        let mut content = vec![0; bytes];
        noise.fill(&mut content);
        fixture.write(path, &content);
    };
    for number in 0..8 {
        write(&format!("lib/whole-{number}.so"), 16 << 20);
    }
    write("model.bin", 100 << 20);
    for number in 0..2_000 {
        write(&format!("node_modules/p{}/f{number}.js", number % 50), 8 << 10);
    }
    fixture
}

/// The most memory that a process had has to be asked of a process that did nothing else.
#[test]
#[expect(clippy::disallowed_methods, reason = "how the child learns what to do")]
fn packaging_and_reading_a_large_tree_is_bounded() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        let folder = PathBuf::from(folder);
        let output = folder.join("package.zip");
        let package = package_tree(&folder.join("tree"), &Fixture::new(), 7, &output).unwrap();
        assert!(package.unzipped_bytes > UNZIPPED_LIMIT * 9 / 10);
        assert_eq!(read_zip(&output).unwrap().package_digest, package.package_digest);
        let peak = peak_kib();
        assert!(peak < LIMIT_KIB, "{peak} KiB at most, and {LIMIT_KIB} are allowed");
        return;
    }
    let fixture = large_tree();
    let test = "memory::packaging_and_reading_a_large_tree_is_bounded";
    run(this_test_again(&std::env::current_exe().unwrap(), test).env(FOLDER, fixture.beside("")));
}

/// This process's greatest resident set so far.
pub(crate) fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
