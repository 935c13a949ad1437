//! A served state folder, and a client for it.

use std::{
    io::{Cursor, Write as _},
    net::SocketAddr,
    path::Path,
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use shipway_lambda_model::Delays;
use shipway_local::{
    Announce, LocalLambda, LocalSettings, ObjectFolder, ServeError, executor::ExecutorSettings, serve,
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use zip::{ZipWriter, write::SimpleFileOptions};

pub(crate) const REGION: &str = "eu-west-1";
pub(crate) const FUNCTIONS: &str = "/2015-03-31/functions";

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: hyper::HeaderMap,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status, code and text of a refusal.
    pub(crate) fn refusal(&self) -> (u16, String, String) {
        let body = self.json();
        let message = body.get("message").or_else(|| body.get("Message"));
        let message = message.and_then(Value::as_str).unwrap_or_default().to_owned();
        (self.status, self.header("x-amzn-errortype").to_owned(), message)
    }
}

/// A server in this process over a folder.
pub(crate) struct Bench {
    pub(crate) local: LocalLambda,
    pub(crate) address: SocketAddr,
    server: JoinHandle<Result<(), ServeError>>,
}

pub(crate) fn settings(folder: &Path) -> LocalSettings {
    let supervisor = vec![env!("CARGO_BIN_EXE_shipway-local-supervisor").into()];
    let executor = ExecutorSettings::new(supervisor, folder.join("scratch"), search_path());
    let mut settings = LocalSettings::new(REGION, executor);
    settings.delays = Delays { create: 60, update: 60, ..Delays::default() };
    settings.objects.folder = Some(ObjectFolder { bucket: "local".to_owned(), path: folder.join("bucket") });
    settings
}

#[expect(clippy::disallowed_methods, reason = "interpreters are found where the tests themselves find them")]
fn search_path() -> std::ffi::OsString {
    std::env::var_os("PATH").unwrap_or_default()
}

impl Bench {
    pub(crate) async fn new(folder: &Path) -> Bench {
        Bench::with(folder, settings(folder)).await
    }

    pub(crate) async fn with(folder: &Path, settings: LocalSettings) -> Bench {
        let local = LocalLambda::open(&folder.join("state"), settings).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(serve(listener, local.clone(), Announce::Yes));
        Bench { local, address, server }
    }

    pub(crate) async fn end(self) {
        self.local.shutdown().await;
        self.server.await.unwrap().unwrap();
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: &Value) -> Reply {
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        self.send_with(method, path, body, &[]).await
    }

    pub(crate) async fn send_with(&self, method: &str, path: &str, body: Vec<u8>, headers: &[(&str, &str)]) -> Reply {
        self.try_send(method, path, body, headers).await.unwrap()
    }

    pub(crate) async fn try_send(
        &self,
        method: &str,
        path: &str,
        body: Vec<u8>,
        headers: &[(&str, &str)],
    ) -> hyper::Result<Reply> {
        send(self.address, method, path, body, headers).await
    }

    pub(crate) async fn create(&self, name: &str, files: &[(&str, &str)]) -> Value {
        let reply = self.send("POST", FUNCTIONS, &creation(name, files)).await;
        assert_eq!(reply.status, 201, "{:?}", reply.body);
        self.settled(name).await
    }

    /// Waits for the end of whatever is in progress, as a deployer does.
    pub(crate) async fn settled(&self, name: &str) -> Value {
        let read = async {
            loop {
                let reply = self.send("GET", &format!("{FUNCTIONS}/{name}"), &Value::Null).await;
                let configuration = reply.json()["Configuration"].clone();
                if configuration["State"] == "Active" && configuration["LastUpdateStatus"] == "Successful" {
                    return configuration;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), read).await.unwrap()
    }

    pub(crate) async fn update(&self, name: &str, files: &[(&str, &str)]) -> Value {
        let body = json!({ "ZipFile": STANDARD.encode(zip_of(files)) });
        let reply = self.send("PUT", &format!("{FUNCTIONS}/{name}/code"), &body).await;
        assert_eq!(reply.status, 200, "{:?}", reply.body);
        self.settled(name).await
    }

    pub(crate) async fn publish(&self, name: &str) -> String {
        let reply = self.send("POST", &format!("{FUNCTIONS}/{name}/versions"), &json!({})).await;
        assert_eq!(reply.status, 201, "{:?}", reply.body);
        reply.json()["Version"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn invoke(&self, name: &str, headers: &[(&str, &str)], payload: &Value) -> Reply {
        let (name, query) = name
            .split_once(':')
            .map_or((name, String::new()), |(name, qualifier)| (name, format!("?Qualifier={qualifier}")));
        let path = format!("{FUNCTIONS}/{name}/invocations{query}");
        self.send_with("POST", &path, payload.to_string().into_bytes(), headers).await
    }
}

/// One request on a connection of its own, signed as far as anybody looks.
pub(crate) async fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    body: Vec<u8>,
    headers: &[(&str, &str)],
) -> hyper::Result<Reply> {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let credential = format!(
        "AWS4-HMAC-SHA256 Credential=AKIDTEST/20261123/{REGION}/lambda/aws4_request, SignedHeaders=host, Signature=0"
    );
    let mut request = hyper::Request::builder().method(method).uri(path);
    let defaults = [("host", address.to_string()), ("authorization", credential)];
    for (name, value) in &defaults {
        if !headers.iter().any(|(given, _)| given == name) {
            request = request.header(*name, value);
        }
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = sender.send_request(request.body(Full::new(Bytes::from(body))).unwrap()).await?;
    let (head, body) = response.into_parts();
    let body = body.collect().await?.to_bytes();
    connection.abort();
    Ok(Reply { status: head.status.as_u16(), headers: head.headers, body })
}

pub(crate) fn creation(name: &str, files: &[(&str, &str)]) -> Value {
    json!({
        "FunctionName": name,
        "Runtime": "python3.11",
        "Handler": "app.handler",
        "Role": "arn:aws:iam::000000000000:role/function",
        "Timeout": 20,
        "Code": { "ZipFile": STANDARD.encode(zip_of(files)) },
    })
}

pub(crate) fn zip_of(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        writer.start_file(*name, SimpleFileOptions::default().unix_permissions(0o644)).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A handler that tells which source it is from.
pub(crate) fn handler(text: &str) -> String {
    format!(
        "def handler(event, context):\n    print('running', {text:?})\n    return {{'says': {text:?}, 'event': event}}\n"
    )
}
