//! What Shipway's own policy is: all that it takes, and nothing that provisioning is for.

use std::collections::BTreeSet;

use super::scene::{Answered, Scene};
use crate::support::cloud::{Policy, Question, readmes_policy};

const FUNCTION_ARN: &str = "arn:aws:lambda:eu-west-1:111111111111:function:greet";

#[test]
fn the_policy_lets_nobody_configure_create_or_delete_a_function_or_pass_a_role() {
    let policy = readmes_policy();
    for action in policy.actions() {
        assert!(!action.contains(['*', '?']), "`{action}` allows more than it says");
        assert!(!action.to_ascii_lowercase().starts_with("iam:"), "{action}");
    }
    for action in [
        "lambda:UpdateFunctionConfiguration",
        "lambda:CreateFunction",
        "lambda:DeleteFunction",
        "lambda:AddPermission",
        "lambda:DeleteLayerVersion",
        "s3:DeleteObject",
        "iam:PassRole",
        "sts:AssumeRole",
    ] {
        for resource in
            [FUNCTION_ARN, "arn:aws:iam::111111111111:role/function", "arn:aws:s3:::artifacts/shipway/a", "*"]
        {
            assert!(!policy.allows(&Question::new(action, resource)), "{action} on {resource}");
        }
    }
    // Nor does it reach beyond its function, its alias and versions, and its part of the bucket.
    let allows = |action, resource: &str| policy.allows(&Question::new(action, resource));
    assert!(
        allows("lambda:GetFunction", FUNCTION_ARN) && allows("lambda:GetFunction", &format!("{FUNCTION_ARN}:live"))
    );
    assert!(!allows("lambda:GetFunction", &format!("{FUNCTION_ARN}-other")));
    assert!(allows("s3:GetObject", "arn:aws:s3:::artifacts/shipway/a"));
    assert!(!allows("s3:GetObject", "arn:aws:s3:::artifacts/other/a"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_action_for_functions_and_their_store_is_needed() {
    // The alias is Shipway's to create here.
    let scene = Scene::begin().await;
    scene.require(&[], "create_alias = true\n");
    let none_there = scene.deploy(&[]).await;
    assert_eq!(none_there.code, 2, "{}", none_there.stderr);
    scene.cloud.create_function_with(crate::support::cloud::PLACEHOLDER).await;
    assert_eq!(scene.deploy(&[]).await.outcome(0), "deployed");
    scene.write_edition(2);
    assert_eq!(scene.deploy(&[]).await.outcome(0), "deployed");
    assert_eq!(scene.reconcile(&[]).await.outcome(0), "unchanged");
    let _answered = scene.shipway(&["invoke", "greet"]).await.expect(0);
    assert_eq!(scene.shipway(&["rollback", "--yes"]).await.outcome(0), "rolled-back");

    let asked = scene.cloud.gate.asked();
    let used: BTreeSet<&str> = asked.iter().map(|question| question.action.as_str()).collect();
    let policy = readmes_policy();
    let allowed: BTreeSet<&str> = policy.actions().into_iter().collect();
    // Of what the text says when it is needed: signed code, layers, buckets with versions, and keys.
    let elsewhere = [
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "lambda:GetCodeSigningConfig",
        "lambda:GetLayerVersion",
        "lambda:ListLayerVersions",
        "lambda:PublishLayerVersion",
        "s3:GetObjectVersion",
    ];
    let unused: Vec<&str> = allowed.difference(&used).copied().collect();
    assert_eq!(unused, elsewhere);
    scene.end().await;
}

/// What the checks of every scenario rest on: that a refusal is one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_policy_lacks_is_refused_and_said() {
    for (action, resource) in [
        ("lambda:PublishVersion", FUNCTION_ARN),
        ("lambda:GetAlias", FUNCTION_ARN),
        ("s3:PutObject", "arn:aws:s3:::artifacts/shipway/"),
        ("s3:ListBucket", "arn:aws:s3:::artifacts"),
    ] {
        let scene = Scene::begin().await;
        scene.provision(&[]).await;
        let lacking: Policy = readmes_policy().without(action);
        scene.cloud.gate.put_under(lacking);
        let refused = scene.deploy(&[]).await;
        assert_eq!(refused.code, 1, "{action}: {}", refused.stderr);
        assert!(refused.stderr.contains("AccessDenied"), "{action}: {}", refused.stderr);
        let denied = scene.cloud.gate.denied();
        let is_it = |question: &Question| question.action == action && question.resource.starts_with(resource);
        assert!(denied.iter().all(is_it), "{denied:?}");
        let listing = action == "s3:ListBucket";
        assert_eq!(denied.is_empty(), listing, "{action}: {denied:?}");
        drop(scene.cloud.end().await);
    }
}
