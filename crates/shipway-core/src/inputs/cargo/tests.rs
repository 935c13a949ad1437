//! Manifests in, inputs and completions out.

use std::collections::{BTreeMap, BTreeSet};

use insta::assert_snapshot;

use super::super::tests::found;
use super::*;
use crate::builder::{Builder, RustSettings};

fn rust(folder: &str, files: &[(&str, &str)]) -> Vec<String> {
    found(Builder::Rust(RustSettings::default()), folder, files)
}

/// The completion of a copy that holds the function's folder and what was found beyond it.
fn completed(folder: &str, files: &[(&str, &str)]) -> BTreeMap<String, String> {
    let beyond = rust(folder, files);
    let inside = join(folder, "");
    let copied: BTreeSet<String> = files
        .iter()
        .map(|(path, _)| (*path).to_owned())
        .filter(|path| path.starts_with(&inside) || beyond.contains(path))
        .collect();
    let mut read = |path: &str| files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned());
    completion(folder, &mut Project::new(&copied, &mut read))
}

/// `tax` is needed, `rates` by `tax`, `testing` only for tests; `unrelated` and what it depends on are not.
const WORKSPACE: &[(&str, &str)] = &[
    (
        "Cargo.toml",
        "[workspace]\nmembers = [\"functions/*\", \"crates/unrelated\"]\n[workspace.dependencies]\nrates = { path = \"crates/rates\" }\n\
         [patch.crates-io]\nitoa = { path = \"patched/itoa\" }\n",
    ),
    ("Cargo.lock", ""),
    (".cargo/config.toml", ""),
    ("rust-toolchain.toml", ""),
    ("README.md", ""),
    ("src/lib.rs", ""),
    (
        "functions/api/Cargo.toml",
        "[package]\nname = \"api\"\n[dependencies]\ntax = { path = \"../../crates/tax\" }\nserde = \"1\"\n\
         [dev-dependencies]\ntesting = { path = \"../../crates/testing\" }\n",
    ),
    ("functions/api/src/main.rs", ""),
    ("functions/other/Cargo.toml", "[package]\nname = \"other\"\n"),
    ("functions/other/src/main.rs", ""),
    (
        "crates/tax/Cargo.toml",
        "[package]\nname = \"tax\"\nbuild = \"../build.rs\"\n[target.'cfg(unix)'.dependencies]\nrates.workspace = true\n",
    ),
    ("crates/tax/src/lib.rs", ""),
    ("crates/tax/examples/nested/Cargo.toml", "[package]\nname = \"nested\"\n"),
    ("crates/tax/examples/nested/src/main.rs", ""),
    ("crates/build.rs", ""),
    ("crates/rates/Cargo.toml", "[package]\nname = \"rates\"\n"),
    ("crates/rates/src/lib.rs", ""),
    ("crates/rates/data/rates.csv", ""),
    ("crates/testing/Cargo.toml", "[package]\nname = \"testing\"\n[lib]\n[[bench]]\nname = \"all\"\n"),
    ("crates/testing/src/lib.rs", ""),
    (
        "crates/unrelated/Cargo.toml",
        "[package]\nname = \"unrelated\"\ndefault-run = \"two\"\n[[bin]]\nname = \"one\"\n[dependencies]\ndeep = { path = \"deep\" }\n",
    ),
    ("crates/unrelated/src/bin/one.rs", ""),
    ("crates/unrelated/deep/Cargo.toml", "[package]\nname = \"deep\"\n[lib]\npath = \"lib.rs\"\n"),
    ("crates/unrelated/deep/lib.rs", ""),
    ("patched/itoa/Cargo.toml", "[package]\nname = \"itoa\"\n"),
    ("patched/itoa/src/lib.rs", ""),
];

