//! A parsed file as a flat list of nodes, each knowing its parent: cheap to walk upwards, impossible to overflow the
//! stack with. Comments are left out. Knows no language's meaning.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU32;
use std::ops::Range;
use std::rc::Rc;

use crate::grammar::Scope;
use crate::language::{Language, Tables};

/// A file of more bytes than this is not parsed: nobody wrote it, and positions are kept in 32 bits.
pub(crate) const LARGEST_FILE: usize = 16 << 20;

/// What a node is in is looked at this far outside of it.
const FURTHEST: usize = 500;

/// A file's nodes in the order in which they begin, a node before what is in it.
pub(crate) struct Syntax<'s> {
    text: &'s str,
    tables: &'static Tables,
    entries: Vec<Entry>,
    lines: OnceCell<Vec<u32>>,
    leaves: RefCell<BTreeMap<String, Rc<[u32]>>>,
    remembered: RefCell<BTreeMap<String, ByPlace>>,
}

/// Places of nodes, for a node.
type ByPlace = BTreeMap<u32, Rc<[u32]>>;

#[derive(Clone, Copy)]
struct Entry {
    kind: u16,
    field: u16,
    start: u32,
    end: u32,
    parent: u32,
    /// The innermost node around it that opens a scope; its own for the file.
    scope: u32,
    /// The index behind the last node inside of this one.
    after: u32,
    named: bool,
}

/// A node of a file.
#[derive(Clone, Copy)]
pub(crate) struct Node<'s> {
    syntax: &'s Syntax<'s>,
    index: u32,
}

impl<'s> Syntax<'s> {
    /// Parses a file. `None` when it is too large.
    pub(crate) fn parse(language: Language, text: &'s str) -> Option<Self> {
        if text.len() > LARGEST_FILE {
            return None;
        }
        let tables = language.tables();
        let mut parser = tree_sitter::Parser::new();
        parser.set_language(&tables.grammar).ok()?;
        let tree = parser.parse(text, None)?;
        let entries = flatten(&tree, tables);
        Some(Self {
            text,
            tables,
            entries,
            lines: OnceCell::new(),
            leaves: RefCell::default(),
            remembered: RefCell::default(),
        })
    }

