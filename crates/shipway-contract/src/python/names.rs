//! What names stand for in Python.

use super::Python;
use crate::grammar::{Binding, Bound, Form, Reach, Shape, Thing, Value};
use crate::scopes::things;
use crate::syntax::Node;

/// See `Grammar::thing`.
pub(super) fn thing(node: Node<'_>, fuel: usize) -> Option<Thing> {
    let fuel = fuel.checked_sub(1)?;
    match node.kind() {
        "identifier" => things(&Python, node, |binding| match &binding.to {
            Bound::Import { module, item: None } if module == "os" => Some(Thing::Library),
            Bound::Import { module, item: Some(item) } if module == "os" => of_os(item),
            Bound::Value(value) => thing(*value, fuel),
            _ => None,
        }),
        "attribute" => {
            let attribute = node.child_text("attribute");
            match thing(node.child("object")?, fuel)? {
                Thing::Library => of_os(attribute),
                Thing::Environment => of_environment(attribute),
                Thing::Module | Thing::Function(_) => None,
            }
        }
        _ => match super::shape::shape(node) {
            Shape::Same(inner) => thing(inner, fuel),
            Shape::Or(left, right) => thing(left, fuel).or_else(|| thing(right, fuel)),
            Shape::Choice(choice) => {
                choice.then.and_then(|then| thing(then, fuel)).or_else(|| thing(choice.otherwise?, fuel))
            }
            _ => None,
        },
    }
}

fn of_os(name: &str) -> Option<Thing> {
    match name {
        "environ" => Some(Thing::Environment),
        "getenv" => Some(Thing::Function(Form::Asks(Value::Absent))),
        _ => None,
    }
}

fn of_environment(method: &str) -> Option<Thing> {
    match method {
        "get" | "setdefault" => Some(Thing::Function(Form::Asks(Value::Absent))),
        "pop" | "__getitem__" => Some(Thing::Function(Form::Raises)),
        _ => None,
    }
}

/// See `Grammar::alias`.
pub(super) fn alias<'s>(word: Node<'s>) -> Option<Node<'s>> {
    let import = word.ancestors().take(2).find(|outer| outer.kind() == "aliased_import")?;
    import.child("alias").filter(|alias| *alias != word)
}

/// See `Grammar::binding`.
pub(super) fn binding<'s>(word: Node<'s>) -> Option<Binding<'s>> {
    if word.kind() != "identifier" {
        return None;
    }
    let parent = word.parent()?;
    let role = word.role();
    let here = |to| Some(Binding { at: word, to, reach: Reach::Function });
    match parent.kind() {
        "assignment" if role == "left" => here(Bound::Value(assigned(parent)?)),
        "named_expression" if role == "name" => here(Bound::Value(parent.child("value")?)),
        "augmented_assignment" if role == "left" => here(Bound::Change),
        "global_statement" | "nonlocal_statement" => here(Bound::Change),
        "pattern_list" | "tuple_pattern" | "list_pattern" => here(of_pattern(parent, word)),
        "for_statement" | "for_in_clause" if role == "left" => here(Bound::Opaque),
        "default_parameter" | "typed_default_parameter" if role == "name" => here(Bound::Opaque),
        "parameters"
        | "lambda_parameters"
        | "typed_parameter"
        | "list_splat_pattern"
        | "dictionary_splat_pattern"
        | "as_pattern_target" => here(Bound::Opaque),
        "except_clause" if role == "alias" => here(Bound::Opaque),
        "function_definition" | "class_definition" if role == "name" => {
            Some(Binding { at: word, to: Bound::Opaque, reach: Reach::Outside })
        }
        "aliased_import" if role == "alias" => here(imported(parent.parent()?, parent.child("name")?, parent)),
        "dotted_name" if parent.tokens().next() == Some(word) => {
            let import =
                parent.parent().filter(|import| parent.role() == "name" && import.kind() != "aliased_import")?;
            here(imported(import, parent, parent))
        }
        _ => None,
    }
}

/// What an import gives a name to. `entry` is the part of the statement that names it.
fn imported<'s>(import: Node<'s>, name: Node<'s>, entry: Node<'s>) -> Bound<'s> {
    match import.kind() {
        "import_from_statement" => {
            Bound::Import { module: import.child_text("module_name").to_owned(), item: Some(name.text().to_owned()) }
        }
        // `import a.b` binds `a`.
        "import_statement" if entry.kind() == "dotted_name" => {
            let first = name.text().split('.').next().unwrap_or_default();
            Bound::Import { module: first.to_owned(), item: None }
        }
        "import_statement" => Bound::Import { module: name.text().to_owned(), item: None },
        _ => Bound::Opaque,
    }
}

/// The value at the end of a chain of assignments: of `a = b = c` it is `c`.
pub(super) fn assigned(assignment: Node<'_>) -> Option<Node<'_>> {
    let mut value = assignment.child("right")?;
    while value.kind() == "assignment" {
        value = value.child("right")?;
    }
    Some(value)
}

/// What a name in a pattern gets, where the other side is as long.
fn of_pattern<'s>(pattern: Node<'s>, word: Node<'s>) -> Bound<'s> {
    let value = pattern.parent().filter(|outer| outer.kind() == "assignment" && pattern.role() == "left");
    let value = value.and_then(assigned).and_then(|value| counterpart(pattern, word, value));
    value.map_or(Bound::Opaque, Bound::Value)
}

/// The expression at the place in `values` that `part` has in `pattern`.
pub(super) fn counterpart<'s>(pattern: Node<'s>, part: Node<'s>, values: Node<'s>) -> Option<Node<'s>> {
    let is_list = matches!(values.kind(), "expression_list" | "tuple" | "list");
    if !is_list || values.children().count() != pattern.children().count() {
        return None;
    }
    let place = pattern.children().position(|other| other == part)?;
    values.children().nth(place)
}
