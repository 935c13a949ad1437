//! A project's embedded Lambda, served in the test's own process, which writes down every request.

use std::path::Path;
use std::sync::{Arc, Mutex};

use shipway_lambda_model::ApiError;
use shipway_local::executor::ExecutorSettings;
use shipway_local::{
    Announce, Decided, Decision, LocalLambda, LocalSettings, ObjectFolder, ObservedCall, Observer, find_serving, serve,
};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// The requests so far, and what is answered "access denied".
#[derive(Debug, Default)]
struct Record {
    calls: Mutex<Vec<ObservedCall>>,
    denied: Mutex<Option<&'static str>>,
}

impl Observer for Record {
    fn before<'a>(&'a self, call: &'a ObservedCall) -> Decided<'a> {
        self.calls.lock().expect("no thread failed").push(call.clone());
        let denied = *self.denied.lock().expect("no thread failed");
        Box::pin(async move {
            match denied {
                Some(denied) if call.operation == Some(denied) => Decision::Answer(ApiError::new(
                    403,
                    "AccessDeniedException",
                    format!("User: tester is not authorized to perform: {}", call.action),
                )),
                _ => Decision::Proceed,
            }
        })
    }

    fn after<'a>(&'a self, _call: &'a ObservedCall, _status: u16) -> Decided<'a> {
        Box::pin(async { Decision::Proceed })
    }
}

/// The embedded Lambda of a project. Commands find it by its folder, as they find `shipway local serve`.
#[derive(Debug)]
pub(crate) struct EmbeddedLambda {
    runtime: Runtime,
    local: LocalLambda,
    record: Arc<Record>,
}

impl EmbeddedLambda {
    /// Serves the project's folder until it is dropped.
    pub(crate) fn of(project: &Path) -> Self {
        let machine = project.join(".shipway");
        let program = env!("CARGO_BIN_EXE_shipway").into();
        let supervisor = vec![program, "supervise-function".into(), "--".into()];
        let path = std::env::var_os("PATH").expect("there is a PATH");
        let executor = ExecutorSettings::new(supervisor, machine.join("functions"), path);
        let mut settings = LocalSettings::new("us-east-1", executor);
        settings.objects.folder = Some(ObjectFolder { bucket: "local".to_owned(), path: machine.join("local/store") });
        let record = Arc::new(Record::default());
        settings.observer = Some(record.clone());
        let folder = machine.join("local/lambda");
        std::fs::create_dir_all(&folder).expect("a folder");
        let local = LocalLambda::open(&folder, settings).expect("the state can be opened");
        let runtime = Runtime::new().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
        runtime.spawn(serve(listener, local.clone(), Announce::Yes));
        while find_serving(&folder).is_none() {
            std::thread::yield_now();
        }
        Self { runtime, local, record }
    }

    /// What came since the last call of this.
    pub(crate) fn take(&self) -> Vec<ObservedCall> {
        std::mem::take(&mut *self.record.calls.lock().expect("no thread failed"))
    }

    /// Denies every call of an operation from now on, or none.
    pub(crate) fn deny(&self, operation: Option<&'static str>) {
        *self.record.denied.lock().expect("no thread failed") = operation;
    }
}

impl Drop for EmbeddedLambda {
    fn drop(&mut self) {
        self.runtime.block_on(self.local.shutdown());
    }
}
