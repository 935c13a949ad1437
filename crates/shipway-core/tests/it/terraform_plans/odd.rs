//! Plans that no Terraform would make: nothing panics, and no value of a variable is told.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use shipway_core::terraform_plan::{Danger, Plan, check};

use super::{ROLE, greet};

/// JSON of any form, whose members are often named as those of a plan, and whose texts are all secrets.
fn odd() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(json!("s3cret")),
    ];
    let name = prop::sample::select(vec![
        "environment",
        "variables",
        "TABLE_NAME",
        "QUEUE_URL",
        "memory_size",
        "timeout",
        "runtime",
        "handler",
        "layers",
        "vpc_config",
        "subnet_ids",
        "routing_config",
        "additional_version_weights",
        "function_version",
        "filename",
        "skip_destroy",
        "is_enabled",
    ]);
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            prop::collection::btree_map(name.clone(), inner, 0..5).prop_map(|map| {
                Value::Object(map.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
            }),
        ]
    })
}

fn odd_plan() -> impl Strategy<Value = Value> {
    let kind = prop::sample::select(vec!["aws_lambda_function", "aws_lambda_alias", "aws_iam_role", "aws_kms_key"]);
    let action = prop::sample::select(vec!["no-op", "create", "update", "delete", "forget"]);
    let change = (kind, prop::collection::vec(action, 0..3), [odd(), odd(), odd(), odd(), odd()]);
    prop::collection::vec(change, 1..3).prop_map(|changes| {
        let change =
            |(kind, actions, [mut before, after, unknown, was_sensitive, sensitive]): (&str, Vec<&str>, [Value; 5])| {
                if let Value::Object(before) = &mut before {
                    before.insert("function_name".to_owned(), json!("greet"));
                    before.insert("name".to_owned(), json!("live"));
                    before.insert(
                        "arn".to_owned(),
                        json!(if kind == "aws_iam_role" {
                            ROLE
                        } else {
                            "arn:aws:lambda:eu-west-1:111111111111:function:greet"
                        }),
                    );
                }
                json!({ "address": "some.address", "type": kind, "mode": "managed", "change": {
                "actions": actions, "before": before, "after": after, "after_unknown": unknown,
                "before_sensitive": was_sensitive, "after_sensitive": sensitive, "replace_paths": [["a", 0, {}]],
            } })
            };
        json!({ "format_version": "1.2", "resource_changes": changes.into_iter().map(change).collect::<Vec<_>>() })
    })
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Plan::read(&bytes);
    }

    #[test]
    fn no_plan_makes_it_panic_and_no_variables_value_is_told(document in odd_plan()) {
        let plan = Plan::read(document.to_string().as_bytes()).unwrap();
        let deployed = [greet()];
        let shown = format!("{plan:?}");
        prop_assert!(!shown.contains("s3cret"));
        for found in check(&plan, &deployed) {
            // Runtime, handler, layers and the alias's version are no secrets, unless the plan says so.
            if !matches!(found.danger, Danger::Unmet { .. } | Danger::AliasMoved { .. }) {
                let shown = format!("{found} {}", json!(found.danger));
                prop_assert!(!shown.contains("s3cret"), "{}", shown);
            }
        }
    }

    /// Whatever else a plan says: a variable that it shows before and after is not said to be removed.
    #[test]
    fn what_stays_is_not_said_to_go(document in odd_plan(), value in odd()) {
        prop_assume!(!value.is_null());
        let mut document = document;
        for change in document["resource_changes"].as_array_mut().unwrap() {
            for side in ["before", "after"] {
                if change["change"][side].is_object() {
                    change["change"][side]["environment"] = json!([{ "variables": { "TABLE_NAME": value, "QUEUE_URL": value } }]);
                } else if side == "after" {
                    change["change"]["before"] = Value::Null;
                }
            }
        }
        let plan = Plan::read(document.to_string().as_bytes()).unwrap();
        let deployed = [greet()];
        for found in check(&plan, &deployed) {
            prop_assert!(!matches!(found.danger, Danger::VariableRemoved { .. }), "{}", found);
        }
    }
}
