//! Python projects as people lay them out: build backends, lock files, workspaces, and what each says when it cannot be built.

use std::path::Path;
use std::process::Command;

use shipway_core::build::FunctionBuild;
use shipway_core::builder::{Builder, PythonSettings, RuntimePackages};
use shipway_core::names::Architecture;
use shipway_engine::ports::{BuildFailure, BuiltTree, Fault};

use crate::project::{Project, function};
use crate::toolchain::{Workshop, needed, tree, with_only};
use crate::toolchain_python::{on, only_python, python_and_uv};

/// Hashes of files on PyPI.
const IDNA: &str = "sha256:ab7ae7122974553370f0bdb919e1a960b2cd1bc1ef0276416d896db81c14582c";
const COLORAMA: &str = "sha256:4f1d9991f5acc0ca119f9d443620b77f9d6b33703e51011c16baf57afb285fc6";
const DOCOPT: &str = "sha256:49b3a825280bd66b3aa83585ef59c4a8c82f2c8a522dbe754a8bc8d08c85c491";

const WEB: &str = "import idna\n\n\ndef answer(event, context):\n    return idna.__version__\n";

/// A package in `src`, with data in it, that requires a package.
fn package<'f>(pyproject: &'f str, more: &[(&'f str, &'f str)]) -> Project {
    let mut files = vec![
        ("f/pyproject.toml", pyproject),
        ("f/src/greeting/__init__.py", ""),
        ("f/src/greeting/web.py", WEB),
        ("f/src/greeting/words.json", "{}"),
        ("f/tests/test_web.py", ""),
        ("f/README.md", "Grüße\n"),
    ];
    files.extend(more);
    files.retain(|(_, text)| *text != "-");
    Project::in_git(&files)
}

const METADATA: &str = "[project]\nname = \"greeting\"\nversion = \"1.0\"\ndescription = \"x\"\nreadme = \"README.md\"\n\
                        requires-python = \">=3.9\"\ndependencies = [\"idna==3.20\"]\n";

fn entry(build: FunctionBuild) -> FunctionBuild {
    with_settings(
        build,
        PythonSettings { entry_point: Some("greeting.web:answer".to_owned()), ..PythonSettings::default() },
    )
}

fn with_settings(build: FunctionBuild, settings: PythonSettings) -> FunctionBuild {
    let handler = if settings.entry_point.is_some() { "lambda_function.lambda_handler" } else { "app.handler" };
    FunctionBuild { builder: Builder::Python(settings), handler: handler.parse().unwrap(), ..build }
}

async fn by_uv(project: &Project, build: &FunctionBuild) -> Result<BuiltTreeAndFiles, BuildFailure> {
    let programs = only_python();
    built(Workshop::new(project, python_and_uv(&programs)), build).await
}

async fn by_pip(project: &Project, build: &FunctionBuild) -> Result<BuiltTreeAndFiles, BuildFailure> {
    let programs = only_python();
    built(Workshop::new(project, with_only(&programs)), build).await
}

type BuiltTreeAndFiles = (BuiltTree, std::collections::BTreeMap<String, (u32, Vec<u8>)>);

async fn built(workshop: Workshop, build: &FunctionBuild) -> Result<BuiltTreeAndFiles, BuildFailure> {
    let built = workshop.build(build).await?;
    let files = tree(&built.path);
    Ok((built, files))
}

/// The names, without what is in the metadata of packages.
fn names(files: &std::collections::BTreeMap<String, (u32, Vec<u8>)>) -> Vec<&str> {
    files
        .keys()
        .map(String::as_str)
        .filter(|name| !name.contains(".dist-info/") && !name.starts_with("idna/"))
        .collect()
}

const OF_THE_PACKAGE: [&str; 4] =
    ["greeting/__init__.py", "greeting/web.py", "greeting/words.json", "lambda_function.py"];

