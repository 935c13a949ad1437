use std::env;

/// Reads the table
/// from the environment.
pub fn table() -> String {
    env::var("TABLE").unwrap()
}

pub fn text() -> String {
    let text = "two
lines";
    match env::var("STAGE") {
        Ok(stage) => stage + text,
        Err(_) => text.to_string(),
    }
}

pub fn topic() -> Result<String, env::VarError> {
    Ok(env::var("TOPIC")?)
}
