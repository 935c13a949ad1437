//! Requests held and broken, before and after their effect.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use shipway_lambda_model::ApiError;
use shipway_local::{Decided, Decision, InjectedFault, Moment, ObservedCall, Observer};
use tokio::sync::{Semaphore, mpsc};

use super::bench::{Bench, FUNCTIONS, creation, handler, send, settings};

const CONFIGURATION: &str = "/2015-03-31/functions/orders/configuration";

/// Tells of PublishVersion calls, and holds them until a permit comes.
#[derive(Debug)]
struct Gate {
    seen: mpsc::UnboundedSender<Moment>,
    before: Semaphore,
    after: Semaphore,
    calls: Mutex<Vec<ObservedCall>>,
}

impl Gate {
    async fn hold(&self, call: &ObservedCall, moment: Moment) -> Decision {
        if call.operation == Some("PublishVersion") {
            let gate = match moment {
                Moment::BeforeEffect => &self.before,
                Moment::AfterEffect => &self.after,
            };
            self.seen.send(moment).unwrap();
            gate.acquire().await.unwrap().forget();
        }
        Decision::Proceed
    }
}

impl Observer for Gate {
    fn before<'a>(&'a self, call: &'a ObservedCall) -> Decided<'a> {
        self.calls.lock().unwrap().push(call.clone());
        Box::pin(self.hold(call, Moment::BeforeEffect))
    }

    fn after<'a>(&'a self, call: &'a ObservedCall, _status: u16) -> Decided<'a> {
        Box::pin(self.hold(call, Moment::AfterEffect))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_held_before_and_after_its_effect() {
    let place = tempfile::tempdir().unwrap();
    let (seen, mut moments) = mpsc::unbounded_channel();
    let gate = Arc::new(Gate { seen, before: Semaphore::new(0), after: Semaphore::new(0), calls: Mutex::default() });
    let mut settings = settings(place.path());
    settings.observer = Some(gate.clone());
    let bench = Bench::with(place.path(), settings).await;
    bench.create("orders", &[("app.py", &handler("one"))]).await;
    let versions = || async {
        let reply = bench.send("GET", "/2015-03-31/functions/orders/versions", &Value::Null).await;
        reply.json()["Versions"].as_array().unwrap().len()
    };

    let address = bench.address;
    let publish = tokio::spawn(async move {
        send(address, "POST", "/2015-03-31/functions/orders/versions", b"{}".to_vec(), &[]).await
    });
    assert_eq!(moments.recv().await, Some(Moment::BeforeEffect));
    assert_eq!(versions().await, 1, "held before its effect");
    gate.before.add_permits(1);
    assert_eq!(moments.recv().await, Some(Moment::AfterEffect));
    assert_eq!(versions().await, 2, "held after its effect");
    assert!(!publish.is_finished());
    // Its client goes away: what has happened has happened.
    publish.abort();
    gate.after.add_permits(1);
    assert_eq!(versions().await, 2);

    let call =
        gate.calls.lock().unwrap().iter().find(|call| call.operation == Some("PublishVersion")).cloned().unwrap();
    assert_eq!(
        call,
        ObservedCall {
            method: "POST".to_owned(),
            path: "/2015-03-31/functions/orders/versions".to_owned(),
            operation: Some("PublishVersion"),
            action: "lambda:PublishVersion".to_owned(),
            resource: "arn:aws:lambda:eu-west-1:000000000000:function:orders".to_owned(),
            access_key: Some("AKIDTEST".to_owned()),
        }
    );
    bench.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_away_before_the_effect_does_not_prevent_it() {
    let place = tempfile::tempdir().unwrap();
    let (seen, mut moments) = mpsc::unbounded_channel();
    let gate = Arc::new(Gate { seen, before: Semaphore::new(0), after: Semaphore::new(1), calls: Mutex::default() });
    let mut settings = settings(place.path());
    settings.observer = Some(gate.clone());
    let bench = Bench::with(place.path(), settings).await;
    bench.create("orders", &[("app.py", &handler("one"))]).await;
    let address = bench.address;
    let publish = tokio::spawn(async move {
        send(address, "POST", "/2015-03-31/functions/orders/versions", b"{}".to_vec(), &[]).await
    });
    assert_eq!(moments.recv().await, Some(Moment::BeforeEffect));
    publish.abort();
    assert!(publish.await.unwrap_err().is_cancelled());
    gate.before.add_permits(1);
    assert_eq!(moments.recv().await, Some(Moment::AfterEffect));
    let reply = bench.send("GET", "/2015-03-31/functions/orders?Qualifier=1", &Value::Null).await;
    assert_eq!(reply.status, 200);
    bench.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_strikes_as_often_as_it_was_told() {
    let place = tempfile::tempdir().unwrap();
    let bench = Bench::new(place.path()).await;
    let throttled = ApiError::new(429, "TooManyRequestsException", "Rate exceeded");
    bench.local.inject(InjectedFault {
        operation: "CreateFunction".to_owned(),
        calls: 2,
        moment: Moment::BeforeEffect,
        decision: Decision::Answer(throttled),
    });
    bench.local.inject(InjectedFault {
        operation: "CreateFunction".to_owned(),
        calls: 1,
        moment: Moment::AfterEffect,
        decision: Decision::Disconnect,
    });
    let body = creation("orders", &[("app.py", &handler("one"))]);
    for _ in 0..2 {
        assert_eq!(bench.send("POST", FUNCTIONS, &body).await.status, 429);
        assert_eq!(bench.send("GET", CONFIGURATION, &Value::Null).await.status, 404);
    }
    // The effect without its reply.
    let lost = bench.try_send("POST", FUNCTIONS, body.to_string().into_bytes(), &[]).await;
    assert!(lost.is_err());
    assert_eq!(bench.send("GET", CONFIGURATION, &Value::Null).await.status, 200);
    let again = bench.send("POST", FUNCTIONS, &body).await;
    assert_eq!((again.status, again.json()["message"].clone()), (409, json!("Function already exist: orders")));
    bench.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_request_does_not_keep_the_server() {
    let place = tempfile::tempdir().unwrap();
    let (seen, mut moments) = mpsc::unbounded_channel();
    let gate = Arc::new(Gate { seen, before: Semaphore::new(0), after: Semaphore::new(0), calls: Mutex::default() });
    let mut settings = settings(place.path());
    settings.observer = Some(gate);
    settings.shutdown_patience = std::time::Duration::from_millis(50);
    let bench = Bench::with(place.path(), settings).await;
    bench.create("orders", &[("app.py", &handler("one"))]).await;
    let address = bench.address;
    let publish = tokio::spawn(async move {
        send(address, "POST", "/2015-03-31/functions/orders/versions", b"{}".to_vec(), &[]).await
    });
    assert_eq!(moments.recv().await, Some(Moment::BeforeEffect));
    bench.end().await;
    assert!(publish.await.unwrap().is_err());
}
