//! Go: packages of the same module or workspace that a main package imports, `go.mod` and `go.work`.
//!
//! Imports are read from the sources as text, whatever their build constraints: a file for another system counts too. Tests
//! do not. What is in a module that is neither the function's, nor used by `go.work`, nor replaced by a folder is fetched by
//! `go` and no input.

use std::collections::{BTreeMap, BTreeSet};

use globset::GlobBuilder;

use super::{Project, join, upwards, within};
use crate::build::FunctionBuild;
use crate::builder::Builder;

/// Files of a package besides `.go` that the compiler and the assembler take. With cgo off, C sources have no part.
const OTHER_SOURCES: [&str; 4] = [".s", ".S", ".h", ".syso"];

pub(super) fn find(build: &FunctionBuild, project: &mut Project<'_>) -> BTreeSet<String> {
    let package = match &build.builder {
        Builder::Go(settings) => settings.package.as_deref().unwrap_or("."),
        _ => ".",
    };
    let Some(main) = within(&build.folder, package) else { return BTreeSet::new() };
    let mut found = BTreeSet::new();
    let modules = modules(&main, project, &mut found);
    let mut seen = BTreeSet::new();
    let mut waiting = vec![main];
    while let Some(folder) = waiting.pop() {
        if !seen.insert(folder.clone()) {
            continue;
        }
        for import in take_package(&folder, project, &mut found) {
            waiting.extend(modules.folder_of(&import, project));
        }
    }
    let inside = join(&build.folder, "");
    found.retain(|path| !build.folder.is_empty() && !path.starts_with(&inside));
    found
}

/// The modules whose sources are in the project.
#[derive(Debug, Default)]
struct Modules {
    /// By the module's path, its folder.
    folders: BTreeMap<String, String>,
}

impl Modules {
    /// The folder of an imported package, if it is in one of the modules.
    fn folder_of(&self, import: &str, project: &Project<'_>) -> Option<String> {
        let candidates = self.folders.iter().filter_map(|(module, folder)| {
            let rest = import.strip_prefix(module.as_str())?;
            (rest.is_empty() || rest.starts_with('/')).then_some((module.len(), folder, rest.trim_start_matches('/')))
        });
        let (_, module, rest) = candidates.max_by_key(|(length, _, _)| *length)?;
        let folder = within(module, rest)?;
        // A folder with a go.mod of its own, and all below it, is another module.
        let other = upwards(&folder)
            .take_while(|above| above != module)
            .any(|above| project.files.contains(&join(above, "go.mod")));
        (!other).then_some(folder)
    }
}

/// The modules that count for the package in `main`. Their manifests, and whatever is vendored, are `found`.
fn modules(main: &str, project: &mut Project<'_>, found: &mut BTreeSet<String>) -> Modules {
    let mut modules = Modules::default();
    let own = upwards(main).find(|folder| project.files.contains(&join(folder, "go.mod"))).map(str::to_owned);
    let workspace = upwards(main).find(|folder| project.files.contains(&join(folder, "go.work"))).map(str::to_owned);
    let mut folders: Vec<String> = own.iter().cloned().collect();
    if let Some(workspace) = &workspace {
        let manifest = take(workspace, "go.work", project, found).unwrap_or_default();
        take(workspace, "go.work.sum", project, found);
        let directives = directives(&manifest);
        folders.extend(directives.iter().filter_map(|line| match line.as_slice() {
            [directive, folder] if directive == "use" => within(workspace, folder),
            _ => None,
        }));
        folders.extend(replacements(&directives, workspace, &mut modules));
    }
    let vendoring = workspace.as_ref().or(own.as_ref());
    if let Some(folder) = vendoring
        && project.files.contains(&join(folder, "vendor/modules.txt"))
    {
        found.extend(project.below(&join(folder, "vendor")).cloned());
    }
    let mut seen = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        if !seen.insert(folder.clone()) {
            continue;
        }
        let Some(manifest) = take(&folder, "go.mod", project, found) else { continue };
        take(&folder, "go.sum", project, found);
        let directives = directives(&manifest);
        if let Some(path) = directives.iter().find_map(|line| match line.as_slice() {
            [directive, path] if directive == "module" => Some(path.clone()),
            _ => None,
        }) {
            modules.folders.insert(path, folder.clone());
        }
        folders.extend(replacements(&directives, &folder, &mut modules));
    }
    modules
}

