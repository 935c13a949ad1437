//! Finds the reads of a file: from the words that none can do without, and from the names that the environment gets in
//! this file, up to the expressions that ask for a variable.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

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
#[derive(Debug, Default)]
pub(crate) struct Reads<'s> {
    /// By the node's place. A pattern is more than one.
    by_place: BTreeMap<u32, Vec<Known<'s>>>,
    /// Where the file sets a variable itself, by the variable's name.
    setters: BTreeMap<String, Vec<Node<'s>>>,
    /// The places of all of them.
    places: BTreeSet<u32>,
}

impl<'s> Reads<'s> {
    /// All of them, in order.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Known<'s>> {
        self.by_place.values().flatten()
    }

    /// Those at some places, in order.
    pub(crate) fn between(&self, places: Range<u32>) -> impl DoubleEndedIterator<Item = &Known<'s>> {
        self.by_place.range(places).flat_map(|(_, known)| known)
    }

    /// The read that an expression is, if it is one.
    pub(crate) fn at(&self, node: Node<'s>) -> Option<&Known<'s>> {
        match self.by_place.get(&node.place()).map(Vec::as_slice) {
            Some([known]) if known.asked.at == node => Some(known),
            _ => None,
        }
    }

    /// Where the file sets a variable itself, in order.
    pub(crate) fn setters(&self, name: &str) -> &[Node<'s>] {
        self.setters.get(name).map_or(&[], Vec::as_slice)
    }
}

/// Finds the reads of a file.
pub(crate) fn find<'s>(grammar: &dyn Grammar, syntax: &'s Syntax<'s>) -> Reads<'s> {
    let mut found = Reads::default();
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
    for setters in found.setters.values_mut() {
        setters.sort();
        setters.dedup();
    }
    found
}

/// Goes up from a word: notes the reads that it is in, and the names that are given to the thing that it is.
fn climb<'s>(grammar: &dyn Grammar, leaf: Node<'s>, found: &mut Reads<'s>, names: &mut Vec<&'s str>) {
    let mut is_thing = false;
    for node in std::iter::once(leaf).chain(leaf.ancestors()).take(HIGHEST) {
        if let Entry::Vacant(place) = found.by_place.entry(node.place()) {
            let reads = grammar.reads(node);
            if !reads.is_empty() {
                // A pattern within a pattern is found from both.
                let new = reads.into_iter().filter(|asked| !found.places.contains(&asked.at.place()));
                let known: Vec<Known<'s>> =
                    new.map(|asked| Known { name: name_of(grammar, &asked.name), asked }).collect();
                if !known.is_empty() {
                    found.places.extend(known.iter().map(|known| known.asked.at.place()));
                    place.insert(known);
                }
            }
        }
        if let Some(name) = grammar.sets(node).and_then(|name| name_of(grammar, &name)) {
            found.setters.entry(name).or_default().push(node);
        }
        match grammar.shape(node) {
            Shape::Assign(pairs) if is_thing => {
                names.extend(
                    pairs.iter().filter(|pair| pair.value.holds(leaf)).map(|pair| grammar.plain(pair.target.text())),
                );
            }
            Shape::Part => {}
            _ => is_thing = thing(grammar, node).is_some(),
        }
    }
}
