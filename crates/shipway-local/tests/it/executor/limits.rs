//! Time, output, and what a function gets to see.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use super::bench::{Bench, REQUEST_ID, answer_of, error_of, installed_python, log_of};

#[tokio::test]
async fn a_function_that_takes_too_long_is_ended() {
    let code = "
import os, time
def handler(event, context):
    print('started')
    while event.get('endless'):
        time.sleep(1)
    return os.getpid()
";
    let bench = Bench::new(&[("app.py", code)]);
    let process = answer_of(&bench.python(json!({})).await);
    let mut invocation = bench.invocation(installed_python(), "app.handler", &json!({"endless": true}));
    invocation.timeout = Duration::from_millis(1250);
    let outcome = bench.executor.invoke(invocation).await;
    let expected = format!("RequestId: {REQUEST_ID} Error: Task timed out after 1.25 seconds");
    assert_eq!(error_of(&outcome), ("Sandbox.Timedout".into(), expected));
    let log = log_of(&outcome);
    assert!(log.contains("started\n"), "{log}");
    assert!(log.contains(&format!("Z {REQUEST_ID} Task timed out after 1.25 seconds\n\nEND RequestId")), "{log}");
    assert!(log.contains("Duration: 1250.00 ms\tBilled Duration: 1250 ms"), "{log}");
    assert!(log.ends_with("\tStatus: timeout\n"), "{log}");
    // It is gone by the time the caller hears of it.
    assert_eq!(bench.executor.processes(), 0);
    assert!(!PathBuf::from(format!("/proc/{process}")).exists());
}

#[tokio::test]
async fn a_function_that_does_not_get_to_its_first_event_is_ended_too() {
    let bench = Bench::with(&[("app.py", "import time\nwhile True:\n    time.sleep(1)\n")], |settings| {
        settings.initialization_time = Duration::from_millis(200);
    });
    let mut invocation = bench.invocation(installed_python(), "app.handler", &json!({}));
    invocation.timeout = Duration::from_millis(100);
    let (kind, _) = error_of(&bench.executor.invoke(invocation).await);
    assert_eq!(kind, "Sandbox.Timedout");
    assert_eq!(bench.executor.processes(), 0);
}

#[tokio::test]
async fn a_flood_of_output_is_read_but_not_kept() {
    let code = "
import sys
def handler(event, context):
    print('the beginning')
    for _ in range(1000):
        sys.stdout.write('x' * 50_000)
    print('the end')
    return 1
";
    let bench = Bench::with(&[("app.py", code)], |settings| settings.maximum_log_bytes = 10_000);
    let outcome = bench.python(json!({})).await;
    assert_eq!(answer_of(&outcome), json!(1));
    let log = log_of(&outcome);
    assert!(log.len() < 11_000, "{} bytes", log.len());
    assert!(log.contains("\nthe beginning\nxxx"), "{log}");
    assert!(log.contains(" bytes of output left out]\n"), "{log}");
    assert!(log.contains("xxxthe end\nEND RequestId"), "{log}");
}

const ROLE: &str = "SHIPWAY_TEST_SEES_ENVIRONMENT";

#[expect(clippy::disallowed_methods, reason = "a test's child has no other way to learn its role")]
fn is_child() -> bool {
    std::env::var_os(ROLE).is_some()
}

/// The test runs itself again with secrets in its environment, and looks there at what a function sees.
#[tokio::test]
async fn a_function_sees_nothing_of_its_servers_environment() {
    if !is_child() {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "executor::limits::a_function_sees_nothing_of_its_servers_environment"])
            .env(ROLE, "yes")
            .env("DATABASE_PASSWORD", "a-secret")
            .env("AWS_SECRET_ACCESS_KEY", "a-secret")
            .env("AWS_PROFILE", "a-secret")
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("1 passed"), "{text}");
        return;
    }
    let code = "
import os
def handler(event, context):
    with open(f'/proc/{os.getppid()}/environ') as file:
        supervisor = file.read()
    return {'own': dict(os.environ), 'supervisor': supervisor, 'folder': os.getcwd(),
            'private': os.path.isdir(os.environ['TMPDIR']), 'input': os.readlink('/proc/self/fd/0')}
";
    let bench = Bench::new(&[("app.py", code)]);
    let mut invocation = bench.invocation(installed_python(), "app.handler", &json!({}));
    invocation.environment = [("TABLE", "orders"), ("TZ", "Europe/London"), ("LAMBDA_TASK_ROOT", "/elsewhere")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    let seen = answer_of(&bench.executor.invoke(invocation).await);
    assert!(!seen.to_string().contains("a-secret"), "{seen}");
    assert_eq!(seen["supervisor"], "");
    assert_eq!(seen["folder"], bench.code().to_str().unwrap());
    assert_eq!(seen["input"], "/dev/null");
    let own = &seen["own"];
    let expected = json!({
        "_HANDLER": "app.handler",
        "LAMBDA_TASK_ROOT": bench.code(),
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EXECUTION_ENV": format!("AWS_Lambda_{}", installed_python()),
        "AWS_LAMBDA_FUNCTION_NAME": "create-order",
        "AWS_LAMBDA_FUNCTION_VERSION": "7",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/create-order",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_SECRET_ACCESS_KEY": "local",
        "LANG": "en_US.UTF-8",
        "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0",
        // The function's own, which may replace Lambda's but for what it needs to be reached at all.
        "TABLE": "orders",
        "TZ": "Europe/London",
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&own[name], value, "{name}");
    }
    assert_eq!(own["AWS_PROFILE"], Value::Null);
    assert_eq!(own["HOME"], own["TMPDIR"]);
    assert_eq!(seen["private"], true);
    bench.executor.shutdown().await;
    assert!(!PathBuf::from(own["TMPDIR"].as_str().unwrap()).exists());
}
