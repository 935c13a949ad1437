//! What a name stands for: where it is bound, and the text of a constant.

use std::rc::Rc;

use crate::grammar::{Binding, Bound, Grammar, Name, Piece, Reach, Scope, Shape, Thing};
use crate::syntax::{Node, Syntax};

/// A chain of constants and aliases is followed this far.
const LONGEST_CHAIN: usize = 12;

/// The scope in which a binding's name is known.
fn home<'s>(binding: &Binding<'s>) -> Option<Node<'s>> {
    let mut scopes = binding.at.scopes();
    match binding.reach {
        Reach::Block => scopes.next(),
        Reach::Function => scopes.find(|(_, scope)| *scope != Scope::Block),
        Reach::Outside => scopes.nth(1),
    }
    .map(|(node, _)| node)
}

/// The bindings that a name has in the innermost scope that binds it; none when the file binds it nowhere.
pub(crate) fn bindings<'s>(grammar: &dyn Grammar, name: Node<'s>) -> Vec<Binding<'s>> {
    bindings_of(grammar, name, name.text())
}

/// The scope that binds a name; `None` when the file binds it nowhere.
pub(crate) fn home_of<'s>(grammar: &dyn Grammar, name: Node<'s>) -> Option<Node<'s>> {
    innermost(grammar, name, name.text()).map(|(scope, _)| scope)
}

/// The innermost scope around a place that binds a name, with the places where it does.
fn innermost<'s>(grammar: &dyn Grammar, from: Node<'s>, name: &str) -> Option<(Node<'s>, Rc<[u32]>)> {
    if !is_ever_bound(grammar, from.syntax(), name) {
        return None;
    }
    let mut within_function = false;
    for (node, scope) in from.scopes() {
        let hidden = scope == Scope::Class && within_function && !grammar.functions_see_classes();
        if !hidden {
            let found = bindings_in(grammar, node, name);
            let mut bindings = found.iter().filter_map(|place| grammar.binding(node.syntax().node(*place)));
            if bindings.any(|binding| grammar.may_mean(from, &binding)) {
                return Some((node, found));
            }
        }
        within_function |= matches!(scope, Scope::Function | Scope::Lambda);
        if scope == Scope::Function && !grammar.functions_see_outer(name) {
            break;
        }
    }
    None
}

fn bindings_of<'s>(grammar: &dyn Grammar, from: Node<'s>, name: &str) -> Vec<Binding<'s>> {
    let Some((_, places)) = innermost(grammar, from, name) else { return Vec::new() };
    let bindings = places.iter().filter_map(|place| grammar.binding(from.syntax().node(*place)));
    bindings.filter(|binding| grammar.may_mean(from, binding)).collect()
}

/// Whether a file gives a name to something anywhere.
fn is_ever_bound<'s>(grammar: &dyn Grammar, syntax: &'s Syntax<'s>, name: &str) -> bool {
    // The file as a whole is asked for under a key of its own: no name begins like that.
    let key = format!("={name}");
    let find = || syntax.leaves(name).find(|word| grammar.binding(*word).is_some()).into_iter().collect();
    !syntax.remember(&key, syntax.root(), find).is_empty()
}

/// Where a scope itself binds a name, and where it is changed anywhere inside.
fn bindings_in(grammar: &dyn Grammar, scope: Node<'_>, name: &str) -> Rc<[u32]> {
    let syntax = scope.syntax();
    let find = || {
        let all: Vec<Binding<'_>> = syntax.leaves_in(name, scope).filter_map(|word| grammar.binding(word)).collect();
        let is_change = |binding: &Binding<'_>| matches!(binding.to, Bound::Change);
        let at_home = |binding: &Binding<'_>| !is_change(binding) && home(binding) == Some(scope);
        let mut found: Vec<Node<'_>> =
            all.iter().filter(|binding| at_home(binding)).map(|binding| binding.at).collect();
        if !found.is_empty() {
            found.extend(all.iter().filter(|binding| is_change(binding)).map(|binding| binding.at));
        }
        found
    };
    syntax.remember(name, scope, find)
}

/// What a name is given to, if that is one thing and never changes.
pub(crate) fn bound<'s>(grammar: &dyn Grammar, name: Node<'s>) -> Option<Binding<'s>> {
    only(bindings(grammar, name))
}

