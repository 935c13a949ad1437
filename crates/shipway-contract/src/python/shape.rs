//! Python's constructs in neutral terms.

use super::names::{assigned, counterpart};
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
        "argument_list" => Shape::Part,
        "expression_statement" | "parenthesized_expression" | "await" => Shape::Same(node.only_child()?),
        "else_clause" => Shape::Same(node.child("body")?),
        "not_operator" => Shape::Not(node.child("argument")?),
        "boolean_operator" => {
            let (left, right) = (node.child("left")?, node.child("right")?);
            if node.child_text("operator") == "and" { Shape::And(left, right) } else { Shape::Or(left, right) }
        }
        "comparison_operator" => comparison(node)?,
        "conditional_expression" => {
            let mut parts = node.children();
            let (then, condition, otherwise) = (parts.next()?, parts.next()?, parts.next()?);
            let (then, otherwise) = (Some(then), Some(otherwise));
            Shape::Choice(Choice { condition, then, otherwise, kind: ChoiceKind::Expression })
        }
        "if_statement" => choice(node, node.child("alternative"))?,
        "elif_clause" => {
            let alternatives = node.parent()?.children_as("alternative");
            choice(node, alternatives.into_iter().find(|other| *other > node))?
        }
        "while_statement" => Shape::While(node.child("condition")?, node.child("body")),
        "match_statement" => Shape::Switch { subject: node.child("subject")?, absent: absent_case(node) },
        "named_expression" => Shape::Assign(vec![Pair::plain(node.child("name")?, node.child("value")?)]),
        "assignment" => Shape::Assign(pairs(node)?),
        "none" => Shape::Is(Value::Absent),
        "true" => Shape::Is(Value::Yes),
        "false" => Shape::Is(Value::No),
        "integer" => Shape::Is(node.text().parse().map_or(Value::Unknown, Value::Number)),
        "string" => Shape::Is(value_of_string(node)),
        "list" | "tuple" | "set" => {
            let only_texts = node.children().all(|child| child.kind() == "string");
            if only_texts { Shape::Is(Value::Text) } else { Shape::List }
        }
        "identifier" if matches!(node.role(), "attribute") => return None,
        "identifier" if node.role() == "name" && node.parent()?.kind() == "keyword_argument" => return None,
        "attribute" if node.role() == "function" => Shape::Part,
        "identifier" | "attribute" => Shape::Variable,
        "raise_statement" => Shape::Fails,
        "return_statement" | "continue_statement" | "break_statement" => Shape::Leaves,
        "assert_statement" => Shape::Demand(node.children().next()?),
        "lambda" => Shape::Lambda(node.child("body")?),
        "call" => call(node)?,
        _ => return None,
    })
}

fn choice<'s>(node: Node<'s>, otherwise: Option<Node<'s>>) -> Option<Shape<'s>> {
    let (condition, then) = (node.child("condition")?, node.child("consequence"));
    Some(Shape::Choice(Choice { condition, then, otherwise, kind: ChoiceKind::Statement }))
}

