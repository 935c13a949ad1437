//! `pyproject.toml`, as far as it says what a project depends on and whether it is a package.

use std::collections::BTreeSet;

use globset::GlobBuilder;
use toml::{Table, Value};

use super::requirement::{Requirement, normalized};
use super::requirements_file::file_path;

/// A `pyproject.toml`.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectFile(Table);

/// What becomes of a project's own code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packaging {
    /// Its own build backend makes a wheel of it.
    Package,
    /// Its files are taken as they lie.
    Files,
}

/// Where a dependency's own sources are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SourceRef<'p> {
    /// In this folder, or this file.
    Path(&'p str),
    /// In the member of uv's workspace that has this name.
    WorkspaceMember(&'p str),
}

/// The folders of uv's workspace, as globs relative to its root.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Workspace {
    members: Vec<String>,
    exclude: Vec<String>,
}

impl Workspace {
    /// Whether a folder, relative to the root, is a member. The root itself always is.
    pub(super) fn has(&self, folder: &str) -> bool {
        let matches = |glob: &String| {
            let glob = glob.trim_start_matches("./").trim_end_matches('/');
            GlobBuilder::new(glob)
                .literal_separator(true)
                .build()
                .is_ok_and(|glob| glob.compile_matcher().is_match(folder))
        };
        folder.is_empty() || (self.members.iter().any(matches) && !self.exclude.iter().any(matches))
    }
}

impl ProjectFile {
    /// Reads it.
    ///
    /// # Errors
    /// When it is not TOML; the text says where.
    pub fn parse(text: &str) -> Result<Self, String> {
        text.parse().map(Self).map_err(|error: toml::de::Error| error.to_string())
    }

    fn at(&self, keys: &[&str]) -> Option<&Value> {
        let (first, rest) = keys.split_first()?;
        rest.iter().try_fold(self.0.get(*first)?, |value, key| value.get(key))
    }

    fn table(&self, keys: &[&str]) -> Option<&Table> {
        self.at(keys)?.as_table()
    }

    fn texts(&self, keys: &[&str]) -> Vec<String> {
        let values = self.at(keys).and_then(Value::as_array).into_iter().flatten();
        values.filter_map(Value::as_str).map(ToOwned::to_owned).collect()
    }

