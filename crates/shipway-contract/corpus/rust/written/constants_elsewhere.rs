use std::env;

use crate::keys::{self, BUCKET};
use crate::names::*;

pub fn table() -> String {
    env::var(keys::TABLE).unwrap()
}

pub fn bucket() -> Option<String> {
    env::var(BUCKET).ok()
}

pub fn topic() -> Result<String, env::VarError> {
    env::var(TOPIC)
}

pub fn queue(kind: Kind) -> String {
    match kind {
        Kind::Fast => env::var(kind.key()).unwrap(),
        Kind::Slow => env::var("SLOW_QUEUE").unwrap(),
    }
}
