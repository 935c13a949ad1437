//! Time and chance, from outside.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use shipway_core::names::Nonce;

/// The two clocks: one for people, one that only counts up; and the only way to wait.
#[async_trait(?Send)]
pub trait Clock {
    /// The wall clock, for what is shown and recorded. May jump.
    fn now(&self) -> Timestamp;
    /// Time since some fixed moment. Never goes back; what leases are judged by.
    fn monotonic(&self) -> Duration;
    /// Waits.
    async fn sleep(&self, duration: Duration);
}

/// A source of chance.
pub trait Entropy {
    /// A text of letters and digits that nobody else draws (at least 80 bits).
    fn nonce(&self) -> Nonce;
    /// A number in `0.0..1.0`, for jitter.
    fn fraction(&self) -> f64;
}
