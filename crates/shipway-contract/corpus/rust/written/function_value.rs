use std::env;

pub fn names() -> Vec<String> {
    ["ONE", "TWO"].iter().filter_map(|name| env::var(name).ok()).collect()
}

pub fn lookup<F: Fn(&str) -> Option<String>>(lookup: F) -> String {
    lookup("TABLE").unwrap()
}

pub fn load() -> String {
    let read = |name: &str| env::var(name).ok();
    let topic = read("TOPIC").unwrap();
    lookup(read) + &topic
}
