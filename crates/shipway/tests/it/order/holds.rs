//! What ends a hold, what gets round it, and what waits for it.

use serde_json::{Value, json};

use super::scene::{Answered, PROGRAM, Scene};
use crate::support::Run;
use crate::support::cloud::PATIENCE;

/// The first edition runs, the second waits for `APP_QUEUE`.
async fn held(settings: &str) -> Scene {
    let scene = Scene::deployed(&[]).await;
    scene.require(&["APP_QUEUE"], settings);
    scene.write_edition(2);
    assert_eq!(scene.deploy(&[]).await.outcome(3), "held");
    scene
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_hold_does_not_come_back() {
    let scene = held("").await;
    let cancelled = scene.shipway(&["cancel", "greet"]).await;
    assert_eq!(cancelled.outcome(0), "given-up");
    assert_eq!(cancelled.part("/details/because/kind"), "cancelled");
    let head = scene.head();
    assert!(head["hold"].is_null(), "{head}");
    assert_eq!(head["wanted"], head["running"]["build"], "what runs is wanted again");
    scene.cloud.set_variables(&[("APP_QUEUE", "queue")]).await;
    assert_eq!(scene.reconcile(&[]).await.outcome(0), "configured");
    assert_eq!(scene.edition().await, 1);
    assert_eq!(scene.shipway(&["cancel", "greet"]).await.outcome(0), "unchanged");
    let shown = scene.shown(&["history"], 0).await;
    assert!(shown.contains(" was given up: tester@") && shown.contains(" cancelled it"), "{shown}");
    // Whoever deploys it again has it.
    assert_eq!(scene.deploy(&[]).await.outcome(0), "deployed");
    assert_eq!(scene.edition().await, 2);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hold_expires() {
    let scene = held("hold_for = \"1s\"\n").await;
    let given_up = async {
        loop {
            let run = scene.reconcile(&[]).await;
            if run.code == 0 {
                return run;
            }
            assert_eq!(run.outcome(3), "held");
        }
    };
    let run = tokio::time::timeout(PATIENCE, given_up).await.expect("it expires");
    assert_eq!((run.outcome(0), run.part("/details/because/kind")), ("given-up".to_owned(), json!("expired")));
    assert!(run.stderr.contains("it waited longer than `hold_for` allows"), "{}", run.stderr);
    scene.cloud.set_variables(&[("APP_QUEUE", "queue")]).await;
    assert_eq!(scene.reconcile(&[]).await.outcome(0), "configured", "it is forgotten");
    assert_eq!(scene.edition().await, 1);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_left_its_branch_is_given_up() {
    let scene = held("").await;
    scene.project.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    scene.require(&[], "");
    scene.write_edition(3);
    let run = scene.shipway(&["reconcile"]).await;
    assert_eq!((run.outcome(0), run.part("/details/because/kind")), ("given-up".to_owned(), json!("commit-gone")));
    assert!(scene.head()["hold"].is_null());
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn held_ok_ends_well_says_held_and_goes_on_later() {
    let scene = held("").await;
    let deployed = scene.deploy(&["--held-ok"]).await;
    assert_eq!(deployed.outcome(0), "held");
    assert!(deployed.stderr.contains("greet is HELD"), "{}", deployed.stderr);
    let reconciled = scene.reconcile(&["--held-ok"]).await;
    assert_eq!(reconciled.outcome(0), "held");
    assert!(reconciled.stderr.contains("greet is HELD"), "{}", reconciled.stderr);
    // The next deployment finishes it as `reconcile` does.
    scene.cloud.set_variables(&[("APP_QUEUE", "queue")]).await;
    assert_eq!(scene.deploy(&["--held-ok"]).await.outcome(0), "deployed");
    assert_eq!(scene.answer().await["settings"], json!({ "APP_QUEUE": "queue" }));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_may_be_missing_is_deployed_recorded_and_stays_accepted() {
    let scene = held("").await;
    let run = scene.deploy(&["--accept-missing", "APP_QUEUE"]).await;
    assert!(run.code == 2 && run.stderr.contains("--reason"), "why is wanted, too: {}", run.stderr);
    let run = scene.deploy(&["--accept-missing", "APP_QUEU", "--reason", "a slip"]).await;
    assert!(run.code == 2 && run.stderr.contains("nothing that is to be deployed needs `APP_QUEU`"), "{}", run.stderr);
    let accepting = ["--accept-missing", "APP_QUEUE", "--reason", "the queue comes on Monday"];
    let built = |run: &Run| run.stderr.matches("building").count();
    let accepted = scene.deploy(&accepting).await;
    assert_eq!((accepted.outcome(0), built(&accepted)), ("deployed".to_owned(), 0), "{}", accepted.stderr);
    assert_eq!(scene.edition().await, 2);

    let running = &scene.head()["running"]["accepted"]["APP_QUEUE"];
    assert_eq!(running["reason"], "the queue comes on Monday");
    assert!(running["by"].as_str().is_some_and(|by| by.starts_with("tester@")), "{running}");
    let entries = scene.entries().await;
    let claims = entries.iter().filter_map(|entry| entry.pointer("/event/claim/accepted/APP_QUEUE/reason"));
    assert_eq!(claims.collect::<Vec<&Value>>(), ["the queue comes on Monday"]);
    let shown = scene.shown(&["history"], 0).await;
    assert!(shown.contains(" accepts that APP_QUEUE is missing: the queue comes on Monday"), "{shown}");

    // The next configuration goes to the callers although it lacks the variable, too.
    scene.cloud.set_variables(&[("APP_LEVEL", "high")]).await;
    assert_eq!(scene.reconcile(&[]).await.outcome(0), "configured");
    assert_eq!(scene.answer().await["settings"], json!({ "APP_LEVEL": "high" }));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deployment_that_waits_for_provisioning_goes_on_by_itself() {
    let scene = Scene::deployed(&[]).await;
    scene.require(&["APP_QUEUE"], "");
    scene.write_edition(2);
    let arguments = ["deploy", "--yes", "--env", "production", "--format", "json", "--wait-provisioning", "5m"];
    let waiting = scene.cloud.program(&scene.project, PROGRAM, &arguments).spawn().expect("the program starts");
    let is_held = async {
        while scene.head()["hold"].is_null() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, is_held).await.expect("it is held first");
    assert_eq!(scene.edition().await, 1);
    scene.cloud.set_variables(&[("APP_QUEUE", "queue")]).await;
    let output = tokio::time::timeout(PATIENCE, waiting.wait_with_output()).await;
    let run = Run::from_output(output.expect("it goes on").expect("its output can be read"));
    assert_eq!(run.outcome(0), "deployed");
    assert!(run.stderr.contains("waiting up to 5 min 0 s for provisioning"), "{}", run.stderr);
    assert_eq!(scene.edition().await, 2);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_waited_for_longer_than_was_said() {
    let scene = held("").await;
    let run = scene.deploy(&["--wait-provisioning", "1s"]).await;
    assert_eq!(run.outcome(3), "held");
    scene.end().await;
}
