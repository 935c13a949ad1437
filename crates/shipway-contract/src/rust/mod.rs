//! Rust: `std::env::var` and `var_os`.

mod macros;
mod methods;
mod names;
mod shape;

use crate::grammar::{Asked, Binding, Bound, Grammar, Name, Part, Piece, Scope, Shape, Thing};
use crate::scopes::thing;
use crate::syntax::Node;

/// The rules of Rust.
#[derive(Debug)]
pub(crate) struct Rust;

impl Grammar for Rust {
    fn seeds(&self) -> &'static [&'static str] {
        &["var", "var_os", "set_var"]
    }

    fn reads<'s>(&self, node: Node<'s>) -> Vec<Asked<'s>> {
        call(node).or_else(|| macros::read(node)).into_iter().collect()
    }

    fn thing(&self, node: Node<'_>, fuel: usize) -> Option<Thing> {
        names::thing(node, fuel)
    }

    fn alias<'s>(&self, word: Node<'s>) -> Option<Node<'s>> {
        let clause = word.ancestors().take(3).find(|outer| outer.kind() == "use_as_clause")?;
        clause.child("alias").filter(|alias| *alias != word)
    }

    fn binding<'s>(&self, word: Node<'s>) -> Option<Binding<'s>> {
        names::binding(word)
    }

    /// A path begins with a module, and a condition's pattern is not known in the value that it is for.
    fn may_mean(&self, used: Node<'_>, binding: &Binding<'_>) -> bool {
        if used.role() == "path" && used.parent().is_some_and(|outer| outer.kind() == "scoped_identifier") {
            return matches!(binding.to, Bound::Import { .. });
        }
        let condition = binding.at.ancestors().take(6).find(|outer| outer.kind() == "let_condition");
        !condition.and_then(|condition| condition.child("value")).is_some_and(|value| value.holds(used))
    }

    /// Macros are only words to the grammar.
    fn rewritten(&self, root: Node<'_>) -> Option<String> {
        macros::opened(root)
    }

    fn scope(&self, kind: &str) -> Option<Scope> {
        Some(match kind {
            "source_file" => Scope::File,
            "impl_item" | "trait_item" | "mod_item" => Scope::Class,
            "function_item" => Scope::Function,
            "closure_expression" => Scope::Lambda,
            "block" | "match_arm" | "if_expression" | "while_expression" | "for_expression" => Scope::Block,
            _ => return None,
        })
    }

    fn pieces<'s>(&self, node: Node<'s>) -> Option<Vec<Piece<'s>>> {
        shape::pieces(node)
    }

    fn member<'s>(&self, node: Node<'s>) -> Option<(Option<&'s str>, &'s str)> {
        let path = node.child_of("scoped_identifier", "path")?;
        let class = match path.text().rsplit("::").next().unwrap_or_default() {
            "Self" => None,
            "crate" => Some(""),
            "self" => names::modules(node).next().map(|module| module.child_text("name")),
            "super" => {
                names::modules(node).nth(path.text().split("::").count()).map(|module| module.child_text("name"))
            }
            class => Some(class),
        };
        Some((class, node.child_text("name")))
    }

    fn shape<'s>(&self, node: Node<'s>) -> Shape<'s> {
        shape::shape(node)
    }

    fn is_sequence(&self, node: Node<'_>) -> bool {
        matches!(node.kind(), "source_file" | "block" | "declaration_list")
    }

    fn sets<'s>(&self, node: Node<'s>) -> Option<Name<'s>> {
        let function = node.child_of("call_expression", "function")?;
        let is_setter = function.text() == "set_var" || function.text().ends_with("::set_var");
        Some(Name::Of(node.child("arguments").filter(|_| is_setter)?.children().next()?))
    }

    fn part(&self, node: Node<'_>) -> Option<Part> {
        if !matches!(node.kind(), "mod_item" | "function_item" | "impl_item") {
            return None;
        }
        let before = node.parent()?.children().take_while(|sibling| *sibling < node);
        let is_test = before.fold(false, |found, sibling| {
            sibling.kind() == "attribute_item" && (found || is_for_tests(sibling.text()))
        });
        is_test.then_some(Part::Test)
    }
}

fn is_for_tests(attribute: &str) -> bool {
    let text: String = attribute.split_whitespace().collect();
    text.contains("cfg(test)")
        || text.contains("cfg(all(test")
        || text.contains("[test]")
        || text.contains("::test]")
        || text.contains("::test(")
}

fn call(node: Node<'_>) -> Option<Asked<'_>> {
    let function = node.child_of("call_expression", "function")?;
    let Some(Thing::Function(form)) = thing(&Rust, function) else { return None };
    let name = node.child("arguments")?.children().next()?;
    Some(Asked::new(node, Name::Of(name), form))
}
