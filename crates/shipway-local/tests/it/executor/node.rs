//! Node handlers: module kinds, ways to answer, ways to fail.

use serde_json::json;

use super::bench::{Bench, REQUEST_ID, answer_of, error_of, json_of, log_of};

const ASYNC: &str = "async (event, context) => ({ sum: event.a + event.b, name: context.functionName })";

#[tokio::test]
async fn every_kind_of_module_is_loaded() {
    let common = format!("exports.handler = {ASYNC};\n");
    let module = format!("export const handler = {ASYNC};\n");
    let described = r#"{"type":"module"}"#;
    let packages: [&[(&str, &str)]; 4] = [
        &[("index.js", &common)],
        &[("index.cjs", &common), ("package.json", described)],
        &[("index.mjs", &module)],
        &[("index.js", &module), ("package.json", described)],
    ];
    for package in packages {
        let bench = Bench::new(package);
        let outcome = bench.node(json!({"a": 1, "b": 2})).await;
        assert_eq!(answer_of(&outcome), json!({"sum": 3, "name": "create-order"}), "{package:?}");
    }
}

#[tokio::test]
async fn dependencies_of_the_package_are_found_from_a_subfolder() {
    let bench = Bench::new(&[
        ("src/orders.js", "const { price } = require('prices');\nexports.api = { create: async () => price };\n"),
        ("node_modules/prices/index.js", "exports.price = 12;\n"),
    ]);
    let outcome = bench.executor.invoke(bench.invocation("nodejs20.x", "src/orders.api.create", &json!({}))).await;
    assert_eq!(answer_of(&outcome), json!(12));
}

#[tokio::test]
async fn a_callback_answers_once_the_event_loop_is_empty_or_at_once_if_asked() {
    let waiting = "
exports.handler = (event, context, callback) => {
  context.callbackWaitsForEmptyEventLoop = event.wait;
  setTimeout(() => console.log('late'), 50);
  callback(null, { id: context.awsRequestId });
};
";
    let bench = Bench::new(&[("index.js", waiting)]);
    let outcome = bench.node(json!({"wait": true})).await;
    assert_eq!(answer_of(&outcome), json!({"id": REQUEST_ID}));
    assert!(log_of(&outcome).contains("INFO\tlate\n"), "{}", log_of(&outcome));

    let never = "
exports.handler = (event, context, callback) => {
  context.callbackWaitsForEmptyEventLoop = false;
  setInterval(() => {}, 1000);
  callback(null, 'at once');
};
";
    let bench = Bench::new(&[("index.js", never)]);
    assert_eq!(answer_of(&bench.node(json!({})).await), json!("at once"));
}

#[tokio::test]
async fn a_handler_that_never_answers_is_answered_for_with_null() {
    let bench = Bench::new(&[("index.js", "exports.handler = () => {};\n")]);
    assert_eq!(bench.node(json!({})).await.payload, b"null");
    assert_eq!(bench.node(json!({})).await.payload, b"null");
}

#[tokio::test]
async fn node_24_takes_no_callbacks() {
    let bench = Bench::new(&[("index.js", "exports.handler = (event, context, callback) => callback(null, 1);\n")]);
    let outcome = bench.executor.invoke(bench.invocation("nodejs24.x", "index.handler", &json!({}))).await;
    let (kind, message) = error_of(&outcome);
    assert_eq!(kind, "Runtime.CallbackHandlerDeprecated");
    assert!(message.contains("callback-based function handlers starting with Node.js 24"), "{message}");
}

#[tokio::test]
async fn a_streaming_handler_is_refused_clearly() {
    let bench = Bench::new(&[("index.js", "exports.handler = awslambda.streamifyResponse(async () => {});\n")]);
    let (kind, message) = error_of(&bench.node(json!({})).await);
    assert_eq!(kind, "Shipway.StreamingUnsupported");
    assert!(message.contains("does not stream responses"), "{message}");
}

#[tokio::test]
async fn errors_are_described() {
    let code = "
exports.handler = async (event) => {
  if (event.text) throw 'plain text';
  throw new RangeError('too many');
};
";
    let bench = Bench::new(&[("index.js", code)]);
    let outcome = bench.node(json!({})).await;
    assert_eq!(error_of(&outcome), ("RangeError".into(), "too many".into()));
    let error = json_of(&outcome);
    assert_eq!(error["trace"][0], "RangeError: too many");
    assert!(error["trace"][1].as_str().unwrap().contains("index.js:4:"), "{error}");
    assert!(log_of(&outcome).contains("\tERROR\tInvoke Error \t{\"errorType\":\"RangeError\""), "{}", log_of(&outcome));
    assert_eq!(error_of(&bench.node(json!({"text": true})).await), ("string".into(), "plain text".into()));
}

#[tokio::test]
async fn what_cannot_be_loaded_is_said_in_awss_words() {
    let cases = [
        ("missing.handler", "Runtime.ImportModuleError", "Error: Cannot find module 'missing'"),
        ("needs.handler", "Runtime.ImportModuleError", "Error: Cannot find module 'left-pad'"),
        ("index.absent", "Runtime.HandlerNotFound", "index.absent is undefined or not exported"),
        ("index.text", "Runtime.HandlerNotFound", "index.text is not a function"),
        ("broken.handler", "Runtime.UserCodeSyntaxError", ""),
        ("index", "Runtime.MalformedHandlerName", "Bad handler"),
        ("../index.handler", "Runtime.MalformedHandlerName", "'../index.handler' is not a valid handler name."),
        ("raises.handler", "TypeError", "no database"),
    ];
    let bench = Bench::new(&[
        ("index.js", "exports.handler = async () => 1;\nexports.text = 'text';\n"),
        ("needs.js", "require('left-pad');\n"),
        ("broken.js", "exports.handler = async ( => 1;\n"),
        ("raises.js", "throw new TypeError('no database');\n"),
    ]);
    for (handler, expected, beginning) in cases {
        let outcome = bench.executor.invoke(bench.invocation("nodejs20.x", handler, &json!({}))).await;
        let (kind, message) = error_of(&outcome);
        assert_eq!(kind, expected, "{message}");
        assert!(message.starts_with(beginning), "{message}");
    }
}

#[tokio::test]
async fn what_nobody_catches_ends_the_process_and_is_answered() {
    let code = "
exports.handler = (event) => new Promise(() => {
  if (event.reject) Promise.reject(new Error('lost'));
  else if (event.pid) return;
  else setTimeout(() => { throw new Error('thrown'); }, 1);
});
";
    let bench = Bench::new(&[("index.js", code)]);
    assert_eq!(error_of(&bench.node(json!({})).await), ("Error".into(), "thrown".into()));
    let rejected = error_of(&bench.node(json!({"reject": true})).await);
    assert_eq!(rejected, ("Runtime.UnhandledPromiseRejection".into(), "Error: lost".into()));
    // And the next one gets a process that works.
    assert_eq!(bench.node(json!({"pid": true})).await.payload, b"null");
}
