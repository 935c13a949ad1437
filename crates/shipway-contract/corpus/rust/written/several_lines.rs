use std::env;

use anyhow::{Context, Result};

pub fn load() -> Result<Vec<String>> {
    let table = env::var(
        "TABLE",
    )
    .context("TABLE")?;
    let topic = std::env::
        var("TOPIC")
        // Older templates do not set it.
        .unwrap_or_else(
            |_| {
                "orders".to_string()
            },
        );
    let stage =
        std::env::var("STAGE")

            .map(|stage| stage.to_lowercase())

            .expect("STAGE is not set");
    let Ok(bucket) =
        env::var("BUCKET")
    else {
        anyhow::bail!(
            "BUCKET is not set"
        );
    };
    Ok(vec![table, topic, stage, bucket])
}
