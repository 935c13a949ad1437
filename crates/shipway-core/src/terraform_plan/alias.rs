//! What a plan does to an alias that callers use.

use serde_json::Value;

use super::document::{Action, Values};
use super::finding::Subject;
use super::look::{Seen, Step};
use super::{Danger, Deployed, Finding, ResourceChange, Severity, Whose, function};

pub(super) const KIND: &str = "aws_lambda_alias";

const VERSION: [Step; 1] = [Step::Name("function_version")];
const WEIGHTS: [Step; 3] = [Step::Name("routing_config"), Step::Block, Step::Name("additional_version_weights")];

pub(super) fn findings<'a>(change: &ResourceChange, deployed: &'a Deployed) -> Vec<Finding<'a>> {
    let Some(running) = deployed.running() else { return Vec::new() };
    if !is_of(&change.before, deployed) {
        return Vec::new();
    }
    let serves = running.lambda_version.to_string();
    let dangers = match &change.action {
        Action::Nothing | Action::Create | Action::Read | Action::Forget => Vec::new(),
        Action::Delete => vec![(Severity::Refusal, Danger::AliasDestroyed)],
        Action::Replace => {
            vec![(Severity::Refusal, Danger::AliasReplaced { because: change.replace_paths.clone() })]
        }
        Action::Update => moved(change, &serves),
        Action::Other(action) => vec![(Severity::Warning, Danger::UnknownAction { action: action.clone() })],
    };
    let finding = |(severity, danger)| Finding {
        severity,
        address: change.address.clone(),
        deferred: false,
        deployed: Subject(deployed),
        whose: Whose::Running,
        danger,
    };
    dangers.into_iter().map(finding).collect()
}

/// The function may be named by its name, or by its ARN in whole or part.
fn is_of(before: &Values, deployed: &Deployed) -> bool {
    let head = &deployed.head;
    if head.alias.as_deref() != before.text("name") || head.alias.is_none() {
        return false;
    }
    match (before.text("arn"), before.text("function_name")) {
        (Some(arn), _) => function::is_arn_of(arn, deployed),
        (None, Some(arn)) if arn.starts_with("arn:") => function::is_arn_of(arn, deployed),
        (None, Some(name)) => {
            name == head.function_name.as_str()
                && before.text("region").is_none_or(|region| region == head.region.as_str())
        }
        (None, None) => false,
    }
}

fn moved(change: &ResourceChange, serves: &str) -> Vec<(Severity, Danger)> {
    let mut found = Vec::new();
    match (change.before.look(&VERSION), change.after.look(&VERSION)) {
        (_, Seen::Unseen(because)) => found.push((Severity::Warning, Danger::AliasUnseen { because })),
        // Back to where Shipway put it is where it belongs.
        (before, Seen::Set(after)) if before != Seen::Set(after) && after.as_str() != Some(serves) => {
            let to = after.as_str().unwrap_or("?").to_owned();
            found.push((Severity::Refusal, Danger::AliasMoved { to }));
        }
        _ => {}
    }
    match (weights(change.before.look(&WEIGHTS)), weights(change.after.look(&WEIGHTS))) {
        (Seen::Unseen(_), _) => {}
        (_, Seen::Unseen(because)) if found.is_empty() => {
            found.push((Severity::Warning, Danger::AliasUnseen { because }));
        }
        (before, after) if before != after && !matches!(after, Seen::Unseen(_)) => {
            found.push((Severity::Refusal, Danger::AliasWeights));
        }
        _ => {}
    }
    found
}

/// No weights and an empty map of them are the same.
fn weights(seen: Seen<'_>) -> Seen<'_> {
    match seen {
        Seen::Set(Value::Object(map)) if map.is_empty() => Seen::Absent,
        seen => seen,
    }
}
