//! Go functions: main packages that start the Lambda runtime.

use std::collections::BTreeMap;

use super::detect::{Company, Evidence, Found, Read, names_for};
use super::folders::{Folders, join, split};
use super::prebuilt::BOOTSTRAP;
use crate::builder::{Builder, GoSettings};

/// What makes a folder, and what is below it, a module.
const MANIFEST: &str = "go.mod";
/// The package of AWS's library that takes invocations.
const RUNTIME_PACKAGE: &str = "\"github.com/aws/aws-lambda-go/lambda\"";
/// How that package is told to begin: `lambda.Start`, `lambda.StartWithOptions` and so on.
const START: &str = ".Start";

/// What was seen of one package.
#[derive(Debug, Default)]
struct Package {
    is_main: bool,
    import: Option<Evidence>,
    start: Option<Evidence>,
}

pub(super) fn find(folders: &Folders<'_>, read: Read<'_>) -> Vec<Found> {
    let mut packages: BTreeMap<&str, Package> = BTreeMap::new();
    for (folder, name) in folders.sources(&["go"]) {
        let path = join(folder, name);
        if let Some(text) = read(&path) {
            look(&path, &text, packages.entry(folder).or_default());
        }
    }
    let functions = packages.into_iter().filter(|(_, package)| package.is_main);
    functions.filter_map(|(folder, package)| describe(folders, folder, package, read)).collect()
}

fn look(path: &str, text: &str, package: &mut Package) {
    for (index, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or(line).trim();
        package.is_main |= code == "package main";
        // The import's path holds no `//`.
        if line.contains(RUNTIME_PACKAGE) && package.import.is_none() {
            package.import = Some(Evidence::code(path, index + 1, line));
        }
        if code.contains(START) && code.contains("lambda") && package.start.is_none() {
            package.start = Some(Evidence::code(path, index + 1, line));
        }
    }
}

fn describe(folders: &Folders<'_>, folder: &str, package: Package, read: Read<'_>) -> Option<Found> {
    let mut evidence = vec![package.import?];
    let mut doubts = Vec::new();
    match package.start {
        Some(start) => evidence.insert(0, start),
        None => doubts.push("it imports AWS's library, and `lambda.Start` was not seen".to_owned()),
    }
    let mut stem = "main".to_owned();
    match folders.nearest_with(folder, &[MANIFEST]) {
        Some(module) => {
            let file = join(module, MANIFEST);
            let text = read(&file).unwrap_or_default();
            let name = text.lines().find_map(|line| line.trim().strip_prefix("module ")).map(str::trim);
            // The project's own folder has no name.
            stem = split(name.unwrap_or(&stem)).1.to_owned();
            evidence.push(Evidence { file, line: None, what: "its module".to_owned() });
        }
        None => doubts.push("there is no go.mod, which the build needs: `go mod init` writes it".to_owned()),
    }
    Some(Found {
        names: names_for(folder, &stem, Company::Alone),
        folder: folder.to_owned(),
        builder: Builder::Go(GoSettings::default()),
        runtime: "provided.al2023".to_owned(),
        handler: BOOTSTRAP.to_owned(),
        evidence,
        doubts,
    })
}
