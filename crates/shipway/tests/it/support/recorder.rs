//! A server before a server, which writes down who asked for what.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

/// One request that went through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub(crate) method: String,
    /// With the query.
    pub(crate) path: String,
    /// The access key of the signature's `Credential`; empty without a signature.
    pub(crate) access_key: String,
    /// The service of the signature's scope, such as `lambda`; empty without a signature.
    pub(crate) service: String,
    /// How the body begins, as far as it is text.
    pub(crate) sent: String,
    /// How the answer begins, with its head.
    pub(crate) answer: String,
}

/// How much of a body is kept.
const KEPT: usize = 8192;

impl Recorded {
    /// Whether it asks for a change. (STS is asked by POST, and changes nothing.)
    pub(crate) fn is_write(&self) -> bool {
        self.method != "GET" && self.method != "HEAD" && self.service != "sts"
    }
}

/// Hands every request on to another address. Its threads end with the process.
#[derive(Debug)]
pub(crate) struct Recorder {
    /// `http://127.0.0.1:PORT`
    pub(crate) url: String,
    record: Arc<Record>,
}

/// What was asked, and how many requests are not through yet: a client has its answer before that is written down.
#[derive(Debug, Default)]
struct Record {
    requests: Mutex<(Vec<Recorded>, usize)>,
    changed: Condvar,
}

impl Record {
    fn begin(&self) {
        self.requests.lock().expect("no thread failed").1 += 1;
    }

    fn end(&self, request: Option<Recorded>) {
        let mut requests = self.requests.lock().expect("no thread failed");
        requests.0.extend(request);
        requests.1 -= 1;
        self.changed.notify_all();
    }
}

impl Recorder {
    /// Before the server at `url`.
    pub(crate) fn before(url: &str) -> Self {
        let upstream: SocketAddr = url.trim_start_matches("http://").parse().expect("an address");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let record = Arc::new(Record::default());
        let kept = Arc::clone(&record);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let record = Arc::clone(&kept);
                // A client that goes away in the middle is none of the test's business.
                thread::spawn(move || hand_on(client, upstream, &record));
            }
        });
        Self { url: format!("http://{address}"), record }
    }

    /// What came since the last call of this, once everything that came is through.
    pub(crate) fn take(&self) -> Vec<Recorded> {
        let requests = self.record.requests.lock().expect("no thread failed");
        let mut requests =
            self.record.changed.wait_while(requests, |requests| requests.1 > 0).expect("no thread failed");
        std::mem::take(&mut requests.0)
    }
}

/// One connection carries one request here: both sides are told that it closes afterwards, so bodies need no reading.
fn hand_on(mut client: TcpStream, upstream: SocketAddr, record: &Record) -> io::Result<()> {
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
    record.begin();
    let through = pass(client, upstream, received.split_at(end));
    record.end(through.ok());
    Ok(())
}

fn pass(mut client: TcpStream, upstream: SocketAddr, (head, body): (&[u8], &[u8])) -> io::Result<Recorded> {
    let head = String::from_utf8_lossy(head);
    let mut request = recorded(&head);
    let mut server = TcpStream::connect(upstream)?;
    server.set_nodelay(true)?;
    client.set_nodelay(true)?;
    let kept = head.split("\r\n").filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    let head: Vec<&str> = kept.chain(["Connection: close"]).collect();
    server.write_all(head.join("\r\n").as_bytes())?;
    let (mut from, mut to) = (body.chain(client.try_clone()?), server.try_clone()?);
    let (sent, answer) = thread::scope(|scope| {
        let sending = scope.spawn(move || copy(&mut from, &mut to));
        let answer = copy(&mut server, &mut client);
        // This ends the other direction too, where the client would keep the connection.
        let _it_may_be_gone = client.shutdown(Shutdown::Both);
        (sending.join().expect("no panic"), answer)
    });
    request.sent = String::from_utf8_lossy(&sent).into_owned();
    request.answer = String::from_utf8_lossy(&answer).into_owned();
    Ok(request)
}

/// Copies until either side ends, and answers how it began.
fn copy(from: &mut impl io::Read, to: &mut impl io::Write) -> Vec<u8> {
    let mut beginning = Vec::new();
    let mut piece = vec![0; 65_536];
    while let Ok(count @ 1..) = from.read(&mut piece) {
        beginning.extend(piece[..count].iter().take(KEPT - beginning.len()));
        if to.write_all(&piece[..count]).is_err() {
            break;
        }
    }
    beginning
}

fn recorded(head: &str) -> Recorded {
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let authorization = lines.find(|line| line.to_ascii_lowercase().starts_with("authorization:")).unwrap_or_default();
    let credential = authorization.split_once("Credential=").map(|(_, rest)| rest).unwrap_or_default();
    let scope: Vec<&str> = credential.split([',', ' ']).next().unwrap_or_default().split('/').collect();
    Recorded {
        method: words.next().unwrap_or_default(),
        path: words.next().unwrap_or_default(),
        access_key: scope.first().copied().unwrap_or_default().to_owned(),
        service: scope.get(3).copied().unwrap_or_default().to_owned(),
        sent: String::new(),
        answer: String::new(),
    }
}
