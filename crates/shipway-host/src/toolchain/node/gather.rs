//! Gathers the packages that a function needs at run time from wherever a package manager put them: looks each up as
//! Node would, from its real place, and lays them out in one `node_modules` of whole files. So a workspace's packages,
//! pnpm's links and what was hoisted out of the function's folder end up in the package, and nothing else does.
//! Source: Node.js documentation, "Modules: loading from `node_modules` folders".

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use shipway_core::inputs::{DependencyList, Edges, NODE_MANIFEST, NodeManifest, lay_out};
use shipway_engine::ports::BuildFailure;

use super::machine::Machine;
use super::{package_manager, tidy};
use crate::failure;

/// Which of a function's packages are gathered, with all that those need.
#[derive(Debug, Clone, Copy)]
pub(super) enum Roots<'r> {
    /// Its production dependencies.
    Production,
    /// Those of them, however deep, that have one of these names; `@scope/*` stands for all of a scope.
    Named(&'r [String]),
}

/// What was gathered.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// Things to tell the user.
    pub(super) warnings: Vec<String>,
    /// Packages with scripts that an installation runs.
    pub(super) with_scripts: BTreeSet<String>,
}

/// Gathers into the folder `to`, which is made when there is something to gather. `inputs` holds all that was copied
/// and installed; `folder` is the function's in it.
pub(super) fn gather(
    inputs: &Path,
    folder: &Path,
    roots: Roots<'_>,
    machine: Machine,
    to: &Path,
) -> Result<Gathered, BuildFailure> {
    let inputs = fs::canonicalize(inputs).map_err(|error| failure::io("find", inputs, &error))?;
    let folder = fs::canonicalize(folder).map_err(|error| failure::io("find", folder, &error))?;
    let mut search =
        Search { inputs, machine, packages: vec![], places: BTreeMap::new(), gathered: Gathered::default() };
    search.run(&folder);
    if let Roots::Named(names) = roots {
        search.keep_named(names);
    }
    let edges: Edges = search.packages.iter().map(|package| package.edges.clone()).collect();
    let placed = lay_out(&edges).ok_or_else(|| {
        failure::build(
            "the dependencies need each other in versions that cannot be laid out without links",
            &["bundle the function: node = { bundle = true }"],
        )
    })?;
    for place in placed {
        let package = &search.packages[place.package];
        let to = to.join(&place.path);
        copy(&package.folder, &to, search.owner(&package.folder), Depth::Top)
            .map_err(|error| failure::io("gather", &package.folder, &error))?;
        if package_manager::is_built_when_installed(&package.folder, &package.manifest) {
            search
                .gathered
                .with_scripts
                .insert(place.path.rsplit("node_modules/").next().unwrap_or_default().to_owned());
        }
    }
    Ok(search.gathered)
}

struct Package {
    /// Its real place.
    folder: PathBuf,
    manifest: NodeManifest,
    edges: BTreeMap<String, usize>,
}

struct Search {
    inputs: PathBuf,
    machine: Machine,
    /// The function itself first.
    packages: Vec<Package>,
    places: BTreeMap<PathBuf, usize>,
    gathered: Gathered,
}

impl Search {
    fn run(&mut self, folder: &Path) {
        self.package(folder.to_owned());
        let mut next = 0;
        while next < self.packages.len() {
            for (name, need) in needs(&self.packages[next].manifest) {
                self.follow(next, name, need);
            }
            next += 1;
        }
    }

    fn follow(&mut self, from: usize, name: String, need: Need) {
        let place = self.look_up(&self.packages[from].folder, &name);
        match place {
            Some(folder) => {
                let manifest = read(&folder);
                if need == Need::Required || self.machine.suits(&manifest) {
                    let package = self.package(folder);
                    self.packages[from].edges.insert(name, package);
                }
            }
            None if need == Need::Required => {
                let who = self.packages[from].manifest.name().unwrap_or("package.json").to_owned();
                self.gathered
                    .warnings
                    .push(format!("`{who}` names `{name}` as a dependency, and it was not installed"));
            }
            None => {}
        }
    }

