//! What a Python handler reaches: `import` and `from … import`, absolute and relative, with the packages around a module.

use super::tokens::{Dialect, Token, tokens};
use super::{Files, Function, Project, Unresolved, first_of, follow, paths, roots};

/// The files that a handler reaches.
pub(super) fn walk(project: &Project<'_>, function: &Function<'_>) -> Result<Files, Unresolved> {
    let roots = roots(function, "src");
    let begin = match function.entry {
        Some(entry) => first_of(project, vec![entry.to_owned()])?,
        None => {
            let module = module_of(function.handler);
            first_of(project, roots.iter().flat_map(|root| files_of(&paths::join(root, &module))).collect())?
        }
    };
    let around = packages_around(&begin, &roots);
    let begin = around.into_iter().filter(|path| project.paths.contains(path)).chain([begin.clone()]);
    Ok(follow(project, begin, |path, text| {
        let found = imports(text).into_iter().flat_map(|import| import.paths(path, &roots));
        found.filter(|path| project.paths.contains(path)).collect()
    }))
}

/// The path, without its ending, of the module that a handler names: `shop/web` of `shop.web.answer`, `shop/web.answer` or
/// `shop.web:answer`.
fn module_of(handler: &str) -> String {
    let module = handler.rsplit_once(':').or_else(|| handler.rsplit_once('.')).map_or(handler, |(module, _)| module);
    module.replace('.', "/")
}

/// The files that a module may be.
fn files_of(module: &str) -> [String; 2] {
    [format!("{module}.py"), format!("{module}/__init__.py")]
}

/// The `__init__.py` of each package that a file is in, up to the root.
fn packages_around(path: &str, roots: &[String]) -> Vec<String> {
    let folders = std::iter::successors(Some(paths::folder_of(path)), |folder| {
        Some(paths::folder_of(folder)).filter(|above| above != folder)
    });
    folders
        .take_while(|folder| !roots.iter().any(|root| root == folder))
        .map(|folder| paths::join(folder, "__init__.py"))
        .collect()
}

/// One import: the dots before the module, its parts, and the names that are taken from it.
#[derive(Debug, PartialEq, Eq)]
struct Import<'t> {
    dots: usize,
    module: Vec<&'t str>,
    names: Vec<&'t str>,
}

impl Import<'_> {
    /// The files that it may load.
    fn paths(&self, from: &str, roots: &[String]) -> Vec<String> {
        let relative = || {
            let above = "../".repeat(self.dots - 1);
            paths::resolve(paths::folder_of(from), &above).into_iter().collect()
        };
        let bases: Vec<String> = if self.dots > 0 { relative() } else { roots.to_vec() };
        bases.iter().flat_map(|base| self.below(base)).collect()
    }

    fn below(&self, base: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut path = base.to_owned();
        if self.dots > 0 {
            found.push(paths::join(&path, "__init__.py"));
        }
        for part in &self.module {
            path = paths::join(&path, part);
            found.extend(files_of(&path));
        }
        found.extend(self.names.iter().flat_map(|name| files_of(&paths::join(&path, name))));
        found
    }
}

/// The imports of a file, wherever they stand.
fn imports(text: &str) -> Vec<Import<'_>> {
    let tokens = tokens(Dialect::Python, text);
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| tokens[before]);
        let starts = matches!(before, None | Some(Token::Newline | Token::Sign(b';' | b':')));
        let rest = &tokens[at + 1..];
        match token {
            Token::Word("import") if starts => found.extend(plain(rest)),
            Token::Word("from") if starts => found.extend(of_module(rest)),
            Token::Word("import_module" | "__import__") => {
                if let [Token::Sign(b'('), Token::Text(module), ..] = rest {
                    found.push(Import { dots: 0, module: module.split('.').collect(), names: Vec::new() });
                }
            }
            _ => {}
        }
    }
    found
}

/// `import a.b as c, d`.
fn plain<'t>(tokens: &[Token<'t>]) -> Vec<Import<'t>> {
    let statement = tokens.iter().take_while(|token| !matches!(token, Token::Newline | Token::Sign(b';')));
    let mut found = vec![Import { dots: 0, module: Vec::new(), names: Vec::new() }];
    let mut is_alias = false;
    for token in statement {
        match token {
            Token::Sign(b',') => {
                found.push(Import { dots: 0, module: Vec::new(), names: Vec::new() });
                is_alias = false;
            }
            Token::Word("as") => is_alias = true,
            Token::Word(word) if !is_alias => {
                if let Some(last) = found.last_mut() {
                    last.module.push(word);
                }
            }
            _ => {}
        }
    }
    found
}

/// `from ..a.b import (c, d as e)`.
fn of_module<'t>(tokens: &[Token<'t>]) -> Option<Import<'t>> {
    let mut import = Import { dots: 0, module: Vec::new(), names: Vec::new() };
    let mut tokens = tokens.iter();
    loop {
        match tokens.next()? {
            Token::Sign(b'.') if import.module.is_empty() => import.dots += 1,
            Token::Sign(b'.' | b'\\') => {}
            Token::Word("import") => break,
            Token::Word(word) => import.module.push(word),
            _ => return None,
        }
    }
    let mut is_open = false;
    let mut is_alias = false;
    let mut is_continued = false;
    for token in tokens {
        match token {
            Token::Sign(b'(') => is_open = true,
            Token::Sign(b')' | b';') => break,
            Token::Newline if !is_open && !is_continued => break,
            Token::Sign(b',') => is_alias = false,
            Token::Word("as") => is_alias = true,
            Token::Word(word) if !is_alias => import.names.push(word),
            _ => {}
        }
        is_continued = *token == Token::Sign(b'\\');
    }
    Some(import)
}

#[cfg(test)]
mod tests {
    use super::{Import, imports, module_of};

    #[test]
    fn a_handler_names_a_module() {
        assert_eq!(module_of("app.handler"), "app");
        assert_eq!(module_of("shop.web.answer"), "shop/web");
        assert_eq!(module_of("shop/web.answer"), "shop/web");
        assert_eq!(module_of("shop.web:answer"), "shop/web");
    }

    #[test]
    fn imports_are_found_in_all_their_forms() {
        let text = "import a.b as c, d\nfrom ..e import (f,\n  g as h)\n'''\nimport no\n'''\ndef x():\n  from .i import j \\\n  , k\n# import no\n";
        let import = |dots, module: &[&'static str], names: &[&'static str]| Import {
            dots,
            module: module.to_vec(),
            names: names.to_vec(),
        };
        let expected = [
            import(0, &["a", "b"], &[]),
            import(0, &["d"], &[]),
            import(2, &["e"], &["f", "g"]),
            import(1, &["i"], &["j", "k"]),
        ];
        assert_eq!(imports(text), expected);
    }
}
