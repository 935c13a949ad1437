//! A function whose variables nobody may decrypt.

use insta::assert_snapshot;
use serde_json::json;

use super::scene::{Answered, Scene};
use crate::support::cloud::SEALED_KEY;

/// Provisioned with variables under a key that Shipway may not use; the code needs one of them.
async fn sealed(settings: &str) -> Scene {
    let scene = Scene::begin().await;
    scene.require(&["APP_QUEUE"], settings);
    scene.provision(&[("APP_QUEUE", "queue")]).await;
    scene.cloud.update_configuration(&json!({ "KMSKeyArn": SEALED_KEY })).await;
    scene
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_seen_holds_a_deployment() {
    let scene = sealed("").await;
    let held = scene.deploy(&[]).await;
    assert_eq!(held.outcome(3), "held");
    assert_eq!(held.part("/details/reasons/0/requirement/kind"), "variables-unreadable");
    assert_snapshot!(scene.shown(&["deploy", "--yes"], 3).await, @"
    FUNCTION  OUTCOME  VERSION  ALIAS  ARTIFACT  TIME
    greet  HELD  live  <took>
    warning: greet is HELD: greet (live) in account 111111111111, eu-west-1, lacks something that provisioning has to add
      - the environment variables cannot be read (AccessDeniedException: Lambda was unable to decrypt your environment variables because the KMS access was denied. Please check your KMS permissions.)
    hint: `shipway reconcile` finishes it once that is there; so does the next deployment
    ");
    scene.cloud.update_configuration(&json!({ "KMSKeyArn": "" })).await;
    assert_eq!(scene.reconcile(&[]).await.outcome(0), "deployed");
    assert_eq!(scene.answer().await["settings"], json!({ "APP_QUEUE": "queue" }));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_seen_may_be_taken_on_trust() {
    let scene = sealed("on_unknown = \"proceed\"\n").await;
    let deployed = scene.deploy(&[]).await;
    assert_eq!(deployed.outcome(0), "deployed");
    assert_eq!(scene.answer().await["settings"], json!({ "APP_QUEUE": "queue" }));
    assert_eq!(scene.status().await["configuration"], "unknown");
    // Nobody can tell whether a configuration waits; nothing is published on a guess.
    assert_eq!(scene.reconcile(&[]).await.outcome(0), "unchanged");
    scene.end().await;
}
