//! Python handlers: how they are found, what they are given, how they fail.

use std::time::Duration;

use serde_json::json;

use super::bench::{Bench, REQUEST_ID, answer_of, error_of, installed_python, json_of, log_of};

#[tokio::test]
async fn a_handler_answers_and_its_log_is_framed() {
    let code = "def handler(event, context):\n    print('hello')\n    return {'sum': event['a'] + event['b']}\n";
    let bench = Bench::new(&[("app.py", code)]);
    let outcome = bench.python(json!({"a": 1, "b": 2})).await;
    assert_eq!(answer_of(&outcome), json!({"sum": 3}));
    let log = log_of(&outcome);
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines[0], format!("START RequestId: {REQUEST_ID} Version: 7"));
    assert_eq!(lines[1], "hello");
    assert_eq!(lines[2], format!("END RequestId: {REQUEST_ID}"));
    assert!(lines[3].starts_with(&format!("REPORT RequestId: {REQUEST_ID}\tDuration: ")), "{log}");
    assert!(lines[3].contains("Memory Size: 128 MB\tMax Memory Used: "), "{log}");
    assert!(lines[3].contains("\tInit Duration: "), "{log}");

    let warm = log_of(&bench.python(json!({"a": 1, "b": 2})).await);
    assert!(!warm.contains("Init Duration"), "{warm}");
}

#[tokio::test]
async fn handlers_in_packages_are_found_by_path_and_by_dots() {
    let bench = Bench::new(&[
        ("shop/__init__.py", ""),
        ("shop/orders.py", "from shop import prices\ndef create(event, context):\n    return prices.PRICE\n"),
        ("shop/prices.py", "PRICE = 12\n"),
    ]);
    for handler in ["shop/orders.create", "shop.orders.create"] {
        let outcome = bench.executor.invoke(bench.invocation(installed_python(), handler, &json!({}))).await;
        assert_eq!(answer_of(&outcome), json!(12));
        bench.executor.retire("create-order").await;
    }
    assert!(!bench.code().join("shop/__pycache__").exists(), "the unpacked package is not written to");
}

#[tokio::test]
async fn the_context_is_complete() {
    let code = "
def handler(event, context):
    names = ['function_name', 'function_version', 'invoked_function_arn', 'memory_limit_in_mb', 'aws_request_id',
             'log_group_name', 'log_stream_name']
    seen = {name: getattr(context, name) for name in names}
    seen['remaining'] = context.get_remaining_time_in_millis()
    seen['custom'] = context.client_context.custom
    seen['app'] = context.client_context.client.app_title
    seen['identity'] = context.identity.cognito_identity_id
    return seen
";
    let bench = Bench::new(&[("app.py", code)]);
    let client_context = r#"{"custom":{"k":"v"},"client":{"app_title":"shop"}}"#;
    // As it is, and as it travels: Base64.
    for text in [client_context, "eyJjdXN0b20iOnsiayI6InYifSwiY2xpZW50Ijp7ImFwcF90aXRsZSI6InNob3AifX0="] {
        let mut invocation = bench.invocation(installed_python(), "app.handler", &json!({}));
        invocation.client_context = Some(text.into());
        invocation.timeout = Duration::from_secs(20);
        let mut seen = answer_of(&bench.executor.invoke(invocation).await);
        let remaining = seen["remaining"].take().as_u64().unwrap();
        assert!((1..=20_000).contains(&remaining), "{remaining}");
        let stream = seen["log_stream_name"].take();
        assert!(stream.as_str().unwrap().contains("/[7]"), "{stream}");
        assert_eq!(
            seen,
            json!({
                "function_name": "create-order",
                "function_version": "7",
                "invoked_function_arn": "arn:aws:lambda:eu-west-1:000000000000:function:create-order:live",
                "memory_limit_in_mb": "128",
                "aws_request_id": REQUEST_ID,
                "log_group_name": "/aws/lambda/create-order",
                "log_stream_name": null,
                "remaining": null,
                "custom": {"k": "v"},
                "app": "shop",
                "identity": null,
            })
        );
    }
}

