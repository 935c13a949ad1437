//! What a build is declared to depend on.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use shipway_core::build::{FileKind, FunctionBuild, Source, SourceChange, changes};
use shipway_core::builder::Builder;
use shipway_core::digest::ContentDigest;
use shipway_engine::ports::{BuildFailure, Fault, Sources as _};
use shipway_host::ProjectSources;

use crate::as_child;
use crate::project::{Project, environment, function, git_in};

async fn look(project: &Project, build: &FunctionBuild) -> Result<Source, BuildFailure> {
    ProjectSources::new(project.path(), environment()).look(build).await
}

async fn paths(project: &Project, build: &FunctionBuild) -> Vec<String> {
    look(project, build).await.unwrap().files.into_keys().collect()
}

async fn failure(project: &Project, build: &FunctionBuild) -> String {
    let failure = look(project, build).await.unwrap_err();
    assert_eq!(failure.fault, Fault::Input);
    failure.message
}

#[tokio::test]
async fn files_count_as_git_holds_them() {
    let project = Project::in_git(&[
        (".gitignore", "*.log\n"),
        ("shipway.toml", ""),
        ("f/app.py", "1"),
        ("f/gone.py", "1"),
        ("other/app.py", "1"),
    ]);
    project.write("f/new.py", "2");
    project.write("f/noise.log", "3");
    project.write("f/node_modules/x/index.js", "4");
    project.write("f/__pycache__/app.pyc", "5");
    project.write("f/umläut name.py", "6");
    project.write_program("f/run", "7");
    symlink("app.py", project.file("f/link")).unwrap();
    fs::remove_file(project.file("f/gone.py")).unwrap();

    let source = look(&project, &function("f")).await.unwrap();
    let files: Vec<_> = source.files.iter().map(|(path, file)| (path.as_str(), file.kind)).collect();
    let plain = FileKind::Plain;
    assert_eq!(
        files,
        [
            ("f/app.py", plain),
            ("f/link", FileKind::Link),
            ("f/new.py", plain),
            ("f/run", FileKind::Executable),
            ("f/umläut name.py", plain),
        ]
    );
    assert_eq!(source.files["f/app.py"].content, ContentDigest::of(b"1"));
    assert_eq!(source.files["f/link"].content, ContentDigest::of(b"app.py"));

    project.write(".shipway/state", "x");
    let whole = paths(&project, &function("")).await;
    assert_eq!(whole.len(), 7, "{whole:?}");
    assert!(!whole.iter().any(|path| path == "shipway.toml" || path.starts_with(".shipway/")));
}

