//! Reads from source text which environment variables code needs, and which of a project's files a handler reaches.
//!
//! Text in, findings out: nothing here opens a file, runs what it reads, or knows what Lambda is configured with. A finding
//! is a guess with evidence; what follows from it is decided elsewhere. [`read`] takes one file, [`reach::find`] a whole
//! function.

mod find;
mod flow;
mod go;
mod grammar;
mod guard;
mod helper;
mod java;
mod javascript;
mod judge;
mod lambda;
mod language;
mod literal;
mod python;
pub mod reach;
mod ruby;
mod rust;
mod scopes;
mod syntax;

use std::num::NonZeroU32;

pub use crate::grammar::Part;
pub use crate::lambda::is_set_by_lambda;
pub use crate::language::Language;

use crate::grammar::Grammar;
use crate::judge::Judge;
use crate::syntax::{Syntax, words};

/// Whether code needs a variable, or goes on without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// It has a default, or its absence is seen to.
    Optional,
    /// Without it the code fails, or works with nothing where it meant something.
    Required,
}

/// One place at which one variable is asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Read {
    /// Where the expression starts, from 1.
    pub line: NonZeroU32,
    /// The variable.
    pub name: String,
    /// Whether the code there needs it.
    pub need: Need,
    /// When the code there runs.
    pub part: Part,
}

/// What one file reads of its environment. Variables that Lambda sets itself are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// The reads whose variable is known, by line.
    pub reads: Vec<Read>,
    /// The lines at which a variable is asked for whose name is only known when the code runs: one for each such place, in
    /// order.
    pub computed: Vec<NonZeroU32>,
}

/// Reads a file. What is not UTF-8 in it is replaced, what is not the language is passed over; a file of more than 16 MiB
/// has no findings.
#[must_use]
pub fn read(language: Language, source: &[u8]) -> Reading {
    read_text(language, &String::from_utf8_lossy(source))
}

fn read_text(language: Language, text: &str) -> Reading {
    let grammar = grammar_of(language);
    // Most files never mention the environment; parsing is what takes the time.
    if !grammar.seeds().iter().any(|seed| words(text, seed).next().is_some()) {
        return Reading::default();
    }
    let Some(syntax) = Syntax::parse(language, text) else { return Reading::default() };
    match grammar.rewritten(syntax.root()) {
        None => read_syntax(grammar, &syntax),
        Some(text) => Syntax::parse(language, &text).map(|syntax| read_syntax(grammar, &syntax)).unwrap_or_default(),
    }
}

fn read_syntax(grammar: &dyn Grammar, syntax: &Syntax<'_>) -> Reading {
    let found = find::find(grammar, syntax);
    let judge = Judge::new(grammar, &found);
    let mut reading = Reading::default();
    for known in found.all() {
        let line = known.asked.at.line();
        match &known.name {
            None => reading.computed.push(line),
            Some(name) if is_set_by_lambda(name) => {}
            Some(name) => reading.reads.push(Read {
                line,
                name: name.clone(),
                need: judge.need(known, name),
                part: part_of(grammar, known.asked.at),
            }),
        }
    }
    reading.reads.sort();
    reading.computed.sort();
    reading
}

fn part_of(grammar: &dyn Grammar, node: syntax::Node<'_>) -> Part {
    node.ancestors().find_map(|ancestor| grammar.part(ancestor)).unwrap_or(Part::Program)
}

fn grammar_of(language: Language) -> &'static dyn Grammar {
    match language {
        Language::Python => &python::Python,
        Language::JavaScript | Language::TypeScript | Language::Tsx => &javascript::JavaScript,
        Language::Go => &go::Go,
        Language::Rust => &rust::Rust,
        Language::Java => &java::Java,
        Language::Ruby => &ruby::Ruby,
    }
}