#[test]
fn sources_of_what_is_needed_and_manifests_of_the_workspace() {
    assert_snapshot!(rust("functions/api", WORKSPACE).join("\n"), @"
    .cargo/config.toml
    Cargo.lock
    Cargo.toml
    crates/build.rs
    crates/rates/Cargo.toml
    crates/rates/data/rates.csv
    crates/rates/src/lib.rs
    crates/tax/Cargo.toml
    crates/tax/src/lib.rs
    crates/testing/Cargo.toml
    crates/unrelated/Cargo.toml
    crates/unrelated/deep/Cargo.toml
    functions/other/Cargo.toml
    patched/itoa/Cargo.toml
    patched/itoa/src/lib.rs
    rust-toolchain.toml
    ");
}

#[test]
fn manifests_without_sources_get_empty_ones() {
    let files = completed("functions/api", WORKSPACE);
    assert!(files.values().all(String::is_empty));
    assert_snapshot!(files.into_keys().collect::<Vec<_>>().join("\n"), @"
    crates/testing/benches/all.rs
    crates/testing/src/lib.rs
    crates/unrelated/src/bin/one.rs
    crates/unrelated/src/bin/two.rs
    functions/other/src/lib.rs
    ");
}

#[test]
fn a_package_alone_with_neighbours_gets_a_workspace_around_them() {
    let files = [
        (
            "functions/api/Cargo.toml",
            "[package]\nname = \"api\"\nedition = \"2021\"\n[dependencies]\ntax = { path = \"../../libs/tax\" }\n\
             [profile.release]\nlto = true\n[patch.crates-io]\nitoa = { path = \"patched\" }\n",
        ),
        ("functions/api/Cargo.lock", "version = 4\n"),
        ("functions/api/patched/Cargo.toml", "[package]\nname = \"itoa\"\n"),
        ("libs/tax/Cargo.toml", "[package]\nname = \"tax\"\n"),
        ("libs/tax/src/lib.rs", ""),
        ("libs/unused/Cargo.toml", "[package]\nname = \"unused\"\n"),
    ];
    assert_eq!(rust("functions/api", &files), ["libs/tax/Cargo.toml", "libs/tax/src/lib.rs"]);
    let written = completed("functions/api", &files);
    assert_eq!(written.keys().collect::<Vec<_>>(), ["Cargo.lock", "Cargo.toml", "functions/api/Cargo.toml"]);
    assert_eq!(written["Cargo.lock"], "version = 4\n");
    assert_snapshot!(written["Cargo.toml"], @r#"
    [patch.crates-io.itoa]
    path = "functions/api/patched"

    [profile.release]
    lto = true

    [workspace]
    exclude = ["functions/api/patched", "libs/tax"]
    members = ["functions/api"]
    resolver = "2"
    "#);
    assert_snapshot!(written["functions/api/Cargo.toml"], @r#"
    [dependencies.tax]
    path = "../../libs/tax"

    [package]
    edition = "2021"
    name = "api"
    "#);
}

#[test]
fn a_package_alone_is_left_alone() {
    let files = [
        ("Cargo.toml", "[workspace]\nexclude = [\"f\"]\nmembers = [\"m\"]\n"),
        ("m/Cargo.toml", "[package]\nname = \"m\"\n"),
        ("f/Cargo.toml", "[package]\nname = \"f\"\n[dependencies]\ng = { path = \"g\" }\n"),
        ("f/g/Cargo.toml", "[package]\nname = \"g\"\n"),
    ];
    assert_eq!(rust("f", &files), Vec::<String>::new());
    assert!(completed("f", &files).is_empty());
}

#[test]
fn what_is_no_manifest_leads_nowhere() {
    let broken = [("f/Cargo.toml", "[package"), ("Cargo.toml", "[workspace]\nmembers = [\"[\", \"/x\", \"../..\"]\n")];
    assert_eq!(rust("f", &broken), Vec::<String>::new());
    let strange = [
        ("f/Cargo.toml", "dependencies = 1\n[package]\nname = 1\nworkspace = \"../../..\"\n[target]\nx = 1\n"),
        ("Cargo.toml", "[workspace]\nmembers = \"f\"\n"),
    ];
    assert_eq!(rust("f", &strange), Vec::<String>::new());
}
