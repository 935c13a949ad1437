//! The package managers: how each installs what a lock file says, runs a script, and words what the user must mend.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use shipway_core::inputs::{NodeManifest, NodeProject, PackageManager};
use shipway_engine::ports::{BuildFailure, BuiltTree, Fault};

use super::machine::Machine;
use super::tidy;
use crate::failure;
use crate::toolchain::job::Job;

const GET_NODE: &str = "install Node.js with npm: https://nodejs.org/";
const GET_PNPM: &str = "run `corepack enable pnpm` or `npm install --global pnpm`: https://pnpm.io/installation";
const GET_YARN: &str = "run `corepack enable yarn` or `npm install --global yarn`: https://yarnpkg.com/getting-started";

/// What is to be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Development dependencies too, for the machine that builds.
    Everything,
    /// What the function needs at run time, for the machine that it runs on.
    Production(Machine),
}

/// Whether scripts of packages run while they are installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scripts {
    Run,
    /// They have had their turn, or would build for the wrong machine.
    Ignore,
}

/// The package manager of one function's build.
pub(super) struct Installer<'j> {
    job: &'j Job<'j>,
    project: &'j NodeProject,
    manager: PackageManager,
    program: PathBuf,
}

impl<'j> Installer<'j> {
    /// Finds the package manager whose lock file there is, and notes its version.
    pub(super) async fn find(
        job: &'j Job<'j>,
        project: &'j NodeProject,
        root: &NodeManifest,
        built: &mut BuiltTree,
    ) -> Result<Self, BuildFailure> {
        let lock = project.lock.as_ref();
        let manager = lock.map_err(|problem| failure::input(problem.to_string(), &[&problem.hint()]))?.manager;
        let name = manager.program();
        let how_to_get_it = match manager {
            PackageManager::Npm => GET_NODE,
            PackageManager::Pnpm => GET_PNPM,
            PackageManager::YarnClassic | PackageManager::Yarn => GET_YARN,
        };
        let program = job.need(name, how_to_get_it)?;
        let node = job.ask(&job.need("node", GET_NODE)?, &["--version"]).await?;
        let version = job.ask(&program, &["--version"]).await?;
        built.tools.insert("node".to_owned(), node.trim_start_matches('v').to_owned());
        built.tools.insert(name.to_owned(), version.clone());
        if let Some((asked_for, wanted)) = root.package_manager()
            && asked_for == name
            && wanted != version
        {
            built.warnings.push(format!("package.json asks for {name} {wanted}, and `{name}` on PATH is {version}"));
        }
        let installer = Self { job, project, manager, program };
        installer.check_yarn(&version)?;
        Ok(installer)
    }

    /// Yarn 1 does not read the lock file of later ones, which would rewrite that of Yarn 1.
    fn check_yarn(&self, version: &str) -> Result<(), BuildFailure> {
        let wanted = match self.manager {
            PackageManager::YarnClassic if !version.starts_with("1.") => "1",
            PackageManager::Yarn if version.starts_with("1.") => "2 or later",
            _ => return Ok(()),
        };
        let lock = self.project.lock.as_ref().map(|lock| lock.path.as_str()).unwrap_or_default();
        Err(failure::input(
            format!("`{lock}` is of Yarn {wanted}, and `yarn` on PATH is {version}"),
            &[
                "name the version in package.json (\"packageManager\": \"yarn@…\") and run `corepack enable`, or commit \
               Yarn itself: yarn set version",
            ],
        ))
    }

    pub(super) fn manager(&self) -> PackageManager {
        self.manager
    }

    /// The folder in which it installs.
    pub(super) fn root(&self) -> PathBuf {
        self.folder(&self.project.root)
    }

    fn folder(&self, folder: &str) -> PathBuf {
        let inputs = self.job.scratch.join("inputs");
        if folder.is_empty() { inputs } else { inputs.join(folder) }
    }

    /// Every folder in which it may have put a `node_modules`.
    pub(super) fn folders(&self) -> impl Iterator<Item = PathBuf> {
        let own = self.job.folder_name();
        let others = self.project.members.iter().chain(&self.project.needed);
        [own, self.project.root.clone()].into_iter().chain(others.cloned()).map(|folder| self.folder(&folder))
    }

