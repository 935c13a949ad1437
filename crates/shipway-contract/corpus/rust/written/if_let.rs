use std::env;

use anyhow::{bail, Result};

pub fn configure() -> Result<Vec<String>> {
    let mut values = Vec::new();
    if let Ok(proxy) = env::var("PROXY_URL") {
        values.push(proxy);
    }
    if let Ok(table) = env::var("TABLE") {
        values.push(table);
    } else {
        bail!("TABLE is not set");
    }
    let topic = if let Ok(topic) = env::var("TOPIC") {
        topic
    } else {
        return Err(anyhow::anyhow!("TOPIC is not set"));
    };
    values.push(topic);
    if let Err(error) = env::var("COLOUR") {
        eprintln!("COLOUR: {error}");
    }
    if let Some(home) = env::var_os("APP_HOME") {
        values.push(home.to_string_lossy().into_owned());
    }
    Ok(values)
}
