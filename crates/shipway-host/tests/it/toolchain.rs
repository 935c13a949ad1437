//! Builders: what they share, and those that need no language's tool. Helpers for the others.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use shipway_core::build::FunctionBuild;
use shipway_core::builder::Builder;
use shipway_engine::ports::{BuildFailure, BuiltTree, Fault, Sources as _, Toolchain as _};
use shipway_host::{BuildTools, CallerEnvironment, ProjectSources};
use tempfile::TempDir;

use crate::project::{Project, environment, function};

/// Builders of one project, whose scratch folders are kept apart from it.
pub(crate) struct Workshop {
    pub(crate) scratch: TempDir,
    pub(crate) lines: Rc<RefCell<Vec<String>>>,
    tools: BuildTools,
    sources: ProjectSources,
}

impl Workshop {
    pub(crate) fn new(project: &Project, environment: CallerEnvironment) -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let lines = Rc::new(RefCell::new(Vec::new()));
        let heard = Rc::clone(&lines);
        let tools = BuildTools::new(project.path(), scratch.path(), environment.clone())
            .with_listener(move |_, line| heard.borrow_mut().push(line.to_owned()));
        Self { scratch, lines, tools, sources: ProjectSources::new(project.path(), environment) }
    }

    pub(crate) async fn build(&self, build: &FunctionBuild) -> Result<BuiltTree, BuildFailure> {
        let source = self.sources.look(build).await.unwrap();
        self.tools.build(build, &source).await
    }
}

/// The names, kinds, modes and contents of everything below a folder.
pub(crate) fn tree(folder: &Path) -> BTreeMap<String, (u32, Vec<u8>)> {
    let mut found = BTreeMap::new();
    collect(folder, folder, &mut found);
    found
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<String, (u32, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let metadata = fs::symlink_metadata(&path).unwrap();
        if metadata.is_dir() {
            collect(root, &path, found);
            continue;
        }
        let content = if metadata.is_symlink() {
            fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes()
        } else {
            fs::read(&path).unwrap()
        };
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        found.insert(name, (metadata.permissions().mode() & 0o777, content));
    }
}

/// The test's environment with these programs, and no others but `/bin/sh`, on the PATH.
pub(crate) fn with_only(programs: &Project) -> CallerEnvironment {
    environment().with("PATH", programs.path())
}

/// Where a tool that the tests need is; fails if there is none.
pub(crate) fn needed(tool: &str) -> PathBuf {
    let output = std::process::Command::new("/bin/sh").args(["-c", &format!("command -v {tool}")]).output().unwrap();
    let path = String::from_utf8(output.stdout).unwrap().trim().to_owned();
    assert!(!path.is_empty(), "the tests need `{tool}` on PATH");
    path.into()
}

fn command(script: &str, output: &str) -> FunctionBuild {
    let command = vec!["sh".to_owned(), "-c".to_owned(), script.to_owned()];
    FunctionBuild { builder: Builder::Command { command, output: output.to_owned() }, ..function("f") }
}

