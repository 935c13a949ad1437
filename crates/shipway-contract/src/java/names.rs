//! What names stand for in Java.

use super::Java;
use crate::grammar::{Binding, Bound, Reach, Shape, Thing};
use crate::scopes::{bindings, is_bound};
use crate::syntax::Node;

const FUEL: usize = 12;

/// See `Grammar::thing`.
pub(super) fn thing(node: Node<'_>, fuel: usize) -> Option<Thing> {
    let fuel = fuel.checked_sub(1)?;
    match node.kind() {
        "identifier" if is_bound(&Java, node) => of_variable(node, fuel),
        "identifier" => (node.text() == "System").then_some(Thing::Library),
        "field_access" if node.text() == "java.lang.System" => Some(Thing::Library),
        "field_access" if node.child("object")?.kind() == "this" => thing(node.child("field")?, fuel),
        "method_invocation" => {
            let has_arguments = node.child("arguments")?.children().next().is_some();
            (!has_arguments && node.child_text("name") == "getenv" && is_getenv(node)).then_some(Thing::Environment)
        }
        _ => match super::shape::shape(node) {
            Shape::Same(inner) => thing(inner, fuel),
            Shape::Choice(choice) => {
                choice.then.and_then(|then| thing(then, fuel)).or_else(|| thing(choice.otherwise?, fuel))
            }
            _ => None,
        },
    }
}

/// What a variable is: by its declaration, or, of a field that is declared without a value, by all that is assigned to it.
fn of_variable(name: Node<'_>, fuel: usize) -> Option<Thing> {
    let mut meanings = bindings(&Java, name).into_iter().filter_map(|binding| match &binding.to {
        Bound::Value(value) => Some(thing(*value, fuel)),
        Bound::Change => Some(given(binding.at).and_then(|value| thing(value, fuel))),
        Bound::Opaque if is_declared_field(binding.at) => None,
        _ => Some(None),
    });
    let first = meanings.next()??;
    meanings.all(|other| other == Some(first)).then_some(first)
}

fn is_declared_field(name: Node<'_>) -> bool {
    let declarator = name.parent().filter(|declarator| declarator.child("value").is_none());
    declarator.and_then(Node::parent).is_some_and(|declaration| declaration.kind() == "field_declaration")
}

/// What is assigned to a name, or to the field of that name.
fn given(name: Node<'_>) -> Option<Node<'_>> {
    name.ancestors().take(2).find(|outer| outer.kind() == "assignment_expression")?.child("right")
}

/// Whether a call of a method `getenv` is one of `System`'s.
pub(super) fn is_getenv(call: Node<'_>) -> bool {
    match call.child("object") {
        Some(object) => thing(object, FUEL) == Some(Thing::Library),
        None => static_imports(call.syntax().root())
            .any(|(class, member)| class == "java.lang.System" && matches!(member, "getenv" | "*")),
    }
}

/// The classes and members of a file's static imports.
fn static_imports(root: Node<'_>) -> impl Iterator<Item = (&str, &str)> {
    let imports = root.children().filter(|child| child.kind() == "import_declaration");
    let of_statics = imports.filter(|import| import.tokens().any(|token| token.kind() == "static"));
    of_statics.filter_map(|import| {
        let path = import.children().find(|child| child.kind() == "scoped_identifier")?;
        if import.children().any(|child| child.kind() == "asterisk") {
            return Some((path.text(), "*"));
        }
        path.text().rsplit_once('.')
    })
}

/// See `Grammar::binding`.
pub(super) fn binding<'s>(word: Node<'s>) -> Option<Binding<'s>> {
    if word.kind() != "identifier" {
        return None;
    }
    let parent = word.parent()?;
    let role = word.role();
    let here = |to| Some(Binding { at: word, to, reach: Reach::Block });
    match parent.kind() {
        "variable_declarator" if role == "name" => here(declared(parent)),
        "formal_parameter" | "catch_formal_parameter" | "enhanced_for_statement" | "instanceof_expression"
            if role == "name" =>
        {
            here(Bound::Opaque)
        }
        "resource" if role == "name" => here(parent.child("value").map_or(Bound::Opaque, Bound::Value)),
        "lambda_expression" if role == "parameters" => here(Bound::Opaque),
        "inferred_parameters" | "type_pattern" | "record_pattern_component" => here(Bound::Opaque),
        "class_declaration" | "enum_declaration" | "interface_declaration" | "record_declaration" if role == "name" => {
            here(Bound::Opaque)
        }
        "assignment_expression" if role == "left" => here(Bound::Change),
        "field_access" if role == "field" => {
            let is_target = parent.role() == "left" && parent.parent()?.kind() == "assignment_expression";
            is_target.then(|| here(Bound::Change))?
        }
        "update_expression" => here(Bound::Change),
        _ => None,
    }
}

/// What a declaration gives a name to. A field that is not final is no constant, however it begins.
fn declared(declarator: Node<'_>) -> Bound<'_> {
    let Some(value) = declarator.child("value") else { return Bound::Opaque };
    let field = declarator.parent().filter(|declaration| declaration.kind() == "field_declaration");
    let is_final = field.is_none_or(|field| {
        let mut modifiers = field.children().filter(|child| child.kind() == "modifiers").flat_map(Node::tokens);
        modifiers.any(|modifier| modifier.kind() == "final")
    });
    if value.kind() == "string_literal" && !is_final { Bound::Opaque } else { Bound::Value(value) }
}