#[tokio::test]
async fn every_build_backend_makes_the_package() {
    let setuptools = format!(
        "[build-system]\nrequires = [\"setuptools>=61\"]\nbuild-backend = \"setuptools.build_meta\"\n{METADATA}\
        [tool.setuptools.package-data]\ngreeting = [\"*.json\"]\n"
    );
    let hatchling =
        format!("[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n{METADATA}");
    let flit =
        format!("[build-system]\nrequires = [\"flit_core>=3.4\"]\nbuild-backend = \"flit_core.buildapi\"\n{METADATA}");
    let poetry = "[build-system]\nrequires = [\"poetry-core\"]\nbuild-backend = \"poetry.core.masonry.api\"\n[tool.poetry]\n\
        name = \"greeting\"\nversion = \"1.0\"\ndescription = \"x\"\nauthors = []\npackages = [{ include = \"greeting\", from = \"src\" }]\n\
        [tool.poetry.dependencies]\npython = \">=3.9\"\nidna = \"3.20\"\n";
    for pyproject in [setuptools.as_str(), &hatchling, &flit, poetry] {
        let project = package(pyproject, &[]);
        let before = tree(project.path());
        let (built, files) = by_uv(&project, &entry(on(Architecture::Arm64))).await.unwrap();
        assert_eq!(names(&files), OF_THE_PACKAGE, "{pyproject}");
        assert_eq!(files["greeting/web.py"].1, WEB.as_bytes());
        assert!(files.contains_key("idna/core.py") && files.contains_key("greeting-1.0.dist-info/METADATA"));
        assert_eq!(built.dependencies, ["idna", "idna-3.20.dist-info"]);
        assert_eq!(built.warnings, Vec::<String>::new());
        assert_eq!(tree(project.path()), before, "the user's tree is left alone");
    }
}

#[tokio::test]
async fn a_setup_script_and_dependencies_that_the_backend_alone_knows() {
    let setup = "from setuptools import find_packages, setup\n\nsetup(name='greeting', version='1.0', packages=find_packages('src'),\n\
        package_dir={'': 'src'}, package_data={'greeting': ['*.json']}, install_requires=['idna==3.20'])\n";
    // What an earlier build left is none of the project's.
    let leftovers = ("f/build/lib/greeting/stale.py", "");
    let project = package("-", &[("f/setup.py", setup), leftovers]);
    let (_, files) = by_pip(&project, &entry(on(Architecture::X86_64))).await.unwrap();
    assert_eq!(names(&files), OF_THE_PACKAGE);
    assert!(files.contains_key("idna/core.py"));

    let dynamic = "[build-system]\nrequires = [\"setuptools\"]\nbuild-backend = \"setuptools.build_meta\"\n[project]\nname = \"greeting\"\n\
        version = \"1.0\"\ndynamic = [\"dependencies\"]\n[tool.setuptools.dynamic]\ndependencies = { file = [\"needs.in\"] }\n";
    let project = package(dynamic, &[("f/needs.in", "idna==3.20\n")]);
    let (_, files) = by_uv(&project, &entry(function("f"))).await.unwrap();
    assert!(files.contains_key("idna/core.py") && files.contains_key("greeting/web.py"));
}

fn locked(name: &str, version: &str, hash: &str, more: &str) -> String {
    format!(
        "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\noptional = false\npython-versions = \">=3.8\"\n\
         files = [{{ file = \"x.whl\", hash = \"{hash}\" }}]\n{more}\n"
    )
}

/// A project of Poetry's with a dependency in the repository that has one of its own.
fn poetry_project(format: &str) -> Project {
    let groups = |name: &str| if format == "2.1" { format!("groups = [\"{name}\"]\n") } else { String::new() };
    let lock = [
        locked("colorama", "0.4.6", COLORAMA, &groups("dev")),
        format!(
            "[[package]]\nname = \"common\"\nversion = \"2\"\noptional = false\npython-versions = \"^3.9\"\n{}files = []\ndevelop = true\n\
             [package.dependencies]\nidna = \"*\"\n[package.source]\ntype = \"directory\"\nurl = \"../libs/common\"\n\n",
            groups("main")
        ),
        locked("idna", "3.20", IDNA, &groups("main")),
        format!("[metadata]\nlock-version = \"{format}\"\npython-versions = \"^3.9\"\n"),
    ]
    .concat();
    let backend = "[build-system]\nrequires = [\"poetry-core\"]\nbuild-backend = \"poetry.core.masonry.api\"\n";
    let function = format!(
        "{backend}[tool.poetry]\nname = \"greeting\"\nversion = \"1.0\"\ndescription = \"\"\nauthors = []\n\
         packages = [{{ include = \"greeting\", from = \"src\" }}]\n[tool.poetry.dependencies]\npython = \"^3.9\"\n\
         common = {{ path = \"../libs/common\", develop = true }}\n[tool.poetry.group.dev.dependencies]\ncolorama = \"*\"\n"
    );
    let common = format!(
        "{backend}[tool.poetry]\nname = \"common\"\nversion = \"2\"\ndescription = \"\"\nauthors = []\n\
         [tool.poetry.dependencies]\npython = \"^3.9\"\nidna = \"*\"\n"
    );
    package(
        &function,
        &[
            ("f/poetry.lock", &lock),
            ("libs/common/pyproject.toml", &common),
            ("libs/common/common/__init__.py", "x = 1\n"),
        ],
    )
}