    /// Installs, in place of what is installed.
    pub(super) async fn install(&self, wanted: Wanted, scripts: Scripts) -> Result<(), BuildFailure> {
        for folder in self.folders() {
            let modules = folder.join("node_modules");
            tidy::remove_folder(&modules).map_err(|error| failure::io("remove", &modules, &error))?;
        }
        if let (PackageManager::Yarn, Wanted::Production(machine)) = (self.manager, wanted)
            && !machine.is_here()
        {
            let setting = serde_json::json!({ "os": [machine.os], "cpu": [machine.cpu], "libc": machine.libc });
            let setting = setting.to_string();
            self.run(&self.root(), ["config", "set", "--json", "supportedArchitectures", &setting]).await?;
        }
        self.run(&self.root(), self.arguments(wanted, scripts)).await.map_err(|failure| self.explain(failure))
    }

    /// Takes development dependencies out again. npm alone does so reliably.
    pub(super) async fn prune(&self) -> Result<(), BuildFailure> {
        let arguments = ["prune"].into_iter().chain(NPM_QUIET).chain(["--omit=dev", "--ignore-scripts"]);
        self.run(&self.root(), arguments).await
    }

    /// Runs the script `build` of the package in `folder`, which is relative to the project.
    pub(super) async fn build_script(&self, folder: &str) -> Result<(), BuildFailure> {
        self.run(&self.folder(folder), ["run", "build"]).await
    }

