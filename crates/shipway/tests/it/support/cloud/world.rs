//! One cloud: its services, one function in it, and the program with an environment that leads there.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use shipway_lambda_model::{Delays, State};
use shipway_local::executor::ExecutorSettings;
use shipway_local::{Announce, LocalLambda, LocalSettings, serve};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;
use tokio::task::JoinHandle;

use super::gate::Gate;
use super::object_store::{self, ObjectStore, Objects};
use super::policy::Policy;
use super::provisioning::{PROVISIONER, SEALED_KEY};
use crate::support::{Project, copy_folder, shipway};

pub(crate) const ACCOUNT: &str = "111111111111";
pub(crate) const REGION: &str = "eu-west-1";
pub(crate) const BUCKET: &str = "artifacts";
/// The function's name in Lambda.
pub(crate) const FUNCTION: &str = "greet";
/// The alias that callers use.
pub(crate) const ALIAS: &str = "live";
pub(super) const RUNTIME: &str = "python3.13";
/// How long a test waits for what must come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A running cloud.
#[derive(Debug)]
pub(crate) struct Cloud {
    pub(crate) gate: Arc<Gate>,
    store: Arc<ObjectStore>,
    local: LocalLambda,
    lambda: SocketAddr,
    services: SocketAddr,
    lambda_task: JoinHandle<()>,
    services_task: JoinHandle<()>,
    folder: TempDir,
}

/// A cloud that does not run: what it holds.
#[derive(Debug)]
pub(crate) struct Snapshot {
    folder: TempDir,
    objects: Objects,
}

/// What came back from Lambda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
    /// Of an invocation: that the function failed, and how.
    pub(crate) function_error: Option<String>,
}

impl Reply {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {:?}", self.body))
    }
}

impl Cloud {
    /// An empty one.
    pub(crate) async fn start() -> Self {
        Self::on(TempDir::new().expect("a temporary folder"), Objects::new()).await
    }

    /// An empty one in which programs may do what the policy in README.md allows, and nothing else.
    pub(crate) async fn under_the_readmes_policy() -> Self {
        let cloud = Self::start().await;
        cloud.gate.put_under(readmes_policy());
        cloud
    }

    /// One that holds what a snapshot holds.
    pub(crate) async fn from(snapshot: &Snapshot) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        copy_folder(snapshot.folder.path(), folder.path());
        Self::on(folder, snapshot.objects.clone()).await
    }

    async fn on(folder: TempDir, objects: Objects) -> Self {
        let gate = Arc::new(Gate::default());
        let store = Arc::new(ObjectStore { objects: Mutex::new(objects), gate: Arc::clone(&gate) });
        let (services, services_task) = object_store::start(Arc::clone(&store)).await;
        let mut settings = lambda_settings(folder.path().join("functions"));
        settings.observer = Some(Arc::clone(&gate) as _);
        settings.objects.endpoint = Some(format!("http://{services}"));
        let local = LocalLambda::open(&folder.path().join("state"), settings).expect("a state folder");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port of this machine");
        let lambda = listener.local_addr().expect("a listener has an address");
        let served = local.clone();
        let lambda_task = tokio::spawn(async move {
            // What goes wrong in serving shows as calls that fail.
            let _ = serve(listener, served, Announce::No).await;
        });
        Self { gate, store, local, lambda, services, lambda_task, services_task, folder }
    }

    /// Ends it.
    pub(crate) async fn end(self) -> Snapshot {
        self.local.shutdown().await;
        self.lambda_task.await.expect("the embedded Lambda ends cleanly");
        self.services_task.abort();
        let objects = self.store.objects.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Snapshot { folder: self.folder, objects }
    }

    /// What the bucket holds.
    pub(crate) fn objects(&self) -> Objects {
        self.store.objects.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes the last byte of every object with such a key, behind everybody's back.
    pub(crate) fn damage(&self, is_meant: impl Fn(&str) -> bool) {
        let mut objects = self.store.objects.lock().unwrap_or_else(PoisonError::into_inner);
        let mut damaged = 0;
        for (key, object) in objects.iter_mut().filter(|(key, _)| is_meant(key)) {
            let mut bytes = object.to_vec();
            *bytes.last_mut().unwrap_or_else(|| panic!("{key} is empty")) ^= 1;
            *object = bytes.into();
            damaged += 1;
        }
        assert!(damaged > 0, "there is no such object: {:?}", objects.keys());
    }

    /// The program in a project, with an environment of this cloud and an access key of its own.
    pub(crate) fn program(&self, project: &Project, access_key: &str, arguments: &[&str]) -> Command {
        self.program_in(project.path(), access_key, arguments)
    }

    /// The same in any folder.
    pub(crate) fn program_in(&self, folder: &Path, access_key: &str, arguments: &[&str]) -> Command {
        let mut command = shipway(folder);
        let services = format!("http://{}", self.services);
        command
            .args(arguments)
            .env("AWS_ENDPOINT_URL_LAMBDA", format!("http://{}", self.lambda))
            .env("AWS_ENDPOINT_URL_S3", &services)
            .env("AWS_ENDPOINT_URL_STS", &services)
            .env("AWS_ACCESS_KEY_ID", access_key)
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut command = Command::from(command);
        command.kill_on_drop(true);
        command
    }

    /// Invokes the function as its callers do.
    pub(crate) async fn invoke(&self) -> Reply {
        invoke(self.lambda).await
    }

    /// Where Lambda is.
    pub(crate) fn lambda(&self) -> SocketAddr {
        self.lambda
    }

    /// Everything in Lambda.
    pub(crate) fn lambda_state(&self) -> State {
        let read = || self.local.with_model(|model| model.state().clone()).expect("the state can be read");
        tokio::task::block_in_place(read)
    }

    /// The alias as it is.
    pub(crate) async fn alias(&self) -> Reply {
        self.send("GET", &format!("/{FUNCTION}/aliases/{ALIAS}"), &Value::Null).await
    }

    pub(super) async fn send(&self, method: &str, path: &str, body: &Value) -> Reply {
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        send(self.lambda, method, path, body).await
    }
}

