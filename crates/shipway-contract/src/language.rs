//! The languages that are read, and their grammars. What a language's constructs mean is said in its own folder.

use std::sync::OnceLock;

use crate::grammar::Scope;

/// A language whose source can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// Python 3.
    Python,
    /// JavaScript, JSX among it.
    JavaScript,
    /// TypeScript.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
    /// Go.
    Go,
    /// Rust.
    Rust,
    /// Java.
    Java,
    /// Ruby.
    Ruby,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::Python, Self::JavaScript, Self::TypeScript, Self::Tsx, Self::Go, Self::Rust, Self::Java, Self::Ruby];

    /// The language of a file, told by the ending of its name. `None` for all that is not read.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
        let (stem, ending) = name.rsplit_once('.')?;
        if stem.is_empty() {
            return None;
        }
        Some(match ending {
            "py" => Self::Python,
            "js" | "mjs" | "cjs" | "jsx" => Self::JavaScript,
            "ts" | "mts" | "cts" => Self::TypeScript,
            "tsx" => Self::Tsx,
            "go" => Self::Go,
            "rs" => Self::Rust,
            "java" => Self::Java,
            "rb" => Self::Ruby,
            _ => return None,
        })
    }

    /// Its grammar, with the names of what occurs in a tree.
    pub(crate) fn tables(self) -> &'static Tables {
        static ALL: [OnceLock<Tables>; 8] = [const { OnceLock::new() }; 8];
        ALL[self as usize].get_or_init(|| Tables::new(self))
    }

    fn grammar(self) -> tree_sitter::Language {
        match self {
            Self::Python => tree_sitter_python::LANGUAGE,
            Self::JavaScript => tree_sitter_javascript::LANGUAGE,
            Self::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT,
            Self::Tsx => tree_sitter_typescript::LANGUAGE_TSX,
            Self::Go => tree_sitter_go::LANGUAGE,
            Self::Rust => tree_sitter_rust::LANGUAGE,
            Self::Java => tree_sitter_java::LANGUAGE,
            Self::Ruby => tree_sitter_ruby::LANGUAGE,
        }
        .into()
    }
}

/// A grammar, and the names of its nodes and fields by number: the grammar would measure each name anew.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) grammar: tree_sitter::Language,
    kinds: Vec<String>,
    fields: Vec<String>,
    scopes: Vec<Option<Scope>>,
}

impl Tables {
    fn new(language: Language) -> Self {
        let grammar = language.grammar();
        let kinds = (0..grammar.node_kind_count()).map(|id| {
            let name = u16::try_from(id).ok().and_then(|id| grammar.node_kind_for_id(id));
            name.unwrap_or_default().to_owned()
        });
        let kinds: Vec<String> = kinds.collect();
        let rules = crate::grammar_of(language);
        let scopes = kinds.iter().map(|kind| rules.scope(kind)).collect();
        let fields = (0..=grammar.field_count()).map(|id| {
            let name = u16::try_from(id).ok().and_then(|id| grammar.field_name_for_id(id));
            name.unwrap_or_default().to_owned()
        });
        let fields = fields.collect();
        Self { grammar, kinds, fields, scopes }
    }

    /// The name of a field.
    pub(crate) fn field(&self, id: u16) -> &str {
        self.fields.get(usize::from(id)).map_or("", String::as_str)
    }

    /// The scope that a kind of node opens.
    pub(crate) fn scope(&self, id: u16) -> Option<Scope> {
        self.scopes.get(usize::from(id)).copied().flatten()
    }

    /// The name of a kind of node. What is not the language has a number of its own.
    pub(crate) fn kind(&self, id: u16) -> &str {
        self.kinds.get(usize::from(id)).map_or("ERROR", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn a_language_is_told_by_the_ending() {
        assert_eq!(Language::of_path("src/app.py"), Some(Language::Python));
        assert_eq!(Language::of_path("app.d.mts"), Some(Language::TypeScript));
        assert_eq!(Language::of_path("src.py/README"), None);
        assert_eq!(Language::of_path(".py"), None);
    }

    #[test]
    fn every_grammar_fits_the_library() {
        for language in Language::ALL {
            let mut parser = tree_sitter::Parser::new();
            parser.set_language(&language.tables().grammar).unwrap();
        }
    }
}
