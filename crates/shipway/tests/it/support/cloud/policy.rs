//! An IAM policy, judged as IAM judges it.
//!
//! It knows what the policy in README.md is made of. Anything else in a policy is a panic here, never a yes. That nothing
//! is asked of KMS is not because nothing needs it: the stand-in for S3 has no keys.

use house::documents::blocks;
use serde_json::Value;

/// What IAM is asked about one call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Question {
    /// Such as `lambda:GetFunction`.
    pub(crate) action: String,
    /// An ARN, or `*` where an action has no resources.
    pub(crate) resource: String,
    /// `s3:prefix`, where the call has one.
    pub(crate) prefix: Option<String>,
}

impl Question {
    pub(crate) fn new(action: &str, resource: impl Into<String>) -> Self {
        Self { action: action.to_owned(), resource: resource.into(), prefix: None }
    }
}

/// A policy document of allowing statements.
#[derive(Debug, Clone)]
pub(crate) struct Policy(Vec<Statement>);

#[derive(Debug, Clone)]
struct Statement {
    actions: Vec<String>,
    resources: Vec<String>,
    /// `StringLikeIfExists` of `s3:prefix`.
    prefixes: Option<Vec<String>>,
}

impl Policy {
    /// The policy that README.md prints, with other names in it.
    pub(crate) fn of_readme(names: &[(&str, &str)]) -> Self {
        let readme = include_str!("../../../../../../README.md");
        let printed: Vec<String> = blocks(readme)
            .into_iter()
            .filter(|block| block.language == "json")
            .map(|block| block.lines.concat())
            .filter(|text| text.contains("\"Statement\""))
            .collect();
        let [policy] = printed.as_slice() else { panic!("README.md prints {} policies", printed.len()) };
        let named = names.iter().fold(policy.clone(), |text, (shown, meant)| {
            assert!(text.contains(shown), "the policy does not name {shown}");
            text.replace(shown, meant)
        });
        Self::of(&serde_json::from_str(&named).expect("the policy is JSON"))
    }

    pub(crate) fn of(document: &Value) -> Self {
        members(document, &["Version", "Statement"]);
        assert_eq!(document["Version"], "2012-10-17");
        Self(document["Statement"].as_array().expect("statements").iter().map(Statement::of).collect())
    }

    /// Whether some statement allows it.
    pub(crate) fn allows(&self, question: &Question) -> bool {
        self.0.iter().any(|statement| statement.allows(question))
    }

    /// Every action as it is spelled.
    pub(crate) fn actions(&self) -> Vec<&str> {
        self.0.iter().flat_map(|statement| &statement.actions).map(String::as_str).collect()
    }

    /// The same without one action.
    pub(crate) fn without(mut self, action: &str) -> Self {
        let before = self.actions().len();
        self.0.iter_mut().for_each(|statement| statement.actions.retain(|allowed| allowed != action));
        assert!(self.actions().len() < before, "the policy does not name {action}");
        self
    }
}

impl Statement {
    fn of(statement: &Value) -> Self {
        members(statement, &["Sid", "Effect", "Action", "Resource", "Condition"]);
        assert_eq!(statement["Effect"], "Allow", "{statement}");
        let prefixes = statement.get("Condition").map(|condition| {
            members(condition, &["StringLikeIfExists"]);
            members(&condition["StringLikeIfExists"], &["s3:prefix"]);
            one_or_many(&condition["StringLikeIfExists"]["s3:prefix"])
        });
        Self { actions: one_or_many(&statement["Action"]), resources: one_or_many(&statement["Resource"]), prefixes }
    }

    fn allows(&self, question: &Question) -> bool {
        let action = question.action.to_ascii_lowercase();
        let prefix_fits = |patterns: &Vec<String>| {
            // `IfExists`: a call without the key passes.
            question.prefix.as_ref().is_none_or(|prefix| patterns.iter().any(|pattern| is_like(pattern, prefix)))
        };
        self.actions.iter().any(|allowed| is_like(&allowed.to_ascii_lowercase(), &action))
            && self.resources.iter().any(|allowed| names_resource(allowed, &question.resource))
            && self.prefixes.as_ref().is_none_or(prefix_fits)
    }
}

