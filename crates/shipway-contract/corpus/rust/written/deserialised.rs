use serde::Deserialize;

#[derive(Deserialize)]
struct Settings {
    table: String,
    #[serde(rename = "TOPIC_ARN")]
    topic: String,
    #[serde(default)]
    debug: bool,
}

fn load() -> Result<Settings, Box<dyn std::error::Error>> {
    if let Ok(settings) = envy::prefixed("ORDERS_").from_env::<Settings>() {
        return Ok(settings);
    }
    let settings = config::Config::builder()
        .add_source(config::Environment::with_prefix("ORDERS"))
        .build()?;
    dotenvy::var("TABLE")?;
    Ok(settings.try_deserialize()?)
}