    /// The project's normalised name.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        let name = self.at(&["project", "name"]).or_else(|| self.at(&["tool", "poetry", "name"]));
        name.and_then(Value::as_str).map(normalized)
    }

    /// The requirements in `[project]`.
    #[must_use]
    pub fn dependencies(&self) -> Vec<String> {
        self.texts(&["project", "dependencies"])
    }

    /// What the project requires by name, in `[project]` and in Poetry's way; of what cannot be read, nothing.
    #[must_use]
    pub fn required(&self) -> Vec<Requirement> {
        let poetrys = self.poetry_dependencies().into_iter().map(|(name, value)| {
            let extras = tables(value).filter_map(|table| table.get("extras")?.as_array()).flatten();
            let extras = extras.filter_map(Value::as_str).map(normalized).collect();
            Requirement { name, extras, location: None, versions: String::new(), marker: None }
        });
        let listed = self.dependencies();
        listed.iter().filter_map(|line| Requirement::parse(line).ok().flatten()).chain(poetrys).collect()
    }

    /// Whether the build backend alone knows what it depends on.
    #[must_use]
    pub fn has_dynamic_dependencies(&self) -> bool {
        self.texts(&["project", "dynamic"]).iter().any(|name| name == "dependencies")
    }

    /// Whether it is Poetry's.
    #[must_use]
    pub fn is_poetrys(&self) -> bool {
        self.table(&["tool", "poetry"]).is_some()
    }

    /// What becomes of the project's code; `has_setup` is a `setup.py` or `setup.cfg` beside it.
    ///
    /// A `[build-system]` alone makes no package: some only say so which tool formats their code.
    #[must_use]
    pub fn packaging(&self, setup: Option<&str>) -> Packaging {
        let switch = |keys: &[&str]| self.at(keys).and_then(Value::as_bool);
        let switched = switch(&["tool", "uv", "package"]).or_else(|| switch(&["tool", "poetry", "package-mode"]));
        match switched {
            Some(true) => return Packaging::Package,
            Some(false) => return Packaging::Files,
            None => {}
        }
        let metadata =
            self.table(&["project"]).is_some() || self.is_poetrys() || self.table(&["tool", "flit"]).is_some();
        let package = (self.table(&["build-system"]).is_some() && (metadata || setup.is_some()))
            || setup == Some("setup.py")
            || self.has_dynamic_dependencies();
        if package { Packaging::Package } else { Packaging::Files }
    }

    /// Where the sources of a dependency are, if they are in the project (uv's and Poetry's tables).
    fn source(&self, name: &str, table: &[&str]) -> Option<&Value> {
        self.table(table)?.iter().find(|(key, _)| normalized(key) == name).map(|(_, value)| value)
    }

    /// Everything that it depends on and that has its sources in the project: for itself, not for its development.
    pub(super) fn sources(&self) -> Vec<SourceRef<'_>> {
        let mut found = Vec::new();
        for value in self.poetry_dependencies().into_iter().map(|(_, value)| value) {
            found.extend(paths(value));
        }
        for name in self.required_names() {
            let Some(value) = self.source(&name, &["tool", "uv", "sources"]) else { continue };
            found.extend(paths(value));
            if tables(value).any(|table| table.get("workspace").and_then(Value::as_bool) == Some(true)) {
                let key = self.table(&["tool", "uv", "sources"]).into_iter().flat_map(Table::keys);
                found.extend(key.filter(|key| normalized(key) == name).map(|key| SourceRef::WorkspaceMember(key)));
            }
        }
        let listed = self.at(&["project", "dependencies"]).and_then(Value::as_array).into_iter().flatten();
        let located = listed.filter_map(Value::as_str).filter_map(|text| text.split_once('@'));
        let located = located.filter_map(|(_, address)| file_path(address.split(" ;").next()?.trim()));
        found.extend(located.map(SourceRef::Path));
        found
    }

    /// The names of what it requires, for itself and for its extras. All that has a source of its own, when the build
    /// backend alone knows.
    fn required_names(&self) -> BTreeSet<String> {
        let mut names: BTreeSet<String> = BTreeSet::new();
        let optional = self.table(&["project", "optional-dependencies"]).into_iter().flatten();
        let optional = optional.filter_map(|(_, value)| value.as_array()).flatten().filter_map(Value::as_str);
        for text in self.dependencies().iter().map(String::as_str).chain(optional) {
            names.extend(Requirement::parse(text).ok().flatten().map(|requirement| requirement.name));
        }
        if self.has_dynamic_dependencies() || self.table(&["project"]).is_none() {
            names.extend(
                self.table(&["tool", "uv", "sources"]).into_iter().flat_map(Table::keys).map(|key| normalized(key)),
            );
        }
        names
    }

    /// The source in `[tool.uv.sources]` that neither uv's `pip` interface nor pip can follow, for what is in `name`.
    pub(super) fn foreign_source(&self, name: &str) -> Option<&'static str> {
        let value = self.source(name, &["tool", "uv", "sources"])?;
        ["git", "url", "index"].into_iter().find(|kind| tables(value).any(|table| table.contains_key(*kind)))
    }

    /// Poetry's dependencies outside of groups, with what Poetry says of each. Not `python`.
    pub(super) fn poetry_dependencies(&self) -> Vec<(String, &Value)> {
        let table = self.table(&["tool", "poetry", "dependencies"]).into_iter().flatten();
        table.map(|(key, value)| (normalized(key), value)).filter(|(name, _)| name != "python").collect()
    }

    /// Folders of code that Poetry takes from elsewhere: `packages = [{ include = "x", from = "../lib" }]`.
    pub(super) fn poetry_packages(&self) -> Vec<String> {
        let packages = self.at(&["tool", "poetry", "packages"]).and_then(Value::as_array).into_iter().flatten();
        let folder = |package: &Value| {
            let from = package.get("from").and_then(Value::as_str)?;
            let include = package.get("include").and_then(Value::as_str)?;
            // A glob is not followed further than to its first folder.
            let include = include.split('/').take_while(|part| !part.contains('*')).collect::<Vec<_>>().join("/");
            Some(format!("{from}/{include}"))
        };
        packages.filter_map(folder).collect()
    }

    /// uv's workspace whose root this is.
    pub(super) fn workspace(&self) -> Option<Workspace> {
        self.table(&["tool", "uv", "workspace"])?;
        Some(Workspace {
            members: self.texts(&["tool", "uv", "workspace", "members"]),
            exclude: self.texts(&["tool", "uv", "workspace", "exclude"]),
        })
    }
}

