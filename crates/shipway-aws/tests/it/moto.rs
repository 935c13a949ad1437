//! One moto for this test binary.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

#[expect(clippy::disallowed_types, reason = "the test's partner is a process of its own")]
use std::process::{Child, Command, Stdio};

/// moto, started by the first test that wants it. Its input is a pipe that this process holds: when the process ends,
/// however it ends, the pipe closes and moto stops.
pub(crate) struct Moto {
    /// Plain HTTP.
    pub(crate) url: String,
    /// The same over TLS.
    pub(crate) tls_url: String,
    /// A file with the certificate of the authority that signed for it, which no system knows.
    pub(crate) authority: String,
    _child: Child,
}

static MOTO: OnceLock<Moto> = OnceLock::new();

/// The one moto.
pub(crate) fn moto() -> &'static Moto {
    MOTO.get_or_init(start)
}

/// Where it listens without TLS.
pub(crate) fn url() -> &'static str {
    &moto().url
}

fn start() -> Moto {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/moto_server.py");
    #[expect(clippy::disallowed_types, reason = "the test's partner is a process of its own")]
    let child = Command::new(python()).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child =
        child.unwrap_or_else(|error| panic!("moto does not start ({error}): run tools/test-setup.sh first"));
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let place: serde_json::Value =
        serde_json::from_str(&line).expect("moto ended at its start, see above; run tools/test-setup.sh first");
    let text = |member: &str| place[member].as_str().unwrap().to_owned();
    Moto { url: text("url"), tls_url: text("tls_url"), authority: text("authority"), _child: child }
}

/// The Python that has moto: `SHIPWAY_TEST_MOTO`, or the environment that tools/test-setup.sh makes.
fn python() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "a setting of the test run itself")]
    let given = std::env::var_os("SHIPWAY_TEST_MOTO").map(PathBuf::from);
    given.unwrap_or_else(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        target.join("test-python/bin/python")
    })
}
