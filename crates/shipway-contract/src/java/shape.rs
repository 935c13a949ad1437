//! Java's constructs in neutral terms.

use super::methods;
use crate::grammar::{Choice, ChoiceKind, Comparison, Pair, Piece, Shape, Value};
use crate::literal::unescaped;
use crate::syntax::Node;

/// See `Grammar::shape`.
pub(super) fn shape(node: Node<'_>) -> Shape<'_> {
    shape_or_none(node).unwrap_or(Shape::Other)
}

fn shape_or_none(node: Node<'_>) -> Option<Shape<'_>> {
    Some(match node.kind() {
        "argument_list" => Shape::Part,
        "parenthesized_expression" | "expression_statement" => Shape::Same(node.only_child()?),
        "cast_expression" => Shape::Same(node.child("value")?),
        "unary_expression" if node.child_text("operator") == "!" => Shape::Not(node.child("operand")?),
        "binary_expression" => {
            let (left, right) = (node.child("left")?, node.child("right")?);
            match node.child_text("operator") {
                "&&" => Shape::And(left, right),
                "||" => Shape::Or(left, right),
                sign => Shape::Compare(Comparison::of_sign(sign)?, left, right),
            }
        }
        "ternary_expression" => choice(node, ChoiceKind::Expression)?,
        "if_statement" => choice(node, ChoiceKind::Statement)?,
        "while_statement" | "do_statement" => Shape::While(node.child("condition")?, node.child("body")),
        "switch_expression" => Shape::Switch { subject: node.child("condition")?, absent: null_case(node) },
        "variable_declarator" => Shape::Assign(vec![Pair::plain(node.child("name")?, node.child("value")?)]),
        "assignment_expression" if node.child_text("operator") == "=" => {
            Shape::Assign(vec![Pair::plain(node.child("left")?, node.child("right")?)])
        }
        "null_literal" => Shape::Is(Value::Absent),
        "true" => Shape::Is(Value::Yes),
        "false" => Shape::Is(Value::No),
        "decimal_integer_literal" => Shape::Is(node.text().parse().map_or(Value::Unknown, Value::Number)),
        "string_literal" => Shape::Is(if node.text().len() > 2 { Value::Text } else { Value::Empty }),
        "identifier" if matches!(node.role(), "field") || is_name_of_method(node) => return None,
        "identifier" | "field_access" => Shape::Variable,
        "throw_statement" => Shape::Fails,
        "return_statement" | "break_statement" | "continue_statement" | "yield_statement" => Shape::Leaves,
        "assert_statement" => Shape::Demand(node.children().next()?),
        "lambda_expression" => Shape::Lambda(node.child("body")?),
        "method_invocation" => methods::shape(node)?,
        _ => return None,
    })
}

fn is_name_of_method(node: Node<'_>) -> bool {
    node.role() == "name" && node.parent().is_some_and(|call| call.kind() == "method_invocation")
}

fn choice(node: Node<'_>, kind: ChoiceKind) -> Option<Shape<'_>> {
    let (then, otherwise) = (node.child("consequence"), node.child("alternative"));
    Some(Shape::Choice(Choice { condition: node.child("condition")?, then, otherwise, kind }))
}

/// The case of a `switch` that is taken for `null`.
fn null_case(node: Node<'_>) -> Option<Node<'_>> {
    let cases = || node.child("body").into_iter().flat_map(Node::children);
    let labelled = |case: Node<'_>, is_it: fn(Node<'_>) -> bool| {
        case.children().any(|label| label.kind() == "switch_label" && is_it(label))
    };
    let for_null = |label: Node<'_>| label.children().any(|value| value.kind() == "null_literal");
    let for_rest = |label: Node<'_>| label.text().starts_with("default");
    let case =
        cases().find(|case| labelled(*case, for_null)).or_else(|| cases().find(|case| labelled(*case, for_rest)))?;
    if case.kind() == "switch_rule" { case.children().last() } else { Some(case) }
}

/// The text of a text block, without what its lines are indented by.
fn text_block(literal: &str) -> Option<String> {
    let (_, content) = literal.strip_prefix("\"\"\"")?.strip_suffix("\"\"\"")?.split_once('\n')?;
    let lines: Vec<&str> = content.lines().chain(content.ends_with('\n').then_some("")).collect();
    let blank = |line: &str| line.trim().is_empty();
    let counted = lines.iter().enumerate().filter(|(at, line)| !blank(line) || at + 1 == lines.len());
    let indent = counted.map(|(_, line)| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let stripped = lines.iter().map(|line| if blank(line) { "" } else { line.get(indent..).unwrap_or("").trim_end() });
    Some(unescaped(&stripped.collect::<Vec<_>>().join("\n")))
}

/// See `Grammar::pieces`.
pub(super) fn pieces(node: Node<'_>) -> Option<Vec<Piece<'_>>> {
    match node.kind() {
        "string_literal" if node.text().starts_with("\"\"\"") => Some(vec![Piece::Text(text_block(node.text())?)]),
        "string_literal" => {
            let parts = node.children().map(|part| match part.kind() {
                "string_interpolation" => Piece::Of(part),
                _ => Piece::Text(unescaped(part.text())),
            });
            Some(parts.collect())
        }
        "binary_expression" if node.child_text("operator") == "+" => {
            Some(vec![Piece::Of(node.child("left")?), Piece::Of(node.child("right")?)])
        }
        _ => None,
    }
}
