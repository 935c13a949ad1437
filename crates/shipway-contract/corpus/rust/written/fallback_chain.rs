use std::env;

pub fn table() -> String {
    env::var("TABLE")
        .or_else(|_| env::var("LEGACY_TABLE"))
        .expect("TABLE or LEGACY_TABLE must be set")
}

pub fn topic() -> String {
    env::var("TOPIC")
        .or_else(|_| env::var("LEGACY_TOPIC"))
        .unwrap_or_else(|_| "orders".to_string())
}

pub fn stage() -> Option<String> {
    env::var("STAGE").ok().or_else(|| env::var("ENVIRONMENT").ok())
}

pub fn level() -> String {
    match env::var("LOG_LEVEL") {
        Ok(level) => level,
        Err(_) => env::var("RUST_LOG").unwrap_or_default(),
    }
}
