//! Who calls a function without a qualifier: its policy's statements, its function URL, its event source mappings.
//!
//! What may not be read is an error here, never "nobody".

use aws_sdk_lambda::Client;
use shipway_core::names::{FunctionName, Qualifier};
use shipway_engine::ports::{CallError, EventSourceMapping, PolicyStatement, UnqualifiedCaller};

use crate::call_error::{Call, status};
use crate::policy;

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
pub(crate) fn is_none(status: Option<u16>) -> bool {
    matches!(status, Some(404 | 501))
}

async fn policy(client: &Client, region: &str, function: &FunctionName) -> Result<Vec<UnqualifiedCaller>, CallError> {
    let found = policy::read(client, region, function, &Qualifier::Unqualified).await?;
    let caller = |statement: PolicyStatement| UnqualifiedCaller::Policy {
        statement: statement.id,
        principal: statement.principal,
    };
    Ok(found.into_iter().map(caller).collect())
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
    let found = mappings(client, region, function).await?;
    let caller =
        |mapping: EventSourceMapping| UnqualifiedCaller::EventSource { source: mapping.source.unwrap_or(mapping.id) };
    Ok(found.into_iter().map(caller).collect())
}

/// The event source mappings of the unqualified function.
pub(crate) async fn mappings(
    client: &Client,
    region: &str,
    function: &FunctionName,
) -> Result<Vec<EventSourceMapping>, CallError> {
    let call = Call { operation: "ListEventSourceMappings", object: function.as_str(), region };
    let mut mappings =
        client.list_event_source_mappings().function_name(function.as_str()).into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(mapping) = mappings.next().await {
        let mapping = match mapping {
            Ok(mapping) => mapping,
            Err(error) if is_none(status(&error)) => return Ok(Vec::new()),
            Err(error) => return Err(call.failed(&error)),
        };
        if mapping.function_arn().is_some_and(is_unqualified) {
            found.push(EventSourceMapping {
                id: mapping.uuid().unwrap_or("without an id").to_owned(),
                source: mapping.event_source_arn().map(str::to_owned),
            });
        }
    }
    Ok(found)
}

/// `arn:aws:lambda:REGION:ACCOUNT:function:NAME` has seven parts; an eighth is the qualifier.
fn is_unqualified(arn: &str) -> bool {
    matches!(arn.split(':').nth(7), None | Some("$LATEST"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_with_an_alias_is_qualified() {
        assert!(is_unqualified("arn:aws:lambda:eu-west-1:111111111111:function:f"));
        assert!(is_unqualified("arn:aws:lambda:eu-west-1:111111111111:function:f:$LATEST"));
        assert!(!is_unqualified("arn:aws:lambda:eu-west-1:111111111111:function:f:live"));
    }
}
