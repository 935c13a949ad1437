//! Java: `System.getenv`.

mod methods;
mod names;
mod shape;

use crate::grammar::{Asked, Binding, Default, Form, Grammar, Name, Piece, Scope, Shape, Thing, Value};
use crate::scopes::thing;
use crate::syntax::Node;

/// The rules of Java.
#[derive(Debug)]
pub(crate) struct Java;

impl Grammar for Java {
    fn seeds(&self) -> &'static [&'static str] {
        &["getenv"]
    }

    fn reads<'s>(&self, node: Node<'s>) -> Vec<Asked<'s>> {
        call(node).into_iter().collect()
    }

    fn thing(&self, node: Node<'_>, fuel: usize) -> Option<Thing> {
        names::thing(node, fuel)
    }

    fn binding<'s>(&self, word: Node<'s>) -> Option<Binding<'s>> {
        names::binding(word)
    }

    fn scope(&self, kind: &str) -> Option<Scope> {
        Some(match kind {
            "program" => Scope::File,
            "class_body" | "interface_body" | "enum_body" | "annotation_type_body" => Scope::Class,
            "method_declaration"
            | "constructor_declaration"
            | "compact_constructor_declaration"
            | "static_initializer" => Scope::Function,
            "lambda_expression" => Scope::Lambda,
            "block"
            | "for_statement"
            | "enhanced_for_statement"
            | "catch_clause"
            | "try_with_resources_statement"
            | "switch_block" => Scope::Block,
            _ => return None,
        })
    }

    fn pieces<'s>(&self, node: Node<'s>) -> Option<Vec<Piece<'s>>> {
        shape::pieces(node)
    }

    fn member<'s>(&self, node: Node<'s>) -> Option<(Option<&'s str>, &'s str)> {
        let object = node.child_of("field_access", "object")?;
        let class = Some(object.text().rsplit('.').next().unwrap_or_default()).filter(|class| *class != "this");
        Some((class, node.child_text("field")))
    }

    fn shape<'s>(&self, node: Node<'s>) -> Shape<'s> {
        shape::shape(node)
    }

    /// A field without `this`.
    fn plain<'s>(&self, variable: &'s str) -> &'s str {
        variable.strip_prefix("this.").unwrap_or(variable)
    }

    /// A field.
    fn is_known_everywhere(&self, target: Node<'_>) -> bool {
        let is_declared = target.ancestors().nth(1).is_some_and(|outer| outer.kind() == "field_declaration");
        is_declared || target.text().starts_with("this.")
    }

    fn is_sequence(&self, node: Node<'_>) -> bool {
        matches!(node.kind(), "program" | "block" | "constructor_body" | "switch_block_statement_group")
    }
}

fn call(node: Node<'_>) -> Option<Asked<'_>> {
    if node.kind() != "method_invocation" {
        return None;
    }
    let mut arguments = node.child("arguments")?.children();
    let name = Name::Of(arguments.next()?);
    let method = node.child("name")?;
    if method.text() == "getenv" {
        return names::is_getenv(node).then(|| Asked::new(node, name, Form::Yields));
    }
    let of_map = node.child("object").and_then(|object| thing(&Java, object)) == Some(Thing::Environment);
    of_map.then_some(())?;
    match method.text() {
        "get" => Some(Asked::new(node, name, Form::Yields)),
        "getOrDefault" => {
            let default = Some(Default::Is(arguments.next()?));
            Some(Asked { default, ..Asked::new(node, name, Form::Asks(Value::Unknown)) })
        }
        "containsKey" => Some(Asked::new(node, name, Form::Asks(Value::No))),
        _ => None,
    }
}
