//! `poetry.lock`, read without Poetry: which packages, in which versions and with which hashes, a project needs at one
//! place. Formats 1.0 to 2.1. Groups other than the main one, and what only an extra of the project needs, are left out.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use super::marker::Marker;
use super::poetry_version::satisfies;
use super::project_file::{ProjectFile, tables};
use super::requirement::{Requirement, normalized};
use super::target::Target;

/// A package that the lock file chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locked {
    /// Its normalised name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where it comes from.
    pub place: Place,
    /// `sha256:…` of each file that will do; none for a folder.
    pub hashes: Vec<String>,
}

/// Where a locked package comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// An index: the usual one, or the one at this address.
    Index(Option<String>),
    /// A folder, relative to the lock file's.
    Folder(String),
    /// A wheel, relative to the lock file's folder.
    File(String),
    /// A wheel at an address.
    Address(String),
}

impl Locked {
    /// The line of a requirements file for it, `location` being where a file was found.
    #[must_use]
    pub fn line(&self, location: Option<&str>) -> String {
        let address = match &self.place {
            Place::Address(address) => Some(address.as_str()),
            _ => location,
        };
        let what = match address {
            Some(address) => format!("{} @ {address}", self.name),
            None => format!("{}=={}", self.name, self.version),
        };
        let hashes: String = self.hashes.iter().map(|hash| format!(" \\\n    --hash={hash}")).collect();
        what + &hashes
    }
}

/// Why nothing can be installed from a lock file: what follows its name in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LockProblem {
    /// It is no lock file.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// It is older than what it locks.
    #[error("does not hold `{0}`, which pyproject.toml requires")]
    Missing(String),
    /// It is for other versions of Python.
    #[error("is for Python {allowed}, and the function's is {python}")]
    Python {
        /// The versions it is for.
        allowed: String,
        /// The function's.
        python: String,
    },
    /// What would have to be built on this machine.
    #[error("takes `{name}` from {from}, where there is no wheel")]
    NoWheel {
        /// The package.
        name: String,
        /// Where it is from.
        from: String,
    },
    /// It does not say which files are right.
    #[error("has no hashes of the files of `{0}`")]
    NoHash(String),
}

/// The packages that `project` needs at `target`, by name.
///
/// # Errors
/// When the lock file does not say it, or names what cannot be installed as a wheel.
pub fn locked(lock: &str, project: &ProjectFile, target: &Target) -> Result<Vec<Locked>, LockProblem> {
    let table: Table = lock.parse().map_err(|error: toml::de::Error| LockProblem::Unreadable(error.to_string()))?;
    let metadata = table.get("metadata").and_then(Value::as_table);
    let allowed = metadata.and_then(|metadata| text(metadata, "python-versions")).unwrap_or("*");
    if !satisfies(&target.version, allowed) {
        return Err(LockProblem::Python { allowed: allowed.to_owned(), python: format!("3.{}", target.minor) });
    }
    let packages = table.get("package").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table);
    let lock = Lock { packages: packages.collect(), metadata, target };
    let chosen = lock.chosen(project)?;
    chosen.into_iter().map(|package| lock.describe(package)).collect()
}

struct Lock<'l> {
    packages: Vec<&'l Table>,
    metadata: Option<&'l Table>,
    target: &'l Target,
}

/// A dependency that holds at the target.
struct Wanted {
    name: String,
    versions: String,
    extras: BTreeSet<String>,
}

fn text<'t>(table: &'t Table, key: &str) -> Option<&'t str> {
    table.get(key).and_then(Value::as_str)
}

fn name(package: &Table) -> String {
    normalized(text(package, "name").unwrap_or_default())
}

