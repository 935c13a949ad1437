//! A small S3, and the one call of STS that a deployment makes.
//!
//! Stricter than other stand-ins: every put must carry a SHA-256 and is held against it, `If-None-Match` and `If-Match`
//! are kept as AWS keeps them, and what is not known here is refused.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, HeaderMap};
use hyper::service::service_fn;
use hyper::{Method, Response, StatusCode};
use hyper_util::rt::TokioIo;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;

use super::gate::{Fate, Gate, Moment, Request, Service};
use super::policy::Question;
use super::world::{ACCOUNT, BUCKET};

/// What a bucket holds, by key.
pub(crate) type Objects = BTreeMap<String, Bytes>;

/// The bucket and its gate.
#[derive(Debug)]
pub(super) struct ObjectStore {
    pub(super) objects: Mutex<Objects>,
    pub(super) gate: Arc<Gate>,
}

type Answer = Response<Full<Bytes>>;

/// Serves until it is dropped.
pub(super) async fn serve(listener: TcpListener, store: Arc<ObjectStore>) {
    while let Ok((stream, _)) = listener.accept().await {
        let store = Arc::clone(&store);
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let store = Arc::clone(&store);
            async move {
                let (head, body) = request.into_parts();
                let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
                // A task of its own: what has arrived takes effect, whether or not its sender lives to hear of it.
                let answered = tokio::spawn(async move { store.answer(&head, body).await }).await;
                answered.map_err(io::Error::other)?.ok_or_else(|| io::Error::other("the answer is lost"))
            }
        });
        tokio::spawn(async move {
            let _ = stream.set_nodelay(true);
            // A client that was killed breaks its connections off.
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

impl ObjectStore {
    /// `None`: the connection is closed instead.
    async fn answer(&self, head: &hyper::http::request::Parts, body: Bytes) -> Option<Answer> {
        let (service, operation, subject) = match read(head) {
            Ok(read) => read,
            Err(refusal) => return Some(refusal),
        };
        let access_key = access_key(&head.headers);
        let request = Request {
            service,
            operation: operation.to_owned(),
            subject,
            body: if operation == "PutObject" { String::from_utf8_lossy(&body).into_owned() } else { String::new() },
            step: self.gate.step(&access_key),
            access_key,
        };
        if questions(&request, head).into_iter().any(|question| !self.gate.lets(&request.access_key, question)) {
            return Some(refusal(StatusCode::FORBIDDEN, "AccessDenied", "Access Denied"));
        }
        if self.gate.pass(Moment::BeforeEffect, &request).await == Fate::Lost {
            return None;
        }
        let answer = self.effect(&request, head, body);
        match self.gate.pass(Moment::AfterEffect, &request).await {
            Fate::Proceed => Some(answer),
            Fate::Lost => None,
        }
    }

    fn effect(&self, request: &Request, head: &hyper::http::request::Parts, body: Bytes) -> Answer {
        let mut objects = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        match request.operation.as_str() {
            "PutObject" => put(&mut objects, &request.subject, &head.headers, body),
            "ListObjectsV2" => list(&objects, &request.subject, query(head, "start-after").unwrap_or_default()),
            "GetCallerIdentity" => identity(),
            "HeadObject" => match objects.get(&request.subject) {
                Some(bytes) => {
                    let builder = described(bytes, &head.headers).header("Content-Length", bytes.len());
                    finished(builder, Bytes::new())
                }
                None => answer(self.absent(), String::new()),
            },
            _ => match objects.get(&request.subject) {
                Some(bytes) => finished(described(bytes, &head.headers), bytes.clone()),
                None if self.absent() == StatusCode::FORBIDDEN => {
                    refusal(StatusCode::FORBIDDEN, "AccessDenied", "Access Denied")
                }
                None => refusal(StatusCode::NOT_FOUND, "NoSuchKey", "The specified key does not exist."),
            },
        }
    }

    /// Who may not list a bucket is not told what is not in it.
    fn absent(&self) -> StatusCode {
        let lists = self.gate.would_let(&Question::new("s3:ListBucket", bucket_arn()));
        if lists { StatusCode::NOT_FOUND } else { StatusCode::FORBIDDEN }
    }
}

fn bucket_arn() -> String {
    format!("arn:aws:s3:::{BUCKET}")
}

/// What IAM is asked about a request. GetCallerIdentity needs no permission.
fn questions(request: &Request, head: &hyper::http::request::Parts) -> Vec<Question> {
    let object = |action| Question::new(action, format!("{}/{}", bucket_arn(), request.subject));
    match request.operation.as_str() {
        "GetCallerIdentity" => Vec::new(),
        "ListObjectsV2" => {
            let prefix = Some(request.subject.clone());
            vec![Question { prefix, ..Question::new("s3:ListBucket", bucket_arn()) }]
        }
        // To put an object in place of a certain one is to learn whether it is that one.
        "PutObject" if head.headers.contains_key("if-match") => vec![object("s3:PutObject"), object("s3:GetObject")],
        "PutObject" => vec![object("s3:PutObject")],
        _ if query(head, "versionId").is_some() => vec![object("s3:GetObjectVersion")],
        _ => vec![object("s3:GetObject")],
    }
}

/// The access key in a signature; the signature itself is not checked.
fn access_key(headers: &HeaderMap) -> String {
    let text = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let key = text.split_once("Credential=").and_then(|(_, rest)| rest.split('/').next());
    key.unwrap_or_default().to_owned()
}

/// Service, operation and subject.
fn read(head: &hyper::http::request::Parts) -> Result<(Service, &'static str, String), Answer> {
    let path = head.uri.path();
    if path == "/" && head.method == Method::POST {
        return Ok((Service::Identity, "GetCallerIdentity", String::new()));
    }
    let (bucket, key) = path[1..].split_once('/').unwrap_or((&path[1..], ""));
    if bucket != BUCKET {
        return Err(refusal(StatusCode::NOT_FOUND, "NoSuchBucket", "The specified bucket does not exist"));
    }
    let key = decoded(key);
    match (&head.method, key.is_empty()) {
        (&Method::PUT, false) => Ok((Service::Store, "PutObject", key)),
        (&Method::GET, false) => Ok((Service::Store, "GetObject", key)),
        (&Method::HEAD, false) => Ok((Service::Store, "HeadObject", key)),
        (&Method::GET, true) if query(head, "list-type").as_deref() == Some("2") => {
            Ok((Service::Store, "ListObjectsV2", query(head, "prefix").unwrap_or_default()))
        }
        _ => Err(refusal(StatusCode::NOT_IMPLEMENTED, "NotImplemented", &format!("{} {path}", head.method))),
    }
}

fn put(objects: &mut Objects, key: &str, headers: &HeaderMap, body: Bytes) -> Answer {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if header("content-encoding").is_some_and(|encoding| encoding.contains("aws-chunked")) {
        return refusal(StatusCode::NOT_IMPLEMENTED, "NotImplemented", "aws-chunked");
    }
    match header("x-amz-checksum-sha256") {
        Some(given) if given == checksum(&body) => {}
        Some(_) => return refusal(StatusCode::BAD_REQUEST, "BadDigest", "The SHA256 you specified did not match"),
        None => return refusal(StatusCode::BAD_REQUEST, "InvalidRequest", "every object is put with its SHA-256"),
    }
    let current = objects.get(key).map(|bytes| etag(bytes));
    match (header("if-none-match"), header("if-match"), current) {
        (Some("*"), None, Some(_)) => return precondition(),
        (Some("*"), None, None) => {}
        (None, Some(wanted), Some(current)) if wanted == current => {}
        (None, Some(_), Some(_)) => return precondition(),
        (None, Some(_), None) => {
            return refusal(StatusCode::NOT_FOUND, "NoSuchKey", "The specified key does not exist.");
        }
        _ => return refusal(StatusCode::BAD_REQUEST, "InvalidRequest", "every object is put on a condition"),
    }
    let answer = finished(described(&body, headers), Bytes::new());
    objects.insert(key.to_owned(), body);
    answer
}

fn precondition() -> Answer {
    let text = "At least one of the pre-conditions you specified did not hold";
    refusal(StatusCode::PRECONDITION_FAILED, "PreconditionFailed", text)
}

fn list(objects: &Objects, prefix: &str, after: String) -> Answer {
    let contents: String = objects
        .range(after.clone()..)
        .filter(|(key, _)| key.starts_with(prefix) && **key > after)
        .map(|(key, bytes)| {
            let etag = etag(bytes).replace('"', "&quot;");
            format!("<Contents><Key>{key}</Key><ETag>{etag}</ETag><Size>{}</Size></Contents>", bytes.len())
        })
        .collect();
    answer(
        StatusCode::OK,
        format!("<ListBucketResult><Name>{BUCKET}</Name><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>"),
    )
}

fn identity() -> Answer {
    answer(
        StatusCode::OK,
        format!(
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
             <Arn>arn:aws:iam::{ACCOUNT}:user/tester</Arn><UserId>TESTER</UserId><Account>{ACCOUNT}</Account>\
             </GetCallerIdentityResult></GetCallerIdentityResponse>"
        ),
    )
}

/// A 200 with what S3 says of an object.
fn described(bytes: &[u8], headers: &HeaderMap) -> hyper::http::response::Builder {
    let builder = Response::builder().header("ETag", etag(bytes));
    if headers.contains_key("x-amz-checksum-mode") || headers.contains_key("x-amz-checksum-sha256") {
        builder.header("x-amz-checksum-sha256", checksum(bytes))
    } else {
        builder
    }
}

fn finished(builder: hyper::http::response::Builder, body: Bytes) -> Answer {
    builder.body(Full::new(body)).expect("headers of letters and digits")
}

fn checksum(bytes: &[u8]) -> String {
    STANDARD.encode(Sha256::digest(bytes))
}

/// Opaque to clients; here it follows from the bytes, as S3's does for what is put in one piece.
fn etag(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let text: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{text}\"")
}

fn refusal(status: StatusCode, code: &str, message: &str) -> Answer {
    answer(status, format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>"))
}

fn answer(status: StatusCode, body: String) -> Answer {
    let body = if body.is_empty() { body } else { format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{body}") };
    finished(Response::builder().status(status).header("Content-Type", "application/xml"), Bytes::from(body))
}

fn query(head: &hyper::http::request::Parts, name: &str) -> Option<String> {
    head.uri.query()?.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key == name).then(|| decoded(value))
    })
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escaped = (*first == b'%').then(|| tail.get(..2)).flatten();
        let value = escaped.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        match value {
            Some(value) => {
                bytes.push(value);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Where the store listens.
pub(super) async fn start(store: Arc<ObjectStore>) -> (SocketAddr, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port of this machine");
    let address = listener.local_addr().expect("a listener has an address");
    (address, tokio::spawn(serve(listener, store)))
}
