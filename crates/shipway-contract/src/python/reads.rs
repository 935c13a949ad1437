//! Which expressions of Python ask the environment for a variable, and which set one.

use super::Python;
use crate::grammar::{Asked, Default, Form, Name, Thing, Value};
use crate::scopes::thing;
use crate::syntax::Node;

/// The read that an expression is, if it is one.
pub(super) fn read(node: Node<'_>) -> Option<Asked<'_>> {
    match node.kind() {
        "subscript" if !is_target(node) => {
            let name = subscript_of_environment(node)?;
            Some(Asked::new(node, name, Form::Raises))
        }
        "call" => called(node),
        "comparison_operator" => membership(node),
        _ => None,
    }
}

/// The name of the variable that a statement or call sets.
pub(super) fn sets(node: Node<'_>) -> Option<Name<'_>> {
    match node.kind() {
        "assignment" => subscript_of_environment(node.child("left")?),
        "call" => {
            let function =
                node.child("function").filter(|function| function.child_text("attribute") == "setdefault")?;
            thing(&Python, function)?;
            Some(Name::Of(Arguments::of(node)?.name?))
        }
        _ => None,
    }
}

fn subscript_of_environment(node: Node<'_>) -> Option<Name<'_>> {
    let object = node.child_of("subscript", "value")?;
    (thing(&Python, object) == Some(Thing::Environment)).then_some(())?;
    Some(Name::Of(node.child("subscript")?))
}

/// Whether an expression is assigned to, or deleted.
fn is_target(node: Node<'_>) -> bool {
    let mut inner = node;
    for outer in node.ancestors().take(3) {
        match outer.kind() {
            "assignment" | "for_statement" => return inner.role() == "left",
            "delete_statement" | "as_pattern_target" => return true,
            "pattern_list" | "tuple_pattern" | "expression_list" => inner = outer,
            _ => return false,
        }
    }
    false
}

fn called(node: Node<'_>) -> Option<Asked<'_>> {
    let function = node.child("function")?;
    let Some(Thing::Function(form)) = thing(&Python, function) else { return None };
    let arguments = Arguments::of(node)?;
    let name = match arguments.name {
        Some(name) => Name::Of(name),
        None if arguments.spread => Name::Computed,
        None => return None,
    };
    let default = arguments.default.map(Default::Is);
    let form = if default.is_some() { Form::Asks(Value::Unknown) } else { form };
    Some(Asked { default, ..Asked::new(node, name, form) })
}

/// `"X" in os.environ`, `not in`, also of its keys.
fn membership(node: Node<'_>) -> Option<Asked<'_>> {
    let mut operands = node.children().filter(|child| child.role() != "operators");
    let (name, container) = (operands.next()?, operands.next()?);
    let value = match node.child_text("operators") {
        "in" => Value::No,
        "not in" => Value::Yes,
        _ => return None,
    };
    let container = match container.child_of("call", "function") {
        Some(function) if function.child_text("attribute") == "keys" => function.child("object")?,
        Some(_) => return None,
        None => container,
    };
    (operands.next().is_none() && thing(&Python, container) == Some(Thing::Environment)).then_some(())?;
    Some(Asked::new(node, Name::Of(name), Form::Asks(value)))
}

/// The arguments of a call that asks.
struct Arguments<'s> {
    name: Option<Node<'s>>,
    default: Option<Node<'s>>,
    /// Some come from a list or a dictionary.
    spread: bool,
}

impl<'s> Arguments<'s> {
    fn of(call: Node<'s>) -> Option<Self> {
        let list = call.child("arguments").filter(|list| list.kind() == "argument_list")?;
        let mut found = Self { name: None, default: None, spread: false };
        let mut place = 0;
        for argument in list.children() {
            match argument.kind() {
                "keyword_argument" => match argument.child_text("name") {
                    "key" => found.name = argument.child("value"),
                    "default" => found.default = argument.child("value"),
                    _ => {}
                },
                "list_splat" | "dictionary_splat" => found.spread = true,
                _ => {
                    match place {
                        0 => found.name = Some(argument),
                        1 => found.default = Some(argument),
                        _ => {}
                    }
                    place += 1;
                }
            }
        }
        Some(found)
    }
}
