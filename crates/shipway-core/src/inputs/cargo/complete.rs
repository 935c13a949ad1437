//! What is written into the copy of a package's inputs, so that Cargo makes of them what it would make in the project,
//! wherever the copy lies.
//!
//! **Empty sources** for packages of which only the manifest is an input: Cargo refuses a manifest without targets, although
//! none of them is built.
//!
//! **A workspace around a package that is in none** and depends on packages beside it. Cargo names what it compiles by
//! the path, relative to the workspace where it is below that, and otherwise from the root of the disk: the same sources at
//! another place would become another program. The generated workspace says exactly what the package's manifest said.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use super::crates::{Crates, Manifests};
use super::manifest::Manifest;
use super::{Project, join, within};

/// Files to write over, or beside, those of `project`, which holds the inputs of the package in `folder` and no others.
#[must_use]
pub fn completion(folder: &str, project: &mut Project<'_>) -> BTreeMap<String, String> {
    let mut manifests = Manifests::new(project);
    let crates = Crates::of(folder, BTreeSet::new(), &mut manifests);
    let mut files = BTreeMap::new();
    for other in crates.manifests.difference(&crates.needed) {
        let Some(manifest) = manifests.of(other) else { continue };
        let has = |path: &str| manifests.project.files.contains(&join(other, path));
        files.extend(missing_targets(&manifest, &has).into_iter().map(|path| (join(other, &path), String::new())));
    }
    files.extend(surrounding_workspace(folder, &crates, &mut manifests).unwrap_or_default());
    files
}

/// The files without which Cargo would refuse the manifest.
fn missing_targets(manifest: &Manifest, has: &dyn Fn(&str) -> bool) -> BTreeSet<String> {
    let mut missing = BTreeSet::new();
    if manifest.package().is_none() {
        return missing;
    }
    let name_of = |table: &Table| table.get("name").and_then(Value::as_str).map(str::to_owned);
    for (kind, folder) in [("bin", "src/bin"), ("test", "tests"), ("example", "examples"), ("bench", "benches")] {
        let unplaced = manifest.targets(kind).into_iter().filter(|table| !table.contains_key("path"));
        missing.extend(unplaced.filter_map(name_of).map(|name| format!("{folder}/{name}.rs")));
    }
    let default_run = manifest.package().and_then(|package| package.get("default-run")).and_then(Value::as_str);
    if let Some(name) = default_run
        && !manifest.targets("bin").into_iter().any(|table| name_of(table).as_deref() == Some(name))
    {
        missing.insert(format!("src/bin/{name}.rs"));
    }
    let library = manifest.library();
    let has_target = library.is_some() || !manifest.targets("bin").is_empty();
    if library.is_some_and(|library| !library.contains_key("path")) || !has_target {
        missing.insert("src/lib.rs".to_owned());
    }
    missing.retain(|path| !has(path));
    missing
}

/// The workspace around a package that is in none, if it depends on packages outside of its folder.
fn surrounding_workspace(
    folder: &str,
    crates: &Crates,
    manifests: &mut Manifests<'_, '_>,
) -> Option<BTreeMap<String, String>> {
    let own = manifests.of(folder)?;
    let inside = join(folder, "");
    let is_outside = |other: &&String| *other != folder && !other.starts_with(&inside);
    let outside: Vec<&String> = crates.manifests.iter().filter(is_outside).collect();
    let alone = crates.root.as_deref() == Some(folder) && own.of_workspace("members").is_empty();
    if folder.is_empty() || outside.is_empty() || !alone || own.package().is_none() {
        return None;
    }
    let top = outside.iter().fold(folder.to_owned(), |top, other| common(&top, other));
    if manifests.project.files.contains(&join(&top, "Cargo.toml")) {
        return None;
    }
    let lock = manifests.project.text(&join(folder, "Cargo.lock"));
    // Without a [workspace], not even packages in its own folder are members.
    let others = crates.manifests.iter().filter(|other| *other != folder);
    let excluded = others.filter(|other| own.workspace().is_none() || is_outside(other));
    let below = |path: &str| path.strip_prefix(&join(&top, "")).unwrap_or(path).to_owned();
    let list = |paths: Vec<String>| Value::Array(paths.into_iter().map(Value::String).collect());

    let mut package = own.0.clone();
    let mut workspace = package.remove("workspace").and_then(|value| value.as_table().cloned()).unwrap_or_default();
    workspace.insert("members".to_owned(), list(vec![below(folder)]));
    workspace.insert("exclude".to_owned(), list(excluded.map(|path| below(path)).collect()));
    let resolver = resolver(&own);
    workspace.entry("resolver").or_insert(Value::String(resolver));
    let rebased = |path: &str| within(folder, path).map(|path| below(&path));
    if let Some(dependencies) = workspace.get_mut("dependencies").and_then(Value::as_table_mut) {
        rebase(dependencies, &rebased);
    }
    let mut root: Table = [("workspace".to_owned(), Value::Table(workspace))].into_iter().collect();
    // Of these, Cargo heeds only the workspace's.
    for key in ["profile", "patch", "replace"] {
        if let Some(value) = package.remove(key) {
            root.insert(key.to_owned(), value);
        }
    }
    if let Some(patches) = root.get_mut("patch").and_then(Value::as_table_mut) {
        patches.iter_mut().filter_map(|(_, source)| source.as_table_mut()).for_each(|source| rebase(source, &rebased));
    }
    if let Some(replaced) = root.get_mut("replace").and_then(Value::as_table_mut) {
        rebase(replaced, &rebased);
    }
    if let Some(table) = package.get_mut("package").and_then(Value::as_table_mut) {
        table.remove("resolver");
    }
    let mut files: BTreeMap<String, String> = lock.map(|lock| (join(&top, "Cargo.lock"), lock)).into_iter().collect();
    files.insert(join(&top, "Cargo.toml"), root.to_string());
    files.insert(join(folder, "Cargo.toml"), package.to_string());
    Some(files)
}

/// Which resolver a package that is no member uses. Source: the Cargo book, "Feature resolver version 2".
fn resolver(own: &Manifest) -> String {
    let of_package = |key: &str| own.package().and_then(|package| package.get(key)).and_then(Value::as_str);
    if let Some(resolver) = of_package("resolver") {
        return resolver.to_owned();
    }
    match of_package("edition").unwrap_or("2015") {
        "2015" | "2018" => "1",
        "2021" => "2",
        _ => "3",
    }
    .to_owned()
}

/// Makes the paths of dependencies relative to the new workspace.
fn rebase(dependencies: &mut Table, rebased: &dyn Fn(&str) -> Option<String>) {
    for (_, dependency) in dependencies.iter_mut() {
        if let Some(path) = dependency.as_table_mut().and_then(|table| table.get_mut("path"))
            && let Some(new) = path.as_str().and_then(rebased)
        {
            *path = Value::String(new);
        }
    }
}

/// The folder that holds both.
fn common(one: &str, other: &str) -> String {
    let same = one.split('/').zip(other.split('/')).take_while(|(one, other)| one == other).map(|(part, _)| part);
    same.collect::<Vec<_>>().join("/")
}
