//! What a program in Rust reaches: the modules that it declares, and the libraries of path dependencies that it names. Modules
//! for tests alone are left out; other conditions of compilation are not read.

use std::collections::BTreeMap;

use super::tokens::{Dialect, Token, tokens};
use super::{Files, Function, Project, Unresolved, first_of, follow, paths};

/// The files that a program reaches.
pub(super) fn walk(project: &Project<'_>, function: &Function<'_>) -> Result<Files, Unresolved> {
    let begin = first_of(project, candidates(project, function))?;
    let libraries = libraries(project, function);
    Ok(follow(project, [begin.clone()], |path, text| {
        let tokens = tokens(Dialect::Rust, text);
        let modules =
            modules(&tokens).into_iter().flat_map(|module| module.paths(path, path == begin || is_root(path)));
        let named = libraries.iter().filter(|(name, _)| names_crate(&tokens, name)).map(|(_, path)| path.clone());
        modules.chain(named).filter(|path| project.paths.contains(path)).collect()
    }))
}

/// Where the program's main file may be.
fn candidates(project: &Project<'_>, function: &Function<'_>) -> Vec<String> {
    if let Some(entry) = function.entry {
        return vec![entry.to_owned()];
    }
    let programs = paths::join(function.folder, "src/bin");
    let named = [format!("{programs}/{}.rs", function.handler), format!("{programs}/{}/main.rs", function.handler)];
    let main = paths::join(function.folder, "src/main.rs");
    let mut others = paths::below(project.paths, &programs)
        .filter(|path| paths::folder_of(path) == programs || paths::name_of(path) == "main.rs");
    let only = others.next().cloned().filter(|_| others.next().is_none());
    named.into_iter().chain([main]).chain(only).collect()
}

/// The libraries of the project by the names of their crates: those of path dependencies, and the function's own.
fn libraries(project: &Project<'_>, function: &Function<'_>) -> BTreeMap<String, String> {
    let own = package_name(project, function.folder).map(|name| (name, function.folder.to_owned()));
    let all = function.packages.iter().map(|(name, folder)| (name.clone(), folder.clone())).chain(own);
    all.map(|(name, folder)| (name.replace('-', "_"), paths::join(&folder, "src/lib.rs"))).collect()
}

/// The name of a folder's package: the first `name = "…"` of its manifest.
fn package_name(project: &Project<'_>, folder: &str) -> Option<String> {
    let content = (project.content)(&paths::join(folder, "Cargo.toml"))?;
    let text = String::from_utf8_lossy(&content);
    let name = text.lines().skip_while(|line| line.trim() != "[package]").find_map(|line| {
        let value = line.trim().strip_prefix("name")?.trim_start().strip_prefix('=')?;
        Some(value.split('#').next()?.trim().trim_matches('"').to_owned())
    });
    name.filter(|name| !name.is_empty())
}

/// Whether a file is the root of a crate or the module of its folder, so that its modules are beside it.
fn is_root(path: &str) -> bool {
    matches!(paths::name_of(path), "main.rs" | "lib.rs" | "mod.rs") || paths::folder_of(path).ends_with("src/bin")
}

/// A module that is in a file of its own.
#[derive(Debug, PartialEq, Eq)]
struct Module<'t> {
    name: &'t str,
    /// The modules around it within its file.
    around: Vec<&'t str>,
    /// The file that an attribute names.
    path: Option<&'t str>,
}

impl Module<'_> {
    /// The files that it may be.
    fn paths(&self, from: &str, is_root: bool) -> Vec<String> {
        let folder = paths::folder_of(from);
        let stem = paths::name_of(from).trim_end_matches(".rs");
        let own = if is_root { folder.to_owned() } else { paths::join(folder, stem) };
        let around = self.around.iter().fold(own, |folder, module| paths::join(&folder, module));
        match self.path {
            Some(path) if self.around.is_empty() => paths::resolve(folder, path).into_iter().collect(),
            Some(path) => paths::resolve(&around, path).into_iter().collect(),
            None => vec![
                paths::join(&around, &format!("{}.rs", self.name)),
                paths::join(&around, &format!("{}/mod.rs", self.name)),
            ],
        }
    }
}

