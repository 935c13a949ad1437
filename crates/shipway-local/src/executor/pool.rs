//! The environments that wait for their next invocation, and which of them may have it. No I/O, no waiting.

use std::collections::{HashMap, VecDeque};

use tokio::time::Instant;

use super::environment::Environment;
use super::invocation::Invocation;

#[derive(Default)]
pub(super) struct Pool {
    /// The one that has been idle longest first.
    idle: VecDeque<Idle>,
    /// How often a function was retired.
    retired: HashMap<String, u64>,
    door: Door,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Door {
    #[default]
    Open,
    Closed,
}

struct Idle {
    key: Key,
    environment: Environment,
    since: Instant,
}

/// Environments with the same key can stand in for each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    function_name: String,
    version: String,
    code_sha256: String,
    revision: String,
    /// So that an environment that was busy when its function was retired is not used again.
    retired: u64,
}

impl Pool {
    fn retired(&self, function_name: &str) -> u64 {
        self.retired.get(function_name).copied().unwrap_or_default()
    }

    pub(super) fn key(&self, invocation: &Invocation) -> Key {
        Key {
            function_name: invocation.function_name.clone(),
            version: invocation.version.clone(),
            code_sha256: invocation.code_sha256.clone(),
            revision: invocation.revision.clone(),
            retired: self.retired(&invocation.function_name),
        }
    }

    /// The environment with this key that was used last: the others may then become idle for long enough to go.
    pub(super) fn take(&mut self, key: &Key) -> Option<Environment> {
        self.idle.retain(|idle| !idle.environment.is_over());
        let place = self.idle.iter().rposition(|idle| idle.key == *key)?;
        self.idle.remove(place).map(|idle| idle.environment)
    }

    /// Takes an environment back, or returns it when it is of no more use.
    pub(super) fn give(&mut self, key: Key, environment: Environment) -> Option<Environment> {
        if self.door == Door::Closed || key.retired != self.retired(&key.function_name) {
            return Some(environment);
        }
        self.idle.push_back(Idle { key, environment, since: Instant::now() });
        None
    }

    /// Gives everything away and takes nothing back any more.
    pub(super) fn close(&mut self) -> Vec<Environment> {
        self.door = Door::Closed;
        self.remove_where(|_| true)
    }

    pub(super) fn retire(&mut self, function_name: &str) -> Vec<Environment> {
        *self.retired.entry(function_name.to_owned()).or_default() += 1;
        self.remove_where(|idle| idle.key.function_name == function_name)
    }

    /// The longest idle ones beyond `places`.
    pub(super) fn surplus(&mut self, places: usize) -> Vec<Environment> {
        let surplus = self.idle.len().saturating_sub(places);
        self.idle.drain(..surplus).map(|idle| idle.environment).collect()
    }

    pub(super) fn idle_since_before(&mut self, moment: Instant) -> Vec<Environment> {
        self.remove_where(|idle| idle.since < moment)
    }

    fn remove_where(&mut self, is_unwanted: impl Fn(&Idle) -> bool) -> Vec<Environment> {
        let (unwanted, kept): (VecDeque<_>, VecDeque<_>) =
            std::mem::take(&mut self.idle).into_iter().partition(is_unwanted);
        self.idle = kept;
        unwanted.into_iter().map(|idle| idle.environment).collect()
    }
}
