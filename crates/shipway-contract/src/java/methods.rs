//! What well-known methods of Java make of a variable that is missing.

use crate::grammar::{Comparison, Shape, Value};
use crate::helper::emptiness;
use crate::syntax::Node;

/// The neutral terms of a call.
pub(super) fn shape(node: Node<'_>) -> Option<Shape<'_>> {
    let object = node.child("object");
    let mut arguments = node.child("arguments")?.children();
    let (first, second) = (arguments.next(), arguments.next());
    let class = object.map_or("", Node::text);
    let class = class.rsplit('.').next().unwrap_or(class);
    if is_first_of(class, node.child_text("name")) {
        return Some(Shape::First(node.child("arguments")?.children().collect()));
    }
    of_class(class, node.child_text("name"), first, second)
        .or_else(|| of_value(object?, node.child_text("name"), first, second))
}

/// Whether a method of a well-known library gives the first of its arguments that is something.
fn is_first_of(class: &str, method: &str) -> bool {
    match class {
        "MoreObjects" | "ObjectUtils" | "" => method == "firstNonNull",
        "StringUtils" => matches!(method, "firstNonBlank" | "firstNonEmpty"),
        _ => false,
    }
}

/// Methods of classes, called as they are or imported.
fn of_class<'s>(class: &str, method: &str, first: Option<Node<'s>>, second: Option<Node<'s>>) -> Option<Shape<'s>> {
    Some(match (class, method) {
        ("System", "exit") if first.is_some_and(|code| code.text() == "0") => Shape::Leaves,
        ("System", "exit") => Shape::Fails,
        ("Objects" | "", "requireNonNull" | "checkNotNull")
        | ("Preconditions" | "", "checkNotNull" | "checkArgument" | "checkState")
        | ("Validate" | "Assert", "notNull" | "notBlank" | "notEmpty" | "hasText" | "hasLength" | "isTrue") => {
            Shape::Demand(first?)
        }
        ("Objects" | "", "requireNonNullElse" | "requireNonNullElseGet")
        | ("Objects", "toString")
        | ("MoreObjects" | "ObjectUtils" | "", "defaultIfNull")
        | ("StringUtils" | "", "defaultIfEmpty" | "defaultIfBlank" | "defaultString") => Shape::Or(first?, second?),
        ("Objects", "isNull") => Shape::Ask(first?, Value::Yes, Value::No),
        ("Objects", "nonNull") => Shape::Ask(first?, Value::No, Value::Yes),
        ("Objects", "equals") | ("StringUtils", "equals" | "equalsIgnoreCase") => {
            Shape::Compare(Comparison::Equal, first?, second?)
        }
        ("Optional", "ofNullable") => Shape::Same(first?),
        ("Optional", "of") => Shape::Demand(first?),
        ("Boolean", "parseBoolean" | "valueOf") => Shape::Ask(first?, Value::No, Value::No),
        ("Integer" | "Long" | "Double" | "Float" | "Short" | "String", _) if parses(method) => Shape::Same(first?),
        (_, name) => {
            let (absent, empty) = emptiness(name)?;
            Shape::Ask(first?, absent, empty)
        }
    })
}

/// Whether a method of a class of numbers makes one of a text.
pub(super) fn parses(method: &str) -> bool {
    method.starts_with("parse") || method == "valueOf"
}

/// Methods of texts and of `Optional`.
fn of_value<'s>(
    object: Node<'s>,
    method: &str,
    first: Option<Node<'s>>,
    second: Option<Node<'s>>,
) -> Option<Shape<'s>> {
    Some(match method {
        "orElse" | "orElseGet" | "or" => Shape::Or(object, first?),
        "orElseThrow" => Shape::Demand(object),
        "isPresent" | "ifPresent" => Shape::Ask(object, Value::No, Value::Unknown),
        "ifPresentOrElse" => Shape::Or(object, second?),
        "map" | "filter" | "flatMap" => Shape::Same(object),
        "isEmpty" | "isBlank" => Shape::Ask(object, Value::Yes, Value::Yes),
        "length" => Shape::Ask(object, Value::Number(0), Value::Number(0)),
        "equals" | "equalsIgnoreCase" | "contentEquals" => Shape::Compare(Comparison::Equal, object, first?),
        "trim" | "strip" | "toLowerCase" | "toUpperCase" => Shape::Ask(object, Value::Fails, Value::Empty),
        _ => return None,
    })
}
