//! Node functions: files that export a handler.

use std::collections::BTreeSet;

use super::detect::{Evidence, Found, Read, company, names_for};
use super::folders::{Folders, join, relative, split};
use crate::builder::{Builder, BundleSettings, NodeSettings};
use crate::inputs::{NodeManifest, Project, node_project};

/// What makes a folder a Node package.
pub(super) const MANIFEST: &str = "package.json";
/// The major versions of Node that Lambda has, the one to take when nothing says otherwise first.
const MAJORS: [u32; 4] = [24, 22, 26, 20];

/// The names that a handler is exported by.
const HANDLERS: [&str; 2] = ["handler", "lambdaHandler"];

/// An exported handler.
#[derive(Debug)]
struct Export {
    path: String,
    name: &'static str,
    line: usize,
    seen: String,
}

pub(super) fn find(folders: &Folders<'_>, read: Read<'_>) -> Vec<Found> {
    let mut exports = Vec::new();
    for (folder, name) in folders.sources(&["js", "mjs", "cjs", "ts", "mts", "cts"]) {
        let path = join(folder, name);
        let Some(text) = read(&path) else { continue };
        let Some((index, line, name)) = export(&text) else { continue };
        let root = folders.nearest_with(folder, &[MANIFEST]).unwrap_or(folder).to_owned();
        exports.push((root, Export { path, name, line: index + 1, seen: line.trim().to_owned() }));
    }
    let company = company(exports.iter().map(|(root, _)| root.as_str()));
    let files = if exports.is_empty() { BTreeSet::new() } else { folders.paths() };
    let mut found = Vec::new();
    for (root, export) in &exports {
        let stem = split(without_extension(&export.path)).1;
        let names = names_for(root, stem, company[root.as_str()]);
        found.push(describe(folders, &files, (root, export), names, read));
    }
    found
}

fn describe(
    folders: &Folders<'_>,
    files: &BTreeSet<String>,
    (root, export): (&str, &Export),
    names: Vec<String>,
    read: Read<'_>,
) -> Found {
    let mut evidence = vec![Evidence::code(&export.path, export.line, &export.seen)];
    let mut doubts = Vec::new();
    let package = folders.has(root, MANIFEST).then(|| Package::read(&join(root, MANIFEST), read));
    let (module, bundle) = module(export, root, package.as_ref(), &mut doubts);
    match &package {
        Some(package) => {
            let what =
                if package.has_build_script { "its dependencies and `build` script" } else { "its dependencies" };
            evidence.push(Evidence { file: package.file.clone(), line: None, what: what.to_owned() });
            let tools = installed((root, package), files, read, &mut evidence, &mut doubts);
            if bundle.is_some() && tools == Tools::WithoutEsbuild {
                doubts.push("esbuild is not among its packages: `npm install --save-dev esbuild` adds it".to_owned());
            }
        }
        None if bundle.is_some() => {
            doubts.push("there is no package.json: esbuild must be on the PATH".to_owned());
        }
        None => doubts.push("there is no package.json: the folder is packed as it is".to_owned()),
    }
    let builder = match (&package, bundle) {
        (None, None) => Builder::Prebuilt { path: ".".to_owned() },
        (_, bundle) => Builder::Node(NodeSettings { bundle }),
    };
    let runtime = runtime(folders, (root, package.as_ref()), read, &mut evidence, &mut doubts);
    Found {
        names,
        folder: root.to_owned(),
        builder,
        runtime,
        handler: format!("{module}.{}", export.name),
        evidence,
        doubts,
    }
}

/// The module that Lambda loads, and how it comes about: TypeScript is bundled, unless the package has a build of its
/// own, which can only be guessed at.
fn module(
    export: &Export,
    root: &str,
    package: Option<&Package>,
    doubts: &mut Vec<String>,
) -> (String, Option<BundleSettings>) {
    let file = relative(&export.path, root);
    let source = without_extension(file);
    if !export.path.ends_with("ts") {
        return (source.to_owned(), None);
    }
    let stem = split(source).1;
    if package.is_none_or(|package| !package.has_build_script) {
        // At the root of the package, wherever its source is.
        let module = source.strip_prefix("src/").unwrap_or(source).to_owned();
        return (module, Some(BundleSettings { entry: Some(file.to_owned()), external: vec![] }));
    }
    let main = package.and_then(|package| package.main.as_deref()).map(without_extension);
    let module = match main {
        Some(main) if split(main).1 == stem => main.trim_start_matches("./").to_owned(),
        _ => format!("dist/{stem}"),
    };
    doubts.push(format!("it is TypeScript: see that the `build` script makes {module}.js"));
    (module, None)
}

