//! A server on this machine that gives one prepared reply after the other and keeps what it was asked.

use std::path::Path;
use std::sync::{Arc, Mutex};

use shipway_aws::{Clients, CredentialsSource, Endpoints, SdkLambda, Settings};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// Answers.
    Answer { status: u16, headers: Vec<(&'static str, String)>, body: Vec<u8> },
    /// Closes the connection once the request is read.
    HangUp,
}

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// `GET /path?query`.
    pub(crate) line: String,
    /// Lower-case names.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

pub(crate) fn json(status: u16, body: &str) -> Reply {
    let headers = vec![("content-type", "application/json".to_owned()), ("x-amzn-requestid", "request-1".to_owned())];
    Reply::Answer { status, headers, body: body.as_bytes().to_vec() }
}

/// A refusal as Lambda writes it; `member` is `message` or `Message`, as the exception has it.
pub(crate) fn refusal(status: u16, code: &str, member: &str, text: &str) -> Reply {
    let Reply::Answer { mut headers, .. } = json(status, "") else { unreachable!() };
    headers.push(("x-amzn-errortype", code.to_owned()));
    let body = serde_json::json!({ "Type": "User", member: text }).to_string().into_bytes();
    Reply::Answer { status, headers, body }
}

pub(crate) fn xml(status: u16, code: &str) -> Reply {
    let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>recorded</Message></Error>");
    let headers = vec![("content-type", "application/xml".to_owned()), ("x-amz-request-id", "request-2".to_owned())];
    Reply::Answer { status, headers, body: body.into_bytes() }
}

/// The server. It stops with the test's runtime.
#[derive(Debug)]
pub(crate) struct Recorded {
    url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Recorded {
    pub(crate) async fn serve(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            // The last reply is given again and again, so that a call that is repeated shows in the count.
            let mut replies = replies.into_iter().peekable();
            let mut reply = Reply::HangUp;
            while let Ok((mut connection, _)) = listener.accept().await {
                reply = replies.next().unwrap_or(reply);
                let request = read(&mut connection).await;
                seen.lock().unwrap().push(request);
                answer(&mut connection, &reply).await;
            }
        });
        Self { url, requests }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    pub(crate) async fn clients(&self) -> Clients {
        clients(&self.url, None).await
    }

    pub(crate) async fn lambda(&self, folder: &Path) -> SdkLambda {
        self.clients().await.lambda(folder.to_owned())
    }
}

/// Clients of any server on this machine.
pub(crate) async fn clients(url: &str, role_arn: Option<&str>) -> Clients {
    let settings = Settings {
        region: Some("eu-west-1".parse().unwrap()),
        profile: None,
        role_arn: role_arn.map(str::to_owned),
        role_session_name: "shipway-test".to_owned(),
        endpoints: Endpoints { general: Some(url.to_owned()), ..Endpoints::default() },
        credentials: CredentialsSource::Fixed,
    };
    Clients::connect(settings).await.unwrap()
}

async fn read(connection: &mut TcpStream) -> Request {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        assert!(connection.read_buf(&mut bytes).await.unwrap() > 0, "the request ended in its head");
    };
    let text = String::from_utf8(bytes[..head].to_vec()).unwrap();
    let mut lines = text.split("\r\n");
    let line = lines.next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length =
        headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, value)| value.parse().unwrap());
    while bytes.len() < head + 4 + length {
        assert!(connection.read_buf(&mut bytes).await.unwrap() > 0, "the request ended in its body");
    }
    Request { line, headers, body: String::from_utf8_lossy(&bytes[head + 4..]).into_owned() }
}

async fn answer(connection: &mut TcpStream, reply: &Reply) {
    let Reply::Answer { status, headers, body } = reply else { return };
    let mut head = format!("HTTP/1.1 {status} Recorded\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    // A client that has gone is the client's matter.
    let _ = connection.write_all(head.as_bytes()).await;
    let _ = connection.write_all(body).await;
}
