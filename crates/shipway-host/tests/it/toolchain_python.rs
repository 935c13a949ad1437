//! Python functions, built by the machine's own pip, by uv, and by stand-ins for both.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use shipway_core::build::{FunctionBuild, Platform};
use shipway_core::builder::{Builder, PythonSettings};
use shipway_core::names::Architecture;
use shipway_engine::ports::Fault;
use shipway_host::CallerEnvironment;

use crate::project::{Project, environment, function};
use crate::toolchain::{Workshop, needed, tree, with_only};

/// The real `python3`: what stands under the name may be a version manager's stand-in, which needs more than itself.
pub(crate) fn real_python() -> PathBuf {
    let asked = Command::new(needed("python3")).args(["-c", "import sys; print(sys.executable)"]).output().unwrap();
    PathBuf::from(String::from_utf8(asked.stdout).unwrap().trim())
}

/// A PATH that holds the real `python3` and `git` and nothing else.
pub(crate) fn only_python() -> Project {
    let programs = Project::new(&[]);
    programs.write_program("python3", &format!("#!/bin/sh\nexec {} \"$@\"\n", real_python().display()));
    programs.write_program("git", &format!("#!/bin/sh\nexec {} \"$@\"\n", needed("git").display()));
    programs
}

/// Where the uv is that tools/test-setup.sh installs.
pub(crate) fn uv() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a folder above");
    let uv = target.join("test-python/bin/uv");
    assert!(uv.exists(), "{} is not there: run tools/test-setup.sh first", uv.display());
    uv
}

/// A PATH that holds uv besides.
pub(crate) fn python_and_uv(programs: &Project) -> CallerEnvironment {
    programs.write_program("uv", &format!("#!/bin/sh\nexec {} \"$@\"\n", uv().display()));
    with_only(programs)
}

pub(crate) fn on(architecture: Architecture) -> FunctionBuild {
    FunctionBuild { platform: Platform::Lambda { architecture }, ..function("f") }
}

#[tokio::test]
async fn pip_and_uv_give_one_tree_for_the_functions_platform() {
    let project = Project::in_git(&[
        ("f/app.py", "import markupsafe\n"),
        ("f/requirements.txt", "-r base.txt\nmarkupsafe==3.0.2\n"),
        ("f/base.txt", "# With a console script.\nidna==3.20\n"),
    ]);
    let before = tree(project.path());
    let programs = only_python();
    let pip = Workshop::new(&project, with_only(&programs));
    let built = pip.build(&on(Architecture::Arm64)).await.unwrap();
    let files = tree(&built.path);
    assert!(files.contains_key("app.py") && files.contains_key("idna/__init__.py"));
    assert!(files.contains_key("markupsafe/_speedups.cpython-313-aarch64-linux-gnu.so"), "{:?}", files.keys());
    let unwanted = |name: &&String| {
        name.ends_with(".pyc") || name.starts_with("bin/") || name.ends_with("/INSTALLER") || name.ends_with(".lock")
    };
    assert_eq!(files.keys().find(unwanted), None);
    assert_eq!(built.dependencies, ["MarkupSafe-3.0.2.dist-info", "idna", "idna-3.20.dist-info", "markupsafe"]);
    assert!(built.tools.contains_key("pip"));
    assert_eq!(built.warnings, Vec::<String>::new());
    assert_eq!(tree(&pip.build(&on(Architecture::Arm64)).await.unwrap().path), files, "built again");

    let more = only_python();
    let workshop = Workshop::new(&project, python_and_uv(&more));
    let built = workshop.build(&on(Architecture::Arm64)).await.unwrap();
    assert!(built.tools.contains_key("uv"));
    let by_uv = tree(&built.path);
    assert_eq!(by_uv.keys().collect::<Vec<_>>(), files.keys().collect::<Vec<_>>());
    assert_eq!(by_uv, files);
    assert_eq!(tree(project.path()), before, "the user's tree is left alone");

    let intel = pip.build(&on(Architecture::X86_64)).await.unwrap();
    assert!(tree(&intel.path).contains_key("markupsafe/_speedups.cpython-313-x86_64-linux-gnu.so"));
}

#[tokio::test]
async fn a_dependency_without_a_wheel_is_named_by_either_tool() {
    let project = Project::in_git(&[("f/app.py", ""), ("f/requirements.txt", "docopt==0.6.2\n")]);
    let (programs, more) = (only_python(), only_python());
    for environment in [with_only(&programs), python_and_uv(&more)] {
        let failure = Workshop::new(&project, environment).build(&function("f")).await.unwrap_err();
        assert_eq!(failure.fault, Fault::Build);
        assert!(failure.message.starts_with("there is no wheel of `docopt"), "{failure:?}");
        assert!(failure.message.ends_with("for Python 3.13 on x86_64 with glibc 2.34 or older"), "{}", failure.message);
        assert!(failure.hints.iter().any(|hint| hint.contains("--find-links")));
        assert!(failure.command.unwrap().contains("install"));
    }
}

