//! Projects to work on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A project in a folder and git repository of its own, removed at the end.
#[derive(Debug)]
pub(crate) struct Project {
    folder: TempDir,
}

/// A handler that answers which edition of it runs.
const HANDLER: &str = "import os\n\nEDITION = 1\n\n\ndef handler(event, context):\n    return {\"edition\": EDITION, \"version\": context.function_version}\n";

impl Project {
    /// A project with one Python function without dependencies, `greet`, and a local environment; committed.
    pub(crate) fn small() -> Self {
        let configuration = "[project]\nname = \"small\"\n\n[functions.greet]\npath = \"greet\"\nruntime = \"python3.13\"\n\
                             handler = \"app.handler\"\n\n[environments.local]\nprovider = \"local\"\n";
        let project = Self::empty();
        project.write("shipway.toml", configuration);
        project.write("greet/app.py", HANDLER);
        project.commit("first");
        project
    }

    /// An empty repository.
    pub(crate) fn empty() -> Self {
        let project = Self { folder: TempDir::new().expect("a temporary folder") };
        project.git(&["init", "--quiet", "--initial-branch", "main"]);
        project
    }

    /// A copy of a folder of this repository, committed in a repository of its own.
    pub(crate) fn copy_of(folder: &str) -> Self {
        let project = Self::empty();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
        let listed = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "."])
            .current_dir(&source)
            .output()
            .expect("git lists the folder");
        for path in String::from_utf8(listed.stdout).expect("UTF-8").split_terminator('\0') {
            let target = project.path().join(path);
            fs::create_dir_all(target.parent().expect("a file has a folder")).expect("a folder");
            fs::copy(source.join(path), target).expect("a copy");
        }
        project.commit("first");
        project
    }

    /// A copy of everything in the folder, git's and Shipway's own state included.
    pub(crate) fn twin(&self) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        copy_folder(self.path(), folder.path());
        Self { folder }
    }

    /// The project's folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn write(&self, path: &str, text: &str) -> PathBuf {
        self.write_bytes(path, text.as_bytes())
    }

    /// The same for a file that is no text.
    pub(crate) fn write_bytes(&self, path: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        fs::write(&path, bytes).expect("a file");
        path
    }

    /// The small project's handler, in another edition.
    pub(crate) fn write_edition(&self, edition: u32) {
        self.write("greet/app.py", &HANDLER.replace("EDITION = 1", &format!("EDITION = {edition}")));
    }

    /// The small project with a layer that has the module `shared`, which `greet` is to have.
    pub(crate) fn add_layer(&self, module: &str) {
        let configuration = "[project]\nname = \"small\"\n\n[layers.shared]\npath = \"shared\"\nruntimes = [\"python3.13\"]\n\n\
                             [functions.greet]\npath = \"greet\"\nruntime = \"python3.13\"\nhandler = \"app.handler\"\n\
                             layers = [\"shared\"]\n\n[environments.local]\nprovider = \"local\"\n";
        self.write("shipway.toml", configuration);
        self.write("shared/shared.py", module);
    }

    /// Commits everything.
    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    /// Runs git in the project, as nobody in particular.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=Tester", "-c", "user.email=tester@example.com", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .current_dir(self.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .expect("git can be started");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    }
}

/// Copies what is in a folder, with times and modes.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-a").arg(from.join(".")).arg(to).status().expect("cp can be started");
    assert!(status.success(), "cp -a {} {}", from.display(), to.display());
}
