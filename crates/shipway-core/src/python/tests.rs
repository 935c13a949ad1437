//! Whole projects: what they declare, and what their lock files choose.

use std::collections::BTreeSet;

use insta::assert_snapshot;

use super::*;
use crate::inputs::Project;
use crate::names::Architecture;

fn reading<T>(files: &[(&str, &str)], act: impl FnOnce(&mut Project<'_>) -> T) -> T {
    let names: BTreeSet<String> = files.iter().map(|(path, _)| (*path).to_owned()).collect();
    let mut read = |path: &str| files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned());
    act(&mut Project::new(&names, &mut read))
}

fn said(files: &[(&str, &str)], named: Option<&str>) -> String {
    reading(files, |project| match declared("f", named, project) {
        Ok(Declared { dependencies, own }) => format!("{dependencies:?} {own:?}"),
        Err(undeclared) => format!("{undeclared}; {}", undeclared.hint()),
    })
}

const PACKAGE: &str =
    "[build-system]\nrequires = [\"hatchling\"]\n[project]\nname = \"f\"\ndependencies = [\"idna\"]\n";
const PLAIN: &str = "[project]\nname = \"f\"\ndependencies = [\"idna\"]\n";

#[test]
fn the_first_file_that_says_it_counts() {
    let poetry = "[tool.poetry]\nname = \"f\"\n[tool.poetry.dependencies]\nidna = \"*\"\n";
    let all = [("f/uv.lock", ""), ("f/poetry.lock", ""), ("f/requirements.txt", "x"), ("f/pyproject.toml", PACKAGE)];
    assert_eq!(said(&all, None), "UvLock(\"f\") Package");
    assert_eq!(said(&all, Some("requirements.txt")), "File(\"f/requirements.txt\") Package");
    assert_eq!(said(&all[1..], None), "PoetryLock Package");
    assert_eq!(said(&all[2..], None), "File(\"f/requirements.txt\") Package");
    assert_eq!(said(&all[3..], None), "Nothing Package");
    assert_eq!(said(&[("f/pyproject.toml", PLAIN)], None), "Listed([\"idna\"]) Files");
    assert_eq!(said(&[("f/setup.py", "")], None), "Nothing Package");
    assert_eq!(said(&[("f/app.py", "")], None), "Nothing Files");
    assert_eq!(said(&[("f/requirements.txt", "# none\n\n")], None), "Nothing Files");
    assert_eq!(
        said(&[("f/requirements.txt", "--index-url https://example.com\n")], None),
        "File(\"f/requirements.txt\") Files"
    );
    assert_eq!(said(&[("f/pyproject.toml", poetry), ("f/poetry.lock", "")], None), "PoetryLock Files");
    let root = ("pyproject.toml", "[tool.uv.workspace]\nmembers = [\"f\"]\n");
    assert_eq!(said(&[root, ("uv.lock", ""), ("f/pyproject.toml", PLAIN)], None), "UvLock(\"\") Files");
    assert_eq!(said(&[("uv.lock", ""), ("f/pyproject.toml", PLAIN)], None), "Listed([\"idna\"]) Files");
}

#[test]
fn what_cannot_be_said_has_a_hint() {
    assert_snapshot!(said(&[], Some("prod.txt")), @"the requirements file `f/prod.txt` is not there; correct `requirements` in shipway.toml; what git ignores does not count");
    assert_snapshot!(said(&[], Some("../../prod.txt")), @"the requirements file `f/../../prod.txt` is not there; correct `requirements` in shipway.toml; what git ignores does not count");
    assert_snapshot!(said(&[("f/Pipfile", "")], None), @"the dependencies in `f/Pipfile` cannot be read by Shipway; pipenv requirements > requirements.txt");
    let poetry = "[tool.poetry.dependencies]\nidna = \"*\"\n";
    assert_snapshot!(said(&[("f/pyproject.toml", poetry)], None), @"`f/pyproject.toml` names dependencies in Poetry's own way, and there is no poetry.lock; write the lock file: poetry lock");
    let git = format!("{PLAIN}[tool.uv.sources]\nidna = {{ git = \"https://example.com/idna\" }}\n");
    assert_snapshot!(said(&[("f/pyproject.toml", &git)], None), @"`f/pyproject.toml` takes `idna` from a source (git) that only uv.lock can name; write the lock file: uv lock");
    let unreadable = said(&[("f/pyproject.toml", "[project\n")], None);
    assert!(unreadable.starts_with("`f/pyproject.toml` cannot be read: TOML parse error at line 1"), "{unreadable}");
}

