//! moto's server as a process of its own: S3 and CloudFormation for the tools that deploy by them.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::peers;
use super::workshop::Workshop;
use crate::failure::Failure;
use crate::terminal::with_causes;

/// A bucket that is there.
pub(crate) const BUCKET: &str = "benchmark-bucket";

/// It needs about a second; a machine that has other things to do gets more.
const PATIENCE: Duration = Duration::from_secs(60);

/// The server, until it is dropped.
#[derive(Debug)]
pub(crate) struct Moto {
    process: Child,
    /// By name, not by number: moto takes the bucket of a template's address from the path only at `localhost`.
    pub(crate) url: String,
}

impl Moto {
    /// Starts it and creates the bucket.
    ///
    /// # Errors
    /// A sentence, when it is not installed or does not come up.
    pub(crate) fn start(workshop: &Workshop) -> Result<Self, String> {
        let program = peers::moto(workshop)?;
        let port = free_port().map_err(|failure| with_causes(&failure))?;
        let process = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("moto_server: {error}"))?;
        let moto = Self { process, url: format!("http://localhost:{port}") };
        moto.create_bucket()?;
        Ok(moto)
    }

    fn create_bucket(&self) -> Result<(), String> {
        let begun = Instant::now();
        loop {
            match ureq::put(format!("{}/{BUCKET}", self.url)).send_empty() {
                Ok(_) => return Ok(()),
                Err(error) if begun.elapsed() > PATIENCE => return Err(format!("moto does not answer: {error}")),
                Err(_) => thread::sleep(Duration::from_millis(100)),
            }
        }
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is waited for.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port that is free now: moto takes a number only.
fn free_port() -> Result<u16, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(Failure::start("moto_server"))?;
    listener.local_addr().map(|address| address.port()).map_err(Failure::start("moto_server"))
}
