//! `provided.*`: the package's own `bootstrap`, and the Runtime API as it sees it.

use std::os::unix::fs::PermissionsExt;

use serde_json::json;

use super::bench::{Bench, REQUEST_ID, answer_of, error_of, log_of};

/// A client of the Runtime API; what follows handles `event` with `headers`, `post(path, body, headers)` at hand.
const CLIENT: &str = r#"#!/usr/bin/env python3
import http.client, json, os, sys
sys.stdout.reconfigure(line_buffering=True)
connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
def call(method, path, body=None, headers={}):
    connection.request(method, "/2018-06-01/runtime/" + path, body, headers)
    response = connection.getresponse()
    return response.status, response.headers, response.read()
def post(path, body, headers={}):
    status, _, answer = call("POST", path, body, headers)
    return status, json.loads(answer)
while True:
    _, headers, event = call("GET", "invocation/next")
    request_id = headers["Lambda-Runtime-Aws-Request-Id"]
    own = "invocation/" + request_id
    invocation_id = headers["Lambda-Runtime-Invocation-Id"]
"#;

fn client(handling: &str) -> String {
    let indented: Vec<String> = handling.trim().lines().map(|line| format!("    {line}\n")).collect();
    format!("{CLIENT}{}", indented.concat())
}

#[tokio::test]
async fn a_bootstrap_gets_the_event_with_its_headers_and_answers() {
    let handling = r#"
names = [name for name in headers if name.startswith("Lambda-Runtime-") or name == "lambda-runtime-trace-id"]
seen = {name.lower(): value for name, value in headers.items()}
seen["event"] = json.loads(event)
print("folder", os.getcwd())
post(own + "/response", json.dumps(seen))
"#;
    let bench = Bench::new(&[("bootstrap", &client(handling))]);
    let outcome = bench.provided(json!({"k": "v"})).await;
    let seen = answer_of(&outcome);
    assert_eq!(seen["event"], json!({"k": "v"}));
    assert_eq!(seen["lambda-runtime-aws-request-id"], REQUEST_ID);
    let arn = "arn:aws:lambda:eu-west-1:000000000000:function:create-order:live";
    assert_eq!(seen["lambda-runtime-invoked-function-arn"], arn);
    assert_eq!(seen["lambda-runtime-trace-id"], "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0");
    assert!(seen["lambda-runtime-deadline-ms"].as_str().unwrap().parse::<u64>().unwrap() > 1_600_000_000_000);
    assert!(seen["lambda-runtime-invocation-id"].is_string());
    assert!(log_of(&outcome).contains(&format!("folder {}", bench.code().display())), "{}", log_of(&outcome));
}

#[tokio::test]
async fn an_answer_is_taken_once_and_only_for_the_invocation_under_way() {
    let handling = r#"
checks = [
    post("invocation/another/response", "1"),
    post(own + "/response", "2", {"Lambda-Runtime-Invocation-Id": "another"}),
    call("GET", "nothing/here")[0],
    call("POST", "invocation/next")[0],
]
print(json.dumps(checks))
print(post(own + "/response", "3", {"Lambda-Runtime-Invocation-Id": invocation_id}))
print(post(own + "/response", "4"))
"#;
    let bench = Bench::new(&[("bootstrap", &client(handling))]);
    let outcome = bench.provided(json!({})).await;
    assert_eq!(answer_of(&outcome), json!(3));
    let log = log_of(&outcome);
    let checks = log.lines().find(|line| line.starts_with("[[")).unwrap();
    let checks: serde_json::Value = serde_json::from_str(checks).unwrap();
    assert_eq!(checks[0][0], 400);
    assert_eq!(checks[0][1]["errorType"], "InvalidRequestID");
    assert_eq!(checks[1][0], 400);
    assert_eq!(checks[1][1]["errorType"], "InvalidInvocationId");
    assert_eq!((checks[2].as_u64(), checks[3].as_u64()), (Some(404), Some(404)));
    // What was printed after the answer is in this log or in the next invocation's.
    let next = log + &log_of(&bench.provided(json!({})).await);
    assert!(next.contains("(202, {'status': 'OK'})\n"), "{next}");
    assert!(
        next.contains("(400, {'errorMessage': 'Invalid request ID', 'errorType': 'InvalidRequestID'})\n"),
        "{next}"
    );
}

