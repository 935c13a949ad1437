use std::env;

use anyhow::{anyhow, Context, Result};

pub struct Store {
    bucket: String,
    prefix: String,
    key: String,
}

impl Store {
    pub fn from_env() -> Result<Self> {
        let bucket = env::var("BUCKET").context("BUCKET is not set")?;
        let prefix = env::var("PREFIX")
            .with_context(|| format!("{} is not set", "PREFIX"))?;
        let key = env::var("KEY").map_err(|error| anyhow!("KEY: {error}"))?;
        Ok(Self { bucket, prefix, key })
    }
}

pub fn account() -> Result<String> {
    env::var("ACCOUNT").context("no account")
}
