//! Writing HCL as `terraform fmt` writes it, so that what Shipway writes changes under nobody's formatter.
//!
//! A small part of the language: blocks, attributes, texts, numbers, references, lists and maps. Texts hold no templates:
//! whatever is in one stands for itself. Names are the caller's to choose well ([`identifier`] helps).

use std::collections::BTreeSet;

/// A line or a block of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// An empty line. At the ends of a body, and after another one, it is left out.
    Blank,
    /// A comment, a line for each of its lines; without any, nothing.
    Comment(String),
    /// `name = value`. In a map the name may be any text.
    Attribute(String, Value),
    /// `kind "label" { … }`
    Block {
        /// Its type.
        kind: String,
        /// Its labels.
        labels: Vec<String>,
        /// What is in it.
        body: Vec<Item>,
    },
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text, which stands for itself.
    Text(String),
    /// A whole number.
    Number(u64),
    /// Something that is not quoted: a reference, `null`, a type.
    Raw(String),
    /// A list, on one line.
    List(Vec<Value>),
    /// A map, an entry on each line. Blocks have no place in one and are left out.
    Map(Vec<Item>),
}

impl Item {
    /// An attribute that is a text.
    #[must_use]
    pub fn text(name: &str, value: impl Into<String>) -> Self {
        Self::Attribute(name.to_owned(), Value::Text(value.into()))
    }

    /// An attribute that is not quoted.
    #[must_use]
    pub fn raw(name: &str, value: impl Into<String>) -> Self {
        Self::Attribute(name.to_owned(), Value::Raw(value.into()))
    }

    /// A block.
    #[must_use]
    pub fn block(kind: &str, labels: &[&str], body: Vec<Self>) -> Self {
        Self::Block { kind: kind.to_owned(), labels: labels.iter().map(|label| (*label).to_owned()).collect(), body }
    }
}

/// The text of a file.
#[must_use]
pub fn render(body: &[Item]) -> String {
    let mut text = String::new();
    write_body(body, 0, &mut text);
    text
}

/// An attribute in the making: `name`, and its value's lines.
struct Line {
    name: String,
    value: Vec<String>,
}

fn write_body(body: &[Item], depth: usize, text: &mut String) {
    let mut aligned: Vec<Line> = Vec::new();
    let mut blank = false;
    let start = text.len();
    let says_nothing = |item: &&Item| !matches!(item, Item::Comment(comment) if comment.is_empty());
    for item in body.iter().filter(says_nothing) {
        let line = match item {
            Item::Attribute(name, value) => Some(Line { name: key(name), value: value_lines(value, depth) }),
            _ => None,
        };
        // What stands on several lines, or is no attribute, ends a run of aligned ones.
        let joins = line.as_ref().is_some_and(|line| line.value.len() == 1) && !blank;
        if !joins {
            write_aligned(&mut aligned, depth, text);
        }
        if *item == Item::Blank {
            blank = true;
            continue;
        }
        if blank && text.len() > start {
            text.push('\n');
        }
        blank = false;
        match item {
            Item::Blank => {}
            Item::Comment(comment) => {
                for line in comment.lines() {
                    let line = printable(line);
                    write_line(depth, format!("# {line}").trim_end(), text);
                }
            }
            Item::Attribute(..) => aligned.extend(line),
            Item::Block { kind, labels, body } => write_block(kind, labels, body, depth, text),
        }
        if aligned.last().is_some_and(|line| line.value.len() > 1) {
            write_aligned(&mut aligned, depth, text);
        }
    }
    write_aligned(&mut aligned, depth, text);
}

fn write_block(kind: &str, labels: &[String], body: &[Item], depth: usize, text: &mut String) {
    let mut head = kind.to_owned();
    for label in labels {
        head.push(' ');
        head.push_str(&quoted(label));
    }
    if body.iter().all(|item| *item == Item::Blank) {
        write_line(depth, &format!("{head} {{}}"), text);
        return;
    }
    write_line(depth, &format!("{head} {{"), text);
    write_body(body, depth + 1, text);
    write_line(depth, "}", text);
}

/// Puts the `=` of one run below each other.
fn write_aligned(lines: &mut Vec<Line>, depth: usize, text: &mut String) {
    let width = lines.iter().map(|line| line.name.len()).max().unwrap_or(0);
    for Line { name, value } in lines.drain(..) {
        let (first, rest) = value.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
        write_line(depth, &format!("{name:<width$} = {first}"), text);
        for line in rest {
            text.push_str(line);
            text.push('\n');
        }
    }
}

fn write_line(depth: usize, line: &str, text: &mut String) {
    text.push_str(&"  ".repeat(depth));
    text.push_str(line);
    text.push('\n');
}

