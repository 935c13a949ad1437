//! The JSON Schema of `shipway.toml`, made from the types that read it.

use schemars::Schema;
use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::transform::transform_subschemas;
use serde_json::Value;

use super::file::ConfigurationFile;

/// The schema, for editors that complete and check TOML.
#[must_use]
pub fn schema() -> Value {
    let settings = SchemaSettings::draft07().with_transform(without_null).with_transform(on_one_line);
    let mut schema = settings.into_generator().into_root_schema_for::<ConfigurationFile>();
    schema.insert("title".to_owned(), "shipway.toml".into());
    schema.to_value()
}

/// What the schema says of the keys of a section (such as `EnvironmentSection`): their first sentences.
pub(crate) fn descriptions(section: &str) -> BTreeMap<String, String> {
    let schema = schema();
    let properties = schema["definitions"][section]["properties"].as_object();
    let described = properties.into_iter().flatten().filter_map(|(key, value)| {
        let description = value["description"].as_str()?;
        let sentence = description.split_once(". ").map_or(description, |(sentence, _)| sentence);
        Some((key.clone(), sentence.trim_end_matches('.').to_owned()))
    });
    described.collect()
}

/// TOML has no null: a key that may be left out is just that.
fn without_null(schema: &mut Schema) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = &types[..] {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(alternatives)) = schema.get_mut("anyOf") {
        alternatives.retain(|alternative| alternative.get("type") != Some(&Value::from("null")));
        if let [only] = &alternatives[..] {
            let only = only.clone();
            schema.remove("anyOf");
            if only.get("$ref").is_some() {
                // A validator of this draft sees nothing beside a `$ref`.
                schema.insert("allOf".to_owned(), Value::Array(vec![only]));
            } else if let Value::Object(keys) = only {
                let own = schema.ensure_object();
                for (key, value) in keys {
                    own.entry(key).or_insert(value);
                }
            }
        }
    }
    if let Some(Value::Array(words)) = schema.get_mut("enum") {
        words.retain(|word| !word.is_null());
    }
    transform_subschemas(&mut without_null, schema);
}

/// Comments are wrapped where the source is; a description is not.
fn on_one_line(schema: &mut Schema) {
    if let Some(Value::String(description)) = schema.get_mut("description") {
        *description = description.replace('\n', " ");
    }
    transform_subschemas(&mut on_one_line, schema);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::configuration::ProjectConfiguration;

    /// Every path of keys in the schema, with a name where any name may stand.
    fn paths(schema: &Value, definitions: &Value, path: &str, all: &mut BTreeSet<String>) {
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap();
            paths(&definitions[name], definitions, path, all);
        }
        for alternative in ["allOf", "anyOf"].iter().filter_map(|key| schema[key].as_array()).flatten() {
            paths(alternative, definitions, path, all);
        }
        for (key, value) in schema["properties"].as_object().into_iter().flatten() {
            assert!(value["description"].is_string(), "{path}{key} has no description");
            all.insert(format!("{path}{key}"));
            paths(value, definitions, &format!("{path}{key}."), all);
        }
        if schema["additionalProperties"].is_object() {
            paths(&schema["additionalProperties"], definitions, &format!("{path}NAME."), all);
        }
    }

    #[test]
    fn every_key_of_the_schema_is_read_and_no_null_is_left() {
        let schema = schema();
        assert!(!schema.to_string().contains("null"), "{schema}");
        let mut all = BTreeSet::new();
        paths(&schema, &schema["definitions"], "", &mut all);
        assert!(all.len() > 40, "{all:?}");
        for path in all {
            // Whatever else is wrong with such a file, the key is not unknown.
            let text = format!("{path} = 1979-05-27\n");
            let unknown: Vec<String> = ProjectConfiguration::parse("f", &text)
                .err()
                .map(|problems| problems.iter().map(|problem| problem.message.clone()).collect())
                .unwrap_or_default();
            assert!(!unknown.iter().any(|message| message.contains("unknown key")), "{path}: {unknown:?}");
        }
    }

    #[test]
    fn descriptions_are_found() {
        let descriptions = descriptions("EnvironmentSection");
        assert_eq!(descriptions["account"], "The AWS account, twelve digits");
        assert!(!descriptions.contains_key("nothing"));
    }
}
