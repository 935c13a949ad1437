//! The order of a Node build: what the function belongs to, installation, `build` scripts, a bundle, and what is packed.

use std::fs;
use std::path::{Path, PathBuf};

use shipway_core::builder::{BundleSettings, NodeSettings};
use shipway_core::inputs::{NODE_MANIFEST, NodeManifest, NodeProject, PackageManager, Project, node_project};
use shipway_engine::ports::{BuildFailure, BuiltTree};

use super::gather::{self, Roots};
use super::machine::Machine;
use super::package_manager::{self, Installer, Scripts, Wanted, has_own_scripts};
use super::{bundle, tidy};
use crate::failure;
use crate::toolchain::job::Job;

const MODULES: &str = "node_modules";
const BUILD: &str = "build";

/// Builds a Node function.
pub(in crate::toolchain) async fn build(job: &Job<'_>, settings: &NodeSettings) -> Result<BuiltTree, BuildFailure> {
    let path = job.folder();
    let mut built = BuiltTree { path, dependencies: vec![MODULES.to_owned()], tools: [].into(), warnings: vec![] };
    let own = read_manifest(job, job.shown(NODE_MANIFEST))?;
    let project = belongs_to(job);
    let root = read_manifest(job, below(&project.root, NODE_MANIFEST))?.unwrap_or_default();
    let function = Function { job, own: own.unwrap_or_default(), root, project: &project };
    match &settings.bundle {
        None => function.pack(&mut built).await?,
        Some(bundle) => function.bundle(bundle, &mut built).await?,
    }
    Ok(built)
}

fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn read_manifest(job: &Job<'_>, path: String) -> Result<Option<NodeManifest>, BuildFailure> {
    let Ok(text) = fs::read_to_string(job.scratch.join("inputs").join(&path)) else { return Ok(None) };
    let manifest = NodeManifest::parse(&text);
    manifest.map(Some).map_err(|error| failure::input(format!("`{path}` cannot be read: {error}"), &[]))
}

fn belongs_to(job: &Job<'_>) -> NodeProject {
    let inputs = job.scratch.join("inputs");
    let mut read = |path: &str| fs::read_to_string(inputs.join(path)).ok();
    node_project(&job.folder_name(), &mut Project::new(&job.source.files, &mut read))
}

/// A function that is built, and what it belongs to.
struct Function<'b> {
    job: &'b Job<'b>,
    own: NodeManifest,
    /// The manifest in the folder that the package manager installs in.
    root: NodeManifest,
    project: &'b NodeProject,
}