    async fn run<A: Into<OsString>>(
        &self,
        folder: &Path,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<(), BuildFailure> {
        let mut environment = self.job.environment.clone();
        if self.manager == PackageManager::Yarn {
            for (name, value) in YARN_QUIET {
                environment.insert(name.into(), value.into());
            }
        }
        self.job.run_in(folder, &self.program, arguments, &environment).await.map(drop)
    }

    fn arguments(&self, wanted: Wanted, scripts: Scripts) -> Vec<String> {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let mut arguments = match self.manager {
            PackageManager::Npm => [texts(&["ci"]), texts(&NPM_QUIET)].concat(),
            PackageManager::Pnpm => texts(&["install", "--frozen-lockfile", "--reporter=append-only"]),
            PackageManager::YarnClassic => {
                texts(&["install", "--frozen-lockfile", "--non-interactive", "--no-progress"])
            }
            PackageManager::Yarn => texts(&["install", "--immutable"]),
        };
        if let Wanted::Production(machine) = wanted {
            arguments.extend(self.production(machine));
        } else if self.manager == PackageManager::YarnClassic {
            arguments.push("--production=false".to_owned());
        }
        if scripts == Scripts::Ignore {
            let ignore = if self.manager == PackageManager::Yarn { "--mode=skip-build" } else { "--ignore-scripts" };
            arguments.push(ignore.to_owned());
        }
        arguments.extend(self.selection(wanted));
        arguments
    }

    /// Leaves out development dependencies, and chooses packages for a machine.
    fn production(&self, machine: Machine) -> Vec<String> {
        let mut arguments = match self.manager {
            PackageManager::Npm => vec!["--omit=dev".to_owned()],
            PackageManager::Pnpm => vec!["--prod".to_owned()],
            PackageManager::YarnClassic => vec!["--production".to_owned()],
            // Its lock file is held against all that the manifests say; what is gathered is what counts.
            PackageManager::Yarn => vec![],
        };
        // For this machine no tool needs to be told.
        match (self.manager, machine.libc) {
            (PackageManager::Npm | PackageManager::Pnpm, Some(libc)) => {
                let (os, cpu) = (machine.os, machine.cpu);
                arguments.extend([format!("--os={os}"), format!("--cpu={cpu}"), format!("--libc={libc}")]);
            }
            // It cannot choose for another machine, only install for all; what does not fit is not gathered.
            (PackageManager::YarnClassic, Some(_)) if !machine.is_here() => {
                arguments.push("--ignore-platform".to_owned());
            }
            _ => {}
        }
        arguments
    }

    /// Of a workspace: the function, what it needs, and the root where its tools may be. Yarn installs all of it.
    fn selection(&self, wanted: Wanted) -> Vec<String> {
        let own = self.job.folder_name();
        if own == self.project.root {
            return vec![];
        }
        let root = &self.project.root;
        let below =
            |folder: &str| folder.strip_prefix(root.as_str()).unwrap_or(folder).trim_start_matches('/').to_owned();
        let mut selection = Vec::new();
        match self.manager {
            PackageManager::Npm => {
                let needed = self.project.needed.iter().filter(|folder| self.project.members.contains(*folder));
                let members = std::iter::once(&own).chain(needed);
                selection.extend(members.map(|folder| format!("--workspace={}", below(folder))));
                let root = if wanted == Wanted::Everything { "true" } else { "false" };
                selection.push(format!("--include-workspace-root={root}"));
            }
            PackageManager::Pnpm => {
                // With what it depends on.
                selection.push(format!("--filter={{{}}}...", below(&own)));
                if wanted == Wanted::Everything {
                    selection.push("--filter={.}".to_owned());
                }
            }
            PackageManager::YarnClassic | PackageManager::Yarn => {}
        }
        selection
    }

    /// A lock file that does not fit the manifests is the user's to mend.
    fn explain(&self, mut failure: BuildFailure) -> BuildFailure {
        let output = failure.output.clone().unwrap_or_default();
        let is_stale = match self.manager {
            PackageManager::Npm => {
                output.contains("code EUSAGE") && output.contains("package.json and package-lock.json")
            }
            PackageManager::Pnpm => output.contains("ERR_PNPM_OUTDATED_LOCKFILE") || output.contains("frozen-lockfile"),
            PackageManager::YarnClassic => output.contains("lockfile needs to be updated"),
            PackageManager::Yarn => output.contains("YN0028"),
        };
        if is_stale {
            let name = self.manager.program();
            let place = if self.project.root.is_empty() {
                "the project's folder".to_owned()
            } else {
                format!("`{}`", self.project.root)
            };
            failure.hints.push(format!("run `{name} install` in {place} and commit the lock file"));
            failure.fault = Fault::Input;
        }
        if self.manager == PackageManager::Pnpm && output.contains("ERR_PNPM_IGNORED_BUILDS") {
            let hint = "`pnpm approve-builds` notes in pnpm-workspace.yaml which packages may run scripts; commit it";
            failure.hints.push(hint.to_owned());
            failure.fault = Fault::Input;
        }
        failure
    }
}

const NPM_QUIET: [&str; 4] = ["--no-audit", "--no-fund", "--no-update-notifier", "--no-progress"];

/// Yarn takes settings from variables. Source: Yarn's documentation, ".yarnrc.yml".
const YARN_QUIET: [(&str, &str); 3] =
    [("YARN_ENABLE_TELEMETRY", "0"), ("YARN_ENABLE_PROGRESS_BARS", "0"), ("YARN_ENABLE_COLORS", "0")];

/// Whether the package's own scripts are run by an installation. Source: npm documentation, "scripts".
pub(super) fn has_own_scripts(manifest: &NodeManifest) -> bool {
    manifest.has_script(&["preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"])
}

/// Whether installing the package runs something of its own. Source: npm documentation, "scripts".
pub(super) fn is_built_when_installed(folder: &Path, manifest: &NodeManifest) -> bool {
    manifest.has_script(&["preinstall", "install", "postinstall"]) || folder.join("binding.gyp").is_file()
}

/// Packages of an npm installation whose installing scripts were not run; each may lack what they would have made.
pub(super) fn with_scripts(modules: &Path) -> Vec<String> {
    let text = fs::read_to_string(modules.join(".package-lock.json")).unwrap_or_default();
    let notes: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let packages = notes["packages"].as_object().into_iter().flatten();
    packages
        .filter(|(_, package)| package["hasInstallScript"] == true)
        .map(|(path, _)| path.rsplit("node_modules/").next().unwrap_or(path).to_owned())
        .collect()
}
