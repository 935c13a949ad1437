//! One file of a function and its dependencies, made by esbuild, with its source map beside it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use shipway_core::builder::BundleSettings;
use shipway_core::inputs::{NodeManifest, bundle_entries, handler_module};
use shipway_engine::ports::{BuildFailure, BuiltTree};

use super::source_map;
use crate::failure;
use crate::toolchain::job::Job;

const ESBUILD: &str = "esbuild";

/// CommonJS packages in a bundle that is an ECMAScript module still ask for these. Names of the module's own would clash
/// with those that the function may have made itself in the same way.
const BANNER: &str = "import { createRequire as __bundleRequire } from \"node:module\"; \
    globalThis.require ??= __bundleRequire(import.meta.url); \
    globalThis.__filename ??= import.meta.filename; \
    globalThis.__dirname ??= import.meta.dirname;";

/// How Node loads what esbuild writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    EcmaScript,
    CommonJs,
}

impl Format {
    /// By the entry's ending, or else by what the manifest says about `.js` files.
    fn of(entry: &str, manifest: &NodeManifest) -> Self {
        let ending = entry.rsplit_once('.').map_or("", |(_, ending)| ending);
        match ending {
            "mts" | "mjs" => Self::EcmaScript,
            "cts" | "cjs" => Self::CommonJs,
            _ if manifest.is_module() => Self::EcmaScript,
            _ => Self::CommonJs,
        }
    }

    /// No `package.json` goes with a bundle: the ending alone must tell.
    fn ending(self) -> &'static str {
        match self {
            Self::EcmaScript => "mjs",
            Self::CommonJs => "js",
        }
    }
}

/// Where esbuild is: among the packages that were installed in the function's folder or above it, or on the PATH.
pub(super) async fn find_esbuild(job: &Job<'_>, built: &mut BuiltTree) -> Result<PathBuf, BuildFailure> {
    let (folder, inputs) = (job.folder(), job.scratch.join("inputs"));
    let installed = folder
        .ancestors()
        .take_while(|above| above.starts_with(&inputs))
        .map(|above| above.join("node_modules/.bin").join(ESBUILD))
        .find(|program| program.is_file());
    let program = installed.or_else(|| job.find(ESBUILD)).ok_or_else(|| no_esbuild(job))?;
    let version = job.ask(&program, &["--version"]).await?;
    built.tools.insert(ESBUILD.to_owned(), version);
    Ok(program)
}

/// Says before anything is installed that there will be no esbuild, or that there is nothing to begin with and no
/// script to make it.
pub(super) fn check(
    job: &Job<'_>,
    settings: &BundleSettings,
    own: &NodeManifest,
    root: &NodeManifest,
) -> Result<(), BuildFailure> {
    let brings_esbuild = |manifest: &NodeManifest| manifest.has_in_any_list(ESBUILD);
    if !brings_esbuild(own) && !brings_esbuild(root) && job.find(ESBUILD).is_none() {
        return Err(no_esbuild(job));
    }
    if !own.has_script(&["build"]) {
        entry(job, settings, &module(job)?)?;
    }
    Ok(())
}

fn no_esbuild(job: &Job<'_>) -> BuildFailure {
    failure::input(
        format!(
            "esbuild is needed to bundle `{}`, and is neither among the packages of `{}` nor on PATH",
            job.build.function,
            job.shown("package.json")
        ),
        &[
            "run `npm install --save-dev esbuild` (or that of pnpm or Yarn) in the function's folder and commit the lock \
           file",
        ],
    )
}

fn module(job: &Job<'_>) -> Result<String, BuildFailure> {
    handler_module(job.build.handler.as_str()).ok_or_else(|| {
        failure::input(
            format!("the handler `{}` names no file to make a bundle for", job.build.handler),
            &["a handler is a file and an export, as in `index.handler`"],
        )
    })
}

/// Bundles into the folder `tree`, at the place where Lambda looks for the handler.
pub(super) async fn bundle(
    job: &Job<'_>,
    settings: &BundleSettings,
    manifest: &NodeManifest,
    esbuild: &Path,
    tree: &Path,
) -> Result<(), BuildFailure> {
    let module = module(job)?;
    let entry = entry(job, settings, &module)?;
    let format = Format::of(&entry, manifest);
    let output = tree.join(format!("{module}.{}", format.ending()));
    let arguments = arguments(job, settings, &entry, format, &output);
    job.run(esbuild, arguments).await.map_err(explain)?;
    tidy_map(job, &module, &output)
}

