//! The Lambda Runtime API of one function process, on a port of its own on 127.0.0.1.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>. The function asks for work, and answers it;
//! what it says is handed on as [`Event`]s in the order in which it was said. This module decides nothing about
//! processes, time or retries, and offers neither the Extensions nor the Telemetry API.
//!
//! Anybody on this machine can connect, as on any local port, but an answer is taken only for the request id that is
//! under way.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

use super::answer::{Failure, MAXIMUM_RESPONSE_BYTES};

const PREFIX: &str = "/2018-06-01/runtime/";

/// How much of an answer that is too large is read and thrown away, so that the function sees the 413 and not a broken
/// connection.
const MAXIMUM_DISCARDED_BYTES: usize = 64 * MAXIMUM_RESPONSE_BYTES;

/// One event to be handled.
pub(super) struct Work {
    pub(super) request_id: String,
    pub(super) invoked_arn: String,
    pub(super) trace_id: String,
    /// JSON.
    pub(super) client_context: Option<Vec<u8>>,
    pub(super) timeout: Duration,
    pub(super) payload: Bytes,
}

/// What the function says.
#[derive(Debug)]
pub(super) enum Event {
    /// It waits for work.
    Waiting,
    /// It was handed its work.
    Taken,
    /// It answered.
    Response(Bytes),
    /// It answered that it failed, in its own words.
    Error(Bytes),
    /// It answered more than an answer may hold.
    ResponseTooLarge,
    /// It cannot start.
    InitializationError(Bytes),
}

/// The endpoint. It and its connections end when this is dropped.
pub(super) struct RuntimeApi {
    address: SocketAddr,
    work: mpsc::Sender<Work>,
    pub(super) events: mpsc::UnboundedReceiver<Event>,
    server: JoinHandle<()>,
}

struct Shared {
    work: tokio::sync::Mutex<mpsc::Receiver<Work>>,
    events: mpsc::UnboundedSender<Event>,
    current: Mutex<Option<Current>>,
}

/// The invocation that may be answered now.
struct Current {
    request_id: String,
    invocation_id: String,
}

impl RuntimeApi {
    pub(super) async fn start() -> io::Result<RuntimeApi> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (work, work_receiver) = mpsc::channel(1);
        let (event_sender, events) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            work: tokio::sync::Mutex::new(work_receiver),
            events: event_sender,
            current: Mutex::new(None),
        });
        let server = tokio::spawn(accept(listener, shared));
        Ok(RuntimeApi { address, work, events, server })
    }

    /// `host:port`, as `AWS_LAMBDA_RUNTIME_API` has it.
    pub(super) fn address(&self) -> String {
        self.address.to_string()
    }

    /// Queues the one piece of work that may be queued. It is lost when the process ends before it asks.
    pub(super) fn hand_out(&self, work: Work) {
        // Full means that the piece before was never taken: the process is then given up for that.
        let _ = self.work.try_send(work);
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    // Dropped with this task, which ends the connections.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, Arc::clone(&shared)));
                }
                // Out of descriptors, mostly: there may be some later.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    // Without it a reply may wait 40 ms for the acknowledgement of the one before.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<_, Infallible>(shared.answer(request).await) }
    });
    // A connection that breaks is the function's affair: its process's end is noticed elsewhere.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

impl Shared {
    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        // Read whatever the answer will be: a connection is kept only when nothing unread is left on it.
        let Some(body) = read(body).await else {
            return refuse(StatusCode::BAD_REQUEST, "InvalidRequest", "the body ended early or has no end");
        };
        let Some(path) = head.uri.path().strip_prefix(PREFIX) else {
            return refuse(StatusCode::NOT_FOUND, "NotFound", "this endpoint serves the Runtime API 2018-06-01 alone");
        };
        let parts: Vec<&str> = path.split('/').collect();
        match (&head.method, parts.as_slice()) {
            (&Method::GET, ["invocation", "next"]) => self.next().await,
            (&Method::POST, ["invocation", request_id, "response"]) => self.response(request_id, &head.headers, body),
            (&Method::POST, ["invocation", request_id, "error"]) => self.error(request_id, &head.headers, body),
            (&Method::POST, ["init", "error"]) => self.initialization_error(body),
            _ => refuse(StatusCode::NOT_FOUND, "NotFound", "no such call of the Runtime API"),
        }
    }

    async fn next(&self) -> Response<Full<Bytes>> {
        let _ = self.events.send(Event::Waiting);
        // The lock is held while waiting: a second asker waits behind the first.
        let Some(work) = self.work.lock().await.recv().await else {
            return refuse(StatusCode::GONE, "Gone", "the environment has ended");
        };
        let invocation_id = work.request_id.clone();
        let headers = headers_of(&work, &invocation_id);
        *self.current() = Some(Current { request_id: work.request_id, invocation_id });
        let _ = self.events.send(Event::Taken);
        let mut response = Response::new(Full::new(work.payload));
        *response.headers_mut() = headers;
        response
    }

    fn response(&self, request_id: &str, headers: &HeaderMap, body: Body) -> Response<Full<Bytes>> {
        if let Err(refusal) = self.claim(request_id, headers) {
            return refusal.into();
        }
        if let Some(error) = streamed_error(&body.trailers) {
            let _ = self.events.send(Event::Error(error));
            return accepted();
        }
        match body.content {
            Content::Whole(bytes) => {
                let _ = self.events.send(Event::Response(bytes));
                accepted()
            }
            Content::TooLarge => {
                let _ = self.events.send(Event::ResponseTooLarge);
                let message = format!("Exceeded maximum allowed payload size ({MAXIMUM_RESPONSE_BYTES} bytes).");
                refuse(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", &message)
            }
        }
    }

    fn error(&self, request_id: &str, headers: &HeaderMap, body: Body) -> Response<Full<Bytes>> {
        if let Err(refusal) = self.claim(request_id, headers) {
            return refusal.into();
        }
        let _ = self.events.send(Event::Error(body.content.of_error()));
        accepted()
    }

    fn initialization_error(&self, body: Body) -> Response<Full<Bytes>> {
        let _ = self.events.send(Event::InitializationError(body.content.of_error()));
        accepted()
    }

    fn current(&self) -> std::sync::MutexGuard<'_, Option<Current>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the invocation off the table, since it is answered once. The invocation id may be left out, but not be
    /// another's.
    fn claim(&self, request_id: &str, headers: &HeaderMap) -> Result<(), ClaimError> {
        let mut current = self.current();
        let invocation_id = match current.as_ref() {
            Some(current) if current.request_id == request_id => current.invocation_id.as_bytes(),
            _ => return Err(ClaimError::RequestId),
        };
        match headers.get("lambda-runtime-invocation-id") {
            Some(id) if !id.is_empty() && id.as_bytes() != invocation_id => Err(ClaimError::InvocationId),
            _ => {
                *current = None;
                Ok(())
            }
        }
    }
}

