//! Looking at a project again, with what was remembered of it: the same answers as without, whatever happened since; and
//! neither git nor a read where nothing happened.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;

use proptest::prelude::*;
use shipway_core::build::{FunctionBuild, Source, WorkTree as State};
use shipway_engine::ports::{BuildFailure, Git as _, GitError, Head, Sources as _};
use shipway_host::{CallerEnvironment, GitProgram, ProjectSources, WorkTree};

use crate::as_child;
use crate::project::{Project, environment, function, git_in};

/// What one run of the program finds out.
type Found = (Vec<Result<Source, BuildFailure>>, Result<Head, GitError>);

fn builds() -> Vec<FunctionBuild> {
    let with = |folder: &str, depends_on: &[&str]| FunctionBuild {
        depends_on: depends_on.iter().map(|path| (*path).to_owned()).collect(),
        ..function(folder)
    };
    vec![with("d0", &[]), with("d1", &["d2/*.txt", "shared"]), with("", &[]), with("d3", &["d0/in", "*.md"])]
}

fn in_runtime<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn ask(sources: &ProjectSources, git: &GitProgram) -> Found {
    let builds = builds();
    in_runtime(async {
        let looks = futures::future::join_all(builds.iter().map(|build| sources.look(build)));
        futures::join!(looks, git.head())
    })
}

/// A run that remembers, in a process of its own as far as memories go.
fn remembering(project: &Path, environment: &CallerEnvironment) -> Found {
    let work_tree = WorkTree::remembering(project, environment.clone(), &project.join(".shipway"));
    let git = GitProgram::new(project, environment).with_work_tree(work_tree.clone());
    ask(&ProjectSources::of(work_tree), &git)
}

fn anew(project: &Path, environment: &CallerEnvironment) -> Found {
    ask(&ProjectSources::new(project, environment.clone()), &GitProgram::new(project, environment))
}

fn assert_same(project: &Path) {
    drop(same(project));
}

/// What both say.
fn same(project: &Path) -> Found {
    let environment = environment();
    let expected = anew(project, &environment);
    let found = remembering(project, &environment);
    assert_eq!(found, expected);
    // The second time it is from memory, if it can be.
    assert_eq!(remembering(project, &environment), expected);
    // One function alone is looked for in a part of the project.
    for (build, expected) in builds().iter().zip(&expected.0) {
        let work_tree = WorkTree::remembering(project, environment.clone(), &project.join(".shipway"));
        assert_eq!(&in_runtime(ProjectSources::of(work_tree).look(build)), expected);
    }
    expected
}