const POETRY_PROJECT: &str = "[tool.poetry]\nname = \"shop\"\n[tool.poetry.dependencies]\npython = \"^3.11\"\n\
    idna = \"^3.7\"\ncolorama = { version = \"*\", markers = \"sys_platform == 'win32'\" }\n\
    common = { path = \"../libs/common\", develop = true }\nsix = { version = \"*\", optional = true }\n\
    pydantic = { version = \"*\", extras = [\"email\"] }\n[tool.poetry.extras]\nold = [\"six\"]\n\
    [tool.poetry.group.dev.dependencies]\niniconfig = \"*\"\n";

/// As Poetry 2.5 and 1.8 write them, the packages cut down to what is read.
fn lock(format: &str) -> String {
    let package = |name: &str, version: &str, more: &str, groups: &str, markers: &str| {
        let (of_groups, markers) = if format == "2.1" { (groups, markers) } else { ("", "") };
        let optional = name == "six";
        let files = if format == "1.1" || name == "common" {
            String::new()
        } else {
            format!("files = [\n    {{file = \"{name}.whl\", hash = \"sha256:{name}\"}},\n]\n")
        };
        format!(
            "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\noptional = {optional}\npython-versions = \">=3.8\"\n\
             {of_groups}{markers}{files}{more}\n"
        )
    };
    let main = "groups = [\"main\"]\n";
    let mut text = [
        package("annotated-types", "0.8.0", "", main, ""),
        package("colorama", "0.4.6", "", main, "markers = \"sys_platform == \\\"win32\\\"\"\n"),
        package(
            "common",
            "2",
            "develop = true\n[package.dependencies]\npackaging = \"*\"\n[package.source]\ntype = \"directory\"\nurl = \"../libs/common\"\n",
            main,
            "",
        ),
        package("dnspython", "2.9.2", "", main, ""),
        package(
            "email-validator",
            "2.4.0",
            "[package.dependencies]\ndnspython = \">=2.0.0\"\nidna = \">=2.0.0\"\n",
            main,
            "",
        ),
        package("idna", "3.20", "[package.source]\ntype = \"legacy\"\nurl = \"https://example.com/simple\"\n", main, ""),
        package("iniconfig", "2.3.1", "", "groups = [\"dev\"]\n", ""),
        package("packaging", "26.4", "", main, ""),
        package(
            "pydantic",
            "2.14.4",
            "[package.dependencies]\nAnnotated_Types = \">=0.6.0\"\n\
             email-validator = {version = \">=2.0.0\", optional = true, markers = \"extra == \\\"email\\\"\"}\n\
             [package.extras]\nemail = [\"email-validator (>=2.0.0)\"]\ntimezone = [\"tzdata\"]\n",
            main,
            "",
        ),
        package("six", "1.17.0", "", main, "markers = \"extra == \\\"old\\\"\"\n"),
    ]
    .concat();
    text +=
        &format!("[extras]\nold = [\"six\"]\n\n[metadata]\nlock-version = \"{format}\"\npython-versions = \"^3.11\"\n");
    if format == "1.1" {
        text += "[metadata.files]\n";
        for name in ["annotated-types", "dnspython", "email-validator", "idna", "packaging", "pydantic"] {
            text += &format!("{name} = [\n    {{file = \"{name}.whl\", hash = \"sha256:{name}\"}},\n]\n");
        }
    }
    text
}

fn choose(lock: &str, project: &str, minor: u32) -> Result<Vec<String>, String> {
    let project = ProjectFile::parse(project).unwrap();
    let target = Target::lambda(minor, Architecture::X86_64);
    match locked(lock, &project, &target) {
        Ok(locked) => Ok(locked
            .iter()
            .map(|locked| {
                format!("{} {:?} {}", locked.line(None), locked.place, locked.hashes.len()).replace(" \\\n   ", "")
            })
            .collect()),
        Err(problem) => Err(problem.to_string()),
    }
}

