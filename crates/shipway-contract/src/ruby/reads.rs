//! Which expressions of Ruby ask the environment for a variable.

use super::Ruby;
use crate::grammar::{Asked, Default, Form, Name, Thing, Value};
use crate::scopes::thing;
use crate::syntax::Node;

/// The reads that a node is.
pub(super) fn reads(node: Node<'_>) -> Vec<Asked<'_>> {
    match node.kind() {
        "element_reference" => accessed(node).into_iter().collect(),
        "call" => called(node).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// The name of the variable that `ENV["X"]` stands for, asked for or set.
pub(super) fn element(node: Node<'_>) -> Option<Name<'_>> {
    let object = node.child_of("element_reference", "object")?;
    (thing(&Ruby, object) == Some(Thing::Environment)).then_some(())?;
    node.children().find(|child| child.role() != "object").map(name)
}

fn accessed(node: Node<'_>) -> Option<Asked<'_>> {
    let name = element(node)?;
    let outer = node.parent()?;
    let is_target = match outer.kind() {
        "assignment" => node.role() == "left",
        "left_assignment_list" => true,
        _ => false,
    };
    (!is_target).then(|| Asked::new(node, name, Form::Yields))
}

fn called(node: Node<'_>) -> Option<Vec<Asked<'_>>> {
    (thing(&Ruby, node.child("receiver")?) == Some(Thing::Environment)).then_some(())?;
    let arguments: Vec<Node<'_>> = node.child("arguments").map(|list| list.children().collect()).unwrap_or_default();
    let first = |form| Some(vec![Asked::new(node, name(*arguments.first()?), form)]);
    let each = |form| Some(arguments.iter().map(|argument| Asked::new(node, name(*argument), form)).collect());
    match node.child_text("method") {
        "fetch" => {
            let default = arguments.get(1).copied().or_else(|| node.child("block")).map(Default::Is);
            let form = if default.is_some() { Form::Asks(Value::Unknown) } else { Form::Raises };
            Some(vec![Asked { default, ..Asked::new(node, name(*arguments.first()?), form) }])
        }
        "key?" | "has_key?" | "include?" | "member?" => first(Form::Asks(Value::No)),
        "dig" | "[]" => first(Form::Yields),
        "values_at" => each(Form::Yields),
        "fetch_values" => each(Form::Raises),
        _ => None,
    }
}

fn name(argument: Node<'_>) -> Name<'_> {
    if argument.kind() == "splat_argument" { Name::Computed } else { Name::Of(argument) }
}