#[tokio::test]
async fn a_wrong_hash_fails_the_build() {
    let hash = "0".repeat(64);
    let requirements = format!("idna==3.20 --hash=sha256:{hash}\n");
    let project = Project::in_git(&[("f/app.py", ""), ("f/requirements.txt", &requirements)]);
    let programs = only_python();
    let failure = Workshop::new(&project, with_only(&programs)).build(&function("f")).await.unwrap_err();
    assert_eq!(failure.fault, Fault::Build);
    assert!(failure.output.unwrap().contains("HASHES"));
}

#[tokio::test]
async fn what_is_required_beyond_the_folder_is_found_or_named() {
    let files = [
        ("f/app.py", ""),
        ("f/requirements.txt", "-r ../common.txt\n-e ../lib ; python_version < '3'\n"),
        ("common.txt", "idna==3.20\n"),
    ];
    let project = Project::in_git(&files);
    let programs = only_python();
    let workshop = Workshop::new(&project, with_only(&programs));
    let built = workshop.build(&function("f")).await.unwrap();
    assert!(tree(&built.path).contains_key("idna/core.py"));

    for (requirement, expected) in [
        ("-r ../more.txt", "the requirements file `more.txt` is not there"),
        ("-e ../lib", "the requirements of `orders` name `lib`, where there is no pyproject.toml and no setup.py"),
        ("../../lib", "the requirements of `orders` name `../../lib`, which is outside of the project"),
    ] {
        let project = Project::in_git(&[("f/app.py", ""), ("f/requirements.txt", requirement)]);
        let failure = Workshop::new(&project, with_only(&programs)).build(&function("f")).await.unwrap_err();
        assert_eq!(failure.fault, Fault::Input);
        assert!(failure.message.starts_with(expected), "{}", failure.message);
    }
}

#[tokio::test]
async fn a_folder_of_the_project_can_be_required() {
    let pyproject = "[build-system]\nrequires = [\"setuptools\"]\nbuild-backend = \"setuptools.build_meta\"\n\
                     [project]\nname = \"common\"\nversion = \"1\"\n";
    let project = Project::in_git(&[
        ("f/app.py", ""),
        ("f/requirements.txt", "../libs/common\n"),
        ("libs/common/common.py", "x = 1\n"),
        ("libs/common/pyproject.toml", pyproject),
    ]);
    let before = tree(project.path());
    let build = function("f");
    let workshop = Workshop::new(&project, environment());
    let files = tree(&workshop.build(&build).await.unwrap().path);
    assert_eq!(files["common.py"].1, b"x = 1\n");
    assert_eq!(tree(&workshop.build(&build).await.unwrap().path), files, "built again");
    assert_eq!(tree(project.path()), before, "the user's tree is left alone");
}

#[tokio::test]
async fn a_function_without_dependencies_needs_no_tool() {
    let project = Project::in_git(&[
        ("f/pyproject.toml", "[project]\nname = \"f\"\nversion = \"1\"\n"),
        ("f/src/app.py", ""),
        ("f/src/shop/__init__.py", ""),
        ("f/data.json", "{}"),
    ]);
    let programs = Project::new(&[]);
    programs.write_program("git", &format!("#!/bin/sh\nexec {} \"$@\"\n", needed("git").display()));
    let workshop = Workshop::new(&project, with_only(&programs));
    let built = workshop.build(&function("f")).await.unwrap();
    let files: Vec<String> = tree(&built.path).into_keys().collect();
    assert_eq!(files, ["app.py", "data.json", "pyproject.toml", "shop/__init__.py"]);
    assert!(built.tools.is_empty());

    let from_src = FunctionBuild { handler: "src/app.handler".parse().unwrap(), ..function("f") };
    let built = workshop.build(&from_src).await.unwrap();
    assert!(tree(&built.path).contains_key("src/app.py"));
}

#[tokio::test]
async fn the_dependencies_of_a_project_file_are_installed() {
    let pyproject = "[project]\nname = \"f\"\nversion = \"1\"\ndependencies = [\"idna==3.20\"]\n";
    let project = Project::in_git(&[("f/pyproject.toml", pyproject), ("f/src/app.py", "")]);
    let workshop = Workshop::new(&project, environment());
    let built = workshop.build(&function("f")).await.unwrap();
    let files = tree(&built.path);
    assert!(files.contains_key("app.py") && files.contains_key("idna/core.py"));
}

