//! What may not be read is refused by name.
//!
//! Tests may run as root, which may read all. So the test starts itself again as a user without rights.

use std::fs;
use std::num::NonZeroUsize;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};

use shipway_package::{PackageError, PackageRequest, Tree, package};

use crate::support::{Fixture, run, this_test_again};

/// Tells the started test that it is the child, and which folder is meant.
const FOLDER: &str = "SHIPWAY_TEST_UNREADABLE_FOLDER";
const NOBODY: u32 = 65_534;

#[test]
#[expect(clippy::disallowed_methods, reason = "how the child learns what to do")]
fn what_cannot_be_read_is_refused_by_name() {
    match std::env::var_os(FOLDER) {
        Some(folder) => child(&PathBuf::from(folder)),
        None => parent(),
    }
}

fn parent() {
    let fixture = Fixture::with_files(&[("app.py", "x"), ("locked/a.py", "a"), ("secret.py", "s")]);
    for (path, mode) in [("../", 0o777), ("locked", 0o700), ("secret.py", 0o600), ("app.py", 0o644), ("", 0o755)] {
        fixture.set_mode(path, mode);
    }
    // The test binary may be where nobody else can go: the child gets a copy.
    let binary = fixture.beside("test-binary");
    fs::copy(std::env::current_exe().unwrap(), &binary).unwrap();
    fs::set_permissions(&binary, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = this_test_again(&binary, "unprivileged::what_cannot_be_read_is_refused_by_name");
    command.env(FOLDER, fixture.beside("")).current_dir("/");
    if rustix::process::geteuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    } else {
        // Without root the files are one's own: nobody may read them then.
        fixture.set_mode("locked", 0o000);
        fixture.set_mode("secret.py", 0o000);
    }
    run(&mut command);
    fixture.set_mode("locked", 0o700);
}

fn child(folder: &Path) {
    assert!(!rustix::process::geteuid().is_root());
    let refused = |exclude: &[String]| {
        let root = folder.join("tree");
        let tree = Tree { root: &root, exclude, allow: &[], dependency_roots: &[] };
        let output = folder.join("package.zip");
        let request = PackageRequest { tree, threads: NonZeroUsize::MIN, output: &output };
        match package(&request).unwrap_err() {
            PackageError::Refused(refusals) => refusals.to_string(),
            other => panic!("{other}"),
        }
    };
    assert_eq!(refused(&[]), "`locked` cannot be read: Permission denied (os error 13)");
    let exclude = ["locked".to_owned()];
    assert_eq!(refused(&exclude), "`secret.py` cannot be read: Permission denied (os error 13)");
}
