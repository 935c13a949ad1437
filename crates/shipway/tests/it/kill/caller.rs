//! Somebody who calls the alias all the time, and writes down what was answered.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::support::cloud::{PATIENCE, Reply, invoke};

/// Between two calls, so that callers leave the machine to what they call.
const PACE: Duration = Duration::from_millis(50);

/// A caller at work.
pub(super) struct Caller {
    calls: watch::Receiver<usize>,
    stop: watch::Sender<bool>,
    work: JoinHandle<Answers>,
}

/// What a caller was answered.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// The editions, of answers that were whole.
    pub(super) editions: BTreeSet<u64>,
    /// What nobody should ever be answered.
    pub(super) broken: Vec<String>,
}

impl Caller {
    /// Begins to call.
    pub(super) fn begin(lambda: SocketAddr) -> Self {
        let (stop, mut stopped) = watch::channel(false);
        let (count, calls) = watch::channel(0);
        let work = tokio::spawn(async move {
            let mut answers = Answers::default();
            while !*stopped.borrow_and_update() {
                answers.add(&invoke(lambda).await);
                count.send_modify(|count| *count += 1);
                tokio::time::sleep(PACE).await;
            }
            answers
        });
        Self { calls, stop, work }
    }

    /// Waits until a call that began after now was answered.
    pub(super) async fn calls_again(&mut self) {
        let two_more = *self.calls.borrow() + 2;
        let answered = self.calls.wait_for(|calls| *calls >= two_more);
        tokio::time::timeout(PATIENCE, answered).await.expect("calls are answered").expect("the caller lives");
    }

    /// Ends calling.
    pub(super) async fn end(self) -> Answers {
        self.stop.send_replace(true);
        self.work.await.expect("the caller ends")
    }
}

impl Answers {
    fn add(&mut self, reply: &Reply) {
        match edition(reply) {
            Ok(Some(edition)) => {
                self.editions.insert(edition);
            }
            // The alias of a function that Shipway never saw is missing until it is there; then it stays.
            Ok(None) if self.editions.is_empty() => {}
            Ok(None) => self.broken.push("the alias was there and is gone".to_owned()),
            Err(text) => self.broken.push(text),
        }
    }
}

/// Which edition answered: `None` when there is no alias, an error when it was neither one whole.
pub(super) fn edition(reply: &Reply) -> Result<Option<u64>, String> {
    let text = || format!("{} {}", reply.status, String::from_utf8_lossy(&reply.body));
    let answer: Value = serde_json::from_slice(&reply.body).map_err(|_| text())?;
    if reply.status == 404 {
        return Ok(None);
    }
    match (reply.status, answer["edition"].as_u64()) {
        (200, Some(edition)) if answer["part"].as_u64() == Some(edition) => Ok(Some(edition)),
        _ => Err(text()),
    }
}
