//! Resource policies of functions: their statements that let somebody in.
//!
//! What may not be read is an error here, never "nobody".

use aws_sdk_lambda::Client;
use serde_json::Value;
use shipway_core::names::{FunctionName, Qualifier};
use shipway_engine::ports::{CallError, PolicyStatement};

use crate::call_error::{Call, status};
use crate::unqualified_callers::is_none;

/// The statements of the policy of one face of a function.
pub(crate) async fn read(
    client: &Client,
    region: &str,
    function: &FunctionName,
    qualifier: &Qualifier,
) -> Result<Vec<PolicyStatement>, CallError> {
    let call = Call { operation: "GetPolicy", object: function.as_str(), region };
    let request = client.get_policy().function_name(function.as_str()).set_qualifier(qualifier.as_parameter());
    let reply = match request.send().await {
        Ok(reply) => reply,
        Err(error) if is_none(status(&error)) => return Ok(Vec::new()),
        Err(error) => return Err(call.failed(&error)),
    };
    let text = reply.policy().unwrap_or("{}");
    statements(text).map_err(|error| call.unexpected_reply(format!("the policy is not JSON: {error}")))
}

/// The statements of a policy document that let somebody in.
fn statements(policy: &str) -> Result<Vec<PolicyStatement>, serde_json::Error> {
    let document: Value = serde_json::from_str(policy)?;
    let found = one_or_many(document.get("Statement"));
    Ok(found
        .filter(|statement| statement.get("Effect").and_then(Value::as_str) != Some("Deny"))
        .map(|statement| PolicyStatement {
            id: statement.get("Sid").and_then(Value::as_str).unwrap_or("without an id").to_owned(),
            principal: principal(statement.get("Principal")),
            action: action(statement.get("Action")),
            source_arn: condition(statement, "aws:SourceArn"),
            source_account: condition(statement, "aws:SourceAccount"),
            url_auth: condition(statement, "lambda:FunctionUrlAuthType"),
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

fn action(action: Option<&Value>) -> String {
    let names: Vec<&str> = one_or_many(action).filter_map(Value::as_str).collect();
    if names.is_empty() { "lambda:InvokeFunction".to_owned() } else { names.join(", ") }
}

/// What a condition compares a key with, whatever the comparison; IAM does not mind a key's case.
fn condition(statement: &Value, key: &str) -> Option<String> {
    let comparisons = statement.get("Condition")?.as_object()?.values();
    let found = comparisons
        .filter_map(Value::as_object)
        .flatten()
        .find(|(name, _)| name.eq_ignore_ascii_case(key))
        .and_then(|(_, value)| one_or_many(Some(value)).find_map(Value::as_str));
    found.map(str::to_owned)
}

/// IAM writes one thing or a list of them.
fn one_or_many(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    match value {
        Some(Value::Array(values)) => values.iter(),
        Some(value) => std::slice::from_ref(value).iter(),
        None => [].iter(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_that_let_somebody_in_are_read() {
        let policy = r#"{"Version":"2012-10-17","Statement":[
            {"Sid":"api","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Action":"lambda:InvokeFunction",
             "Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:execute-api:r:1:x/*"},"StringEquals":{"AWS:SourceAccount":"1"}}},
            {"Sid":"two","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::1:root","arn:aws:iam::2:root"]}},
            {"Sid":"no","Effect":"Deny","Principal":"*"},
            {"Effect":"Allow","Principal":"*","Action":["lambda:InvokeFunctionUrl"],
             "Condition":{"StringEquals":{"lambda:FunctionUrlAuthType":["NONE"]}}}]}"#;
        let found = statements(policy).unwrap();
        let names: Vec<(&str, &str)> =
            found.iter().map(|statement| (statement.id.as_str(), statement.principal.as_str())).collect();
        let expected = [
            ("api", "apigateway.amazonaws.com"),
            ("two", "arn:aws:iam::1:root, arn:aws:iam::2:root"),
            ("without an id", "*"),
        ];
        assert_eq!(names, expected);
        assert_eq!(found[0].source_arn.as_deref(), Some("arn:aws:execute-api:r:1:x/*"));
        assert_eq!(found[0].source_account.as_deref(), Some("1"));
        assert_eq!((found[1].action.as_str(), &found[1].url_auth), ("lambda:InvokeFunction", &None));
        assert_eq!(
            (found[2].action.as_str(), found[2].url_auth.as_deref()),
            ("lambda:InvokeFunctionUrl", Some("NONE"))
        );
        assert_eq!(statements(r#"{"Statement":{"Sid":"one","Principal":"*"}}"#).unwrap()[0].id, "one");
        assert!(statements("no json").is_err());
    }
}
