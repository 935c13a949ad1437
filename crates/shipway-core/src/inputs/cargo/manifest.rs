//! As much of a `Cargo.toml` as says where other packages are. Source: the Cargo book, "The Manifest Format". What is
//! not as it should be is passed over: Cargo says it better.

use toml::{Table, Value};

/// A manifest, or a configuration file of Cargo's, which names patches in the same way.
#[derive(Debug, Clone, Default)]
pub(super) struct Manifest(pub(super) Table);

/// Which dependencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dependencies {
    /// What is built with the package.
    ToBuild,
    /// Those for tests too: Cargo looks at their manifests.
    All,
}

const TO_BUILD: [&str; 3] = ["dependencies", "build-dependencies", "build_dependencies"];
const FOR_TESTS: [&str; 2] = ["dev-dependencies", "dev_dependencies"];

/// Where a dependency is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A path relative to the package's folder.
    Path(String),
    /// Where the workspace says, under this name.
    Workspace(String),
}

impl Manifest {
    pub(super) fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    pub(super) fn package(&self) -> Option<&Table> {
        self.0.get("package").or_else(|| self.0.get("project")).and_then(Value::as_table)
    }

    pub(super) fn workspace(&self) -> Option<&Table> {
        self.0.get("workspace").and_then(Value::as_table)
    }

    /// A list of texts in the workspace's table.
    pub(super) fn of_workspace(&self, key: &str) -> Vec<&str> {
        let list = self.workspace().and_then(|workspace| workspace.get(key)).and_then(Value::as_array);
        list.map(|list| list.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
    }

    /// The workspace's root, where the package names it.
    pub(super) fn workspace_path(&self) -> Option<&str> {
        self.package()?.get("workspace")?.as_str()
    }

    /// The dependencies that may be in the project.
    pub(super) fn dependencies(&self, which: Dependencies) -> Vec<Place> {
        let mut places = tables(&self.0, which);
        if let Some(targets) = self.0.get("target").and_then(Value::as_table) {
            places.extend(targets.values().filter_map(Value::as_table).flat_map(|target| tables(target, which)));
        }
        places
    }

    /// The path that the workspace gives for a dependency, relative to the workspace's folder.
    pub(super) fn workspace_dependency(&self, name: &str) -> Option<&str> {
        self.workspace()?.get("dependencies")?.get(name)?.get("path")?.as_str()
    }

    /// The paths of `[patch.…]` and `[replace]`.
    pub(super) fn patches(&self) -> Vec<String> {
        let patches = self.0.get("patch").and_then(Value::as_table);
        let sources = patches.into_iter().flat_map(Table::values).chain(self.0.get("replace"));
        let entries = sources.filter_map(Value::as_table).flat_map(Table::values);
        entries.filter_map(|entry| entry.get("path")?.as_str()).map(str::to_owned).collect()
    }

    /// The tables of `[[bin]]`, `[[test]]` and so on.
    pub(super) fn targets(&self, kind: &str) -> Vec<&Table> {
        let targets = self.0.get(kind).and_then(Value::as_array);
        targets.map(|targets| targets.iter().filter_map(Value::as_table).collect()).unwrap_or_default()
    }

    pub(super) fn library(&self) -> Option<&Table> {
        self.0.get("lib").and_then(Value::as_table)
    }

    /// The files that the manifest names as roots of targets or as the build script, relative to its folder.
    pub(super) fn target_paths(&self) -> Vec<String> {
        let tables = self.targets("bin").into_iter().chain(self.library());
        let script = self.package().and_then(|package| package.get("build"));
        let paths = tables.filter_map(|table| table.get("path")).chain(script);
        paths.filter_map(Value::as_str).map(str::to_owned).collect()
    }
}

fn tables(table: &Table, which: Dependencies) -> Vec<Place> {
    let tests = if which == Dependencies::All { &FOR_TESTS[..] } else { &[] };
    let lists = TO_BUILD.iter().chain(tests).filter_map(|key| table.get(*key)?.as_table());
    lists.flatten().filter_map(|(name, dependency)| place(name, dependency)).collect()
}

fn place(name: &str, dependency: &Value) -> Option<Place> {
    if let Some(path) = dependency.get("path") {
        return path.as_str().map(|path| Place::Path(path.to_owned()));
    }
    let inherited = dependency.get("workspace").and_then(Value::as_bool) == Some(true);
    inherited.then(|| Place::Workspace(name.to_owned()))
}
