use std::env;

macro_rules! required {
    ($name:expr) => {
        env::var($name).expect(concat!($name, " is not set"))
    };
}

macro_rules! stage {
    () => {
        env::var("STAGE").unwrap_or_else(|_| "dev".to_string())
    };
}

pub struct Config {
    pub table: String,
    pub stage: String,
}

pub fn load() -> Config {
    Config { table: required!("TABLE"), stage: stage!() }
}