impl<'l> Lock<'l> {
    /// What is needed. Since format 2.1 each package says of which groups it is and when; before, it has to be followed
    /// from one package to the next.
    fn chosen(&self, project: &'l ProjectFile) -> Result<Vec<&'l Table>, LockProblem> {
        let roots = self.roots(project);
        for root in &roots {
            self.find(root)?;
        }
        if self.packages.iter().any(|package| package.contains_key("groups")) {
            return Ok(self.packages.iter().copied().filter(|package| self.says_it_is_needed(package)).collect());
        }
        let mut extras: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        let mut waiting = roots;
        while let Some(wanted) = waiting.pop() {
            let index = self.find(&wanted)?;
            let known = extras.get(&index);
            if known.is_some_and(|known| wanted.extras.is_subset(known)) {
                continue;
            }
            let asked = extras.entry(index).or_default();
            asked.extend(wanted.extras);
            let asked = asked.clone();
            waiting.extend(self.dependencies(self.packages[index], &asked));
        }
        Ok(extras.keys().map(|index| self.packages[*index]).collect())
    }

    fn says_it_is_needed(&self, package: &Table) -> bool {
        let groups = package.get("groups").and_then(Value::as_array).into_iter().flatten();
        let main = groups.filter_map(Value::as_str).any(|group| group == "main");
        let optional = package.get("optional").and_then(Value::as_bool) == Some(true);
        let marker = match package.get("markers") {
            Some(Value::String(marker)) => Some(marker.as_str()),
            Some(Value::Table(by_group)) => text(by_group, "main"),
            _ => None,
        };
        main && !optional && self.holds(marker)
    }

    /// Whether a marker holds. One that cannot be read excludes nothing.
    fn holds(&self, marker: Option<&str>) -> bool {
        self.holds_with(marker, &BTreeSet::new())
    }

    fn holds_with(&self, marker: Option<&str>, extras: &BTreeSet<String>) -> bool {
        let Some(Ok(marker)) = marker.filter(|text| !text.is_empty()).map(Marker::parse) else { return true };
        marker.holds(self.target, "") || extras.iter().any(|extra| marker.holds(self.target, extra))
    }

    /// What the project itself requires.
    fn roots(&self, project: &'l ProjectFile) -> Vec<Wanted> {
        let mut roots: Vec<Wanted> = project
            .poetry_dependencies()
            .into_iter()
            .flat_map(|(name, value)| self.wanted(&name, value, &BTreeSet::new()))
            .collect();
        for line in project.dependencies() {
            let Ok(Some(requirement)) = Requirement::parse(&line) else { continue };
            let holds = requirement.marker.as_ref().is_none_or(|marker| marker.holds(self.target, ""));
            if holds {
                roots.push(Wanted {
                    name: requirement.name,
                    versions: requirement.versions,
                    extras: requirement.extras,
                });
            }
        }
        roots
    }

    fn dependencies(&self, package: &'l Table, extras: &BTreeSet<String>) -> Vec<Wanted> {
        let by_extra = package.get("extras").and_then(Value::as_table).into_iter().flatten();
        let by_extra = by_extra.filter(|(extra, _)| extras.contains(&normalized(extra)));
        let asked: BTreeSet<String> = by_extra
            .filter_map(|(_, list)| list.as_array())
            .flatten()
            .filter_map(|text| Requirement::parse(text.as_str()?).ok().flatten())
            .map(|requirement| requirement.name)
            .collect();
        let table = package.get("dependencies").and_then(Value::as_table).into_iter().flatten();
        let mut found = Vec::new();
        for (key, value) in table {
            let name = normalized(key);
            let optional = tables(value).any(|table| table.get("optional").and_then(Value::as_bool) == Some(true));
            if !optional || asked.contains(&name) {
                found.extend(self.wanted_of(&name, value, extras));
            }
        }
        found
    }

    /// A root's requirement: one that is optional belongs to an extra of the project's.
    fn wanted(&self, name: &str, value: &'l Value, extras: &BTreeSet<String>) -> Vec<Wanted> {
        let optional = tables(value).any(|table| table.get("optional").and_then(Value::as_bool) == Some(true));
        if optional { vec![] } else { self.wanted_of(name, value, extras) }
    }

    fn wanted_of(&self, name: &str, value: &'l Value, extras: &BTreeSet<String>) -> Vec<Wanted> {
        let name = || name.to_owned();
        if let Some(versions) = value.as_str() {
            return vec![Wanted { name: name(), versions: versions.to_owned(), extras: BTreeSet::new() }];
        }
        let applies = |table: &&Table| {
            let python = text(table, "python").is_none_or(|versions| satisfies(&self.target.version, versions));
            let platform = text(table, "platform")
                .is_none_or(|platform| self.target.value("sys_platform").as_deref() == Some(platform));
            python && platform && self.holds_with(text(table, "markers"), extras)
        };
        let describe = |table: &'l Table| {
            let extras = table.get("extras").and_then(Value::as_array).into_iter().flatten();
            let extras = extras.filter_map(Value::as_str).map(normalized).collect();
            Wanted { name: name(), versions: text(table, "version").unwrap_or("*").to_owned(), extras }
        };
        tables(value).filter(applies).map(describe).collect()
    }

