//! A project of which one edition runs and another one waits to be deployed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::support::{EmbeddedLambda, Project, Run, contents, shipway};

/// What a deployment of the small project finds: version 1 of `greet` serves, the next edition is on disk.
#[derive(Debug)]
pub(super) struct Ground {
    pub(super) project: Project,
    pub(super) lambda: EmbeddedLambda,
}

/// Deploys to the local environment.
pub(super) const DEPLOY: [&str; 3] = ["deploy", "--env", "local"];

impl Ground {
    pub(super) fn new() -> Self {
        let project = Project::small();
        let lambda = EmbeddedLambda::of(project.path());
        let ground = Self { project, lambda };
        let _deployed = Run::of(&mut ground.command(&DEPLOY)).expect(0);
        ground.project.write_edition(2);
        ground.project.commit("second");
        ground
    }

    /// The program in the project's folder.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = shipway(self.project.path());
        command.args(arguments);
        command
    }

    /// The store's folder.
    pub(super) fn store(&self) -> PathBuf {
        self.project.path().join(".shipway/local/store")
    }

    fn stored(&self) -> BTreeMap<String, (SystemTime, Vec<u8>)> {
        let stored = contents(&self.store());
        assert!(!stored.is_empty(), "the store is somewhere else");
        stored
    }

    /// Runs a command that has to end with this exit code, telling all of this, and changing nothing.
    #[track_caller]
    pub(super) fn refuses(&self, command: &mut Command, code: i32, told: &[&str]) -> Run {
        let (before, _) = (self.stored(), self.lambda.take());
        let run = Run::of(command).expect(code);
        tells(&run, told);
        self.asked_for_no_change();
        assert!(self.stored() == before, "the store was changed: {run:?}");
        run
    }

    /// Nobody asked Lambda for a change since the last look.
    #[track_caller]
    pub(super) fn asked_for_no_change(&self) {
        for call in self.lambda.take() {
            assert_eq!(call.method, "GET", "Lambda was asked for a change: {call:?}");
        }
    }

    /// Which edition answers.
    #[track_caller]
    pub(super) fn serves(&self, edition: u32) {
        let answer = Run::of(&mut self.command(&["invoke", "greet", "--env", "local"])).expect(0).json();
        assert_eq!(answer["edition"], edition, "{answer}");
    }

    /// Changes a file of the project.
    pub(super) fn edit(&self, path: impl AsRef<Path>, from: &str, to: &str) {
        let path = self.project.path().join(path);
        let text = std::fs::read_to_string(&path).expect("a file");
        assert!(text.contains(from), "no `{from}` in {text}");
        std::fs::write(path, text.replace(from, to)).expect("a file");
    }
}

/// The run told people all of this, without the marks of text that was made for programmers.
#[track_caller]
pub(super) fn tells(run: &Run, told: &[&str]) {
    for text in told {
        assert!(run.stderr.contains(text), "it does not say `{text}`:\n{}", run.stderr);
    }
    for mark in ["panicked", "Error {", "Some(", "None,", "kind: ", "Os {"] {
        assert!(!run.stderr.contains(mark), "`{mark}` is not for people:\n{}", run.stderr);
    }
    // A cause that is said twice hides the one that matters.
    let causes: Vec<&str> = run.stderr.lines().filter_map(|line| line.trim().strip_prefix("caused by: ")).collect();
    for (index, cause) in causes.iter().enumerate() {
        assert!(causes[..index].iter().all(|before| !before.contains(cause)), "said twice:\n{}", run.stderr);
    }
}
