//! Rust functions: binary targets of packages that use the Lambda runtime's crates.

use toml::{Table, Value};

use super::detect::{Company, Evidence, Found, Read, names_for};
use super::folders::{Folders, join, split};
use super::prebuilt::BOOTSTRAP;
use crate::builder::{Builder, RustSettings};

/// What makes a folder a Rust package.
const MANIFEST: &str = "Cargo.toml";
/// The crates that take invocations, as sources name them.
const RUNTIME_CRATES: [&str; 2] = ["lambda_runtime", "lambda_http"];
/// Those that say what events look like: they speak for a function, but not for which binary it is.
const EVENT_CRATES: [&str; 1] = ["aws_lambda_events"];

/// A binary target.
#[derive(Debug)]
struct Binary {
    name: String,
    /// Its root's path, as far as it is known.
    path: Option<String>,
    /// The line that names one of the runtime's crates.
    evidence: Option<Evidence>,
}

pub(super) fn find(folders: &Folders<'_>, read: Read<'_>) -> Vec<Found> {
    let manifests = folders.folders_with(MANIFEST);
    let mut found = Vec::new();
    for folder in manifests {
        let Some(manifest) = read(&join(folder, MANIFEST)).and_then(|text| text.parse::<Table>().ok()) else {
            continue;
        };
        found.extend(of_package(folders, folder, &manifest, read));
    }
    found
}

/// The functions of one package.
fn of_package(folders: &Folders<'_>, folder: &str, manifest: &Table, read: Read<'_>) -> Vec<Found> {
    let Some(package) = manifest.get("package").and_then(|package| package.get("name")?.as_str()) else {
        return vec![];
    };
    let Some(dependency) = dependency(manifest) else { return vec![] };
    let all = binaries(folders, folder, manifest, package, read);
    let several = all.len() > 1;
    // Of several binaries, those are functions that say so themselves.
    let functions: Vec<Binary> = all.into_iter().filter(|binary| !several || binary.evidence.is_some()).collect();
    let company = if functions.len() > 1 { Company::Several } else { Company::Alone };
    let is_default = |binary: &Binary| !several || binary.name == package;
    let is_plain = |name: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        name.bytes().all(plain) && name.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '_')
    };
    let functions = functions.into_iter().filter(|binary| is_default(binary) || is_plain(&binary.name));
    functions
        .map(|binary| {
            let stem = if binary.name == BOOTSTRAP { package } else { &binary.name };
            let names = names_for(folder, stem, company);
            let setting = (!is_default(&binary)).then(|| binary.name.clone());
            describe(folders, folder, binary, (names, setting, dependency.clone()))
        })
        .collect()
}

fn describe(
    folders: &Folders<'_>,
    folder: &str,
    binary: Binary,
    (names, setting, dependency): (Vec<String>, Option<String>, String),
) -> Found {
    let mut evidence: Vec<Evidence> = binary.evidence.into_iter().collect();
    let what = format!("it depends on `{dependency}`");
    evidence.push(Evidence { file: join(folder, MANIFEST), line: None, what });
    let mut doubts = Vec::new();
    if evidence.len() == 1 {
        let place = binary.path.unwrap_or_else(|| format!("the binary `{}`", binary.name));
        doubts.push(format!("{place} does not name {}: see that it takes invocations", RUNTIME_CRATES.join(" or ")));
    }
    if folders.nearest_with(folder, &["Cargo.lock"]).is_none() {
        doubts.push("there is no Cargo.lock, which the build needs: `cargo generate-lockfile` writes it".to_owned());
    }
    Found {
        names,
        folder: folder.to_owned(),
        builder: Builder::Rust(RustSettings { binary: setting, ..RustSettings::default() }),
        runtime: "provided.al2023".to_owned(),
        handler: BOOTSTRAP.to_owned(),
        evidence,
        doubts,
    }
}

/// The runtime's crate that the package depends on, the most telling first.
fn dependency(manifest: &Table) -> Option<String> {
    let dependencies = manifest.get("dependencies").and_then(Value::as_table)?;
    let name = |(key, value): (&String, &Value)| {
        let renamed = value.get("package").and_then(Value::as_str);
        renamed.unwrap_or(key).replace('-', "_")
    };
    let names: Vec<String> = dependencies.iter().map(name).collect();
    RUNTIME_CRATES
        .iter()
        .chain(&EVENT_CRATES)
        .find(|known| names.iter().any(|name| name == *known))
        .map(ToString::to_string)
}

/// The binary targets: those that the manifest lists, and those that lie where Cargo looks for them.
fn binaries(folders: &Folders<'_>, folder: &str, manifest: &Table, package: &str, read: Read<'_>) -> Vec<Binary> {
    let mut roots: Vec<(String, Option<String>)> = Vec::new();
    for target in manifest.get("bin").and_then(Value::as_array).into_iter().flatten() {
        let text = |key: &str| target.get(key).and_then(Value::as_str).map(str::to_owned);
        if let Some(name) = text("name") {
            roots.push((name, text("path")));
        }
    }
    let finds_itself = manifest.get("package").and_then(|package| package.get("autobins")?.as_bool()) != Some(false);
    let mut known = vec![(package.to_owned(), "src/main.rs".to_owned())];
    for (place, name) in folders.sources(&["rs"]) {
        let bins = join(folder, "src/bin");
        if place == bins {
            let stem = name.trim_end_matches(".rs");
            known.push((stem.to_owned(), format!("src/bin/{name}")));
        } else if name == "main.rs" && split(place).0 == bins {
            let stem = split(place).1;
            known.push((stem.to_owned(), format!("src/bin/{stem}/main.rs")));
        }
    }
    known.retain(|(_, path)| {
        let path = join(folder, path);
        let (place, name) = split(&path);
        folders.has(place, name)
    });
    for (name, path) in known {
        let listed = roots.iter_mut().find(|(other, place)| *other == name || place.as_deref() == Some(&path));
        match listed {
            Some((_, place)) => *place = place.take().or(Some(path)),
            None if finds_itself => roots.push((name, Some(path))),
            None => {}
        }
    }
    roots.into_iter().map(|(name, path)| look(folder, name, path, read)).collect()
}

fn look(folder: &str, name: String, path: Option<String>, read: Read<'_>) -> Binary {
    let path = path.map(|path| join(folder, &path));
    let text = path.as_deref().and_then(read).unwrap_or_default();
    let telling = |line: &str| {
        let code = line.split("//").next().unwrap_or(line);
        RUNTIME_CRATES.iter().any(|known| code.contains(known))
    };
    // Where it is started says more than where it is imported.
    let lines = || text.lines().enumerate().filter(|(_, line)| telling(line));
    let line = lines().find(|(_, line)| line.contains("run(")).or_else(|| lines().next());
    let evidence = line.and_then(|(index, line)| Some(Evidence::code(path.as_deref()?, index + 1, line)));
    Binary { name, path, evidence }
}
