//! A YAML or JSON document as importing wants it: tables, lists and texts with the lines they stand in. Anything that only
//! the other tool can resolve (CloudFormation's `!Ref`, `${…}`) stays what it is: not a plain text.

use saphyr::{LoadableYamlNode as _, MarkedYaml, Scalar, YamlData};

/// A value and its line, from 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) value: Value,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// A text, a number or a truth value, as it is written.
    Text(String),
    List(Vec<Node>),
    /// In the order of the file.
    Table(Vec<(String, Node)>),
    /// Nothing, or something with a tag: `!Ref X`, `!Sub …`.
    Other,
}

impl Node {
    /// Reads a document; of several in one text the first.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let documents = MarkedYaml::load_from_str(text).map_err(|error| error.to_string())?;
        Ok(documents.first().map_or(Self { line: 1, value: Value::Other }, Self::of))
    }

    fn of(node: &MarkedYaml<'_>) -> Self {
        let value = match &node.data {
            YamlData::Value(Scalar::String(text)) => Value::Text(text.to_string()),
            YamlData::Value(Scalar::Integer(number)) => Value::Text(number.to_string()),
            YamlData::Value(Scalar::FloatingPoint(number)) => Value::Text(number.to_string()),
            YamlData::Value(Scalar::Boolean(truth)) => Value::Text(truth.to_string()),
            YamlData::Sequence(items) => Value::List(items.iter().map(Self::of).collect()),
            YamlData::Mapping(entries) => {
                let entry = |(key, value): (&MarkedYaml<'_>, &MarkedYaml<'_>)| match Self::of(key).value {
                    Value::Text(key) => Some((key, Self::of(value))),
                    _ => None,
                };
                Value::Table(entries.iter().filter_map(entry).collect())
            }
            _ => Value::Other,
        };
        Self { line: node.span.start.line(), value }
    }

    /// The value of a key, if this is a table that has it.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The entries of a table; none if it is not one.
    pub(super) fn entries(&self) -> &[(String, Self)] {
        match &self.value {
            Value::Table(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none if it is not one.
    pub(super) fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The text, unless the other tool would put something into it first.
    pub(super) fn plain(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) if !text.contains("${") && !text.contains("{{") => Some(text),
            _ => None,
        }
    }

    /// A key's plain text.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.plain()
    }

    /// A key's whole number.
    pub(super) fn number(&self, key: &str) -> Option<u32> {
        self.text(key)?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_the_other_tool_can_resolve_is_no_text() {
        let document = Node::parse("a: 1\nb: !Ref X\nc: x-${self:stage}\nd: {\"e\": [true, two]}\n").unwrap();
        assert_eq!((document.text("a"), document.number("a")), (Some("1"), Some(1)));
        assert_eq!((document.text("b"), document.text("c")), (None, None));
        let inner = document.get("d").and_then(|inner| inner.get("e")).unwrap();
        assert_eq!(inner.items().iter().map(Node::plain).collect::<Vec<_>>(), [Some("true"), Some("two")]);
        assert_eq!(document.get("c").unwrap().line, 3);
        assert!(Node::parse("a: [1").is_err());
    }
}
