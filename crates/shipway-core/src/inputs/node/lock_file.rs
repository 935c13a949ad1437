//! Which package manager installs what a Node function needs: the one whose lock file is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::manifest::{DependencyList, Manifest};
use super::{MANIFEST, yaml};
use crate::inputs::{Project, join};

/// A package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PackageManager {
    /// npm.
    Npm,
    /// pnpm.
    Pnpm,
    /// Yarn 1.
    YarnClassic,
    /// Yarn 2 and later.
    Yarn,
}

impl PackageManager {
    /// The program.
    #[must_use]
    pub fn program(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Pnpm => "pnpm",
            Self::YarnClassic | Self::Yarn => "yarn",
        }
    }
}

/// Its usual lock file first.
const LOCK_FILES: [(&str, &str); 6] = [
    ("package-lock.json", "npm"),
    ("npm-shrinkwrap.json", "npm"),
    ("pnpm-lock.yaml", "pnpm"),
    ("yarn.lock", "yarn"),
    ("bun.lock", "bun"),
    ("bun.lockb", "bun"),
];

/// The names of lock files.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    LOCK_FILES.into_iter().map(|(name, _)| name)
}

/// The lock file that decides, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockFile {
    /// Its path, relative to the project.
    pub path: String,
    /// Whose it is.
    pub manager: PackageManager,
}

/// Why no lock file decides.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LockProblem {
    /// There is none.
    #[error("`{manifest}` has no lock file")]
    Missing {
        /// The manifest it should stand beside.
        manifest: String,
    },
    /// There are several, and nothing says which counts.
    #[error("{} are of different package managers", Listed(.paths))]
    Several {
        /// All of them.
        paths: Vec<String>,
    },
    /// `packageManager` names one, and there is none of it.
    #[error("`{manifest}` names {named} as its package manager, which has no lock file there")]
    NotOfTheNamed {
        /// Where it is named.
        manifest: String,
        /// Its name.
        named: String,
    },
    /// Shipway does not know it.
    #[error("`{path}` is {named}'s, which Shipway cannot build with")]
    Unsupported {
        /// The lock file.
        path: String,
        /// Whose it is.
        named: String,
    },
    /// It says nothing of a package that a manifest of the workspace asks for. Yarn 1 itself notices that only outside of
    /// workspaces.
    #[error("`{path}` does not say which `{wanted}` to install, which `{manifest}` asks for")]
    Stale {
        /// The lock file.
        path: String,
        /// The package and the range of its versions.
        wanted: String,
        /// Who asks.
        manifest: String,
    },
    /// Yarn is to install no `node_modules`, which is what a package needs.
    #[error("`{path}` is of a Yarn project with Plug'n'Play, which leaves no `node_modules` to pack")]
    PlugAndPlay {
        /// The lock file.
        path: String,
        /// The settings that should say otherwise.
        settings: String,
    },
}

struct Listed<'p>(&'p [String]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted: Vec<String> = self.0.iter().map(|path| format!("`{path}`")).collect();
        formatter.write_str(&quoted.join(" and "))
    }
}

impl LockProblem {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Missing { .. } => {
                "run `npm install --package-lock-only` (or `pnpm install --lockfile-only`, or `yarn \
                                     install`) beside it and commit the lock file: without it, the same commit would \
                                     not build the same package"
                    .to_owned()
            }
            Self::Several { .. } => {
                "delete those that are not in use, or name the one in package.json: \"packageManager\": \"npm@11.0.0\""
                    .to_owned()
            }
            Self::NotOfTheNamed { named, .. } => {
                format!("install with {named} and commit its lock file, or correct `packageManager`")
            }
            Self::Unsupported { .. } => "use npm, pnpm or Yarn for this function, or a build command of your own: \
                 build = { command = [..], output = \"dist\" }"
                .to_owned(),
            Self::Stale { path, .. } => {
                let folder =
                    path.rsplit_once('/').map_or("the project's folder".to_owned(), |(at, _)| format!("`{at}`"));
                format!("run `yarn install` in {folder} and commit the lock file")
            }
            Self::PlugAndPlay { settings, .. } => format!(
                "write `nodeLinker: node-modules` into `{settings}` and run `yarn install`, or bundle the function with \
                 a build command of your own"
            ),
        }
    }
}