#[track_caller]
fn members(value: &Value, known: &[&str]) {
    for name in value.as_object().expect("an object").keys() {
        assert!(known.contains(&name.as_str()), "nothing is known here of {name} in {value}");
    }
}

fn one_or_many(value: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    match value {
        Value::Array(values) => values.iter().map(text).collect(),
        value => vec![text(value)],
    }
}

/// Case counts. A `*` at the end of a part between colons reaches beyond the colon; any other stays within its part.
fn names_resource(pattern: &str, resource: &str) -> bool {
    pattern == "*" || matches(pattern.as_bytes(), resource.as_bytes(), Colons::Separate)
}

/// `*` is any text, `?` any character.
fn is_like(pattern: &str, text: &str) -> bool {
    matches(pattern.as_bytes(), text.as_bytes(), Colons::AreLetters)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Colons {
    Separate,
    AreLetters,
}

fn matches(pattern: &[u8], text: &[u8], colons: Colons) -> bool {
    let crosses = |rest: &[u8], byte: u8| {
        colons == Colons::AreLetters || byte != b':' || rest.first().is_none_or(|next| *next == b':')
    };
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), Some((byte, after))) => {
            matches(rest, text, colons) || (crosses(rest, *byte) && matches(pattern, after, colons))
        }
        (Some((b'*', rest)), None) => matches(rest, text, colons),
        (Some((b'?', rest)), Some((byte, after))) => {
            (colons == Colons::AreLetters || *byte != b':') && matches(rest, after, colons)
        }
        (Some((wanted, rest)), Some((byte, after))) => wanted == byte && matches(rest, after, colons),
        (None, Some(_)) | (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn allows(action: &str, resource: &str, asked: (&str, &str, Option<&str>)) -> bool {
        let condition = json!({ "StringLikeIfExists": { "s3:prefix": "shipway/*" } });
        let statement = json!({ "Effect": "Allow", "Action": action, "Resource": [resource], "Condition": condition });
        let policy = Policy::of(&json!({ "Version": "2012-10-17", "Statement": [statement] }));
        let (action, resource, prefix) = asked;
        policy.allows(&Question { prefix: prefix.map(str::to_owned), ..Question::new(action, resource) })
    }

    #[test]
    fn actions_are_compared_without_case_and_resources_with_it() {
        let function = "arn:aws:lambda:eu-west-1:1:function:orders";
        assert!(allows("Lambda:getfunction", function, ("lambda:GetFunction", function, None)));
        assert!(!allows("lambda:GetFunction", function, ("lambda:GetFunctionConfiguration", function, None)));
        assert!(allows("lambda:Get*", function, ("lambda:GetFunctionConfiguration", function, None)));
        assert!(!allows("lambda:GetFunction", function, ("lambda:GetFunction", &function.replace("or", "OR"), None)));
    }

    #[test]
    fn a_qualifier_is_part_of_the_resource() {
        let is_named = |pattern: &str, name: &str| {
            let arn = |name: &str| format!("arn:aws:lambda:eu-west-1:1:function:{name}");
            names_resource(&arn(pattern), &arn(name))
        };
        assert!(is_named("orders", "orders") && !is_named("orders", "orders:live"));
        assert!(is_named("orders:*", "orders:live") && !is_named("orders:*", "orders"));
        assert!(is_named("orders-*", "orders-a") && is_named("orders-*", "orders-a:live"));
        assert!(is_named("orders-*:*", "orders-a:7") && !is_named("orders-*:*", "orders-a"));
        assert!(is_named("o*s", "orders") && !is_named("o*s", "o:s") && !is_named("o?s", "o:s"));
        assert!(names_resource("*", "arn:aws:lambda:eu-west-1:1:function:orders"));
    }

    #[test]
    fn a_condition_on_the_prefix_counts_where_there_is_one() {
        let bucket = "arn:aws:s3:::artifacts";
        let lists = |prefix| allows("s3:ListBucket", bucket, ("s3:ListBucket", bucket, prefix));
        assert!(lists(None) && lists(Some("shipway/heads/")) && !lists(Some("other/")));
    }
}