/// The module, or the thing of it, that a name is imported for in a scope itself.
pub(crate) fn imported_in(grammar: &dyn Grammar, scope: Node<'_>, name: &str) -> Option<String> {
    let places = bindings_in(grammar, scope, name);
    let mut bindings = places.iter().filter_map(|place| grammar.binding(scope.syntax().node(*place)));
    bindings.find_map(|binding| match binding.to {
        Bound::Import { module, .. } => Some(module),
        _ => None,
    })
}

fn only(mut found: Vec<Binding<'_>>) -> Option<Binding<'_>> {
    found.pop().filter(|_| found.is_empty())
}

/// Whether the node is something that has to do with the environment.
pub(crate) fn thing(grammar: &dyn Grammar, node: Node<'_>) -> Option<Thing> {
    grammar.thing(node, LONGEST_CHAIN)
}

/// What all bindings of a name say that it is: several are fine as long as they agree.
pub(crate) fn things<'s>(
    grammar: &dyn Grammar,
    name: Node<'s>,
    meaning: impl Fn(&Binding<'s>) -> Option<Thing>,
) -> Option<Thing> {
    let found = bindings(grammar, name);
    let mut meanings = found.iter().map(meaning);
    let first = meanings.next()??;
    meanings.all(|other| other == Some(first)).then_some(first)
}

/// Whether the file itself binds a name, so that it is not the language's own.
pub(crate) fn is_bound(grammar: &dyn Grammar, name: Node<'_>) -> bool {
    !bindings(grammar, name).is_empty()
}

/// The function around a node, or the class or file where it is in none.
pub(crate) fn own_function<'s>(node: Node<'s>) -> Node<'s> {
    let found = node.scopes().find(|(_, scope)| *scope != Scope::Block);
    found.map_or_else(|| node.syntax().root(), |(node, _)| node)
}

/// A variable's name, as far as it can be known; `None` when it is computed.
pub(crate) fn name_of(grammar: &dyn Grammar, name: &Name<'_>) -> Option<String> {
    match name {
        Name::Is(name) => Some(name.clone()),
        Name::Of(node) => text_of(grammar, *node),
        Name::Computed => None,
    }
}

/// The text that an expression comes to, if it is made of literals and constants alone.
pub(crate) fn text_of(grammar: &dyn Grammar, node: Node<'_>) -> Option<String> {
    text_within(grammar, node, LONGEST_CHAIN)
}

fn text_within(grammar: &dyn Grammar, node: Node<'_>, fuel: usize) -> Option<String> {
    let fuel = fuel.checked_sub(1)?;
    if let Some(pieces) = grammar.pieces(node) {
        let texts = pieces.into_iter().map(|piece| match piece {
            Piece::Text(text) => Some(text),
            Piece::Of(node) => text_within(grammar, node, fuel),
            Piece::Named(from, name) => match only(bindings_of(grammar, from, &name))?.to {
                Bound::Value(value) => text_within(grammar, value, fuel),
                _ => None,
            },
        });
        return texts.collect();
    }
    if let Some((class, name)) = grammar.member(node) {
        return member(grammar, node, class, name).and_then(|value| text_within(grammar, value, fuel));
    }
    match grammar.shape(node) {
        Shape::Same(inner) => text_within(grammar, inner, fuel),
        Shape::Variable => match bound(grammar, node)?.to {
            Bound::Value(value) => text_within(grammar, value, fuel),
            _ => None,
        },
        _ => None,
    }
}

/// The value of a class's constant, if the class has it once.
fn member<'s>(grammar: &dyn Grammar, from: Node<'s>, class: Option<&str>, name: &str) -> Option<Node<'s>> {
    let is_class = |node: &Node<'s>| node.scope() == Some(Scope::Class);
    let own = from.ancestors().find(is_class);
    let words = from.syntax().leaves(name);
    let mut values = words.filter_map(|word| grammar.binding(word)).filter(|binding| {
        // The file itself has no name.
        let home = home(binding).filter(|home| is_class(home) || class == Some("") && home.parent().is_none());
        home.is_some_and(|home| class.map_or(own == Some(home), |class| class_name(home) == class))
    });
    let only = values.next().filter(|_| values.next().is_none())?;
    match only.to {
        Bound::Value(value) => Some(value),
        _ => None,
    }
}

/// The name of the class whose scope this is: its own, or that of what it is the body of.
fn class_name(class: Node<'_>) -> &str {
    let mut places = std::iter::once(class).chain(class.ancestors().take(1));
    let named = places.find_map(|node| node.child("name").or_else(|| node.child("type")));
    named.map_or("", Node::text)
}
