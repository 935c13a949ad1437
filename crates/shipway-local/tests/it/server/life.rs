//! The whole life of a function.

use serde_json::{Value, json};
use shipway_local::{Announce, LocalLambda, ServeError, find_serving, serve};
use tokio::net::TcpListener;

use super::bench::{Bench, FUNCTIONS, creation, handler, send, settings, zip_of};

const ORDERS: &str = "/2015-03-31/functions/orders";

#[tokio::test(flavor = "multi_thread")]
async fn a_function_lives_from_creation_to_deletion() {
    let place = tempfile::tempdir().unwrap();
    let bench = Bench::new(place.path()).await;
    let created = bench.send("POST", FUNCTIONS, &creation("orders", &[("app.py", &handler("one"))])).await;
    assert_eq!((created.status, &created.json()["State"]), (201, &json!("Pending")));
    bench.settled("orders").await;

    assert_eq!(bench.publish("orders").await, "1");
    let alias = json!({ "Name": "live", "FunctionVersion": "1" });
    assert_eq!(bench.send("POST", &format!("{ORDERS}/aliases"), &alias).await.status, 201);
    bench.update("orders", &[("app.py", &handler("two"))]).await;

    for (name, says, version) in [("orders:live", "one", "1"), ("orders", "two", "$LATEST"), ("orders:1", "one", "1")] {
        let reply = bench.invoke(name, &[], &json!({ "id": 7 })).await;
        assert_eq!(reply.json(), json!({ "says": says, "event": { "id": 7 } }), "{name}");
        assert_eq!(reply.header("x-amz-executed-version"), version);
        assert!(!reply.header("x-amzn-requestid").is_empty());
    }

    assert_eq!(bench.publish("orders").await, "2");
    let moved = json!({ "FunctionVersion": "2", "RoutingConfig": { "AdditionalVersionWeights": {} } });
    assert_eq!(bench.send("PUT", &format!("{ORDERS}/aliases/live"), &moved).await.status, 200);
    assert_eq!(bench.invoke("orders:live", &[], &json!(null)).await.json()["says"], "two");

    assert_eq!(bench.send("DELETE", &format!("{ORDERS}?Qualifier=1"), &Value::Null).await.status, 204);
    assert_eq!(bench.send("DELETE", ORDERS, &Value::Null).await.status, 204);
    assert_eq!(bench.send("GET", ORDERS, &Value::Null).await.status, 404);
    bench.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_live_zip_can_be_fetched_from_where_get_function_says() {
    let place = tempfile::tempdir().unwrap();
    let bench = Bench::new(place.path()).await;
    let files = [("app.py", handler("one"))];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    bench.create("orders", &files).await;
    let location = bench.send("GET", ORDERS, &Value::Null).await.json()["Code"]["Location"].clone();
    let path = location.as_str().unwrap().strip_prefix(&format!("http://{}", bench.address)).unwrap().to_owned();
    let fetched = bench.send_with("GET", &path, Vec::new(), &[("authorization", "none is needed")]).await;
    assert_eq!((fetched.status, fetched.body.as_ref()), (200, zip_of(&files).as_slice()));
    let guessed = format!("{}{}", &path[..path.len() - 1], if path.ends_with('0') { '1' } else { '0' });
    assert_eq!(bench.send("GET", &guessed, &Value::Null).await.status, 403);
    bench.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_there_after_a_restart() {
    let place = tempfile::tempdir().unwrap();
    let bench = Bench::new(place.path()).await;
    bench.create("orders", &[("app.py", &handler("one"))]).await;
    bench.publish("orders").await;
    let before = bench.send("GET", &format!("{ORDERS}/configuration?Qualifier=1"), &Value::Null).await.json();
    bench.end().await;

    let bench = Bench::new(place.path()).await;
    let after = bench.send("GET", &format!("{ORDERS}/configuration?Qualifier=1"), &Value::Null).await.json();
    assert_eq!(after, before);
    assert_eq!(bench.invoke("orders:1", &[], &json!({})).await.json()["says"], "one");
    bench.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_of_one_folder_agree() {
    let place = tempfile::tempdir().unwrap();
    let bench = Bench::new(place.path()).await;
    bench.create("orders", &[("app.py", &handler("one"))]).await;

    let folder = place.path().join("state");
    assert_eq!(find_serving(&folder), Some(bench.address));
    let other = LocalLambda::open(&folder, settings(place.path())).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let refused = serve(listener, other.clone(), Announce::Yes).await;
    assert!(matches!(refused, Err(ServeError::AlreadyServed { at, .. }) if at == Some(bench.address)));

    // Unannounced it may, as a command does for a moment.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(serve(listener, other.clone(), Announce::No));
    let published = send(address, "POST", &format!("{ORDERS}/versions"), b"{}".to_vec(), &[]).await.unwrap();
    assert_eq!(published.status, 201);
    let seen = bench.send("GET", &format!("{ORDERS}?Qualifier=1"), &Value::Null).await;
    assert_eq!(seen.json()["Configuration"]["RevisionId"], published.json()["RevisionId"]);
    other.shutdown().await;
    server.await.unwrap().unwrap();
    bench.end().await;
    assert_eq!(find_serving(&folder), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn code_comes_from_a_bucket_too() {
    let place = tempfile::tempdir().unwrap();
    let bench = Bench::new(place.path()).await;
    bench.create("orders", &[("app.py", &handler("one"))]).await;
    std::fs::create_dir_all(place.path().join("bucket/a")).unwrap();
    std::fs::write(place.path().join("bucket/a/two.zip"), zip_of(&[("app.py", &handler("two"))])).unwrap();
    let update = |bucket: &str, key: &str| json!({ "S3Bucket": bucket, "S3Key": key });
    let path = format!("{ORDERS}/code");
    let accepted = bench.send("PUT", &path, &update("local", "a/two.zip")).await;
    assert_eq!(accepted.status, 200);
    bench.settled("orders").await;
    assert_eq!(bench.invoke("orders", &[], &json!({})).await.json()["says"], "two");
    for (bucket, key, text) in [
        (
            "local",
            "a/none.zip",
            "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.",
        ),
        (
            "other",
            "a/two.zip",
            "Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist",
        ),
    ] {
        let refused = bench.send("PUT", &path, &update(bucket, key)).await;
        assert_eq!(refused.refusal(), (400, "InvalidParameterValueException".to_owned(), text.to_owned()));
    }
    bench.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn code_comes_from_a_stand_in_for_s3_too() {
    // An embedded Lambda's own download is served where any HTTP server could be: its path is bucket and key.
    let place = tempfile::tempdir().unwrap();
    let source = Bench::new(place.path()).await;
    source.create("orders", &[("app.py", &handler("fetched"))]).await;
    let location = source.send("GET", ORDERS, &Value::Null).await.json()["Code"]["Location"].clone();
    let key = location.as_str().unwrap().rsplit('/').next().unwrap().to_owned();

    let elsewhere = tempfile::tempdir().unwrap();
    let mut settings = settings(elsewhere.path());
    settings.objects.endpoint = Some(format!("http://{}", source.address));
    let bench = Bench::with(elsewhere.path(), settings).await;
    bench.create("orders", &[("app.py", &handler("one"))]).await;
    let path = format!("{ORDERS}/code");
    let update = json!({ "S3Bucket": "shipway-code", "S3Key": key });
    assert_eq!(bench.send("PUT", &path, &update).await.status, 200);
    bench.settled("orders").await;
    assert_eq!(bench.invoke("orders", &[], &json!({})).await.json()["says"], "fetched");
    source.end().await;
    let gone = bench.send("PUT", &path, &update).await.refusal();
    assert!(gone.2.starts_with("Error occurred while GetObject. S3 Error Code: ServiceUnavailable."), "{gone:?}");
    bench.end().await;
}
