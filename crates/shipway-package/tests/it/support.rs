//! Folders to package, and short ways to package them.

use std::fs;
use std::num::NonZeroUsize;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use shipway_package::{
    DigestedPackage, Package, PackageError, PackageRequest, Refusal, Tree, package, package_digest, survey,
};
use tempfile::TempDir;

/// A folder with a tree in it, and one beside it for what is made of the tree.
pub(crate) struct Fixture {
    folder: Arc<TempDir>,
    pub(crate) exclude: Vec<String>,
    pub(crate) allow: Vec<String>,
    pub(crate) dependency_roots: Vec<String>,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("tree")).unwrap();
        Self { folder: Arc::new(folder), exclude: Vec::new(), allow: Vec::new(), dependency_roots: Vec::new() }
    }

    pub(crate) fn with_files(files: &[(&str, &str)]) -> Self {
        let fixture = Self::new();
        for (path, content) in files {
            fixture.write(path, content.as_bytes());
        }
        fixture
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// Where nothing of the tree is.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, path: &str, content: &[u8]) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn link(&self, path: &str, target: impl AsRef<Path>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(target, path).unwrap();
    }

    pub(crate) fn set_mode(&self, path: &str, mode: u32) {
        fs::set_permissions(self.path(path), fs::Permissions::from_mode(mode)).unwrap();
    }

    pub(crate) fn allowing(mut self, globs: &[&str]) -> Self {
        self.allow = globs.iter().map(|glob| (*glob).to_owned()).collect();
        self
    }

    pub(crate) fn excluding(mut self, globs: &[&str]) -> Self {
        self.exclude = globs.iter().map(|glob| (*glob).to_owned()).collect();
        self
    }

    pub(crate) fn depending_on(mut self, roots: &[&str]) -> Self {
        self.dependency_roots = roots.iter().map(|root| (*root).to_owned()).collect();
        self
    }

    /// The same folder, with other settings.
    pub(crate) fn settings(&self, allow: &[&str], dependency_roots: &[&str]) -> Self {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Self {
            folder: Arc::clone(&self.folder),
            exclude: self.exclude.clone(),
            allow: owned(allow),
            dependency_roots: owned(dependency_roots),
        }
    }

    pub(crate) fn zip(&self) -> PathBuf {
        self.beside("package.zip")
    }

    pub(crate) fn try_package(&self, threads: usize) -> Result<Package, PackageError> {
        package_tree(&self.root(), self, threads, &self.zip())
    }

    pub(crate) fn package(&self) -> Package {
        self.try_package(2).unwrap()
    }

    pub(crate) fn digest(&self) -> Result<DigestedPackage, PackageError> {
        package_digest(&survey(&self.tree(&self.root()))?, NonZeroUsize::new(2).unwrap())
    }

    /// What `package` refuses; `package_digest` must refuse the same, and nothing may be left at the output.
    pub(crate) fn refusals(&self) -> Vec<String> {
        let texts = |error: PackageError| match error {
            PackageError::Refused(refusals) => refusals.0.iter().map(Refusal::to_string).collect::<Vec<_>>(),
            other => panic!("not a refusal: {other}"),
        };
        let refused = texts(self.try_package(2).unwrap_err());
        assert_eq!(refused, texts(self.digest().unwrap_err()));
        let left: Vec<_> = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(left.iter().all(|name| !name.to_string_lossy().contains("zip")), "left behind: {left:?}");
        refused
    }

    pub(crate) fn tree<'a>(&'a self, root: &'a Path) -> Tree<'a> {
        Tree { root, exclude: &self.exclude, allow: &self.allow, dependency_roots: &self.dependency_roots }
    }

    pub(crate) fn packaged_paths(&self) -> Vec<String> {
        self.package().entries.into_iter().map(|entry| entry.path).collect()
    }
}

pub(crate) fn package_tree(
    root: &Path,
    settings: &Fixture,
    threads: usize,
    output: &Path,
) -> Result<Package, PackageError> {
    let threads = NonZeroUsize::new(threads).unwrap();
    package(&PackageRequest { tree: settings.tree(root), threads, output })
}

/// Bytes that look random and compress by about half, the same every time.
pub(crate) fn sample_bytes(seed: u32, bytes: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    (0..bytes)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 28) as u8 + b'a'
        })
        .collect()
}

/// A command that runs one test of this binary, or of a copy of it, in a process of its own.
#[expect(clippy::disallowed_types, reason = "tests start themselves; the crate starts nothing")]
pub(crate) fn this_test_again(binary: &Path, test: &str) -> std::process::Command {
    let mut command = std::process::Command::new(binary);
    command.args(["--exact", test, "--nocapture"]);
    command
}

/// Runs it and sees that the one test passed.
#[expect(clippy::disallowed_types, reason = "tests start themselves; the crate starts nothing")]
pub(crate) fn run(command: &mut std::process::Command) {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("1 passed"), "the child ran its test: {text}");
}