#[tokio::test]
async fn a_handlers_exception_is_described_and_the_process_stays() {
    let code = "
import os
def handler(event, context):
    if event.get('fail'):
        raise ValueError('no such order')
    return os.getpid()
";
    let bench = Bench::new(&[("app.py", code)]);
    let process = answer_of(&bench.python(json!({})).await);
    let outcome = bench.python(json!({"fail": true})).await;
    assert_eq!(error_of(&outcome), ("ValueError".into(), "no such order".into()));
    let error = json_of(&outcome);
    assert_eq!(error["requestId"], REQUEST_ID);
    assert_eq!(error["stackTrace"].as_array().unwrap().len(), 1, "{error}");
    let frame = error["stackTrace"][0].as_str().unwrap();
    assert!(frame.contains("app.py\", line 5, in handler\n    raise ValueError('no such order')"), "{frame}");
    assert!(log_of(&outcome).contains("[ERROR] ValueError: no such order\nTraceback"), "{}", log_of(&outcome));
    assert_eq!(answer_of(&bench.python(json!({})).await), process);
}

#[tokio::test]
async fn what_cannot_be_loaded_is_said_in_awss_words() {
    let cases = [
        (
            "missing.handler",
            "Runtime.ImportModuleError",
            "Unable to import module 'missing': No module named 'missing'",
        ),
        ("needs.handler", "Runtime.ImportModuleError", "Unable to import module 'needs': No module named 'requests'"),
        ("app.absent", "Runtime.HandlerNotFound", "Handler 'absent' missing on module 'app'"),
        (
            "broken.handler",
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module 'broken': '(' was never closed (broken.py, line 1)",
        ),
        (
            "handler",
            "Runtime.MalformedHandlerName",
            "Bad handler 'handler': not enough values to unpack (expected 2, got 1)",
        ),
        ("raises.handler", "RuntimeError", "no database"),
    ];
    let bench = Bench::new(&[
        ("app.py", "def handler(event, context):\n    return 1\n"),
        // May be installed on this machine; it is not in the package.
        ("needs.py", "import requests\n"),
        ("broken.py", "def handler(\n"),
        ("raises.py", "raise RuntimeError('no database')\n"),
    ]);
    for (handler, kind, message) in cases {
        let outcome = bench.executor.invoke(bench.invocation(installed_python(), handler, &json!({}))).await;
        assert_eq!(error_of(&outcome), (kind.into(), message.into()));
        assert!(log_of(&outcome).contains(&format!("[ERROR] {kind}: {message}\n")), "{}", log_of(&outcome));
    }
    assert_eq!(bench.executor.processes(), 0);
}

#[tokio::test]
async fn answers_are_serialised_as_aws_does() {
    let code = "
import decimal
def handler(event, context):
    return {'nothing': None, 'price': decimal.Decimal('9.5'), 'set': {1}}[event['key']]
";
    let bench = Bench::new(&[("app.py", code)]);
    assert_eq!(bench.python(json!({"key": "nothing"})).await.payload, b"null");
    assert_eq!(bench.python(json!({"key": "price"})).await.payload, b"9.5");
    let (kind, message) = error_of(&bench.python(json!({"key": "set"})).await);
    assert_eq!(kind, "Runtime.MarshalError");
    assert_eq!(message, "Unable to marshal response: Object of type set is not JSON serializable");
}

#[tokio::test]
async fn logging_is_set_up_like_lambdas() {
    let code = "
import logging
logger = logging.getLogger(__name__)
def handler(event, context):
    logger.warning('low on %s', 'stock')
    logger.info('not shown by default')
";
    let bench = Bench::new(&[("app.py", code)]);
    let log = log_of(&bench.python(json!({})).await);
    let line = log.lines().find(|line| line.starts_with("[WARNING]\t")).unwrap_or_else(|| panic!("{log}"));
    assert!(line.ends_with(&format!("Z\t{REQUEST_ID}\tlow on stock")), "{line}");
    assert!(!log.contains("not shown"), "{log}");
}

#[tokio::test]
async fn output_before_the_first_event_comes_before_its_start_line() {
    let bench = Bench::new(&[("app.py", "print('loading')\ndef handler(event, context):\n    print('handling')\n")]);
    let log = log_of(&bench.python(json!({})).await);
    let places = ["loading\n", "START RequestId", "handling\n", "END RequestId"].map(|text| log.find(text).unwrap());
    assert!(places.is_sorted(), "{log}");
}

#[tokio::test]
async fn a_package_that_is_gone_is_said() {
    let bench = Bench::new(&[("app.py", "")]);
    std::fs::remove_dir_all(bench.code()).unwrap();
    let (kind, message) = error_of(&bench.python(json!({})).await);
    assert_eq!(kind, "Shipway.EnvironmentFailed");
    let expected = format!("could not start the interpreter in {}: No such file or directory", bench.code().display());
    assert!(message.contains(&expected), "{message}");
}
