//! Ruby's constructs in neutral terms.

use super::names::counterpart;
use crate::grammar::{Catch, Choice, ChoiceKind, Comparison, Pair, Piece, Shape, Value};
use crate::helper::emptiness;
use crate::literal::unescaped;
use crate::syntax::{Node, words};

/// A handler for everything belongs to a read when it watches no more statements than these: the read, and what is made
/// of it.
const MOST_STATEMENTS: usize = 2;

/// See `Grammar::shape`.
pub(super) fn shape(node: Node<'_>) -> Shape<'_> {
    shape_or_none(node).unwrap_or(Shape::Other)
}

fn shape_or_none(node: Node<'_>) -> Option<Shape<'_>> {
    Some(match node.kind() {
        // Of a `case` with a subject, which is compared to it.
        "pattern" if subject_of(node).is_some() => {
            Shape::Compare(Comparison::Other, subject_of(node)?, node.only_child()?)
        }
        "argument_list" | "pattern" => Shape::Part,
        "parenthesized_statements" => Shape::Same(node.only_child()?),
        "unary" => match node.child_text("operator") {
            "!" | "not" => Shape::Not(node.child("operand")?),
            "defined?" => Shape::Ask(node.child("operand")?, Value::Unknown, Value::Unknown),
            _ => return None,
        },
        "binary" => {
            let (left, right) = (node.child("left")?, node.child("right")?);
            match node.child_text("operator") {
                "&&" | "and" => Shape::And(left, right),
                "||" | "or" => Shape::Or(left, right),
                sign => Shape::Compare(Comparison::of_sign(sign)?, left, right),
            }
        }
        "conditional" => choice(node, node.child("consequence"), node.child("alternative"), ChoiceKind::Expression)?,
        "if" | "elsif" => choice(node, node.child("consequence"), node.child("alternative"), ChoiceKind::Statement)?,
        "unless" => choice(node, node.child("alternative"), node.child("consequence"), ChoiceKind::Statement)?,
        "if_modifier" => choice(node, node.child("body"), None, ChoiceKind::Statement)?,
        "unless_modifier" => choice(node, None, node.child("body"), ChoiceKind::Statement)?,
        "while" | "while_modifier" => Shape::While(node.child("condition")?, node.child("body")),
        "until" | "until_modifier" => Shape::While(node.child("condition")?, None),
        "case" | "case_match" => Shape::Switch { subject: node.child("value")?, absent: nil_case(node) },
        // Without a subject, each case is a condition.
        "when" if node.parent()?.child("value").is_none() => {
            let condition = node.child("pattern")?.only_child()?;
            Shape::Choice(Choice { condition, then: node.child("body"), otherwise: None, kind: ChoiceKind::Statement })
        }
        "assignment" => Shape::Assign(pairs(node)?),
        "operator_assignment" if node.child_text("operator") == "||=" => {
            Shape::Fallback { target: node.child("left")?, value: node.child("right")? }
        }
        "nil" => Shape::Is(Value::Absent),
        "true" => Shape::Is(Value::Yes),
        "false" => Shape::Is(Value::No),
        "array" => Shape::List,
        "integer" => Shape::Is(node.text().parse().map_or(Value::Unknown, Value::Number)),
        "string" => Shape::Is(value_of_string(node)),
        "identifier" if fails(node.text()) => Shape::Fails,
        "identifier" if node.role() == "method" => return None,
        "identifier" | "constant" | "instance_variable" | "class_variable" | "global_variable" => Shape::Variable,
        "return" | "next" | "break" | "redo" | "retry" => Shape::Leaves,
        "lambda" | "block" | "do_block" => Shape::Lambda(node.child("body")?),
        "block_body" => Shape::Same(node.only_child()?),
        "call" => call(node)?,
        _ => return None,
    })
}

/// The subject of the `case` that a pattern of a `when` belongs to.
fn subject_of(pattern: Node<'_>) -> Option<Node<'_>> {
    pattern.parent().filter(|clause| clause.kind() == "when")?.parent()?.child("value")
}

fn fails(method: &str) -> bool {
    matches!(method, "raise" | "fail" | "abort" | "exit" | "exit!")
}

fn choice<'s>(
    node: Node<'s>,
    then: Option<Node<'s>>,
    otherwise: Option<Node<'s>>,
    kind: ChoiceKind,
) -> Option<Shape<'s>> {
    Some(Shape::Choice(Choice { condition: node.child("condition")?, then, otherwise, kind }))
}

/// The branch of a `case` that is taken for `nil`.
fn nil_case(node: Node<'_>) -> Option<Node<'_>> {
    let for_nil = |clause: &Node<'_>| {
        let patterns = clause.children_as("pattern");
        matches!(clause.kind(), "when" | "in_clause") && patterns.into_iter().any(|pattern| pattern.text() == "nil")
    };
    match node.children().find(for_nil) {
        Some(clause) => clause.child("body"),
        None => node.children().find(|child| child.kind() == "else"),
    }
}

fn pairs(node: Node<'_>) -> Option<Vec<Pair<'_>>> {
    let (left, value) = (node.child("left")?, node.child("right")?);
    Some(match left.kind() {
        "left_assignment_list" => {
            let targets = left.children();
            targets.filter_map(|target| Some(Pair::plain(target, counterpart(left, target, value)?))).collect()
        }
        "element_reference" | "call" => return None,
        _ => vec![Pair::plain(left, value)],
    })
}

fn call(node: Node<'_>) -> Option<Shape<'_>> {
    let method = node.child_text("method");
    let first = node.child("arguments").and_then(|list| list.children().next());
    let receiver = node.child("receiver");
    let of_kernel = receiver.is_none_or(|receiver| matches!(receiver.text(), "Kernel" | "Process"));
    if of_kernel && fails(method) {
        let is_success = method.starts_with("exit") && first.is_some_and(|code| matches!(code.text(), "0" | "true"));
        return Some(if is_success { Shape::Leaves } else { Shape::Fails });
    }
    let Some(receiver) = receiver else { return of_own(method, first) };
    if node.child_text("operator") == "&." {
        return Some(Shape::Ask(receiver, Value::Absent, Value::Unknown));
    }
    Some(match method {
        "nil?" => Shape::Ask(receiver, Value::Yes, Value::No),
        "empty?" | "blank?" => Shape::Ask(receiver, Value::Yes, Value::Yes),
        "present?" => Shape::Ask(receiver, Value::No, Value::No),
        "presence" => Shape::Ask(receiver, Value::Absent, Value::Absent),
        "freeze" | "dup" => Shape::Same(receiver),
        "to_s" => Shape::Ask(receiver, Value::Empty, Value::Empty),
        "to_i" => Shape::Ask(receiver, Value::Number(0), Value::Number(0)),
        "to_f" | "to_a" => Shape::Ask(receiver, Value::Unknown, Value::Unknown),
        "size" | "length" => Shape::Ask(receiver, Value::Number(0), Value::Number(0)),
        "strip" | "downcase" | "upcase" | "chomp" => Shape::Ask(receiver, Value::Fails, Value::Empty),
        "eql?" | "equal?" => Shape::Compare(Comparison::Equal, receiver, first?),
        "casecmp?" | "casecmp" => Shape::Compare(Comparison::Other, receiver, first?),
        "include?" if matches!(receiver.kind(), "array" | "string_array") => Shape::Ask(first?, Value::No, Value::No),
        "all?" if receiver.kind() == "array" => Shape::All(receiver.children().collect()),
        _ => return None,
    })
}

/// Calls without a receiver.
fn of_own<'s>(method: &str, first: Option<Node<'s>>) -> Option<Shape<'s>> {
    if ["Integer", "Float", "String"].contains(&method) {
        return Some(Shape::Same(first?));
    }
    let (absent, empty) = emptiness(method.trim_end_matches('?'))?;
    Some(Shape::Ask(first?, absent, empty))
}

fn value_of_string(node: Node<'_>) -> Value {
    let mut kinds = node.children().map(Node::kind);
    match kinds.next() {
        None => Value::Empty,
        Some("string_content") => Value::Text,
        Some(_) if kinds.any(|kind| kind == "string_content") => Value::Text,
        Some(_) => Value::Unknown,
    }
}

/// See `Grammar::pieces`.
pub(super) fn pieces(node: Node<'_>) -> Option<Vec<Piece<'_>>> {
    match node.kind() {
        "string" => {
            let parts = node.children().map(|part| match part.kind() {
                "interpolation" => Piece::Of(part.only_child().unwrap_or(part)),
                _ => Piece::Text(unescaped(part.text())),
            });
            Some(parts.collect())
        }
        "chained_string" => Some(node.children().map(Piece::Of).collect()),
        "binary" if node.child_text("operator") == "+" => {
            Some(vec![Piece::Of(node.child("left")?), Piece::Of(node.child("right")?)])
        }
        _ => None,
    }
}

/// See `Grammar::catches`.
pub(super) fn catches(node: Node<'_>) -> Option<Catch<'_>> {
    if node.kind() == "rescue_modifier" {
        let handler = node.child("handler")?;
        return Some(Catch { handler: Some(handler), watched_until: handler.start() });
    }
    if !matches!(node.kind(), "begin" | "body_statement") {
        return None;
    }
    let clauses = || node.children().filter(|child| child.kind() == "rescue");
    let watched_until = clauses().next()?.start();
    let is_right_around = node.children().take_while(|child| child.kind() != "rescue").count() <= MOST_STATEMENTS;
    let catches = |clause: &Node<'_>| match clause.child("exceptions") {
        None => is_right_around,
        Some(names) => names_missing(names.text()) || is_right_around && names_all(names.text()),
    };
    let clause = clauses().find(catches)?;
    Some(Catch { handler: clause.child("body"), watched_until })
}

fn names_missing(text: &str) -> bool {
    ["KeyError", "IndexError"].iter().any(|name| words(text, name).next().is_some())
}

fn names_all(text: &str) -> bool {
    ["StandardError", "Exception"].iter().any(|name| words(text, name).next().is_some())
}
