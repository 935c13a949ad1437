//! The machine's clocks behind the engine's [`Clock`]. The only place of this crate that waits for time to pass on
//! the engine's behalf.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::Timestamp;
use shipway_engine::ports::Clock;

/// The machine's wall clock, its monotonic clock, and tokio's timer.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// A clock whose monotonic time counts from now.
    #[must_use]
    pub fn start() -> Self {
        Self { started: Instant::now() }
    }
}

#[async_trait(?Send)]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_monotonic_clock_counts_what_was_slept() {
        let clock = SystemClock::start();
        let before = clock.monotonic();
        clock.sleep(Duration::from_millis(5)).await;
        assert!(clock.monotonic() - before >= Duration::from_millis(5));
    }

    #[test]
    fn the_wall_clock_is_the_systems() {
        let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let difference = SystemClock::start().now().as_second() - i64::try_from(since_epoch.as_secs()).unwrap();
        assert!(difference.abs() < 60, "{difference} s apart");
    }
}
