//! Invoke over HTTP.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use shipway_local::function_log;

use super::bench::{Bench, handler, zip_of};

#[tokio::test(flavor = "multi_thread")]
async fn the_log_s_tail_and_the_error_come_in_headers() {
    let place = tempfile::tempdir().unwrap();
    let bench = Bench::new(place.path()).await;
    let source = "def handler(event, context):\n    print('about to fail')\n    raise ValueError('no stock')\n";
    bench.create("orders", &[("app.py", source)]).await;
    let reply = bench.invoke("orders", &[("x-amz-log-type", "Tail")], &json!({})).await;
    assert_eq!((reply.status, reply.header("x-amz-function-error")), (200, "Unhandled"));
    assert_eq!(reply.json()["errorType"], "ValueError");
    let log = String::from_utf8(STANDARD.decode(reply.header("x-amz-log-result")).unwrap()).unwrap();
    assert!(log.contains("START RequestId: ") && log.contains("about to fail"), "{log}");
    assert!(log.contains(reply.header("x-amzn-requestid")), "{log}");
    let quiet = bench.invoke("orders", &[], &json!({})).await;
    assert_eq!(quiet.header("x-amz-log-result"), "");
    let kept = std::fs::read_to_string(function_log(bench.local.folder(), "orders")).unwrap();
    assert_eq!(kept.matches("[$LATEST] about to fail").count(), 2, "{kept}");
    bench.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_accepted_and_run_before_the_server_ends() {
    let place = tempfile::tempdir().unwrap();
    let bench = Bench::new(place.path()).await;
    bench.create("orders", &[("app.py", &handler("event"))]).await;
    let reply = bench.invoke("orders", &[("x-amz-invocation-type", "Event")], &json!({})).await;
    assert_eq!((reply.status, reply.body.len(), reply.header("x-amz-executed-version")), (202, 0, ""));
    let log = function_log(bench.local.folder(), "orders");
    bench.end().await;
    assert!(std::fs::read_to_string(log).unwrap().contains("running event"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_runs_nothing() {
    let place = tempfile::tempdir().unwrap();
    let bench = Bench::new(place.path()).await;
    bench.create("orders", &[("app.py", &handler("dry"))]).await;
    let reply = bench.invoke("orders", &[("x-amz-invocation-type", "DryRun")], &json!({})).await;
    assert_eq!((reply.status, reply.body.len()), (204, 0));
    assert!(!function_log(bench.local.folder(), "orders").exists());
    bench.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_code_answers_while_an_update_is_in_progress() {
    let place = tempfile::tempdir().unwrap();
    let mut settings = super::bench::settings(place.path());
    settings.delays.update = 3_600_000;
    let bench = Bench::with(place.path(), settings).await;
    bench.create("orders", &[("app.py", &handler("old"))]).await;
    let body = json!({ "ZipFile": STANDARD.encode(super::bench::zip_of(&[("app.py", &handler("new"))])) });
    let path = "/2015-03-31/functions/orders/code";
    assert_eq!(bench.send("PUT", path, &body).await.json()["LastUpdateStatus"], "InProgress");
    assert_eq!(bench.invoke("orders", &[], &json!({})).await.json()["says"], "old");
    assert_eq!(bench.send("PUT", path, &body).await.status, 409);
    bench.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_finds_what_its_layers_hold_also_when_they_are_deleted() {
    let place = tempfile::tempdir().unwrap();
    let bench = Bench::new(place.path()).await;
    bench
        .create("orders", &[("app.py", "import shared\n\ndef handler(event, context):\n    return shared.WORD\n")])
        .await;
    let versions = "/2018-10-31/layers/shared/versions";
    for word in ["one", "two"] {
        let text = format!("WORD = {word:?}\n");
        let zip = STANDARD.encode(zip_of(&[("python/shared.py", &text)]));
        let published = bench.send("POST", versions, &json!({ "Content": { "ZipFile": zip } })).await;
        assert_eq!(published.status, 201, "{}", published.json());
        assert!(published.json()["Content"]["Location"].as_str().unwrap().starts_with("http://127.0.0.1"));
    }
    let path = "/2015-03-31/functions/orders/configuration";
    for (version, word) in [(1, "one"), (2, "two")] {
        let layers = json!({ "Layers": [format!("arn:aws:lambda:eu-west-1:000000000000:layer:shared:{version}")] });
        assert_eq!(bench.send("PUT", path, &layers).await.status, 200);
        bench.settled("orders").await;
        assert_eq!(bench.invoke("orders", &[], &json!({})).await.json(), json!(word));
    }
    assert_eq!(bench.send("DELETE", &format!("{versions}/2"), &Value::Null).await.status, 204);
    assert_eq!(bench.invoke("orders", &[], &json!({})).await.json(), json!("two"));
    bench.end().await;
}
