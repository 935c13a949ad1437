//! What names stand for in Ruby.

use super::Ruby;
use crate::grammar::{Binding, Bound, Reach, Shape, Thing};
use crate::scopes::{is_bound, things};
use crate::syntax::Node;

/// See `Grammar::thing`.
pub(super) fn thing(node: Node<'_>, fuel: usize) -> Option<Thing> {
    let fuel = fuel.checked_sub(1)?;
    match node.kind() {
        "constant" if node.text() == "ENV" && !is_bound(&Ruby, node) => Some(Thing::Environment),
        "scope_resolution" => {
            let of_root = node.child("scope").is_none_or(|scope| scope.text() == "Object");
            (of_root && node.child_text("name") == "ENV").then_some(Thing::Environment)
        }
        "constant" | "identifier" | "instance_variable" | "class_variable" | "global_variable" => {
            things(&Ruby, node, |binding| match &binding.to {
                Bound::Value(value) => thing(*value, fuel),
                _ => None,
            })
        }
        _ => match super::shape::shape(node) {
            Shape::Same(inner) => thing(inner, fuel),
            Shape::Or(left, right) => thing(left, fuel).or_else(|| thing(right, fuel)),
            _ => None,
        },
    }
}

/// See `Grammar::binding`.
pub(super) fn binding<'s>(word: Node<'s>) -> Option<Binding<'s>> {
    if !matches!(word.kind(), "identifier" | "constant" | "instance_variable" | "class_variable" | "global_variable") {
        return None;
    }
    let parent = word.parent()?;
    let role = word.role();
    let here = |to| Some(Binding { at: word, to, reach: Reach::Function });
    match parent.kind() {
        "assignment" if role == "left" => here(Bound::Value(parent.child("right")?)),
        "left_assignment_list" => {
            let value = parent.parent().and_then(|assignment| counterpart(parent, word, assignment.child("right")?));
            here(value.map_or(Bound::Opaque, Bound::Value))
        }
        "operator_assignment" if role == "left" => here(Bound::Change),
        "method_parameters"
        | "block_parameters"
        | "lambda_parameters"
        | "destructured_parameter"
        | "splat_parameter"
        | "hash_splat_parameter"
        | "block_parameter"
        | "destructured_left_assignment"
        | "rest_assignment"
        | "exception_variable" => here(Bound::Opaque),
        "optional_parameter" | "keyword_parameter" if role == "name" => here(Bound::Opaque),
        "for" if role == "pattern" => here(Bound::Opaque),
        "class" | "module" if role == "name" => Some(Binding { at: word, to: Bound::Opaque, reach: Reach::Outside }),
        _ => None,
    }
}

/// The expression at the place in `values` that `part` has in `pattern`.
pub(super) fn counterpart<'s>(pattern: Node<'s>, part: Node<'s>, values: Node<'s>) -> Option<Node<'s>> {
    let is_list = matches!(values.kind(), "right_assignment_list" | "array");
    if !is_list || values.children().count() != pattern.children().count() {
        return None;
    }
    let place = pattern.children().position(|other| other == part)?;
    values.children().nth(place)
}
