use std::env;

const PREFIX: &str = "ORDERS_";
const TABLE_KEY: &str = concat!("ORDERS", "_", "TABLE");

pub fn table() -> String {
    env::var(TABLE_KEY).unwrap()
}

pub fn topic() -> String {
    env::var(concat!("ORDERS_", "TOPIC")).unwrap()
}

pub fn bucket() -> String {
    env::var(format!("{PREFIX}BUCKET")).unwrap()
}

pub fn queue() -> Option<String> {
    env::var(format!("{}QUEUE", PREFIX)).ok()
}

pub fn of_stage(stage: &str) -> String {
    env::var(format!("{PREFIX}{}", stage.to_uppercase())).unwrap()
}

pub fn key(stage: &str) -> String {
    env::var(format!("{stage}_KEY")).unwrap()
}

pub fn joined(suffix: &str) -> Option<String> {
    env::var(PREFIX.to_string() + suffix).ok()
}
