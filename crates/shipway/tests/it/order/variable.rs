//! Code that needs a variable which is not set yet.

use insta::assert_snapshot;
use serde_json::json;

use super::scene::{Answered, Scene, answer};

/// Code that does not even start without the variable. Its third line is what a message about it names, once sources are
/// read.
const NEEDS_QUEUE: &str = "import os

QUEUE = os.environ[\"APP_QUEUE\"]


def handler(event, context):
    return {\"edition\": 2, \"settings\": {\"APP_QUEUE\": QUEUE}, \"version\": context.function_version}
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_variable() {
    let scene = Scene::deployed(&[("APP_TABLE", "orders")]).await;
    scene.require(&["APP_QUEUE"], "");
    scene.write_code(NEEDS_QUEUE);
    let (latest, served) = (scene.latest_code().await, scene.cloud.served().await);
    let held = scene.deploy(&[]).await;
    assert_eq!(held.outcome(3), "held");
    assert_snapshot!(scene.shown(&["deploy", "--yes"], 3).await, @r#"
    FUNCTION  OUTCOME  VERSION  ALIAS  ARTIFACT  TIME
    greet  HELD  2  live  <digest>  <took>
    warning: greet is HELD: greet (live) in account 111111111111, eu-west-1, lacks something that provisioning has to add
      - environment variable `APP_QUEUE` is not set
      in Terraform's resource of the function:
        environment {
          variables = {
            APP_QUEUE = ""
          }
        }
    hint: `shipway reconcile` finishes it once that is there; so does the next deployment
    "#);
    assert_eq!(held.part("/details/to_add/settings"), json!({ "environment": { "APP_QUEUE": null } }));

    // Nothing was touched: the old version serves, and so does $LATEST.
    assert_eq!((scene.latest_code().await, scene.cloud.served().await), (latest, served.clone()));
    assert_eq!(scene.edition().await, 1);
    assert_eq!(answer(&scene.cloud.invoke_unqualified().await)["edition"], 1);
    let status = scene.status().await;
    assert_eq!(status["hold"]["reasons"][0]["requirement"]["name"], "APP_QUEUE");
    assert_eq!(status["wanted"]["required_variables"], json!(["APP_QUEUE"]));
    assert_snapshot!(scene.shown(&["status"], 0).await, @"
    FUNCTION  RUNS  ALIAS  ARTIFACT  COMMIT  SINCE  WANTED
    greet  2  live  <digest>  <digest>  <ago>  <digest>
    warning: greet: <digest> is HELD since <ago>:
      - environment variable `APP_QUEUE` is not set
    ");
    assert_eq!(scene.reconcile(&[]).await.outcome(3), "held", "it is not there yet");

    scene.cloud.set_variables(&[("APP_TABLE", "orders"), ("APP_QUEUE", "queue")]).await;
    assert_eq!(scene.edition().await, 1, "the alias has not moved");
    let before = scene.cloud.versions();
    let finished = scene.reconcile(&[]).await;
    assert_eq!(finished.outcome(0), "deployed");
    let answer = scene.answer().await;
    assert_eq!((&answer["edition"], &answer["settings"]), (&json!(2), &json!({ "APP_QUEUE": "queue" })));
    assert_eq!(scene.cloud.versions().len(), before.len() + 1, "code and configuration go live in one version");
    assert_ne!(scene.cloud.served().await, served);
    assert_eq!(scene.status().await["configuration"], "reached");
    assert_eq!(scene.reconcile(&[]).await.outcome(0), "unchanged");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn superseded_hold() {
    let scene = Scene::deployed(&[("APP_TABLE", "orders")]).await;
    scene.require(&["APP_QUEUE"], "");
    scene.write_code(NEEDS_QUEUE);
    assert_eq!(scene.deploy(&[]).await.outcome(3), "held");

    // Newer code that is held takes the place of what was held before.
    scene.require(&["APP_QUEUE", "APP_BUCKET"], "");
    scene.write_edition(3);
    assert_eq!(scene.deploy(&[]).await.outcome(3), "held");
    let third = scene.head()["wanted"]["artifact"].clone();
    assert_eq!(scene.head()["hold"]["build"]["artifact"], third);
    scene.cloud.set_variables(&[("APP_TABLE", "orders"), ("APP_QUEUE", "queue")]).await;
    // The configuration is brought to nobody while code waits for more of it.
    assert_eq!(scene.reconcile(&[]).await.outcome(3), "held");
    assert_eq!(scene.edition().await, 1);

    // Newer code that is not held ends it, and what was held does not come back.
    scene.require(&[], "");
    scene.write_edition(4);
    assert_eq!(scene.deploy(&[]).await.outcome(0), "deployed");
    assert!(scene.head()["hold"].is_null());
    scene.cloud.set_variables(&[("APP_TABLE", "orders"), ("APP_QUEUE", "queue"), ("APP_BUCKET", "bucket")]).await;
    assert_eq!(scene.reconcile(&[]).await.outcome(0), "configured");
    assert_eq!(scene.edition().await, 4);
    scene.end().await;
}
