//! What a program in Go reaches: all files of its main package, and of the packages of the project's modules that they
//! import. Files are told by their names alone: those of tests are left out, other build constraints are not read.

use std::collections::BTreeSet;

use super::tokens::{Dialect, Token, tokens};
use super::{Files, Function, Project, Unresolved, follow, paths};

/// The files that a program reaches.
pub(super) fn walk(project: &Project<'_>, function: &Function<'_>) -> Result<Files, Unresolved> {
    let folder = function.entry.unwrap_or(function.folder).trim_end_matches('/');
    let begin = files_of(project, folder);
    if begin.is_empty() {
        return Err(Unresolved { looked_for: vec![paths::join(folder, "*.go")] });
    }
    let own = module_around(project, folder);
    let modules: Vec<(&str, &str)> = own
        .iter()
        .map(|(name, folder)| (name.as_str(), folder.as_str()))
        .chain(function.packages.iter().map(|(name, folder)| (name.as_str(), folder.as_str())))
        .collect();
    Ok(follow(project, begin, |_, text| {
        let folders: BTreeSet<String> =
            imports(text).into_iter().filter_map(|path| folder_of(&modules, path)).collect();
        folders.iter().flat_map(|folder| files_of(project, folder)).collect()
    }))
}

/// The files of a package.
fn files_of(project: &Project<'_>, folder: &str) -> Vec<String> {
    let files = paths::directly_in(project.paths, folder);
    files.filter(|path| path.ends_with(".go") && !path.ends_with("_test.go")).cloned().collect()
}

/// The name and folder of the module that a folder belongs to.
fn module_around(project: &Project<'_>, folder: &str) -> Option<(String, String)> {
    let mut folder = folder;
    loop {
        let manifest = paths::join(folder, "go.mod");
        if project.paths.contains(&manifest) {
            let content = (project.content)(&manifest)?;
            let text = String::from_utf8_lossy(&content);
            let name = text.lines().find_map(|line| line.trim().strip_prefix("module "))?;
            let name = name.split("//").next().unwrap_or(name).trim().trim_matches(['"', '`']);
            return Some((name.to_owned(), folder.to_owned()));
        }
        if folder.is_empty() {
            return None;
        }
        folder = paths::folder_of(folder);
    }
}

/// The folder of an imported package, if it is in one of the project's modules: in the one with the longest name.
fn folder_of(modules: &[(&str, &str)], import: &str) -> Option<String> {
    let fitting = modules.iter().filter_map(|(name, folder)| {
        let rest = import.strip_prefix(name).filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
        Some((name.len(), paths::join(folder, rest.trim_start_matches('/'))))
    });
    fitting.max().map(|(_, folder)| folder)
}

/// The paths that a file imports.
fn imports(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut tokens = tokens(Dialect::Go, text).into_iter().filter(|token| *token != Token::Newline);
    while let Some(token) = tokens.next() {
        match token {
            // Imports come before everything else.
            Token::Word("func" | "type" | "var" | "const") => break,
            Token::Word("import") => {}
            _ => continue,
        }
        let mut is_list = false;
        for token in tokens.by_ref() {
            match token {
                Token::Sign(b'(') => is_list = true,
                Token::Text(path) => {
                    found.push(path);
                    if !is_list {
                        break;
                    }
                }
                Token::Sign(b')') => break,
                _ => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{folder_of, imports};

    #[test]
    fn imports_are_found_alone_and_in_lists() {
        let text = "package main\nimport \"a\"\nimport (\n\tb \"x/b\"\n\t_ \"x/c\" // no \"d\"\n)\nfunc main() { import(\"e\") }";
        assert_eq!(imports(text), ["a", "x/b", "x/c"]);
    }

    #[test]
    fn a_package_is_in_the_module_with_the_longest_name() {
        let modules = [("example.com/a", "a"), ("example.com/a/b", "elsewhere")];
        assert_eq!(folder_of(&modules, "example.com/a/c").as_deref(), Some("a/c"));
        assert_eq!(folder_of(&modules, "example.com/a/b/c").as_deref(), Some("elsewhere/c"));
        assert_eq!(folder_of(&modules, "example.com/ab"), None);
    }
}
