use crate::virtual_machine::env;
use worker::{Env, Result};

pub fn table() -> String {
    env::var("TABLE").unwrap()
}

pub async fn fetch(environment: Env) -> Result<String> {
    let topic = environment.var("TOPIC")?.to_string();
    let secret = environment.secret("SECRET")?.to_string();
    Ok(format!("{topic} {secret}"))
}

pub fn home() -> Option<std::path::PathBuf> {
    dirs::home_dir()
}
