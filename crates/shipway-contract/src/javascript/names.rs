//! What names stand for in JavaScript and TypeScript.

use super::JavaScript;
use crate::grammar::{Binding, Bound, Reach, Shape, Thing};
use crate::literal::unescaped;
use crate::scopes::{is_bound, things};
use crate::syntax::Node;

const GLOBALS: [&str; 4] = ["globalThis", "global", "window", "self"];
const MODULES: [&str; 2] = ["process", "node:process"];

/// See `Grammar::thing`. The global object counts as `Thing::Module`.
pub(super) fn thing(node: Node<'_>, fuel: usize) -> Option<Thing> {
    let fuel = fuel.checked_sub(1)?;
    match node.kind() {
        "identifier" | "shorthand_property_identifier_pattern" => {
            if !is_bound(&JavaScript, node) {
                return match node.text() {
                    "process" => Some(Thing::Library),
                    name if GLOBALS.contains(&name) => Some(Thing::Module),
                    _ => None,
                };
            }
            things(&JavaScript, node, |binding| match &binding.to {
                Bound::Import { module, item } if MODULES.contains(&module.as_str()) => match item.as_deref() {
                    None | Some("default") => Some(Thing::Library),
                    Some("env") => Some(Thing::Environment),
                    Some(_) => None,
                },
                Bound::Key { of, key } => part_of(of_pattern(*of, fuel)?, key),
                Bound::Value(value) => thing(*value, fuel),
                _ => None,
            })
        }
        "member_expression" => part_of(thing(node.child("object")?, fuel)?, node.child_text("property")),
        "subscript_expression" => {
            let index = node.child("index").filter(|index| index.kind() == "string")?;
            part_of(thing(node.child("object")?, fuel)?, index.text().trim_matches(['"', '\'']))
        }
        "call_expression" if node.child_text("function") == "require" => {
            let module = node.child("arguments")?.only_child().and_then(literal)?;
            MODULES.contains(&module.as_str()).then_some(Thing::Library)
        }
        _ => match super::shape::shape(node) {
            Shape::Same(inner) | Shape::And(_, inner) => thing(inner, fuel),
            Shape::Or(left, right) => thing(left, fuel).or_else(|| thing(right, fuel)),
            Shape::Choice(choice) => {
                choice.then.and_then(|then| thing(then, fuel)).or_else(|| thing(choice.otherwise?, fuel))
            }
            _ => None,
        },
    }
}

fn part_of(thing: Thing, property: &str) -> Option<Thing> {
    match (thing, property) {
        (Thing::Module, "process") => Some(Thing::Library),
        (Thing::Library, "env") => Some(Thing::Environment),
        _ => None,
    }
}

/// What a destructuring takes apart.
pub(super) fn of_pattern(pattern: Node<'_>, fuel: usize) -> Option<Thing> {
    let fuel = fuel.checked_sub(1)?;
    let outer = pattern.parent()?;
    match outer.kind() {
        "variable_declarator" | "required_parameter" | "optional_parameter" => thing(outer.child("value")?, fuel),
        "assignment_expression" => thing(outer.child("right")?, fuel),
        "assignment_pattern" | "object_assignment_pattern" if pattern.role() == "left" => {
            of_pattern(outer, fuel).or_else(|| thing(outer.child("right")?, fuel))
        }
        "pair_pattern" => part_of(of_pattern(outer.parent()?, fuel)?, outer.child_text("key")),
        _ => None,
    }
}

/// The text of a string without substitutions.
pub(super) fn literal(node: Node<'_>) -> Option<String> {
    let is_literal = match node.kind() {
        "string" => true,
        "template_string" => node.children().all(|part| part.kind() != "template_substitution"),
        _ => false,
    };
    let inner = node.text().get(1..node.text().len().saturating_sub(1));
    is_literal.then(|| inner.map(unescaped))?
}

/// See `Grammar::alias`.
pub(super) fn alias<'s>(word: Node<'s>) -> Option<Node<'s>> {
    let outer = word.parent()?;
    match (outer.kind(), word.role()) {
        ("import_specifier", "name") => outer.child("alias"),
        ("pair_pattern", "key") => Some(target(outer.child("value")?)),
        _ => None,
    }
}

