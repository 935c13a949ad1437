//! What a Java handler reaches: the classes that it imports, those of its own package that it names, and so on. What a framework
//! finds by its annotations is not seen unless something imports it.

use std::collections::{BTreeMap, BTreeSet};

use super::tokens::{Dialect, Token, tokens};
use super::{Files, Function, Project, Unresolved, follow, paths};

/// Where Maven and Gradle look for sources.
const SOURCES: &str = "src/main/java";

/// The files that a handler reaches.
pub(super) fn walk(project: &Project<'_>, function: &Function<'_>) -> Result<Files, Unresolved> {
    let classes = Classes::of(project, function);
    let begin = match function.entry {
        Some(entry) if project.paths.contains(entry) => entry.to_owned(),
        Some(entry) => return Err(Unresolved { looked_for: vec![entry.to_owned()] }),
        None => {
            let class = function.handler.split("::").next().unwrap_or(function.handler);
            let class = class.split('$').next().unwrap_or(class);
            let unresolved = || {
                let file = format!("{}.java", class.replace('.', "/"));
                Unresolved { looked_for: vec![paths::join(&paths::join(function.folder, SOURCES), &file)] }
            };
            classes.file(class).ok_or_else(unresolved)?.to_owned()
        }
    };
    Ok(follow(project, [begin], |path, text| classes.named_in(path, text)))
}

/// The classes of the project that the function may use: package → name → file.
struct Classes<'p> {
    packages: BTreeMap<String, BTreeMap<&'p str, &'p str>>,
    by_file: BTreeMap<&'p str, String>,
}

impl<'p> Classes<'p> {
    fn of(project: &Project<'p>, function: &Function<'_>) -> Self {
        let mut found = Self { packages: BTreeMap::new(), by_file: BTreeMap::new() };
        let folders = [function.folder].into_iter().chain(function.depends_on.iter().map(String::as_str));
        let folders = folders.chain(function.packages.values().map(String::as_str));
        for root in folders.map(|folder| paths::join(folder, SOURCES)) {
            for path in paths::below(project.paths, &root) {
                let Some(name) = paths::name_of(path).strip_suffix(".java") else { continue };
                let package = paths::folder_of(path).get(root.len()..).unwrap_or_default();
                let package = package.trim_start_matches('/').replace('/', ".");
                found.by_file.insert(path, package.clone());
                found.packages.entry(package).or_default().entry(name).or_insert(path);
            }
        }
        found
    }

    /// The file of a class by its whole name; for a class within one, or a member, that of the class around.
    fn file(&self, name: &str) -> Option<&'p str> {
        let mut name = name;
        while let Some((package, class)) = name.rsplit_once('.') {
            if let Some(path) = self.packages.get(package).and_then(|classes| classes.get(class)) {
                return Some(path);
            }
            name = package;
        }
        self.packages.get("").and_then(|classes| classes.get(name)).copied()
    }

    /// The files of the classes that a file names.
    fn named_in(&self, path: &str, text: &str) -> Vec<String> {
        let tokens: Vec<Token<'_>> =
            tokens(Dialect::Java, text).into_iter().filter(|token| *token != Token::Newline).collect();
        let mut found = BTreeSet::new();
        let own = self.by_file.get(path).and_then(|package| self.packages.get(package));
        for (at, token) in tokens.iter().enumerate() {
            match token {
                Token::Word("import") => {
                    let (name, is_whole_package) = imported(&tokens[at + 1..]);
                    found.extend(self.file(&name));
                    if is_whole_package {
                        found.extend(self.packages.get(&name).into_iter().flat_map(BTreeMap::values).copied());
                    }
                }
                Token::Word(word) => found.extend(own.and_then(|classes| classes.get(word)).copied()),
                _ => {}
            }
        }
        found.into_iter().map(str::to_owned).collect()
    }
}

/// The name behind `import`, and whether all of a package is meant.
fn imported(tokens: &[Token<'_>]) -> (String, bool) {
    let statement = tokens.iter().take_while(|token| **token != Token::Sign(b';'));
    let mut parts = Vec::new();
    let mut is_whole_package = false;
    for token in statement {
        match token {
            Token::Word("static") if parts.is_empty() => {}
            Token::Word(word) => parts.push(*word),
            Token::Sign(b'*') => is_whole_package = true,
            _ => {}
        }
    }
    (parts.join("."), is_whole_package)
}
