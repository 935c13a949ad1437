//! Zips of random trees, read by Python's `zipfile` and tested by Info-ZIP's `unzip -t`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::{CASES, Chance, Trying, seed};
use crate::support::{Fixture, package_tree};

/// Zips that one process of each reader looks at.
const BATCH: u64 = 500;

/// Path → content and mode.
type Tree = BTreeMap<String, (Vec<u8>, u32)>;

/// Files end in a digit and folders never do, so that no name is both; the names are none that packages leave out.
fn path(chance: &mut Chance, deepest: usize) -> String {
    const PARTS: [&str; 14] =
        ["a", "B", "lib", "é", "日本", "x y", "q'", "[z]", "-n", "%s", "🦀", "a.b", "lönger-name-of-a-folder", "Ж"];
    let mut path = String::new();
    for _ in 0..chance.below(deepest + 1) {
        let _ = write!(path, "{}/", chance.pick(&PARTS));
    }
    let _ = write!(path, "{}{}", chance.pick(&PARTS), chance.below(1_000));
    path
}

fn content(chance: &mut Chance) -> Vec<u8> {
    match chance.below(6) {
        0 => Vec::new(),
        1 | 2 => {
            let bytes = chance.below(300);
            chance.noise(bytes)
        }
        3 => {
            let bytes = chance.below(20_000);
            chance.noise(bytes)
        }
        _ => {
            let bytes = chance.below(60_000);
            chance.pattern(bytes)
        }
    }
}

fn tree(chance: &mut Chance) -> Tree {
    let (files, deepest) = match chance.below(200) {
        0 => (400, 2),
        1 => (3, 60),
        _ => (1 + chance.below(5), 4),
    };
    let mut tree: Tree = (0..files)
        .map(|_| {
            let path = path(chance, deepest);
            let content = if files > 100 { chance.noise(10) } else { content(chance) };
            (path, (content, *chance.pick(&[0o644, 0o755])))
        })
        .collect();
    // One that is cut into chunks.
    if chance.once_in(2_000) {
        let bytes = (16 << 20) + 1 + chance.below(3 << 20);
        let content = if chance.once_in(2) { chance.noise(bytes) } else { chance.pattern(bytes) };
        tree.insert("large0".to_owned(), (content, 0o644));
    }
    tree
}

/// What a reader that finds the tree comes to.
fn digest(tree: &Tree) -> String {
    let mut digest = Sha256::new();
    for (path, (content, mode)) in tree {
        digest.update(format!("{path}\0{:o}\0{}\0", 0o100_000 | mode, content.len()));
        digest.update(content);
    }
    hex::encode(<[u8; 32]>::from(digest.finalize()))
}

/// Checks every entry's CRC, and prints a digest of names, modes and contents for each zip of a folder.
const PYTHON: &str = r#"
import hashlib, pathlib, sys, zipfile
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.zip")):
    digest = hashlib.sha256()
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            assert info.create_system == 3 and info.date_time == (1980, 1, 1, 0, 0, 0) and not info.extra, info
            content = archive.read(info)
            digest.update(f"{info.filename}\0{info.external_attr >> 16:o}\0{len(content)}\0".encode() + content)
    print(path.name, digest.hexdigest())
"#;

#[expect(clippy::disallowed_types, reason = "the test asks other readers, which this crate itself never starts")]
fn read_back(zips: &Path, expected: &str, count: u64) {
    let python = std::process::Command::new("python3").args(["-I", "-c", PYTHON]).arg(zips).output();
    let python = python.expect("this test needs python3 on the PATH");
    assert!(python.status.success(), "python3: {}", String::from_utf8_lossy(&python.stderr));
    assert_eq!(String::from_utf8_lossy(&python.stdout), expected);
    // Info-ZIP takes the pattern itself and looks at all of them in one process.
    let unzip =
        std::process::Command::new("unzip").arg("-tq").arg(zips.join("*.zip")).env("LC_ALL", "C.UTF-8").output();
    let unzip = unzip.expect("this test needs unzip (Info-ZIP) on the PATH");
    let said = String::from_utf8_lossy(&unzip.stdout);
    assert!(unzip.status.success(), "unzip: {said}{}", String::from_utf8_lossy(&unzip.stderr));
    assert!(said.contains(&format!("{count} archives were successfully processed.")), "unzip: {said}");
}

/// Packages the trees of some cases and has them read.
fn batch(seed: u64, cases: std::ops::Range<u64>) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let settings = Fixture::new();
    let (root, count) = (folder.path().join("tree"), cases.end - cases.start);
    let mut expected = String::new();
    for case in cases {
        let _trying = Trying { seed, case };
        let mut chance = Chance::of_case(seed, case);
        let tree = tree(&mut chance);
        for (path, (content, mode)) in &tree {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, content).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(*mode)).unwrap();
        }
        let name = format!("{case:06}.zip");
        // Starting threads costs more than such a tree; what they change is tested elsewhere as well.
        let threads = if chance.once_in(20) { 2 + chance.below(2) } else { 1 };
        let package = package_tree(&root, &settings, threads, &folder.path().join(&name)).unwrap();
        assert_eq!(package.entries.len(), tree.len());
        let _ = writeln!(expected, "{name} {}", digest(&tree));
        fs::remove_dir_all(&root).unwrap();
    }
    read_back(folder.path(), &expected, count);
    count
}

#[test]
fn two_other_readers_find_every_tree() {
    let seed = seed();
    let half =
        |first: u64| (first..CASES / BATCH).step_by(2).map(|number| batch(seed, number * BATCH..(number + 1) * BATCH));
    let tried: u64 = std::thread::scope(|scope| {
        let other = scope.spawn(|| half(1).sum::<u64>());
        half(0).sum::<u64>() + other.join().expect("the other half found its trees, too")
    });
    assert_eq!(tried, CASES);
}
