//! Makes the insides of macros readable: to the grammar they are words, but most are expressions. `vec![f()]` becomes
//! `vec [f()]`, `assert!(x)` becomes `assert (x)`, `lazy_static! { … }` becomes a block.

use super::Rust;
use crate::grammar::{Asked, Form, Name, Piece, Thing, Value};
use crate::scopes::thing;
use crate::syntax::{Node, words};

/// Macros whose insides say what is tested.
const CHECKS: [&str; 8] =
    ["assert", "assert_eq", "assert_ne", "debug_assert", "debug_assert_eq", "debug_assert_ne", "ensure", "matches"];

/// The file with the macros opened that may have a read in them, or test one. `None` when there is none.
pub(super) fn opened(root: Node<'_>) -> Option<String> {
    let mut bytes = root.syntax().text().as_bytes().to_vec();
    let mut changed = false;
    let mut behind = 0;
    for node in root.descendants().filter(|node| node.kind() == "macro_invocation" && node.role() != "macro") {
        // An opened macro's inner ones were opened with it.
        if node.start() < behind || !is_of_interest(node) {
            continue;
        }
        behind = node.end();
        let (start, end) = (node.start() as usize, node.end() as usize);
        if let Some(text) = bytes.get_mut(start..end) {
            open(text);
            changed = true;
        }
    }
    changed.then(|| String::from_utf8(bytes).ok())?
}

fn is_of_interest(node: Node<'_>) -> bool {
    let name = node.child_text("macro").rsplit("::").next().unwrap_or_default();
    let mentions = |word| words(node.text(), word).next().is_some();
    CHECKS.contains(&name) || mentions("var") || mentions("var_os") || mentions("env")
}

/// Blanks the `!` of each `name!(`, and `name!` as a whole before a brace; `ref` of `static ref` with it.
fn open(text: &mut [u8]) {
    for at in 1..text.len() {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if text[at] != b'!' || !is_name(text[at - 1]) {
            continue;
        }
        let next = text[at + 1..].iter().find(|byte| !byte.is_ascii_whitespace()).copied();
        match next {
            Some(b'(' | b'[') => text[at] = b' ',
            Some(b'{') => {
                let start = text[..at].iter().rposition(|byte| !is_name(*byte) && *byte != b':').map_or(0, |at| at + 1);
                text[start..=at].fill(b' ');
            }
            _ => {}
        }
    }
    let statics: Vec<usize> = memchr::memmem::find_iter(text, b"static ref ").collect();
    for at in statics {
        text[at + 7..at + 10].fill(b' ');
    }
}

/// A read among the words of a macro that stays closed: in the body of `macro_rules!`.
pub(super) fn read(word: Node<'_>) -> Option<Asked<'_>> {
    let tree = word.parent().filter(|tree| word.kind() == "identifier" && tree.kind() == "token_tree")?;
    let tokens: Vec<Node<'_>> = tree.tokens().collect();
    let at = tokens.iter().position(|token| *token == word)?;
    let arguments = tokens.get(at + 1).filter(|next| next.kind() == "token_tree" && next.text().starts_with('('))?;
    let is_text = |at: usize, text: &str| tokens.get(at).is_some_and(|token| token.text() == text);
    let of_path = at >= 2 && is_text(at - 1, "::");
    let of_std = at >= 4 && is_text(at - 3, "::") && is_text(at - 4, "std");
    let (asks, start) = match word.text() {
        "var" | "var_os" if of_std && is_text(at - 2, "env") => (true, at - 4),
        "var" | "var_os" if of_path => (thing(&Rust, tokens[at - 2]) == Some(Thing::Module), at - 2),
        _ => (matches!(thing(&Rust, word), Some(Thing::Function(_))), at),
    };
    let mut inner = arguments.children();
    let name = inner.next().filter(|_| inner.next().is_none());
    let name = match name.filter(|name| matches!(name.kind(), "string_literal" | "identifier")) {
        Some(name) => Name::Of(name),
        None => Name::Computed,
    };
    let form = match tokens.get(at + 3).filter(|_| is_text(at + 2, ".")).map(|method| method.text()) {
        Some("unwrap" | "expect") => Form::Raises,
        Some(_) => Form::Asks(Value::Unknown),
        None if is_text(at + 2, "?") => Form::Raises,
        None => Form::Yields,
    };
    asks.then(|| Asked::new(tokens[start], name, form))
}

/// The pieces of what `format!` makes: of a literal with names or plain arguments in it. `None` for anything more.
pub(super) fn formatted(arguments: Node<'_>) -> Option<Vec<Piece<'_>>> {
    let mut parts = arguments.children();
    let template = parts.next().filter(|template| template.kind() == "string_literal")?;
    let mut values = parts;
    let text: String = template.children().map(Node::text).collect();
    let mut rest = text.as_str();
    let mut pieces = Vec::new();
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        pieces.push(Piece::Text(before.to_owned()));
        if name.is_empty() {
            pieces.push(Piece::Of(values.next()?));
        } else if name.chars().all(|character| character.is_alphanumeric() || character == '_') {
            pieces.push(Piece::Named(template, name.to_owned()));
        } else {
            return None;
        }
        rest = after;
    }
    pieces.push(Piece::Text(rest.to_owned()));
    values.next().is_none().then_some(pieces)
}
