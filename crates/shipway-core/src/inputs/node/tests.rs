//! Projects in, what a Node function belongs to and depends on out.

use insta::assert_snapshot;

use super::*;
use crate::build::{Platform, Product};
use crate::builder::{Builder, NodeSettings};
use crate::contract::{Contract, Corrections};

fn with_project<R>(files: &[(&str, &str)], work: impl FnOnce(&mut Project<'_>) -> R) -> R {
    let names: BTreeSet<String> = files.iter().map(|(path, _)| (*path).to_owned()).collect();
    let mut read = |path: &str| files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned());
    work(&mut Project::new(&names, &mut read))
}

fn belongs(folder: &str, files: &[(&str, &str)]) -> NodeProject {
    with_project(files, |project| node_project(folder, project))
}

/// Where the function in `functions/api` is installed and by whom, or why not.
fn lock(files: &[(&str, &str)]) -> String {
    let found = belongs("functions/api", files);
    match found.lock {
        Ok(lock) => format!("{:?} by {}", lock.manager, lock.path),
        Err(problem) => format!("{problem}; {}", problem.hint()),
    }
}

fn found(files: &[(&str, &str)]) -> Vec<String> {
    let build = FunctionBuild {
        product: Product::Function,
        function: "api".parse().unwrap(),
        folder: "functions/api".to_owned(),
        builder: Builder::Node(NodeSettings::default()),
        runtime: "nodejs22.x".parse().unwrap(),
        handler: "index.handler".parse().unwrap(),
        platform: Platform::Host,
        depends_on: vec![],
        exclude: vec![],
        allow: vec![],
        variables: vec![],
        timeout_seconds: 60,
        corrections: Corrections::default(),
        contract: Contract::new("nodejs22.x".parse().unwrap(), "index.handler".parse().unwrap()),
    };
    with_project(files, |project| find(&build, project)).into_iter().collect()
}

const API: &str = "functions/api/package.json";
const NPM_ROOT: (&str, &str) = ("package.json", "{\"workspaces\": [\"functions/*\", \"./libs/**/\", \"!libs/old\"]}");
const BERRY: &str = "# generated\n\n__metadata:\n  version: 8\n";

