use std::env::{self, VarError};

#[derive(Debug)]
pub enum ConfigError {
    Missing(&'static str),
    Number(std::num::ParseIntError),
}

pub fn table() -> Result<String, ConfigError> {
    env::var("TABLE").map_err(|_| ConfigError::Missing("TABLE"))
}

pub fn limit() -> Result<u32, ConfigError> {
    env::var("LIMIT")
        .map_err(|_| ConfigError::Missing("LIMIT"))?
        .parse()
        .map_err(ConfigError::Number)
}

pub fn topic() -> Result<String, VarError> {
    env::var("TOPIC")
}

pub fn queue() -> Result<String, ConfigError> {
    let queue = env::var("QUEUE").map_err(|_| ConfigError::Missing("QUEUE"))?;
    Ok(queue.to_lowercase())
}