/// Whether a package is bundled by a tool of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tools {
    WithEsbuild,
    WithoutEsbuild,
}

/// What is installed for a package, and by whom.
fn installed(
    (root, package): (&str, &Package),
    files: &BTreeSet<String>,
    read: Read<'_>,
    evidence: &mut Vec<Evidence>,
    doubts: &mut Vec<String>,
) -> Tools {
    let found = node_project(root, &mut Project::new(files, read));
    let whole = join(&found.root, MANIFEST);
    let mut tools = package.tools;
    if found.root != root {
        evidence.push(Evidence { file: whole.clone(), line: None, what: "the workspace that it is in".to_owned() });
        if tools == Tools::WithoutEsbuild {
            tools = Package::read(&whole, read).tools;
        }
    }
    match found.lock {
        Ok(lock) => {
            let what = format!("the versions to install, with {}", lock.manager.program());
            evidence.push(Evidence { file: lock.path, line: None, what });
        }
        Err(problem) => doubts.push(format!("{problem}: {}", problem.hint())),
    }
    tools
}

fn without_extension(path: &str) -> &str {
    let (folder, name) = split(path);
    let stem = name.rsplit_once('.').map_or(name.len(), |(stem, _)| stem.len());
    let folder = if folder.is_empty() { 0 } else { folder.len() + 1 };
    &path[..folder + stem]
}

/// What matters of a package.json.
#[derive(Debug)]
struct Package {
    file: String,
    main: Option<String>,
    engine: Option<String>,
    has_build_script: bool,
    tools: Tools,
}

impl Package {
    /// One that cannot be read says nothing.
    fn read(file: &str, read: Read<'_>) -> Self {
        let manifest = read(file).and_then(|text| NodeManifest::parse(&text).ok()).unwrap_or_default();
        let esbuild = manifest.has_in_any_list("esbuild");
        Self {
            file: file.to_owned(),
            main: manifest.main().map(str::to_owned),
            engine: manifest.node_versions().map(str::to_owned),
            has_build_script: manifest.has_script(&["build"]),
            tools: if esbuild { Tools::WithEsbuild } else { Tools::WithoutEsbuild },
        }
    }
}

/// The runtime that the folder's files ask for.
fn runtime(
    folders: &Folders<'_>,
    (root, package): (&str, Option<&Package>),
    read: Read<'_>,
    evidence: &mut Vec<Evidence>,
    doubts: &mut Vec<String>,
) -> String {
    for name in [".nvmrc", ".node-version"] {
        let Some(folder) = folders.nearest_with(root, &[name]) else { continue };
        let file = join(folder, name);
        let text = read(&file).unwrap_or_default();
        let major = first_number(text.trim().trim_start_matches('v')).filter(|major| MAJORS.contains(major));
        if let Some(major) = major {
            evidence.push(Evidence { file, line: Some(1), what: format!("Node {major}") });
            return format!("nodejs{major}.x");
        }
    }
    if let Some((package, engine)) = package.and_then(|package| Some((package, package.engine.as_deref()?))) {
        if let Some(major) = MAJORS.into_iter().find(|major| engine_allows(engine, *major)) {
            let what = format!("`engines.node` is `{engine}`");
            evidence.push(Evidence { file: package.file.clone(), line: None, what });
            return format!("nodejs{major}.x");
        }
        doubts.push(format!("`engines.node` is `{engine}`, which no runtime of Lambda seems to meet"));
    }
    doubts.push("nothing says which version of Node it is for".to_owned());
    format!("nodejs{}.x", MAJORS[0])
}

