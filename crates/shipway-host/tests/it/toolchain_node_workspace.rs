//! Node functions of a workspace, built by each package manager: pinned ones that tools/test-setup.sh installs, and the
//! machine's npm.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use shipway_core::build::{FunctionBuild, Platform};
use shipway_core::names::Architecture;
use shipway_engine::ports::Fault;
use shipway_host::CallerEnvironment;

use crate::project::{Project, environment};
use crate::toolchain::{Workshop, needed, tree};
use crate::toolchain_node::node;

const FUNCTION: &str = include_str!("node/workspace/functions/quote/package.json");
const TAX: &str = include_str!("node/workspace/libs/tax/package.json");
const SETTINGS_WITH_TOKEN: &str = "//npm.example/:_authToken=not-for-anybody\n";

/// A workspace: the function, a package with a build of its own that it needs, one which that needs, and another
/// function.
fn workspace() -> Project {
    Project::in_git(&[
        ("package.json", include_str!("node/workspace/package.json")),
        (".npmrc", SETTINGS_WITH_TOKEN),
        ("functions/quote/package.json", FUNCTION),
        ("functions/quote/index.mjs", "import tax from '@acme/tax'; export const handler = async () => tax;"),
        ("functions/quote/.npmrc", SETTINGS_WITH_TOKEN),
        ("libs/tax/package.json", TAX),
        ("libs/tax/build.js", "require('fs').cpSync('src', 'dist', { recursive: true });"),
        (
            "libs/tax/src/index.js",
            "module.exports = require('@acme/rates') + ' by ' + require('currency.js/package.json').version;",
        ),
        ("libs/tax/.env.production", "TOKEN=not-for-anybody"),
        ("libs/rates/package.json", include_str!("node/workspace/libs/rates/package.json")),
        ("libs/rates/index.js", "module.exports = 'rates';"),
        (".gitignore", "dist/\nnode_modules/\n"),
    ])
}

/// A package manager: its files in the workspace's root, and where it is.
struct Manager {
    program: &'static str,
    folder: PathBuf,
    files: &'static [(&'static str, &'static str)],
    /// How the workspace's packages name each other.
    sibling: &'static str,
}

fn npm() -> Manager {
    let files = &[("package-lock.json", include_str!("node/workspace/package-lock.json"))];
    Manager { program: "npm", folder: needed("npm").parent().unwrap().to_owned(), files, sibling: "1.0.0" }
}

fn pnpm() -> Manager {
    let files = &[
        ("pnpm-lock.yaml", include_str!("node/workspace/pnpm-lock.yaml")),
        ("pnpm-workspace.yaml", "packages:\n  - functions/*\n  - libs/*\n"),
    ];
    Manager { program: "pnpm", folder: installed("pnpm"), files, sibling: "workspace:*" }
}

fn yarn_classic() -> Manager {
    let files = &[("yarn.lock", include_str!("node/workspace/yarn-classic.lock"))];
    Manager { program: "yarn", folder: installed("yarn-classic"), files, sibling: "1.0.0" }
}

fn yarn() -> Manager {
    let files =
        &[("yarn.lock", include_str!("node/workspace/yarn.lock")), (".yarnrc.yml", "nodeLinker: node-modules\n")];
    Manager { program: "yarn", folder: installed("yarn"), files, sibling: "1.0.0" }
}

/// Where tools/test-setup.sh puts the programs of a package.
fn installed(name: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a folder above");
    let folder = target.join("test-node").join(name).join("node_modules/.bin");
    assert!(folder.exists(), "{} is not there: run tools/test-setup.sh first", folder.display());
    folder
}

impl Manager {
    fn project(&self) -> Project {
        let project = workspace();
        for (path, text) in self.files {
            project.write(path, text);
        }
        for (path, text) in [("functions/quote/package.json", FUNCTION), ("libs/tax/package.json", TAX)] {
            let text = text.replace("\"@acme/tax\": \"1.0.0\"", &format!("\"@acme/tax\": \"{}\"", self.sibling));
            let text = text.replace("\"@acme/rates\": \"1.0.0\"", &format!("\"@acme/rates\": \"{}\"", self.sibling));
            project.write(path, &text);
        }
        project
    }

    /// The tests' environment with the manager first on the PATH, behind a program that sets a umask.
    fn environment(&self, programs: &Project, umask: &str) -> CallerEnvironment {
        let real = self.folder.join(self.program);
        programs.write_program(self.program, &format!("#!/bin/sh\numask {umask}\nexec {} \"$@\"\n", real.display()));
        first_on_path(environment(), programs.path())
    }
}

fn first_on_path(environment: CallerEnvironment, folder: &Path) -> CallerEnvironment {
    let output = Command::new("/bin/sh").args(["-c", "printf %s \"$PATH\""]).output().unwrap();
    let path = String::from_utf8(output.stdout).unwrap();
    environment.with("PATH", format!("{}:{path}", folder.display()))
}

fn quote(platform: Platform) -> FunctionBuild {
    FunctionBuild {
        folder: "functions/quote".to_owned(),
        handler: "index.handler".parse().unwrap(),
        platform,
        ..node()
    }
}

/// The processor that this machine has not.
fn other_processor() -> Platform {
    let architecture = match std::env::consts::ARCH {
        "aarch64" => Architecture::X86_64,
        _ => Architecture::Arm64,
    };
    Platform::Lambda { architecture }
}

