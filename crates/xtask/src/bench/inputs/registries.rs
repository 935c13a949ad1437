//! Inputs from pinned lists of PyPI's and npm's packages.

use std::path::Path;

use crate::bench::measuring::Invocation;
use crate::bench::peers;
use crate::bench::workshop::Workshop;
use crate::failure::Failure;

/// Wheels for this Python whatever runs here, so that the tree is the same everywhere.
const PYTHON: &str = "3.13";
const PLATFORMS: &[&str] =
    &["manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"];

/// What the tree follows from.
pub(super) fn python_key(workshop: &Workshop) -> Result<String, Failure> {
    let path = workshop.committed("python/requirements.txt");
    let list = std::fs::read_to_string(&path).map_err(Failure::file("reading", &path))?;
    Ok(format!("{PYTHON}\n{list}"))
}

/// `pip install --target`.
pub(super) fn python(workshop: &Workshop, folder: &Path) -> Result<(), Failure> {
    let python = peers::interpreter(workshop).ok_or_else(|| Failure::Missing("python3".to_owned()))?;
    let mut install = Invocation::new(python, &workshop.work)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile"])
        .args(["--only-binary=:all:", "--python-version", PYTHON, "--target"])
        .arg(folder)
        .arg("--requirement")
        .arg(workshop.committed("python/requirements.txt"));
    for platform in PLATFORMS {
        install = install.args(["--platform", platform]);
    }
    install.run().map(drop)
}

/// What the tree follows from.
pub(super) fn node_key(workshop: &Workshop) -> Result<String, Failure> {
    let path = workshop.committed("node/package-lock.json");
    std::fs::read_to_string(&path).map_err(Failure::file("reading", &path))
}

/// `npm ci`. Links are left out: the packers do not agree on what becomes of one.
pub(super) fn node(workshop: &Workshop, folder: &Path) -> Result<(), Failure> {
    for name in ["package.json", "package-lock.json"] {
        let from = workshop.committed("node").join(name);
        std::fs::copy(&from, folder.join(name)).map_err(Failure::file("copying", &from))?;
    }
    let npm = peers::on_path("npm").map_err(Failure::Missing)?;
    Invocation::new(npm, folder)
        .args(["ci", "--ignore-scripts", "--no-bin-links", "--no-audit", "--no-fund", "--silent"])
        .run()
        .map(drop)
}
