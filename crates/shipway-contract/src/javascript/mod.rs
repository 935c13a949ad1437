//! JavaScript and TypeScript: `process.env`.

mod names;
mod reads;
mod shape;

use crate::grammar::{Asked, Binding, Grammar, Name, Part, Piece, Scope, Shape, Thing};
use crate::scopes::own_function;
use crate::syntax::Node;

/// The rules of JavaScript and of TypeScript, whose types are passed over.
#[derive(Debug)]
pub(crate) struct JavaScript;

impl Grammar for JavaScript {
    fn seeds(&self) -> &'static [&'static str] {
        &["env"]
    }

    fn reads<'s>(&self, node: Node<'s>) -> Vec<Asked<'s>> {
        reads::reads(node)
    }

    fn thing(&self, node: Node<'_>, fuel: usize) -> Option<Thing> {
        names::thing(node, fuel)
    }

    fn alias<'s>(&self, word: Node<'s>) -> Option<Node<'s>> {
        names::alias(word)
    }

    fn binding<'s>(&self, word: Node<'s>) -> Option<Binding<'s>> {
        names::binding(word)
    }

    fn scope(&self, kind: &str) -> Option<Scope> {
        Some(match kind {
            "program" => Scope::File,
            "class_body" => Scope::Class,
            "function_declaration" | "generator_function_declaration" | "method_definition" => Scope::Function,
            "arrow_function" | "function_expression" | "generator_function" => Scope::Lambda,
            "statement_block" | "for_statement" | "for_in_statement" | "switch_body" | "catch_clause" => Scope::Block,
            _ => return None,
        })
    }

    fn functions_see_classes(&self) -> bool {
        false
    }

    fn pieces<'s>(&self, node: Node<'s>) -> Option<Vec<Piece<'s>>> {
        shape::pieces(node)
    }

    fn member<'s>(&self, node: Node<'s>) -> Option<(Option<&'s str>, &'s str)> {
        let object = node.child_of("member_expression", "object")?;
        let property = node.child_text("property");
        match object.kind() {
            "this" => Some((None, property)),
            "identifier" => Some((Some(object.text()), property)),
            _ => None,
        }
    }

    fn shape<'s>(&self, node: Node<'s>) -> Shape<'s> {
        shape::shape(node)
    }

    fn is_sequence(&self, node: Node<'_>) -> bool {
        matches!(node.kind(), "program" | "statement_block" | "switch_case" | "switch_default")
    }

    fn sets<'s>(&self, node: Node<'s>) -> Option<Name<'s>> {
        let is_assignment = matches!(node.kind(), "assignment_expression" | "augmented_assignment_expression");
        reads::variable(Some(node).filter(|_| is_assignment)?.child("left")?)
    }

    /// A constant of the file.
    fn is_known_everywhere(&self, target: Node<'_>) -> bool {
        let declaration = target.ancestors().take(8).find(|outer| outer.kind().ends_with("_declaration"));
        let is_constant = declaration.is_some_and(|declaration| declaration.child_text("kind") == "const");
        is_constant && own_function(target).scope() == Some(Scope::File)
    }

    fn part(&self, node: Node<'_>) -> Option<Part> {
        let condition = node.child_of("if_statement", "condition")?;
        let text: String = condition.text().split_whitespace().collect();
        ["(require.main===module)", "(require.main==module)"].contains(&text.as_str()).then_some(Part::Script)
    }
}
