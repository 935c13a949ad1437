//! One request from its bytes to its answer.

use std::{net::SocketAddr, sync::Arc};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Method, Response,
    header::{CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN},
    http::request::Parts,
};
use shipway_lambda_model::{
    ApiError, Operation, Reply, Request, Response as ModelResponse, hexadecimal,
    wire::{self, HttpRequest, HttpResponse},
};
use tokio::sync::watch;

use crate::{
    entropy::request_id,
    local_lambda::{Inner, LocalError, LocalLambda},
    observer::{Decision, Moment, ObservedCall},
    server::{
        invocation::{Invoked, invoke},
        locations::Locations,
        signature::access_key,
    },
};

/// A request whose body has arrived.
pub(super) struct Received {
    pub(super) head: Parts,
    pub(super) body: Bytes,
}

/// What goes back.
pub(super) enum Sent {
    Response(Response<Full<Bytes>>),
    /// The connection is closed instead.
    Nothing,
}

/// Answers the requests of one server.
pub(super) struct Handler {
    local: LocalLambda,
    address: SocketAddr,
    locations: Locations,
}

impl Handler {
    pub(super) fn new(local: LocalLambda, address: SocketAddr) -> Handler {
        Handler { local, address, locations: Locations::default() }
    }

    pub(super) fn closing(&self) -> watch::Receiver<bool> {
        self.local.inner.closing.subscribe()
    }

    fn inner(&self) -> &Arc<Inner> {
        &self.local.inner
    }

    pub(super) async fn handle(&self, received: Received) -> Sent {
        let id = request_id();
        let mut sent = match self.guard(&received.head.headers) {
            Err(error) => Sent::Response(write(&wire::render_error(&error))),
            Ok(()) => match self.download(&received) {
                Some(sha256) => Sent::Response(self.zip(sha256).await),
                None => self.answer(&received, &id).await,
            },
        };
        if let Sent::Response(response) = &mut sent {
            header(response.headers_mut(), "x-amzn-RequestId", &id);
        }
        sent
    }

    /// Keeps web pages out: their requests have an origin, or a host name that was made to lead here.
    fn guard(&self, headers: &HeaderMap) -> Result<(), ApiError> {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let is_here = matches!(name, "127.0.0.1" | "localhost" | "[::1]") || name == self.address.ip().to_string();
        if headers.contains_key(ORIGIN) || !is_here {
            return Err(ApiError::new(
                403,
                "AccessDeniedException",
                "The embedded Lambda answers clients of this machine, not web pages, and only as 127.0.0.1 or localhost",
            ));
        }
        Ok(())
    }

    fn download(&self, received: &Received) -> Option<Option<String>> {
        (received.head.method == Method::GET).then(|| self.locations.find(received.head.uri.path())).flatten()
    }

    async fn zip(&self, sha256: Option<String>) -> Response<Full<Bytes>> {
        let store = self.inner().code.clone();
        let read = tokio::task::spawn_blocking(move || sha256.and_then(|sha256| store.zip(&sha256).ok())).await;
        match read {
            Ok(Some(zip)) => {
                let mut response = Response::new(Full::new(zip.into()));
                header(response.headers_mut(), "Content-Type", "application/zip");
                response
            }
            Ok(None) | Err(_) => plain(403, "AccessDenied", "Request has expired"),
        }
    }

    async fn answer(&self, received: &Received, id: &str) -> Sent {
        let key = access_key(&received.head.headers, &self.inner().settings.region);
        let parsed = key.clone().and_then(|_| parse(received));
        let call = self.observed(received, key.ok(), parsed.as_ref().ok());
        match self.decide(&call, None).await {
            Decision::Proceed => {}
            Decision::Answer(error) => return Sent::Response(write(&wire::render_error(&error))),
            Decision::Disconnect => return Sent::Nothing,
        }
        let response = match parsed {
            Ok(request) => self.effect(received, request, id).await,
            Err(error) => write(&wire::render_error(&error)),
        };
        match self.decide(&call, Some(response.status().as_u16())).await {
            Decision::Proceed => Sent::Response(response),
            Decision::Answer(error) => Sent::Response(write(&wire::render_error(&error))),
            Decision::Disconnect => Sent::Nothing,
        }
    }

    fn observed(&self, received: &Received, access_key: Option<String>, request: Option<&Request>) -> ObservedCall {
        let action = request.map(|request| self.inner().action(request));
        let uri = &received.head.uri;
        ObservedCall {
            method: received.head.method.to_string(),
            path: uri.path_and_query().map_or_else(|| uri.path().to_owned(), ToString::to_string),
            operation: request.map(|request| request.operation().name()),
            action: action.as_ref().map(|action| action.action.clone()).unwrap_or_default(),
            resource: action.map(|action| action.resource).unwrap_or_default(),
            access_key,
        }
    }