#[test]
fn every_format_of_poetrys_lock_chooses_the_same() {
    let newest = choose(&lock("2.1"), POETRY_PROJECT, 13).unwrap();
    assert_snapshot!(newest.join("\n"), @r#"
    annotated-types==0.8.0 --hash=sha256:annotated-types Index(None) 1
    common==2 Folder("../libs/common") 0
    dnspython==2.9.2 --hash=sha256:dnspython Index(None) 1
    email-validator==2.4.0 --hash=sha256:email-validator Index(None) 1
    idna==3.20 --hash=sha256:idna Index(Some("https://example.com/simple")) 1
    packaging==26.4 --hash=sha256:packaging Index(None) 1
    pydantic==2.14.4 --hash=sha256:pydantic Index(None) 1
    "#);
    assert_eq!(choose(&lock("2.0"), POETRY_PROJECT, 13).unwrap(), newest);
    assert_eq!(choose(&lock("1.1"), POETRY_PROJECT, 13).unwrap(), newest);
}

#[test]
fn a_lock_file_that_does_not_fit_says_how() {
    for format in ["2.1", "2.0"] {
        let more = POETRY_PROJECT.replace("idna = ", "flask = \"*\"\nidna = ");
        assert_eq!(
            choose(&lock(format), &more, 13).unwrap_err(),
            "does not hold `flask`, which pyproject.toml requires"
        );
        assert_eq!(
            choose(&lock(format), POETRY_PROJECT, 10).unwrap_err(),
            "is for Python ^3.11, and the function's is 3.10"
        );
    }
    assert!(choose("[", POETRY_PROJECT, 13).unwrap_err().starts_with("cannot be read: TOML parse error"));
    let project = "[project]\nname = \"a\"\ndependencies = [\"b\"]\n";
    let source = |source: &str| format!("[[package]]\nname = \"b\"\nversion = \"1\"\n[package.source]\n{source}\n");
    let git = source("type = \"git\"\nurl = \"https://example.com/b\"");
    assert_eq!(
        choose(&git, project, 13).unwrap_err(),
        "takes `b` from the repository https://example.com/b, where there is no wheel"
    );
    let archive = source("type = \"file\"\nurl = \"b.tar.gz\"");
    assert_eq!(choose(&archive, project, 13).unwrap_err(), "takes `b` from `b.tar.gz`, where there is no wheel");
    let bare = "[[package]]\nname = \"b\"\nversion = \"1\"\n";
    assert_eq!(choose(bare, project, 13).unwrap_err(), "has no hashes of the files of `b`");
}

#[test]
fn of_several_versions_the_one_that_holds_here_is_chosen() {
    let package = |version: &str, python: &str| {
        format!(
            "[[package]]\nname = \"numpy\"\nversion = \"{version}\"\npython-versions = \"{python}\"\n\
             files = [{{ file = \"n\", hash = \"sha256:{version}\" }}]\n"
        )
    };
    let lock = package("1.26.4", ">=3.9") + &package("2.3.0", ">=3.11");
    let project = "[tool.poetry.dependencies]\nnumpy = [\n{ version = \"^1\", python = \"<3.12\" },\n{ version = \"^2\", markers = \"python_version >= '3.12'\" },\n]\n";
    assert_eq!(choose(&lock, project, 13).unwrap(), ["numpy==2.3.0 --hash=sha256:2.3.0 Index(None) 1"]);
    assert_eq!(choose(&lock, project, 11).unwrap(), ["numpy==1.26.4 --hash=sha256:1.26.4 Index(None) 1"]);
}

#[test]
fn projects_that_lead_to_each_other_are_found_once() {
    let leading = |to: &str| format!("[tool.poetry.dependencies]\nx = {{ path = \"{to}\" }}\n");
    let (a, b) = (leading("../b"), leading("../a"));
    let files = [("a/pyproject.toml", a.as_str()), ("b/pyproject.toml", b.as_str())];
    let first = |folder: &str, extra: &str| LocalProject {
        folder: folder.to_owned(),
        extras: BTreeSet::from([extra.to_owned()]),
    };
    let found = reading(&files, |project| local_projects(vec![first("a", "one"), first("a", "two")], project));
    let shown: Vec<String> = found.iter().map(|found| format!("{} {:?}", found.folder, found.extras)).collect();
    assert_eq!(shown, ["a {\"one\", \"two\"}", "b {}"]);
}