/// Invokes the function through its alias.
pub(crate) async fn invoke(lambda: SocketAddr) -> Reply {
    send(lambda, "POST", &format!("/{FUNCTION}/invocations?Qualifier={ALIAS}"), b"{}".to_vec()).await
}

/// One request on a connection of its own, signed as far as anybody looks.
async fn send(lambda: SocketAddr, method: &str, path: &str, body: Vec<u8>) -> Reply {
    let stream = TcpStream::connect(lambda).await.expect("Lambda listens");
    let handshake = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.expect("Lambda speaks HTTP");
    let connection = tokio::spawn(connection);
    let credential = format!(
        "AWS4-HMAC-SHA256 Credential={PROVISIONER}/20261123/{REGION}/lambda/aws4_request, SignedHeaders=host, Signature=0"
    );
    let request = hyper::Request::builder()
        .method(method)
        .uri(format!("/2015-03-31/functions{path}"))
        .header("host", lambda.to_string())
        .header("authorization", credential)
        .body(Full::new(Bytes::from(body)))
        .expect("a request");
    let (head, body) = sender.send_request(request).await.expect("Lambda answers").into_parts();
    let body = body.collect().await.expect("Lambda answers whole").to_bytes();
    connection.abort();
    let function_error = head.headers.get("x-amz-function-error");
    let function_error = function_error.map(|error| error.to_str().expect("letters").to_owned());
    Reply { status: head.status.as_u16(), body, function_error }
}

/// The policy in README.md, with the names that there are here: one function by its whole name, not by a prefix.
pub(crate) fn readmes_policy() -> Policy {
    Policy::of_readme(&[("function:orders-*", &format!("function:{FUNCTION}")), ("acme-artifacts", BUCKET)])
}

fn lambda_settings(scratch: PathBuf) -> LocalSettings {
    // The program itself supervises functions, under the same hidden command that it uses for its own.
    let supervisor = [env!("CARGO_BIN_EXE_shipway"), "supervise-function", "--"].map(OsString::from).to_vec();
    let mut executor = ExecutorSettings::new(supervisor, scratch, search_path());
    executor.interpreters.insert(RUNTIME.to_owned(), python().clone());
    let mut settings = LocalSettings::new(REGION, executor);
    settings.account = ACCOUNT.to_owned();
    settings.sealed_keys = [SEALED_KEY.to_owned()].into();
    // Short, and none is zero: whoever skips a wait meets the state that it skipped.
    settings.delays = Delays { create: 20, update: 60, publish: 60, ..Delays::default() };
    settings
}

/// Where interpreters are found.
pub(crate) fn search_path() -> OsString {
    std::env::var_os("PATH").unwrap_or_default()
}

/// The Python behind `python3`, which may be a version manager's stand-in and slow to start. Looked for once.
fn python() -> &'static PathBuf {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let probe = "import sys; print(getattr(sys, '_base_executable', sys.executable))";
        let output = std::process::Command::new("python3").args(["-I", "-c", probe]).output();
        let output = output.expect("the tests need python3 on the PATH");
        PathBuf::from(String::from_utf8(output.stdout).expect("UTF-8").trim())
    })
}
