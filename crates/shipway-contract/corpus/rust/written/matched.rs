use std::env;

pub fn table() -> Result<String, String> {
    match env::var("TABLE") {
        Ok(table) => Ok(table),
        Err(error) => return Err(format!("TABLE: {error}")),
    }
}

pub fn topic() -> String {
    match env::var("TOPIC") {
        Ok(topic) if !topic.is_empty() => topic,
        _ => panic!("TOPIC is not set"),
    }
}

pub fn queue() -> Result<String, String> {
    match env::var("QUEUE") {
        Ok(queue) => Ok(queue),
        Err(_) => Err("QUEUE is not set".to_string()),
    }
}

pub fn stage() -> String {
    match env::var("STAGE") {
        Ok(stage) => stage,
        Err(_) => "dev".to_string(),
    }
}

pub fn webhook() -> Option<String> {
    let webhook = match env::var("WEBHOOK") {
        Ok(webhook) => webhook,
        Err(error) => {
            eprintln!("no webhook: {error}");
            return None;
        }
    };
    Some(webhook + "/orders")
}

pub fn tier() -> u8 {
    match env::var("TIER").as_deref() {
        Ok("gold") => 1,
        Ok("silver") => 2,
        _ => 3,
    }
}