/// Waits until the file system's clock has gone on, so that what is there now is older than what comes.
fn tick(beside: &Path) {
    let probe = beside.join("probe");
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

fn sample() -> Project {
    let project = Project::in_git(&[
        (".gitignore", "*.log\nbuilt/\n"),
        ("README.md", "read me"),
        ("shipway.toml", ""),
        ("d0/f0.txt", "0"),
        ("d0/in/f.txt", "1"),
        ("d1/f1.txt", "2"),
        ("d2/f2.txt", "3"),
        ("d3/f3.txt", "4"),
        ("shared/all.txt", "5"),
    ]);
    project.write(".shipway/.gitignore", "*\n");
    project.write("d0/built/x.txt", "ignored");
    project.write("d1/new.txt", "untracked");
    project
}

#[test]
fn edits_are_seen_and_the_head_is_what_git_says() {
    let (project, beside) = (sample(), Project::new(&[]));
    let state = |project: &Project| same(project.path()).1.unwrap().work_tree;
    assert_eq!(state(&project), State::Dirty, "new.txt");
    tick(beside.path());
    project.commit("all of it");
    tick(beside.path());
    assert_eq!(state(&project), State::Clean);
    assert_eq!(state(&project), State::Clean);
    project.write("d0/f0.txt", "x");
    assert_eq!(state(&project), State::Dirty);
    project.write("d0/f0.txt", "0");
    assert_eq!(state(&project), State::Clean);
    fs::set_permissions(project.file("d0/f0.txt"), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(state(&project), State::Dirty);
    project.commit("an executable");
    assert_eq!(state(&project), State::Clean);
    project.write("shipway.toml", "# edited");
    assert_eq!(state(&project), State::Dirty, "a file that no function has");
    project.write("shipway.toml", "");
    tick(beside.path());
    assert_eq!(state(&project), State::Clean);
    project.write(".gitignore", "");
    assert_eq!(state(&project), State::Dirty);
}

#[test]
fn rules_settings_and_attributes_count() {
    let (project, beside) = (sample(), Project::new(&[]));
    project.commit("all of it");
    let step = |what: &str| {
        tick(beside.path());
        println!("{what}");
        assert_same(project.path());
        tick(beside.path());
        assert_same(project.path());
    };
    step("at first");
    project.write("d0/.gitignore", "*.txt\n");
    step("a new ignore file");
    project.write("d0/more.txt", "ignored");
    step("what it ignores");
    project.write("d0/.gitignore", "*.log\n");
    step("of the same size, and other rules");
    fs::write(project.file(".git/info/exclude"), "d1/\n").unwrap();
    project.write("d1/another.txt", "x");
    step("the repository's own excludes");
    let excludes = beside.file("excludes");
    fs::write(&excludes, "another.txt\n").unwrap();
    project.git(&["config", "core.excludesFile", excludes.to_str().unwrap()]);
    step("a setting");
    fs::write(&excludes, "nothing.txt\n").unwrap();
    step("the file that the setting names");
    project.write(".gitattributes", "*.txt text eol=lf\n");
    project.commit("attributes");
    step("attributes");
    project.write("d0/f0.txt", "0\r\n");
    step("line ends");
    project.git(&["update-index", "--assume-unchanged", "d2/f2.txt"]);
    project.write("d2/f2.txt", "other");
    step("a file that git does not look at");
    fs::create_dir_all(project.file("d2/nested")).unwrap();
    git_in(&project.file("d2/nested"), &["init", "--quiet"]);
    project.write("d2/nested/x.txt", "x");
    step("a repository in the repository");
}

#[test]
fn a_project_below_the_repositorys_root() {
    let (project, beside) = (sample(), Project::new(&[]));
    project.write("d1/d0/f0.txt", "x");
    project.write("d1/d1/f.txt", "x");
    project.write("d1/d3/f.txt", "x");
    project.write("d1/.shipway/.gitignore", "*\n");
    project.commit("all of it");
    let below = project.file("d1");
    for content in ["1", "2"] {
        tick(beside.path());
        assert_same(&below);
        project.write(".gitignore", &format!("d{content}/\n"));
        assert_same(&below);
        project.write("d1/d0/f0.txt", content);
        project.write("d1/d0/new.txt", content);
        assert_same(&below);
    }
}

#[test]
fn a_damaged_memory_is_the_same_as_none() {
    let (project, beside) = (sample(), Project::new(&[]));
    tick(beside.path());
    assert_same(project.path());
    for name in ["contents.memory", "listing.memory"] {
        let path = project.file(".shipway/cache").join(name);
        let sound = fs::read(&path).unwrap();
        for at in (0..sound.len()).step_by(sound.len() / 5) {
            let mut damaged = sound.clone();
            damaged[at] ^= 4;
            fs::write(&path, damaged).unwrap();
            assert_same(project.path());
        }
    }
}

/// What a manifest leads to is found although only the function's own folder is asked for.
#[test]
fn inputs_beyond_the_folder_are_found_from_memory_too() {
    let project = Project::in_git(&[
        ("f/requirements.txt", "./../libs/one\n"),
        ("f/app.py", "1"),
        ("libs/one/pyproject.toml", "[project]\nname = \"one\"\nversion = \"1\"\n"),
        ("libs/one/one.py", "2"),
        ("other/x.py", "3"),
    ]);
    project.write(".shipway/.gitignore", "*\n");
    let beside = Project::new(&[]);
    let build = function("f");
    let look = |work_tree: WorkTree| in_runtime(ProjectSources::of(work_tree).look(&build)).unwrap();
    for content in ["4", "5", "6"] {
        tick(beside.path());
        let expected = look(WorkTree::new(project.path(), environment()));
        assert!(expected.files.contains_key("libs/one/one.py"), "{:?}", expected.files.keys());
        for _ in 0..2 {
            let remembered = WorkTree::remembering(project.path(), environment(), &project.file(".shipway"));
            assert_eq!(look(remembered), expected);
        }
        project.write("libs/one/one.py", content);
    }
}

/// One run in a child process, so that git's calls can be counted.
#[test]
fn nothing_changed_and_nobody_is_asked() {
    if let Some(folder) = as_child::argument() {
        assert!(remembering(Path::new(&folder), &environment()).0.iter().all(Result::is_ok));
        return;
    }
    let (project, home) = (sample(), Project::new(&[]));
    let log = home.file("calls");
    home.write(".gitconfig", &format!("[trace2]\n eventTarget = {}\n", log.display()));
    project.commit("all of it");
    // Git writes down its calls when the user's settings say so.
    let calls = || {
        tick(home.path());
        let _ = fs::remove_file(&log);
        let name = "looking_again::nothing_changed_and_nobody_is_asked";
        as_child::run_with(name, project.path(), None, &[("HOME", home.path())]);
        let text = fs::read_to_string(&log).unwrap_or_default();
        text.matches("\"event\":\"start\"").count()
    };
    assert!(calls() > 0);
    calls();
    assert_eq!(calls(), 0, "nothing changed");
    project.write("d0/f0.txt", "edited");
    assert_eq!(calls(), 0, "an edit is seen without git");
    // As editors do: a new file in the old one's place.
    project.write("d0/draft", "edited again");
    fs::rename(project.file("d0/draft"), project.file("d0/f0.txt")).unwrap();
    assert_eq!(calls(), 0, "the same names as before");
    project.write("d0/new.txt", "new");
    assert!(calls() > 0, "a new file");
    calls();
    assert_eq!(calls(), 0, "and now it is known");
}

/// One thing that happens between two runs.
#[derive(Debug, Clone)]
enum Action {
    Write(u8, String),
    Forge(u8),
    Remove(u8),
    Rename(u8, u8),
    Mode(u8, bool),
    Link(u8, u8),
    Folder(u8),
    Ignore(u8, u8),
    Git(u8, u8),
    Tick,
}

fn action() -> impl Strategy<Value = Action> {
    let file = 0..10_u8;
    prop_oneof![
        4 => (file.clone(), "[a-c]{0,3}").prop_map(|(file, content)| Action::Write(file, content)),
        2 => file.clone().prop_map(Action::Forge),
        2 => file.clone().prop_map(Action::Remove),
        2 => (file.clone(), file.clone()).prop_map(|(from, to)| Action::Rename(from, to)),
        1 => (file.clone(), any::<bool>()).prop_map(|(file, executable)| Action::Mode(file, executable)),
        1 => (file.clone(), file.clone()).prop_map(|(file, to)| Action::Link(file, to)),
        1 => file.clone().prop_map(Action::Folder),
        2 => (0..4_u8, 0..5_u8).prop_map(|(folder, rule)| Action::Ignore(folder, rule)),
        4 => (0..7_u8, file).prop_map(|(command, file)| Action::Git(command, file)),
        3 => Just(Action::Tick),
    ]
}

fn name(number: u8) -> String {
    let number = number % 10;
    if number > 7 { format!("d{}/in/f{number}.txt", number % 4) } else { format!("d{}/f{number}.txt", number % 4) }
}

fn apply(project: &Project, beside: &Path, action: &Action) {
    // Whatever does not work out as the tree happens to be is nothing that happened.
    let git = |arguments: &[&str]| {
        let settings = ["-c", "user.name=Tester", "-c", "user.email=tester@example.com"];
        let mut command = std::process::Command::new("git");
        drop(command.args(settings).args(arguments).current_dir(project.path()).output().unwrap());
    };
    match action {
        Action::Write(file, content) => {
            let path = project.file(&name(*file));
            let made = fs::create_dir_all(path.parent().unwrap());
            drop(made.and_then(|()| fs::write(path, content)));
        }
        Action::Forge(file) => {
            let path = project.file(&name(*file));
            let Ok(text) = fs::read_to_string(&path) else { return };
            let modified = fs::metadata(&path).unwrap().modified().unwrap();
            let forged: String = text.chars().map(|it| if it == 'a' { 'b' } else { 'a' }).collect();
            fs::write(&path, forged).unwrap();
            fs::File::options().append(true).open(&path).unwrap().set_modified(modified).unwrap();
        }
        Action::Remove(file) => drop(fs::remove_file(project.file(&name(*file)))),
        Action::Rename(from, to) => drop(fs::rename(project.file(&name(*from)), project.file(&name(*to)))),
        Action::Mode(file, executable) => {
            let mode = fs::Permissions::from_mode(if *executable { 0o755 } else { 0o644 });
            drop(fs::set_permissions(project.file(&name(*file)), mode));
        }
        Action::Link(file, to) => {
            let path = project.file(&name(*file));
            drop(fs::remove_file(&path));
            drop(symlink(format!("f{to}.txt"), path));
        }
        Action::Folder(file) => drop(fs::create_dir_all(project.file(&name(*file)).with_extension("folder"))),
        Action::Ignore(folder, rule) => {
            let rule = ["f1*\n", "*.txt\n", "in/\n", "!f2.txt\n", ""][usize::from(*rule)];
            let path = project.file(&format!("d{folder}/.gitignore"));
            drop(fs::write(path, rule));
        }
        Action::Git(command, file) => {
            let path = name(*file);
            match command {
                0 => git(&["add", "--all"]),
                1 => git(&["add", "--force", &path]),
                2 => git(&["rm", "--quiet", "--cached", &path]),
                3 => git(&["commit", "--quiet", "--allow-empty", "-m", "one more"]),
                4 => git(&["checkout", "--quiet", "-B", if file % 2 == 0 { "even" } else { "odd" }]),
                5 => git(&["checkout", "--quiet", "--force", "main"]),
                _ => git(&["reset", "--quiet", "--hard", "HEAD"]),
            }
        }
        Action::Tick => tick(beside),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_between_two_runs(rounds in proptest::collection::vec(proptest::collection::vec(action(), 0..4), 1..6)) {
        let (project, beside) = (sample(), Project::new(&[]));
        tick(beside.path());
        for round in rounds {
            assert_same(project.path());
            round.iter().for_each(|action| apply(&project, beside.path(), action));
        }
        assert_same(project.path());
    }
}
