//! Projects in temporary folders, in git or not.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use shipway_core::build::{FunctionBuild, Platform, Product};
use shipway_core::builder::{Builder, PythonSettings};
use shipway_core::contract::{Contract, Corrections};
use shipway_core::names::{Architecture, Commit};
use shipway_host::CallerEnvironment;
use tempfile::TempDir;

use crate::as_child;

/// A folder with files in it.
pub(crate) struct Project {
    folder: TempDir,
}

impl Project {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap() };
        for (path, content) in files {
            project.write(path, content);
        }
        project
    }

    /// The same, in a repository with one commit that holds everything.
    pub(crate) fn in_git(files: &[(&str, &str)]) -> Self {
        let project = Self::new(files);
        project.git(&["init", "--quiet", "--initial-branch=main"]);
        project.commit("first");
        project
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, content: &str) {
        let path = self.file(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn write_program(&self, path: &str, content: &str) {
        let draft = format!("{path}.draft");
        self.write(&draft, content);
        fs::set_permissions(self.file(&draft), fs::Permissions::from_mode(0o755)).unwrap();
        as_child::copy_program(&self.file(&draft), &self.file(path));
        fs::remove_file(self.file(&draft)).unwrap();
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        git_in(self.path(), arguments)
    }

    pub(crate) fn commit(&self, message: &str) -> Commit {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"]).trim().parse().unwrap()
    }
}

/// Runs git in `folder` with settings of its own.
pub(crate) fn git_in(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=Tester", "-c", "user.email=tester@example.com", "-c", "protocol.file.allow=always"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The tests' own environment.
#[expect(clippy::disallowed_methods, reason = "the tests stand in for the command line, which reads it")]
pub(crate) fn environment() -> CallerEnvironment {
    CallerEnvironment::new(std::env::vars_os())
}

/// A Python function in `folder`.
pub(crate) fn function(folder: &str) -> FunctionBuild {
    FunctionBuild {
        function: "orders".parse().unwrap(),
        folder: folder.to_owned(),
        builder: Builder::Python(PythonSettings::default()),
        runtime: "python3.13".parse().unwrap(),
        handler: "app.handler".parse().unwrap(),
        platform: Platform::Lambda { architecture: Architecture::X86_64 },
        depends_on: vec![],
        exclude: vec![],
        allow: vec![],
        variables: vec![],
        timeout_seconds: 600,
        corrections: Corrections::default(),
        contract: Contract::new("python3.13".parse().unwrap(), "app.handler".parse().unwrap()),
        product: Product::Function,
    }
}
