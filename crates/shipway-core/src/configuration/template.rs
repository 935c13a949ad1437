//! Templates for the names that functions have in AWS: `{function}-staging`.
//!
//! Only three placeholders exist; whether two functions end up with one name is checked elsewhere.

use std::fmt;
use std::str::FromStr;

use super::reader::TextSetting;
use crate::names::{EnvironmentName, FunctionName, InvalidName, LayerName, LogicalName, ProjectName};

/// A template for a Lambda function's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NameTemplate {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Function,
    Project,
    Environment,
}

/// What a template's placeholders stand for.
#[derive(Debug, Clone, Copy)]
pub(super) struct NameContext<'a> {
    pub(super) project: &'a ProjectName,
    pub(super) environment: &'a EnvironmentName,
    pub(super) function: &'a LogicalName,
}

impl NameTemplate {
    /// The name for one function in one environment, if it is one that Lambda accepts.
    pub(super) fn render(&self, context: NameContext<'_>) -> Result<FunctionName, InvalidName> {
        self.text(context).parse()
    }

    fn text(&self, context: NameContext<'_>) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.as_str(),
                Part::Function => context.function.as_str(),
                Part::Project => context.project.as_str(),
                Part::Environment => context.environment.as_str(),
            })
            .collect()
    }
}

/// A template for a layer's name: the same with `{layer}` for `{function}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LayerTemplate {
    text: String,
    names: NameTemplate,
}

impl LayerTemplate {
    /// The name for one layer (the context's `function`) in one environment, if it is one that Lambda accepts.
    pub(super) fn render(&self, context: NameContext<'_>) -> Result<LayerName, InvalidName> {
        self.names.text(context).parse()
    }
}

impl FromStr for LayerTemplate {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let invalid = |rule| InvalidName { what: "a template for layer names", value: text.to_owned(), rule };
        if text.contains("{function}") {
            return Err(invalid("its placeholders can be `{layer}`, `{project}` and `{environment}`"));
        }
        let names = text.replace("{layer}", "{function}").parse();
        let names =
            names.map_err(|_| invalid("letters, digits, `-`, `_`, `{layer}`, `{project}` and `{environment}`"))?;
        Ok(Self { text: text.to_owned(), names })
    }
}

impl TextSetting for LayerTemplate {
    const PATTERN: Option<&'static str> = Some("^([A-Za-z0-9_-]|\\{(layer|project|environment)\\})+$");
}

impl fmt::Display for LayerTemplate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl FromStr for NameTemplate {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let invalid = |rule| InvalidName { what: "a template for function names", value: text.to_owned(), rule };
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find(['{', '}']) {
            let (before, after) = rest.split_at(open);
            let inside = after.strip_prefix('{').ok_or_else(|| invalid("`}` without `{`"))?;
            let (placeholder, after) = inside.split_once('}').ok_or_else(|| invalid("`{` without `}`"))?;
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(match placeholder {
                "function" => Part::Function,
                "project" => Part::Project,
                "environment" => Part::Environment,
                _ => return Err(invalid("its placeholders can be `{function}`, `{project}` and `{environment}`")),
            });
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        let words = parts.iter().filter_map(|part| if let Part::Text(text) = part { Some(text) } else { None });
        let plain =
            |text: &String| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if parts.is_empty() || !words.into_iter().all(plain) {
            return Err(invalid("letters, digits, `-`, `_` and placeholders"));
        }
        Ok(Self { text: text.to_owned(), parts })
    }
}

impl TextSetting for NameTemplate {
    const PATTERN: Option<&'static str> = Some("^([A-Za-z0-9_-]|\\{(function|project|environment)\\})+$");
}

impl fmt::Display for NameTemplate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(template: &str) -> Result<String, InvalidName> {
        let (project, environment, function) =
            ("orders".parse().unwrap(), "staging".parse().unwrap(), "create".parse().unwrap());
        let context = NameContext { project: &project, environment: &environment, function: &function };
        template.parse::<NameTemplate>()?.render(context).map(String::from)
    }

    #[test]
    fn placeholders_are_filled_in() {
        assert_eq!(render("{project}-{function}-{environment}").as_deref(), Ok("orders-create-staging"));
        assert_eq!(render("fixed").as_deref(), Ok("fixed"));
    }

    #[test]
    fn what_is_no_template_is_refused() {
        for bad in ["", "{fn}", "{function", "function}", "{{function}}", "a b"] {
            assert!(render(bad).is_err(), "{bad}");
        }
        assert!(render(&format!("{{function}}{}", "x".repeat(60))).is_err());
    }
}
