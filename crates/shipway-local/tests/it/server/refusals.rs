//! What the server lets nobody do.

use serde_json::{Value, json};
use shipway_local::{Announce, LocalLambda, ServeError, serve};
use tokio::net::TcpListener;

use super::bench::{Bench, FUNCTIONS, creation, handler, settings};

#[tokio::test]
async fn it_is_not_for_other_machines() {
    let place = tempfile::tempdir().unwrap();
    let local = LocalLambda::open(&place.path().join("state"), settings(place.path())).unwrap();
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let error = serve(listener, local, Announce::Yes).await.unwrap_err();
    assert!(error.to_string().contains(&address.to_string()));
    assert!(matches!(error, ServeError::NotLoopback { address: refused } if refused == address));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_not_for_web_pages() {
    let place = tempfile::tempdir().unwrap();
    let bench = Bench::new(place.path()).await;
    for headers in [[("origin", "https://example.com")], [("host", "rebound.example.com")]] {
        let body = creation("orders", &[("app.py", &handler("one"))]).to_string().into_bytes();
        assert_eq!(bench.send_with("POST", FUNCTIONS, body, &headers).await.status, 403);
    }
    assert_eq!(bench.send("GET", FUNCTIONS, &Value::Null).await.json()["Functions"], json!([]));
    bench.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_wants_to_know_who_calls_and_where() {
    let place = tempfile::tempdir().unwrap();
    let bench = Bench::new(place.path()).await;
    let elsewhere =
        "AWS4-HMAC-SHA256 Credential=AKID/20261123/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0";
    for (authorization, code) in
        [(elsewhere, "InvalidSignatureException"), ("Bearer x", "IncompleteSignatureException")]
    {
        let reply = bench.send_with("GET", FUNCTIONS, Vec::new(), &[("authorization", authorization)]).await;
        assert_eq!((reply.status, reply.header("x-amzn-errortype")), (403, code));
    }
    bench.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_what_it_does_not_do() {
    let place = tempfile::tempdir().unwrap();
    let bench = Bench::new(place.path()).await;
    let reply = bench.send("GET", "/2019-09-30/functions/orders/concurrency", &Value::Null).await;
    assert_eq!(
        reply.refusal(),
        (
            501,
            "NotImplementedException".to_owned(),
            "The embedded Lambda does not implement GetFunctionConcurrency".to_owned()
        )
    );
    bench.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zip_that_is_none_and_one_that_is_too_large() {
    let place = tempfile::tempdir().unwrap();
    let bench = Bench::new(place.path()).await;
    let mut body = creation("orders", &[]);
    body["Code"]["ZipFile"] = json!("bm8gemlw");
    let invalid = |text: &str| (400, "InvalidParameterValueException".to_owned(), text.to_owned());
    assert_eq!(
        bench.send("POST", FUNCTIONS, &body).await.refusal(),
        invalid("Could not unzip uploaded file. Please check your file, then try to upload again.")
    );
    // Four thirds of the bytes travel.
    body["Code"]["ZipFile"] = json!("A".repeat(52_428_800 / 3 * 4 + 4));
    let large = |text: &str| (413, "RequestEntityTooLargeException".to_owned(), text.to_owned());
    assert_eq!(
        bench.send("POST", FUNCTIONS, &body).await.refusal(),
        large("Zipped size must be smaller than 52428800 bytes")
    );
    body["Code"]["ZipFile"] = json!("A".repeat(70_167_300));
    // The server may answer before everything was sent, and the client then sees the connection end.
    if let Ok(reply) = bench.try_send("POST", FUNCTIONS, body.to_string().into_bytes(), &[]).await {
        assert_eq!(
            reply.refusal(),
            large("Request must be smaller than 70167211 bytes for the CreateFunction operation")
        );
    }
    assert_eq!(bench.send("GET", FUNCTIONS, &Value::Null).await.json()["Functions"], json!([]));
    bench.end().await;
}