/// A value's lines; those after the first are indented already.
fn value_lines(value: &Value, depth: usize) -> Vec<String> {
    match value {
        Value::Text(text) => vec![quoted(text)],
        Value::Number(number) => vec![number.to_string()],
        Value::Raw(raw) => vec![printable(raw)],
        Value::List(values) => {
            let values: Vec<String> = values.iter().flat_map(|value| value_lines(value, depth)).collect();
            vec![format!("[{}]", values.join(", "))]
        }
        Value::Map(entries) => {
            let kept = |item: &&Item| !matches!(item, Item::Block { .. });
            let entries: Vec<Item> = entries.iter().filter(kept).cloned().collect();
            if entries.iter().all(|item| *item == Item::Blank) {
                return vec!["{}".to_owned()];
            }
            let mut inner = String::new();
            write_body(&entries, depth + 1, &mut inner);
            let mut lines = vec!["{".to_owned()];
            lines.extend(inner.lines().map(str::to_owned));
            lines.push(format!("{}}}", "  ".repeat(depth)));
            lines
        }
    }
}

/// A name, in quotes where it could not stand without.
fn key(name: &str) -> String {
    if is_identifier(name) { name.to_owned() } else { quoted(name) }
}

fn is_identifier(name: &str) -> bool {
    let first = |character: char| character.is_ascii_alphabetic() || character == '_';
    name.starts_with(first)
        && name.chars().all(|character| first(character) || character.is_ascii_digit() || character == '-')
}

/// A text in quotes, in ASCII, that stands for itself.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '$' | '%' if characters.peek() == Some(&'{') => {
                quoted.push(character);
                quoted.push(character);
            }
            ' '..='~' => quoted.push(character),
            other if u32::from(other) <= 0xffff => quoted.push_str(&format!("\\u{:04x}", u32::from(other))),
            other => quoted.push_str(&format!("\\U{:08x}", u32::from(other))),
        }
    }
    quoted.push('"');
    quoted
}

/// What is not quoted and what is a comment must not end its line.
fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

