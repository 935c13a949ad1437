//! What provisioning has to add so that a held deployment goes on: as lines of Terraform, and as JSON for other tools.
//!
//! Values are not known here, and are left for a person to fill in.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Contract, Network, Unmet};
use crate::hcl::{self, Item, identifier, render};
use crate::names::FunctionName;

/// The arguments of `aws_lambda_function` that would meet `lacking`; empty where no argument would.
#[must_use]
pub fn missing_as_terraform(lacking: &[Unmet]) -> String {
    let mut lines: Vec<String> = Vec::new();
    let variables: Vec<(&str, String)> = lacking.iter().filter_map(variable).collect();
    if !variables.is_empty() {
        let width = variables.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        lines.push("environment {".to_owned());
        lines.push("  variables = {".to_owned());
        lines.extend(variables.iter().map(|(name, place)| format!("    {name:<width$} = \"\"{place}")));
        lines.push("  }".to_owned());
        lines.push("}".to_owned());
    }
    lines.extend(lacking.iter().filter_map(argument));
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn variable(unmet: &Unmet) -> Option<(&str, String)> {
    let Unmet::Variable { name, places, .. } = unmet else { return None };
    let place = places.first().map(|place| format!(" # {place} reads it")).unwrap_or_default();
    Some((name, place))
}

fn argument(unmet: &Unmet) -> Option<String> {
    match unmet {
        Unmet::Variable { .. } | Unmet::VariablesUnreadable { .. } => None,
        Unmet::Memory { required, .. } => Some(format!("memory_size = {required}")),
        Unmet::Timeout { required, .. } => Some(format!("timeout = {required}")),
        Unmet::Runtime { required, .. } => Some(format!("runtime = \"{required}\"")),
        Unmet::Handler { required, .. } => Some(format!("handler = \"{required}\"")),
        Unmet::Layer { name } => Some(format!("# layers: a version of `{name}`")),
        Unmet::Network { required: Network::Vpc } => Some("# vpc_config: subnets and security groups".to_owned()),
        Unmet::Network { required: Network::NoVpc } => Some("# no vpc_config".to_owned()),
    }
}

/// The same for other tools: what has to be set, with `null` for values that are not known here.
#[must_use]
pub fn missing_as_json(lacking: &[Unmet]) -> Value {
    let mut settings = Map::new();
    let mut set = |name: &str, value: Value| {
        settings.insert(name.to_owned(), value);
    };
    let variables: Map<String, Value> =
        lacking.iter().filter_map(variable).map(|(name, _)| (name.to_owned(), Value::Null)).collect();
    if !variables.is_empty() {
        set("environment", Value::Object(variables));
    }
    let layers: Vec<&str> = lacking
        .iter()
        .filter_map(|unmet| if let Unmet::Layer { name } = unmet { Some(name.as_str()) } else { None })
        .collect();
    if !layers.is_empty() {
        set("layers", json!(layers));
    }
    for unmet in lacking {
        match unmet {
            Unmet::Memory { required, .. } => set("memory", json!(required)),
            Unmet::Timeout { required, .. } => set("timeout", json!(required)),
            Unmet::Runtime { required, .. } => set("runtime", json!(required)),
            Unmet::Handler { required, .. } => set("handler", json!(required)),
            Unmet::Network { required } => set("vpc", json!(*required == Network::Vpc)),
            Unmet::Variable { .. } | Unmet::VariablesUnreadable { .. } | Unmet::Layer { .. } => {}
        }
    }
    Value::Object(settings)
}

/// A whole contract as the arguments of `aws_lambda_function`, for whoever writes a function's resource: above each variable
/// the place that needs it, and as comments those that the code gets on without.
#[must_use]
pub fn contract_as_terraform(contract: &Contract) -> String {
    render(&arguments(contract))
}

/// A resource for a function that does not exist yet. Its role and its first package are for a person to add.
#[must_use]
pub fn function_as_terraform(name: &FunctionName, contract: &Contract) -> String {
    let mut body = vec![Item::text("function_name", name.as_str())];
    body.extend(arguments(contract));
    render(&[Item::block("resource", &["aws_lambda_function", &identifier(name.as_str(), &mut BTreeSet::new())], body)])
}

/// A resource for an alias that does not exist yet: Terraform makes it, and leaves alone where Shipway moves it.
#[must_use]
pub fn alias_as_terraform(function: &FunctionName, alias: &str) -> String {
    let label = identifier(function.as_str(), &mut BTreeSet::new());
    let body = vec![
        Item::text("name", alias),
        Item::raw("function_name", format!("aws_lambda_function.{label}.function_name")),
        Item::text("function_version", "$LATEST"),
        Item::Blank,
        Item::block("lifecycle", &[], vec![Item::raw("ignore_changes", "[function_version, routing_config]")]),
    ];
    render(&[Item::block("resource", &["aws_lambda_alias", &label], body)])
}

fn arguments(contract: &Contract) -> Vec<Item> {
    let least = |name: &str, value: Option<u32>| {
        value.map(|value| Item::Attribute(name.to_owned(), hcl::Value::Number(value.into())))
    };
    let mut items =
        vec![Item::text("runtime", contract.runtime.as_str()), Item::text("handler", contract.handler.as_str())];
    items.extend(least("memory_size", contract.memory_megabytes));
    items.extend(least("timeout", contract.timeout_seconds));
    let notes = contract.layers.iter().map(|layer| format!("layers: a version of `{layer}`"));
    let notes = notes.chain(contract.network.map(|network| format!("vpc_config: it has to run {network}")));
    items.extend(notes.map(Item::Comment));
    let variables = variables(contract);
    if !variables.is_empty() {
        let map = Item::Attribute("variables".to_owned(), hcl::Value::Map(variables));
        items.push(Item::Blank);
        items.push(Item::block("environment", &[], vec![map]));
    }
    items
}

fn variables(contract: &Contract) -> Vec<Item> {
    let place = |name: &str| contract.places_of(name).first().map(ToString::to_string);
    let mut items = Vec::new();
    for name in contract.required_variables() {
        items.extend(place(&name).map(|place| Item::Comment(format!("{place} reads it"))));
        items.push(Item::text(&name, ""));
    }
    for name in contract.optional_variables() {
        let place = place(&name).map(|place| format!(": {place}")).unwrap_or_default();
        items.push(Item::Comment(format!("{name} is optional{place}")));
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Basis, Need, Place, ReadVariable, SourceReads};

    fn lacking() -> Vec<Unmet> {
        let place = Place { file: "app.py".to_owned(), line: 12.try_into().unwrap() };
        vec![
            Unmet::Memory { required: 512, configured: 128 },
            Unmet::Layer { name: "common".to_owned() },
            Unmet::Variable { name: "QUEUE".to_owned(), basis: Basis::Declared, places: Vec::new() },
            Unmet::Variable { name: "TABLE_NAME".to_owned(), basis: Basis::Read, places: vec![place] },
        ]
    }

    #[test]
    fn terraform_gets_arguments_with_the_line_that_needs_them() {
        let expected = "environment {
  variables = {
    QUEUE      = \"\"
    TABLE_NAME = \"\" # app.py:12 reads it
  }
}
memory_size = 512
# layers: a version of `common`
";
        assert_eq!(missing_as_terraform(&lacking()), expected);
        assert_eq!(missing_as_terraform(&[]), "");
    }

    #[test]
    fn a_whole_contract_has_its_optional_variables_as_comments() {
        let place = Place { file: "app.py".to_owned(), line: 3.try_into().unwrap() };
        let variable = |need| ReadVariable { need, places: vec![place.clone()] };
        let variables =
            [("LEVEL".to_owned(), variable(Need::Optional)), ("TABLE".to_owned(), variable(Need::Required))];
        let contract = Contract {
            reads: Some(SourceReads { variables: variables.into(), computed: Vec::new() }),
            memory_megabytes: Some(512),
            ..Contract::new("python3.13".parse().unwrap(), "app.handler".parse().unwrap())
        };
        let expected = "runtime     = \"python3.13\"
handler     = \"app.handler\"
memory_size = 512

environment {
  variables = {
    # app.py:3 reads it
    TABLE = \"\"
    # LEVEL is optional: app.py:3
  }
}
";
        assert_eq!(contract_as_terraform(&contract), expected);
        let whole = function_as_terraform(&"create-order".parse().unwrap(), &contract);
        assert!(
            whole.starts_with(
                "resource \"aws_lambda_function\" \"create_order\" {\n  function_name = \"create-order\"\n"
            ),
            "{whole}"
        );
    }

    #[test]
    fn an_alias_is_left_where_it_is_moved_to() {
        let expected = "resource \"aws_lambda_alias\" \"create_order\" {
  name             = \"live\"
  function_name    = aws_lambda_function.create_order.function_name
  function_version = \"$LATEST\"

  lifecycle {
    ignore_changes = [function_version, routing_config]
  }
}
";
        assert_eq!(alias_as_terraform(&"create-order".parse().unwrap(), "live"), expected);
    }

    #[test]
    fn other_tools_get_the_same_as_json() {
        let expected = json!({
            "environment": { "QUEUE": null, "TABLE_NAME": null }, "layers": ["common"], "memory": 512,
        });
        assert_eq!(missing_as_json(&lacking()), expected);
    }
}
