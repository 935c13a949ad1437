//! Bytes from somewhere into a file of this machine, under the name that their SHA-256 gives them, or not at all.

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::byte_stream::ByteStream;
use sha2::{Digest as _, Sha256};
use shipway_core::digest::ArtifactDigest;
use shipway_engine::ports::{ArtifactFile, CallError, CallErrorKind};

use crate::call_error::Call;
use crate::http_client::SharedClient;

/// How often a download is begun.
const ATTEMPTS: usize = 3;

/// How long the server may say nothing.
const SILENCE: Duration = Duration::from_secs(30);

/// Why bytes did not become an artifact.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SaveError {
    /// The bytes stopped coming.
    #[error("the download broke off")]
    Broken(#[source] aws_smithy_types::byte_stream::error::Error),
    /// The bytes stopped coming, silently.
    #[error("the download stood still for {} s", SILENCE.as_secs())]
    Silent,
    /// They are others than expected.
    #[error("the SHA-256 of the bytes is {found}")]
    Different {
        /// What they are.
        found: ArtifactDigest,
    },
    /// They could not be written here.
    #[error("they cannot be kept")]
    NotKept(#[source] std::io::Error),
}

/// Downloads from a presigned URL, which no error names.
pub(crate) async fn from_url(
    call: &Call<'_>,
    http: &SharedClient,
    url: &str,
    expected: &ArtifactDigest,
    folder: &Path,
) -> Result<ArtifactFile, CallError> {
    let mut last = call.error(CallErrorKind::Unknown, "no attempt was made");
    for _ in 0..ATTEMPTS {
        let body = match get(call, http, url).await {
            Ok(body) => body,
            Err(error) if matches!(error.kind, CallErrorKind::Unknown | CallErrorKind::NotSent) => {
                last = error;
                continue;
            }
            Err(error) => return Err(error),
        };
        match save(body, expected, folder).await {
            Ok(file) => return Ok(file),
            Err(error @ (SaveError::Broken(_) | SaveError::Silent)) => {
                last = call.error(CallErrorKind::Unknown, error.to_string());
            }
            Err(SaveError::Different { found }) => {
                return Err(
                    call.error(CallErrorKind::Rejected, format!("the SHA-256 of the bytes is {found}, not {expected}"))
                );
            }
            Err(SaveError::NotKept(error)) => {
                return Err(
                    call.error(CallErrorKind::Rejected, format!("{} cannot be written: {error}", folder.display()))
                );
            }
        }
    }
    Err(last)
}

async fn get(call: &Call<'_>, http: &SharedClient, url: &str) -> Result<ByteStream, CallError> {
    let request = HttpRequest::get(url).map_err(|_| call.error(CallErrorKind::NotSent, "the location is no URL"))?;
    let reply = tokio::time::timeout(SILENCE, http.call(request)).await;
    let reply = reply.map_err(|_| call.error(CallErrorKind::Unknown, "no answer in time"))?;
    // The connector's own words are left out: they may hold the URL.
    let reply = reply.map_err(|_| call.error(CallErrorKind::Unknown, "the connection failed"))?;
    match reply.status().as_u16() {
        200 => Ok(ByteStream::new(reply.into_body())),
        status @ (429 | 500..) => Err(call.error(CallErrorKind::Unknown, format!("HTTP status {status}"))),
        403 => Err(call.error(CallErrorKind::Denied, "HTTP status 403")),
        404 => Err(call.error(CallErrorKind::NotFound, "HTTP status 404")),
        status => Err(call.error(CallErrorKind::Rejected, format!("HTTP status {status}"))),
    }
}

/// Writes the bytes to `<folder>/<sha256>.zip` once they are known to be the right ones.
pub(crate) async fn save(
    mut body: ByteStream,
    expected: &ArtifactDigest,
    folder: &Path,
) -> Result<ArtifactFile, SaveError> {
    let mut file = tempfile::Builder::new().prefix(".download-").tempfile_in(folder).map_err(SaveError::NotKept)?;
    let mut hash = Sha256::new();
    let mut bytes = 0_u64;
    loop {
        let chunk = tokio::time::timeout(SILENCE, body.try_next()).await.map_err(|_| SaveError::Silent)?;
        let Some(chunk) = chunk.map_err(SaveError::Broken)? else { break };
        hash.update(&chunk);
        bytes += chunk.len() as u64;
        file.write_all(&chunk).map_err(SaveError::NotKept)?;
    }
    let found = ArtifactDigest(hash.finalize().into());
    if found != *expected {
        return Err(SaveError::Different { found });
    }
    let path = folder.join(format!("{expected}.zip"));
    file.as_file().sync_all().map_err(SaveError::NotKept)?;
    file.persist(&path).map_err(|error| SaveError::NotKept(error.error))?;
    Ok(ArtifactFile { artifact: *expected, bytes, path })
}
