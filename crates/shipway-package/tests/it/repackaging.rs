//! Packaging again, with a memory of what was packaged before: the same bytes and the same refusals, whatever happened since.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use shipway_package::{Package, PackageError, PackageRequest, Repackaged, package_again};

use crate::support::{Fixture, sample_bytes};

/// What came of packaging again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Kept,
    Made,
}

fn memory(fixture: &Fixture) -> PathBuf {
    fixture.beside("tree.memory")
}

fn kept_zip(fixture: &Fixture) -> PathBuf {
    fixture.beside("kept.zip")
}

/// Packages again as the host does: the zip gets its final name after it was made.
fn try_again(fixture: &Fixture, threads: usize) -> Result<(Outcome, Package), PackageError> {
    let (root, draft) = (fixture.root(), fixture.beside("draft.zip"));
    let request = PackageRequest { tree: fixture.tree(&root), threads: threads.try_into().unwrap(), output: &draft };
    match package_again(&request, &memory(fixture))? {
        Repackaged::Kept { package, zip } => {
            assert_eq!(zip, kept_zip(fixture));
            assert!(!draft.exists());
            Ok((Outcome::Kept, package))
        }
        Repackaged::Made { package, memory } => {
            fs::rename(&draft, kept_zip(fixture)).unwrap();
            memory.keep(&kept_zip(fixture)).unwrap();
            Ok((Outcome::Made, package))
        }
    }
}

/// Packages again and anew, and sees that both are the same.
fn again_threads(fixture: &Fixture, threads: usize) -> Outcome {
    let anew = fixture.try_package(2).unwrap();
    let (outcome, package) = try_again(fixture, threads).unwrap();
    assert_eq!(package, anew);
    assert!(fs::read(kept_zip(fixture)).unwrap() == fs::read(fixture.zip()).unwrap(), "not the same bytes");
    outcome
}

fn again(fixture: &Fixture) -> Outcome {
    again_threads(fixture, 2)
}

/// Waits until the file system's clock has gone on, so that what is there now is older than what comes.
fn tick(fixture: &Fixture) {
    let probe = fixture.beside("probe");
    let time = || {
        fs::write(&probe, "x").unwrap();
        let metadata = fs::metadata(&probe).unwrap();
        (metadata.ctime(), metadata.ctime_nsec())
    };
    let before = time();
    while time() <= before {
        std::thread::yield_now();
    }
}

fn sample() -> Fixture {
    let fixture = Fixture::with_files(&[("app.py", "one"), ("empty", ""), ("lib/b.py", "two"), ("lib/c.py", "three")]);
    fixture.write("lib/data.bin", &sample_bytes(3, 2_500_000));
    fixture
}

#[test]
fn nothing_changed_and_nothing_is_written() {
    let fixture = sample();
    assert_eq!(again(&fixture), Outcome::Made);
    tick(&fixture);
    // What was too young to be believed is read once more.
    assert_eq!(again(&fixture), Outcome::Kept);
    let before = fs::metadata(memory(&fixture)).unwrap().ino();
    assert_eq!(again(&fixture), Outcome::Kept);
    assert_eq!(fs::metadata(memory(&fixture)).unwrap().ino(), before, "and now all of it is believed");
}

#[test]
fn of_permissions_only_the_execute_bit_is_another_package() {
    let fixture = sample();
    again(&fixture);
    tick(&fixture);
    again(&fixture);
    fixture.set_mode("app.py", 0o600);
    assert_eq!(again(&fixture), Outcome::Kept, "another stamp, and the same package");
    fixture.set_mode("app.py", 0o755);
    assert_eq!(again(&fixture), Outcome::Made, "an executable is another package");
}

#[test]
fn edits_that_stat_hardly_shows_are_seen() {
    let fixture = sample();
    for threads in [1, 2, 7] {
        again_threads(&fixture, threads);
        let path = fixture.path("app.py");
        // At once and in a later tick; with the old time put back; as another file of the same size and times.
        for round in 0..6 {
            let times = fs::metadata(&path).unwrap().modified().unwrap();
            let content = format!("{threads}-{round}");
            match round % 3 {
                0 => fs::write(&path, content).unwrap(),
                1 => {
                    fs::write(&path, content).unwrap();
                    fs::File::options().append(true).open(&path).unwrap().set_modified(times).unwrap();
                }
                _ => {
                    let other = fixture.beside("other");
                    fs::write(&other, content).unwrap();
                    fs::File::options().append(true).open(&other).unwrap().set_modified(times).unwrap();
                    fs::rename(&other, &path).unwrap();
                }
            }
            assert_eq!(again_threads(&fixture, threads), Outcome::Made, "{round}");
            if round >= 3 {
                tick(&fixture);
                assert_eq!(again_threads(&fixture, threads), Outcome::Kept, "{round}");
            }
        }
    }
}