impl Function<'_> {
    fn machine(&self) -> Machine {
        Machine::of(self.job.build.platform)
    }

    fn has_something_to_do(&self) -> bool {
        self.own.names_packages() || self.own.has_script(&[BUILD]) || has_own_scripts(&self.own)
    }

    /// Packs the function's folder with its dependencies in `node_modules`.
    async fn pack(&self, built: &mut BuiltTree) -> Result<(), BuildFailure> {
        if self.has_something_to_do() {
            let installer = Installer::find(self.job, self.project, &self.root, built).await?;
            if self.stands_alone() && installer.manager() == PackageManager::Npm {
                self.install_in_place(&installer, built).await?;
            } else {
                let scripts_ran = self.install_and_build(&installer).await?;
                let gathered = self.job.scratch.join(MODULES);
                self.gather(Roots::Production, scripts_ran, &gathered, built)?;
                self.replace_modules(&installer, &gathered)?;
            }
        }
        let folder = self.job.folder();
        tidy::own(&folder).map_err(|error| failure::io("tidy", &folder, &error))
    }

    /// Nothing of what it needs is outside of its folder.
    fn stands_alone(&self) -> bool {
        self.project.root == self.job.folder_name() && self.project.needed.is_empty() && self.project.members.is_empty()
    }

    /// npm can leave exactly the dependencies that are packed.
    async fn install_in_place(&self, installer: &Installer<'_>, built: &mut BuiltTree) -> Result<(), BuildFailure> {
        let machine = self.machine();
        let modules = self.job.folder().join(MODULES);
        let mut scripts_ran = self.install_and_build(installer).await?;
        if self.runs_scripts() && machine.is_here() {
            installer.prune().await?;
            scripts_ran = Scripts::Run;
        }
        if scripts_ran == Scripts::Ignore {
            warn_of_scripts(&package_manager::with_scripts(&modules), built);
        }
        tidy::modules(&modules).map_err(|error| failure::io("tidy", &modules, &error))
    }

    /// Whether anything of the project itself is to be run, which may need development dependencies.
    fn runs_scripts(&self) -> bool {
        let needed = self.project.needed.iter().map(|folder| read(self.job, folder));
        let others = needed
            .chain([self.own.clone()])
            .any(|manifest| manifest.has_script(&[BUILD]) || has_own_scripts(&manifest));
        // npm and its kin run those of the root whatever of the workspace is installed.
        others || has_own_scripts(&self.root)
    }

    /// Installs, and runs the `build` scripts of the project's own packages that the function needs and its own. In the
    /// end what the function needs at run time is installed for its machine. Whether scripts of packages ran for it.
    async fn install_and_build(&self, installer: &Installer<'_>) -> Result<Scripts, BuildFailure> {
        let machine = self.machine();
        let for_its_machine = if machine.is_here() { Scripts::Run } else { Scripts::Ignore };
        if !self.runs_scripts() {
            installer.install(Wanted::Production(machine), for_its_machine).await?;
            return Ok(for_its_machine);
        }
        installer.install(Wanted::Everything, Scripts::Run).await?;
        self.run_build_scripts(installer).await?;
        if !machine.is_here() {
            // The project's own scripts have had their turn; without development dependencies they would fail.
            installer.install(Wanted::Production(machine), Scripts::Ignore).await?;
        }
        Ok(for_its_machine)
    }

    async fn run_build_scripts(&self, installer: &Installer<'_>) -> Result<(), BuildFailure> {
        for folder in &self.project.needed {
            if read(self.job, folder).has_script(&[BUILD]) {
                installer.build_script(folder).await?;
            }
        }
        if self.own.has_script(&[BUILD]) {
            installer.build_script(&self.job.folder_name()).await?;
        }
        Ok(())
    }

    fn gather(&self, roots: Roots<'_>, scripts: Scripts, to: &Path, built: &mut BuiltTree) -> Result<(), BuildFailure> {
        let inputs = self.job.scratch.join("inputs");
        let gathered = gather::gather(&inputs, &self.job.folder(), roots, self.machine(), to)?;
        built.warnings.extend(gathered.warnings);
        if scripts == Scripts::Ignore {
            warn_of_scripts(&gathered.with_scripts.into_iter().collect::<Vec<_>>(), built);
        }
        Ok(())
    }

    /// Puts what was gathered in the place of all that was installed.
    fn replace_modules(&self, installer: &Installer<'_>, gathered: &Path) -> Result<(), BuildFailure> {
        let folders: Vec<PathBuf> = installer.folders().map(|folder| folder.join(MODULES)).collect();
        for folder in folders {
            tidy::remove_folder(&folder).map_err(|error| failure::io("remove", &folder, &error))?;
        }
        let modules = self.job.folder().join(MODULES);
        if gathered.exists() {
            fs::rename(gathered, &modules).map_err(|error| failure::io("make", &modules, &error))?;
        }
        Ok(())
    }

    /// Packs one file of the function and its dependencies, its source map, and the packages that stay outside.
    async fn bundle(&self, settings: &BundleSettings, built: &mut BuiltTree) -> Result<(), BuildFailure> {
        let tree = self.job.scratch.join("tree");
        fs::create_dir_all(&tree).map_err(|error| failure::io("make", &tree, &error))?;
        bundle::check(self.job, settings, &self.own, &self.root)?;
        let installer = if self.has_something_to_do() || self.root.has_in_any_list("esbuild") {
            let installer = Installer::find(self.job, self.project, &self.root, built).await?;
            installer.install(Wanted::Everything, Scripts::Run).await?;
            self.run_build_scripts(&installer).await?;
            Some(installer)
        } else {
            None
        };
        let esbuild = bundle::find_esbuild(self.job, built).await?;
        bundle::bundle(self.job, settings, &self.own, &esbuild, &tree).await?;
        if let Some(installer) = installer
            && !settings.external.is_empty()
        {
            let machine = self.machine();
            let mut scripts = Scripts::Run;
            if !machine.is_here() {
                scripts = Scripts::Ignore;
                installer.install(Wanted::Production(machine), scripts).await?;
            }
            self.gather(Roots::Named(&settings.external), scripts, &tree.join(MODULES), built)?;
        }
        built.path = tree;
        Ok(())
    }
}

fn read(job: &Job<'_>, folder: &str) -> NodeManifest {
    let text = fs::read_to_string(job.scratch.join("inputs").join(folder).join(NODE_MANIFEST)).unwrap_or_default();
    NodeManifest::parse(&text).unwrap_or_default()
}

fn warn_of_scripts(packages: &[String], built: &mut BuiltTree) {
    if !packages.is_empty() {
        let names: Vec<String> = packages.iter().map(|name| format!("`{name}`")).collect();
        built.warnings.push(format!(
            "the installing scripts of {} were not run, since this machine is not of the function's kind: see that what \
             they would have built is not needed",
            names.join(", ")
        ));
    }
}
