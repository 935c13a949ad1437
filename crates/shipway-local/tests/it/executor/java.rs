//! Java handlers, run by Lambda's own client: how they are found, what they are given, how they fail; and the client itself.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use super::bench::{Bench, REQUEST_ID, answer_of, error_of, java_client, json_of, log_of, search_path};

const POJO: (&str, &str) = (
    "shop/Adder.java",
    "package shop;
import java.util.Map;
public class Adder {
  public Map<String, Integer> add(Map<String, Integer> event) {
    System.out.println(\"adding\");
    return Map.of(\"sum\", event.get(\"a\") + event.get(\"b\"));
  }
}
",
);

const ORDERS: (&str, &str) = (
    "shop/Orders.java",
    "package shop;
import com.amazonaws.services.lambda.runtime.*;
import java.util.*;
public class Orders implements RequestHandler<Map<String, Object>, Map<String, Object>> {
  public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
    if (event.containsKey(\"fail\")) throw new IllegalStateException(\"no such order\");
    context.getLogger().log(\"in stock: \\u00e9\\n\");
    Map<String, Object> seen = new TreeMap<>();
    seen.put(\"request\", context.getAwsRequestId());
    seen.put(\"function\", context.getFunctionName() + \":\" + context.getFunctionVersion());
    seen.put(\"arn\", context.getInvokedFunctionArn());
    seen.put(\"memory\", context.getMemoryLimitInMB());
    seen.put(\"custom\", context.getClientContext().getCustom());
    seen.put(\"in time\", context.getRemainingTimeInMillis() > 0);
    seen.put(\"process\", ProcessHandle.current().pid());
    seen.put(\"heap\", Runtime.getRuntime().maxMemory() <= 128L << 20);
    seen.put(\"temporary\", System.getProperty(\"java.io.tmpdir\").equals(System.getenv(\"TMPDIR\")));
    return seen;
  }
}
",
);

/// Compiles sources into a folder; what they import of Lambda's is on the class path.
fn compile(sources: &[(&str, &str)], target: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let mut compiler = Command::new("javac");
    compiler.arg("-cp").arg(java_client().join("2.10.1/aws-lambda-java-core-1.4.0.jar")).arg("-d").arg(target);
    for (name, text) in sources {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        compiler.arg(path);
    }
    let output = compiler.output().expect("the tests of Java functions need javac, of a JDK 17 or newer");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn pack(jar: &Path, classes: &Path) {
    std::fs::create_dir_all(jar.parent().unwrap()).unwrap();
    let done = Command::new("jar").arg("cf").arg(jar).arg("-C").arg(classes).arg(".").status();
    assert!(done.expect("the tests of Java functions need a JDK's jar").success());
}

/// A bench with compiled classes at the package's root. The client is there when this returns.
async fn bench(sources: &[(&str, &str)]) -> Bench {
    let bench = Bench::new(&[]);
    compile(&[POJO], &bench.code());
    answer_of(&invoke(&bench, "shop.Adder::add", json!({"a": 1, "b": 2})).await);
    bench.executor.retire("create-order").await;
    if !sources.is_empty() {
        compile(sources, &bench.code());
    }
    bench
}

async fn invoke(bench: &Bench, handler: &str, payload: serde_json::Value) -> shipway_local::executor::Outcome {
    let mut invocation = bench.invocation("java17", handler, &payload);
    invocation.client_context = Some(r#"{"custom":{"k":"v"}}"#.into());
    bench.executor.invoke(invocation).await
}

#[tokio::test]
async fn a_handler_of_any_class_answers_and_its_log_is_framed() {
    let bench = Bench::new(&[]);
    compile(&[POJO], &bench.code());
    let outcome = invoke(&bench, "shop.Adder::add", json!({"a": 1, "b": 2})).await;
    assert_eq!(answer_of(&outcome), json!({"sum": 3}));
    let log = log_of(&outcome);
    let places = ["START RequestId", "adding\n", "END RequestId", "\tInit Duration: "].map(|text| log.find(text));
    assert!(places.is_sorted() && places[0].is_some(), "{log}");
    let warm = invoke(&bench, "shop.Adder::add", json!({"a": 5, "b": 2})).await;
    assert_eq!(answer_of(&warm), json!({"sum": 7}));
    assert!(!log_of(&warm).contains("Init Duration"), "{}", log_of(&warm));
    bench.executor.shutdown().await;
    assert_eq!(std::fs::read_dir(bench.folder.path().join("scratch/environments")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_request_handler_gets_a_whole_context_and_its_exceptions_are_described() {
    let bench = bench(&[ORDERS]).await;
    let outcome = invoke(&bench, "shop.Orders", json!({})).await;
    let mut seen = answer_of(&outcome);
    let process = seen["process"].take();
    assert_eq!(
        seen,
        json!({
            "request": REQUEST_ID,
            "function": "create-order:7",
            "arn": "arn:aws:lambda:eu-west-1:000000000000:function:create-order:live",
            "memory": 128,
            "custom": {"k": "v"},
            "in time": true,
            "process": null,
            "heap": true,
            "temporary": true,
        })
    );
    assert!(log_of(&outcome).contains("\nin stock: é\n"), "{}", log_of(&outcome));

    let failed = invoke(&bench, "shop.Orders", json!({"fail": true})).await;
    assert_eq!(error_of(&failed), ("java.lang.IllegalStateException".into(), "no such order".into()));
    let trace = &json_of(&failed)["stackTrace"];
    assert_eq!(trace[0], "shop.Orders.handleRequest(Orders.java:6)", "{trace}");
    assert!(log_of(&failed).contains("java.lang.IllegalStateException: no such order"), "{}", log_of(&failed));
    let mut again = answer_of(&invoke(&bench, "shop.Orders", json!({})).await);
    assert_eq!(again["process"].take(), process, "the process stays");
}

#[tokio::test]
async fn classes_come_from_the_root_and_then_from_lib_in_alphabetical_order() {
    const LEVEL: &str = "package shop; public class Level { public String get(String ignored) { return \"NAME\"; } }";
    let bench = bench(&[]).await;
    let code = bench.code();
    for (place, name) in [("b", "second"), ("a", "first")] {
        let classes = bench.folder.path().join(place);
        compile(&[("shop/Level.java", &LEVEL.replace("NAME", name))], &classes);
        let jar = code.join(format!("lib/{place}.jar"));
        pack(&jar, &classes);
    }
    assert_eq!(answer_of(&invoke(&bench, "shop.Level::get", json!("")).await), json!("first"));
    bench.executor.retire("create-order").await;
    compile(&[("shop/Level.java", &LEVEL.replace("NAME", "root"))], &code);
    assert_eq!(answer_of(&invoke(&bench, "shop.Level::get", json!("")).await), json!("root"));
}

#[tokio::test]
async fn a_functions_classes_find_what_its_layers_hold_and_of_two_jars_with_one_name_the_laters() {
    const LEVEL: &str = "package shop; public class Level { public static String get() { return \"NAME\"; } }";
    const ASKS: &str =
        "package shop; public class Asks { public String level(String ignored) { return Level.get(); } }";
    let bench = bench(&[("shop/Asks.java", ASKS), ("shop/Level.java", LEVEL)]).await;
    std::fs::remove_file(bench.code().join("shop/Level.class")).unwrap();
    let layers = ["one", "two"].map(|name| {
        let classes = bench.folder.path().join(format!("{name}-classes"));
        compile(&[("shop/Level.java", &LEVEL.replace("NAME", name))], &classes);
        let layer = bench.folder.path().join(name);
        pack(&layer.join("java/lib/level.jar"), &classes);
        layer
    });
    let mut invocation = bench.invocation("java17", "shop.Asks::level", &json!(""));
    invocation.layers = layers.to_vec();
    assert_eq!(answer_of(&bench.executor.invoke(invocation).await), json!("two"));
}

#[tokio::test]
async fn what_cannot_be_loaded_is_said_in_the_clients_words() {
    let bench = bench(&[]).await;
    let cases = [
        ("shop.Missing::add", "java.lang.ClassNotFoundException", "Class not found: shop.Missing"),
        // The client gives no type for this one.
        ("shop.Adder::absent", "", "No public method named absent with appropriate"),
    ];
    for (handler, kind, message) in cases {
        let (found, said) = error_of(&invoke(&bench, handler, json!({})).await);
        assert!(said.starts_with(message), "{found}: {said}");
        assert_eq!(found, kind);
        bench.executor.retire("create-order").await;
    }
}

#[tokio::test]
async fn an_older_java_runs_what_it_can_and_says_so() {
    let bench = bench(&[]).await;
    let run = async || {
        let invocation = bench.invocation("java99", "shop.Adder::add", &json!({"a": 1, "b": 1}));
        bench.executor.invoke(invocation).await
    };
    let outcome = run().await;
    assert_eq!(answer_of(&outcome), json!({"sum": 2}));
    let log = log_of(&outcome);
    assert!(log.starts_with("[shipway] create-order runs on Java "), "{log}");
    assert!(log.contains(", the function asks for java99\n"), "{log}");
    bench.executor.retire("create-order").await;

    // The version is in the seventh and eighth byte: 143 is Java 99's.
    let class = bench.code().join("shop/Adder.class");
    let mut bytes = std::fs::read(&class).unwrap();
    bytes[6..8].copy_from_slice(&143_u16.to_be_bytes());
    std::fs::write(&class, bytes).unwrap();
    let (kind, message) = error_of(&run().await);
    assert_eq!(kind, "Shipway.RuntimeUnavailable");
    assert!(message.contains("the class shop.Adder was compiled for Java 99, and the newest Java on"), "{message}");
}

/// A search path with the machine's `java` and a `mvn` of the test's.
fn path_with_maven(folder: &Path, script: Option<&str>) {
    let java = std::env::split_paths(&search_path()).map(|folder| folder.join("java")).find(|java| java.is_file());
    symlink(java.expect("the tests of Java functions need java"), folder.join("java")).unwrap();
    if let Some(script) = script {
        let maven = folder.join("mvn");
        std::fs::write(&maven, script).unwrap();
        std::fs::set_permissions(maven, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[tokio::test]
async fn a_client_that_cannot_be_had_is_explained_and_nothing_is_left() {
    let cases = [
        (None, "`mvn` is not on the PATH: install Maven"),
        (
            Some("#!/bin/sh\necho '[ERROR] no route to host'\nexit 1\n"),
            "it ended with status 1\n[ERROR] no route to host",
        ),
        (
            Some("#!/bin/sh\nfor last; do :; done\nfor jar in NAMES; do echo x > \"${last#*=}/$jar\"; done\n"),
            "delivered aws-lambda-java-runtime-interface-client-2.10.1.jar with SHA-256 73cb3858",
        ),
    ];
    const NAMES: &str = "aws-lambda-java-runtime-interface-client-2.10.1.jar aws-lambda-java-core-1.4.0.jar";
    for (script, said) in cases {
        let path = tempfile::tempdir().unwrap();
        path_with_maven(path.path(), script.map(|script| script.replace("NAMES", NAMES)).as_deref());
        let kept: PathBuf = path.path().join("client");
        let bench = Bench::with(&[], |settings| {
            settings.search_path = std::env::join_paths([path.path(), Path::new("/usr/bin/none")]).unwrap();
            settings.java_client = kept.clone();
        });
        let (kind, message) = error_of(&invoke(&bench, "shop.Adder::add", json!({})).await);
        assert_eq!(kind, "Shipway.RuntimeUnavailable");
        assert!(message.contains(said), "{message}");
        let left: Vec<_> = std::fs::read_dir(&kept).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["lock"]);
    }
}
