//! Which of a function's files says what it depends on, and whether its own code is a package. Reads declarations; resolves
//! nothing.

use super::local::workspace_root;
use super::project_file::{Packaging, ProjectFile};
use super::requirements_file::{Entry, lines};
use crate::inputs::{Project, join, within};

/// What a Python function says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Declared {
    /// What it depends on.
    pub dependencies: Dependencies,
    /// What its own code is.
    pub own: OwnCode,
}

/// What a function depends on, and who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dependencies {
    /// Nothing, or nothing but what its own package's metadata says.
    Nothing,
    /// A requirements file, relative to the project's folder.
    File(String),
    /// Requirements, as `pyproject.toml` lists them.
    Listed(Vec<String>),
    /// A `uv.lock` in this folder, relative to the project's.
    UvLock(String),
    /// The `poetry.lock` in the function's folder.
    PoetryLock,
}

/// What becomes of a function's own code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnCode {
    /// A wheel that its own build backend makes.
    Package,
    /// Its files, as they lie.
    Files,
}

/// Why nobody can say what a function depends on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undeclared {
    /// The configuration names a file that is not there.
    #[error("the requirements file `{0}` is not there")]
    NoFile(String),
    /// It is no TOML.
    #[error("`{file}` cannot be read: {reason}")]
    Unreadable {
        /// The file, relative to the project's folder.
        file: String,
        /// What is wrong and where.
        reason: String,
    },
    /// Another tool's file.
    #[error("the dependencies in `{file}` cannot be read by Shipway")]
    Unsupported {
        /// The file, relative to the project's folder.
        file: String,
        /// What to do.
        hint: &'static str,
    },
    /// Poetry's project has no lock file, and is no package whose metadata would say it.
    #[error("`{0}` names dependencies in Poetry's own way, and there is no poetry.lock")]
    NotLocked(String),
    /// A source that only uv can follow.
    #[error("`{file}` takes `{name}` from a source ({kind}) that only uv.lock can name")]
    ForeignSource {
        /// The file, relative to the project's folder.
        file: String,
        /// The package.
        name: String,
        /// `git`, `url` or `index`.
        kind: &'static str,
    },
}

impl Undeclared {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoFile(_) => "correct `requirements` in shipway.toml; what git ignores does not count",
            Self::Unreadable { .. } => "correct the file",
            Self::Unsupported { hint, .. } => hint,
            Self::NotLocked(_) => "write the lock file: poetry lock",
            Self::ForeignSource { .. } => "write the lock file: uv lock",
        }
    }
}

const WRITE_REQUIREMENTS: &str = "write the function's dependencies, with versions, to requirements.txt";

/// Reads what the function in `folder` (relative to the project's) depends on. `named` is the requirements file that the
/// configuration names, relative to the function's folder.
///
/// # Errors
/// When a file cannot be read, or is one that Shipway does not read.
pub fn declared(folder: &str, named: Option<&str>, project: &mut Project<'_>) -> Result<Declared, Undeclared> {
    let manifest = join(folder, "pyproject.toml");
    let file = match project.text(&manifest) {
        None => None,
        Some(text) => {
            let parsed = ProjectFile::parse(&text);
            Some(parsed.map_err(|reason| Undeclared::Unreadable { file: manifest.clone(), reason })?)
        }
    };
    let setup = ["setup.py", "setup.cfg"].into_iter().find(|name| project.has(&join(folder, name)));
    let packaging = match &file {
        Some(file) => file.packaging(setup),
        None if setup == Some("setup.py") => Packaging::Package,
        None => Packaging::Files,
    };
    let own = match packaging {
        Packaging::Package => OwnCode::Package,
        Packaging::Files => OwnCode::Files,
    };
    let dependencies = dependencies(folder, named, file.as_ref(), own, project)?;
    Ok(Declared { dependencies, own })
}

fn dependencies(
    folder: &str,
    named: Option<&str>,
    file: Option<&ProjectFile>,
    own: OwnCode,
    project: &mut Project<'_>,
) -> Result<Dependencies, Undeclared> {
    if let Some(named) = named {
        let shown = || if named.starts_with('/') { named.to_owned() } else { join(folder, named) };
        let path = within(folder, named).filter(|path| project.has(path)).ok_or_else(|| Undeclared::NoFile(shown()))?;
        return Ok(from_file(path, project));
    }
    if let Some(file) = file {
        if project.has(&join(folder, "uv.lock")) {
            return Ok(Dependencies::UvLock(folder.to_owned()));
        }
        if let Some(root) = workspace_root(folder, project).filter(|root| project.has(&join(root, "uv.lock"))) {
            return Ok(Dependencies::UvLock(root));
        }
        let is_project = file.is_poetrys() || !file.dependencies().is_empty();
        if is_project && project.has(&join(folder, "poetry.lock")) {
            return Ok(Dependencies::PoetryLock);
        }
    }
    let usual = join(folder, "requirements.txt");
    if project.has(&usual) {
        return Ok(from_file(usual, project));
    }
    // A package's own metadata says what it requires, once it is built.
    if own == OwnCode::Package {
        return Ok(Dependencies::Nothing);
    }
    if let Some(file) = file {
        return from_project_file(folder, file);
    }
    for (name, hint) in [("Pipfile", "pipenv requirements > requirements.txt"), ("environment.yml", WRITE_REQUIREMENTS)]
    {
        if project.has(&join(folder, name)) {
            return Err(Undeclared::Unsupported { file: join(folder, name), hint });
        }
    }
    Ok(Dependencies::Nothing)
}

fn from_project_file(folder: &str, file: &ProjectFile) -> Result<Dependencies, Undeclared> {
    let manifest = || join(folder, "pyproject.toml");
    let listed = file.dependencies();
    if listed.is_empty() && !file.poetry_dependencies().is_empty() {
        return Err(Undeclared::NotLocked(manifest()));
    }
    for line in &listed {
        let Ok(Some(requirement)) = super::Requirement::parse(line) else { continue };
        if let Some(kind) = file.foreign_source(&requirement.name) {
            return Err(Undeclared::ForeignSource { file: manifest(), name: requirement.name, kind });
        }
    }
    Ok(if listed.is_empty() { Dependencies::Nothing } else { Dependencies::Listed(listed) })
}

/// Comments alone require nothing, and then no tool is needed.
fn from_file(path: String, project: &mut Project<'_>) -> Dependencies {
    let text = project.text(&path).unwrap_or_default();
    let says = |line: &super::Line| {
        let text = line.text.trim();
        line.entry != Entry::Other || !(text.is_empty() || text.starts_with('#'))
    };
    if lines(&text).iter().any(says) { Dependencies::File(path) } else { Dependencies::Nothing }
}
