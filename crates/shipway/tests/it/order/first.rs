//! The first deployment, before provisioning and after it.

use insta::assert_snapshot;

use super::scene::{Answered, Scene};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn artifact_first() {
    let scene = Scene::begin().await;
    let held = scene.deploy(&["--first"]).await;
    assert_eq!(held.outcome(3), "held");
    assert_eq!((scene.uploads(), scene.writes()), (1, Vec::new()));
    assert_snapshot!(scene.shown(&["deploy", "--yes", "--first"], 3).await, @r#"
    FUNCTION  OUTCOME  VERSION  ALIAS  ARTIFACT  TIME
    greet  HELD  live  <took>
    warning: greet is HELD: greet (live) in account 111111111111, eu-west-1, lacks something that provisioning has to add
      - the function does not exist yet
      in Terraform, with a role, a first package and the alias (or all of it by `shipway terraform init`):
        resource "aws_lambda_function" "greet" {
          function_name = "greet"
          runtime  = "python3.13"
          handler  = "app.handler"
        }
    hint: `shipway reconcile` finishes it once that is there; so does the next deployment
    "#);
    let uploads = scene.uploads();

    // Provisioning: the first package is what the head wants.
    let head = scene.head();
    let key = head["wanted_artifact_key"].as_str().expect("a key");
    assert!(head["running"].is_null(), "{head}");
    scene.cloud.create_function_from(&format!("shipway/{key}")).await;
    scene.cloud.create_alias("$LATEST").await;

    let nowhere = scene.reconcile_without_region().await.expect(2);
    assert!(nowhere.stderr.contains("hint: the store's region: `--region"), "{}", nowhere.stderr);
    let finished = scene.reconcile(&[]).await;
    assert_eq!(finished.outcome(0), "deployed");
    assert_eq!(scene.edition().await, 1);
    assert_eq!(scene.uploads(), uploads, "the artifact is there already");
    assert_eq!(scene.writes(), ["PublishVersion", "UpdateAlias"], "and so is the code");
    assert_eq!(scene.events().await, ["claimed", "held", "claimed", "held", "claimed", "succeeded"]);
    assert_eq!(scene.reconcile(&[]).await.outcome(0), "unchanged");
    assert_eq!(scene.deploy(&[]).await.outcome(0), "unchanged");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn provisioning_first() {
    let scene = Scene::begin().await;
    scene.provision(&[]).await;
    let reply = scene.cloud.invoke().await;
    assert_eq!(reply.function_error.as_deref(), Some("Unhandled"), "the placeholder swallows no event");
    assert!(reply.json()["errorMessage"].as_str().is_some_and(|text| text.contains("Shipway's placeholder")));

    let deployed = scene.deploy(&[]).await;
    assert_eq!(deployed.outcome(0), "deployed");
    assert_eq!(scene.edition().await, 1);
    assert_eq!(scene.events().await, ["claimed", "succeeded"]);
    assert_eq!(scene.reconcile(&[]).await.outcome(0), "unchanged");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_function_whose_alias_is_still_missing_is_held_for_the_alias() {
    let scene = Scene::begin().await;
    scene.cloud.create_function_with(crate::support::cloud::PLACEHOLDER).await;
    let held = scene.deploy(&[]).await;
    assert_eq!(held.outcome(3), "held");
    assert_eq!(held.part("/details/reasons/0/kind"), "alias-missing");
    let lines = held.part("/details/alias");
    assert!(
        lines.as_str().is_some_and(|lines| lines.starts_with("resource \"aws_lambda_alias\" \"greet\" {\n")),
        "{lines}"
    );
    assert!(held.stderr.contains("ignore_changes = [function_version, routing_config]"), "{}", held.stderr);
    scene.cloud.create_alias("$LATEST").await;
    assert_eq!(scene.reconcile(&[]).await.outcome(0), "deployed");
    assert_eq!(scene.edition().await, 1);
    scene.end().await;
}
