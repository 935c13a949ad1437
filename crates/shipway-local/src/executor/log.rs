//! What a function writes: captured from its pipe, bounded, and framed by Lambda's own lines.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io::{self, ErrorKind, PipeReader};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::net::unix::pipe::Receiver;

/// More than a pipe holds, so one pass of this much reads everything that was written before it began; bounded, because
/// a function may write faster than it is read.
const ONE_PASS: usize = 1024 * 1024;

/// The reading end of a function's standard output and error.
pub(super) struct Capture {
    pipe: Receiver,
    kept: Mutex<Bounded>,
}

enum Pass {
    Empty,
    MoreToCome,
    Closed,
}

impl Capture {
    pub(super) fn new(pipe: PipeReader, maximum_bytes: usize) -> io::Result<Capture> {
        let pipe = Receiver::from_owned_fd(pipe.into())?;
        Ok(Capture { pipe, kept: Mutex::new(Bounded::new(maximum_bytes)) })
    }

    /// Reads along until the last writer is gone, so that a function is never blocked by output that nobody asked for.
    pub(super) async fn follow(&self) {
        while self.pipe.readable().await.is_ok() {
            match self.read_pass(|buffer| self.pipe.try_read(buffer)) {
                Pass::Empty => {}
                Pass::MoreToCome => tokio::task::yield_now().await,
                Pass::Closed => return,
            }
        }
    }

    /// Everything written until now and not taken before. Asks the pipe itself and not tokio, whose idea of its
    /// readiness may be older than the last write.
    pub(super) fn take(&self) -> Vec<u8> {
        self.read_pass(|buffer| Ok(rustix::io::read(&self.pipe, buffer)?));
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn read_pass(&self, mut read: impl FnMut(&mut [u8]) -> io::Result<usize>) -> Pass {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut buffer = [0_u8; 16 * 1024];
        let mut total = 0;
        while total < ONE_PASS {
            match read(&mut buffer) {
                Ok(0) => return Pass::Closed,
                Ok(length) => {
                    kept.push(&buffer[..length]);
                    total += length;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Pass::Empty,
                Err(_) => return Pass::Closed,
            }
        }
        Pass::MoreToCome
    }
}

/// The beginning and the end of a stream of bytes.
struct Bounded {
    half: usize,
    beginning: Vec<u8>,
    end: VecDeque<u8>,
    dropped: u64,
}

impl Bounded {
    fn new(maximum_bytes: usize) -> Bounded {
        Bounded { half: maximum_bytes / 2, beginning: Vec::new(), end: VecDeque::new(), dropped: 0 }
    }

    fn push(&mut self, bytes: &[u8]) {
        let (first, rest) = bytes.split_at(bytes.len().min(self.half - self.beginning.len()));
        self.beginning.extend_from_slice(first);
        self.end.extend(rest);
        let excess = self.end.len().saturating_sub(self.half);
        self.end.drain(..excess);
        self.dropped += excess as u64;
    }

    fn take(&mut self) -> Vec<u8> {
        let mut all = std::mem::take(&mut self.beginning);
        if self.dropped > 0 {
            all.extend_from_slice(format!("\n[{} bytes of output left out]\n", self.dropped).as_bytes());
        }
        all.extend(std::mem::take(&mut self.end));
        self.dropped = 0;
        all
    }
}

/// The numbers of a REPORT line.
pub(super) struct Usage {
    pub(super) duration: Duration,
    /// Set for a process's first invocation. It counts as billed, as on AWS since August 2025.
    pub(super) initialization: Option<Duration>,
    pub(super) memory_megabytes: u32,
    /// Unknown where the system does not tell.
    pub(super) peak_megabytes: Option<u64>,
    /// `timeout`, or `error` with its type, as AWS appends it.
    pub(super) status: Option<String>,
}

pub(super) fn start_line(request_id: &str, version: &str) -> String {
    format!("START RequestId: {request_id} Version: {version}\n")
}

/// END and REPORT: <https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html>.
pub(super) fn end_lines(request_id: &str, usage: &Usage) -> String {
    let billed = (usage.duration + usage.initialization.unwrap_or_default()).as_micros().div_ceil(1000);
    let mut lines = format!(
        "END RequestId: {request_id}\nREPORT RequestId: {request_id}\tDuration: {:.2} ms\tBilled Duration: {billed} ms\t\
         Memory Size: {} MB",
        milliseconds(usage.duration),
        usage.memory_megabytes
    );
    if let Some(peak) = usage.peak_megabytes {
        let _ = write!(lines, "\tMax Memory Used: {peak} MB");
    }
    if let Some(initialization) = usage.initialization {
        let _ = write!(lines, "\tInit Duration: {:.2} ms", milliseconds(initialization));
    }
    if let Some(status) = &usage.status {
        let _ = write!(lines, "\tStatus: {status}");
    }
    lines.push('\n');
    lines
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_keeps_its_beginning_and_its_end() {
        let mut kept = Bounded::new(8);
        for chunk in ["abcdef", "ghijkl", "m"] {
            kept.push(chunk.as_bytes());
        }
        assert_eq!(kept.take(), b"abcd\n[5 bytes of output left out]\njklm");
        kept.push(b"next");
        assert_eq!(kept.take(), b"next");
    }

    #[test]
    fn the_report_line_is_lambdas() {
        let usage = Usage {
            duration: Duration::from_micros(1230),
            initialization: Some(Duration::from_micros(100_500)),
            memory_megabytes: 128,
            peak_megabytes: Some(36),
            status: None,
        };
        assert_eq!(
            end_lines("ID", &usage),
            "END RequestId: ID\nREPORT RequestId: ID\tDuration: 1.23 ms\tBilled Duration: 102 ms\tMemory Size: 128 MB\t\
             Max Memory Used: 36 MB\tInit Duration: 100.50 ms\n"
        );
    }
}