/// A table, or the tables of a list.
pub(super) fn tables(value: &Value) -> impl Iterator<Item = &Table> {
    let list = value.as_array().into_iter().flatten();
    std::iter::once(value).chain(list).filter_map(Value::as_table)
}

fn paths(value: &Value) -> impl Iterator<Item = SourceRef<'_>> {
    tables(value).filter_map(|table| table.get("path").and_then(Value::as_str)).map(SourceRef::Path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> ProjectFile {
        ProjectFile::parse(text).unwrap()
    }

    #[test]
    fn what_is_a_package_is_said_in_several_ways() {
        const BACKEND: &str = "[build-system]\nrequires = []\n";
        for (text, setup, expected) in [
            ("[project]\nname = \"a\"\n", None, Packaging::Files),
            ("[tool.black]\n", None, Packaging::Files),
            ("[tool.black]\n", Some("setup.py"), Packaging::Package),
            ("[tool.black]\n", Some("setup.cfg"), Packaging::Files),
            ("[project]\nname = \"a\"\ndynamic = [\"dependencies\"]\n", None, Packaging::Package),
            ("[project]\nname = \"a\"\n[tool.uv]\npackage = true\n", None, Packaging::Package),
            (BACKEND, None, Packaging::Files),
            (BACKEND, Some("setup.cfg"), Packaging::Package),
            (&format!("[project]\nname = \"a\"\n{BACKEND}"), None, Packaging::Package),
            (&format!("[tool.poetry]\nname = \"a\"\n{BACKEND}"), None, Packaging::Package),
            (&format!("[tool.poetry]\npackage-mode = false\n{BACKEND}"), Some("setup.py"), Packaging::Files),
            (&format!("[project]\nname = \"a\"\n[tool.uv]\npackage = false\n{BACKEND}"), None, Packaging::Files),
        ] {
            assert_eq!(file(text).packaging(setup), expected, "{text}");
        }
    }

    #[test]
    fn sources_in_the_project_are_found_for_what_is_required() {
        let text = "[project]\nname = \"a\"\ndependencies = [\"B\", \"c[x]>1\", \"d @ file:../d ; os_name == 'posix'\", \"git-one\"]\n\
            optional-dependencies = { more = [\"e\"] }\n[tool.uv.sources]\nb = { path = \"../b\", editable = true }\n\
            c = [{ workspace = true, marker = \"os_name == 'posix'\" }]\ne = { path = \"../e.whl\" }\ndev = { path = \"../dev\" }\n\
            git-one = { git = \"https://example.com\" }\n\
            [tool.poetry.dependencies]\npython = \"^3.11\"\nf = { path = \"../f\", develop = true }\ng = \"^1\"\n";
        let file = file(text);
        assert_eq!(
            file.sources(),
            [
                SourceRef::Path("../f"),
                SourceRef::Path("../b"),
                SourceRef::WorkspaceMember("c"),
                SourceRef::Path("../e.whl"),
                SourceRef::Path("../d"),
            ]
        );
        assert_eq!(file.foreign_source("git-one"), Some("git"));
        assert_eq!(file.foreign_source("b"), None);
    }

    #[test]
    fn members_of_a_workspace_are_named_by_globs() {
        let text = "[tool.uv.workspace]\nmembers = [\"packages/*\", \"./tools/one/\"]\nexclude = [\"packages/old\"]\n";
        let workspace = file(text).workspace().unwrap();
        for folder in ["", "packages/a", "tools/one"] {
            assert!(workspace.has(folder), "{folder}");
        }
        for folder in ["packages/old", "packages/a/b", "tools/two"] {
            assert!(!workspace.has(folder), "{folder}");
        }
        assert_eq!(file("[tool.uv]\n").workspace(), None);
    }
}