#[tokio::test]
async fn a_command_builds_in_a_copy_that_goes_away() {
    let project = Project::in_git(&[("f/main.txt", "text"), ("libs/common.txt", "common"), ("other/x", "x")]);
    project.write_program("f/tool", "#!/bin/sh\n");
    let before = tree(project.path());
    let workshop = Workshop::new(&project, environment());
    let script = "mkdir out && cp main.txt tool ../libs/common.txt out && ls .. && rm main.txt && echo built";
    let build = FunctionBuild { depends_on: vec!["libs".to_owned()], ..command(script, "out") };
    let built = workshop.build(&build).await.unwrap();
    let names: Vec<_> = tree(&built.path).into_iter().map(|(path, (mode, _))| (path, mode)).collect();
    assert_eq!(names, [("common.txt".to_owned(), 0o644), ("main.txt".to_owned(), 0o644), ("tool".to_owned(), 0o755)]);
    assert_eq!(*workshop.lines.borrow(), ["f", "libs", "built"]);
    assert_eq!(tree(project.path()), before, "the user's tree is left alone");

    // Another build of the function takes the first one's place.
    workshop.build(&build).await.unwrap();
    assert!(!built.path.exists());
    let Workshop { scratch, tools, .. } = workshop;
    drop(tools);
    assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_command_sees_only_what_it_is_given() {
    let project = Project::in_git(&[("f/main.txt", "")]);
    let caller = environment()
        .with("AWS_SECRET_ACCESS_KEY", "secret-one")
        .with("GITHUB_TOKEN", "secret-two")
        .with("SHIPWAY_TEST_STAGE", "blue");
    let workshop = Workshop::new(&project, caller);
    let build = FunctionBuild {
        variables: vec!["SHIPWAY_TEST_STAGE".to_owned()],
        ..command("mkdir out && env > out/env && cat", "out")
    };
    let built = workshop.build(&build).await.unwrap();
    let seen = fs::read_to_string(built.path.join("env")).unwrap();
    assert!(seen.contains("SHIPWAY_TEST_STAGE=blue"));
    assert!(!seen.contains("secret"), "{seen}");
}

#[tokio::test]
async fn a_command_that_fails_or_leaves_nothing_is_told() {
    let project = Project::in_git(&[("f/main.txt", "")]);
    let workshop = Workshop::new(&project, environment());
    let failure = workshop.build(&command("echo working; echo broken >&2; exit 7", "out")).await.unwrap_err();
    assert_eq!((failure.fault, failure.message.as_str()), (Fault::Build, "`sh` failed (exit status: 7)"));
    // Two streams: which line is read first is nobody's promise.
    let output = failure.output.unwrap();
    assert!(output == "working\nbroken" || output == "broken\nworking", "{output}");
    assert!(failure.command.unwrap().contains("sh -c 'echo working;"));
    assert!(failure.folder.unwrap().ends_with("/inputs/f"));

    for script in ["true", "mkdir out"] {
        let failure = workshop.build(&command(script, "out")).await.unwrap_err();
        assert_eq!(failure.fault, Fault::Build);
        assert!(failure.message.contains("left nothing in `f/out`"), "{}", failure.message);
    }
    let failure = workshop.build(&command("true", "../../out")).await.unwrap_err();
    assert!(failure.message.contains("outside of the function's folder"), "{}", failure.message);

    let missing = FunctionBuild {
        builder: Builder::Command { command: vec!["no-such-tool".to_owned()], output: "out".to_owned() },
        ..function("f")
    };
    let failure = workshop.build(&missing).await.unwrap_err();
    assert_eq!(failure.fault, Fault::Input);
    assert!(failure.message.contains("`no-such-tool` is needed to build `orders`"), "{}", failure.message);
    assert_eq!(fs::read_dir(workshop.scratch.path()).unwrap().count(), 0, "a failed build leaves nothing");
}

#[tokio::test]
async fn a_build_that_takes_too_long_is_killed() {
    let project = Project::in_git(&[("f/main.txt", "")]);
    let workshop = Workshop::new(&project, environment());
    let build = FunctionBuild { timeout_seconds: 1, ..command("sleep 1000", "out") };
    let failure = workshop.build(&build).await.unwrap_err();
    assert!(failure.message.contains("time was up"), "{}", failure.message);
    assert_eq!(failure.fault, Fault::Build);
}

#[tokio::test]
async fn only_old_scratch_folders_of_ones_own_are_swept() {
    let project = Project::in_git(&[("f/main.txt", "")]);
    let workshop = Workshop::new(&project, environment());
    let make = |name: &str, age: Duration| {
        let folder = workshop.scratch.path().join(name);
        fs::create_dir(&folder).unwrap();
        let times = fs::FileTimes::new().set_modified(SystemTime::now() - age);
        fs::File::open(&folder).unwrap().set_times(times).unwrap();
        folder
    };
    let week = Duration::from_hours(7 * 24);
    let old = make("shipway-build-old", week);
    let others = [make("shipway-build-young", Duration::ZERO), make("build-old", week), make("old", week)];
    workshop.build(&command("mkdir out && touch out/x", "out")).await.unwrap();
    assert!(!old.exists());
    assert!(others.iter().all(|folder| folder.exists()));
}

#[tokio::test]
async fn what_is_prebuilt_is_taken_as_it_is() {
    let project = Project::in_git(&[("f/dist/bootstrap", "x"), ("f/app.jar", "jar"), ("f/app.tar", "tar")]);
    fs::create_dir(project.file("empty")).unwrap();
    let workshop = Workshop::new(&project, environment());
    let prebuilt = |path: &str| FunctionBuild { builder: Builder::Prebuilt { path: path.to_owned() }, ..function("f") };
    let built = workshop.build(&prebuilt("dist")).await.unwrap();
    assert_eq!(tree(&built.path).keys().collect::<Vec<_>>(), ["bootstrap"]);
    let built = workshop.build(&prebuilt("app.jar")).await.unwrap();
    assert_eq!(fs::read(&built.path).unwrap(), b"jar");
    assert_eq!(built.path, project.file("f/app.jar"), "where it is: nothing is copied");
    assert_eq!(fs::read_dir(workshop.scratch.path()).unwrap().count(), 0);
    let built =
        workshop.build(&FunctionBuild { folder: "empty".to_owned(), ..prebuilt("../f/app.jar") }).await.unwrap();
    assert_eq!(fs::read(&built.path).unwrap(), b"jar");
    let failure = workshop.build(&prebuilt("app.tar")).await.unwrap_err();
    assert!(failure.message.contains("neither a folder, nor a zip, nor a jar"), "{}", failure.message);
}
