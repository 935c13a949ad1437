//! A server before a server, which counts who asked for what. It answers STS itself: the embedded Lambda is one service.

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use super::lambda_server::ACCOUNT;
use crate::failure::Failure;

/// Hands every request on to another address. Its threads end with the process.
#[derive(Debug)]
pub(crate) struct Recorder {
    /// `http://127.0.0.1:PORT`
    pub(crate) url: String,
    calls: Arc<Mutex<Vec<String>>>,
}

impl Recorder {
    /// Before the server at `url`.
    pub(crate) fn before(url: &str) -> Result<Self, Failure> {
        let no_address = || Failure::Unexpected(format!("{url} is not the address of a server on this machine"));
        let upstream: SocketAddr = url.trim_start_matches("http://").parse().map_err(|_| no_address())?;
        let listener = TcpListener::bind("127.0.0.1:0").map_err(Failure::start("the recorder"))?;
        let address = listener.local_addr().map_err(Failure::start("the recorder"))?;
        let calls = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&calls);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let calls = Arc::clone(&kept);
                // A client that goes away in the middle is its own business.
                thread::spawn(move || hand_on(client, upstream, &calls));
            }
        });
        Ok(Self { url: format!("http://{address}"), calls })
    }

    /// The operations of Lambda that were asked for since the last call of this, in the order in which they came.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.calls.lock().expect("no thread panics while it holds the list"))
    }
}

/// How often each operation was called.
pub(crate) fn counted(calls: &[String]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for call in calls {
        *counts.entry(call.clone()).or_default() += 1;
    }
    counts
}

/// One connection carries one request here: both sides are told that it closes afterwards, so bodies need no reading.
fn hand_on(mut client: TcpStream, upstream: SocketAddr, calls: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut received = Vec::new();
    let end = loop {
        if let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        let mut piece = [0; 8192];
        match client.read(&mut piece)? {
            0 => return Ok(()),
            count => received.extend_from_slice(&piece[..count]),
        }
    };
    let (head, body) = received.split_at(end);
    let head = String::from_utf8_lossy(head).into_owned();
    let (method, path) = request_line(&head);
    if method == "POST" && path == "/" {
        return answer_sts(client);
    }
    calls.lock().expect("no thread panics while it holds the list").push(operation(&method, &path));
    pass(client, upstream, &head, body)
}

fn request_line(head: &str) -> (String, String) {
    let mut words = head.split("\r\n").next().unwrap_or_default().split(' ').map(str::to_owned);
    (words.next().unwrap_or_default(), words.next().unwrap_or_default())
}

fn answer_sts(mut client: TcpStream) -> io::Result<()> {
    let body = format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
         <Arn>arn:aws:iam::{ACCOUNT}:user/benchmark</Arn><UserId>AIDABENCHMARK</UserId><Account>{ACCOUNT}</Account>\
         </GetCallerIdentityResult></GetCallerIdentityResponse>"
    );
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    client.write_all(head.as_bytes())?;
    client.write_all(body.as_bytes())?;
    client.shutdown(Shutdown::Write)?;
    // The request's body, which nobody needs: closing with it unread would reset the connection.
    io::copy(&mut client.take(65_536), &mut io::sink()).map(drop)
}

fn pass(client: TcpStream, upstream: SocketAddr, head: &str, body: &[u8]) -> io::Result<()> {
    let mut server = TcpStream::connect(upstream)?;
    server.set_nodelay(true)?;
    client.set_nodelay(true)?;
    let kept = head.split("\r\n").filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    let head: Vec<&str> = kept.chain(["Connection: close"]).collect();
    server.write_all(head.join("\r\n").as_bytes())?;
    let (mut from, mut to, mut back) = (body.chain(client.try_clone()?), server.try_clone()?, client.try_clone()?);
    thread::scope(|scope| {
        scope.spawn(move || io::copy(&mut from, &mut to));
        let answered = io::copy(&mut server, &mut back).map(drop);
        // This ends the other direction too, where the client would keep the connection.
        let _it_may_be_gone = client.shutdown(Shutdown::Both);
        answered
    })
}

/// The operation's name, as AWS's documentation has it.
fn operation(method: &str, path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.trim_matches('/').split('/').skip(1).collect();
    let name = match (method, parts.as_slice()) {
        ("GET", ["functions", _]) => "GetFunction",
        ("GET", ["functions"]) => "ListFunctions",
        ("GET", ["functions", _, "configuration"]) => "GetFunctionConfiguration",
        ("GET", ["functions", _, "aliases", _]) => "GetAlias",
        ("GET", ["functions", _, "policy"]) => "GetPolicy",
        ("GET", ["functions", _, "url"]) => "GetFunctionUrlConfig",
        ("GET", ["functions", _, "urls"]) => "ListFunctionUrlConfigs",
        ("GET", ["functions", _, "code-signing-config"]) => "GetFunctionCodeSigningConfig",
        ("GET", ["event-source-mappings"]) => "ListEventSourceMappings",
        ("PUT", ["functions", _, "code"]) => "UpdateFunctionCode",
        ("PUT", ["functions", _, "configuration"]) => "UpdateFunctionConfiguration",
        ("POST", ["functions", _, "versions"]) => "PublishVersion",
        ("POST", ["functions", _, "aliases"]) => "CreateAlias",
        ("PUT", ["functions", _, "aliases", _]) => "UpdateAlias",
        _ => return format!("{method} {path}"),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::{counted, operation};

    #[test]
    fn requests_are_known_by_their_operations_names() {
        assert_eq!(operation("GET", "/2015-03-31/functions/f?Qualifier=live"), "GetFunction");
        assert_eq!(operation("PUT", "/2015-03-31/functions/f/code"), "UpdateFunctionCode");
        assert_eq!(operation("GET", "/2020-04-22/functions/f/code-signing-config"), "GetFunctionCodeSigningConfig");
        assert_eq!(operation("GET", "/2015-03-31/event-source-mappings/?FunctionName=f"), "ListEventSourceMappings");
        assert_eq!(operation("DELETE", "/2015-03-31/functions/f"), "DELETE /2015-03-31/functions/f");
        let calls = ["a", "b", "a"].map(str::to_owned);
        assert_eq!(counted(&calls).into_iter().collect::<Vec<_>>(), [("a".to_owned(), 2), ("b".to_owned(), 1)]);
    }
}
