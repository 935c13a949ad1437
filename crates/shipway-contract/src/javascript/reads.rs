//! Which expressions and patterns of JavaScript ask the environment for a variable.

use super::JavaScript;
use super::names::{of_pattern, target};
use crate::grammar::{Asked, Default, Form, Name, Thing, Value};
use crate::scopes::thing;
use crate::syntax::Node;

const FUEL: usize = 12;

/// The reads that a node is.
pub(super) fn reads(node: Node<'_>) -> Vec<Asked<'_>> {
    match node.kind() {
        "member_expression" | "subscript_expression" => accessed(node).into_iter().collect(),
        "binary_expression" if node.child_text("operator") == "in" => membership(node).into_iter().collect(),
        "call_expression" => called(node).into_iter().collect(),
        "object_pattern" if of_pattern(node, FUEL) == Some(Thing::Environment) => properties(node),
        // A pattern is beside the word that gives it away, not around it.
        "variable_declarator" => of_part(node, "name"),
        "assignment_expression" | "assignment_pattern" => of_part(node, "left"),
        "pair_pattern" => of_part(node, "value"),
        "required_parameter" | "optional_parameter" => of_part(node, "pattern"),
        _ => Vec::new(),
    }
}

fn of_part<'s>(node: Node<'s>, role: &str) -> Vec<Asked<'s>> {
    let pattern = node.child(role).map(target).filter(|pattern| pattern.kind() == "object_pattern");
    pattern.map_or_else(Vec::new, reads)
}

/// The name of the variable that an expression stands for, asked for or set.
pub(super) fn variable(node: Node<'_>) -> Option<Name<'_>> {
    let name = match node.kind() {
        "member_expression" => {
            Name::Is(node.child("property").filter(|name| name.kind() == "property_identifier")?.text().to_owned())
        }
        "subscript_expression" => Name::Of(node.child("index")?),
        _ => return None,
    };
    (thing(&JavaScript, node.child("object")?) == Some(Thing::Environment)).then_some(name)
}

fn accessed(node: Node<'_>) -> Option<Asked<'_>> {
    let name = variable(node)?;
    let outer = node.parent()?;
    let unasked = match outer.kind() {
        "assignment_expression" => node.role() == "left",
        "unary_expression" => outer.child_text("operator") == "delete",
        // A type asks nothing.
        "type_query" => true,
        "for_in_statement" => node.role() == "left",
        // A method of the map: no variable can be called.
        "call_expression" => node.role() == "function",
        _ => false,
    };
    (!unasked).then(|| Asked::new(node, name, Form::Yields))
}

/// `"X" in process.env`.
fn membership(node: Node<'_>) -> Option<Asked<'_>> {
    (thing(&JavaScript, node.child("right")?) == Some(Thing::Environment)).then_some(())?;
    Some(Asked::new(node, Name::Of(node.child("left")?), Form::Asks(Value::No)))
}

/// `process.env.hasOwnProperty("X")`, `Object.hasOwn(process.env, "X")`.
fn called(node: Node<'_>) -> Option<Asked<'_>> {
    let function = node.child("function").filter(|function| function.kind() == "member_expression")?;
    let mut arguments = node.child("arguments")?.children();
    let (container, name) = match function.text() {
        "Object.hasOwn" | "Reflect.has" | "Object.prototype.hasOwnProperty.call" => {
            (arguments.next()?, arguments.next()?)
        }
        _ if function.child_text("property") == "hasOwnProperty" => (function.child("object")?, arguments.next()?),
        _ => return None,
    };
    (thing(&JavaScript, container) == Some(Thing::Environment)).then_some(())?;
    Some(Asked::new(node, Name::Of(name), Form::Asks(Value::No)))
}

/// The reads of a pattern that takes the environment apart.
fn properties(pattern: Node<'_>) -> Vec<Asked<'_>> {
    pattern.children().filter_map(property).collect()
}

fn property(part: Node<'_>) -> Option<Asked<'_>> {
    let (name, bound, default) = match part.kind() {
        "shorthand_property_identifier_pattern" => (Name::Is(part.text().to_owned()), part, None),
        "object_assignment_pattern" => {
            let bound = part.child("left")?;
            (Name::Is(bound.text().to_owned()), bound, part.child("right"))
        }
        "pair_pattern" => {
            let (key, value) = (part.child("key")?, part.child("value")?);
            let name = match key.kind() {
                "property_identifier" => Name::Is(key.text().to_owned()),
                "computed_property_name" => key.only_child().map_or(Name::Computed, Name::Of),
                _ => Name::Of(key),
            };
            let default = value.child_of("assignment_pattern", "right");
            (name, target(value), default)
        }
        _ => return None,
    };
    let goes_to = Some(bound).filter(|bound| bound.kind() != "object_pattern");
    Some(Asked { goes_to, default: default.map(Default::Is), ..Asked::new(part, name, Form::Yields) })
}