#[tokio::test]
async fn poetrys_lock_is_installed_without_poetry() {
    let project = poetry_project("2.1");
    let (built, files) = by_uv(&project, &entry(on(Architecture::Arm64))).await.unwrap();
    assert!(files.contains_key("idna/core.py") && files.contains_key("common/__init__.py"));
    assert!(files.contains_key("greeting/web.py") && !files.keys().any(|name| name.contains("colorama")));
    let metadata = String::from_utf8(files["greeting-1.0.dist-info/METADATA"].1.clone()).unwrap();
    assert!(metadata.contains("\nRequires-Dist: common\n"), "no place of this machine: {metadata}");
    assert_eq!(built.dependencies, ["idna", "idna-3.20.dist-info"]);

    let (built, by_pip) = by_pip(&poetry_project("2.0"), &entry(on(Architecture::Arm64))).await.unwrap();
    assert!(built.tools.contains_key("pip") && !built.tools.contains_key("uv"));
    assert_eq!(by_pip, files, "pip and uv give one tree");
}

/// A workspace with two members, as `uv lock` writes it.
fn workspace(more: &str) -> Project {
    let backend = "[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n";
    let member = |name: &str, needs: &str| {
        format!(
            "{backend}[project]\nname = \"{name}\"\nversion = \"1.0\"\nrequires-python = \">=3.9\"\ndependencies = [{needs}]\n"
        )
    };
    let function = member("greeting", "\"common\"") + "[tool.uv.sources]\ncommon = { workspace = true }\n";
    let lock = format!(
        "version = 1\nrevision = 3\nrequires-python = \">=3.9\"\n[manifest]\nmembers = [\"common\", \"greeting\", \"other\"]\n\
         [[package]]\nname = \"common\"\nversion = \"1.0\"\nsource = {{ editable = \"libs/common\" }}\ndependencies = [{{ name = \"idna\" }}{more}]\n\
         [[package]]\nname = \"greeting\"\nversion = \"1.0\"\nsource = {{ editable = \"f\" }}\ndependencies = [{{ name = \"common\" }}]\n\
         [[package]]\nname = \"idna\"\nversion = \"3.20\"\nsource = {{ registry = \"https://pypi.org/simple\" }}\n\
         wheels = [{{ url = \"https://files.pythonhosted.org/packages/idna-3.20-py3-none-any.whl\", hash = \"{IDNA}\" }}]\n\
         [[package]]\nname = \"docopt\"\nversion = \"0.6.2\"\nsource = {{ registry = \"https://pypi.org/simple\" }}\n\
         sdist = {{ url = \"https://files.pythonhosted.org/packages/docopt-0.6.2.tar.gz\", hash = \"{DOCOPT}\" }}\n"
    );
    let root = "[tool.uv.workspace]\nmembers = [\"f\", \"libs/*\"]\n";
    package(
        &function,
        &[
            ("pyproject.toml", root),
            ("uv.lock", &lock),
            ("libs/common/pyproject.toml", &member("common", "\"idna\"")),
            ("libs/common/src/common/__init__.py", ""),
            ("libs/other/pyproject.toml", &member("other", "")),
            ("libs/other/src/other/__init__.py", ""),
        ],
    )
}

#[tokio::test]
async fn a_member_of_a_workspace_is_built_with_those_it_needs() {
    let (built, files) = by_uv(&workspace(""), &entry(function("f"))).await.unwrap();
    for name in ["greeting/web.py", "common/__init__.py", "idna/core.py", "lambda_function.py"] {
        assert!(files.contains_key(name), "{name}");
    }
    assert!(!files.keys().any(|name| name.contains("other")));
    assert_eq!(built.dependencies, ["idna", "idna-3.20.dist-info"]);
}

