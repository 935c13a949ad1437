//! Rust's constructs in neutral terms.

use super::macros;
use super::methods::{self, is_option};
use crate::grammar::{Choice, ChoiceKind, Comparison, Pair, Piece, Shape, Value};
use crate::literal::unescaped;
use crate::syntax::Node;

const FUEL: usize = 24;

/// See `Grammar::shape`.
pub(super) fn shape(node: Node<'_>) -> Shape<'_> {
    shape_or_none(node).unwrap_or(Shape::Other)
}

fn shape_or_none(node: Node<'_>) -> Option<Shape<'_>> {
    Some(match node.kind() {
        "arguments" => Shape::Part,
        "parenthesized_expression" | "expression_statement" | "await_expression" | "else_clause" | "unsafe_block" => {
            Shape::Same(node.only_child()?)
        }
        "reference_expression" => Shape::Same(node.child("value")?),
        "unary_expression" => {
            let inner = node.only_child()?;
            if node.text().starts_with('!') { Shape::Not(inner) } else { Shape::Same(inner) }
        }
        "binary_expression" => {
            let (left, right) = (node.child("left")?, node.child("right")?);
            match node.child_text("operator") {
                "&&" => Shape::And(left, right),
                "||" => Shape::Or(left, right),
                sign => Shape::Compare(Comparison::of_sign(sign)?, left, right),
            }
        }
        "if_expression" => {
            let (then, otherwise) = (node.child("consequence"), node.child("alternative"));
            Shape::Choice(Choice { condition: node.child("condition")?, then, otherwise, kind: ChoiceKind::Expression })
        }
        "block" => Shape::Same(node.only_child().filter(|only| !only.kind().ends_with("_statement"))?),
        "tuple_expression" => Shape::List,
        "struct_expression" => Shape::Record,
        "field_initializer_list" => Shape::Part,
        "field_initializer" => Shape::Field(node.child("field")?.text(), node.child("value")?),
        "let_condition" if node.child("value")?.kind() == "tuple_expression" => {
            let patterns = node.child("pattern").filter(|pattern| pattern.kind() == "tuple_pattern")?.children();
            let parts =
                patterns.zip(node.child("value")?.children()).filter(|(pattern, _)| !takes_absent(pattern.text()));
            Shape::All(parts.map(|(_, value)| value).collect())
        }
        "let_condition" => {
            let value = if takes_absent(node.child("pattern")?.text()) { Value::Yes } else { Value::No };
            Shape::Ask(node.child("value")?, value, value)
        }
        "let_chain" => Shape::All(node.children().collect()),
        "while_expression" => Shape::While(node.child("condition")?, node.child("body")),
        "match_expression" => Shape::Switch { subject: node.child("value")?, absent: absent_arm(node) },
        "let_declaration" => match (node.child("value")?, node.child("alternative")) {
            (subject, Some(otherwise)) => Shape::Switch { subject, absent: Some(otherwise) },
            (value, None) => {
                let name = node.child("pattern").filter(|pattern| pattern.kind() == "identifier")?;
                Shape::Assign(vec![Pair::plain(name, value)])
            }
        },
        "assignment_expression" => {
            let left = node.child("left").filter(|left| matches!(left.kind(), "identifier" | "field_expression"))?;
            Shape::Assign(vec![Pair::plain(left, node.child("right")?)])
        }
        "try_expression" => {
            let inner = node.only_child()?;
            match inner.kind() {
                "call_expression" if inner.child_text("function") == "Err" => Shape::Fails,
                _ if is_option(inner, FUEL) => return None,
                _ => Shape::Demand(inner),
            }
        }
        "boolean_literal" => Shape::Is(if node.text() == "true" { Value::Yes } else { Value::No }),
        "integer_literal" => Shape::Is(node.text().parse().map_or(Value::Unknown, Value::Number)),
        "string_literal" | "raw_string_literal" => {
            let has_content = node.children().next().is_some();
            Shape::Is(if has_content { Value::Text } else { Value::Empty })
        }
        "identifier" if node.text() == "None" => Shape::Is(Value::Absent),
        "field_expression" if node.role() == "function" => Shape::Part,
        "identifier" | "field_expression" => Shape::Variable,
        "return_expression" => {
            let value = node.only_child();
            let is_error = value.is_some_and(|value| value.child_text("function") == "Err");
            if is_error { Shape::Fails } else { Shape::Leaves }
        }
        "break_expression" | "continue_expression" => Shape::Leaves,
        "closure_expression" => Shape::Lambda(node.child("body")?),
        "macro_invocation" => of_macro(node.child_text("macro"))?,
        "call_expression" => call(node)?,
        _ => return None,
    })
}

/// Whether a pattern fits a variable that is missing.
fn takes_absent(pattern: &str) -> bool {
    let of_error = pattern.starts_with("Err") && !pattern.contains("NotUnicode");
    let binds_all =
        pattern.starts_with(|first: char| first == '_' || first.is_lowercase()) && !pattern.contains(['(', '{']);
    of_error || binds_all || pattern.split('|').any(|one| one.trim() == "None")
}

/// The arm of a `match` that is taken for a variable that is missing.
fn absent_arm(node: Node<'_>) -> Option<Node<'_>> {
    let arms = node.child("body")?.children().filter(|arm| arm.kind() == "match_arm");
    let takes = |arm: &Node<'_>| {
        let pattern = arm.child("pattern");
        pattern.is_some_and(|pattern| pattern.child("condition").is_none() && takes_absent(pattern.text()))
    };
    arms.into_iter().find(takes)?.child("value")
}

/// Macros by name; opened ones look like calls.
fn of_macro(name: &str) -> Option<Shape<'static>> {
    let fails = ["panic", "unreachable", "todo", "unimplemented", "bail"];
    fails.contains(&name.rsplit("::").next().unwrap_or(name)).then_some(Shape::Fails)
}

fn call(node: Node<'_>) -> Option<Shape<'_>> {
    let function = node.child("function")?;
    let mut arguments = node.child("arguments")?.children();
    let (first, second) = (arguments.next(), arguments.next());
    if function.kind() == "field_expression" {
        return methods::shape(function.child("value")?, function.child_text("field"), first);
    }
    let name = function.text();
    let last = name.rsplit("::").next().unwrap_or(name);
    Some(match last {
        // What a function hands back instead of going on.
        "Err" => Shape::Fails,
        "Ok" | "Some" => Shape::Is(Value::Text),
        "exit" if first.is_some_and(|code| code.text() == "0") => Shape::Leaves,
        "exit" | "abort" if name != last => Shape::Fails,
        "assert" | "debug_assert" | "ensure" | "assert_eq" | "debug_assert_eq" => Shape::Demand(first?),
        "matches" => {
            let value = if takes_absent(second?.text()) { Value::Yes } else { Value::No };
            Shape::Ask(first?, value, value)
        }
        "new" if name == "String::new" => Shape::Is(Value::Empty),
        "from" if name == "String::from" => Shape::Same(first?),
        _ => return of_macro(name),
    })
}

/// See `Grammar::pieces`.
pub(super) fn pieces(node: Node<'_>) -> Option<Vec<Piece<'_>>> {
    match node.kind() {
        "string_literal" => Some(vec![Piece::Text(unescaped(&content(node)))]),
        "raw_string_literal" => Some(vec![Piece::Text(content(node))]),
        "macro_invocation" if node.child_text("macro") == "format" => {
            macros::formatted(node.children().find(|child| child.kind() == "token_tree")?)
        }
        "call_expression" if node.child_text("function") == "format" => macros::formatted(node.child("arguments")?),
        "macro_invocation" if node.child_text("macro") == "concat" => {
            let texts = node.children().find(|child| child.kind() == "token_tree")?;
            Some(texts.children().map(Piece::Of).collect())
        }
        "call_expression" if node.child_text("function") == "concat" => {
            Some(node.child("arguments")?.children().map(Piece::Of).collect())
        }
        _ => None,
    }
}

fn content(literal: Node<'_>) -> String {
    literal.children().map(Node::text).collect()
}