    /// Asks the observer, then the injected faults. `status`: after the effect.
    async fn decide(&self, call: &ObservedCall, status: Option<u16>) -> Decision {
        if let Some(observer) = &self.inner().settings.observer {
            let decision = match status {
                None => observer.before(call).await,
                Some(status) => observer.after(call, status).await,
            };
            if decision != Decision::Proceed {
                return decision;
            }
        }
        let moment = match status {
            None => Moment::BeforeEffect,
            Some(_) => Moment::AfterEffect,
        };
        self.inner().faults().strike(call.operation, moment)
    }

    async fn effect(&self, received: &Received, mut request: Request, id: &str) -> Response<Full<Bytes>> {
        let inner = self.inner();
        if let Err(error) = inner.resolve_code(&mut request).await {
            return failed(&error);
        }
        let mut response = match inner.handle(request).await {
            Ok(response) => response,
            Err(error) => return failed(&error),
        };
        if let Some(name) = deleted_function(&response) {
            // Its processes are of no more use. What is running comes to its end.
            inner.executor.retire(name).await;
        }
        if let Ok(Reply::Invocation(plan)) = &response.result {
            return match invoke(inner, plan, id).await {
                Invoked::Refused(error) => write(&wire::render_error(&error)),
                Invoked::Accepted => write(&wire::render(&response)),
                Invoked::Answered { headers, payload } => answered(headers, payload),
            };
        }
        self.locate(received, &mut response);
        write(&wire::render(&response))
    }

    /// Fills in where a function's or a layer's zip can be had.
    fn locate(&self, received: &Received, response: &mut ModelResponse) {
        let (location, code_sha256) = match &mut response.result {
            Ok(Reply::Function(function)) => {
                let is_zip = function.code.repository_type == "S3" && function.code.resolved_s3_object.is_none();
                if !is_zip {
                    return;
                }
                (&mut function.code.location, &function.configuration.code_sha256)
            }
            Ok(Reply::LayerVersion(version)) => {
                let Some(content) = &mut version.content else { return };
                (&mut content.location, &content.code_sha256)
            }
            _ => return,
        };
        if let Some(sha256) = hexadecimal(code_sha256) {
            let host = received.head.headers.get(HOST).and_then(|host| host.to_str().ok());
            let host = host.map_or_else(|| self.address.to_string(), str::to_owned);
            *location = Some(format!("http://{host}{}", self.locations.path(&sha256)));
        }
    }
}

/// The name of the function that was deleted whole: its ARN was asked for without a qualifier.
fn deleted_function(response: &ModelResponse) -> Option<&str> {
    let parts: Vec<&str> = response.action.resource.split(':').collect();
    match parts.as_slice() {
        [_, _, _, _, _, "function", name]
            if response.operation == Operation::DeleteFunction && response.result.is_ok() =>
        {
            Some(*name)
        }
        _ => None,
    }
}

fn parse(received: &Received) -> Result<Request, ApiError> {
    let headers: Vec<(&str, &str)> =
        received.head.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
    wire::parse(&HttpRequest {
        method: received.head.method.as_str(),
        path: received.head.uri.path(),
        query: received.head.uri.query().unwrap_or_default(),
        headers: &headers,
        body: &received.body,
    })
}

/// A failure of our own: what AWS calls a service exception, so that clients try again.
fn failed(error: &LocalError) -> Response<Full<Bytes>> {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    tracing::error!(error = %text, "a request failed");
    plain(500, "ServiceException", &text)
}

fn write(rendered: &HttpResponse) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(rendered.body.clone())));
    if let Ok(status) = rendered.status.try_into() {
        *response.status_mut() = status;
    }
    for (name, value) in &rendered.headers {
        header(response.headers_mut(), name, value);
    }
    response
}

fn answered(headers: Vec<(&'static str, String)>, payload: Vec<u8>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(payload)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in headers {
        header(response.headers_mut(), name, &value);
    }
    response
}

/// A refusal in the form of all others.
pub(super) fn plain(status: u16, code: &str, message: &str) -> Response<Full<Bytes>> {
    write(&wire::render_error(&ApiError::new(status, code, message)))
}

/// Headers are made of identifiers, numbers and Base64; one that cannot be written is left out.
fn header(headers: &mut HeaderMap, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        headers.insert(name, value);
    }
}
