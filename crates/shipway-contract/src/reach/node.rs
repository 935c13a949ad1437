//! What a handler in JavaScript or TypeScript reaches: `import`, `export … from`, `require` and `import()` of relative files
//! and of the project's own packages. Paths that `tsconfig.json` maps are not followed.

use super::tokens::{Dialect, Token, tokens};
use super::{Files, Function, Project, Unresolved, first_of, follow, paths};

/// What files end with, sources before what may have been made of them.
const ENDINGS: [&str; 8] = ["ts", "mts", "cts", "tsx", "mjs", "js", "cjs", "jsx"];
/// Folders that builds write to, and in which a handler may therefore be named.
const OUTPUTS: [&str; 4] = ["dist/", "build/", "out/", "lib/"];

/// The files that a handler reaches.
pub(super) fn walk(project: &Project<'_>, function: &Function<'_>) -> Result<Files, Unresolved> {
    let begin = match function.entry {
        Some(entry) => first_of(project, vec![entry.to_owned()])?,
        None => {
            let places = places(&module_of(function.handler));
            let files = places.iter().flat_map(|place| candidates(&paths::join(function.folder, place)));
            first_of(project, files.collect())?
        }
    };
    Ok(follow(project, [begin], |path, text| {
        imports(text).into_iter().filter_map(|specifier| target(project, function, path, specifier)).collect()
    }))
}

/// The path, without its ending, of the module that a handler names: up to the first dot of the file's name.
fn module_of(handler: &str) -> String {
    let (folder, name) = handler.rsplit_once('/').unwrap_or(("", handler));
    let name = name.split('.').next().unwrap_or(name);
    paths::join(folder.trim_start_matches("./").trim_matches('/'), name)
}

/// Where the source of a module may be: in its place, in `src`, or where it was before a build put it elsewhere.
fn places(module: &str) -> Vec<String> {
    let source = OUTPUTS.iter().find_map(|folder| module.strip_prefix(folder));
    match source {
        Some(rest) => vec![format!("src/{rest}"), rest.to_owned(), module.to_owned()],
        None => vec![module.to_owned(), format!("src/{module}")],
    }
}

/// The files that a path without an ending may stand for.
fn candidates(path: &str) -> Vec<String> {
    let direct = ENDINGS.iter().map(|ending| format!("{path}.{ending}"));
    let index = ENDINGS.iter().map(|ending| paths::join(path, &format!("index.{ending}")));
    direct.chain(index).collect()
}

/// The file that an import leads to, if it is one of the project's.
fn target(project: &Project<'_>, function: &Function<'_>, from: &str, specifier: &str) -> Option<String> {
    if specifier.starts_with('.') {
        return file_at(project, &paths::resolve(paths::folder_of(from), specifier)?);
    }
    let of_name =
        |name: &String| specifier.strip_prefix(name.as_str()).filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let (folder, rest) = function.packages.iter().find_map(|(name, folder)| Some((folder, of_name(name)?)))?;
    match rest.trim_start_matches('/') {
        "" => main_of(project, folder),
        path => places(path).iter().find_map(|place| file_at(project, &paths::join(folder, place))),
    }
}

/// The file that a path stands for. TypeScript's imports name the `.js` that a `.ts` will become.
fn file_at(project: &Project<'_>, path: &str) -> Option<String> {
    let is_source = |path: &&String| crate::Language::of_path(path).is_some() && !path.ends_with(".d.ts");
    let mut options = vec![path.to_owned()];
    if let Some((stem, ending)) = path.rsplit_once('.') {
        let sources: &[&str] = match ending {
            "js" => &["ts", "tsx"],
            "mjs" => &["mts"],
            "cjs" => &["cts"],
            "jsx" => &["tsx"],
            _ => &[],
        };
        options.extend(sources.iter().map(|source| format!("{stem}.{source}")));
    }
    options.extend(candidates(path));
    options.iter().find(|path| project.paths.contains(*path) && is_source(path)).cloned()
}

/// The file that a package begins with.
fn main_of(project: &Project<'_>, folder: &str) -> Option<String> {
    let manifest = (project.content)(&paths::join(folder, "package.json"));
    let manifest: serde_json::Value =
        manifest.and_then(|content| serde_json::from_slice(&content).ok()).unwrap_or_default();
    let exported = &manifest["exports"];
    let root = if exported["."].is_null() { exported } else { &exported["."] };
    let named = [
        &manifest["source"],
        root,
        &root["import"],
        &root["default"],
        &root["require"],
        &manifest["module"],
        &manifest["main"],
    ];
    let named = named.into_iter().filter_map(serde_json::Value::as_str).map(|path| path.trim_start_matches("./"));
    let usual = ["src/index", "index"];
    named.chain(usual).flat_map(places).find_map(|place| file_at(project, &paths::join(folder, &place)))
}

/// What a file imports when it runs, as it names it.
fn imports(text: &str) -> Vec<&str> {
    let tokens: Vec<Token<'_>> =
        tokens(Dialect::JavaScript, text).into_iter().filter(|token| *token != Token::Newline).collect();
    let mut found = Vec::new();
    let mut is_type = false;
    for (at, token) in tokens.iter().enumerate() {
        let Token::Word(word) = token else { continue };
        let next = |offset: usize| tokens.get(at + offset).copied();
        match (*word, next(1), next(2)) {
            ("import" | "require", Some(Token::Sign(b'(')), Some(Token::Text(specifier))) => found.push(specifier),
            ("import", Some(Token::Text(specifier)), _) => found.push(specifier),
            // `import type { X } from` is gone when the code runs; `import type from` imports something named `type`.
            ("import" | "export", Some(Token::Word("type")), following) => {
                is_type = !matches!(following, Some(Token::Word("from")))
            }
            ("import" | "export", ..) => is_type = false,
            ("from", Some(Token::Text(specifier)), _) if !is_type => found.push(specifier),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{imports, module_of};

    #[test]
    fn a_handler_names_a_module() {
        assert_eq!(module_of("index.handler"), "index");
        assert_eq!(module_of("./dist/api.v2.handler"), "dist/api");
    }

    #[test]
    fn imports_are_found_in_all_their_forms() {
        let text = "import a from './a';\nimport './b';\nexport * from \"./c\";\nconst d = require('./d');\n\
            await import(`./e`);\nimport type { F } from './f';\n// import './g'\nconst text = \"import './h'\";\n\
            import { i } from './i.js';";
        assert_eq!(imports(text), ["./a", "./b", "./c", "./d", "./e", "./i.js"]);
    }
}
