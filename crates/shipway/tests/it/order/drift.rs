//! Code that somebody else changed, and functions that were made anew.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::scene::{Answered, Scene, answer};
use crate::support::cloud::{PLACEHOLDER, readmes_policy};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reverted_code() {
    let scene = Scene::deployed(&[]).await;
    let old = scene.stored(&scene.head()["running"]["build"]["artifact"]);
    scene.write_edition(2);
    assert_eq!(scene.deploy(&[]).await.outcome(0), "deployed");
    let (wanted, served) = (scene.latest_code().await, scene.cloud.served().await);
    scene.cloud.upload_code(&old).await;
    let since = scene.cloud.configuration("$LATEST").await["LastModified"].clone();

    let told = scene.reconcile(&[]).await;
    assert_eq!(told.outcome(4), "drifted");
    assert_snapshot!(scene.reconcile_shown(4).await, @r#"
    FUNCTION  OUTCOME  VERSION  ALIAS  ARTIFACT  TIME
    greet  DRIFTED  3  live  <digest>  <took>
    warning: greet: $LATEST holds other code than Shipway put there (callers of the alias do not meet it), since <time>
    hint: with `on_drift = "restore"` in shipway.toml, `shipway reconcile` puts it back; otherwise the next version does
    "#);
    assert_eq!(told.part("/details/drift"), json!({ "kind": "code-replaced", "since": since }));
    let status = scene.status().await;
    assert_eq!(status["drift"], json!({ "kind": "code-replaced", "since": since }));
    assert_eq!(status["configuration"], "reached", "only the code differs");
    assert_snapshot!(scene.shown(&["status"], 0).await, @"
    FUNCTION  RUNS  ALIAS  ARTIFACT  COMMIT  SINCE  WANTED
    greet  3  live  <digest>  <digest>  <ago>
    warning: greet: $LATEST holds other code than Shipway put there (callers of the alias do not meet it), since <time>
    ");
    assert_eq!((scene.edition().await, scene.cloud.served().await), (2, served.clone()));
    assert_eq!(scene.deploy(&[]).await.outcome(0), "unchanged", "what callers reach is what is wanted");

    scene.require(&[], "on_drift = \"restore\"\n");
    let restored = scene.shipway(&["reconcile"]).await;
    assert_eq!(restored.outcome(0), "restored");
    assert_eq!((scene.latest_code().await, scene.cloud.served().await), (wanted, served));
    let status = scene.status().await;
    assert_eq!((&status["drift"], &status["disagreements"]), (&Value::Null, &json!([])));
    assert_eq!(scene.edition().await, 2);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_checkout_the_rule_of_the_last_deployment_holds() {
    let scene = Scene::begin().await;
    scene.require(&[], "on_drift = \"restore\"\n");
    scene.provision(&[]).await;
    assert_eq!(scene.deploy(&[]).await.outcome(0), "deployed");
    let wanted = scene.latest_code().await;
    scene.cloud.upload_code(PLACEHOLDER).await;
    let restored = scene.reconcile(&[]).await;
    assert_eq!(restored.outcome(0), "restored");
    assert!(restored.stderr.contains("; what is wanted is put there again"), "{}", restored.stderr);
    assert_eq!(scene.latest_code().await, wanted);
    assert_eq!(scene.reconcile(&[]).await.outcome(0), "unchanged");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reverted_code_that_callers_reach() {
    let scene = Scene::begin().await;
    let no_alias = "alias = false\n";
    scene.require(&[], no_alias);
    scene.cloud.create_function_with(PLACEHOLDER).await;
    assert_eq!(scene.deploy(&[]).await.outcome(0), "deployed");
    let edition = async || answer(&scene.cloud.invoke_unqualified().await)["edition"].clone();
    assert_eq!(edition().await, 1);

    scene.cloud.upload_code(PLACEHOLDER).await;
    let told = scene.reconcile(&[]).await;
    assert_eq!(
        (told.outcome(4), told.part("/details/drift/kind")),
        ("drifted".to_owned(), json!("serving-other-code"))
    );
    assert_snapshot!(scene.reconcile_shown(4).await, @r#"
    FUNCTION  OUTCOME  VERSION  ALIAS  ARTIFACT  TIME
    greet  DRIFTED  $LATEST  $LATEST  <digest>  <took>
    warning: greet: callers reach other code than Shipway put there, since <time>
    hint: with `on_drift = "restore"` in shipway.toml, `shipway reconcile` puts it back; `shipway deploy` does, too
    "#);
    assert_snapshot!(scene.shown(&["status"], 0).await, @"
    FUNCTION  RUNS  ALIAS  ARTIFACT  COMMIT  SINCE  WANTED
    greet  $LATEST  $LATEST  <digest>  <digest>+  <ago>
    warning: greet: callers reach other code than Shipway put there, since <time>
    ");
    assert_eq!(scene.deploy(&[]).await.outcome(0), "deployed", "what was said that helps helps");
    assert_eq!(edition().await, 1);

    scene.cloud.upload_code(PLACEHOLDER).await;
    scene.require(&[], &format!("{no_alias}on_drift = \"restore\"\n"));
    assert_eq!(scene.shipway(&["reconcile"]).await.outcome(0), "restored");
    assert_eq!(edition().await, 1);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recreated_function() {
    let scene = Scene::deployed(&[("APP_LEVEL", "low")]).await;
    scene.write_edition(2);
    assert_eq!(scene.deploy(&[]).await.outcome(0), "deployed");
    let uploads = scene.uploads();
    scene.cloud.delete_function().await;
    let gone = scene.reconcile(&[]).await;
    assert_eq!((gone.outcome(0), gone.part("/details/drift/kind")), ("drifted".to_owned(), json!("function-gone")));

    scene.provision(&[("APP_LEVEL", "high")]).await;
    assert_eq!(scene.cloud.invoke().await.function_error.as_deref(), Some("Unhandled"));
    assert_eq!(scene.status().await["drift"]["kind"], "recreated");
    let restored = scene.reconcile(&[]).await;
    assert_eq!(restored.outcome(0), "restored");
    let answer = scene.answer().await;
    assert_eq!((&answer["edition"], &answer["settings"]), (&json!(2), &json!({ "APP_LEVEL": "high" })));
    assert_eq!(scene.uploads(), uploads, "the store has it");
    assert_eq!(scene.status().await["disagreements"], json!([]));
    assert_eq!(scene.reconcile(&[]).await.outcome(0), "unchanged");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_alias_that_a_person_moved_stays_until_somebody_says_otherwise() {
    let scene = Scene::deployed(&[]).await;
    let first = scene.cloud.served().await;
    scene.write_edition(2);
    assert_eq!(scene.deploy(&[]).await.outcome(0), "deployed");
    let second = scene.cloud.served().await;
    scene.cloud.move_alias(&first).await;

    let told = scene.reconcile(&[]).await;
    assert_eq!(told.outcome(4), "drifted");
    assert_snapshot!(scene.reconcile_shown(4).await, @"
    FUNCTION  OUTCOME  VERSION  ALIAS  ARTIFACT  TIME
    greet  DRIFTED  3  live  <digest>  <took>
    warning: greet: Shipway put the alias on version 3, and it is on version 2
    hint: `shipway reconcile --restore` moves it back; `shipway adopt` records what runs
    ");
    assert_eq!(scene.cloud.served().await, first);
    assert_eq!(scene.reconcile(&["--restore"]).await.outcome(0), "restored");
    assert_eq!((scene.cloud.served().await, scene.edition().await), (second, 2));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_code_that_a_failed_deployment_leaves_behind_is_no_drift() {
    let scene = Scene::deployed(&[]).await;
    let first = scene.latest_code().await;
    scene.write_edition(2);
    scene.cloud.gate.put_under(readmes_policy().without("lambda:PublishVersion"));
    assert_eq!(scene.deploy(&[]).await.outcome(1), "failed");
    scene.cloud.gate.put_under(readmes_policy());
    assert_ne!(scene.latest_code().await, first, "it came as far as that");
    assert_eq!(scene.edition().await, 1);
    let status = scene.status().await;
    assert_eq!((&status["drift"], &status["disagreements"]), (&Value::Null, &json!([])));
    assert!(!status["wanted"].is_null(), "what is wanted does not run: {status}");
    assert_eq!(scene.reconcile(&[]).await.outcome(0), "unchanged");
    assert_eq!(scene.deploy(&[]).await.outcome(0), "deployed");
    assert_eq!(scene.edition().await, 2);
    drop(scene.cloud.end().await);
}