#[tokio::test]
async fn content_counts_and_times_do_not() {
    let project = Project::in_git(&[("f/app.py", "1"), ("f/run.sh", "1")]);
    let before = look(&project, &function("f")).await.unwrap();
    project.write("f/app.py", "1");
    assert_eq!(look(&project, &function("f")).await.unwrap().digest(), before.digest());
    fs::set_permissions(project.file("f/run.sh"), fs::Permissions::from_mode(0o664)).unwrap();
    assert_eq!(look(&project, &function("f")).await.unwrap().digest(), before.digest());
    project.write("f/app.py", "2");
    fs::set_permissions(project.file("f/run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    let edited = |path: &str| SourceChange::Edited { path: path.to_owned() };
    let found = changes(&before, &look(&project, &function("f")).await.unwrap());
    assert_eq!(found, [edited("f/app.py"), edited("f/run.sh")]);
}

#[tokio::test]
async fn without_git_a_walk_finds_the_same() {
    let files =
        [(".gitignore", "*.log\n"), ("f/app.py", "1"), ("f/.hidden", "1"), ("f/node_modules/x", "1"), ("f/x.log", "1")];
    let (plain, repository) = (Project::new(&files), Project::in_git(&[]));
    for (path, content) in files {
        repository.write(path, content);
    }
    let one = look(&plain, &function("f")).await.unwrap();
    let two = look(&repository, &function("f")).await.unwrap();
    assert_eq!(one.digest(), two.digest());
    assert_eq!(one.files.keys().collect::<Vec<_>>(), ["f/.hidden", "f/app.py"]);
}

#[tokio::test]
async fn further_inputs_are_files_folders_and_globs() {
    let project = Project::in_git(&[
        (".gitignore", "secret.txt\n"),
        ("f/app.py", ""),
        ("libs/a/one.py", ""),
        ("libs/a/deep/two.py", ""),
        ("libs/b/three.py", ""),
        ("libs/b/notes.md", ""),
        ("tool.cfg", ""),
    ]);
    project.write("secret.txt", "");
    let with = |dependency: &str| FunctionBuild { depends_on: vec![dependency.to_owned()], ..function("f") };
    for (dependency, expected) in [
        ("libs/a", vec!["libs/a/deep/two.py", "libs/a/one.py"]),
        ("./libs/a/", vec!["libs/a/deep/two.py", "libs/a/one.py"]),
        ("libs/*/*.py", vec!["libs/a/one.py", "libs/b/three.py"]),
        ("libs/*b", vec!["libs/b/notes.md", "libs/b/three.py"]),
        ("f/../tool.cfg", vec!["tool.cfg"]),
        ("secret.txt", vec!["secret.txt"]),
    ] {
        let mut expected: Vec<&str> = expected;
        expected.insert(0, "f/app.py");
        assert_eq!(paths(&project, &with(dependency)).await, expected, "{dependency}");
    }
    for dependency in ["libs/c", "missing.txt", "libs/**/*.rs"] {
        assert!(failure(&project, &with(dependency)).await.contains(dependency));
    }
    for dependency in ["../elsewhere", "/etc/passwd", "libs/../../x"] {
        assert!(failure(&project, &with(dependency)).await.contains("outside of the project"), "{dependency}");
    }
    assert!(failure(&project, &function("nowhere")).await.contains("`nowhere` of `orders` does not exist"));
}

#[tokio::test]
async fn a_submodules_files_count_and_a_missing_one_is_named() {
    let library = Project::in_git(&[("one.py", "1")]);
    let project = Project::in_git(&[("f/app.py", "")]);
    let url = format!("file://{}", library.path().display());
    project.git(&["submodule", "--quiet", "add", &url, "libs/sub"]);
    project.commit("submodule");
    let build = FunctionBuild { depends_on: vec!["libs".to_owned()], ..function("f") };
    assert_eq!(paths(&project, &build).await, ["f/app.py", "libs/sub/one.py"]);

    let clone = Project::new(&[]);
    git_in(clone.path(), &["clone", "--quiet", &format!("file://{}", project.path().display()), "."]);
    assert!(failure(&clone, &build).await.contains("git submodule update --init"));
    assert_eq!(paths(&clone, &function("f")).await, ["f/app.py"]);
}

#[tokio::test]
async fn of_a_prebuilt_package_only_the_package_counts() {
    let project = Project::in_git(&[(".gitignore", "dist\n"), ("f/main.go", "")]);
    let prebuilt = |path: &str| FunctionBuild { builder: Builder::Prebuilt { path: path.to_owned() }, ..function("f") };
    assert!(failure(&project, &prebuilt("dist/f.zip")).await.contains("`f/dist/f.zip` is not there"));
    project.write("f/dist/f.zip", "zip");
    project.write("f/dist/node_modules/x", "x");
    assert_eq!(paths(&project, &prebuilt("dist/f.zip")).await, ["f/dist/f.zip"]);
    assert_eq!(paths(&project, &prebuilt("dist")).await, ["f/dist/f.zip", "f/dist/node_modules/x"]);
    assert!(failure(&project, &prebuilt("../../x.zip")).await.contains("outside of the project"));
}

#[tokio::test]
async fn build_variables_count_by_digest() {
    let project = Project::in_git(&[("f/app.py", "")]);
    let environment = environment().with("SHIPWAY_TEST_STAGE", "blue");
    let build = FunctionBuild { variables: vec!["SHIPWAY_TEST_STAGE".to_owned()], ..function("f") };
    let source = ProjectSources::new(project.path(), environment).look(&build).await.unwrap();
    assert_eq!(source.variables["SHIPWAY_TEST_STAGE"], ContentDigest::of(b"blue"));
    let credentials = FunctionBuild { variables: vec!["AWS_SESSION_TOKEN".to_owned()], ..function("f") };
    assert!(failure(&project, &credentials).await.contains("AWS_SESSION_TOKEN"));
}

#[tokio::test]
async fn a_look_sees_what_is_there_when_it_is_asked_for() {
    let project = Project::in_git(&[("f/app.py", ""), ("g/app.py", "")]);
    let sources = ProjectSources::new(project.path(), environment());
    let (f, g) = (function("f"), function("g"));
    let (first, _) = futures::join!(sources.look(&f), sources.look(&g));
    project.write("f/new.py", "");
    let second = sources.look(&f).await.unwrap();
    assert_eq!((first.unwrap().files.len(), second.files.len()), (1, 2));
}

#[test]
fn functions_that_look_together_share_one_call_of_git() {
    if let Some(folder) = as_child::argument() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let sources = ProjectSources::new(Path::new(&folder), environment());
        let (f, g, h) = (function("f"), function("g"), function("h"));
        let looked = runtime.block_on(async { futures::join!(sources.look(&f), sources.look(&g), sources.look(&h)) });
        assert!(looked.0.is_ok() && looked.1.is_ok() && looked.2.is_ok());
        return;
    }
    let project = Project::in_git(&[("f/app.py", ""), ("g/app.py", ""), ("h/app.py", "")]);
    // Git itself writes down its calls when the user's settings say so.
    let home = Project::new(&[]);
    let log = home.file("calls");
    home.write(".gitconfig", &format!("[trace2]\n eventTarget = {}\n", log.display()));
    let name = "sources::functions_that_look_together_share_one_call_of_git";
    as_child::run_with(name, project.path(), None, &[("HOME", home.path())]);
    assert_eq!(fs::read_to_string(&log).unwrap().matches("\"event\":\"start\"").count(), 1);
}
