//! The rate limits of the control plane: token buckets that hold one second's worth of calls.

use crate::{operation::Operation, settings::Throttle, time::Milliseconds};

/// Thousandths of a call, so that a bucket fills exactly whatever the interval.
const CALL: u64 = 1000;

#[derive(Clone, Debug)]
struct Bucket {
    rate: u64,
    filled: u64,
    at: Milliseconds,
}

impl Bucket {
    fn new(rate: u32) -> Self {
        let rate = u64::from(rate);
        Self { rate, filled: rate * CALL, at: 0 }
    }

    fn take(&mut self, now: Milliseconds) -> bool {
        let elapsed = now.saturating_sub(self.at);
        self.at = self.at.max(now);
        // One call per second is one thousandth of a call per millisecond.
        self.filled = self.filled.saturating_add(elapsed.saturating_mul(self.rate)).min(self.rate * CALL);
        let enough = self.filled >= CALL;
        if enough {
            self.filled -= CALL;
        }
        enough
    }
}

/// What is left of the rates of one account and region.
#[derive(Clone, Debug)]
pub(crate) struct Buckets {
    get_function: Bucket,
    get_policy: Bucket,
    others: Bucket,
}

impl Buckets {
    pub(crate) fn new(throttle: Throttle) -> Self {
        Self {
            get_function: Bucket::new(throttle.get_function),
            get_policy: Bucket::new(throttle.get_policy),
            others: Bucket::new(throttle.others),
        }
    }

    /// Whether the call may go on.
    pub(crate) fn admit(&mut self, operation: Operation, now: Milliseconds) -> bool {
        match operation {
            Operation::Invoke => true,
            Operation::GetFunction => self.get_function.take(now),
            Operation::GetPolicy => self.get_policy.take(now),
            _ => self.others.take(now),
        }
    }
}
