//! Reads TOML's spanned tables into types, and collects everything that is wrong on the way.
//!
//! A section of the file is declared once, with [`section!`]: its fields are the keys that are accepted, the
//! keys that an error suggests, and the properties of the JSON Schema. Nothing here knows a particular key.

use std::collections::BTreeMap;
use std::ops::Range;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Problem, ProblemCode, Problems, nearest, suggestion};
use super::source::SourceText;
use crate::names::InvalidName;

/// A value and where it stands in the file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Located<T> {
    pub(super) value: T,
    pub(super) place: Place,
}

/// A setting that may be left out.
pub(super) type Optional<T> = Option<Located<T>>;

/// Sections by name, `[functions.NAME]`; none when left out.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sections<K, V>(pub(super) BTreeMap<K, Located<V>>);

impl<K, V> Default for Sections<K, V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

/// Where a value stands: the keys that lead to it, its key and itself in the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Place {
    pub(super) keys: Vec<String>,
    /// The last key, which for a section is its header.
    pub(super) key: Range<usize>,
    pub(super) value: Range<usize>,
}

impl Place {
    fn child(&self, key: &str, key_span: Range<usize>, value: Range<usize>) -> Self {
        let mut keys = self.keys.clone();
        keys.push(key.to_owned());
        Self { keys, key: key_span, value }
    }

    fn is_root(&self) -> bool {
        self.keys.is_empty()
    }

    /// `[functions.create-order]`, or the name of the file's root.
    pub(super) fn section_name(&self) -> String {
        if self.is_root() { "the file".to_owned() } else { format!("`{}`", self.keys.join(".")) }
    }
}

/// The text that is read, and what is wrong with it so far.
#[derive(Debug)]
pub(super) struct Reading<'s> {
    pub(super) source: &'s SourceText,
    pub(super) problems: Problems,
}

impl Reading<'_> {
    /// Records a problem with a value.
    pub(super) fn invalid(&mut self, place: &Place, code: ProblemCode, message: String, hint: Option<String>) {
        self.record(place, place.value.clone(), code, message, hint);
    }

    /// Records a problem with a key, or with a section as a whole.
    pub(super) fn misplaced(&mut self, place: &Place, code: ProblemCode, message: String, hint: Option<String>) {
        self.record(place, place.key.clone(), code, message, hint);
    }

    fn record(&mut self, place: &Place, span: Range<usize>, code: ProblemCode, message: String, hint: Option<String>) {
        let location = if place.is_root() { self.source.whole_file() } else { self.source.locate(&span) };
        self.problems.0.push(Problem { code, message, keys: place.keys.clone(), location: Some(location), hint });
    }

    pub(super) fn wrong_type(&mut self, place: &Place, expected: &str, found: &DeValue<'_>) {
        let message = format!("expected {expected}, found {}", type_name(found));
        self.invalid(place, ProblemCode::WrongType, message, None);
    }
}

/// A TOML type with its article.
pub(super) fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}

/// A type that a TOML value can be read into.
pub(super) trait Setting: Sized {
    /// Reads the value, or records why it cannot be and returns `None`.
    fn read(value: &DeValue<'_>, place: &Place, reading: &mut Reading<'_>) -> Option<Self>;

    /// What the JSON Schema says of it.
    fn schema(generator: &mut SchemaGenerator) -> Schema;
}

/// A checked text.
pub(super) trait TextSetting: FromStr<Err = InvalidName> {
    /// A regular expression for the JSON Schema, when there is a short one.
    const PATTERN: Option<&'static str>;
}

impl<T: TextSetting> Setting for T {
    fn read(value: &DeValue<'_>, place: &Place, reading: &mut Reading<'_>) -> Option<Self> {
        let Some(text) = value.as_str() else {
            reading.wrong_type(place, "a string", value);
            return None;
        };
        match text.parse() {
            Ok(read) => Some(read),
            Err(invalid) => {
                reading.invalid(place, ProblemCode::InvalidValue, invalid.to_string(), None);
                None
            }
        }
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        let mut schema = json_schema!({ "type": "string" });
        if let Some(pattern) = T::PATTERN {
            schema.insert("pattern".to_owned(), pattern.into());
        }
        schema
    }
}

/// One of a few words.
pub(super) trait Choice: Copy + 'static {
    const CHOICES: &'static [(&'static str, Self)];

    /// Words that others have for a choice, with ours: for hints.
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[];
}