/// `replace path [version] => ../folder`: the replaced module's folder, under the path that is replaced.
fn replacements(directives: &[Vec<String>], folder: &str, modules: &mut Modules) -> Vec<String> {
    let mut folders = Vec::new();
    for line in directives {
        let [directive, path, .., arrow, target] = line.as_slice() else { continue };
        let local = target.starts_with("./") || target.starts_with("../") || target == "." || target == "..";
        if directive == "replace"
            && arrow == "=>"
            && local
            && let Some(target) = within(folder, target)
        {
            modules.folders.insert(path.clone(), target.clone());
            folders.push(target);
        }
    }
    folders
}

/// The text of a file, which is noted as found.
fn take(folder: &str, name: &str, project: &mut Project<'_>, found: &mut BTreeSet<String>) -> Option<String> {
    let path = join(folder, name);
    if !project.files.contains(&path) {
        return None;
    }
    let text = project.text(&path);
    found.insert(path);
    text
}

/// Notes the files of the package in `folder`; what it imports.
fn take_package(folder: &str, project: &mut Project<'_>, found: &mut BTreeSet<String>) -> BTreeSet<String> {
    let prefix = join(folder, "");
    let all: Vec<&String> = project.below(folder).collect();
    let directly = all.iter().copied().filter(|path| !path[prefix.len()..].contains('/'));
    let mut imports = BTreeSet::new();
    for path in directly {
        if OTHER_SOURCES.iter().any(|ending| path.ends_with(ending)) {
            found.insert(path.clone());
        }
        if !path.ends_with(".go") || path.ends_with("_test.go") {
            continue;
        }
        found.insert(path.clone());
        let text = project.text(path).unwrap_or_default();
        imports.extend(imports_of(&text));
        for pattern in embedded(&text) {
            found.extend(all.iter().copied().filter(|path| covers(&pattern, &path[prefix.len()..])).cloned());
        }
    }
    imports
}

/// Whether a pattern of `//go:embed` is about a file: itself or a folder that it is in.
fn covers(pattern: &str, path: &str) -> bool {
    let pattern = pattern.strip_prefix("all:").unwrap_or(pattern);
    if pattern == "." {
        return true;
    }
    let Ok(glob) = GlobBuilder::new(pattern).literal_separator(true).build() else { return false };
    let matcher = glob.compile_matcher();
    matcher.is_match(path) || path.match_indices('/').any(|(end, _)| matcher.is_match(&path[..end]))
}

/// The directives of `go.mod` or `go.work`, one by one as words: those in a block each begin with the block's name.
fn directives(text: &str) -> Vec<Vec<String>> {
    let mut directives = Vec::new();
    let mut block: Option<String> = None;
    for line in text.lines() {
        let line = line.split("//").next().unwrap_or(line).trim();
        let words: Vec<String> = line.split_whitespace().map(|word| word.trim_matches(['"', '`']).to_owned()).collect();
        match (words.as_slice(), &block) {
            ([], _) => {}
            ([close], Some(_)) if close == ")" => block = None,
            (_, Some(name)) => directives.push(std::iter::once(name.clone()).chain(words).collect()),
            ([name, open], None) if open == "(" => block = Some(name.clone()),
            _ => directives.push(words),
        }
    }
    directives
}

/// What a source file imports. The imports come before everything else but the package's clause.
fn imports_of(text: &str) -> BTreeSet<String> {
    let mut imports = BTreeSet::new();
    let mut tokens = Tokens { rest: text }.peekable();
    // `package name`, and the semicolon that may follow.
    if tokens.next() != Some(Token::Word("package")) || tokens.next().is_none() {
        return imports;
    }
    loop {
        match tokens.next() {
            Some(Token::Symbol(';')) => {}
            Some(Token::Word("import")) => {
                let block = tokens.peek() == Some(&Token::Symbol('('));
                for token in tokens.by_ref() {
                    match token {
                        Token::Text(path) => {
                            imports.insert(path.to_owned());
                            if !block {
                                break;
                            }
                        }
                        Token::Symbol(')') if block => break,
                        _ => {}
                    }
                }
            }
            _ => return imports,
        }
    }
}

