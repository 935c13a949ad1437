//! The same tree gives the same bytes: whatever its times, group bits, order of creation, parent folder, umask, or the number
//! of threads.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use proptest::prelude::*;

use crate::support::{Fixture, run, sample_bytes, this_test_again};

/// One file of a tree: path, content, whether it may be executed.
type File = (String, Vec<u8>, bool);

fn tree() -> Vec<File> {
    let mut files = vec![
        ("app.py".to_owned(), b"def handler(event, context): return 1\n".repeat(40), false),
        ("bootstrap".to_owned(), sample_bytes(1, 70_000), true),
        ("empty".to_owned(), Vec::new(), false),
        ("large.bin".to_owned(), sample_bytes(2, 18_000_000), false),
        ("lib/\u{fc}nicode.txt".to_owned(), b"x".to_vec(), false),
    ];
    files.extend((0..60).map(|number| {
        let path = format!("node_modules/p{}/f{number}.js", number % 7);
        (path, sample_bytes(number, 137 * number as usize), number % 9 == 0)
    }));
    files
}

fn write_all<'files>(fixture: &Fixture, files: impl Iterator<Item = &'files File>) {
    for (path, content, executable) in files {
        fixture.write(path, content);
        fixture.set_mode(path, if *executable { 0o755 } else { 0o644 });
    }
}

fn zip_bytes(fixture: &Fixture, threads: usize) -> Vec<u8> {
    fixture.try_package(threads).unwrap();
    fs::read(fixture.zip()).unwrap()
}

#[test]
fn neither_times_nor_modes_nor_order_nor_place_nor_threads_count() {
    let files = tree();
    let plain = Fixture::new();
    write_all(&plain, files.iter());
    let expected = zip_bytes(&plain, 1);
    for threads in [2, 3, 7] {
        assert!(zip_bytes(&plain, threads) == expected, "{threads} threads");
    }

    // Created the other way round, elsewhere, with what a umask of 0077 and setgid folders leave, at other times.
    let other = Fixture::new();
    fs::create_dir_all(other.path("an/empty/folder")).unwrap();
    write_all(&other, files.iter().rev());
    for (number, (path, _, executable)) in files.iter().enumerate() {
        other.set_mode(path, if *executable { 0o700 } else { 0o660 });
        let file = fs::File::options().append(true).open(other.path(path)).unwrap();
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(86_400 * (number as u64 + 1));
        file.set_times(fs::FileTimes::new().set_modified(time).set_accessed(time)).unwrap();
    }
    other.set_mode("lib", 0o2_770);
    for threads in [1, 2, 7] {
        assert!(zip_bytes(&other, threads) == expected, "elsewhere, {threads} threads");
    }
    assert_eq!(plain.package().package_digest, other.digest().unwrap().package_digest);
}

/// Tells the started test that it is the child, and which folder is meant.
const STRICT_FOLDER: &str = "SHIPWAY_TEST_STRICT_FOLDER";

/// A umask holds for a whole process, so a process of its own gets the strict one.
#[test]
#[expect(clippy::disallowed_methods, reason = "how the child learns what to do")]
fn the_umask_does_not_count() {
    let files = [("app.py", "1"), ("deep/in/lib.py", "2")];
    if let Some(folder) = std::env::var_os(STRICT_FOLDER) {
        rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
        let strict = Fixture::with_files(&files);
        assert_eq!(fs::metadata(strict.path("app.py")).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(PathBuf::from(folder).join("strict.zip"), zip_bytes(&strict, 2)).unwrap();
        return;
    }
    let fixture = Fixture::with_files(&files);
    let mut child = this_test_again(&std::env::current_exe().unwrap(), "determinism::the_umask_does_not_count");
    run(child.env(STRICT_FOLDER, fixture.beside("")));
    assert!(fs::read(fixture.beside("strict.zip")).unwrap() == zip_bytes(&fixture, 2));
}

#[test]
fn the_execute_bit_counts() {
    let fixture = Fixture::with_files(&[("bootstrap", "#!/bin/sh\n")]);
    let before = fixture.package();
    fixture.set_mode("bootstrap", 0o755);
    let after = fixture.package();
    assert_ne!(before.zip_sha256, after.zip_sha256);
    assert_ne!(before.package_digest, after.package_digest);
}

#[test]
fn an_output_of_an_earlier_run_is_replaced() {
    let fixture = Fixture::with_files(&[("app.py", "1")]);
    fs::write(fixture.zip(), "something else").unwrap();
    let package = fixture.package();
    assert_eq!(fs::metadata(fixture.zip()).unwrap().len(), package.zip_bytes);
}

fn shuffled_trees() -> impl Strategy<Value = (Vec<File>, Vec<File>)> {
    let content = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        (any::<u8>(), 0..5_000_usize).prop_map(|(byte, length)| vec![byte; length]),
    ];
    let path = "[a-c]{1,2}(/[a-cé]{1,2}){0,3}\\.t";
    proptest::collection::btree_map(path, (content, any::<bool>()), 1..25)
        .prop_map(|files| files.into_iter().map(|(path, (content, mode))| (path, content, mode)).collect::<Vec<_>>())
        .prop_flat_map(|files| (Just(files.clone()), Just(files).prop_shuffle()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_creation_gives_the_same_zip((files, shuffled) in shuffled_trees(), threads in 1_usize..5) {
        let (first, second) = (Fixture::new(), Fixture::new());
        write_all(&first, files.iter());
        write_all(&second, shuffled.iter());
        prop_assert_eq!(zip_bytes(&first, 1), zip_bytes(&second, threads));
        prop_assert_eq!(first.digest().unwrap().package_digest, second.package().package_digest);
    }
}