/// The machine in an ELF file's header. Source: the ELF specification, `e_machine`.
fn machine(content: &[u8]) -> &'static str {
    assert_eq!(&content[..4], b"\x7fELF");
    match u16::from_le_bytes([content[18], content[19]]) {
        62 => "x86_64",
        183 => "aarch64",
        other => panic!("machine {other}"),
    }
}

/// A tree's files, of the modes only whether they can be executed.
fn normalized(folder: &Path) -> Vec<(String, bool, Vec<u8>)> {
    tree(folder).into_iter().map(|(path, (mode, content))| (path, mode & 0o100 != 0, content)).collect()
}

async fn builds_for_another_processor(manager: Manager) {
    let mut trees = Vec::new();
    for (umask, zone, language) in [("022", "UTC", "C"), ("077", "Asia/Tokyo", "de_DE.UTF-8")] {
        let (project, programs) = (manager.project(), Project::new(&[]));
        let before = tree(project.path());
        let environment = manager.environment(&programs, umask).with("TZ", zone).with("LANG", language);
        let workshop = Workshop::new(&project, environment);
        let built = workshop.build(&quote(other_processor())).await.unwrap();
        assert_eq!(built.tools.keys().collect::<Vec<_>>(), ["node", manager.program]);
        assert_eq!(built.warnings, Vec::<String>::new());
        assert_eq!(tree(project.path()), before, "the user's tree is left alone");
        answers(&built.path);
        trees.push(normalized(&built.path));
    }
    assert!(trees[0] == trees[1], "two builds differ");

    let files = &trees[0];
    let native: Vec<&(String, bool, Vec<u8>)> = files.iter().filter(|(path, ..)| path.ends_with(".node")).collect();
    let [(_, _, native)] = native.as_slice() else { panic!("{} native modules", native.len()) };
    assert_ne!(machine(native), std::env::consts::ARCH);
    let paths: Vec<&str> = files.iter().map(|(path, ..)| path.as_str()).collect();
    for there in [
        "index.mjs",
        "package.json",
        "node_modules/@acme/tax/dist/index.js",
        "node_modules/@acme/rates/index.js",
        "node_modules/currency.js/package.json",
        "node_modules/@acme/tax/node_modules/currency.js/package.json",
    ] {
        assert!(paths.contains(&there), "{there} is not in {paths:#?}");
    }
    let unwanted = ["semver", ".npmrc", ".env", ".bin", ".pnpm", ".yarn", ".package-lock", ".modules"];
    for path in paths {
        assert!(!unwanted.iter().any(|unwanted| path.contains(unwanted)), "{path}");
    }
}

/// Runs what was built, as far as the processor allows: all but the native module.
fn answers(tree: &Path) {
    let script = "import('./index.mjs').then((module) => module.handler()).then(console.log)";
    let output = Command::new(needed("node")).args(["-e", script]).current_dir(tree).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "rates by 1.2.2\n", "{output:?}");
    has_no_links(tree);
}

fn has_no_links(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let kind = entry.file_type().unwrap();
        assert!(!kind.is_symlink(), "{}", entry.path().display());
        if kind.is_dir() {
            has_no_links(&entry.path());
        }
    }
}

#[tokio::test]
async fn npm_builds_a_function_of_a_workspace() {
    builds_for_another_processor(npm()).await;
}

#[tokio::test]
async fn pnpm_builds_a_function_of_a_workspace() {
    builds_for_another_processor(pnpm()).await;
}

#[tokio::test]
async fn yarn_1_builds_a_function_of_a_workspace() {
    builds_for_another_processor(yarn_classic()).await;
}

#[tokio::test]
async fn yarn_4_builds_a_function_of_a_workspace() {
    builds_for_another_processor(yarn()).await;
}

#[tokio::test]
async fn a_lock_file_that_does_not_fit_is_the_users_to_mend_whoever_wrote_it() {
    for manager in [npm(), pnpm(), yarn_classic(), yarn()] {
        let (project, programs) = (manager.project(), Project::new(&[]));
        let manifest = fs::read_to_string(project.file("functions/quote/package.json")).unwrap();
        project.write("functions/quote/package.json", &manifest.replace("\"2.0.4\"", "\"2.0.3\""));
        let workshop = Workshop::new(&project, manager.environment(&programs, "022"));
        let failure = workshop.build(&quote(Platform::Host)).await.unwrap_err();
        assert_eq!(failure.fault, Fault::Input, "{failure:?}");
        let hint = format!("run `{} install` in the project's folder and commit the lock file", manager.program);
        assert!(failure.hints.contains(&hint), "{failure:?}");
    }
}

#[tokio::test]
async fn a_yarn_that_does_not_fit_the_lock_file_is_told() {
    for (manager, version, expected) in [
        (yarn(), "1.22.22", "`yarn.lock` is of Yarn 2 or later, and `yarn` on PATH is 1.22.22"),
        (yarn_classic(), "4.18.1", "`yarn.lock` is of Yarn 1, and `yarn` on PATH is 4.18.1"),
    ] {
        let (project, programs) = (manager.project(), Project::new(&[]));
        programs.write_program("yarn", &format!("#!/bin/sh\necho {version}\n"));
        let workshop = Workshop::new(&project, first_on_path(environment(), programs.path()));
        let failure = workshop.build(&quote(Platform::Host)).await.unwrap_err();
        assert_eq!((failure.fault, failure.message.as_str()), (Fault::Input, expected));
        assert!(failure.hints[0].contains("corepack"), "{failure:?}");
    }
}