/// The modules that a file declares, without those for tests.
fn modules<'t>(tokens: &[Token<'t>]) -> Vec<Module<'t>> {
    let mut found = Vec::new();
    // For each open brace: the module that it opens, if it does, and whether that is for tests.
    let mut open: Vec<(Option<&'t str>, bool)> = Vec::new();
    let mut attribute = Attribute::default();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at..] {
            [Token::Sign(b'#'), Token::Sign(b'['), rest @ ..] => {
                at += 2 + attribute.read(rest);
                continue;
            }
            [Token::Word("mod"), Token::Word(name), Token::Sign(b';'), ..] => {
                if !attribute.is_for_tests && open.iter().all(|(_, is_for_tests)| !is_for_tests) {
                    let around = open.iter().filter_map(|(module, _)| *module).collect();
                    found.push(Module { name, around, path: attribute.path });
                }
                attribute = Attribute::default();
            }
            [Token::Word("mod"), Token::Word(name), Token::Sign(b'{'), ..] => {
                open.push((Some(name), attribute.is_for_tests));
                attribute = Attribute::default();
                at += 2;
            }
            [Token::Sign(b'{'), ..] => {
                open.push((None, attribute.is_for_tests));
                attribute = Attribute::default();
            }
            [Token::Sign(b'}'), ..] => {
                open.pop();
            }
            [Token::Sign(b';'), ..] => attribute = Attribute::default(),
            _ => {}
        }
        at += 1;
    }
    found
}

/// What the attributes before an item say.
#[derive(Default)]
struct Attribute<'t> {
    is_for_tests: bool,
    path: Option<&'t str>,
}

impl<'t> Attribute<'t> {
    /// Reads one attribute, and says how many tokens it has.
    fn read(&mut self, tokens: &[Token<'t>]) -> usize {
        let mut depth = 1_usize;
        let inner = tokens.iter().take_while(|token| {
            match token {
                Token::Sign(b'[') => depth += 1,
                Token::Sign(b']') => depth -= 1,
                _ => {}
            }
            depth > 0
        });
        let inner: Vec<Token<'t>> = inner.copied().collect();
        match inner.as_slice() {
            [Token::Word("path"), Token::Sign(b'='), Token::Text(path)] => self.path = Some(path),
            [Token::Word("cfg"), rest @ ..] => {
                let negated = rest.contains(&Token::Word("not"));
                self.is_for_tests |= rest.contains(&Token::Word("test")) && !negated;
            }
            [Token::Word("test")] => self.is_for_tests = true,
            _ => {}
        }
        inner.len() + 1
    }
}

/// Whether a file names a crate: `name::`, `use name;`, `extern crate name`.
fn names_crate(tokens: &[Token<'_>], name: &str) -> bool {
    tokens.windows(3).any(|three| match three {
        [Token::Word(word), Token::Sign(b':'), Token::Sign(b':')] => *word == name,
        [Token::Word("use" | "crate"), Token::Word(word), Token::Sign(b';') | Token::Word("as")] => *word == name,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::{Module, modules};
    use crate::reach::tokens::{Dialect, tokens};

    #[test]
    fn modules_are_found_without_those_for_tests() {
        let text = "mod a;\npub(crate) mod b;\n#[cfg(test)]\nmod c;\n#[path = \"x.rs\"]\nmod d;\nmod e { mod f; }\n\
            #[cfg(test)] mod g { mod h; }\nfn i() { 'mod'; } // mod j;\n";
        let module = |name, around: &[&'static str], path| Module { name, around: around.to_vec(), path };
        let expected =
            [module("a", &[], None), module("b", &[], None), module("d", &[], Some("x.rs")), module("f", &["e"], None)];
        assert_eq!(modules(&tokens(Dialect::Rust, text)), expected);
    }
}
