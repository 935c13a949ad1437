//! Ruby: `ENV`.

mod names;
mod reads;
mod shape;

use crate::grammar::{Asked, Binding, Catch, Grammar, Name, Part, Piece, Scope, Shape, Thing, Value};
use crate::syntax::Node;

/// The rules of Ruby.
#[derive(Debug)]
pub(crate) struct Ruby;

impl Grammar for Ruby {
    fn seeds(&self) -> &'static [&'static str] {
        &["ENV"]
    }

    fn reads<'s>(&self, node: Node<'s>) -> Vec<Asked<'s>> {
        reads::reads(node)
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
            "class" | "module" | "singleton_class" => Scope::Class,
            "method" | "singleton_method" => Scope::Function,
            "block" | "do_block" | "lambda" => Scope::Lambda,
            _ => return None,
        })
    }

    /// A method sees constants and global variables around it, and nothing local.
    fn functions_see_outer(&self, name: &str) -> bool {
        name.starts_with(|first: char| first.is_uppercase() || first == '$')
    }

    fn pieces<'s>(&self, node: Node<'s>) -> Option<Vec<Piece<'s>>> {
        shape::pieces(node)
    }

    fn member<'s>(&self, node: Node<'s>) -> Option<(Option<&'s str>, &'s str)> {
        let scope = node.child_of("scope_resolution", "scope")?;
        Some((Some(scope.text().rsplit("::").next().unwrap_or_default()), node.child_text("name")))
    }

    fn shape<'s>(&self, node: Node<'s>) -> Shape<'s> {
        shape::shape(node)
    }

    fn is_sequence(&self, node: Node<'_>) -> bool {
        matches!(
            node.kind(),
            "program" | "body_statement" | "block_body" | "begin" | "then" | "else" | "do" | "parenthesized_statements"
        )
    }

    fn catches<'s>(&self, node: Node<'s>) -> Option<Catch<'s>> {
        shape::catches(node)
    }

    fn sets<'s>(&self, node: Node<'s>) -> Option<Name<'s>> {
        let is_assignment = matches!(node.kind(), "assignment" | "operator_assignment");
        reads::element(Some(node).filter(|_| is_assignment)?.child("left")?)
    }

    /// Only `nil` and `false` are false.
    fn truth(&self, value: Value) -> Option<bool> {
        match value {
            Value::Yes | Value::Text | Value::Empty | Value::Number(_) => Some(true),
            Value::No | Value::Absent => Some(false),
            Value::Fails | Value::Unknown => None,
        }
    }

    fn part(&self, node: Node<'_>) -> Option<Part> {
        let condition = node.child_of("if", "condition")?;
        let text: String = condition.text().split_whitespace().collect();
        ["__FILE__==$0", "__FILE__==$PROGRAM_NAME", "$0==__FILE__", "$PROGRAM_NAME==__FILE__"]
            .contains(&text.as_str())
            .then_some(Part::Script)
    }
}
