//! One TCP connection: HTTP/1.1 in, HTTP/1.1 out.

use std::{io, sync::Arc};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use shipway_lambda_model::REQUEST_LIMIT;
use tokio::{net::TcpStream, sync::watch};

use crate::server::handler::{Handler, Received, Sent, plain};

pub(super) async fn serve(stream: TcpStream, handler: Arc<Handler>) {
    // Without it a reply may wait 40 ms for the acknowledgement of the one before.
    let _ = stream.set_nodelay(true);
    let mut closing = handler.closing();
    let service = service_fn(move |request| {
        let handler = Arc::clone(&handler);
        async move { answer(&handler, request).await }
    });
    let connection = http1::Builder::new()
        // A client may end its side once the request is sent, and wait for the answer.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = closed(&mut closing) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Returns when the server is to end. (The guard that the channel gives must not be held across an await.)
pub(super) async fn closed(closing: &mut watch::Receiver<bool>) {
    let _ = closing.wait_for(|closing| *closing).await;
}

async fn answer(handler: &Arc<Handler>, request: Request<Incoming>) -> io::Result<Response<Full<Bytes>>> {
    let (head, body) = request.into_parts();
    let limit = usize::try_from(REQUEST_LIMIT).unwrap_or(usize::MAX);
    let body = match Limited::new(body, limit).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => return Ok(too_large(&head.method)),
        Err(error) => return Err(io::Error::other(error)),
    };
    let received = Received { head, body };
    let handler = Arc::clone(handler);
    // A task of its own: a request that arrived has its effect whether or not its client stays to hear of it.
    let sent = tokio::spawn(async move { handler.handle(received).await }).await.map_err(io::Error::other)?;
    match sent {
        Sent::Response(response) => Ok(response),
        Sent::Nothing => {
            Err(io::Error::new(io::ErrorKind::ConnectionAborted, "the connection is to be closed without an answer"))
        }
    }
}

fn too_large(method: &hyper::Method) -> Response<Full<Bytes>> {
    let operation = if method == hyper::Method::PUT { "UpdateFunctionCode" } else { "CreateFunction" };
    plain(
        413,
        "RequestEntityTooLargeException",
        &format!("Request must be smaller than {REQUEST_LIMIT} bytes for the {operation} operation"),
    )
}