#[tokio::test]
async fn an_answer_that_is_no_json_is_passed_on_as_it_is() {
    let bench = Bench::new(&[("bootstrap", &client(r#"post(own + "/response", b"\x00not json\xff")"#))]);
    let outcome = bench.provided(json!({})).await;
    assert_eq!((outcome.payload.as_slice(), outcome.function_error), (&b"\x00not json\xff"[..], None));
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_refused_and_the_process_stays() {
    let handling = r#"
size = json.loads(event)["size"]
status, answer = post(own + "/response", b"x" * size)
print(status, answer.get("errorType"))
"#;
    let bench = Bench::new(&[("bootstrap", &client(handling))]);
    assert_eq!(bench.provided(json!({"size": 6_291_556})).await.payload.len(), 6_291_556);
    let too_large = bench.provided(json!({"size": 6_291_557})).await;
    let (kind, message) = error_of(&too_large);
    assert_eq!(kind, "Function.ResponseSizeTooLarge");
    assert_eq!(message, "Response payload size exceeded maximum allowed payload size (6291556 bytes).");
    let next = bench.provided(json!({"size": 1})).await;
    assert_eq!(next.payload, b"x");
    let log = log_of(&too_large) + &log_of(&next);
    assert!(log.contains("413 RequestEntityTooLarge\n"), "{log}");
    assert_eq!(bench.executor.processes(), 1);
}

#[tokio::test]
async fn a_streamed_answer_is_collected_and_its_error_comes_from_the_trailers() {
    // By hand: the standard library's client sends no trailers.
    let handling = r#"
import base64, socket
fail = json.loads(event)["fail"]
host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
stream = socket.create_connection((host, int(port)))
head = "POST /2018-06-01/runtime/%s/response HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding: chunked\r\n" % (own, host)
head += "Lambda-Runtime-Function-Response-Mode: streaming\r\n"
head += "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n"
stream.sendall(head.encode() + b"5\r\nfirst\r\n6\r\nsecond\r\n0\r\n")
if fail:
    body = base64.b64encode(b'{"errorType":"Function.Broken","errorMessage":"half way"}').decode()
    stream.sendall(("Lambda-Runtime-Function-Error-Type: Function.Broken\r\n"
                    "Lambda-Runtime-Function-Error-Body: %s\r\n" % body).encode())
stream.sendall(b"\r\n")
stream.recv(1000)
"#;
    let bench = Bench::new(&[("bootstrap", &client(handling))]);
    assert_eq!(bench.provided(json!({"fail": false})).await.payload, b"firstsecond");
    let failed = bench.provided(json!({"fail": true})).await;
    assert_eq!(error_of(&failed), ("Function.Broken".into(), "half way".into()));
}

#[tokio::test]
async fn a_bootstrap_that_is_missing_or_cannot_run_is_an_invalid_entrypoint() {
    let bench = Bench::new(&[("readme.txt", "nothing here")]);
    let path = bench.code().join("bootstrap");
    let (kind, message) = error_of(&bench.provided(json!({})).await);
    assert_eq!(kind, "Runtime.InvalidEntrypoint");
    assert_eq!(
        message,
        format!("RequestId: {REQUEST_ID} Error: Couldn't find valid bootstrap(s): [{}]", path.display())
    );

    let cases = [
        ("#!/bin/sh\n", 0o644, "permission denied"),
        ("neither a program nor a script", 0o755, "exec format error"),
        ("#!/no/such/interpreter\n", 0o755, "no such file or directory"),
    ];
    for (text, mode, reason) in cases {
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let outcome = bench.provided(json!({})).await;
        let (kind, message) = error_of(&outcome);
        assert_eq!(kind, "Runtime.InvalidEntrypoint");
        assert_eq!(message, format!("RequestId: {REQUEST_ID} Error: fork/exec {}: {reason}", path.display()));
        assert!(log_of(&outcome).contains("\tStatus: error\tError Type: Runtime.InvalidEntrypoint\n"));
    }
}

#[tokio::test]
async fn a_process_that_ends_without_an_answer_is_an_exit_error() {
    let cases = [
        ("sys.exit(3)", "Runtime exited with error: exit status 3"),
        ("sys.exit(0)", "Runtime exited without providing a reason"),
        ("os.kill(os.getpid(), 9)", "Runtime exited with error: signal: killed"),
        ("os.abort()", "Runtime exited with error: signal: aborted"),
    ];
    for (handling, reason) in cases {
        let bench = Bench::new(&[("bootstrap", &client(handling))]);
        let outcome = bench.provided(json!({})).await;
        let expected = format!("RequestId: {REQUEST_ID} Error: {reason}");
        assert_eq!(error_of(&outcome), ("Runtime.ExitError".into(), expected.clone()));
        assert!(log_of(&outcome).contains(&format!("{expected}\nRuntime.ExitError\nEND ")), "{}", log_of(&outcome));
    }
}

#[tokio::test]
async fn a_process_that_ends_before_its_first_event_is_an_exit_error_too() {
    let bench = Bench::new(&[("bootstrap", "#!/bin/sh\necho nothing to say\nexit 127\n")]);
    let outcome = bench.provided(json!({})).await;
    let (kind, message) = error_of(&outcome);
    assert_eq!(kind, "Runtime.ExitError");
    assert!(message.ends_with("Runtime exited with error: exit status 127"), "{message}");
    assert!(log_of(&outcome).contains("nothing to say\n"), "{}", log_of(&outcome));
}

#[tokio::test]
async fn an_error_of_initialization_is_passed_on() {
    let start = CLIENT.split("while True").next().unwrap();
    let bootstrap =
        format!("{start}post('init/error', b'{{\"errorType\":\"Own.Kind\",\"errorMessage\":\"not today\"}}')\n");
    let bench = Bench::new(&[("bootstrap", &bootstrap)]);
    assert_eq!(error_of(&bench.provided(json!({})).await), ("Own.Kind".into(), "not today".into()));
}

#[tokio::test]
async fn other_runtimes_are_refused_by_name() {
    let bench = Bench::new(&[]);
    for runtime in ["dotnet8", "go1.x"] {
        let outcome = bench.executor.invoke(bench.invocation(runtime, "any", &json!({}))).await;
        let (kind, message) = error_of(&outcome);
        assert_eq!(kind, "Shipway.RuntimeUnavailable");
        assert!(message.contains(&format!("does not run {runtime} functions")), "{message}");
    }
}
