use std::env;

use anyhow::{bail, Result};

fn table() -> Result<String> {
    let Ok(table) = env::var("TABLE") else {
        bail!("TABLE is not set");
    };
    Ok(table)
}

fn topic() -> String {
    let Ok(topic) = env::var("TOPIC") else { panic!("no topic") };
    topic
}

fn notify(message: &str) {
    let Ok(webhook) = env::var("WEBHOOK") else {
        return;
    };
    println!("{webhook}: {message}");
}

fn warm() -> Result<()> {
    let Some(url) = env::var_os("WARM_URL") else {
        return Ok(());
    };
    println!("{url:?}");
    Ok(())
}

fn queue() -> Result<String> {
    let Some(queue) = env::var("QUEUE").ok() else {
        return Err(anyhow::anyhow!("no queue"));
    };
    Ok(queue)
}
