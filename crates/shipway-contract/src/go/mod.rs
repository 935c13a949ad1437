//! Go: `os.Getenv`, `os.LookupEnv`, `syscall.Getenv`.

mod names;
mod shape;

use crate::grammar::{Asked, Binding, Grammar, Name, Piece, Scope, Shape, Thing, Value};
use crate::scopes::thing;
use crate::syntax::Node;

/// The rules of Go.
#[derive(Debug)]
pub(crate) struct Go;

impl Grammar for Go {
    fn seeds(&self) -> &'static [&'static str] {
        &["Getenv", "LookupEnv", "Setenv"]
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

    /// In `v := v` the right one is another.
    fn may_mean(&self, used: Node<'_>, binding: &Binding<'_>) -> bool {
        let mut around = binding.at.ancestors().take(3);
        let declaration = around.find(|outer| matches!(outer.kind(), "short_var_declaration" | "var_spec"));
        let value = declaration.and_then(|outer| outer.child("right").or_else(|| outer.child("value")));
        !value.is_some_and(|value| value.holds(used))
    }

    /// The cases of a `switch` without a subject are tried one after the other.
    fn parent<'s>(&self, node: Node<'s>) -> Option<Node<'s>> {
        let case_before = shape::is_condition(node).then(|| shape::case_before(node)).flatten();
        case_before.or_else(|| node.parent())
    }

    fn scope(&self, kind: &str) -> Option<Scope> {
        Some(match kind {
            "source_file" => Scope::File,
            "function_declaration" | "method_declaration" => Scope::Function,
            "func_literal" => Scope::Lambda,
            "block"
            | "if_statement"
            | "for_statement"
            | "expression_switch_statement"
            | "type_switch_statement"
            | "expression_case"
            | "default_case"
            | "type_case"
            | "communication_case" => Scope::Block,
            _ => return None,
        })
    }

    fn pieces<'s>(&self, node: Node<'s>) -> Option<Vec<Piece<'s>>> {
        shape::pieces(node)
    }

    fn shape<'s>(&self, node: Node<'s>) -> Shape<'s> {
        shape::shape(node)
    }

    fn is_sequence(&self, node: Node<'_>) -> bool {
        matches!(node.kind(), "source_file" | "statement_list")
    }

    fn sets<'s>(&self, node: Node<'s>) -> Option<Name<'s>> {
        let function = node.child_of("call_expression", "function")?;
        let is_setter = function.child_text("field") == "Setenv";
        Some(Name::Of(node.child("arguments").filter(|_| is_setter)?.children().next()?))
    }

    /// `os.Getenv` gives the empty text.
    fn absent(&self) -> Value {
        Value::Empty
    }
}

fn call(node: Node<'_>) -> Option<Asked<'_>> {
    let function = node.child_of("call_expression", "function")?;
    let Some(Thing::Function(form)) = thing(&Go, function) else { return None };
    let name = node.child("arguments")?.children().next()?;
    let name = if name.kind() == "variadic_argument" { Name::Computed } else { Name::Of(name) };
    Some(Asked::new(node, name, form))
}
