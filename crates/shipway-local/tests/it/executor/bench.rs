//! A scratch folder with one function's code, and an executor over it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;
use shipway_local::executor::{Executor, ExecutorSettings, Invocation, Outcome};

pub(super) const REQUEST_ID: &str = "8f507cfc-4600-4f5e-9b29-ab6a5a1c5b4e";

/// Far more than anything here takes; a test that reaches it has failed.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) struct Bench {
    pub(super) folder: tempfile::TempDir,
    pub(super) executor: Executor,
}

impl Bench {
    /// Files of the package: name and text. One called `bootstrap` is executable.
    pub(super) fn new(files: &[(&str, &str)]) -> Bench {
        Bench::with(files, |_| {})
    }

    pub(super) fn with(files: &[(&str, &str)], change: impl FnOnce(&mut ExecutorSettings)) -> Bench {
        let folder = tempfile::tempdir().unwrap();
        write_package(&folder.path().join("code"), files);
        let mut settings = settings(folder.path());
        change(&mut settings);
        Bench { executor: Executor::new(settings), folder }
    }

    pub(super) fn code(&self) -> PathBuf {
        self.folder.path().join("code")
    }

    pub(super) fn invocation(&self, runtime: &str, handler: &str, payload: &Value) -> Invocation {
        invocation(&self.code(), runtime, handler, payload)
    }

    /// Invokes `app.handler` on this machine's Python.
    pub(super) async fn python(&self, payload: Value) -> Outcome {
        self.executor.invoke(self.invocation(installed_python(), "app.handler", &payload)).await
    }

    /// Invokes `index.handler` on this machine's Node.
    pub(super) async fn node(&self, payload: Value) -> Outcome {
        self.executor.invoke(self.invocation("nodejs20.x", "index.handler", &payload)).await
    }

    /// Waits until every process has ended by itself.
    pub(super) async fn until_no_process_is_left(&self) {
        let none_left = async {
            while self.executor.processes() > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, none_left).await.expect("the processes end");
    }

    pub(super) async fn provided(&self, payload: Value) -> Outcome {
        self.executor.invoke(self.invocation("provided.al2023", "any", &payload)).await
    }
}

pub(super) fn write_package(code: &Path, files: &[(&str, &str)]) {
    std::fs::create_dir_all(code).unwrap();
    for (name, text) in files {
        let path = code.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        let mode = if *name == "bootstrap" { 0o755 } else { 0o644 };
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
}

pub(super) fn settings(folder: &Path) -> ExecutorSettings {
    let supervisor = vec![env!("CARGO_BIN_EXE_shipway-local-supervisor").into()];
    let mut settings = ExecutorSettings::new(supervisor, folder.join("scratch"), search_path());
    settings.java_client = java_client();
    settings
}

/// One for all tests: fetched by the first that needs it.
pub(super) fn java_client() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("java-client")
}

pub(super) fn invocation(code: &Path, runtime: &str, handler: &str, payload: &Value) -> Invocation {
    Invocation {
        layers: Vec::new(),
        function_name: "create-order".into(),
        version: "7".into(),
        invoked_arn: "arn:aws:lambda:eu-west-1:000000000000:function:create-order:live".into(),
        code_folder: code.to_owned(),
        code_sha256: "sha".into(),
        revision: "1".into(),
        runtime: runtime.into(),
        handler: handler.into(),
        memory_megabytes: 128,
        timeout: PATIENCE,
        environment: BTreeMap::new(),
        account: "000000000000".into(),
        region: "eu-west-1".into(),
        payload: payload.to_string().into_bytes(),
        client_context: None,
        request_id: REQUEST_ID.into(),
        trace_id: "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0".into(),
    }
}

#[expect(clippy::disallowed_methods, reason = "interpreters are found where the tests themselves find them")]
pub(super) fn search_path() -> OsString {
    std::env::var_os("PATH").unwrap_or_default()
}

pub(super) struct Python {
    pub(super) minor: u32,
    pub(super) runtime: String,
    pub(super) program: PathBuf,
}

/// What this machine's `python3` is.
pub(super) fn python() -> &'static Python {
    static PYTHON: OnceLock<Python> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let output = std::process::Command::new("python3")
            .args(["-c", "import sys; print(sys.version_info[1]); print(sys.executable)"])
            .output()
            .expect("the tests of the executor need python3");
        let text = String::from_utf8(output.stdout).unwrap();
        let (minor, program) = text.trim().split_once('\n').unwrap();
        let minor = minor.parse().unwrap();
        Python { minor, runtime: format!("python3.{minor}"), program: program.into() }
    })
}

pub(super) fn installed_python() -> &'static str {
    &python().runtime
}

pub(super) fn json_of(outcome: &Outcome) -> Value {
    serde_json::from_slice(&outcome.payload).unwrap_or_else(|_| panic!("{}", log_of(outcome)))
}

/// The answer of an invocation that must have gone well.
pub(super) fn answer_of(outcome: &Outcome) -> Value {
    assert_eq!(outcome.function_error, None, "{} {}", json_of(outcome), log_of(outcome));
    json_of(outcome)
}

/// The error of an invocation that must have failed: type and message.
pub(super) fn error_of(outcome: &Outcome) -> (String, String) {
    assert_eq!(outcome.function_error.as_deref(), Some("Unhandled"), "{} {}", json_of(outcome), log_of(outcome));
    let error = json_of(outcome);
    let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
    (text("errorType"), text("errorMessage"))
}

pub(super) fn log_of(outcome: &Outcome) -> String {
    String::from_utf8_lossy(&outcome.log).into_owned()
}

/// Waits until something is so.
pub(super) fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "it never came about that {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Waits for a file with at least one whole line, and returns the text.
pub(super) fn eventually_written(path: &Path) -> String {
    eventually(&format!("{} was written", path.display()), || {
        std::fs::read_to_string(path).is_ok_and(|text| text.ends_with('\n'))
    });
    std::fs::read_to_string(path).unwrap()
}