#[test]
fn a_workspaces_packages_are_followed_dependencies_first() {
    let files = [
        NPM_ROOT,
        ("package-lock.json", "{}"),
        (".npmrc", ""),
        ("README.md", ""),
        ("patches/x.patch", ""),
        (API, "{\"dependencies\": {\"@acme/orders\": \"^1.0.0\", \"zod\": \"3\"}}"),
        ("functions/api/index.js", ""),
        ("functions/other/package.json", "{\"dependencies\": {\"@acme/unused\": \"*\"}}"),
        ("functions/other/index.js", ""),
        ("libs/orders/package.json", "{\"name\": \"@acme/orders\", \"dependencies\": {\"@acme/money\": \"*\"}}"),
        ("libs/orders/src/index.ts", ""),
        ("libs/deep/money/package.json", "{\"name\": \"@acme/money\", \"devDependencies\": {\"@acme/orders\": \"*\"}}"),
        ("libs/deep/money/index.js", ""),
        ("libs/unused/package.json", "{\"name\": \"@acme/unused\"}"),
        ("libs/unused/index.js", ""),
        ("libs/old/package.json", "{\"name\": \"@acme/money\"}"),
    ];
    let project = belongs("functions/api", &files);
    assert_eq!(project.root, "");
    assert_eq!(project.needed, ["libs/deep/money", "libs/orders"]);
    assert!(!project.members.contains("libs/old"), "{:?}", project.members);
    assert_snapshot!(found(&files).join("\n"), @r"
    .npmrc
    functions/api/package.json
    functions/other/package.json
    libs/deep/money/index.js
    libs/deep/money/package.json
    libs/orders/package.json
    libs/orders/src/index.ts
    libs/unused/package.json
    package-lock.json
    package.json
    patches/x.patch
    ");
}

#[test]
fn pnpm_and_paths_lead_to_packages_too() {
    let files = [
        ("package.json", "{}"),
        ("pnpm-workspace.yaml", "packages:\n  - functions/*\n  - libs/*\n"),
        ("pnpm-lock.yaml", ""),
        (API, "{\"dependencies\": {\"@acme/a\": \"workspace:*\", \"b\": \"link:../../other/b\", \"c\": \"workspace:../../libs/c\"},
                \"optionalDependencies\": {\"d\": \"file:../../vendor/d-1.0.0.tgz\", \"e\": \"file:../../../outside\"}}"),
        ("libs/a/package.json", "{\"name\": \"@acme/a\"}"),
        ("other/b/package.json", "{}"),
        ("other/b/index.js", ""),
        ("libs/c/package.json", "{}"),
        ("vendor/d-1.0.0.tgz", ""),
    ];
    let project = belongs("functions/api", &files);
    assert_eq!(project.needed, ["libs/a", "other/b", "libs/c"]);
    assert!(found(&files).contains(&"vendor/d-1.0.0.tgz".to_owned()));
    assert!(found(&files).contains(&"other/b/index.js".to_owned()));
}

#[test]
fn a_function_of_its_own_looks_no_further() {
    let files = [("package.json", "{}"), ("package-lock.json", ""), (API, "{}"), ("functions/api/yarn.lock", "")];
    assert_eq!(belongs("functions/api", &files).root, "functions/api");
    assert_eq!(found(&files), Vec::<String>::new());
    // A lock file above that is not a workspace's is somebody else's.
    assert_eq!(belongs("functions/api", &files[..3]).root, "functions/api");
    // A workspace without a lock file is still the one that it belongs to.
    assert_eq!(belongs("functions/api", &[NPM_ROOT, (API, "{}")]).root, "");
    // A package in a workspace that keeps a lock file of its own is on its own.
    let own = [NPM_ROOT, ("package-lock.json", ""), (API, "{}"), ("functions/api/package-lock.json", "")];
    assert_eq!(belongs("functions/api", &own).root, "functions/api");
}

#[test]
fn the_lock_file_tells_the_package_manager() {
    let own = |lock: &'static str| [(API, "{}"), (lock, "")];
    assert_snapshot!([
        lock(&own("functions/api/package-lock.json")),
        lock(&own("functions/api/npm-shrinkwrap.json")),
        lock(&own("functions/api/pnpm-lock.yaml")),
        lock(&own("functions/api/yarn.lock")),
        lock(&own("functions/api/bun.lock")),
        lock(&own("functions/api/README.md")),
        lock(&[NPM_ROOT, (API, "{}"), ("yarn.lock", BERRY), (".yarnrc.yml", "nodeLinker: node-modules\n")]),
        lock(&[NPM_ROOT, (API, "{}"), ("yarn.lock", BERRY), (".yarnrc.yml", "enableTelemetry: false\n")]),
        lock(&[(API, "{}"), ("functions/api/yarn.lock", ""), ("functions/api/package-lock.json", "")]),
        lock(&[
            (API, "{\"packageManager\": \"yarn@1.22.22\"}"),
            ("functions/api/yarn.lock", ""),
            ("functions/api/package-lock.json", ""),
        ]),
        lock(&[(API, "{\"packageManager\": \"pnpm@10.0.0\"}"), ("functions/api/package-lock.json", "")]),
    ]
    .join("\n"), @r#"
    Npm by functions/api/package-lock.json
    Npm by functions/api/npm-shrinkwrap.json
    Pnpm by functions/api/pnpm-lock.yaml
    YarnClassic by functions/api/yarn.lock
    `functions/api/bun.lock` is bun's, which Shipway cannot build with; use npm, pnpm or Yarn for this function, or a build command of your own: build = { command = [..], output = "dist" }
    `functions/api/package.json` has no lock file; run `npm install --package-lock-only` (or `pnpm install --lockfile-only`, or `yarn install`) beside it and commit the lock file: without it, the same commit would not build the same package
    Yarn by yarn.lock
    `yarn.lock` is of a Yarn project with Plug'n'Play, which leaves no `node_modules` to pack; write `nodeLinker: node-modules` into `.yarnrc.yml` and run `yarn install`, or bundle the function with a build command of your own
    `functions/api/package-lock.json` and `functions/api/yarn.lock` are of different package managers; delete those that are not in use, or name the one in package.json: "packageManager": "npm@11.0.0"
    YarnClassic by functions/api/yarn.lock
    `functions/api/package.json` names pnpm as its package manager, which has no lock file there; install with pnpm and commit its lock file, or correct `packageManager`
    "#);
}

#[test]
fn a_lock_file_of_yarn_1_must_know_what_a_workspace_asks_for() {
    let text = "# yarn lockfile v1\n\n\n\"@types/node@^20.0.0\", \"@types/node@20\":\n  version \"20.1.0\"\n\nzod@^3.0.0:\n  version \"3.1.0\"\n";
    let with = |wanted: &str| {
        let manifest = format!("{{\"dependencies\": {{{wanted}, \"money\": \"1.0.0\", \"x\": \"file:../x\"}}}}");
        lock(&[
            NPM_ROOT,
            ("yarn.lock", text),
            (API, &manifest),
            ("libs/money/package.json", "{\"name\": \"money\", \"dependencies\": {\"zod\": \"^3.0.0\"}}"),
        ])
    };
    assert_eq!(with("\"@types/node\": \"20\""), "YarnClassic by yarn.lock");
    assert_snapshot!(with("\"zod\": \"^4.0.0\""), @"`yarn.lock` does not say which `zod@^4.0.0` to install, which `functions/api/package.json` asks for; run `yarn install` in the project's folder and commit the lock file");
}
