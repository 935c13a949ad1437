//! moto, which stands in for S3, STS, IAM and a second account's Lambda.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::sync::OnceLock;

use super::script;

/// One moto for all tests, which have functions and buckets of their own. Its input is a pipe that this process holds.
struct Moto {
    url: String,
    _child: Child,
}

static MOTO: OnceLock<Moto> = OnceLock::new();

/// Where the one moto listens: `http://127.0.0.1:PORT`. Started by the first test that asks.
pub(crate) fn moto_url() -> &'static str {
    let moto = MOTO.get_or_init(|| {
        let mut child = script("support/moto_server.py")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("moto starts: run tools/test-setup.sh first");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("it was piped")).read_line(&mut line).expect("its address");
        assert!(line.starts_with("http://"), "moto ended at its start, see above; run tools/test-setup.sh first");
        Moto { url: line.trim().to_owned(), _child: child }
    });
    &moto.url
}