/// As much of Go's grammar as its imports need.
#[derive(Debug, PartialEq, Eq)]
enum Token<'t> {
    Word(&'t str),
    /// A string without its quotes. Import paths have no escapes.
    Text(&'t str),
    Symbol(char),
}

struct Tokens<'t> {
    rest: &'t str,
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        loop {
            self.rest = self.rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
            if let Some(comment) = self.rest.strip_prefix("//") {
                self.rest = comment.split_once('\n').map_or("", |(_, after)| after);
            } else if let Some(comment) = self.rest.strip_prefix("/*") {
                self.rest = comment.split_once("*/").map_or("", |(_, after)| after);
            } else {
                break;
            }
        }
        let first = self.rest.chars().next()?;
        let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
        if let Some(quoted) = self.rest.strip_prefix(['"', '`']) {
            let (text, after) = quoted.split_once(first).unwrap_or((quoted, ""));
            self.rest = after;
            return Some(Token::Text(text));
        }
        if is_letter(first) {
            let end = self.rest.find(|letter| !is_letter(letter)).unwrap_or(self.rest.len());
            let (word, after) = self.rest.split_at(end);
            self.rest = after;
            return Some(Token::Word(word));
        }
        self.rest = &self.rest[first.len_utf8()..];
        Some(Token::Symbol(first))
    }
}

/// The patterns of `//go:embed`, wherever a line begins so: in a comment or a text too, which does no harm.
fn embedded(text: &str) -> Vec<String> {
    let mut patterns = Vec::new();
    for line in text.lines() {
        let Some(mut rest) = line.trim_start().strip_prefix("//go:embed") else { continue };
        while let Some(first) = {
            rest = rest.trim_start();
            rest.chars().next()
        } {
            let (pattern, after) = if let Some(quoted) = rest.strip_prefix(['"', '`']) {
                quoted.split_once(first).unwrap_or((quoted, ""))
            } else {
                rest.split_once(char::is_whitespace).unwrap_or((rest, ""))
            };
            patterns.push(pattern.to_owned());
            rest = after;
        }
    }
    patterns
}

#[cfg(test)]
mod tests {
    use super::super::tests::found;
    use super::*;
    use crate::builder::GoSettings;

    fn go(folder: &str, package: Option<&str>, files: &[(&str, &str)]) -> Vec<String> {
        let package = package.map(str::to_owned);
        found(Builder::Go(GoSettings { package, ..GoSettings::default() }), folder, files)
    }

    #[test]
    fn imports_are_read_past_comments_and_before_code() {
        let text = "// import \"no\"\n/* import \"no\" */\n\npackage main; import \"a\"\nimport (\n\t. \"b\" // \"no\"\n\t_ `c/d`\n\
                    \tname \"e\"; \"f\"\n)\nimport ()\nvar x = \"no\"\nimport \"no\"\n";
        assert_eq!(imports_of(text).into_iter().collect::<Vec<_>>(), ["a", "b", "c/d", "e", "f"]);
        for text in
            ["", "import \"no\"", "package", "package main\nimport (\n\"", "/*", "package main\nimport \"\u{e9}"]
        {
            assert!(!imports_of(text).contains("no"), "{text}");
        }
    }

    #[test]
    fn embedded_patterns_are_words_or_quoted() {
        let text = "//go:embed a/*.txt \"b c\" `d`\nvar x string\n  //go:embed all:e\n// go:embed no\n";
        assert_eq!(embedded(text), ["a/*.txt", "b c", "d", "all:e"]);
        assert!(covers("a/*.txt", "a/b.txt") && !covers("a/*.txt", "a/b/c.txt"));
        assert!(covers("a", "a/b/c") && covers("all:a", "a/.b") && !covers("a", "ab"));
    }