fn comparison(node: Node<'_>) -> Option<Shape<'_>> {
    let mut operands = node.children().filter(|child| child.role() != "operators");
    let (left, right) = (operands.next()?, operands.next()?);
    let of_list = |comparison| if right.kind() == "identifier" { Comparison::Other } else { comparison };
    let comparison = match node.child_text("operators") {
        // With a list of texts, which counts as a text, absence is in none.
        "in" => of_list(Comparison::Equal),
        "not in" => of_list(Comparison::Unequal),
        sign => Comparison::of_sign(sign).unwrap_or(Comparison::Other),
    };
    Some(match operands.last() {
        None => Shape::Compare(comparison, left, right),
        Some(last) => Shape::Compare(Comparison::Other, left, last),
    })
}

/// The clause of a `match` that is taken for `None`.
fn absent_case(node: Node<'_>) -> Option<Node<'_>> {
    let clauses = node.child("body")?.children().filter(|clause| clause.kind() == "case_clause");
    let takes_none = |clause: &Node<'_>| {
        let mut patterns = clause.children().filter(|child| child.kind() == "case_pattern");
        let is_name = |text: &str| text.chars().all(|character| character.is_alphanumeric() || character == '_');
        clause.child("guard").is_none() && patterns.any(|pattern| pattern.text() == "None" || is_name(pattern.text()))
    };
    clauses.into_iter().find(takes_none)?.child("consequence")
}

fn pairs(node: Node<'_>) -> Option<Vec<Pair<'_>>> {
    let (left, value) = (node.child("left")?, assigned(node)?);
    Some(match left.kind() {
        "identifier" | "attribute" => vec![Pair::plain(left, value)],
        "pattern_list" | "tuple_pattern" => {
            let targets = left.children();
            targets.filter_map(|target| Some(Pair::plain(target, counterpart(left, target, value)?))).collect()
        }
        _ => return None,
    })
}

fn call(node: Node<'_>) -> Option<Shape<'_>> {
    let function = node.child("function")?;
    let mut arguments = node.child("arguments")?.children();
    let first = arguments.next();
    Some(match function.text() {
        "sys.exit" | "exit" | "quit" | "os._exit" if first.is_some_and(|code| code.text() == "0") => Shape::Leaves,
        "sys.exit" | "exit" | "quit" | "os._exit" | "os.abort" => Shape::Fails,
        "bool" | "isinstance" => Shape::Ask(first?, Value::No, Value::No),
        "len" => Shape::Ask(first?, Value::Number(0), Value::Number(0)),
        "all" => {
            let list = first.filter(|list| matches!(list.kind(), "list" | "tuple" | "set"))?;
            Shape::All(list.children().collect())
        }
        _ if ["strip", "lower", "upper"].contains(&function.child_text("attribute")) => {
            Shape::Ask(function.child("object")?, Value::Fails, Value::Empty)
        }
        _ if ["str", "int", "float"].contains(&function.text()) => Shape::Same(first?),
        name => {
            let (absent, empty) = emptiness(name.rsplit('.').next().unwrap_or(name))?;
            Shape::Ask(first?, absent, empty)
        }
    })
}

fn value_of_string(node: Node<'_>) -> Value {
    let mut parts = node.children().filter(|part| matches!(part.kind(), "string_content" | "interpolation"));
    match parts.next() {
        None => Value::Empty,
        Some(_) if node.children().any(|part| part.kind() == "string_content") => Value::Text,
        Some(_) => Value::Unknown,
    }
}

/// See `Grammar::pieces`.
pub(super) fn pieces(node: Node<'_>) -> Option<Vec<Piece<'_>>> {
    match node.kind() {
        "string" => Some(string(node)),
        "concatenated_string" => Some(node.children().flat_map(string).collect()),
        "binary_operator" if node.child_text("operator") == "+" => {
            Some(vec![Piece::Of(node.child("left")?), Piece::Of(node.child("right")?)])
        }
        _ => None,
    }
}

fn string(node: Node<'_>) -> Vec<Piece<'_>> {
    let start = node.children().find(|part| part.kind() == "string_start").map_or("", Node::text);
    let is_raw = start.contains(['r', 'R']);
    let parts = node.children().filter_map(|part| match part.kind() {
        "string_content" if is_raw => Some(Piece::Text(part.text().to_owned())),
        "string_content" => Some(Piece::Text(unescaped(part.text()))),
        "interpolation" => {
            let plain = part.child("format_specifier").is_none() && part.child("type_conversion").is_none();
            Some(Piece::Of(part.child("expression").filter(|_| plain).unwrap_or(part)))
        }
        _ => None,
    });
    parts.collect()
}

/// See `Grammar::catches`.
pub(super) fn catches(node: Node<'_>) -> Option<Catch<'_>> {
    match node.kind() {
        "try_statement" => {
            let clauses = || node.children().filter(|child| child.kind() == "except_clause");
            let watched_until = clauses().next()?.start();
            let is_right_around = node.child("body")?.children().count() <= MOST_STATEMENTS;
            let clause = clauses().find(|clause| is_for_missing(*clause, is_right_around))?;
            let handler = clause.children().find(|child| child.kind() == "block");
            Some(Catch { handler, watched_until })
        }
        "with_statement" => {
            let clause = node.children().find(|child| child.kind() == "with_clause")?;
            let names = names_missing(clause.text()) || words(clause.text(), "Exception").next().is_some();
            let drops = words(clause.text(), "suppress").next().is_some() && names;
            drops.then(|| Catch { handler: None, watched_until: node.end() })
        }
        _ => None,
    }
}

/// Whether an `except` catches what a missing key raises. One that catches everything does so for other reasons, unless it
/// stands right around the read.
fn is_for_missing(clause: Node<'_>, is_right_around: bool) -> bool {
    let mut exceptions = clause.children().filter(|child| child.kind() != "block").peekable();
    let catches_all = |text: &str| ["Exception", "BaseException"].iter().any(|name| words(text, name).next().is_some());
    let names_all = exceptions.peek().is_none_or(|exception| catches_all(exception.text()));
    names_all && is_right_around || exceptions.any(|exception| names_missing(exception.text()))
}

fn names_missing(text: &str) -> bool {
    ["KeyError", "LookupError"].iter().any(|name| words(text, name).next().is_some())
}