#[tokio::test]
async fn for_this_machine_another_minor_version_is_said() {
    let project = Project::new(&[("f/app.py", ""), ("f/requirements.txt", "markupsafe==3.0.2\n")]);
    let programs = only_python();
    // A stand-in for a version that is not there, as version managers have them.
    programs.write_program("python3.29", "#!/bin/sh\necho 'python3.29: command not found' >&2\nexit 127\n");
    let build = FunctionBuild { runtime: "python3.29".parse().unwrap(), platform: Platform::Host, ..function("f") };
    let workshop = Workshop::new(&project, with_only(&programs));
    let built = workshop.build(&build).await.unwrap();
    let version = &built.tools["python"];
    assert_eq!(
        built.warnings,
        [format!(
            "`orders` was built for Python {version}, which is on this machine; the function asks for Python 3.29"
        )]
    );
    let speedups = tree(&built.path).into_keys().find(|name| name.contains("_speedups.cpython-")).unwrap();
    let minor = version.split('.').nth(1).unwrap();
    assert!(speedups.contains(&format!("cpython-3{minor}-")), "{speedups} for {version}");

    let programs = Project::new(&[]);
    programs.write_program("python3", "#!/bin/sh\nprintf '2.7.18\\n/usr/bin/python2\\n'\n");
    let failure = Workshop::new(&project, with_only(&programs)).build(&build).await.unwrap_err();
    assert_eq!(failure.fault, Fault::Input);
    assert!(failure.message.contains("none on PATH runs"), "{}", failure.message);
}

#[tokio::test]
async fn a_missing_tool_is_named_with_how_to_get_it() {
    let files = [("f/app.py", ""), ("f/requirements.txt", "idna\n")];
    let (project, locked) = (Project::new(&files), Project::new(&[("f/pyproject.toml", ""), ("f/uv.lock", "")]));
    let nothing = Project::new(&[]);
    let failure = Workshop::new(&project, with_only(&nothing)).build(&function("f")).await.unwrap_err();
    assert_eq!(failure.fault, Fault::Input);
    assert!(failure.message.contains("uv or pip is needed"), "{}", failure.message);
    assert!(failure.hints.iter().any(|hint| hint.contains("https://docs.astral.sh/uv")));

    let programs = Project::new(&[]);
    let script = "#!/bin/sh\ncase \"$*\" in *pip*) exit 1;; esac\nprintf '3.13.1\\n%s\\n' \"$0\"\n";
    programs.write_program("python3", script);
    let failure = Workshop::new(&project, with_only(&programs)).build(&function("f")).await.unwrap_err();
    assert_eq!(failure.fault, Fault::Input);
    assert!(failure.hints[0].contains("-m ensurepip"), "{:?}", failure.hints);

    let failure = Workshop::new(&locked, with_only(&nothing)).build(&function("f")).await.unwrap_err();
    assert_eq!(failure.fault, Fault::Input);
    assert!(failure.message.contains("`f/uv.lock` can only be installed from by uv"), "{}", failure.message);
}

#[tokio::test]
async fn declarations_that_cannot_be_read_are_refused() {
    let nothing = Project::new(&[]);
    for (path, text, expected) in [
        ("f/pyproject.toml", "[tool.poetry]\nname = \"f\"\n[tool.poetry.dependencies]\nidna = \"*\"\n", "poetry lock"),
        ("f/Pipfile", "", "pipenv requirements"),
    ] {
        let project = Project::new(&[("f/app.py", ""), (path, text)]);
        let failure = Workshop::new(&project, with_only(&nothing)).build(&function("f")).await.unwrap_err();
        assert_eq!(failure.fault, Fault::Input);
        assert!(failure.hints[0].contains(expected), "{:?}", failure.hints);
    }
    let project = Project::new(&[("f/app.py", "")]);
    let workshop = Workshop::new(&project, with_only(&nothing));
    let named =
        Builder::Python(PythonSettings { requirements: Some("prod.txt".to_owned()), ..PythonSettings::default() });
    let failure = workshop.build(&FunctionBuild { builder: named, ..function("f") }).await.unwrap_err();
    assert!(failure.message.contains("`f/prod.txt` is not there"), "{}", failure.message);
    let elsewhere =
        Builder::Python(PythonSettings { requirements: Some("/etc/hostname".to_owned()), ..PythonSettings::default() });
    let failure = workshop.build(&FunctionBuild { builder: elsewhere, ..function("f") }).await.unwrap_err();
    assert!(failure.message.contains("`/etc/hostname` is not there"), "{}", failure.message);
    let other = FunctionBuild { runtime: "nodejs22.x".parse().unwrap(), ..function("f") };
    let failure = workshop.build(&other).await.unwrap_err();
    assert!(failure.message.contains("cannot build for the runtime `nodejs22.x`"), "{}", failure.message);
}

#[tokio::test]
async fn a_tools_own_failure_is_shown_whole() {
    let project = Project::new(&[("f/app.py", ""), ("f/requirements.txt", "idna\n")]);
    let programs = Project::new(&[]);
    programs.write_program(
        "uv",
        "#!/bin/sh\n[ \"$1\" = --version ] && echo 'uv 0.1' && exit\necho \"error: no network\" >&2\nexit 2\n",
    );
    let failure = Workshop::new(&project, with_only(&programs)).build(&function("f")).await.unwrap_err();
    assert_eq!(failure.fault, Fault::Build);
    assert_eq!(failure.output.as_deref(), Some("error: no network"));
    assert!(failure.command.unwrap().contains("uv pip install"));
    let folder = failure.folder.unwrap();
    assert!(!fs::exists(&folder).unwrap(), "{folder} is gone");
}
