use std::env;
use std::str::FromStr;

fn setting(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}

fn setting_or<T: FromStr>(name: &str, default: T) -> T {
    env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

pub struct Config {
    pub table: String,
    pub topic: String,
    pub limit: u32,
}

impl Config {
    pub fn from_env() -> Self {
        Self {
            table: setting("TABLE"),
            topic: setting("TOPIC"),
            limit: setting_or("LIMIT", 25),
        }
    }
}