    pub(crate) fn text(&self) -> &'s str {
        self.text
    }

    /// The node of the whole file.
    pub(crate) fn root(&'s self) -> Node<'s> {
        Node { syntax: self, index: 0 }
    }

    /// The innermost nodes that consist of `word` and nothing else, in order.
    pub(crate) fn leaves(&'s self, word: &str) -> impl Iterator<Item = Node<'s>> + use<'s> {
        self.leaves_in(word, self.root())
    }

    /// The leaves of `word` within a node.
    pub(crate) fn leaves_in(&'s self, word: &str, node: Node<'s>) -> impl Iterator<Item = Node<'s>> + use<'s> {
        self.leaves_between(word, node.places())
    }

    /// The leaves of `word` at some places.
    pub(crate) fn leaves_between(&'s self, word: &str, places: Range<u32>) -> impl Iterator<Item = Node<'s>> + use<'s> {
        let all = self.all_leaves(word);
        let first = all.partition_point(|index| *index < places.start);
        let behind = all.partition_point(|index| *index < places.end).max(first);
        (first..behind).map(move |at| Node { syntax: self, index: all[at] })
    }

    fn all_leaves(&'s self, word: &str) -> Rc<[u32]> {
        if let Some(known) = self.leaves.borrow().get(word) {
            return Rc::clone(known);
        }
        let length = as_index(word.len());
        let found: Rc<[u32]> = words(self.text, word)
            .filter_map(|offset| self.leaf(as_index(offset), as_index(offset) + length))
            .map(|node| node.index)
            .collect();
        self.leaves.borrow_mut().insert(word.to_owned(), Rc::clone(&found));
        found
    }

    /// The places of the nodes that were found for a name in a node before, or are found now.
    pub(crate) fn remember(&'s self, name: &str, node: Node<'s>, find: impl FnOnce() -> Vec<Node<'s>>) -> Rc<[u32]> {
        let known = self.remembered.borrow().get(name).and_then(|nodes| nodes.get(&node.index)).cloned();
        known.unwrap_or_else(|| {
            let found: Rc<[u32]> = find().into_iter().map(|node| node.index).collect();
            let mut remembered = self.remembered.borrow_mut();
            remembered.entry(name.to_owned()).or_default().insert(node.index, Rc::clone(&found));
            found
        })
    }

    /// The node at a place.
    pub(crate) fn node(&'s self, place: u32) -> Node<'s> {
        Node { syntax: self, index: place }
    }

    fn leaf(&'s self, start: u32, end: u32) -> Option<Node<'s>> {
        let behind = self.entries.partition_point(|entry| entry.start <= start);
        let same_start = self.entries[..behind].iter().enumerate().rev().take_while(|(_, entry)| entry.start == start);
        let found = same_start.into_iter().find(|(_, entry)| entry.end == end)?;
        Some(Node { syntax: self, index: u32::try_from(found.0).ok()? })
    }

    fn line(&self, offset: u32) -> NonZeroU32 {
        let starts = self.lines.get_or_init(|| {
            let newlines = memchr::memchr_iter(b'\n', self.text.as_bytes());
            newlines.filter_map(|offset| u32::try_from(offset + 1).ok()).collect()
        });
        let before = starts.partition_point(|start| *start <= offset);
        NonZeroU32::MIN.saturating_add(u32::try_from(before).unwrap_or(u32::MAX))
    }
}

/// Where `word` stands in a text with no letter, digit, `_` or `$` beside it.
pub(crate) fn words<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + use<'t> {
    let bytes = text.as_bytes();
    let part = |at: usize| bytes.get(at).is_some_and(|byte| is_word_part(*byte));
    memchr::memmem::find_iter(bytes, word.as_bytes())
        .filter(move |offset| (*offset == 0 || !part(offset - 1)) && !part(offset + word.len()))
}

fn is_word_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// Lists a tree's nodes. Goes by a cursor: a tree may be as deep as its text is long.
fn flatten(tree: &tree_sitter::Tree, tables: &Tables) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut cursor = tree.walk();
    let mut parent = 0;
    loop {
        let node = cursor.node();
        let index = as_index(entries.len());
        let is_comment = node.is_extra() && tables.kind(node.kind_id()).contains("comment");
        if !is_comment {
            entries.push(Entry {
                kind: node.kind_id(),
                field: cursor.field_id().map_or(0, |field| field.get()),
                start: as_index(node.start_byte()),
                end: as_index(node.end_byte()),
                parent,
                scope: entries
                    .get(parent as usize)
                    .map_or(0, |outer| if tables.scope(outer.kind).is_some() { parent } else { outer.scope }),
                after: index + 1,
                named: node.is_named(),
            });
            if cursor.goto_first_child() {
                parent = index;
                continue;
            }
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return entries;
            }
            let behind = as_index(entries.len());
            entries[parent as usize].after = behind;
            parent = entries[parent as usize].parent;
        }
    }
}

