//! JavaScript's constructs in neutral terms.

use super::names::literal;
use crate::grammar::{Choice, ChoiceKind, Comparison, Pair, Piece, Shape, Value};
use crate::helper::emptiness;
use crate::literal::unescaped;
use crate::syntax::Node;

/// See `Grammar::shape`.
pub(super) fn shape(node: Node<'_>) -> Shape<'_> {
    shape_or_none(node).unwrap_or(Shape::Other)
}

fn shape_or_none(node: Node<'_>) -> Option<Shape<'_>> {
    Some(match node.kind() {
        "arguments" => Shape::Part,
        "expression_statement"
        | "parenthesized_expression"
        | "await_expression"
        | "non_null_expression"
        | "else_clause" => Shape::Same(node.only_child()?),
        "as_expression" | "satisfies_expression" => Shape::Same(node.children().next()?),
        "type_assertion" => Shape::Same(node.children().last()?),
        "unary_expression" => match node.child_text("operator") {
            "!" => Shape::Not(node.child("argument")?),
            "void" => Shape::Is(Value::Absent),
            "+" => Shape::Same(node.child("argument")?),
            "typeof" if node.parent().is_some_and(|outer| outer.kind() == "binary_expression") => Shape::Part,
            _ => return None,
        },
        "binary_expression" => binary(node)?,
        "ternary_expression" => choice(node, ChoiceKind::Expression)?,
        "if_statement" => choice(node, ChoiceKind::Statement)?,
        "while_statement" | "do_statement" => Shape::While(node.child("condition")?, node.child("body")),
        "switch_statement" => Shape::Switch { subject: node.child("value")?, absent: absent_case(node) },
        "variable_declarator" => {
            let name = node.child("name").filter(|name| name.kind() == "identifier")?;
            Shape::Assign(vec![Pair::plain(name, node.child("value")?)])
        }
        "assignment_expression" => {
            let left = node.child("left").filter(|left| matches!(left.kind(), "identifier" | "member_expression"))?;
            Shape::Assign(vec![Pair::plain(left, node.child("right")?)])
        }
        "augmented_assignment_expression" if ["||=", "??="].contains(&node.child_text("operator")) => {
            Shape::Fallback { target: node.child("left")?, value: node.child("right")? }
        }
        "null" | "undefined" => Shape::Is(Value::Absent),
        "true" => Shape::Is(Value::Yes),
        "false" => Shape::Is(Value::No),
        "number" => Shape::Is(node.text().parse().map_or(Value::Unknown, Value::Number)),
        "string" | "template_string" => Shape::Is(match literal(node) {
            Some(text) if text.is_empty() => Value::Empty,
            Some(_) => Value::Text,
            None => Value::Unknown,
        }),
        "array" => {
            let only_texts = node.children().all(|child| child.kind() == "string");
            if only_texts { Shape::Is(Value::Text) } else { Shape::List }
        }
        "object" => Shape::Record,
        "pair" => Shape::Field(node.child("key")?.text(), node.child("value")?),
        "member_expression" if node.child("optional_chain").is_some() => asked_if_there(node)?,
        "member_expression" if node.role() == "function" => Shape::Part,
        "identifier" | "member_expression" => Shape::Variable,
        "throw_statement" => Shape::Fails,
        "return_statement" | "continue_statement" | "break_statement" => Shape::Leaves,
        "arrow_function" | "function_expression" => Shape::Lambda(node.child("body")?),
        "call_expression" => call(node)?,
        _ => return None,
    })
}

/// `value?.x`: nothing where the value is nothing.
fn asked_if_there(node: Node<'_>) -> Option<Shape<'_>> {
    Some(Shape::Ask(node.child("object")?, Value::Absent, Value::Unknown))
}

fn choice(node: Node<'_>, kind: ChoiceKind) -> Option<Shape<'_>> {
    let (then, otherwise) = (node.child("consequence"), node.child("alternative"));
    Some(Shape::Choice(Choice { condition: node.child("condition")?, then, otherwise, kind }))
}

fn binary(node: Node<'_>) -> Option<Shape<'_>> {
    let (left, right) = (node.child("left")?, node.child("right")?);
    Some(match node.child_text("operator") {
        "&&" => Shape::And(left, right),
        "||" | "??" => Shape::Or(left, right),
        sign => {
            let comparison = Comparison::of_sign(sign)?;
            of_type(comparison, left, right)
                .or_else(|| of_type(comparison, right, left))
                .unwrap_or(Shape::Compare(comparison, left, right))
        }
    })
}

/// `typeof value === "undefined"`.
fn of_type<'s>(comparison: Comparison, left: Node<'s>, right: Node<'s>) -> Option<Shape<'s>> {
    let argument = left.child("argument").filter(|_| left.child_text("operator") == "typeof")?;
    let absent_is_equal = literal(right)? == "undefined";
    let value = if absent_is_equal == (comparison == Comparison::Equal) { Value::Yes } else { Value::No };
    Some(Shape::Ask(argument, value, if value == Value::Yes { Value::No } else { Value::Yes }))
}

/// The case of a `switch` that is taken for `undefined`.
fn absent_case(node: Node<'_>) -> Option<Node<'_>> {
    let cases = || node.child("body").into_iter().flat_map(Node::children);
    let undefined = cases().find(|case| case.child("value").is_some_and(|value| value.kind() == "undefined"));
    undefined.or_else(|| cases().find(|case| case.kind() == "switch_default"))
}

fn call(node: Node<'_>) -> Option<Shape<'_>> {
    let function = node.child("function")?;
    let first = || node.child("arguments")?.children().next();
    match function.text() {
        "process.exit" if first().is_some_and(|code| code.text() == "0") => return Some(Shape::Leaves),
        "process.exit" | "process.abort" => return Some(Shape::Fails),
        "Boolean" => return Some(Shape::Ask(first()?, Value::No, Value::No)),
        "assert" | "assert.ok" => return Some(Shape::Demand(first()?)),
        // Not a number: as false as nothing.
        "parseInt" | "parseFloat" | "Number" | "Number.parseInt" | "Number.parseFloat" | "String" => {
            return Some(Shape::Same(first()?));
        }
        "isNaN" | "Number.isNaN" => return Some(Shape::Ask(first()?, Value::Yes, Value::Unknown)),
        "Number.isInteger" | "Number.isFinite" | "isFinite" | "Number.isSafeInteger" => {
            return Some(Shape::Ask(first()?, Value::No, Value::No));
        }
        _ => {}
    }
    let is_function = |node: Node<'_>| matches!(node.kind(), "arrow_function" | "function_expression");
    if function.kind() == "parenthesized_expression" && function.only_child().is_some_and(is_function) {
        return Some(Shape::Same(function));
    }
    if function.kind() != "member_expression" {
        let (absent, empty) = emptiness(function.text())?;
        return Some(Shape::Ask(first()?, absent, empty));
    }
    if function.child("optional_chain").is_some() {
        return Some(Shape::Same(function));
    }
    let property = function.child_text("property");
    if ["trim", "toLowerCase", "toUpperCase", "toString"].contains(&property) {
        return Some(Shape::Ask(function.child("object")?, Value::Fails, Value::Empty));
    }
    let (absent, empty) = match property {
        "isString" => (Value::No, Value::Yes),
        // One of several texts: a comparison.
        "includes" if function.child("object")?.kind() == "array" => (Value::No, Value::No),
        name => emptiness(name)?,
    };
    Some(Shape::Ask(first()?, absent, empty))
}

/// See `Grammar::pieces`.
pub(super) fn pieces(node: Node<'_>) -> Option<Vec<Piece<'_>>> {
    match node.kind() {
        "string" | "template_string" => {
            let parts = node.children().map(|part| match part.kind() {
                "template_substitution" => Piece::Of(part.only_child().unwrap_or(part)),
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
