//! The embedded Lambda as a process of its own, which every tool is pointed at, and the calls that set it up.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use serde_json::{Value, json};

use crate::failure::Failure;

/// Account and region that it says it is.
pub(crate) const ACCOUNT: &str = "123456789012";
/// The region.
pub(crate) const REGION: &str = "eu-west-1";
/// A role that nobody checks.
pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/benchmark";

/// `shipway local serve`, until it is dropped.
#[derive(Debug)]
pub(crate) struct LambdaServer {
    process: Child,
    /// `http://127.0.0.1:PORT`
    pub(crate) url: String,
}

impl LambdaServer {
    /// Starts it over `folder`, and waits until it says where it listens. Updates and creations take no time there,
    /// unless `arguments` say so.
    pub(crate) fn start(shipway: &Path, folder: &Path, arguments: &[&str]) -> Result<Self, Failure> {
        let mut process = Command::new(shipway)
            .args(["local", "serve", "--listen", "127.0.0.1:0", "--account", ACCOUNT, "--region", REGION])
            .args(["--create-delay", "0", "--update-delay", "0"])
            .args(arguments)
            .arg("--dir")
            .arg(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(Failure::start("shipway local serve"))?;
        let mut url = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut url).map_err(Failure::start("shipway local serve"))?;
        }
        let url = url.trim().to_owned();
        let server = Self { process, url };
        if server.url.starts_with("http://") {
            return Ok(server);
        }
        Err(Failure::Unexpected("`shipway local serve` did not say where it listens".to_owned()))
    }

    /// Creates a function from a zip.
    pub(crate) fn create_function(&self, name: &str, runtime: &str, handler: &str, zip: &[u8]) -> Result<(), Failure> {
        let code = base64::engine::general_purpose::STANDARD.encode(zip);
        self.post(
            "functions",
            &json!({
                "FunctionName": name, "Runtime": runtime, "Handler": handler, "Role": ROLE,
                "Architectures": ["x86_64"], "MemorySize": 256, "Timeout": 30, "Code": { "ZipFile": code },
            }),
        )
    }

    /// Publishes a version and lets an alias point at it.
    pub(crate) fn create_alias(&self, function: &str, alias: &str) -> Result<(), Failure> {
        self.post(&format!("functions/{function}/versions"), &json!({}))?;
        self.post(&format!("functions/{function}/aliases"), &json!({ "Name": alias, "FunctionVersion": "1" }))
    }

    fn post(&self, path: &str, body: &Value) -> Result<(), Failure> {
        let url = format!("{}/2015-03-31/{path}", self.url);
        // The server wants a signature in the right form, and checks it against nothing.
        let signature = format!(
            "AWS4-HMAC-SHA256 Credential=benchmark/20260101/{REGION}/lambda/aws4_request, SignedHeaders=host, \
             Signature=0000000000000000000000000000000000000000000000000000000000000000"
        );
        let request = ureq::post(&url).header("content-type", "application/json").header("authorization", signature);
        let sent = request.send(body.to_string());
        sent.map(drop).map_err(|source| Failure::Http { attempt: format!("POST {path}"), source: Box::new(source) })
    }
}

impl Drop for LambdaServer {
    fn drop(&mut self) {
        let process = i32::try_from(self.process.id()).ok().and_then(rustix::process::Pid::from_raw);
        if let Some(process) = process {
            // It may have ended by itself; either way it is waited for.
            let _ = rustix::process::kill_process(process, rustix::process::Signal::TERM);
        }
        let _ = self.process.wait();
    }
}
