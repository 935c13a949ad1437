//! What is left out of every package unless `allow` asks for it.
//!
//! Inside dependencies less is left out than among one's own files: a package may read its own `.env.example` at run time, and
//! somebody else's published file holds none of our secrets. What is left out everywhere is nobody's program data: version
//! control, caches, and the exact names of the files in which tools keep credentials (a copied workspace package may bring
//! one's own `.env` or `.npmrc` into `node_modules`).
//!
//! A folder named `coverage`, `htmlcov`, `test` or `build` is *not* left out: each is also the name of a module that works.

use crate::dependencies::Place;

/// Which names a default exclusion is about. One name is one part of a path, file or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamePattern {
    Exactly(&'static str),
    StartsWith(&'static str),
    EndsWith(&'static str),
}

/// Where a default exclusion holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Everywhere,
    /// Not inside dependencies.
    OwnFiles,
    /// Only if the file that it was compiled from stands beside it: a module may be shipped as bytecode alone.
    BesideItsSource,
}

/// One line of [`DEFAULT_EXCLUDES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DefaultExclude {
    pub name: NamePattern,
    pub scope: Scope,
}

const fn everywhere(name: &'static str) -> DefaultExclude {
    DefaultExclude { name: NamePattern::Exactly(name), scope: Scope::Everywhere }
}

const fn own(name: NamePattern) -> DefaultExclude {
    DefaultExclude { name, scope: Scope::OwnFiles }
}

const fn compiled(suffix: &'static str) -> DefaultExclude {
    DefaultExclude { name: NamePattern::EndsWith(suffix), scope: Scope::BesideItsSource }
}

/// What is left out of every package unless `allow` asks for it.
pub const DEFAULT_EXCLUDES: &[DefaultExclude] = &[
    // Version control. `.git` is a file in a worktree or submodule.
    everywhere(".git"),
    everywhere(".hg"),
    everywhere(".svn"),
    // Python's bytecode: made for one interpreter, holds times, and AWS advises to leave it out.
    everywhere("__pycache__"),
    compiled(".pyc"),
    compiled(".pyo"),
    // Caches of tests and linters.
    everywhere(".pytest_cache"),
    everywhere(".mypy_cache"),
    everywhere(".ruff_cache"),
    everywhere(".hypothesis"),
    everywhere(".tox"),
    everywhere(".nox"),
    everywhere(".nyc_output"),
    everywhere(".coverage"),
    // Where people and tools keep secrets.
    everywhere(".env"),
    own(NamePattern::StartsWith(".env")),
    everywhere(".npmrc"),
    everywhere(".netrc"),
    everywhere(".pypirc"),
    everywhere(".aws"),
    // Of the desktop, and of Shipway itself.
    everywhere(".DS_Store"),
    own(NamePattern::Exactly(".shipway")),
];

impl NamePattern {
    fn matches(self, name: &str) -> bool {
        match self {
            Self::Exactly(exact) => name == exact,
            Self::StartsWith(prefix) => name.starts_with(prefix),
            Self::EndsWith(suffix) => name.ends_with(suffix),
        }
    }
}

/// Whether a name is left out by default; `has_sibling` knows the other names in its folder.
pub(crate) fn is_left_out(name: &str, place: Place, has_sibling: impl Fn(&str) -> bool) -> bool {
    DEFAULT_EXCLUDES.iter().filter(|exclude| exclude.name.matches(name)).any(|exclude| match exclude.scope {
        Scope::Everywhere => true,
        Scope::OwnFiles => place == Place::Own,
        Scope::BesideItsSource => name.rsplit_once('.').is_some_and(|(stem, _)| has_sibling(&format!("{stem}.py"))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_files_lose_more_than_dependencies() {
        let alone = |_: &str| false;
        assert!(is_left_out(".env.local", Place::Own, alone));
        assert!(!is_left_out(".env.example", Place::Dependency, alone));
        assert!(is_left_out(".env", Place::Dependency, alone));
        assert!(is_left_out(".npmrc", Place::Dependency, alone));
        assert!(!is_left_out("coverage", Place::Own, alone));
    }

    #[test]
    fn bytecode_goes_only_beside_its_source() {
        assert!(is_left_out("app.pyc", Place::Own, |sibling| sibling == "app.py"));
        assert!(!is_left_out("closed.pyc", Place::Dependency, |sibling| sibling == "app.py"));
    }
}
