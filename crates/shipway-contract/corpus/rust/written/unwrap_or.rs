use std::env;

pub fn stage() -> String {
    env::var("STAGE").unwrap_or("dev".to_string())
}

pub fn level() -> String {
    env::var("LOG_LEVEL").unwrap_or_else(|_| String::from("info"))
}

pub fn suffix() -> String {
    env::var("SUFFIX").unwrap_or_default()
}

pub fn host() -> String {
    env::var("HOST_NAME").unwrap_or_else(|error| {
        eprintln!("HOST_NAME: {error}, taking localhost");
        "localhost".into()
    })
}

pub fn port() -> u16 {
    env::var("PORT")
        .map(|port| port.parse().expect("PORT must be a number"))
        .unwrap_or(8080)
}

pub fn colour() -> String {
    env::var("COLOUR").map_or("green".to_owned(), |colour| colour.to_lowercase())
}
