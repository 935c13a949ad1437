//! What methods of `Result`, `Option` and texts make of a variable that is missing.

use super::names;
use crate::grammar::{Comparison, Form, Shape, Thing, Value};
use crate::syntax::Node;

/// The neutral terms of a call of a method.
pub(super) fn shape<'s>(receiver: Node<'s>, method: &str, first: Option<Node<'s>>) -> Option<Shape<'s>> {
    Some(match method {
        "map" | "as_ref" | "as_deref" | "and_then" | "filter" | "map_err" | "cloned" | "copied" | "clone"
        | "flatten" | "transpose" | "inspect" | "inspect_err" | "context" | "with_context" | "wrap_err"
        | "wrap_err_with" | "ok_or" | "ok_or_else" | "as_str" | "to_string" | "to_owned" | "trim" | "to_lowercase"
        | "to_uppercase" | "to_ascii_lowercase" | "to_ascii_uppercase" | "into" | "into_string" | "as_mut" | "take" => {
            Shape::Same(receiver)
        }
        "ok" | "err" => Shape::Ask(receiver, Value::Absent, Value::Unknown),
        "unwrap" | "expect" => Shape::Demand(receiver),
        "unwrap_or" | "unwrap_or_else" | "or" | "or_else" | "map_or" | "map_or_else" => Shape::Or(receiver, first?),
        "unwrap_or_default" => Shape::Ask(receiver, Value::Empty, Value::Empty),
        "is_ok" | "is_some" | "is_some_and" | "is_ok_and" => Shape::Ask(receiver, Value::No, Value::Unknown),
        "is_err" | "is_none" | "is_none_or" => Shape::Ask(receiver, Value::Yes, Value::Unknown),
        "is_empty" => Shape::Ask(receiver, Value::Yes, Value::Yes),
        "len" => Shape::Ask(receiver, Value::Number(0), Value::Number(0)),
        "eq" | "eq_ignore_ascii_case" => Shape::Compare(Comparison::Equal, receiver, first?),
        "ne" => Shape::Compare(Comparison::Unequal, receiver, first?),
        _ => return None,
    })
}

/// Whether an expression is an `Option` that a variable became: `?` on it is no error.
pub(super) fn is_option(node: Node<'_>, fuel: usize) -> bool {
    let Some(fuel) = fuel.checked_sub(1) else { return false };
    let Some(function) = node.child_of("call_expression", "function") else { return false };
    if names::thing(function, fuel) == Some(Thing::Function(Form::Asks(Value::Absent))) {
        return true;
    }
    match function.child_text("field") {
        "ok" => true,
        "ok_or" | "ok_or_else" | "context" | "with_context" | "" => false,
        _ => function.child("value").is_some_and(|receiver| is_option(receiver, fuel)),
    }
}
