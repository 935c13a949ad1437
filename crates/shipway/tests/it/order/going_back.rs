//! Undoing code after the configuration has moved on.

use insta::assert_snapshot;
use serde_json::json;

use super::scene::{Answered, Scene};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rollback_after_a_configuration_change() {
    let scene = Scene::deployed(&[("APP_LEVEL", "low")]).await;
    let first = scene.cloud.served().await;
    scene.write_edition(2);
    assert_eq!(scene.deploy(&[]).await.outcome(0), "deployed");
    scene.cloud.set_variables(&[("APP_LEVEL", "high")]).await;
    assert_eq!(scene.reconcile(&[]).await.outcome(0), "configured");

    let back = scene.shipway(&["rollback", "--yes"]).await;
    assert_eq!(back.outcome(0), "rolled-back");
    assert_eq!(back.part("/details/method"), "alias-moved", "at once, to what was frozen then");
    assert_snapshot!(back.stderr.lines().last().unwrap_or_default(), @"greet: the alias was moved to version 2, which has the configuration that it was published with");
    assert_eq!(scene.cloud.served().await, first);
    let answer = scene.answer().await;
    assert_eq!((&answer["edition"], &answer["settings"]), (&json!(1), &json!({ "APP_LEVEL": "low" })));
    assert_eq!(scene.status().await["configuration"], "pending");

    // The configuration comes with the code that was gone back to, not with the code that was left.
    let brought = scene.reconcile(&[]).await;
    assert_eq!(brought.outcome(0), "configured");
    let answer = scene.answer().await;
    assert_eq!((&answer["edition"], &answer["settings"]), (&json!(1), &json!({ "APP_LEVEL": "high" })));
    let status = scene.status().await;
    assert_eq!((&status["configuration"], &status["disagreements"]), (&json!("reached"), &json!([])));
    assert_eq!(scene.reconcile(&[]).await.outcome(0), "unchanged");
    assert_eq!(scene.deploy(&[]).await.outcome(4), "refused", "the second edition stays rejected");
    scene.end().await;
}
