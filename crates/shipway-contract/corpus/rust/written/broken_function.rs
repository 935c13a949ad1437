use std::env;

pub fn before() -> String {
    env::var("TABLE").expect("TABLE is not set")
}

pub fn broken() {
    let = ;
    if { }
}

pub fn after() -> String {
    env::var("STAGE").unwrap_or_default()
}
