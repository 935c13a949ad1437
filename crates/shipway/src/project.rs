//! Finding and reading a project: its folder and its `shipway.toml`.

use std::path::{Path, PathBuf};

use shipway_core::configuration::ProjectConfiguration;

use crate::failure::Failure;

/// The configuration's file name.
pub(crate) const FILE_NAME: &str = "shipway.toml";

/// A project on this machine.
#[derive(Debug)]
pub(crate) struct Project {
    /// The folder that holds `shipway.toml`, absolute.
    pub(crate) folder: PathBuf,
    /// What it says.
    pub(crate) configuration: ProjectConfiguration,
}

impl Project {
    /// Whether `folder` is in a project.
    pub(crate) fn is_at(folder: &Path) -> bool {
        let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        absolute.ancestors().any(|ancestor| ancestor.join(FILE_NAME).is_file())
    }

    /// Reads the project that `folder` is in: the nearest `shipway.toml`, upwards.
    pub(crate) fn find(folder: &Path) -> Result<Self, Failure> {
        let absolute = std::path::absolute(folder).map_err(|source| Failure::File {
            attempt: "finding",
            path: folder.to_owned(),
            source,
        })?;
        if !absolute.is_dir() {
            return Err(Failure::usage(
                format!("there is no folder {}", absolute.display()),
                "`-C FOLDER` names the project's folder",
            ));
        }
        let found = absolute.ancestors().find(|ancestor| ancestor.join(FILE_NAME).is_file());
        let Some(found) = found else {
            return Err(Failure::usage(
                format!("there is no {FILE_NAME} in {} or above it", absolute.display()),
                "`shipway init` finds the functions in a repository and writes one; `-C FOLDER` works elsewhere",
            ));
        };
        let path = found.join(FILE_NAME);
        let text = std::fs::read_to_string(&path).map_err(|source| Failure::File {
            attempt: "reading",
            path: path.clone(),
            source,
        })?;
        let configuration = ProjectConfiguration::parse(&shown(&path), &text)?;
        Ok(Self { folder: found.to_owned(), configuration })
    }

    /// Where Shipway keeps what belongs to this machine alone; never committed.
    pub(crate) fn machine_folder(&self) -> PathBuf {
        self.folder.join(".shipway")
    }
}

/// A path as people see it: relative to where they are, if it is below.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let relative = here.as_deref().and_then(|here| path.strip_prefix(here).ok());
    relative.unwrap_or(path).display().to_string()
}
