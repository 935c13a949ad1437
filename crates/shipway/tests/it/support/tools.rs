//! Tools that tests want to see called, or not.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// Fails by name for a tool that the tests need and the machine lacks.
#[track_caller]
pub(crate) fn need(tools: &[&str]) {
    let path = std::env::var_os("PATH").expect("there is a PATH");
    let found = |tool: &str| std::env::split_paths(&path).any(|folder| folder.join(tool).is_file());
    let missing: Vec<_> = tools.iter().filter(|tool| !tool.split('|').any(found)).collect();
    assert!(
        missing.is_empty(),
        "this test needs {missing:?}, which PATH does not have: CONTRIBUTING.md lists what to install"
    );
}

/// Programs that write down that they were called, and fail.
#[derive(Debug)]
pub(crate) struct Shims {
    folder: TempDir,
}

impl Shims {
    /// Shims by these names.
    pub(crate) fn of(names: &[&str]) -> Self {
        let shims = Self { folder: TempDir::new().expect("a temporary folder") };
        for name in names {
            let path = shims.folder.path().join(name);
            let log = shims.log();
            let script = format!("#!/bin/sh\necho \"{name} $*\" >> '{}'\nexit 97\n", log.display());
            fs::write(&path, script).expect("a shim");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a shim");
        }
        shims
    }

    /// A `PATH` with the shims first.
    pub(crate) fn first_on_path(&self) -> OsString {
        let path = std::env::var_os("PATH").expect("there is a PATH");
        let folders = std::iter::once(self.folder.path().to_owned()).chain(std::env::split_paths(&path));
        std::env::join_paths(folders).expect("a PATH")
    }

    /// Who was called, a line each.
    pub(crate) fn called(&self) -> String {
        fs::read_to_string(self.log()).unwrap_or_default()
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("called.log")
    }
}

/// Lets a command find the tools that `tools/test-setup.sh` has set up for the tests, behind those of the machine.
pub(crate) fn with_test_tools(command: &mut Command) -> &mut Command {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a folder above");
    let python = target.join("test-python");
    let path = std::env::var_os("PATH").expect("there is a PATH");
    let folders = std::env::split_paths(&path).chain([python.join("bin")]);
    command.env("PATH", std::env::join_paths(folders).expect("a PATH"));
    // cargo-zigbuild would ask the first `python3` on the PATH for it.
    command.env("CARGO_ZIGBUILD_ZIG_PATH", zig_in(&python))
}

/// The program that the package `ziglang` brings.
fn zig_in(python: &Path) -> PathBuf {
    let libraries =
        fs::read_dir(python.join("lib")).expect("the tests need target/test-python: run tools/test-setup.sh");
    let programs = libraries.flatten().map(|library| library.path().join("site-packages/ziglang/zig"));
    programs.into_iter().find(|zig| zig.is_file()).expect("the tests need zig: run tools/test-setup.sh")
}
