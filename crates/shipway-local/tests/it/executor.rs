//! Functions as processes, from the outside: what is invoked, what is answered, what is left running.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::{Value, json};
use shipway_local::executor::{Executor, ExecutorSettings, Invocation, Outcome};

/// A scratch folder with one function's code, and an executor over it.
struct Bench {
    folder: tempfile::TempDir,
    executor: Executor,
}

impl Bench {
    fn new(files: &[(&str, &str)]) -> Bench {
        Bench::with(files, |_| {})
    }

    fn with(files: &[(&str, &str)], change: impl FnOnce(&mut ExecutorSettings)) -> Bench {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join("code").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            let mode = if *name == "bootstrap" { 0o755 } else { 0o644 };
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        }
        let supervisor = vec![env!("CARGO_BIN_EXE_shipway-local-supervisor").into()];
        let mut settings = ExecutorSettings::new(supervisor, folder.path().join("scratch"));
        change(&mut settings);
        Bench {
            executor: Executor::new(settings),
            folder,
        }
    }

    fn code(&self) -> PathBuf {
        self.folder.path().join("code")
    }

    fn invocation(&self, runtime: &str, handler: &str, payload: &Value) -> Invocation {
        Invocation {
            function_name: "create-order".into(),
            version: "7".into(),
            invoked_arn: "arn:aws:lambda:eu-west-1:000000000000:function:create-order:live".into(),
            code_folder: self.code(),
            code_sha256: "sha".into(),
            revision: "1".into(),
            runtime: runtime.into(),
            handler: handler.into(),
            memory_megabytes: 128,
            timeout: Duration::from_secs(30),
            environment: BTreeMap::new(),
            account: "000000000000".into(),
            region: "eu-west-1".into(),
            payload: payload.to_string().into_bytes(),
            client_context: None,
            request_id: "8f507cfc-4600-4f5e-9b29-ab6a5a1c5b4e".into(),
            trace_id: "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0".into(),
        }
    }

    async fn python(&self, payload: Value) -> Outcome {
        self.executor
            .invoke(self.invocation(&installed_python(), "app.handler", &payload))
            .await
    }

    async fn node(&self, payload: Value) -> Outcome {
        self.executor
            .invoke(self.invocation("nodejs20.x", "index.handler", &payload))
            .await
    }
}

/// The runtime that this machine's `python3` is.
fn installed_python() -> String {
    static RUNTIME: OnceLock<String> = OnceLock::new();
    let ask = || {
        let output = std::process::Command::new("python3")
            .args([
                "-c",
                "import sys; print('python%d.%d' % sys.version_info[:2])",
            ])
            .output()
            .expect("the tests of the executor need python3");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    RUNTIME.get_or_init(ask).clone()
}

fn json_of(outcome: &Outcome) -> Value {
    serde_json::from_slice(&outcome.payload).unwrap_or_else(|_| panic!("{outcome:?}"))
}

fn log_of(outcome: &Outcome) -> String {
    String::from_utf8_lossy(&outcome.log).into_owned()
}

#[tokio::test]
async fn a_python_handler_answers() {
    let bench = Bench::new(&[(
        "app.py",
        "def handler(event, context):\n    print('hello')\n    return {'sum': event['a'] + event['b']}\n",
    )]);
    let outcome = bench.python(json!({"a": 1, "b": 2})).await;
    assert_eq!(
        (json_of(&outcome), &outcome.function_error),
        (json!({"sum": 3}), &None),
        "{outcome:?}"
    );
    let log = log_of(&outcome);
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(
        lines[0],
        "START RequestId: 8f507cfc-4600-4f5e-9b29-ab6a5a1c5b4e Version: 7"
    );
    assert_eq!(lines[1], "hello");
    assert_eq!(
        lines[2],
        "END RequestId: 8f507cfc-4600-4f5e-9b29-ab6a5a1c5b4e"
    );
    assert!(
        lines[3].starts_with("REPORT RequestId: 8f507cfc-4600-4f5e-9b29-ab6a5a1c5b4e\tDuration: "),
        "{log}"
    );
    assert!(
        lines[3].contains("Memory Size: 128 MB\tMax Memory Used: "),
        "{log}"
    );
    assert!(lines[3].contains("\tInit Duration: "), "{log}");
    bench.executor.shutdown().await;
    assert_eq!(bench.executor.processes(), 0);
}

#[tokio::test]
async fn a_node_handler_answers() {
    let bench = Bench::new(&[(
        "index.js",
        "exports.handler = async (event) => { console.log('hello'); return { sum: event.a + event.b }; };\n",
    )]);
    let outcome = bench.node(json!({"a": 1, "b": 2})).await;
    assert_eq!(
        (json_of(&outcome), &outcome.function_error),
        (json!({"sum": 3}), &None),
        "{outcome:?}"
    );
    assert!(
        log_of(&outcome).contains("\t8f507cfc-4600-4f5e-9b29-ab6a5a1c5b4e\tINFO\thello\n"),
        "{}",
        log_of(&outcome)
    );
}

#[tokio::test]
async fn a_process_is_used_again_and_a_retired_one_is_not() {
    let bench = Bench::new(&[(
        "app.py",
        "import os\ndef handler(event, context):\n    return os.getpid()\n",
    )]);
    let first = json_of(&bench.python(json!({})).await);
    for _ in 0..20 {
        assert_eq!(json_of(&bench.python(json!({})).await), first);
    }
    assert_eq!(bench.executor.processes(), 1);
    bench.executor.retire("create-order").await;
    assert_eq!(bench.executor.processes(), 0);
    assert_ne!(json_of(&bench.python(json!({})).await), first);
}
