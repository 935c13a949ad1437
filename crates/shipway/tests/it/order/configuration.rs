//! A configuration that changes while the code stays.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::scene::{Answered, Scene};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn configuration_only() {
    let scene = Scene::deployed(&[("APP_LEVEL", "low")]).await;
    let (code, uploads) = (scene.latest_code().await, scene.uploads());
    scene.cloud.set_variables(&[("APP_LEVEL", "high")]).await;
    assert_eq!(scene.answer().await["settings"], json!({ "APP_LEVEL": "low" }), "callers do not reach it yet");
    assert_eq!(scene.status().await["configuration"], "pending");
    assert_snapshot!(scene.shown(&["status"], 0).await, @"
    FUNCTION  RUNS  ALIAS  ARTIFACT  COMMIT  SINCE  WANTED
    greet  2  live  <digest>  <digest>  <ago>
    warning: greet: configuration pending: the function's configuration is not the one that callers of the alias reach (`shipway reconcile` brings it to them)
    ");

    let writes = scene.writes().len();
    let brought = scene.reconcile(&[]).await;
    assert_eq!(brought.outcome(0), "configured");
    assert_eq!(scene.writes()[writes..], ["PublishVersion", "UpdateAlias"]);
    let answer = scene.answer().await;
    assert_eq!((&answer["edition"], &answer["settings"]), (&json!(1), &json!({ "APP_LEVEL": "high" })));
    assert_eq!((scene.latest_code().await, scene.uploads()), (code, uploads));
    let status = scene.status().await;
    assert_eq!((&status["configuration"], &status["disagreements"]), (&json!("reached"), &json!([])));
    // No value of a variable is kept anywhere in the store.
    let holds_value = |bytes: &[u8]| bytes.windows(6).any(|window| window == b"\"high\"");
    assert!(!scene.cloud.objects().values().any(|object| holds_value(object)));
    assert_eq!(scene.reconcile(&[]).await.outcome(0), "unchanged");
    assert_eq!(scene.deploy(&[]).await.outcome(0), "unchanged");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn configuration_that_breaks_the_running_code() {
    let scene = Scene::begin().await;
    scene.require(&["APP_TABLE"], "");
    scene.provision(&[("APP_TABLE", "orders"), ("APP_LEVEL", "low")]).await;
    assert_eq!(scene.deploy(&[]).await.outcome(0), "deployed");
    let (versions, served) = (scene.cloud.versions(), scene.cloud.served().await);

    scene.cloud.set_variables(&[("APP_LEVEL", "high")]).await;
    let refused = scene.reconcile(&[]).await;
    assert_eq!(refused.outcome(3), "configuration-held");
    assert_snapshot!(scene.reconcile_shown(3).await, @r#"
    FUNCTION  OUTCOME  VERSION  ALIAS  ARTIFACT  TIME
    greet  CONFIGURATION HELD  2  live  <digest>  <took>
    warning: greet: the function's present configuration does not suit the code that runs, and is not brought to the callers:
      - environment variable `APP_TABLE` is not set
      in Terraform's resource of the function:
        environment {
          variables = {
            APP_TABLE = ""
          }
        }
    hint: callers go on reaching the configuration before; `shipway reconcile` brings them the present one once nothing is missing, or code that does without it is deployed
    "#);
    assert_eq!(refused.part("/details/to_add/settings"), json!({ "environment": { "APP_TABLE": null } }));
    assert_eq!((scene.cloud.versions(), scene.cloud.served().await), (versions, served), "nothing is published");
    assert_eq!(scene.answer().await["settings"]["APP_TABLE"], "orders");
    assert_eq!(scene.status().await["configuration"], "pending");
    assert_eq!(scene.reconcile(&["--held-ok"]).await.code, 0);

    scene.cloud.set_variables(&[("APP_LEVEL", "high"), ("APP_TABLE", "orders")]).await;
    assert_eq!(scene.reconcile(&[]).await.outcome(0), "configured");
    assert_eq!(scene.answer().await["settings"], json!({ "APP_LEVEL": "high", "APP_TABLE": "orders" }));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn role_replaced() {
    let scene = Scene::deployed(&[]).await;
    scene.write_edition(2);
    assert_eq!(scene.deploy(&[]).await.outcome(0), "deployed");
    let old = scene.head()["running"]["frozen"]["Role"].clone();
    let new = "arn:aws:iam::111111111111:role/function-2";
    scene.cloud.update_configuration(&json!({ "Role": new })).await;
    assert_eq!(scene.status().await["configuration"], "pending");

    assert_eq!(scene.reconcile(&[]).await.outcome(0), "configured");
    assert_eq!(role(&scene, &scene.cloud.served().await).await, new, "callers no longer need the old one");
    assert_eq!(scene.head()["running"]["frozen"]["Role"], new, "and whoever deletes it can see that");
    assert_eq!(scene.edition().await, 2);

    // The first edition's version would run with a role that may be gone.
    let back = scene.shipway(&["rollback", "--yes"]).await;
    assert_eq!(back.outcome(0), "rolled-back");
    assert_eq!(back.part("/details/method"), "published-again");
    let because = back.part("/details/because");
    assert!(because.as_str().is_some_and(|text| text.contains("another execution role")), "{because}");
    assert_eq!(scene.edition().await, 1);
    let served = scene.cloud.served().await;
    assert_eq!(role(&scene, &served).await, new);
    assert_ne!(old, new);
    scene.end().await;
}

async fn role(scene: &Scene, version: &str) -> Value {
    scene.cloud.configuration(version).await["Role"].clone()
}
