//! From a [`Response`] to HTTP.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    error::{ApiError, MessageSpelling, TypeMember},
    operation::Operation,
    request::InvocationType,
    response::{LayerVersionReply, Reply, Response},
};

/// An HTTP response. What a server adds by itself (date, length, request id) is not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpResponse {
    /// The status.
    pub status: u16,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// The body; empty for 204.
    pub body: Vec<u8>,
}

/// Writes a response. For an invocation it writes what is known before anything ran: the status, and an empty body.
#[must_use]
pub fn render(response: &Response) -> HttpResponse {
    match &response.result {
        Err(error) => render_error(error),
        Ok(Reply::Invocation(plan)) => HttpResponse {
            status: match plan.invocation_type {
                InvocationType::RequestResponse => 200,
                InvocationType::Event => 202,
                InvocationType::DryRun => 204,
            },
            headers: Vec::new(),
            body: Vec::new(),
        },
        Ok(reply) => {
            let status = response.operation.success_status();
            match body(response.operation, reply) {
                Some(value) if status != 204 => json_response(status, &value),
                _ => HttpResponse { status, headers: Vec::new(), body: Vec::new() },
            }
        }
    }
}

/// Writes a refusal.
#[must_use]
pub fn render_error(error: &ApiError) -> HttpResponse {
    let mut members = Map::new();
    if let Some(reason) = &error.reason {
        members.insert("Reason".to_owned(), json!(reason));
    }
    if error.type_member == TypeMember::Present {
        let kind = if error.status < 500 { "User" } else { "Server" };
        members.insert("Type".to_owned(), json!(kind));
    }
    if let Some(message) = &error.message {
        let spelled = match error.spelling {
            MessageSpelling::Lower => "message",
            MessageSpelling::Upper => "Message",
        };
        members.insert(spelled.to_owned(), json!(message));
    }
    let mut response = json_response(error.status, &Value::Object(members));
    response.headers.push(("X-Amzn-Errortype".to_owned(), error.code.clone()));
    if error.status == 429 {
        response.headers.push(("Retry-After".to_owned(), "1".to_owned()));
    }
    response
}

fn json_response(status: u16, value: &Value) -> HttpResponse {
    HttpResponse {
        status,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: value.to_string().into_bytes(),
    }
}

fn body(operation: Operation, reply: &Reply) -> Option<Value> {
    Some(match reply {
        Reply::Empty | Reply::Invocation(_) => return None,
        Reply::Configuration(configuration) => value(configuration),
        Reply::Function(function) => value(function),
        Reply::Versions(page) => listed("Versions", &page.items, page.next_marker.as_ref()),
        Reply::Functions(page) => listed("Functions", &page.items, page.next_marker.as_ref()),
        Reply::Alias(alias) => value(alias),
        Reply::Aliases(page) => listed("Aliases", &page.items, page.next_marker.as_ref()),
        Reply::Tags(tags) => json!({ "Tags": tags }),
        Reply::Statement(statement) => json!({ "Statement": statement }),
        Reply::Policy(policy) => value(policy),
        Reply::LayerVersion(version) => value(version),
        Reply::LayerVersions(page) => {
            let items: Vec<Value> = page.items.iter().map(listed_version).collect();
            listed("LayerVersions", &items, page.next_marker.as_ref())
        }
        Reply::Layers(page) => {
            let layer = |newest: &LayerVersionReply| {
                let name = newest.layer_arn.rsplit(':').next().unwrap_or_default();
                json!({ "LayerName": name, "LayerArn": newest.layer_arn, "LatestMatchingVersion": listed_version(newest) })
            };
            let items: Vec<Value> = page.items.iter().map(layer).collect();
            listed("Layers", &items, page.next_marker.as_ref())
        }
        Reply::Json(value) => {
            debug_assert!(operation != Operation::Invoke, "an invocation has a reply of its own");
            value.clone()
        }
    })
}

/// Lists leave the layer's own ARN out.
fn listed_version(version: &LayerVersionReply) -> Value {
    value(&LayerVersionReply { layer_arn: String::new(), ..version.clone() })
}

fn listed<T: Serialize>(member: &str, items: &[T], next: Option<&String>) -> Value {
    let mut reply = json!({ member: items });
    if let Some(next) = next {
        reply["NextMarker"] = json!(next);
    }
    reply
}

/// The reply types have string keys only, so they always have a JSON form.
fn value<T: Serialize>(reply: &T) -> Value {
    serde_json::to_value(reply).unwrap_or_default()
}