#[tokio::test]
async fn a_dependency_without_a_wheel_is_named_for_every_kind_of_project() {
    let listed = "[project]\nname = \"f\"\nversion = \"1\"\ndependencies = [\"docopt==0.6.2\"]\n";
    let backend = "[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n";
    let of_a_package = format!("{backend}{}", METADATA.replace("idna==3.20", "docopt==0.6.2"));
    let poetry = "[tool.poetry]\npackage-mode = false\n[tool.poetry.dependencies]\ndocopt = \"*\"\n";
    let lock = locked("docopt", "0.6.2", DOCOPT, "");
    let projects = [
        Project::in_git(&[("f/app.py", ""), ("f/pyproject.toml", listed)]),
        package(&of_a_package, &[]),
        Project::in_git(&[("f/app.py", ""), ("f/pyproject.toml", poetry), ("f/poetry.lock", &lock)]),
    ];
    let check = |failure: BuildFailure| {
        assert_eq!(failure.fault, Fault::Build, "{failure:?}");
        assert!(failure.message.starts_with("there is no wheel of `docopt"), "{failure:?}");
        assert!(failure.hints.iter().any(|hint| hint.contains("choose a version of `docopt")), "{failure:?}");
    };
    for project in &projects {
        check(by_uv(project, &function("f")).await.unwrap_err());
        check(by_pip(project, &function("f")).await.unwrap_err());
    }
    check(by_uv(&workspace(", { name = \"docopt\" }"), &function("f")).await.unwrap_err());
}

#[tokio::test]
async fn a_package_with_compiled_code_is_not_built_on_another_machine() {
    let setup = "from setuptools import Distribution, setup\n\n\nclass Compiled(Distribution):\n    def has_ext_modules(self):\n        return True\n\n\n\
        setup(name='fast', version='1', py_modules=['fast'], distclass=Compiled)\n";
    let project = Project::in_git(&[
        ("f/app.py", ""),
        ("f/requirements.txt", "../libs/fast\n"),
        ("libs/fast/setup.py", setup),
        ("libs/fast/fast.py", ""),
    ]);
    let failure = by_uv(&project, &function("f")).await.unwrap_err();
    assert_eq!(failure.fault, Fault::Build);
    assert!(
        failure.message.starts_with("the wheel of libs/fast holds code that was compiled on this machine"),
        "{failure:?}"
    );
}

#[tokio::test]
async fn a_package_that_cannot_be_built_says_whose_it_is() {
    let pyproject =
        format!("[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n{METADATA}");
    let project = Project::in_git(&[("f/app.py", ""), ("f/README.md", ""), ("f/pyproject.toml", &pyproject)]);
    let failure = by_uv(&project, &function("f")).await.unwrap_err();
    assert_eq!(failure.fault, Fault::Build);
    assert_eq!(failure.message, "no wheel of f could be built: `uv` failed (exit status: 2)");
    assert!(failure.hints[0].contains("`package = false` in [tool.uv]"), "{failure:?}");

    let files = pyproject + "[tool.uv]\npackage = false\n";
    let project = Project::in_git(&[("f/app.py", ""), ("f/pyproject.toml", &files)]);
    let (_, files) = by_uv(&project, &function("f")).await.unwrap();
    assert!(files.contains_key("app.py") && files.contains_key("idna/core.py"));
}

#[tokio::test]
async fn a_handler_beside_the_package_is_packed_with_its_folder() {
    let pyproject =
        format!("[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n{METADATA}");
    let project = package(&pyproject, &[("f/app.py", "from greeting.web import answer as handler\n")]);
    let (built, files) = by_uv(&project, &function("f")).await.unwrap();
    assert!(files.contains_key("app.py") && files.contains_key("greeting/web.py"));
    assert_eq!(built.warnings.len(), 1);
    assert!(built.warnings[0].contains("does not hold `app.py`, which its handler names"), "{:?}", built.warnings);
}

