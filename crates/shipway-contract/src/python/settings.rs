//! The fields of pydantic's settings classes: each is a variable of the environment.

use super::Python;
use crate::grammar::{Asked, Bound, Default, Form, Name, Value};
use crate::scopes::{bindings, text_of};
use crate::syntax::{Node, words};

/// A class may be this many classes of the same file away from `BaseSettings`.
const LONGEST_LINE: usize = 12;

/// Values whose type is plain to see.
const PLAIN_VALUES: [&str; 5] = ["string", "integer", "float", "true", "false"];

/// The name of a settings class where `word` is the class that it derives from.
pub(super) fn derived(word: Node<'_>) -> Option<Node<'_>> {
    let class = word.ancestors().take(3).find(|outer| outer.kind() == "class_definition")?;
    let bases = class.child("superclasses").filter(|bases| bases.holds(word))?;
    bases.children().any(|base| is_settings(base, LONGEST_LINE)).then(|| class.child("name"))?
}

/// The reads that the fields of a class are, if it is a settings class.
pub(super) fn fields(class: Node<'_>) -> Vec<Asked<'_>> {
    let derives =
        class.child("superclasses").is_some_and(|bases| bases.children().any(|base| is_settings(base, LONGEST_LINE)));
    let (true, Some(body)) = (derives, class.child("body")) else { return Vec::new() };
    let prefix = prefix(class, LONGEST_LINE);
    let statements = body
        .children()
        .filter_map(|statement| statement.only_child().filter(|_| statement.kind() == "expression_statement"));
    statements.flat_map(|statement| field(statement, prefix.as_ref())).collect()
}

/// Whether a base of a class is `BaseSettings`, or a class of this file that derives from it.
fn is_settings(base: Node<'_>, fuel: usize) -> bool {
    let Some(fuel) = fuel.checked_sub(1) else { return false };
    match base.kind() {
        "attribute" => base.child_text("attribute") == "BaseSettings",
        "identifier" => match class_named(base) {
            Some(class) => bases(class).any(|base| is_settings(base, fuel)),
            None => bindings(&Python, base)
                .iter()
                .any(|binding| matches!(&binding.to, Bound::Import { item: Some(item), .. } if item == "BaseSettings")),
        },
        _ => false,
    }
}

fn bases(class: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    class.child("superclasses").into_iter().flat_map(Node::children)
}

/// The class of this file that a name stands for.
fn class_named(name: Node<'_>) -> Option<Node<'_>> {
    let found = bindings(&Python, name);
    found.iter().filter(|binding| matches!(binding.to, Bound::Opaque)).find_map(|binding| {
        binding.at.parent().filter(|class| class.kind() == "class_definition" && binding.at.role() == "name")
    })
}

/// The text before the names of a class's fields; `None` inside when it is computed.
fn prefix(class: Node<'_>, fuel: usize) -> Option<Option<String>> {
    let fuel = fuel.checked_sub(1)?;
    let own = configured(class).map(|value| text_of(&Python, value));
    own.or_else(|| {
        let inherited = bases(class).filter(|base| base.kind() == "identifier").filter_map(class_named);
        inherited.into_iter().find_map(|base| prefix(base, fuel))
    })
}

/// The value of `env_prefix`: in `model_config`, in the inner class `Config`, or beside the bases.
fn configured(class: Node<'_>) -> Option<Node<'_>> {
    let body = class.child("body")?;
    let places =
        bases(class).filter(|base| base.kind() == "keyword_argument").chain(body.children().filter(is_configuration));
    let found = places.flat_map(|place| place.syntax().leaves_in("env_prefix", place)).find_map(|word| {
        let parent = word.parent()?;
        match parent.kind() {
            "keyword_argument" if word.role() == "name" => parent.child("value"),
            "assignment" if word.role() == "left" => parent.child("right"),
            // In a dictionary the word is the content of a text.
            "string" => parent.parent().filter(|pair| pair.kind() == "pair" && parent.role() == "key")?.child("value"),
            _ => None,
        }
    });
    found.filter(|value| value.kind() != "none")
}

/// Whether a statement of a class is its configuration.
fn is_configuration(statement: &Node<'_>) -> bool {
    match statement.kind() {
        "class_definition" => statement.child_text("name") == "Config",
        "expression_statement" => {
            statement.only_child().is_some_and(|inner| inner.child_text("left") == "model_config")
        }
        _ => false,
    }
}

fn field<'s>(statement: Node<'s>, prefix: Option<&Option<String>>) -> Vec<Asked<'s>> {
    let name = statement.child("left").filter(|name| statement.kind() == "assignment" && name.kind() == "identifier");
    let Some(name) = name else { return Vec::new() };
    let (annotation, value) = (statement.child("type"), statement.child("right"));
    let is_field = match annotation {
        Some(annotation) => words(annotation.text(), "ClassVar").next().is_none(),
        // Old versions take the type from a plain value.
        None => value.is_some_and(|value| PLAIN_VALUES.contains(&value.kind()) || described(value).is_some()),
    };
    if !is_field || name.text().starts_with('_') || name.text() == "model_config" {
        return Vec::new();
    }
    let described = value.and_then(described).or_else(|| in_annotation(annotation?));
    let has_default = match (value, described) {
        (Some(value), Some(call)) if value == call => has_default(call),
        (Some(value), _) => value.kind() != "ellipsis",
        (None, Some(call)) => has_default(call),
        (None, None) => false,
    };
    let names = described.map(aliases).filter(|names| !names.is_empty()).unwrap_or_else(|| {
        vec![match prefix {
            None => Name::Is(name.text().to_uppercase()),
            Some(Some(prefix)) => Name::Is(format!("{prefix}{}", name.text()).to_uppercase()),
            Some(None) => Name::Computed,
        }]
    });
    let optional = has_default || names.len() > 1;
    let form = if optional { Form::Asks(Value::Unknown) } else { Form::Yields };
    let default = optional.then_some(Default::Somewhere);
    names.into_iter().map(|name| Asked { default, ..Asked::new(statement, name, form) }).collect()
}

/// The call of `Field` that an expression is.
fn described(value: Node<'_>) -> Option<Node<'_>> {
    let function = value.child_of("call", "function")?;
    matches!(function.text().rsplit('.').next(), Some("Field")).then_some(value)
}

/// The call of `Field` in `Annotated[str, Field(…)]`.
fn in_annotation(annotation: Node<'_>) -> Option<Node<'_>> {
    annotation.descendants().find_map(described)
}

/// Whether a call of `Field` gives a default.
fn has_default(call: Node<'_>) -> bool {
    let arguments = || call.child("arguments").into_iter().flat_map(Node::children);
    let first = arguments().next().filter(|first| first.kind() != "keyword_argument");
    let named = |name: &str| keyword(call, name);
    first
        .or_else(|| named("default"))
        .map_or_else(|| named("default_factory").is_some(), |value| value.kind() != "ellipsis")
}

fn keyword<'s>(call: Node<'s>, name: &str) -> Option<Node<'s>> {
    let arguments = call.child("arguments")?.children();
    let argument = arguments
        .into_iter()
        .find(|argument| argument.kind() == "keyword_argument" && argument.child_text("name") == name);
    argument?.child("value")
}

/// The variables that a call of `Field` names instead of the field; the validation alias goes before the alias.
fn aliases(call: Node<'_>) -> Vec<Name<'_>> {
    let Some(value) = ["validation_alias", "alias", "env"].iter().find_map(|name| keyword(call, name)) else {
        return Vec::new();
    };
    match value.kind() {
        "none" => Vec::new(),
        "list" | "tuple" | "set" => value.children().map(Name::Of).collect(),
        "call" if value.child_text("function").ends_with("AliasChoices") => {
            value.child("arguments").into_iter().flat_map(Node::children).map(Name::Of).collect()
        }
        _ => vec![Name::Of(value)],
    }
}
