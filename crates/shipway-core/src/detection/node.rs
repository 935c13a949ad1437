//! Node functions: files that export a handler.

use serde_json::Value;

use super::detect::{Evidence, Found, Read, company, names_for};
use super::folders::{Folders, join, relative, split};
use crate::builder::{Builder, NodeSettings};

/// What makes a folder a Node package.
pub(super) const MANIFEST: &str = "package.json";
/// The lock files that `npm ci` takes.
const NPM_LOCKS: [&str; 2] = ["package-lock.json", "npm-shrinkwrap.json"];
/// The lock files of other package managers.
const OTHER_LOCKS: [&str; 4] = ["pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb"];

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
    for (folder, name) in folders.sources(&["js", "mjs", "cjs", "ts", "mts"]) {
        let path = join(folder, name);
        let Some(text) = read(&path) else { continue };
        let Some((index, line, name)) = export(&text) else { continue };
        let root = folders.nearest_with(folder, &[MANIFEST]).unwrap_or(folder).to_owned();
        exports.push((root, Export { path, name, line: index + 1, seen: line.trim().to_owned() }));
    }
    let company = company(exports.iter().map(|(root, _)| root.as_str()));
    let mut found = Vec::new();
    for (root, export) in &exports {
        let stem = split(without_extension(&export.path)).1;
        let names = names_for(root, stem, company[root.as_str()]);
        found.push(describe(folders, root, export, names, read));
    }
    found
}

fn describe(folders: &Folders<'_>, root: &str, export: &Export, names: Vec<String>, read: Read<'_>) -> Found {
    let mut evidence = vec![Evidence::code(&export.path, export.line, &export.seen)];
    let mut doubts = Vec::new();
    let package = folders.has(root, MANIFEST).then(|| Package::read(&join(root, MANIFEST), read));
    let module = module(export, root, package.as_ref(), &mut doubts);
    let builder = match &package {
        Some(package) => {
            let what =
                if package.has_build_script { "its dependencies and `build` script" } else { "its dependencies" };
            evidence.push(Evidence { file: package.file.clone(), line: None, what: what.to_owned() });
            lock(folders, root, &mut evidence, &mut doubts);
            Builder::Node(NodeSettings::default())
        }
        None => {
            doubts.push("there is no package.json: the folder is packed as it is".to_owned());
            Builder::Prebuilt { path: ".".to_owned() }
        }
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

/// The module that Lambda loads. For TypeScript that is what the build makes, which can only be guessed.
fn module(export: &Export, root: &str, package: Option<&Package>, doubts: &mut Vec<String>) -> String {
    let source = without_extension(relative(&export.path, root));
    if !export.path.ends_with("ts") {
        return source.to_owned();
    }
    let stem = split(source).1;
    let main = package.and_then(|package| package.main.as_deref()).map(without_extension);
    let module = match main {
        Some(main) if split(main).1 == stem => main.trim_start_matches("./").to_owned(),
        _ => format!("dist/{stem}"),
    };
    doubts.push(format!("it is TypeScript: see that the `build` script makes {module}.js"));
    if package.is_none_or(|package| !package.has_build_script) {
        doubts.push("package.json has no `build` script".to_owned());
    }
    module
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
}

impl Package {
    /// One that cannot be read says nothing.
    fn read(file: &str, read: Read<'_>) -> Self {
        let package: Value = read(file).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
        Self {
            file: file.to_owned(),
            main: text(&package["main"]),
            engine: text(&package["engines"]["node"]),
            has_build_script: package["scripts"]["build"].is_string(),
        }
    }
}

fn lock(folders: &Folders<'_>, root: &str, evidence: &mut Vec<Evidence>, doubts: &mut Vec<String>) {
    if let Some(folder) = folders.nearest_with(root, &NPM_LOCKS) {
        let file = join(folder, folders.first_of(folder, &NPM_LOCKS).unwrap_or_default());
        evidence.push(Evidence { file, line: None, what: "the versions to install".to_owned() });
        return;
    }
    match folders.nearest_with(root, &OTHER_LOCKS).and_then(|folder| folders.first_of(folder, &OTHER_LOCKS)) {
        Some(other) => doubts.push(format!(
            "{other} is for another package manager, and only npm is used so far: `npm install --package-lock-only` \
             writes package-lock.json"
        )),
        None => doubts.push(
            "there is no package-lock.json, which the build needs: `npm install --package-lock-only` writes it"
                .to_owned(),
        ),
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
