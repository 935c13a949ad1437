use std::env;

pub fn proxy() -> Option<String> {
    if env::var("PROXY_HOST").is_ok() {
        return Some(env::var("PROXY_HOST").unwrap());
    }
    None
}

pub fn credentials() -> Option<(String, String)> {
    if env::var_os("PROXY_USER").is_none() {
        return None;
    }
    Some((
        env::var("PROXY_USER").unwrap(),
        env::var("PROXY_PASSWORD").unwrap(),
    ))
}

pub fn key() -> Result<String, String> {
    if env::var("KEY").is_err() {
        return Err("KEY is not set".into());
    }
    Ok(env::var("KEY").unwrap())
}
