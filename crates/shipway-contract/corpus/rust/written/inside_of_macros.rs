use std::env;

use serde_json::json;
use tracing::info;

fn main() {
    println!("table: {}", env::var("TABLE").unwrap());
    info!(stage = %env::var("STAGE").unwrap_or_default(), "started");
    let names = vec![env::var("FIRST").unwrap(), env::var("SECOND").unwrap_or_default()];
    let document = json!({
        "topic": env::var("TOPIC").expect("a topic"),
        "proxy": env::var("PROXY_URL").ok(),
        "names": names,
        "NOT_READ": "env::var(\"NOT_READ\").unwrap()",
    });
    let address = format!("https://{}/{}", std::env::var("API_HOST").unwrap(), document);
    assert_eq!(env::var("LAYOUT").unwrap(), "2", "unknown layout");
    debug_assert!(address.starts_with("https://"));
    if cfg!(debug_assertions) {
        dbg!(env::var("DUMP").is_ok());
    }
}
