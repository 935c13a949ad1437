use std::env;
use std::sync::{LazyLock, OnceLock};

use lazy_static::lazy_static;
use once_cell::sync::Lazy;

static TABLE: LazyLock<String> = LazyLock::new(|| env::var("TABLE").expect("TABLE is not set"));
static STAGE: Lazy<String> = Lazy::new(|| env::var("STAGE").unwrap_or_else(|_| "dev".to_string()));
static TOPIC: OnceLock<String> = OnceLock::new();

lazy_static! {
    static ref BUCKET: String = env::var("BUCKET").expect("BUCKET is not set");
    static ref PREFIX: Option<String> = env::var("PREFIX").ok();
}

thread_local! {
    static DEBUG: bool = env::var("DEBUG").is_ok();
}

pub fn describe() -> String {
    let topic = TOPIC.get_or_init(|| env::var("TOPIC").unwrap());
    format!("{} {} {topic} {} {:?}", *TABLE, *STAGE, *BUCKET, *PREFIX)
}