    /// The package that a requirement leads to: of several versions the one that satisfies it.
    fn find(&self, wanted: &Wanted) -> Result<usize, LockProblem> {
        let named: Vec<usize> =
            (0..self.packages.len()).filter(|index| name(self.packages[*index]) == wanted.name).collect();
        if let [only] = named.as_slice() {
            return Ok(*only);
        }
        let fits = |index: &&usize| {
            let package = self.packages[**index];
            let python = text(package, "python-versions").unwrap_or("*");
            satisfies(text(package, "version").unwrap_or_default(), &wanted.versions)
                && satisfies(&self.target.version, python)
        };
        named.iter().find(fits).copied().ok_or_else(|| LockProblem::Missing(wanted.name.clone()))
    }

    fn describe(&self, package: &Table) -> Result<Locked, LockProblem> {
        let name = name(package);
        let version = text(package, "version").unwrap_or_default().to_owned();
        let place = place(package, &name)?;
        let is_folder = matches!(place, Place::Folder(_));
        let hashes = if is_folder { vec![] } else { self.hashes(package) };
        if hashes.is_empty() && !is_folder {
            return Err(LockProblem::NoHash(name));
        }
        Ok(Locked { name, version, place, hashes })
    }

    /// The hashes of a package's files: beside it, or before format 2.0 at the end of the lock file.
    fn hashes(&self, package: &Table) -> Vec<String> {
        let beside = package.get("files").and_then(Value::as_array);
        let at_the_end =
            self.metadata.and_then(|metadata| metadata.get("files")?.get(text(package, "name")?)?.as_array());
        let files = beside.filter(|files| !files.is_empty()).or(at_the_end).into_iter().flatten();
        let hashes: BTreeSet<&str> = files.filter_map(|file| file.get("hash").and_then(Value::as_str)).collect();
        hashes.into_iter().map(ToOwned::to_owned).collect()
    }
}

fn place(package: &Table, name: &str) -> Result<Place, LockProblem> {
    let Some(source) = package.get("source").and_then(Value::as_table) else { return Ok(Place::Index(None)) };
    let url = text(source, "url").unwrap_or_default().to_owned();
    let no_wheel = |from: String| Err(LockProblem::NoWheel { name: name.to_owned(), from });
    let is_wheel = || url.split(['?', '#']).next().is_some_and(|path| path.ends_with(".whl"));
    match text(source, "type").unwrap_or("legacy") {
        "directory" => Ok(Place::Folder(url)),
        "file" if is_wheel() => Ok(Place::File(url)),
        "url" if is_wheel() => Ok(Place::Address(url)),
        "file" | "url" => no_wheel(format!("`{url}`")),
        "git" | "hg" | "svn" => no_wheel(format!("the repository {url}")),
        _ => Ok(Place::Index(Some(url))),
    }
}