/// The guard itself: a file that is as young as the memory is not believed, even though its stamp is the same.
#[test]
fn a_file_of_the_same_tick_is_not_believed() {
    for _ in 0..200 {
        let fixture = Fixture::with_files(&[("app.py", "one")]);
        try_again(&fixture, 1).unwrap();
        fs::write(fixture.path("app.py"), "two").unwrap();
        again_threads(&fixture, 1);
    }
}

#[test]
fn contents_are_found_wherever_they_moved() {
    let fixture = sample();
    again(&fixture);
    fs::rename(fixture.path("lib"), fixture.path("moved")).unwrap();
    fixture.write("copy.bin", &sample_bytes(3, 2_500_000));
    assert_eq!(again(&fixture), Outcome::Made);
    fs::remove_file(fixture.path("moved/b.py")).unwrap();
    assert_eq!(again(&fixture), Outcome::Made);
}

#[test]
fn a_large_file_is_copied_in_pieces() {
    let fixture = sample();
    fixture.write("large.bin", &sample_bytes(5, (16 << 20) + 77));
    assert_eq!(again(&fixture), Outcome::Made);
    for threads in [1, 2, 7] {
        fixture.write("app.py", format!("{threads}").as_bytes());
        assert_eq!(again_threads(&fixture, threads), Outcome::Made);
    }
    // The same content under another name, and as another file.
    fixture.write("large.bin", &sample_bytes(5, (16 << 20) + 77));
    tick(&fixture);
    assert_eq!(again(&fixture), Outcome::Kept);
}

#[test]
fn damage_is_noticed_wherever_it_is() {
    let fixture = sample();
    again(&fixture);
    tick(&fixture);
    assert_eq!(again(&fixture), Outcome::Kept);
    let (zip, memory) = (kept_zip(&fixture), memory(&fixture));
    let sound = fs::read(&zip).unwrap();
    let step = sound.len() / 12;
    for at in (0..sound.len()).step_by(step.max(1)) {
        let mut damaged = sound.clone();
        damaged[at] ^= 1;
        fs::write(&zip, damaged).unwrap();
        // Nothing in the tree changed: the zip is not what it was, and is made again.
        assert_eq!(again(&fixture), Outcome::Made, "byte {at}");
        // Something changed, and the rest is copied: what is damaged is not.
        let mut damaged = fs::read(&zip).unwrap();
        damaged[at] ^= 1;
        fs::write(&zip, damaged).unwrap();
        fixture.write("app.py", format!("x{at}").as_bytes());
        again(&fixture);
        fixture.write("app.py", b"one");
        again(&fixture);
    }
    for damage in [b"".as_slice(), b"no memory at all, and long enough for a head"] {
        fs::write(&memory, damage).unwrap();
        assert_eq!(again(&fixture), Outcome::Made);
        tick(&fixture);
        assert_eq!(again(&fixture), Outcome::Kept);
    }
    fs::remove_file(&zip).unwrap();
    assert_eq!(again(&fixture), Outcome::Made);
}

#[test]
fn a_memory_that_cannot_be_kept_is_no_failure() {
    let fixture = sample();
    let (root, draft) = (fixture.root(), fixture.beside("draft.zip"));
    let request = PackageRequest { tree: fixture.tree(&root), threads: 2.try_into().unwrap(), output: &draft };
    let nowhere = fixture.beside("no/such/folder/tree.memory");
    let Repackaged::Made { package, memory } = package_again(&request, &nowhere).unwrap() else { panic!("made") };
    memory.keep(&draft).unwrap();
    assert_eq!(package, fixture.package());
}

#[test]
fn refusals_are_the_same_with_and_without_a_memory() {
    let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC".repeat(2);
    let key = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
    let fixture = Fixture::with_files(&[("app.py", "x"), ("own.key", &key), ("lib/its.key", &key)]);
    let fixture = fixture.allowing(&["own.key", "lib"]);
    again(&fixture);
    tick(&fixture);
    assert_eq!(again(&fixture), Outcome::Kept);
    let texts = |error: PackageError| format!("{error}");
    // What was allowed then is not now, though nobody touched the files.
    for (allow, dependencies) in [(vec![], vec![]), (vec!["own.key"], vec![]), (vec!["lib"], vec!["lib"])] {
        let fixture = fixture.settings(&allow, &dependencies);
        assert_eq!(texts(try_again(&fixture, 2).unwrap_err()), texts(fixture.try_package(2).unwrap_err()));
    }
    let judged = fixture.settings(&["own.key"], &["lib"]);
    let (outcome, package) = try_again(&judged, 2).unwrap();
    assert_eq!((outcome, package.findings.len()), (Outcome::Kept, 1), "a dependency's key is a warning");
    // A secret that arrives in a file that was harmless, of the same size.
    let harmless = Fixture::with_files(&[("app.py", "x"), ("text", &"y".repeat(key.len()))]);
    again(&harmless);
    harmless.write("text", key.as_bytes());
    assert_eq!(texts(try_again(&harmless, 2).unwrap_err()), texts(harmless.try_package(2).unwrap_err()));
}

