//! Python: `os.environ`, `os.getenv`, and settings classes of pydantic.

mod names;
mod reads;
mod settings;
mod shape;

use crate::grammar::{Asked, Binding, Catch, Grammar, Name, Part, Piece, Scope, Shape, Thing};
use crate::syntax::Node;

/// The rules of Python.
#[derive(Debug)]
pub(crate) struct Python;

impl Grammar for Python {
    fn seeds(&self) -> &'static [&'static str] {
        &["environ", "getenv", "BaseSettings"]
    }

    fn reads<'s>(&self, node: Node<'s>) -> Vec<Asked<'s>> {
        match node.kind() {
            "class_definition" => settings::fields(node),
            _ => reads::read(node).into_iter().collect(),
        }
    }

    fn thing(&self, node: Node<'_>, fuel: usize) -> Option<Thing> {
        names::thing(node, fuel)
    }

    fn alias<'s>(&self, word: Node<'s>) -> Option<Node<'s>> {
        names::alias(word).or_else(|| settings::derived(word))
    }

    fn binding<'s>(&self, word: Node<'s>) -> Option<Binding<'s>> {
        names::binding(word)
    }

    fn scope(&self, kind: &str) -> Option<Scope> {
        Some(match kind {
            "module" => Scope::File,
            "class_definition" => Scope::Class,
            "function_definition" => Scope::Function,
            "lambda" => Scope::Lambda,
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
        let object =
            node.child("object").filter(|object| node.kind() == "attribute" && object.kind() == "identifier")?;
        let class = Some(object.text()).filter(|name| !["self", "cls"].contains(name));
        Some((class, node.child_text("attribute")))
    }

    fn shape<'s>(&self, node: Node<'s>) -> Shape<'s> {
        shape::shape(node)
    }

    fn is_sequence(&self, node: Node<'_>) -> bool {
        matches!(node.kind(), "module" | "block")
    }

    fn catches<'s>(&self, node: Node<'s>) -> Option<Catch<'s>> {
        shape::catches(node)
    }

    fn sets<'s>(&self, node: Node<'s>) -> Option<Name<'s>> {
        reads::sets(node)
    }

    /// The clauses of an `if` stand beside each other in the tree; each belongs into the one before.
    fn parent<'s>(&self, node: Node<'s>) -> Option<Node<'s>> {
        let parent = node.parent()?;
        if parent.kind() == "if_statement" && node.role() == "alternative" {
            let before = parent.children_as("alternative").take_while(|clause| *clause < node);
            return Some(before.last().unwrap_or(parent));
        }
        Some(parent)
    }

    fn part(&self, node: Node<'_>) -> Option<Part> {
        let condition = node.child_of("if_statement", "condition")?;
        let text: String = condition.text().split_whitespace().collect::<String>().replace('"', "'");
        ["__name__=='__main__'", "'__main__'==__name__"].contains(&text.as_str()).then_some(Part::Script)
    }
}