fn first_number(text: &str) -> Option<u32> {
    let digits = text.split(|character: char| !character.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// Whether a range of versions (npm's, as far as major versions go) allows a major version.
fn engine_allows(range: &str, major: u32) -> bool {
    range.split("||").any(|alternative| {
        // `>= 20` and `>=20` are the same.
        let joined = alternative.replace("= ", "=").replace("> ", ">").replace("< ", "<");
        joined.split_whitespace().all(|comparator| {
            let at = comparator.find(|character: char| character.is_ascii_digit()).unwrap_or(comparator.len());
            let (operator, version) = comparator.split_at(at);
            let Some(than) = first_number(version) else { return true };
            let is_exact = version.contains('.');
            match operator {
                ">=" => major >= than,
                ">" => major > than || (is_exact && major == than),
                "<=" => major <= than,
                // `<22.5` still allows 22.
                "<" => major < than || (is_exact && !version.ends_with(".0") && major == than),
                _ => major == than,
            }
        })
    })
}

/// The first line that exports a handler.
fn export(text: &str) -> Option<(usize, &str, &'static str)> {
    text.lines().enumerate().find_map(|(index, line)| {
        let name = HANDLERS.into_iter().find(|name| exports(line, name))?;
        Some((index, line, name))
    })
}

/// Whether a line exports `name`, in the usual ways of writing it.
fn exports(line: &str, name: &str) -> bool {
    let line = line.trim_end();
    for prefix in ["exports.", "module.exports."] {
        if let Some(rest) = line.strip_prefix(prefix).and_then(|rest| rest.strip_prefix(name)) {
            return rest.trim_start().starts_with('=') && !rest.trim_start().starts_with("==");
        }
    }
    if let Some(list) = line.strip_prefix("module.exports").map(|rest| rest.trim_start().trim_start_matches('=')) {
        return names_in_braces(list).any(|word| word.split(':').next().is_some_and(|key| key.trim() == name));
    }
    let Some(rest) = line.strip_prefix("export ").map(str::trim_start) else { return false };
    if rest.starts_with('{') {
        return names_in_braces(rest).any(|word| word.rsplit(" as ").next().is_some_and(|key| key.trim() == name));
    }
    ["const ", "let ", "var ", "async function ", "function "].iter().any(|keyword| {
        let declared = rest.strip_prefix(keyword).and_then(|rest| rest.trim_start().strip_prefix(name));
        declared.is_some_and(|after| {
            !after.starts_with(|character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '$'))
        })
    })
}

fn names_in_braces(text: &str) -> impl Iterator<Item = &str> {
    let inside = text.trim_start().strip_prefix('{').unwrap_or_default();
    inside.split('}').next().unwrap_or_default().split(',').map(str::trim).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exports_are_known_in_their_usual_forms() {
        for line in [
            "exports.handler = async (event) => {",
            "module.exports.handler = handler;",
            "module.exports = { handler };",
            "module.exports = { other, handler: main }",
            "export const handler = async (event) => {",
            "export async function handler(event) {",
            "export function handler(",
            "export { main as handler };",
            "export { handler }",
            "export const handler: Handler = async () => {",
            "exports.handler=f",
        ] {
            assert!(exports(line, "handler"), "{line}");
        }
        for line in [
            "// exports.handler = x",
            "exports.handlers = x",
            "export const handlers = 1",
            "const handler = 1",
            "export { handler as main }",
            "module.exports = handler",
            "export default handler",
            "exports.handler == x",
            "  exports.handler = x",
        ] {
            assert!(!exports(line, "handler"), "{line}");
        }
    }

    #[test]
    fn ranges_of_versions() {
        let best = |range: &str| MAJORS.into_iter().find(|major| engine_allows(range, *major));
        assert_eq!(best(">=20"), Some(24));
        assert_eq!(best("^22.1.0"), Some(22));
        assert_eq!(best("20.x || 22.x"), Some(22));
        assert_eq!(best(">= 18 < 23"), Some(22));
        assert_eq!(best("<22.5"), Some(22));
        assert_eq!(best("18"), None);
        assert_eq!(best("*"), Some(24));
    }
}
