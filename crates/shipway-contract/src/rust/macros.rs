//! Makes the insides of macros readable: to the grammar they are words, but most are expressions. `vec![f()]` becomes
//! `vec [f()]`, `assert!(x)` becomes `assert (x)`, `lazy_static! { … }` becomes a block.

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