/// One thing that happens to a tree between two runs.
#[derive(Debug, Clone)]
enum Change {
    Write(u8, Vec<u8>),
    /// Of the same size, with the old time of modification.
    Forge(u8, u8),
    Remove(u8),
    Rename(u8, u8),
    Mode(u8, bool),
    Tick,
    DamageZip(usize),
    DamageMemory(usize),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let content = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..300),
        (any::<u8>(), 0..3_000_usize).prop_map(|(byte, length)| vec![byte; length]),
    ];
    let file = 0..12_u8;
    let change = prop_oneof![
        4 => (file.clone(), content).prop_map(|(file, content)| Change::Write(file, content)),
        3 => (file.clone(), any::<u8>()).prop_map(|(file, byte)| Change::Forge(file, byte)),
        2 => file.clone().prop_map(Change::Remove),
        2 => (file.clone(), file.clone()).prop_map(|(from, to)| Change::Rename(from, to)),
        2 => (file, any::<bool>()).prop_map(|(file, executable)| Change::Mode(file, executable)),
        2 => Just(Change::Tick),
        1 => any::<usize>().prop_map(Change::DamageZip),
        1 => any::<usize>().prop_map(Change::DamageMemory),
    ];
    proptest::collection::vec(change, 0..4)
}

fn name(number: u8) -> String {
    format!("d{}/f{number}.txt", number % 4)
}

fn flip(path: &std::path::Path, at: usize) {
    let Ok(mut bytes) = fs::read(path) else { return };
    let at = at % bytes.len();
    bytes[at] ^= 0x41;
    fs::write(path, bytes).unwrap();
}

fn apply(fixture: &Fixture, change: &Change) {
    match change {
        Change::Write(file, content) => fixture.write(&name(*file), content),
        Change::Forge(file, byte) => {
            let path = fixture.path(&name(*file));
            let Ok(metadata) = fs::metadata(&path) else { return };
            fs::write(&path, vec![*byte; usize::try_from(metadata.len()).unwrap()]).unwrap();
            let opened = fs::File::options().append(true).open(&path).unwrap();
            opened.set_modified(metadata.modified().unwrap()).unwrap();
        }
        Change::Remove(file) => drop(fs::remove_file(fixture.path(&name(*file)))),
        Change::Rename(from, to) => {
            fs::create_dir_all(fixture.path(&name(*to)).parent().unwrap()).unwrap();
            drop(fs::rename(fixture.path(&name(*from)), fixture.path(&name(*to))));
        }
        Change::Mode(file, executable) if fixture.path(&name(*file)).exists() => {
            fixture.set_mode(&name(*file), if *executable { 0o755 } else { 0o644 });
        }
        Change::Mode(..) => {}
        Change::Tick => tick(fixture),
        Change::DamageZip(at) => flip(&kept_zip(fixture), *at),
        Change::DamageMemory(at) => flip(&memory(fixture), *at),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_between_two_runs(
        rounds in proptest::collection::vec(changes(), 1..6),
        threads in proptest::sample::select(vec![1_usize, 2, 7]),
    ) {
        let fixture = Fixture::with_files(&[("app.py", "always there")]);
        for number in 0..6 {
            fixture.write(&name(number), &sample_bytes(u32::from(number), 100 * usize::from(number)));
        }
        again_threads(&fixture, threads);
        for round in rounds {
            round.iter().for_each(|change| apply(&fixture, change));
            again_threads(&fixture, threads);
        }
    }
}

/// Times long ago and to come do not mislead either.
#[test]
fn times_that_were_set_by_hand() {
    let fixture = sample();
    for seconds in [0, 1_000_000_000, 4_000_000_000] {
        let set = |content: &str| {
            fs::write(fixture.path("app.py"), content).unwrap();
            let opened = fs::File::options().append(true).open(fixture.path("app.py")).unwrap();
            opened.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
        };
        set("abc");
        again(&fixture);
        tick(&fixture);
        again(&fixture);
        set("xyz");
        assert_eq!(again(&fixture), Outcome::Made, "{seconds}");
    }
}
