use std::env;
use std::time::Duration;

pub struct Options {
    pub proxy: Option<String>,
    pub retries: Option<u32>,
    pub patience: Duration,
    pub token: String,
}

pub fn options() -> Options {
    Options {
        proxy: env::var("OUTBOUND_PROXY").ok(),
        retries: env::var("RETRIES").ok().and_then(|text| text.parse().ok()),
        patience: env::var("PATIENCE")
            .ok()
            .and_then(|text| text.parse().ok())
            .map(Duration::from_secs)
            .unwrap_or(Duration::from_secs(3)),
        token: env::var("TOKEN").ok().expect("TOKEN is not set"),
    }
}

pub fn sentry() {
    if let Some(dsn) = env::var("SENTRY_DSN").ok().filter(|dsn| !dsn.is_empty()) {
        println!("reporting to {dsn}");
    }
}
