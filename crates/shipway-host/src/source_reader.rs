//! What a function's sources read of their environment: the engine's [`SourceReader`] over `shipway-contract`.
//!
//! Finds out where a function begins and which of the project's packages it may reach, hands over texts, and translates what
//! was found. What is a read, and what it means, is said there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use shipway_contract::reach::{Family, Findings, Function, Project, find};
use shipway_core::build::{FunctionBuild, Source};
use shipway_core::builder::Builder;
use shipway_core::contract::{Need, Place, ReadVariable, SourceReads};
use shipway_core::names::RuntimeFamily;
use shipway_engine::ports::SourceReader;

/// Files larger than this are no source text that anybody wrote.
const LARGEST_TEXT: u64 = 4 << 20;

/// Reads the sources of a project's functions.
#[derive(Debug)]
pub struct ProjectReader {
    project: PathBuf,
}

impl ProjectReader {
    /// Of the project in `folder`.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { project: folder.to_owned() }
    }
}

#[async_trait(?Send)]
impl SourceReader for ProjectReader {
    async fn reads(&self, build: &FunctionBuild, source: &Source) -> Option<SourceReads> {
        let family = family(build)?;
        let paths: BTreeSet<String> = source.files.keys().cloned().collect();
        let (project, build) = (self.project.clone(), build.clone());
        let work = move || translated(read(&project, &paths, &build, family));
        tokio::task::spawn_blocking(work).await.ok()
    }
}

/// What a function is written in, as far as that is read.
fn family(build: &FunctionBuild) -> Option<Family> {
    match &build.builder {
        Builder::Python(_) => Some(Family::Python),
        Builder::Node(_) => Some(Family::Node),
        Builder::Java(_) => Some(Family::Java),
        Builder::Go(_) => Some(Family::Go),
        Builder::Rust(_) => Some(Family::Rust),
        Builder::Ruby => Some(Family::Ruby),
        // A command of the user's own makes a program of any language for `provided`.
        Builder::Command { .. } | Builder::Prebuilt { .. } => match build.runtime.family()? {
            RuntimeFamily::Python => Some(Family::Python),
            RuntimeFamily::Node => Some(Family::Node),
            RuntimeFamily::Java => Some(Family::Java),
            RuntimeFamily::Ruby => Some(Family::Ruby),
            RuntimeFamily::Dotnet | RuntimeFamily::Provided => None,
        },
    }
}

fn read(project: &Path, paths: &BTreeSet<String>, build: &FunctionBuild, family: Family) -> Findings {
    let content = |path: &str| {
        let path = project.join(path);
        let size = std::fs::metadata(&path).ok()?.len();
        if size > LARGEST_TEXT { None } else { std::fs::read(path).ok() }
    };
    let (handler, entry) = begins(build);
    let packages = packages(paths, family, &content);
    let function = Function {
        family,
        folder: &build.folder,
        handler: &handler,
        entry: entry.as_deref(),
        depends_on: &build.depends_on,
        packages: &packages,
    };
    find(&Project { paths, content: &content }, &function)
}

/// The handler by which the sources are entered, and the file or folder where that is known better.
fn begins(build: &FunctionBuild) -> (String, Option<String>) {
    let within = |path: &String| match build.folder.as_str() {
        "" => path.clone(),
        folder => format!("{folder}/{path}"),
    };
    match &build.builder {
        // Lambda calls a root module that was made; the code begins where that leads.
        Builder::Python(settings) => {
            let entry = settings.entry_point.as_ref().map(|entry| entry.replace(':', "."));
            (entry.unwrap_or_else(|| build.handler.to_string()), None)
        }
        Builder::Node(settings) => {
            let entry = settings.bundle.as_ref().and_then(|bundle| bundle.entry.as_ref());
            (build.handler.to_string(), entry.map(within))
        }
        Builder::Go(settings) => (build.handler.to_string(), settings.package.as_ref().map(within)),
        Builder::Rust(settings) => (settings.binary.clone().unwrap_or_default(), None),
        Builder::Java(_) | Builder::Ruby | Builder::Command { .. } | Builder::Prebuilt { .. } => {
            (build.handler.to_string(), None)
        }
    }
}

/// The project's packages that imports name, with their folders: what the manifests among the inputs are called.
fn packages(
    paths: &BTreeSet<String>,
    family: Family,
    content: &dyn Fn(&str) -> Option<Vec<u8>>,
) -> BTreeMap<String, String> {
    let manifest = match family {
        Family::Node => "package.json",
        Family::Rust => "Cargo.toml",
        Family::Go => "go.mod",
        Family::Python | Family::Java | Family::Ruby => return BTreeMap::new(),
    };
    let named = paths.iter().filter_map(|path| {
        let folder = match path.rsplit_once('/') {
            Some((folder, name)) if name == manifest => folder,
            None if path == manifest => "",
            _ => return None,
        };
        let text = String::from_utf8(content(path)?).ok()?;
        Some((package_name(family, &text)?, folder.to_owned()))
    });
    named.collect()
}

fn package_name(family: Family, manifest: &str) -> Option<String> {
    match family {
        Family::Node => {
            let manifest: serde_json::Value = serde_json::from_str(manifest).ok()?;
            Some(manifest.get("name")?.as_str()?.to_owned())
        }
        Family::Rust => {
            let manifest: toml::Table = manifest.parse().ok()?;
            let name = manifest.get("package")?.get("name")?.as_str()?;
            // Code says it with underscores.
            Some(name.replace('-', "_"))
        }
        Family::Go => {
            let line = manifest.lines().find_map(|line| line.trim().strip_prefix("module "))?;
            Some(line.trim().trim_matches('"').to_owned())
        }
        Family::Python | Family::Java | Family::Ruby => None,
    }
}

fn translated(found: Findings) -> SourceReads {
    let place = |place: shipway_contract::reach::Place| Place { file: place.path, line: place.line };
    let need = |need| match need {
        shipway_contract::Need::Required => Need::Required,
        shipway_contract::Need::Optional => Need::Optional,
    };
    let variables = found.variables.into_iter().map(|(name, variable)| {
        let mut places = variable.places;
        // The places that need it before those that do not.
        places.sort_by_key(|(place, each)| (std::cmp::Reverse(*each), place.clone()));
        let places = places.into_iter().map(|(each, _)| place(each)).collect();
        (name, ReadVariable { need: need(variable.need), places })
    });
    SourceReads { variables: variables.collect(), computed: found.computed.into_iter().map(place).collect() }
}
