use std::env;

const NAME: &str = "TABLE_NAME";

pub fn table() -> String {
    env::var(NAME).unwrap()
}

pub fn topic() -> String {
    const NAME: &str = "TOPIC_ARN";
    env::var(NAME).unwrap()
}

pub fn given(name: &str) -> String {
    format!("{NAME} {}", env::var(name).unwrap())
}

pub fn name() -> String {
    let name = "OWNER";
    env::var(name).unwrap()
}

pub fn each(names: &[String]) {
    for name in names {
        println!("{}", env::var(name).unwrap_or_default());
    }
}
