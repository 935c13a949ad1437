//! What names stand for in Rust.

use super::Rust;
use crate::grammar::{Binding, Bound, Form, Reach, Shape, Thing, Value};
use crate::scopes::{imported_in, is_bound, things};
use crate::syntax::Node;

/// See `Grammar::thing`.
pub(super) fn thing(node: Node<'_>, fuel: usize) -> Option<Thing> {
    let fuel = fuel.checked_sub(1)?;
    match node.kind() {
        "identifier" if is_bound(&Rust, node) => things(&Rust, node, |binding| match &binding.to {
            Bound::Import { module, .. } => imported_thing(binding.at, module, fuel),
            Bound::Value(value) => thing(*value, fuel),
            _ => None,
        }),
        "identifier" => match node.text() {
            "std" => Some(Thing::Library),
            name => part_of(Thing::Module, name).filter(|_| has_wildcard(node)),
        },
        "scoped_identifier" => match node.child("path") {
            Some(path) => part_of(thing(path, fuel)?, node.child_text("name")),
            None => of_path(node.child_text("name")),
        },
        "generic_function" => thing(node.child("function")?, fuel),
        _ => match super::shape::shape(node) {
            Shape::Same(inner) => thing(inner, fuel),
            _ => None,
        },
    }
}

/// What a `use` gives a name to: also by way of what a module of this file has imported.
fn imported_thing(at: Node<'_>, path: &str, fuel: usize) -> Option<Thing> {
    let fuel = fuel.checked_sub(1)?;
    if let Some(found) = of_path(path) {
        return Some(found);
    }
    let (start, rest) = path.split_once("::").filter(|(start, _)| matches!(*start, "self" | "super" | "crate"))?;
    let supers = rest.split("::").take_while(|part| *part == "super").count();
    let up = supers + usize::from(start == "super");
    let module = if start == "crate" { at.syntax().root() } else { modules(at).nth(up)? };
    let mut parts = rest.split("::").skip(supers);
    let path = imported_in(&Rust, module, parts.next()?)?;
    parts.try_fold(imported_thing(module, &path, fuel)?, part_of)
}

/// The modules around a node, from the inside out, and the file.
pub(super) fn modules(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let scopes = std::iter::once(node).chain(node.scopes().map(|(scope, _)| scope));
    scopes.filter(|scope| scope.kind() == "mod_item" || scope.parent().is_none())
}

fn of_path(path: &str) -> Option<Thing> {
    let mut parts = path.trim_start_matches("::").split("::");
    let first = parts.next().filter(|first| *first == "std").map(|_| Thing::Library)?;
    parts.try_fold(first, part_of)
}

fn part_of(thing: Thing, name: &str) -> Option<Thing> {
    match (thing, name) {
        (Thing::Library, "env") => Some(Thing::Module),
        (Thing::Module, "var") => Some(Thing::Function(Form::Yields)),
        (Thing::Module, "var_os") => Some(Thing::Function(Form::Asks(Value::Absent))),
        _ => None,
    }
}

/// Whether the file has `use std::env::*`.
fn has_wildcard(node: Node<'_>) -> bool {
    let uses = node.syntax().root().children().filter(|child| child.kind() == "use_declaration");
    uses.into_iter().any(|declaration| {
        declaration.text().trim_start_matches("pub ").trim_start_matches("use ").starts_with("std::env::*")
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
        "let_declaration" if role == "pattern" => here(parent.child("value").map_or(Bound::Opaque, Bound::Value)),
        "const_item" | "static_item" if role == "name" => here(Bound::Value(parent.child("value")?)),
        "function_item" if role == "name" => Some(Binding { at: word, to: Bound::Opaque, reach: Reach::Outside }),
        "parameter" | "for_expression" if role == "pattern" => here(Bound::Opaque),
        "closure_parameters" => here(Bound::Opaque),
        "tuple_struct_pattern" if role == "type" => None,
        "tuple_struct_pattern"
        | "tuple_pattern"
        | "captured_pattern"
        | "ref_pattern"
        | "mut_pattern"
        | "match_pattern"
        | "reference_pattern"
        | "slice_pattern"
        | "or_pattern" => {
            let is_variable = !word.text().starts_with(char::is_uppercase);
            is_variable.then(|| here(Bound::Opaque))?
        }
        "let_condition" if role == "pattern" => here(Bound::Opaque),
        "assignment_expression" | "compound_assignment_expr" if role == "left" => here(Bound::Change),
        _ => imported(word).and_then(|path| here(Bound::Import { module: path, item: None })),
    }
}

/// The path that a word gives a name to within a `use`.
fn imported(word: Node<'_>) -> Option<String> {
    let declaration = word.ancestors().take(24).find(|outer| outer.kind() == "use_declaration")?;
    let parent = word.parent()?;
    let named = match parent.kind() {
        "use_as_clause" if word.role() == "alias" => parent.child("path")?,
        "use_as_clause" => return None,
        "use_declaration" | "use_list" => word,
        "scoped_identifier" if word.role() == "name" && ends_path(parent) => parent,
        // `use std::env::{self, …}` names what is before the list.
        "scoped_identifier" if word.role() == "name" && parent.role() == "path" && has_self(parent.parent()?) => parent,
        "scoped_use_list" if word.role() == "path" && has_self(parent) => word,
        _ => return None,
    };
    let mut path = if named.kind() == "self" { String::new() } else { compact(named.text()) };
    for list in named.ancestors().take_while(|outer| *outer != declaration) {
        if list.kind() == "scoped_use_list" && !list.child("path").is_some_and(|path| path.holds(named)) {
            let before = compact(list.child_text("path"));
            path = if path.is_empty() { before } else { format!("{before}::{path}") };
        }
    }
    Some(path)
}

fn compact(path: &str) -> String {
    path.split_whitespace().collect()
}

/// Whether a path is all that is named, and not the beginning of a longer one.
fn ends_path(path: Node<'_>) -> bool {
    path.parent().is_some_and(|outer| matches!(outer.kind(), "use_declaration" | "use_list"))
}

fn has_self(list: Node<'_>) -> bool {
    let entries = list.child_of("scoped_use_list", "list");
    entries.is_some_and(|entries| entries.children().any(|entry| entry.kind() == "self"))
}
