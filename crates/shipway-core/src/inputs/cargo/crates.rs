//! The packages that a build has to do with: which workspace it is in, whose manifests Cargo reads, whose sources it
//! compiles.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use globset::GlobBuilder;

use super::manifest::{Dependencies, Manifest, Place};
use super::{Project, join, upwards, within};

/// Packages by their folders, relative to the project's.
#[derive(Debug, Default)]
pub(super) struct Crates {
    /// The folder of the workspace; the package's own where there is none.
    pub(super) root: Option<String>,
    /// Folders of workspaces from which manifests inherit.
    pub(super) roots: BTreeSet<String>,
    /// Whose manifests Cargo reads.
    pub(super) manifests: BTreeSet<String>,
    /// Whose sources are compiled, the package itself among them.
    pub(super) needed: BTreeSet<String>,
}

impl Crates {
    /// Those for the package in `folder`; `patched` are folders of packages that a configuration puts in the place of
    /// others.
    pub(super) fn of(folder: &str, patched: BTreeSet<String>, manifests: &mut Manifests<'_, '_>) -> Self {
        let Some(own) = manifests.of(folder) else { return Self::default() };
        let root = root(folder, &own, manifests);
        let mut first: BTreeSet<String> = [folder.to_owned()].into();
        let mut whole = first.clone();
        whole.extend(patched);
        let root_manifest = manifests.of(&root).unwrap_or_default();
        whole.extend(root_manifest.patches().iter().filter_map(|path| within(&root, path)));
        first.extend(members(&root, &root_manifest, manifests.project));
        // A workspace without a package of its own: any of its members may hold the program.
        if own.package().is_none() {
            whole.extend(first.iter().cloned());
        }
        first.extend(whole.iter().cloned());
        let mut crates = Self { root: Some(root), ..Self::default() };
        crates.manifests = crates.follow(first, Dependencies::All, manifests);
        crates.needed = crates.follow(whole, Dependencies::ToBuild, manifests);
        crates
    }

    /// These packages, and those that they depend on by path.
    fn follow(
        &mut self,
        first: BTreeSet<String>,
        which: Dependencies,
        manifests: &mut Manifests<'_, '_>,
    ) -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        let mut waiting: Vec<String> = first.into_iter().collect();
        while let Some(folder) = waiting.pop() {
            if seen.contains(&folder) {
                continue;
            }
            let Some(package) = manifests.of(&folder) else { continue };
            let root = root(&folder, &package, manifests);
            let above = manifests.of(&root).unwrap_or_default();
            for place in package.dependencies(which) {
                waiting.extend(match place {
                    Place::Path(path) => within(&folder, &path),
                    Place::Workspace(name) => above.workspace_dependency(&name).and_then(|path| within(&root, path)),
                });
            }
            self.roots.insert(root);
            seen.insert(folder);
        }
        seen
    }
}

/// The manifests of a project, each read once.
pub(super) struct Manifests<'r, 'p> {
    pub(super) project: &'r mut Project<'p>,
    read: BTreeMap<String, Option<Rc<Manifest>>>,
}

impl<'r, 'p> Manifests<'r, 'p> {
    pub(super) fn new(project: &'r mut Project<'p>) -> Self {
        Self { project, read: BTreeMap::new() }
    }

    /// The manifest in a folder.
    pub(super) fn of(&mut self, folder: &str) -> Option<Rc<Manifest>> {
        if let Some(known) = self.read.get(folder) {
            return known.clone();
        }
        let text = self.project.text(&join(folder, "Cargo.toml"));
        let manifest = text.and_then(|text| Manifest::parse(&text)).map(Rc::new);
        self.read.insert(folder.to_owned(), manifest.clone());
        manifest
    }
}

/// The workspace's folder for the package in `folder`, as Cargo looks for it; its own, where it is in none.
fn root(folder: &str, own: &Manifest, manifests: &mut Manifests<'_, '_>) -> String {
    if own.workspace().is_some() {
        return folder.to_owned();
    }
    if let Some(path) = own.workspace_path() {
        return within(folder, path).unwrap_or_else(|| folder.to_owned());
    }
    for above in upwards(folder).skip(1) {
        let Some(manifest) = manifests.of(above) else { continue };
        if manifest.workspace().is_some() && !is_excluded(above, &manifest, folder) {
            return above.to_owned();
        }
    }
    folder.to_owned()
}

fn is_excluded(root: &str, manifest: &Manifest, folder: &str) -> bool {
    let names = |key: &str| {
        let paths = manifest.of_workspace(key);
        paths
            .iter()
            .filter_map(|path| within(root, path))
            .any(|path| folder == path || folder.starts_with(&join(&path, "")))
    };
    names("exclude") && !names("members")
}

/// The folders of a workspace's members. Those that `exclude` takes out again do no harm.
fn members(root: &str, manifest: &Manifest, project: &Project<'_>) -> BTreeSet<String> {
    let mut members = BTreeSet::new();
    let folders = || project.below("").filter_map(|path| path.strip_suffix("/Cargo.toml"));
    for pattern in manifest.of_workspace("members") {
        let Some(pattern) = within(root, pattern) else { continue };
        let Ok(glob) = GlobBuilder::new(&pattern).literal_separator(true).build() else { continue };
        let matcher = glob.compile_matcher();
        members.extend(folders().filter(|folder| matcher.is_match(folder)).map(str::to_owned));
    }
    members
}
