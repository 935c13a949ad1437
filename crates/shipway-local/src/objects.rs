//! Code given as an S3 object: fetched from a folder, or from a stand-in for S3 on this machine.
//!
//! What S3 would refuse comes back as S3's own code and text, since that is how Lambda reports it.

use std::{
    io,
    path::{Component, Path, PathBuf},
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::{Request, header::HOST};
use hyper_util::rt::TokioIo;
use shipway_lambda_model::{CodeRefusal, ObjectReference, UNZIPPED_LIMIT};
use tokio::net::TcpStream;

use crate::settings::ObjectSources;

/// The object's bytes, or S3's refusal.
pub(crate) async fn fetch(sources: &ObjectSources, object: &ObjectReference) -> Result<Vec<u8>, CodeRefusal> {
    if let Some(folder) = sources.folder.as_ref().filter(|folder| folder.bucket == object.bucket) {
        return from_folder(&folder.path, object).await;
    }
    match &sources.endpoint {
        Some(endpoint) => from_endpoint(endpoint, object).await,
        None => Err(refusal("NoSuchBucket", "The specified bucket does not exist")),
    }
}

fn refusal(code: &str, message: &str) -> CodeRefusal {
    CodeRefusal::Object { code: code.to_owned(), message: message.to_owned() }
}

fn no_such_key() -> CodeRefusal {
    refusal("NoSuchKey", "The specified key does not exist.")
}

async fn from_folder(folder: &Path, object: &ObjectReference) -> Result<Vec<u8>, CodeRefusal> {
    if object.version.is_some() {
        return Err(refusal("NoSuchVersion", "The specified version does not exist."));
    }
    let key = PathBuf::from(&object.key);
    let is_plain = key.components().all(|component| matches!(component, Component::Normal(_)));
    if !is_plain {
        return Err(no_such_key());
    }
    match tokio::fs::read(folder.join(key)).await {
        Ok(bytes) => Ok(bytes),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(refusal("AccessDenied", "Access Denied")),
        Err(_) => Err(no_such_key()),
    }
}

async fn from_endpoint(endpoint: &str, object: &ObjectReference) -> Result<Vec<u8>, CodeRefusal> {
    match get(endpoint, object).await {
        Ok((200, body)) => Ok(body),
        Ok((status, body)) => Err(refusal_of(status, &String::from_utf8_lossy(&body))),
        Err(error) => Err(refusal("ServiceUnavailable", &format!("{endpoint}: {error}"))),
    }
}

/// Any failure on the way to an answer.
type Failure = Box<dyn std::error::Error + Send + Sync>;

async fn get(endpoint: &str, object: &ObjectReference) -> Result<(u16, Vec<u8>), Failure> {
    let authority =
        endpoint.strip_prefix("http://").ok_or("the endpoint does not begin with http://")?.trim_end_matches('/');
    let stream = TcpStream::connect(authority).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    // It ends with the answer, or when the sender is dropped.
    let connection = tokio::spawn(connection);
    let request = Request::get(target(object)).header(HOST, authority).body(Empty::<Bytes>::new())?;
    let response = sender.send_request(request).await?;
    let status = response.status().as_u16();
    let limit = usize::try_from(UNZIPPED_LIMIT).unwrap_or(usize::MAX);
    let body = Limited::new(response.into_body(), limit).collect().await?.to_bytes();
    connection.abort();
    Ok((status, body.to_vec()))
}

/// `/bucket/key`, percent-encoded but for the slashes.
fn target(object: &ObjectReference) -> String {
    let mut target = format!("/{}/{}", encoded(&object.bucket), encoded(&object.key));
    if let Some(version) = &object.version {
        target.push_str("?versionId=");
        target.push_str(&encoded(version));
    }
    target
}

fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _infallible = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

/// S3's error body has flat `Code` and `Message` elements, which is all that is read of it.
fn refusal_of(status: u16, body: &str) -> CodeRefusal {
    let element = |name: &str| {
        let (_, rest) = body.split_once(&format!("<{name}>"))?;
        let (text, _) = rest.split_once(&format!("</{name}>"))?;
        Some(text.to_owned())
    };
    match (element("Code"), element("Message")) {
        (Some(code), Some(message)) => CodeRefusal::Object { code, message },
        _ => refusal(&status.to_string(), "S3 gave no reason"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::ObjectFolder;

    fn object(bucket: &str, key: &str) -> ObjectReference {
        ObjectReference { bucket: bucket.to_owned(), key: key.to_owned(), version: None }
    }

    #[tokio::test]
    async fn a_folder_is_a_bucket() {
        let place = tempfile::tempdir().unwrap();
        std::fs::create_dir(place.path().join("bucket")).unwrap();
        std::fs::create_dir(place.path().join("bucket/a")).unwrap();
        std::fs::write(place.path().join("bucket/a/b.zip"), b"zip").unwrap();
        std::fs::write(place.path().join("secret"), b"secret").unwrap();
        let sources = ObjectSources {
            folder: Some(ObjectFolder { bucket: "local".to_owned(), path: place.path().join("bucket") }),
            endpoint: None,
        };
        assert_eq!(fetch(&sources, &object("local", "a/b.zip")).await.unwrap(), b"zip");
        for key in ["a/c.zip", "../secret", "a", "/etc/hostname", ""] {
            assert_eq!(fetch(&sources, &object("local", key)).await.unwrap_err(), no_such_key());
        }
        assert_eq!(
            fetch(&sources, &object("other", "a/b.zip")).await.unwrap_err(),
            refusal("NoSuchBucket", "The specified bucket does not exist")
        );
    }

    #[test]
    fn s3_s_refusal_is_handed_on() {
        let body = "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>";
        assert_eq!(refusal_of(404, body), no_such_key());
        assert_eq!(refusal_of(502, "bad gateway"), refusal("502", "S3 gave no reason"));
    }

    #[test]
    fn keys_are_encoded() {
        assert_eq!(target(&object("zips", "a b/ö.zip")), "/zips/a%20b/%C3%B6.zip");
    }
}