/// A name for a block or a variable, made of a text, that is not in `taken`; it is in it afterwards.
pub fn identifier(text: &str, taken: &mut BTreeSet<String>) -> String {
    let plain = |character: char| {
        let character = character.to_ascii_lowercase();
        if character.is_ascii_alphanumeric() || character == '_' { character } else { '_' }
    };
    let mut name: String = text.chars().map(plain).collect();
    if !is_identifier(&name) {
        name.insert(0, '_');
    }
    let mut numbered = name.clone();
    for number in 2_u64.. {
        if taken.insert(numbered.clone()) {
            break;
        }
        numbered = format!("{name}_{number}");
    }
    numbered
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_is_written_as_terraform_fmt_writes_it() {
        let variables = vec![
            Item::Comment("app.py:12 reads it\n".to_owned()),
            Item::raw("TABLE_NAME", "var.table"),
            Item::text("a key", "${x} %{y} $z \"\\\n"),
            Item::text("LEVEL", "info"),
        ];
        let body = vec![
            Item::Blank,
            Item::Comment("One.\n\nTwo.".to_owned()),
            Item::Blank,
            Item::Blank,
            Item::block(
                "module",
                &["greet"],
                vec![
                    Item::text("source", "../x"),
                    Item::Blank,
                    Item::text("name", "é\u{1f600}"),
                    Item::Attribute("memory_size".to_owned(), Value::Number(256)),
                    Item::Attribute("environment_variables".to_owned(), Value::Map(variables)),
                    Item::raw("alias", "null"),
                    Item::Attribute(
                        "layers".to_owned(),
                        Value::List(vec![Value::Raw("a".to_owned()), Value::Number(1)]),
                    ),
                    Item::Attribute("tags".to_owned(), Value::Map(Vec::new())),
                    Item::Blank,
                ],
            ),
            Item::Blank,
            Item::block("provider", &["aws"], Vec::new()),
            Item::Blank,
        ];
        insta::assert_snapshot!(render(&body), @r##"
        # One.
        #
        # Two.

        module "greet" {
          source = "../x"

          name        = "\u00e9\U0001f600"
          memory_size = 256
          environment_variables = {
            # app.py:12 reads it
            TABLE_NAME = var.table
            "a key"    = "$${x} %%{y} $z \"\\\n"
            LEVEL      = "info"
          }
          alias  = null
          layers = [a, 1]
          tags   = {}
        }

        provider "aws" {}
        "##);
    }

    #[test]
    fn names_are_made_and_told_apart() {
        let mut taken = BTreeSet::new();
        let names =
            ["create-order", "create_order", "Create.Order", "1st", "", "é"].map(|name| identifier(name, &mut taken));
        assert_eq!(names, ["create_order", "create_order_2", "create_order_3", "_1st", "_", "__2"]);
    }

    /// What a reader of HCL makes of a quoted text.
    fn unquoted(text: &str) -> Option<String> {
        let inner = text.strip_prefix('"')?.strip_suffix('"')?;
        let mut plain = String::new();
        let mut characters = inner.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '"' => return None,
                '\\' => match characters.next()? {
                    'n' => plain.push('\n'),
                    'r' => plain.push('\r'),
                    't' => plain.push('\t'),
                    escaped @ ('"' | '\\') => plain.push(escaped),
                    kind @ ('u' | 'U') => {
                        let digits: String = characters.by_ref().take(if kind == 'u' { 4 } else { 8 }).collect();
                        plain.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                    }
                    _ => return None,
                },
                '$' | '%' if characters.peek() == Some(&'{') => return None,
                '$' | '%' => {
                    let mut ahead = characters.clone();
                    let doubled = ahead.next() == Some(character) && ahead.next() == Some('{');
                    if doubled {
                        characters.next();
                        characters.next();
                        plain.push(character);
                        plain.push('{');
                    } else {
                        plain.push(character);
                    }
                }
                character => plain.push(character),
            }
        }
        Some(plain)
    }

    fn item() -> impl Strategy<Value = Item> {
        let value = prop_oneof![
            "\\PC{0,8}".prop_map(Value::Text),
            any::<String>().prop_map(Value::Text),
            any::<u64>().prop_map(Value::Number),
            Just(Value::Raw("var.x".to_owned())),
            Just(Value::List(vec![Value::Raw("var.y".to_owned()), Value::Text("z".to_owned())])),
        ];
        let leaf = prop_oneof![
            1 => Just(Item::Blank),
            1 => "\\PC{0,12}\n?\\PC{0,3}".prop_map(Item::Comment),
            4 => ("[a-z_]{1,9}|\\PC{0,4}", value).prop_map(|(name, value)| Item::Attribute(name, value)),
        ];
        leaf.prop_recursive(3, 24, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(|body| Item::Block {
                    kind: "block".to_owned(),
                    labels: vec!["l".to_owned()],
                    body
                }),
                ("[a-z_]{1,9}", prop::collection::vec(inner, 0..5))
                    .prop_map(|(name, body)| Item::Attribute(name, Value::Map(body))),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_quoted_text_reads_back(text in any::<String>()) {
            let quoted = quoted(&text);
            prop_assert!(quoted.is_ascii() && !quoted.contains(|character: char| character.is_control()), "{}", quoted);
            prop_assert_eq!(unquoted(&quoted), Some(text));
        }

        #[test]
        fn equal_signs_of_one_run_stand_below_each_other(body in prop::collection::vec(item(), 0..8)) {
            let text = render(&body);
            prop_assert!(!text.starts_with('\n') && !text.contains("\n\n\n") && !text.ends_with("\n\n"), "{}", text);
            prop_assert!(text.is_empty() || text.ends_with('\n'));
            let mut run: Option<(usize, bool)> = None;
            for line in text.lines() {
                prop_assert_eq!(line.trim_end(), line);
                let is_attribute = !line.trim_start().starts_with('#') && line.contains(" = ") && !line.ends_with('{');
                if !is_attribute {
                    prop_assert!(run.is_none_or(|(_, tight)| tight), "too far to the right:\n{}", text);
                    run = None;
                    continue;
                }
                let before = name_end(line);
                let column = before + line[before..].find('=').unwrap();
                let tight = column == before + 1;
                run = match run {
                    None => Some((column, tight)),
                    Some((first, _)) if first != column => {
                        prop_assert!(false, "not below each other:\n{}", text);
                        None
                    }
                    Some((first, was)) => Some((first, was || tight)),
                };
            }
            prop_assert!(run.is_none_or(|(_, tight)| tight), "too far to the right:\n{}", text);
        }
    }

    /// Where an attribute's name ends in its line.
    fn name_end(line: &str) -> usize {
        let start = line.len() - line.trim_start().len();
        let rest = &line[start..];
        if !rest.starts_with('"') {
            return start + rest.find(' ').unwrap();
        }
        let mut escaped = false;
        for (at, character) in rest.char_indices().skip(1) {
            match (escaped, character) {
                (true, _) => escaped = false,
                (false, '\\') => escaped = true,
                (false, '"') => return start + at + 1,
                _ => {}
            }
        }
        panic!("no end in {line}");
    }
}
