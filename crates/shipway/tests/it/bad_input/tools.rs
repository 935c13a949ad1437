//! Tools that a build needs and PATH does not have.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::ground::{DEPLOY, Ground};
use crate::support::need;

/// Where PATH has a tool.
fn found(tool: &str) -> PathBuf {
    need(&[tool]);
    let path = std::env::var_os("PATH").expect("there is a PATH");
    std::env::split_paths(&path).map(|folder| folder.join(tool)).find(|file| file.is_file()).expect("it was needed")
}

/// A folder with git and nothing else.
fn git_alone() -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    symlink(found("git"), folder.path().join("git")).expect("a link");
    folder
}

#[track_caller]
fn refused(ground: &Ground, path: &[&Path], told: &[&str]) {
    let path = std::env::join_paths(path).expect("a PATH");
    ground.refuses(ground.command(&DEPLOY).env("PATH", path), 2, told);
}

#[test]
fn no_git() {
    let told = ["there is no `git` program on PATH", "hint: install git"];
    refused(&Ground::new(), &[Path::new("/nonexistent")], &told);
}

#[test]
fn no_python() {
    let ground = Ground::new();
    ground.project.write("greet/requirements.txt", "requests==2.34.2\n");
    let told = ["greet", "Python 3 is needed to build `greet`", "PATH", "hint: install Python 3.13"];
    refused(&ground, &[git_alone().path()], &told);
}

#[test]
fn neither_uv_nor_pip() {
    let ground = Ground::new();
    ground.project.write("greet/requirements.txt", "requests==2.34.2\n");
    let bare = TempDir::new().expect("a temporary folder");
    let made = Command::new(found("python3")).args(["-m", "venv", "--without-pip"]).arg(bare.path()).output();
    let made = made.expect("python3 can be started");
    assert!(made.status.success(), "{made:?}");
    let told = ["greet", "uv", "pip", "hint: install "];
    refused(&ground, &[git_alone().path(), &bare.path().join("bin")], &told);
}

#[test]
fn no_npm() {
    let ground = Ground::new();
    ground.edit("shipway.toml", "python3.13", "nodejs22.x");
    ground.project.write("greet/app.mjs", "export const handler = async () => 1;\n");
    ground.project.write("greet/package.json", "{\"name\": \"greet\", \"dependencies\": {\"zod\": \"3.25.76\"}}");
    let lock = "{\"name\": \"greet\", \"lockfileVersion\": 3, \"packages\": {}}";
    ground.project.write("greet/package-lock.json", lock);
    let told = ["`npm` is needed to build `greet`, and is not on PATH", "hint: install Node.js with npm"];
    refused(&ground, &[git_alone().path()], &told);
}