#[tokio::test]
async fn an_entry_point_must_lead_somewhere() {
    let nothing = Project::new(&[]);
    nothing.write_program("git", &format!("#!/bin/sh\nexec {} \"$@\"\n", needed("git").display()));
    let project = Project::in_git(&[
        ("f/shop/__init__.py", ""),
        ("f/shop/web.py", "def answer(event, context):\n    return 1\n"),
    ]);
    let asking = |entry_point: &str| {
        let entry_point = Some(entry_point.to_owned());
        with_settings(function("f"), PythonSettings { entry_point, ..PythonSettings::default() })
    };
    let workshop = Workshop::new(&project, with_only(&nothing));
    let built = workshop.build(&asking("shop.web:answer")).await.unwrap();
    let root = String::from_utf8(tree(&built.path)["lambda_function.py"].1.clone()).unwrap();
    assert!(root.ends_with("from shop.web import answer\n\nlambda_handler = answer\n"), "{root}");
    for (entry_point, message, hint) in [
        (
            "shop.api:answer",
            "has no module `shop.api`, which its handler names: looked for `shop/api.py`",
            "`shop` holds __init__.py, web.py",
        ),
        ("store:answer", "has no module `store`", "nothing called `store`"),
        ("shop.web:reply", "`shop/web.py` in the package of `orders` has no `reply`", "define the function"),
        ("shop/web:answer", "is not an entry point", "`package.module:function`"),
    ] {
        let failure = workshop.build(&asking(entry_point)).await.unwrap_err();
        assert_eq!(failure.fault, Fault::Input);
        assert!(failure.message.contains(message), "{}", failure.message);
        assert!(failure.hints.iter().any(|one| one.contains(hint)), "{:?}", failure.hints);
    }
    project.write("f/lambda_function.py", "");
    let failure = workshop.build(&asking("shop.web:answer")).await.unwrap_err();
    assert!(failure.message.contains("has a `lambda_function.py` already"), "{}", failure.message);
}

/// Writes a wheel that holds one module.
fn write_wheel(project: &Project, name: &str, requires: &str) {
    let script = "import sys, zipfile\nfolder, name, requires = sys.argv[1:]\n\
        wheel = zipfile.ZipFile(f'{folder}/{name}-1-py3-none-any.whl', 'w')\n\
        files = {f'{name}/__init__.py': '', f'{name}-1.dist-info/METADATA': f'Metadata-Version: 2.1\\nName: {name}\\nVersion: 1\\n' + ''.join(f'Requires-Dist: {one}\\n' for one in requires.split()),\n\
        f'{name}-1.dist-info/WHEEL': 'Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n'}\n\
        [wheel.writestr(path, text) for path, text in files.items()]\n\
        wheel.writestr(f'{name}-1.dist-info/RECORD', ''.join(f'{path},,\\n' for path in [*files, f'{name}-1.dist-info/RECORD']))\nwheel.close()\n";
    let folder = project.file("wheels");
    std::fs::create_dir_all(&folder).unwrap();
    let output = Command::new(needed("python3"))
        .args(["-c", script])
        .arg(Path::new(&folder))
        .args([name, requires])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn what_the_runtime_brings_is_left_out_when_asked() {
    let requirements = "--no-index\n--find-links ../wheels\nboto3\nrequests\n";
    let project = Project::in_git(&[("f/app.py", ""), ("f/requirements.txt", requirements)]);
    for (name, requires) in [
        ("boto3", "botocore s3transfer"),
        ("botocore", "urllib3 jmespath"),
        ("s3transfer", "botocore"),
        ("urllib3", ""),
        ("jmespath", ""),
        ("requests", "urllib3"),
    ] {
        write_wheel(&project, name, requires);
    }
    let leaving = PythonSettings { runtime_packages: RuntimePackages::LeaveOut, ..PythonSettings::default() };
    let (built, files) = by_pip(&project, &with_settings(function("f"), leaving.clone())).await.unwrap();
    let modules: Vec<&str> = files.keys().map(String::as_str).filter(|name| name.ends_with("/__init__.py")).collect();
    assert_eq!(modules, ["requests/__init__.py", "urllib3/__init__.py"]);
    assert_eq!(built.dependencies, ["requests", "requests-1.dist-info", "urllib3", "urllib3-1.dist-info"]);
    let (_, all) = by_pip(&project, &function("f")).await.unwrap();
    assert!(all.contains_key("boto3/__init__.py") && all.contains_key("jmespath/__init__.py"));
}