    #[test]
    fn directives_are_read_in_lines_and_blocks() {
        let text = "module \"x\" // no\nuse (\n\t./a\n\t./b // no\n)\nreplace y v1 => ../y\n";
        let shown: Vec<String> = directives(text).iter().map(|line| line.join(" ")).collect();
        assert_eq!(shown, ["module x", "use ./a", "use ./b", "replace y v1 => ../y"]);
    }

    #[test]
    fn a_function_depends_on_the_packages_that_it_imports_and_on_no_others() {
        let files = [
            ("go.mod", "module example.com/shop\n"),
            ("go.sum", ""),
            ("functions/api/main.go", "package main\nimport \"example.com/shop/internal/tax\"\nimport \"fmt\"\n"),
            ("functions/other/main.go", "package main\n"),
            ("internal/tax/tax.go", "package tax\nimport \"example.com/shop/internal/rates\"\n"),
            ("internal/tax/tax_windows.go", "package tax\n"),
            ("internal/tax/tax_test.go", "package tax\nimport \"example.com/shop/internal/unused\"\n"),
            ("internal/tax/add.s", ""),
            ("internal/tax/README.md", ""),
            ("internal/rates/rates.go", "package rates\nimport _ \"embed\"\n//go:embed data\nvar x string\n"),
            ("internal/rates/data/rates.csv", ""),
            ("internal/unused/unused.go", "package unused\n"),
        ];
        assert_eq!(
            go("functions/api", None, &files),
            [
                "go.mod",
                "go.sum",
                "internal/rates/data/rates.csv",
                "internal/rates/rates.go",
                "internal/tax/add.s",
                "internal/tax/tax.go",
                "internal/tax/tax_windows.go",
            ]
        );
        // The module's own folder holds everything.
        assert_eq!(go("", Some("functions/api"), &files), Vec::<String>::new());
    }

    #[test]
    fn modules_of_a_workspace_and_replaced_ones_are_followed() {
        let files = [
            ("go.work", "go 1.22\nuse (\n\t./api\n\t./libs/tax\n\t./unrelated\n)\n"),
            ("go.work.sum", ""),
            ("api/go.mod", "module example.com/api\nreplace example.com/rates v1.0.0 => ../libs/rates\n"),
            (
                "api/main.go",
                "package main\nimport (\n\"example.com/tax/vat\"\n\"example.com/rates\"\n\"example.com/tax/nested\"\n)\n",
            ),
            ("libs/tax/go.mod", "module example.com/tax\n"),
            ("libs/tax/vat/vat.go", "package vat\n"),
            ("libs/tax/nested/go.mod", "module example.com/tax/nested\n"),
            ("libs/tax/nested/nested.go", "package nested\n"),
            ("libs/rates/go.mod", "module example.com/other-name\n"),
            ("libs/rates/rates.go", "package rates\nimport \"example.com/api/model\"\n"),
            ("unrelated/go.mod", "module example.com/unrelated\n"),
            ("unrelated/go.sum", ""),
            ("unrelated/main.go", "package main\n"),
        ];
        assert_eq!(
            go("api", None, &files),
            [
                "go.work",
                "go.work.sum",
                "libs/rates/go.mod",
                "libs/rates/rates.go",
                "libs/tax/go.mod",
                "libs/tax/vat/vat.go",
                "unrelated/go.mod",
                "unrelated/go.sum",
            ]
        );
    }

    #[test]
    fn what_is_vendored_is_an_input() {
        let files = [
            ("go.mod", "module m\n"),
            ("vendor/modules.txt", ""),
            ("vendor/x/x.go", "package x\n"),
            ("f/main.go", "package main\nimport \"x\"\n"),
        ];
        assert_eq!(go("f", None, &files), ["go.mod", "vendor/modules.txt", "vendor/x/x.go"]);
        assert_eq!(go("f", Some("../../outside"), &files), Vec::<String>::new());
    }
}
