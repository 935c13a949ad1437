//! The same inputs give the same tree, whichever machine builds: its place, its caches, its umask, its language, its Python.

use std::collections::BTreeMap;

use shipway_core::build::FunctionBuild;
use shipway_core::builder::{Builder, PythonSettings};
use shipway_core::names::Architecture;
use shipway_host::CallerEnvironment;

use crate::project::{Project, function};
use crate::toolchain::{Workshop, tree, with_only};
use crate::toolchain_python::{on, only_python, real_python, uv};

/// The machine of an ELF file, by its number.
fn machine(content: &[u8]) -> u16 {
    assert_eq!(&content[..4], b"\x7fELF");
    u16::from_le_bytes([content[18], content[19]])
}

/// What a package is made of: names, whether a file is executable, contents.
fn packed(files: BTreeMap<String, (u32, Vec<u8>)>) -> BTreeMap<String, (bool, Vec<u8>)> {
    files.into_iter().map(|(name, (mode, content))| (name, (mode & 0o111 != 0, content))).collect()
}

const PYPROJECT: &str = "[build-system]\nrequires = [\"setuptools\"]\nbuild-backend = \"setuptools.build_meta\"\n[project]\nname = \"greeting\"\n\
    version = \"1.0\"\nreadme = \"README.md\"\ndependencies = [\"markupsafe==3.0.2\", \"common\"]\n[project.scripts]\ngreet = \"greeting.web:answer\"\n\
    [tool.uv.sources]\ncommon = { path = \"../common\" }\n";
const COMMON: &str = "[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n[project]\nname = \"common\"\nversion = \"1.0\"\n";

fn project() -> Project {
    Project::in_git(&[
        ("f/pyproject.toml", PYPROJECT),
        ("f/README.md", "Grüße, ışık\n"),
        ("f/src/greeting/__init__.py", ""),
        ("f/src/greeting/web.py", "def answer(event, context):\n    return 1\n"),
        ("common/pyproject.toml", COMMON),
        ("common/src/common/__init__.py", ""),
    ])
}

fn build() -> FunctionBuild {
    let entry_point = Some("greeting.web:answer".to_owned());
    let settings = PythonSettings { entry_point, ..PythonSettings::default() };
    FunctionBuild { builder: Builder::Python(settings), ..on(Architecture::Arm64) }
}

/// A machine of its own: programs that run with another umask, and caches that hold nothing.
fn another_machine(programs: &Project, tool: &str, umask: &str, zone: &str, language: &str) -> CallerEnvironment {
    let real = if tool == "uv" { uv() } else { real_python() };
    programs.write_program(tool, &format!("#!/bin/sh\numask {umask}\nexec {} \"$@\"\n", real.display()));
    let mut environment = with_only(programs).with("TZ", zone).with("LANG", language).with("LC_ALL", language);
    for (name, folder) in [
        ("HOME", "home"),
        ("UV_CACHE_DIR", "cache-of-uv"),
        ("PIP_CACHE_DIR", "cache-of-pip"),
        ("XDG_CACHE_HOME", "cache"),
        ("TMPDIR", "tmp"),
    ] {
        std::fs::create_dir_all(programs.file(folder)).unwrap();
        environment = environment.with(name, programs.file(folder));
    }
    environment
}

#[tokio::test]
async fn two_machines_and_two_tools_give_one_tree() {
    let mut trees = Vec::new();
    for (tool, umask, zone, language) in [
        ("uv", "022", "UTC", "C"),
        ("uv", "077", "Pacific/Auckland", "tr_TR.UTF-8"),
        ("python3", "002", "America/St_Johns", "de_DE.UTF-8"),
    ] {
        let (project, programs) = (project(), only_python());
        let workshop = Workshop::new(&project, another_machine(&programs, tool, umask, zone, language));
        let built = workshop.build(&build()).await.unwrap();
        assert_eq!(built.warnings, Vec::<String>::new());
        trees.push((tool, packed(tree(&built.path))));
    }
    let (_, first) = &trees[0];
    let compiled: Vec<_> = first.iter().filter(|(name, _)| name.ends_with(".so")).collect();
    assert!(!compiled.is_empty());
    for (name, (_, content)) in compiled {
        assert_eq!(machine(content), 183, "{name} is for AArch64");
    }
    for (tool, other) in &trees[1..] {
        assert_eq!(other.keys().collect::<Vec<_>>(), first.keys().collect::<Vec<_>>(), "{tool}");
        for (name, content) in other {
            assert!(*content == first[name], "{tool}: {name} differs: {}", String::from_utf8_lossy(&content.1));
        }
    }
}

#[tokio::test]
async fn markers_ask_the_functions_machine_and_not_this_one() {
    let requirements = "idna==3.20 ; platform_machine == 'aarch64'\ncolorama==0.4.6 ; python_version < '3.13'\n\
        six==1.17.0 ; python_full_version >= '3.13' and sys_platform == 'linux'\n";
    let project = Project::in_git(&[("f/app.py", ""), ("f/requirements.txt", requirements)]);
    let modules = |files: BTreeMap<String, (u32, Vec<u8>)>| -> Vec<String> {
        files
            .into_keys()
            .filter(|name| ["idna/core.py", "colorama/ansi.py", "six.py"].contains(&name.as_str()))
            .collect()
    };
    for tool in ["uv", "python3"] {
        let programs = only_python();
        if tool == "uv" {
            programs.write_program("uv", &format!("#!/bin/sh\nexec {} \"$@\"\n", uv().display()));
        }
        let workshop = Workshop::new(&project, with_only(&programs));
        let arm = workshop.build(&on(Architecture::Arm64)).await.unwrap();
        assert_eq!(modules(tree(&arm.path)), ["idna/core.py", "six.py"], "{tool}");
        let older = FunctionBuild { runtime: "python3.12".parse().unwrap(), ..function("f") };
        assert_eq!(modules(tree(&workshop.build(&older).await.unwrap().path)), ["colorama/ansi.py"], "{tool}");
    }
}