/// The file to begin with, relative to the function's folder.
fn entry(job: &Job<'_>, settings: &BundleSettings, module: &str) -> Result<String, BuildFailure> {
    if let Some(entry) = &settings.entry {
        return if job.has(entry) {
            Ok(entry.clone())
        } else {
            Err(failure::input(
                format!(
                    "`{}`, with which the bundle of `{}` begins, is not there",
                    job.shown(entry),
                    job.build.function
                ),
                &[
                    "correct `node.bundle.entry` in shipway.toml; it is relative to the function's folder, and what git \
                   ignores does not count unless the `build` script makes it",
                ],
            ))
        };
    }
    let candidates = bundle_entries(module);
    candidates.iter().find(|candidate| job.has(candidate)).cloned().ok_or_else(|| {
        let looked_for: Vec<String> = candidates
            .iter()
            .filter(|candidate| candidate.ends_with(".ts") || candidate.ends_with(".js"))
            .map(|candidate| format!("`{}`", job.shown(candidate)))
            .collect();
        failure::input(
            format!(
                "there is no file that the bundle of `{}` could begin with, for its handler `{}`",
                job.build.function, job.build.handler
            ),
            &[
                &format!("looked for {} and the like", looked_for.join(", ")),
                "name it: node = { bundle = { entry = \"src/api.ts\" } }",
            ],
        )
    })
}

fn arguments(job: &Job<'_>, settings: &BundleSettings, entry: &str, format: Format, output: &Path) -> Vec<OsString> {
    let mut texts = vec![
        format!("./{entry}"),
        "--bundle".to_owned(),
        "--platform=node".to_owned(),
        "--sourcemap=linked".to_owned(),
        "--charset=utf8".to_owned(),
        "--color=false".to_owned(),
        "--log-level=warning".to_owned(),
    ];
    let runtime = job.build.runtime.as_str();
    if let Some(major) = runtime.strip_prefix("nodejs").and_then(|rest| rest.split('.').next()) {
        texts.push(format!("--target=node{major}"));
    }
    match format {
        Format::EcmaScript => texts.extend(["--format=esm".to_owned(), format!("--banner:js={BANNER}")]),
        Format::CommonJs => texts.push("--format=cjs".to_owned()),
    }
    texts.extend(settings.external.iter().map(|name| format!("--external:{name}")));
    let mut outfile = OsString::from("--outfile=");
    outfile.push(output);
    texts.into_iter().map(OsString::from).chain([outfile]).collect()
}

/// What esbuild says, and what to do about it.
const ADVICE: [(&str, &str); 3] = [
    (
        "Could not resolve",
        "a package that is missing belongs into package.json; one that the runtime or a layer brings, into \
         node.bundle.external in shipway.toml",
    ),
    (
        "No loader is configured for \".node\" files",
        "a package with native code stays outside of a bundle: name it in node.bundle.external in shipway.toml, and it is \
         packed in node_modules",
    ),
    (
        "Top-level await is currently not supported",
        "such code is an ECMAScript module: set \"type\": \"module\" in package.json, or let the entry end in .mts",
    ),
];

fn explain(mut failure: BuildFailure) -> BuildFailure {
    let output = failure.output.clone().unwrap_or_default();
    let advice = ADVICE.iter().filter(|(said, _)| output.contains(said)).map(|(_, advice)| (*advice).to_owned());
    failure.hints.extend(advice);
    failure
}

/// Takes the scratch folder out of the names of the map's sources.
fn tidy_map(job: &Job<'_>, module: &str, output: &Path) -> Result<(), BuildFailure> {
    let mut path = output.as_os_str().to_owned();
    path.push(".map");
    let path = PathBuf::from(path);
    let failed = |error: &std::io::Error| failure::io("read", &path, error);
    let text = fs::read_to_string(&path).map_err(|error| failed(&error))?;
    let mut map = serde_json::from_str(&text)
        .map_err(|error| failure::build(format!("esbuild's source map cannot be read: {error}"), &[]))?;
    let inputs = fs::canonicalize(job.scratch.join("inputs")).map_err(|error| failed(&error))?;
    let folder = |path: &Path| path.parent().map(Path::to_owned).unwrap_or_default();
    let written = fs::canonicalize(folder(output)).map_err(|error| failed(&error))?;
    let place = folder(&inputs.join(job.folder_name()).join(module));
    source_map::rename_sources(&mut map, &written, &inputs, &place);
    fs::write(&path, map.to_string()).map_err(|error| failure::io("write", &path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_follows_the_entry_and_the_manifest() {
        let module = NodeManifest::parse("{\"type\": \"module\"}").unwrap();
        let none = NodeManifest::default();
        assert_eq!(Format::of("src/index.ts", &module), Format::EcmaScript);
        assert_eq!(Format::of("index.cts", &module), Format::CommonJs);
        assert_eq!(Format::of("index.ts", &none), Format::CommonJs);
        assert_eq!(Format::of("index.mts", &none), Format::EcmaScript);
    }
}