/// An answer to something that is not to be answered.
enum ClaimError {
    RequestId,
    InvocationId,
}

impl From<ClaimError> for Response<Full<Bytes>> {
    fn from(error: ClaimError) -> Response<Full<Bytes>> {
        match error {
            ClaimError::RequestId => refuse(StatusCode::BAD_REQUEST, "InvalidRequestID", "Invalid request ID"),
            ClaimError::InvocationId => refuse(StatusCode::BAD_REQUEST, "InvalidInvocationId", "Invalid invocation ID"),
        }
    }
}

fn headers_of(work: &Work, invocation_id: &str) -> HeaderMap {
    let deadline = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default() + work.timeout;
    let mut headers = HeaderMap::new();
    let mut set = |name: &'static str, value: &[u8]| {
        // What cannot stand in a header (a line break in a client context) is left out.
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    set("content-type", b"application/json");
    set("lambda-runtime-aws-request-id", work.request_id.as_bytes());
    set("lambda-runtime-invocation-id", invocation_id.as_bytes());
    set("lambda-runtime-deadline-ms", deadline.as_millis().to_string().as_bytes());
    set("lambda-runtime-invoked-function-arn", work.invoked_arn.as_bytes());
    set("lambda-runtime-trace-id", work.trace_id.as_bytes());
    if let Some(client_context) = &work.client_context {
        set("lambda-runtime-client-context", client_context);
    }
    headers
}

struct Body {
    content: Content,
    trailers: HeaderMap,
}

enum Content {
    Whole(Bytes),
    TooLarge,
}

impl Content {
    fn of_error(self) -> Bytes {
        match self {
            Content::Whole(bytes) => bytes,
            Content::TooLarge => Failure::response_too_large().payload().into(),
        }
    }
}

/// Reads a body to its end; `None` when the connection broke or the sender would not stop.
async fn read(mut body: Incoming) -> Option<Body> {
    let mut whole = Vec::new();
    let mut length = 0;
    let mut trailers = HeaderMap::new();
    while let Some(frame) = body.frame().await {
        match frame.ok()?.into_data() {
            Ok(data) => {
                length += data.len();
                if length <= MAXIMUM_RESPONSE_BYTES {
                    whole.extend_from_slice(&data);
                } else if length > MAXIMUM_DISCARDED_BYTES {
                    return None;
                }
            }
            Err(frame) => trailers = frame.into_trailers().unwrap_or_default(),
        }
    }
    let content = if length > MAXIMUM_RESPONSE_BYTES { Content::TooLarge } else { Content::Whole(whole.into()) };
    Some(Body { content, trailers })
}

/// A streamed answer may fail after its first bytes; it then says so in trailers.
fn streamed_error(trailers: &HeaderMap) -> Option<Bytes> {
    let kind = trailers.get("lambda-runtime-function-error-type")?;
    let described = trailers
        .get("lambda-runtime-function-error-body")
        .and_then(|body| base64::engine::general_purpose::STANDARD.decode(body).ok());
    let described = described.unwrap_or_else(|| {
        let kind = String::from_utf8_lossy(kind.as_bytes());
        serde_json::json!({ "errorType": kind, "errorMessage": kind }).to_string().into_bytes()
    });
    Some(described.into())
}

fn accepted() -> Response<Full<Bytes>> {
    respond(StatusCode::ACCEPTED, serde_json::json!({ "status": "OK" }))
}

fn refuse(status: StatusCode, kind: &str, message: &str) -> Response<Full<Bytes>> {
    respond(status, serde_json::json!({ "errorMessage": message, "errorType": kind }))
}

fn respond(status: StatusCode, body: serde_json::Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body.to_string())));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
