use std::env;

const TABLE_KEY: &str = "TABLE_NAME";
static TOPIC_KEY: &str = "TOPIC_ARN";
pub(crate) const BUCKET_KEY: &'static str = r"BUCKET";

pub fn table() -> String {
    env::var(TABLE_KEY).unwrap()
}

pub fn topic() -> Option<String> {
    env::var(TOPIC_KEY).ok()
}

pub fn bucket() -> String {
    env::var(BUCKET_KEY).expect(BUCKET_KEY)
}

pub fn stage() -> String {
    const STAGE_KEY: &str = "STAGE";
    env::var(STAGE_KEY).unwrap_or_else(|_| "dev".to_string())
}

pub fn owner() -> String {
    let key = "OWNER";
    env::var(key).expect("an owner")
}
