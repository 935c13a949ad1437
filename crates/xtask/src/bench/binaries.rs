//! The programs that are measured: built here, or found where the caller says.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::options::Options;
use crate::failure::Failure;
use crate::terminal::tell;

/// Shipway's programs.
#[derive(Debug, Clone)]
pub(crate) struct Binaries {
    /// The command line.
    pub(crate) shipway: PathBuf,
    /// `package_folder`, the packager alone.
    pub(crate) packager: PathBuf,
    /// This program, in the profile that is measured: for the bare walk.
    pub(crate) xtask: PathBuf,
    /// How they were built.
    pub(crate) profile: String,
}

impl Binaries {
    /// Builds them, or takes those that are there.
    pub(crate) fn find(options: &Options, repository: &Path) -> Result<Self, Failure> {
        let (shipway, profile) = match &options.shipway {
            Some(shipway) => (shipway.clone(), "as found".to_owned()),
            None => (build(options.profile(), repository)?, options.profile().to_owned()),
        };
        let shipway = std::fs::canonicalize(&shipway).map_err(Failure::file("finding", &shipway))?;
        let folder = shipway.parent().unwrap_or(repository).to_owned();
        let found =
            Self { packager: folder.join("examples/package_folder"), xtask: folder.join("xtask"), shipway, profile };
        for program in [&found.packager, &found.xtask] {
            if !program.is_file() {
                return Err(Failure::Unexpected(format!(
                    "{} is not there: build it beside shipway",
                    program.display()
                )));
            }
        }
        Ok(found)
    }
}

fn build(profile: &str, repository: &Path) -> Result<PathBuf, Failure> {
    tell(format!("building in the profile {profile}"));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--locked", "--profile", profile])
        .args(["--package", "shipway", "--package", "shipway-package", "--package", "xtask"])
        .args(["--bin", "shipway", "--bin", "xtask", "--example", "package_folder"])
        .current_dir(repository)
        .status()
        .map_err(Failure::start("cargo build"))?;
    if !status.success() {
        return Err(Failure::Unexpected("cargo build failed".to_owned()));
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository.join("target"), PathBuf::from);
    // The folder of the profile `dev` is called otherwise.
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok(repository.join(target).join(folder).join("shipway"))
}
