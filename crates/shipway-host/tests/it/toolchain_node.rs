//! Node functions, built by the machine's own npm and by stand-ins for it.

use shipway_core::build::{FunctionBuild, Platform};
use shipway_core::builder::{Builder, NodeSettings};
use shipway_core::names::Architecture;
use shipway_engine::ports::Fault;

use crate::project::{Project, environment, function};
use crate::toolchain::{Workshop, needed, tree, with_only};

/// A production dependency, a development dependency with a program, and a `build` script.
const MANIFEST: &str = include_str!("node/package.json");
const LOCK: &str = include_str!("node/package-lock.json");

/// Uses the development dependency, so that it must be there.
const BUILD: &str = "require('fs').writeFileSync('built.txt', require('semver').valid('1.2.3'));";

/// Says its version, or else what it was called with.
const NPM: &str = "#!/bin/sh\n[ \"$1\" = --version ] && echo 11.0.0 && exit\necho \"$@\"\n";

pub(crate) fn node() -> FunctionBuild {
    FunctionBuild {
        builder: Builder::Node(NodeSettings::default()),
        runtime: "nodejs22.x".parse().unwrap(),
        handler: "index.handler".parse().unwrap(),
        ..function("f")
    }
}

fn without_build_script() -> String {
    MANIFEST.replace("\"build\": ", "\"start\": ")
}

#[tokio::test]
async fn npm_builds_and_leaves_production_dependencies() {
    needed("npm");
    let project = Project::in_git(&[
        ("f/index.mjs", ""),
        ("f/build.cjs", BUILD),
        ("f/package.json", MANIFEST),
        ("f/package-lock.json", LOCK),
    ]);
    let before = tree(project.path());
    let workshop = Workshop::new(&project, environment());
    let built = workshop.build(&node()).await.unwrap();
    let files = tree(&built.path);
    assert_eq!(files["built.txt"].1, b"1.2.3");
    assert!(files.contains_key("node_modules/currency.js/package.json"));
    let unwanted = ["node_modules/semver/", "node_modules/.bin/", "node_modules/.package-lock.json"];
    assert_eq!(files.keys().find(|name| unwanted.iter().any(|unwanted| name.starts_with(unwanted))), None);
    assert_eq!(built.tools.keys().collect::<Vec<_>>(), ["node", "npm"]);
    assert_eq!(built.dependencies, ["node_modules"]);
    assert_eq!(tree(&workshop.build(&node()).await.unwrap().path), files, "built again");
    assert_eq!(tree(project.path()), before, "the user's tree is left alone");

    // For another processor the dependencies are installed again, for that one.
    let other = match std::env::consts::ARCH {
        "aarch64" => Architecture::X86_64,
        _ => Architecture::Arm64,
    };
    let other = FunctionBuild { platform: Platform::Lambda { architecture: other }, ..node() };
    assert_eq!(tree(&workshop.build(&other).await.unwrap().path), files, "nothing here depends on the processor");
}

#[tokio::test]
async fn without_scripts_only_production_dependencies_are_installed_for_the_functions_machine() {
    let manifest = without_build_script();
    let project = Project::new(&[("f/package.json", &manifest), ("f/package-lock.json", LOCK)]);
    let programs = Project::new(&[]);
    programs.write_program("npm", NPM);
    programs.write_program("node", NPM);
    let workshop = Workshop::new(&project, with_only(&programs));
    let quiet = "--no-audit --no-fund --no-update-notifier --no-progress --omit=dev";
    for (platform, expected) in [
        (Platform::Lambda { architecture: Architecture::Arm64 }, "--os=linux --cpu=arm64 --libc=glibc"),
        (Platform::Lambda { architecture: Architecture::X86_64 }, "--os=linux --cpu=x64 --libc=glibc"),
        (Platform::Host, ""),
    ] {
        workshop.lines.borrow_mut().clear();
        workshop.build(&FunctionBuild { platform, ..node() }).await.unwrap();
        // A script would build for this machine.
        let scripts = if runs_here(platform) { "" } else { "--ignore-scripts" };
        let expected: Vec<&str> =
            ["ci", quiet, expected, scripts].into_iter().filter(|part| !part.is_empty()).collect();
        assert_eq!(*workshop.lines.borrow(), [expected.join(" ")]);
    }
}

