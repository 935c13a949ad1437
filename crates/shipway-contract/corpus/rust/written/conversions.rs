use std::env;
use std::net::IpAddr;

pub fn limit() -> u32 {
    env::var("LIMIT").unwrap().parse().unwrap_or(10)
}

pub fn port() -> u16 {
    env::var("PORT").unwrap_or_default().parse().unwrap_or(8080)
}

pub fn address() -> Result<IpAddr, Box<dyn std::error::Error>> {
    let text = env::var("ADDRESS").unwrap_or_else(|_| "127.0.0.1".into());
    let address = text.parse()?;
    Ok(address)
}

pub fn ratio() -> Result<f64, String> {
    match env::var("RATIO") {
        Ok(text) => match text.parse() {
            Ok(ratio) => Ok(ratio),
            Err(error) => return Err(format!("RATIO: {error}")),
        },
        Err(_) => Ok(1.0),
    }
}

pub fn tags() -> Vec<String> {
    env::var("TAGS").expect("tags").split(',').map(str::to_string).collect()
}