    /// The package in a folder, by its number.
    fn package(&mut self, folder: PathBuf) -> usize {
        if let Some(known) = self.places.get(&folder) {
            return *known;
        }
        let number = self.packages.len();
        self.places.insert(folder.clone(), number);
        self.packages.push(Package { manifest: read(&folder), folder, edges: BTreeMap::new() });
        number
    }

    /// The real place of what code in `folder` finds by a name. Within the inputs nothing above them counts.
    fn look_up(&self, folder: &Path, name: &str) -> Option<PathBuf> {
        let inside = folder.starts_with(&self.inputs);
        folder
            .ancestors()
            .take_while(|above| !inside || above.starts_with(&self.inputs))
            .filter(|above| above.file_name().is_none_or(|name| name != "node_modules"))
            .map(|above| above.join("node_modules").join(name))
            .find_map(|candidate| fs::canonicalize(candidate).ok().filter(|place| place.is_dir()))
    }

    fn owner(&self, folder: &Path) -> Owner {
        match folder.strip_prefix(&self.inputs) {
            Ok(inside) if !inside.components().any(|part| part.as_os_str() == "node_modules") => Owner::Project,
            _ => Owner::Other,
        }
    }

    /// Lets the function need nothing but packages with these names, from anywhere among what it needs.
    fn keep_named(&mut self, names: &[String]) {
        let mut kept = BTreeMap::new();
        for wanted in names {
            let matches = |name: &str| match wanted.strip_suffix('*') {
                Some(scope) => name.starts_with(scope),
                None => name == wanted,
            };
            let before = kept.len();
            // The function's own come first: from there the bundle will look for them.
            for package in &self.packages {
                for (name, number) in package.edges.iter().filter(|(name, _)| matches(name)) {
                    kept.entry(name.clone()).or_insert(*number);
                }
            }
            let lists = [DependencyList::Development, DependencyList::Peer];
            let brought =
                lists.into_iter().any(|list| self.packages[0].manifest.packages(list).any(|(name, _)| matches(name)));
            if kept.len() == before && !brought {
                self.gathered.warnings.push(format!(
                    "`{wanted}` is to stay outside of the bundle, and is not among the installed dependencies: the \
                     runtime or a layer must bring it"
                ));
            }
        }
        self.packages[0].edges = kept;
    }
}

fn read(folder: &Path) -> NodeManifest {
    let text = fs::read_to_string(folder.join(NODE_MANIFEST)).unwrap_or_default();
    NodeManifest::parse(&text).unwrap_or_default()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Required,
    /// Used where it is there and suits the machine.
    IfThere,
}

/// What a package needs at run time. A peer that is only used where it is there may be there for development alone.
fn needs(manifest: &NodeManifest) -> BTreeMap<String, Need> {
    let peers = manifest.packages(DependencyList::Peer).filter(|(name, _)| !manifest.is_optional_peer(name));
    let peers = peers.map(|(name, _)| (name.to_owned(), Need::IfThere));
    let bundled = manifest.bundled().map(|name| (name.to_owned(), Need::IfThere));
    let of = |list, need| manifest.packages(list).map(move |(name, _)| (name.to_owned(), need));
    let required = of(DependencyList::Dependencies, Need::Required);
    // A package in both lists is an optional one.
    let optional = of(DependencyList::Optional, Need::IfThere);
    peers.chain(bundled).chain(required).chain(optional).collect()
}

/// Whose a package is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// The project's own: it may hold anything.
    Project,
    /// Somebody else's, as it was published.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    Top,
    Below,
}

/// Copies a package without what is installed in it.
fn copy(from: &Path, to: &Path, owner: Owner, depth: Depth) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let left_out = match owner {
            Owner::Project => name.to_str().is_some_and(tidy::is_private),
            Owner::Other => depth == Depth::Top && name == "node_modules",
        };
        if left_out {
            continue;
        }
        let (source, target, kind) = (entry.path(), to.join(&name), entry.file_type()?);
        if kind.is_dir() {
            copy(&source, &target, owner, Depth::Below)?;
        } else if kind.is_symlink() {
            symlink(fs::read_link(&source)?, target)?;
        } else if fs::hard_link(&source, &target).is_err() {
            // Another file system, or one without such links.
            fs::copy(&source, target)?;
        }
    }
    Ok(())
}