/// What a part of a pattern binds: `a` of `a = 1`.
pub(super) fn target(value: Node<'_>) -> Node<'_> {
    value.child_of("assignment_pattern", "left").unwrap_or(value)
}

/// See `Grammar::binding`.
pub(super) fn binding<'s>(word: Node<'s>) -> Option<Binding<'s>> {
    let parent = word.parent()?;
    let role = word.role();
    let here = |to| Some(Binding { at: word, to, reach: Reach::Block });
    match word.kind() {
        "identifier" => {}
        "shorthand_property_identifier_pattern" => return of_property(word, parent, word.text()),
        "property_identifier" => {
            let is_field =
                matches!((parent.kind(), role), ("field_definition", "property") | ("public_field_definition", "name"));
            return here(Bound::Value(parent.child("value").filter(|_| is_field)?));
        }
        _ => return None,
    }
    match parent.kind() {
        "variable_declarator" if role == "name" => {
            let declaration = parent.parent()?;
            if declaration.parent().is_some_and(|outer| outer.kind() == "ambient_declaration") {
                return None;
            }
            let to = parent.child("value").map_or(Bound::Opaque, Bound::Value);
            Some(Binding { at: word, to, reach: reach_of(declaration) })
        }
        "pair_pattern" if role == "value" => of_property(word, parent, parent.child_text("key")),
        "assignment_pattern" if role == "left" => match parent.parent()? {
            pair if pair.kind() == "pair_pattern" => of_property(word, pair, pair.child_text("key")),
            _ => here(Bound::Opaque),
        },
        "array_pattern" | "rest_pattern" | "formal_parameters" => here(Bound::Opaque),
        "required_parameter" | "optional_parameter" if matches!(role, "pattern" | "name") => here(Bound::Opaque),
        "arrow_function" | "catch_clause" if matches!(role, "parameter") => here(Bound::Opaque),
        "for_in_statement" if role == "left" => {
            here(if parent.child("kind").is_some() { Bound::Opaque } else { Bound::Change })
        }
        "function_expression" | "generator_function" if role == "name" => here(Bound::Opaque),
        "function_declaration" | "generator_function_declaration" if role == "name" => {
            Some(Binding { at: word, to: Bound::Opaque, reach: Reach::Outside })
        }
        "class_declaration" | "enum_declaration" if role == "name" => here(Bound::Opaque),
        "import_specifier" if role == "alias" || parent.child("alias").is_none() => {
            here(imported(parent, Some(parent.child_text("name"))))
        }
        "import_clause" => here(imported(parent, Some("default"))),
        "namespace_import" => here(imported(parent, None)),
        "import_require_clause" => here(imported(parent, None)),
        "assignment_expression" | "augmented_assignment_expression" if role == "left" => here(Bound::Change),
        "update_expression" => here(Bound::Change),
        _ => None,
    }
}

/// `var` is known in the whole function.
fn reach_of(declaration: Node<'_>) -> Reach {
    if declaration.kind() == "variable_declaration" { Reach::Function } else { Reach::Block }
}

fn of_property<'s>(word: Node<'s>, part: Node<'s>, key: &str) -> Option<Binding<'s>> {
    let pattern = std::iter::once(part).chain(part.ancestors().take(2)).find(|node| node.kind() == "object_pattern")?;
    let declaration = word.ancestors().take(12).find(|node| node.kind() == "variable_declaration");
    let reach = declaration.map_or(Reach::Block, reach_of);
    let key = key.trim_matches(['"', '\'']).to_owned();
    // A pattern that is assigned to, rather than declared, gives no new name.
    let assigns = pattern.ancestors().take_while(|outer| outer.kind().ends_with("pattern")).last().unwrap_or(pattern);
    let to = match assigns.parent().map(Node::kind) {
        Some("assignment_expression") => Bound::Change,
        _ => Bound::Key { of: pattern, key },
    };
    Some(Binding { at: word, to, reach })
}

fn imported<'s>(part: Node<'s>, item: Option<&str>) -> Bound<'s> {
    let source = part.ancestors().take(4).chain(std::iter::once(part)).find_map(|outer| outer.child("source"));
    match source.and_then(literal) {
        Some(module) => Bound::Import { module, item: item.map(str::to_owned) },
        None => Bound::Opaque,
    }
}