fn runs_here(platform: Platform) -> bool {
    match platform {
        Platform::Host => true,
        Platform::Lambda { architecture: Architecture::X86_64 } => std::env::consts::ARCH == "x86_64",
        Platform::Lambda { architecture: Architecture::Arm64 } => std::env::consts::ARCH == "aarch64",
    }
}

#[tokio::test]
async fn another_version_than_the_named_one_is_told() {
    let manifest = MANIFEST.replacen('{', "{ \"packageManager\": \"npm@10.9.0\",", 1);
    let project = Project::new(&[("f/package.json", &manifest), ("f/package-lock.json", LOCK)]);
    let programs = Project::new(&[]);
    programs.write_program("npm", NPM);
    programs.write_program("node", NPM);
    let built = Workshop::new(&project, with_only(&programs)).build(&node()).await.unwrap();
    assert_eq!(built.warnings, ["package.json asks for npm 10.9.0, and `npm` on PATH is 11.0.0"]);
}

#[tokio::test]
async fn a_function_without_dependencies_needs_no_tool() {
    let nothing = Project::new(&[]);
    for files in [
        vec![("f/index.mjs", "")],
        vec![("f/index.mjs", ""), ("f/package.json", "{ \"type\": \"module\", \"dependencies\": {} }")],
    ] {
        let project = Project::new(&files);
        let workshop = Workshop::new(&project, with_only(&nothing));
        let built = workshop.build(&node()).await.unwrap();
        assert_eq!(tree(&built.path).len(), files.len());
    }
}

#[tokio::test]
async fn a_lock_file_is_required_and_npm_is_named_when_missing() {
    let nothing = Project::new(&[]);
    for (lock, expected) in [
        (None, "`f/package.json` has no lock file"),
        (Some("f/bun.lock"), "which Shipway cannot build with"),
        (Some("f/pnpm-lock.yaml"), "`pnpm` is needed to build `orders`"),
        (Some("f/yarn.lock"), "`yarn` is needed to build `orders`"),
        (Some("f/package-lock.json"), "`npm` is needed to build `orders`"),
    ] {
        let project = Project::new(&[("f/package.json", MANIFEST)]);
        if let Some(lock) = lock {
            project.write(lock, LOCK);
        }
        let failure = Workshop::new(&project, with_only(&nothing)).build(&node()).await.unwrap_err();
        assert_eq!(failure.fault, Fault::Input);
        assert!(failure.message.contains(expected), "{}", failure.message);
        assert!(!failure.hints.is_empty());
    }
}

#[tokio::test]
async fn a_lock_file_that_does_not_fit_is_the_users_to_mend() {
    needed("npm");
    let manifest = MANIFEST.replace("\"2.0.4\"", "\"2.0.3\"");
    let project = Project::new(&[("f/package.json", &manifest), ("f/package-lock.json", LOCK)]);
    let failure = Workshop::new(&project, environment()).build(&node()).await.unwrap_err();
    assert_eq!(failure.fault, Fault::Input, "{failure:?}");
    assert!(failure.hints.iter().any(|hint| hint.contains("commit the lock file")), "{failure:?}");
    assert!(failure.command.unwrap().contains("npm ci"));
}

#[tokio::test]
async fn a_build_script_that_fails_is_shown() {
    needed("npm");
    let project = Project::new(&[
        ("f/build.cjs", "console.error('no such type'); process.exit(2)"),
        ("f/package.json", MANIFEST),
        ("f/package-lock.json", LOCK),
    ]);
    let failure = Workshop::new(&project, environment()).build(&node()).await.unwrap_err();
    assert_eq!(failure.fault, Fault::Build);
    assert!(failure.output.unwrap().contains("no such type"));
    assert!(failure.command.unwrap().ends_with("npm run build"));
}
