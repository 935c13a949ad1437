//! Machines, clocks, chance, who we are, and who listens.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use shipway_core::ledger::Writer;
use shipway_core::names::{AccountId, Nonce};
use shipway_engine::ports::{CallError, Clock, Entropy, Event, Identity, Liveness, Machine, Reporter};
use shipway_lambda_model::Entropy as _;

use super::executor::Life;
use super::lambda::spoiled;
use super::{Guard, Process, ProcessId, Side};

impl Machine for Process {
    fn writer(&self) -> Writer {
        let host = self.host();
        Writer {
            program: "shipway 0.1.0".to_owned(),
            user: "ada".to_owned(),
            boot: Some(format!("boot of {host}")),
            host,
            process: self.id.0,
            process_started: Some(u64::from(self.id.0)),
            run: None,
        }
    }

    fn liveness(&self, writer: &Writer) -> Liveness {
        if writer.host != self.host() {
            return Liveness::Elsewhere;
        }
        self.world.with_things(|things| match things.processes[&ProcessId(writer.process)].life {
            Life::Alive => Liveness::Alive,
            Life::Gone => Liveness::Gone,
        })
    }
}

#[async_trait(?Send)]
impl Clock for Process {
    fn now(&self) -> Timestamp {
        let milliseconds = self.world.with_things(|things| things.milliseconds());
        Timestamp::from_millisecond(i64::try_from(milliseconds).unwrap()).unwrap()
    }

    fn monotonic(&self) -> Duration {
        self.world.now()
    }

    async fn sleep(&self, duration: Duration) {
        let until = self.world.now() + duration;
        poll_fn(|context| {
            self.world.with_things(|things| {
                if things.now >= until {
                    return Poll::Ready(());
                }
                things.sequence += 1;
                let key = (until, things.sequence);
                things.timers.insert(key, context.waker().clone());
                Poll::Pending
            })
        })
        .await;
    }
}

impl Entropy for Process {
    fn nonce(&self) -> Nonce {
        let (one, two) = self.world.with_things(|things| (things.chance.next_u64(), things.chance.next_u64()));
        format!("{one:016x}{two:016x}").parse().unwrap()
    }

    fn fraction(&self) -> f64 {
        let thousandth = self.world.with_things(|things| things.chance.next_u64() % 1000);
        f64::from(u32::try_from(thousandth).unwrap()) / 1000.0
    }
}

#[async_trait(?Send)]
impl Identity for Process {
    async fn account(&self) -> Result<AccountId, CallError> {
        let operation = "GetCallerIdentity";
        self.call(
            Side::Other,
            operation,
            "the credentials",
            Guard::NotNeeded,
            |things| Ok(things.account.parse().unwrap()),
            |fault| spoiled(operation, "the credentials", fault),
        )
        .await
    }
}

impl Reporter for Process {
    fn report(&self, event: Event) {
        self.world.with_things(|things| things.events.push((self.id, event)));
    }
}
