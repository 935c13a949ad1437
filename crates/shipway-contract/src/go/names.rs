//! What names stand for in Go.

use super::Go;
use crate::grammar::{Binding, Bound, Form, Reach, Shape, Thing, Value};
use crate::scopes::{is_bound, things};
use crate::syntax::Node;

/// See `Grammar::thing`. `os` counts as `Thing::Library`, `syscall` as `Thing::Module`.
pub(super) fn thing(node: Node<'_>, fuel: usize) -> Option<Thing> {
    let fuel = fuel.checked_sub(1)?;
    match node.kind() {
        "identifier" if is_bound(&Go, node) => things(&Go, node, |binding| match &binding.to {
            Bound::Import { module, .. } => of_path(module),
            Bound::Value(value) => thing(*value, fuel),
            _ => None,
        }),
        "identifier" => of_path(node.text()).filter(|_| !is_other_package(node)).or_else(|| {
            let function = of_package(Thing::Library, node.text())?;
            has_dot_import(node).then_some(function)
        }),
        "selector_expression" => of_package(thing(node.child("operand")?, fuel)?, node.child_text("field")),
        _ => match super::shape::shape(node) {
            Shape::Same(inner) => thing(inner, fuel),
            _ => None,
        },
    }
}

/// Whether an import of another path gives the file a package of this name.
fn is_other_package(name: Node<'_>) -> bool {
    let declarations = imports(name.syntax().root());
    declarations.into_iter().flat_map(Node::descendants).any(|spec| {
        let path = if spec.kind() == "import_spec" { path_of(spec) } else { "" };
        path != name.text() && spec.child("name").is_none() && path.rsplit('/').next() == Some(name.text())
    })
}

fn of_path(path: &str) -> Option<Thing> {
    match path {
        "os" => Some(Thing::Library),
        "syscall" => Some(Thing::Module),
        _ => None,
    }
}

fn of_package(package: Thing, function: &str) -> Option<Thing> {
    match (package, function) {
        (Thing::Library, "Getenv") => Some(Thing::Function(Form::Yields)),
        (Thing::Library, "LookupEnv") | (Thing::Module, "Getenv") => Some(Thing::Function(Form::Asks(Value::Empty))),
        _ => None,
    }
}

/// A file's imports, which stand before everything else.
fn imports(file: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let is_declaration =
        |child: &Node<'_>| !child.kind().ends_with("_declaration") || child.kind() == "import_declaration";
    file.children().take_while(is_declaration).filter(|child| child.kind() == "import_declaration")
}

/// Whether the file has `import . "os"`.
fn has_dot_import(node: Node<'_>) -> bool {
    let declarations = imports(node.syntax().root());
    declarations.into_iter().flat_map(Node::descendants).any(|spec| {
        spec.kind() == "import_spec"
            && spec.child("name").is_some_and(|name| name.kind() == "dot")
            && path_of(spec) == "os"
    })
}

/// The path of an import, without its quotes.
pub(super) fn path_of(spec: Node<'_>) -> &str {
    spec.child_text("path").trim_matches(['"', '`'])
}

/// See `Grammar::binding`.
pub(super) fn binding<'s>(word: Node<'s>) -> Option<Binding<'s>> {
    if !matches!(word.kind(), "identifier" | "package_identifier") {
        return None;
    }
    let parent = word.parent()?;
    let role = word.role();
    let here = |to| Some(Binding { at: word, to, reach: Reach::Block });
    match parent.kind() {
        "expression_list" if parent.role() == "left" => {
            let statement = parent.parent()?;
            match statement.kind() {
                "short_var_declaration" => {
                    let value = counterpart(parent.children(), word, statement.child("right"));
                    here(value.map_or(Bound::Opaque, Bound::Value))
                }
                "assignment_statement" => here(Bound::Change),
                _ => here(Bound::Opaque),
            }
        }
        "var_spec" | "const_spec" if role == "name" => {
            let value = counterpart(names(parent), word, parent.child("value"));
            here(value.map_or(Bound::Opaque, Bound::Value))
        }
        "parameter_declaration" | "variadic_parameter_declaration" if role == "name" => here(Bound::Opaque),
        "function_declaration" if role == "name" => {
            Some(Binding { at: word, to: Bound::Opaque, reach: Reach::Outside })
        }
        "import_spec" if role == "name" => here(Bound::Import { module: path_of(parent).to_owned(), item: None }),
        "inc_statement" | "dec_statement" => here(Bound::Change),
        _ => None,
    }
}

/// The names that a declaration gives.
pub(super) fn names(spec: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    spec.children_as("name").filter(|name| name.kind() == "identifier")
}

/// The value at the place that a name has among others, when there are as many.
pub(super) fn counterpart<'s>(
    names: impl Iterator<Item = Node<'s>>,
    name: Node<'s>,
    values: Option<Node<'s>>,
) -> Option<Node<'s>> {
    let names: Vec<Node<'s>> = names.collect();
    let values: Vec<Node<'s>> = values?.children().collect();
    let place = names.iter().position(|other| *other == name)?;
    values.get(place).copied().filter(|_| values.len() == names.len())
}
