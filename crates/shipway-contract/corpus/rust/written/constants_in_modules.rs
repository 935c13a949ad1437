use std::env;

mod keys {
    pub const TABLE: &str = "ORDERS_TABLE";
    pub const TOPIC: &str = "ORDERS_TOPIC";
}

pub struct Queue;

impl Queue {
    const URL: &'static str = "QUEUE_URL";

    pub fn url() -> String {
        env::var(Self::URL).unwrap()
    }
}

pub fn table() -> String {
    env::var(keys::TABLE).expect("a table")
}

pub fn topic() -> Option<String> {
    env::var(keys::TOPIC).ok()
}

pub fn dead_letters() -> String {
    env::var(Queue::URL).unwrap_or_default()
}
