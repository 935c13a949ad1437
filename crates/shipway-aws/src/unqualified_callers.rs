//! Who calls a function without a qualifier: its policy's statements, its function URL, its event source mappings.
//!
//! What may not be read is an error here, never "nobody".

use aws_sdk_lambda::Client;
use serde_json::Value;
use shipway_core::names::FunctionName;
use shipway_engine::ports::{CallError, UnqualifiedCaller};

use crate::call_error::{Call, status};

/// All of them, in the order policy, URL, mappings.
pub(crate) async fn find(
    client: &Client,
    region: &str,
    function: &FunctionName,
) -> Result<Vec<UnqualifiedCaller>, CallError> {
    let mut callers = policy(client, region, function).await?;
    callers.extend(function_url(client, region, function).await?);
    callers.extend(event_sources(client, region, function).await?);
    Ok(callers)
}

/// The three reads answer 404 when there is none. A server that does not have the operation at all (501, or a 404
/// that no Lambda code explains, as moto answers) has none either.
fn is_none(status: Option<u16>) -> bool {
    matches!(status, Some(404 | 501))
}

async fn policy(client: &Client, region: &str, function: &FunctionName) -> Result<Vec<UnqualifiedCaller>, CallError> {
    let call = Call { operation: "GetPolicy", object: function.as_str(), region };
    let reply = match client.get_policy().function_name(function.as_str()).send().await {
        Ok(reply) => reply,
        Err(error) if is_none(status(&error)) => return Ok(Vec::new()),
        Err(error) => return Err(call.failed(&error)),
    };
    let text = reply.policy().unwrap_or("{}");
    statements(text).map_err(|error| call.unexpected_reply(format!("the policy is not JSON: {error}")))
}

/// The statements of a policy document that let somebody in.
fn statements(policy: &str) -> Result<Vec<UnqualifiedCaller>, serde_json::Error> {
    let document: Value = serde_json::from_str(policy)?;
    let found = one_or_many(document.get("Statement"));
    Ok(found
        .filter(|statement| statement.get("Effect").and_then(Value::as_str) != Some("Deny"))
        .map(|statement| UnqualifiedCaller::Policy {
            statement: statement.get("Sid").and_then(Value::as_str).unwrap_or("without an id").to_owned(),
            principal: principal(statement.get("Principal")),
        })
        .collect())
}

/// `"*"`, `{"Service": "x"}`, `{"AWS": ["a", "b"]}`: the names, joined.
fn principal(principal: Option<&Value>) -> String {
    let names: Vec<&str> = match principal {
        Some(Value::Object(kinds)) => {
            kinds.values().flat_map(|names| one_or_many(Some(names))).filter_map(Value::as_str).collect()
        }
        other => one_or_many(other).filter_map(Value::as_str).collect(),
    };
    if names.is_empty() { "somebody".to_owned() } else { names.join(", ") }
}

/// IAM writes one thing or a list of them.
fn one_or_many(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    match value {
        Some(Value::Array(values)) => values.iter(),
        Some(value) => std::slice::from_ref(value).iter(),
        None => [].iter(),
    }
}

async fn function_url(
    client: &Client,
    region: &str,
    function: &FunctionName,
) -> Result<Option<UnqualifiedCaller>, CallError> {
    let call = Call { operation: "GetFunctionUrlConfig", object: function.as_str(), region };
    match client.get_function_url_config().function_name(function.as_str()).send().await {
        Ok(_) => Ok(Some(UnqualifiedCaller::FunctionUrl)),
        Err(error) if is_none(status(&error)) => Ok(None),
        Err(error) => Err(call.failed(&error)),
    }
}

async fn event_sources(
    client: &Client,
    region: &str,
    function: &FunctionName,
) -> Result<Vec<UnqualifiedCaller>, CallError> {
    let call = Call { operation: "ListEventSourceMappings", object: function.as_str(), region };
    let mut mappings =
        client.list_event_source_mappings().function_name(function.as_str()).into_paginator().items().send();
    let mut callers = Vec::new();
    while let Some(mapping) = mappings.next().await {
        let mapping = match mapping {
            Ok(mapping) => mapping,
            Err(error) if is_none(status(&error)) => return Ok(Vec::new()),
            Err(error) => return Err(call.failed(&error)),
        };
        if mapping.function_arn().is_some_and(is_unqualified) {
            let source = mapping.event_source_arn().or(mapping.uuid()).unwrap_or("an unnamed source");
            callers.push(UnqualifiedCaller::EventSource { source: source.to_owned() });
        }
    }
    Ok(callers)
}

/// `arn:aws:lambda:REGION:ACCOUNT:function:NAME` has seven parts; an eighth is the qualifier.
fn is_unqualified(arn: &str) -> bool {
    matches!(arn.split(':').nth(7), None | Some("$LATEST"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_that_let_somebody_in_are_callers() {
        let policy = r#"{"Version":"2012-10-17","Statement":[
            {"Sid":"api","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Action":"lambda:InvokeFunction"},
            {"Sid":"two","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::1:root","arn:aws:iam::2:root"]}},
            {"Sid":"no","Effect":"Deny","Principal":"*"},
            {"Effect":"Allow","Principal":"*"}]}"#;
        let caller = |statement: &str, principal: &str| UnqualifiedCaller::Policy {
            statement: statement.to_owned(),
            principal: principal.to_owned(),
        };
        let expected = [
            caller("api", "apigateway.amazonaws.com"),
            caller("two", "arn:aws:iam::1:root, arn:aws:iam::2:root"),
            caller("without an id", "*"),
        ];
        assert_eq!(statements(policy).unwrap(), expected);
        assert_eq!(statements(r#"{"Statement":{"Sid":"one","Principal":"*"}}"#).unwrap(), [caller("one", "*")]);
        assert!(statements("no json").is_err());
    }

    #[test]
    fn an_arn_with_an_alias_is_qualified() {
        assert!(is_unqualified("arn:aws:lambda:eu-west-1:111111111111:function:f"));
        assert!(is_unqualified("arn:aws:lambda:eu-west-1:111111111111:function:f:$LATEST"));
        assert!(!is_unqualified("arn:aws:lambda:eu-west-1:111111111111:function:f:live"));
    }
}