/// Reads one of a few words.
pub(super) fn read_choice<T: Choice>(value: &DeValue<'_>, place: &Place, reading: &mut Reading<'_>) -> Option<T> {
    let Some(text) = value.as_str() else {
        reading.wrong_type(place, "a string", value);
        return None;
    };
    let found = T::CHOICES.iter().find(|(word, _)| *word == text);
    if found.is_none() {
        let words: Vec<&str> = T::CHOICES.iter().map(|(word, _)| *word).collect();
        let message = format!("`{text}` is none of {}", list(&words));
        let synonym = T::SYNONYMS.iter().find(|(other, _)| *other == text).map(|(_, ours)| *ours);
        let hint = synonym.or_else(|| nearest(text, words)).map(|near| format!("did you mean `{near}`?"));
        reading.invalid(place, ProblemCode::InvalidValue, message, hint);
    }
    found.map(|(_, choice)| *choice)
}

/// The schema of one of a few words.
pub(super) fn choice_schema<T: Choice>() -> Schema {
    let words: Vec<&str> = T::CHOICES.iter().map(|(word, _)| *word).collect();
    json_schema!({ "type": "string", "enum": words })
}

fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

impl Setting for bool {
    fn read(value: &DeValue<'_>, place: &Place, reading: &mut Reading<'_>) -> Option<Self> {
        let read = value.as_bool();
        if read.is_none() {
            reading.wrong_type(place, "a boolean (`true` or `false`)", value);
        }
        read
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "boolean" })
    }
}

impl<T: Setting> Setting for Vec<T> {
    fn read(value: &DeValue<'_>, place: &Place, reading: &mut Reading<'_>) -> Option<Self> {
        let Some(items) = value.as_array() else {
            reading.wrong_type(place, "an array", value);
            return None;
        };
        let read: Vec<Option<T>> = items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                let place = place.child(&index.to_string(), item.span(), item.span());
                T::read(item.get_ref(), &place, reading)
            })
            .collect();
        read.into_iter().collect()
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let items = T::schema(generator);
        json_schema!({ "type": "array", "items": items })
    }
}

impl<K: TextSetting + Ord, V: Setting> Setting for Sections<K, V> {
    fn read(value: &DeValue<'_>, place: &Place, reading: &mut Reading<'_>) -> Option<Self> {
        let Some(table) = value.as_table() else {
            reading.wrong_type(place, "a table", value);
            return None;
        };
        let mut sections = BTreeMap::new();
        for (key, value) in table {
            let place = place.child(key.get_ref(), key.span(), value.span());
            let name = match K::from_str(key.get_ref()) {
                Ok(name) => Some(name),
                Err(invalid) => {
                    reading.misplaced(&place, ProblemCode::InvalidValue, invalid.to_string(), None);
                    None
                }
            };
            let section = V::read(value.get_ref(), &place, reading);
            if let (Some(name), Some(section)) = (name, section) {
                sections.insert(name, Located { value: section, place });
            }
        }
        Some(Self(sections))
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let section = V::schema(generator);
        let name = K::schema(generator);
        json_schema!({ "type": "object", "propertyNames": name, "additionalProperties": section })
    }
}

/// Reads the keys of one table, remembers which were asked for, and reports the others.
#[derive(Debug)]
pub(super) struct TableReader<'r, 's, 'v> {
    table: &'v DeTable<'v>,
    place: &'r Place,
    reading: &'r mut Reading<'s>,
    asked: Vec<&'static str>,
}

impl<'r, 's, 'v> TableReader<'r, 's, 'v> {
    pub(super) fn open(value: &'v DeValue<'v>, place: &'r Place, reading: &'r mut Reading<'s>) -> Option<Self> {
        let Some(table) = value.as_table() else {
            reading.wrong_type(place, "a table", value);
            return None;
        };
        Some(Self { table, place, reading, asked: Vec::new() })
    }

    /// A key that may be absent (`Some(None)`); `None` when it is there and cannot be read.
    pub(super) fn optional<T: Setting>(&mut self, key: &'static str) -> Option<Optional<T>> {
        self.asked.push(key);
        let Some((spanned_key, value)) = self.table.get_key_value(key) else {
            return Some(None);
        };
        let place = self.place.child(key, spanned_key.span(), value.span());
        T::read(value.get_ref(), &place, self.reading).map(|value| Some(Located { value, place }))
    }