/// The lock file in `folder` that decides: that of the package manager which `packageManager` names, or else the only
/// one.
pub(super) fn choose(folder: &str, manifest: &Manifest, project: &mut Project<'_>) -> Result<LockFile, LockProblem> {
    let manifest_path = join(folder, MANIFEST);
    let mut there: Vec<(String, &str)> = LOCK_FILES
        .into_iter()
        .map(|(name, owner)| (join(folder, name), owner))
        .filter(|(path, _)| project.files.contains(path))
        .collect();
    // Two of one owner are told apart by the owner itself.
    there.dedup_by_key(|(_, owner)| *owner);
    if let Some((named, _)) = manifest.package_manager() {
        there.retain(|(_, owner)| *owner == named);
        if there.is_empty() {
            return Err(LockProblem::NotOfTheNamed { manifest: manifest_path, named: named.to_owned() });
        }
    }
    match there.as_slice() {
        [] => Err(LockProblem::Missing { manifest: manifest_path }),
        [(path, owner)] => Ok(LockFile { path: path.clone(), manager: manager(folder, path, owner, project)? }),
        several => Err(LockProblem::Several { paths: several.iter().map(|(path, _)| path.clone()).collect() }),
    }
}

fn manager(folder: &str, path: &str, owner: &str, project: &mut Project<'_>) -> Result<PackageManager, LockProblem> {
    match owner {
        "npm" => Ok(PackageManager::Npm),
        "pnpm" => Ok(PackageManager::Pnpm),
        "yarn" if project.text(path).unwrap_or_default().contains("\n__metadata:") => {
            let settings = join(folder, ".yarnrc.yml");
            let linker = project.text(&settings).and_then(|text| yaml::scalar(&text, "nodeLinker"));
            match linker.as_deref() {
                Some("node-modules" | "pnpm") => Ok(PackageManager::Yarn),
                _ => Err(LockProblem::PlugAndPlay { path: path.to_owned(), settings }),
            }
        }
        "yarn" => Ok(PackageManager::YarnClassic),
        named => Err(LockProblem::Unsupported { path: path.to_owned(), named: named.to_owned() }),
    }
}

/// Whether a lock file of Yarn 1 knows everything that these packages (folders with their manifests) ask for; `names` are
/// the workspace's own.
pub(super) fn check_yarn_classic<'m>(
    path: &str,
    text: &str,
    packages: impl IntoIterator<Item = (&'m str, &'m Manifest)>,
    names: &BTreeMap<String, String>,
) -> Result<(), LockProblem> {
    let known = yarn_classic_patterns(text);
    for (folder, manifest) in packages {
        for list in [DependencyList::Dependencies, DependencyList::Optional, DependencyList::Development] {
            for (name, range) in manifest.packages(list) {
                let wanted = format!("{name}@{range}");
                let elsewhere = names.contains_key(name) || range.contains(':') || range.contains('/');
                if !elsewhere && !known.contains(wanted.as_str()) {
                    return Err(LockProblem::Stale { path: path.to_owned(), wanted, manifest: join(folder, MANIFEST) });
                }
            }
        }
    }
    Ok(())
}

/// What the entries of a lock file of Yarn 1 stand for: `"a@^1.0.0", a@1:` is two.
fn yarn_classic_patterns(text: &str) -> BTreeSet<&str> {
    let heads = text.lines().filter(|line| !line.starts_with([' ', '#'])).filter_map(|line| line.strip_suffix(':'));
    heads.flat_map(|head| head.split(", ")).map(|pattern| pattern.trim_matches('"')).collect()
}
