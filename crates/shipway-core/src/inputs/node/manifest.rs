//! A `package.json`, as far as Shipway must understand it. Whether it is a good one, the package manager says.

use serde_json::Value;

/// The lists of a manifest that name other packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DependencyList {
    /// Needed at run time.
    Dependencies,
    /// Used at run time where it can be installed.
    Optional,
    /// Needed to build and test.
    Development,
    /// Needed at run time, beside the package that names it.
    Peer,
}

impl DependencyList {
    /// Every list.
    pub const ALL: [Self; 4] = [Self::Dependencies, Self::Optional, Self::Development, Self::Peer];

    fn key(self) -> &'static str {
        match self {
            Self::Dependencies => "dependencies",
            Self::Optional => "optionalDependencies",
            Self::Development => "devDependencies",
            Self::Peer => "peerDependencies",
        }
    }
}

/// A package's manifest.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Manifest {
    value: Value,
}

impl Manifest {
    /// Reads a `package.json`.
    ///
    /// # Errors
    /// When it is not JSON.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        // npm takes a byte order mark, too.
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map(|value| Self { value })
    }

    /// The package's name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.value["name"].as_str()
    }

    /// The file that the package is loaded by.
    #[must_use]
    pub fn main(&self) -> Option<&str> {
        self.value["main"].as_str()
    }

    /// The versions of Node it says it works with.
    #[must_use]
    pub fn node_versions(&self) -> Option<&str> {
        self.value["engines"]["node"].as_str()
    }

    /// Whether its `.js` files are ECMAScript modules.
    #[must_use]
    pub fn is_module(&self) -> bool {
        self.value["type"] == "module"
    }

    /// Whether it has one of these scripts.
    #[must_use]
    pub fn has_script(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.value["scripts"][*name].is_string())
    }

    /// The packages of a list, with what it says about each (a range of versions, mostly).
    pub fn packages(&self, list: DependencyList) -> impl Iterator<Item = (&str, &str)> {
        let list = self.value[list.key()].as_object();
        list.into_iter().flatten().filter_map(|(name, wanted)| Some((name.as_str(), wanted.as_str()?)))
    }

    /// Whether any list names a package.
    #[must_use]
    pub fn names_packages(&self) -> bool {
        DependencyList::ALL.into_iter().any(|list| self.packages(list).next().is_some())
    }

    /// Whether a list names this package.
    #[must_use]
    pub fn has(&self, list: DependencyList, name: &str) -> bool {
        self.packages(list).any(|(other, _)| other == name)
    }

    /// Whether any list names this package.
    #[must_use]
    pub fn has_in_any_list(&self, name: &str) -> bool {
        DependencyList::ALL.into_iter().any(|list| self.has(list, name))
    }

    /// Whether a peer is only used where it happens to be installed.
    #[must_use]
    pub fn is_optional_peer(&self, name: &str) -> bool {
        self.value["peerDependenciesMeta"][name]["optional"] == true
    }

    /// The packages that it brings along in its own `node_modules`.
    pub fn bundled(&self) -> impl Iterator<Item = &str> {
        ["bundleDependencies", "bundledDependencies"]
            .into_iter()
            .filter_map(|key| self.value[key].as_array())
            .flatten()
            .filter_map(Value::as_str)
    }

    /// Where it can be installed, by `os`, `cpu` or `libc`: names, those that begin with `!` being the others.
    #[must_use]
    pub fn platforms(&self, key: &str) -> Vec<&str> {
        match &self.value[key] {
            Value::String(name) => vec![name],
            Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
            _ => vec![],
        }
    }

    /// The globs that name the folders of its workspace's packages; a `!` before one takes folders out.
    #[must_use]
    pub fn workspaces(&self) -> Vec<&str> {
        let listed = &self.value["workspaces"];
        let globs = listed.as_array().or_else(|| listed["packages"].as_array());
        globs.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// The package manager and its version that `packageManager` asks for: `("pnpm", "10.34.9")`.
    #[must_use]
    pub fn package_manager(&self) -> Option<(&str, &str)> {
        let (name, version) = self.value["packageManager"].as_str()?.split_once('@')?;
        // A checksum may follow the version.
        Some((name, version.split('+').next().unwrap_or(version)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_manifest_says() {
        let manifest = Manifest::parse(
            "\u{feff}{\"name\": \"x\", \"type\": \"module\", \"packageManager\": \"pnpm@10.1.0+sha512.ab\",
              \"dependencies\": {\"a\": \"1\", \"b\": 2}, \"peerDependencies\": {\"c\": \"*\", \"d\": \"*\"},
              \"peerDependenciesMeta\": {\"d\": {\"optional\": true}}, \"workspaces\": {\"packages\": [\"libs/*\"]},
              \"os\": \"linux\", \"cpu\": [\"x64\"], \"bundledDependencies\": [\"e\"], \"scripts\": {\"build\": \"tsc\"}}",
        )
        .unwrap();
        assert_eq!((manifest.name(), manifest.is_module()), (Some("x"), true));
        assert_eq!(manifest.package_manager(), Some(("pnpm", "10.1.0")));
        assert_eq!(manifest.packages(DependencyList::Dependencies).collect::<Vec<_>>(), [("a", "1")]);
        assert!(manifest.is_optional_peer("d") && !manifest.is_optional_peer("c"));
        assert_eq!(manifest.workspaces(), ["libs/*"]);
        assert_eq!((manifest.platforms("os"), manifest.platforms("libc")), (vec!["linux"], vec![]));
        assert_eq!(manifest.bundled().collect::<Vec<_>>(), ["e"]);
        assert!(manifest.has_script(&["prepare", "build"]) && !manifest.has_script(&["prepare"]));
    }

    #[test]
    fn a_manifest_of_something_else_says_nothing() {
        let manifest = Manifest::parse("[1]").unwrap();
        assert_eq!((manifest.name(), manifest.package_manager()), (None, None));
        assert!(manifest.workspaces().is_empty() && !manifest.names_packages());
        assert!(Manifest::parse("{").is_err());
    }
}
