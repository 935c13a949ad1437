//! Finds the reads of a file: from the words that none can do without, and from the names that the environment gets in
//! this file, up to the expressions that ask for a variable.

use std::collections::{BTreeMap, BTreeSet};

use crate::grammar::{Asked, Grammar, Shape};
use crate::scopes::{name_of, thing};
use crate::syntax::{Node, Syntax};

/// A read is at most this many constructs above the word that gives it away.
const HIGHEST: usize = 8;
/// More new names than this for the environment are not followed.
const MOST_NAMES: usize = 64;

/// A read, and the variable's name where that is known.
#[derive(Debug, Clone)]
pub(crate) struct Known<'s> {
    pub(crate) asked: Asked<'s>,
    pub(crate) name: Option<String>,
}

/// The reads of a file by the node that each is.
pub(crate) fn find<'s>(grammar: &dyn Grammar, syntax: &'s Syntax<'s>) -> BTreeMap<Node<'s>, Vec<Known<'s>>> {
    let mut found = BTreeMap::new();
    let mut waiting: Vec<&'s str> = grammar.seeds().to_vec();
    let mut seen: BTreeSet<&'s str> = waiting.iter().copied().collect();
    while let Some(word) = waiting.pop() {
        for leaf in syntax.leaves(word) {
            let mut names: Vec<&'s str> = grammar.alias(leaf).map(Node::text).into_iter().collect();
            climb(grammar, leaf, &mut found, &mut names);
            for name in names {
                if seen.len() < MOST_NAMES && seen.insert(name) {
                    waiting.push(name);
                }
            }
        }
    }
    found
}

/// Goes up from a word: notes the reads that it is in, and the names that are given to the thing that it is.
fn climb<'s>(
    grammar: &dyn Grammar,
    leaf: Node<'s>,
    found: &mut BTreeMap<Node<'s>, Vec<Known<'s>>>,
    names: &mut Vec<&'s str>,
) {
    let mut is_thing = false;
    for node in std::iter::once(leaf).chain(leaf.ancestors()).take(HIGHEST) {
        if !found.contains_key(&node) {
            let reads = grammar.reads(node);
            if !reads.is_empty() {
                let known = reads.into_iter().map(|asked| Known { name: name_of(grammar, &asked.name), asked });
                found.insert(node, known.collect());
            }
        }
        match grammar.shape(node) {
            Shape::Assign(pairs) if is_thing => {
                names.extend(pairs.iter().filter(|pair| pair.value.holds(leaf)).map(|pair| pair.target.text()));
            }
            Shape::Part => {}
            _ => is_thing = thing(grammar, node).is_some(),
        }
    }
}