/// Positions fit into 32 bits: no file is larger than `LARGEST_FILE`.
fn as_index(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

impl<'s> Node<'s> {
    fn entry(self) -> &'s Entry {
        &self.syntax.entries[self.index as usize]
    }

    fn at(self, index: u32) -> Self {
        Self { syntax: self.syntax, index }
    }

    /// Its place among all nodes of the file.
    pub(crate) fn place(self) -> u32 {
        self.index
    }

    /// The places of it and of what is in it.
    pub(crate) fn places(self) -> Range<u32> {
        self.index..self.entry().after
    }

    /// The file that it is in.
    pub(crate) fn syntax(self) -> &'s Syntax<'s> {
        self.syntax
    }

    /// Its name in the grammar; for signs and keywords, themselves.
    pub(crate) fn kind(self) -> &'static str {
        self.syntax.tables.kind(self.entry().kind)
    }

    /// The role that it has in its parent; empty when it has none.
    pub(crate) fn role(self) -> &'static str {
        self.syntax.tables.field(self.entry().field)
    }

    pub(crate) fn start(self) -> u32 {
        self.entry().start
    }

    pub(crate) fn end(self) -> u32 {
        self.entry().end
    }

    /// The line that it starts on.
    pub(crate) fn line(self) -> NonZeroU32 {
        self.syntax.line(self.start())
    }

    pub(crate) fn text(self) -> &'s str {
        self.syntax.text.get(self.start() as usize..self.end() as usize).unwrap_or_default()
    }

    pub(crate) fn parent(self) -> Option<Self> {
        (self.index != 0).then(|| self.at(self.entry().parent))
    }

    /// What follows it within the same node, signs and keywords passed over.
    pub(crate) fn next(self) -> Option<Self> {
        let parent = self.parent()?;
        let mut after = self.entry().after;
        while after < parent.entry().after {
            let next = self.at(after);
            if next.entry().named {
                return Some(next);
            }
            after = next.entry().after;
        }
        None
    }

    /// The innermost node at its beginning.
    pub(crate) fn first_leaf(self) -> Self {
        let deeper = |node: &Self| Some(node.at(node.index + 1)).filter(|first| first.index < node.entry().after);
        let leaf = std::iter::successors(Some(self), deeper).take(FURTHEST).last();
        leaf.unwrap_or(self)
    }

    /// What it is in, from the inside out; not without end, since generated code can be nested as deep as it is long.
    pub(crate) fn ancestors(self) -> impl Iterator<Item = Self> {
        std::iter::successors(self.parent(), |node| node.parent()).take(FURTHEST)
    }

    /// The kind of scope that it opens, if it does.
    pub(crate) fn scope(self) -> Option<Scope> {
        // A file that ends in the middle of something is no file to the grammar.
        if self.index == 0 { Some(Scope::File) } else { self.syntax.tables.scope(self.entry().kind) }
    }

    /// The scopes around it, from the inside out.
    pub(crate) fn scopes(self) -> impl Iterator<Item = (Self, Scope)> {
        let outer = |node: Self| (node.index != 0).then(|| node.at(node.entry().scope));
        let nodes = std::iter::successors(outer(self), move |node| outer(*node));
        nodes.take(FURTHEST).filter_map(|node| Some((node, node.scope()?)))
    }

    /// The part of `outer` that it is, or is in.
    pub(crate) fn within(self, outer: Self) -> Option<Self> {
        let mut nodes = std::iter::once(self).chain(self.ancestors());
        nodes.find(|node| node.parent() == Some(outer))
    }

    /// What it consists of, signs and keywords among it.
    pub(crate) fn tokens(self) -> impl Iterator<Item = Self> {
        let after = self.entry().after;
        let first = Some(self.index + 1).filter(|first| *first < after);
        std::iter::successors(first, move |index| Some(self.at(*index).entry().after).filter(|next| *next < after))
            .map(move |index| self.at(index))
    }

    /// What it consists of, without signs and keywords.
    pub(crate) fn children(self) -> impl Iterator<Item = Self> {
        self.tokens().filter(|child| child.entry().named)
    }

    /// Everything inside of it, in order.
    pub(crate) fn descendants(self) -> impl Iterator<Item = Self> {
        (self.index + 1..self.entry().after).map(move |index| self.at(index)).filter(|node| node.entry().named)
    }

    /// The first part with a role.
    pub(crate) fn child(self, role: &str) -> Option<Self> {
        self.tokens().find(|child| child.role() == role)
    }

    /// The first part with a role, of a node of a kind: asked in this order, since a file can have very many parts.
    pub(crate) fn child_of(self, kind: &str, role: &str) -> Option<Self> {
        if self.kind() == kind { self.child(role) } else { None }
    }

    /// The parts with a role.
    pub(crate) fn children_as(self, role: &'static str) -> impl Iterator<Item = Self> {
        self.tokens().filter(move |child| child.role() == role)
    }

    /// The text of the part with a role; empty when there is none.
    pub(crate) fn child_text(self, role: &str) -> &'s str {
        self.child(role).map_or("", Self::text)
    }

    /// Its only part, apart from signs and keywords.
    pub(crate) fn only_child(self) -> Option<Self> {
        let mut children = self.children();
        let first = children.next();
        first.filter(|_| children.next().is_none())
    }

    /// Whether `other` is this node, or in it.
    pub(crate) fn holds(self, other: Self) -> bool {
        self.index <= other.index && other.index < self.entry().after
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
    }
}

impl Eq for Node<'_> {}

impl PartialOrd for Node<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Node<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.index.cmp(&other.index)
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} `{}`", self.kind(), self.text())
    }
}
