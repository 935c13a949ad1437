//! An AWS that answers by a script, and writes down what it was asked.

use std::fmt;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// The services of AWS that a deployment asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Sts,
    S3,
    Lambda,
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) service: Service,
    pub(super) method: String,
    /// With the query.
    pub(super) path: String,
}

/// Status, further headers, body.
pub(super) type Reply = (u16, &'static [(&'static str, &'static str)], String);

/// The server. Its threads end with the process.
pub(super) struct ScriptedAws {
    pub(super) url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl fmt::Debug for ScriptedAws {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ScriptedAws").field("url", &self.url).finish_non_exhaustive()
    }
}

impl ScriptedAws {
    /// A server that answers by `script`.
    pub(super) fn start(script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("its address"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (record, script) = (Arc::clone(&requests), Arc::new(script));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (record, script) = (Arc::clone(&record), Arc::clone(&script));
                // A client that goes away in the middle is none of the test's business.
                thread::spawn(move || answer(client, &record, &*script));
            }
        });
        Self { url, requests }
    }

    /// What it was asked so far.
    pub(super) fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("no thread failed").clone()
    }
}

/// One connection carries one request here.
fn answer(client: TcpStream, record: &Mutex<Vec<Request>>, script: &dyn Fn(&Request) -> Reply) -> io::Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut length = 0;
    let mut expects = false;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        expects |= line.starts_with("expect:");
    }
    let mut client = client;
    if expects {
        client.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    reader.take(length).read_to_end(&mut Vec::new())?;
    let mut words = first.split(' ').map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let service = match (method.as_str(), path.as_str()) {
        ("POST", "/") => Service::Sts,
        (_, path) if path.starts_with("/20") => Service::Lambda,
        _ => Service::S3,
    };
    let request = Request { service, method, path };
    let (status, headers, body) = script(&request);
    record.lock().expect("no thread failed").push(request.clone());
    let kind = if service == Service::Lambda { "application/json" } else { "application/xml" };
    let mut text = format!("HTTP/1.1 {status} Scripted\r\nContent-Type: {kind}\r\nConnection: close\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    client.write_all(text.as_bytes())?;
    if request.method != "HEAD" {
        client.write_all(body.as_bytes())?;
    }
    client.flush()
}