    /// A key that must be there.
    pub(super) fn required<T: Setting>(&mut self, key: &'static str) -> Option<Located<T>> {
        let read = self.optional(key)?;
        if read.is_none() {
            let message = format!("{} lacks `{key}`", self.place.section_name());
            self.reading.misplaced(self.place, ProblemCode::MissingKey, message, None);
        }
        read
    }

    /// Reports every key that nobody asked for. `planned` are keys of later versions, `elsewhere` keys that
    /// people look for here, with where they are.
    pub(super) fn finish(self, planned: &[&str], elsewhere: &[(&str, &str)]) {
        for (key, value) in self.table {
            let name = key.get_ref().as_ref();
            if self.asked.contains(&name) {
                continue;
            }
            let place = self.place.child(name, key.span(), value.span());
            if planned.contains(&name) {
                let message = format!("`{name}` is not supported yet");
                let hint = Some("take it out: this version of Shipway would not honour it".to_owned());
                self.reading.misplaced(&place, ProblemCode::NotSupportedYet, message, hint);
            } else {
                let message = format!("unknown key `{name}` in {}", self.place.section_name());
                let known = elsewhere.iter().find(|(key, _)| *key == name).map(|(_, hint)| (*hint).to_owned());
                let hint = known.or_else(|| suggestion(name, "the keys here are", &self.asked));
                self.reading.misplaced(&place, ProblemCode::UnknownKey, message, hint);
            }
        }
    }
}

/// A field of a section: how its type says whether it is required.
pub(super) trait Field: Sized {
    fn read_field(table: &mut TableReader<'_, '_, '_>, key: &'static str) -> Option<Self>;
}

impl<T: Setting> Field for Located<T> {
    fn read_field(table: &mut TableReader<'_, '_, '_>, key: &'static str) -> Option<Self> {
        table.required(key)
    }
}

impl<T: Setting> Field for Option<Located<T>> {
    fn read_field(table: &mut TableReader<'_, '_, '_>, key: &'static str) -> Option<Self> {
        table.optional(key)
    }
}

impl<K: TextSetting + Ord, V: Setting> Field for Sections<K, V> {
    fn read_field(table: &mut TableReader<'_, '_, '_>, key: &'static str) -> Option<Self> {
        Some(table.optional::<Self>(key)?.map(|sections| sections.value).unwrap_or_default())
    }
}

impl<T: Setting> JsonSchema for Located<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        std::any::type_name::<T>().into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::schema(generator)
    }
}

impl<K: TextSetting + Ord, V: Setting> JsonSchema for Sections<K, V> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        std::any::type_name::<Self>().into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        <Self as Setting>::schema(generator)
    }
}

/// Reads a whole file into its root section.
pub(super) fn read_root<T: Setting>(table: &Spanned<DeValue<'_>>, reading: &mut Reading<'_>) -> Option<T> {
    T::read(table.get_ref(), &Place::default(), reading)
}

/// Declares a section of the file: a struct whose fields are its keys. `planned` names keys that the design
/// has for later versions, `elsewhere` keys that people look for here, with a hint.
macro_rules! section {
    (
        planned $planned:tt
        $(elsewhere $elsewhere:tt)?
        $(#[$meta:meta])*
        struct $name:ident {
            $($(#[$field_meta:meta])* $field:ident: $type:ty,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, schemars::JsonSchema)]
        #[schemars(deny_unknown_fields)]
        pub(in crate::configuration) struct $name {
            $($(#[$field_meta])* pub(in crate::configuration) $field: $type,)*
        }

        impl $crate::configuration::reader::Setting for $name {
            fn read(
                value: &toml::de::DeValue<'_>,
                place: &$crate::configuration::reader::Place,
                reading: &mut $crate::configuration::reader::Reading<'_>,
            ) -> Option<Self> {
                let mut table = $crate::configuration::reader::TableReader::open(value, place, reading)?;
                $(let $field = $crate::configuration::reader::Field::read_field(&mut table, stringify!($field));)*
                let elsewhere: &[&[(&str, &str)]] = &[$(&$elsewhere)?];
                table.finish(&$planned, &elsewhere.concat());
                Some(Self { $($field: $field?,)* })
            }

            fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                generator.subschema_for::<Self>()
            }
        }
    };
}
pub(super) use section;
