use std::collections::HashMap;
use std::env;
use std::process::Command;

pub fn all() -> HashMap<String, String> {
    env::vars().collect()
}

pub fn ours() -> Vec<(String, String)> {
    std::env::vars().filter(|(name, _)| name.starts_with("ORDERS_")).collect()
}

pub fn table() -> Option<String> {
    all().get("TABLE").cloned()
}

pub fn run() -> std::io::Result<()> {
    let kept = env::vars_os().filter(|(name, _)| name != "TOKEN");
    Command::new("/opt/bin/resize").env_clear().envs(kept).status().map(drop)
}

pub fn program() -> Option<String> {
    env::args().next()
}
