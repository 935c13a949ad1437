use std::{
    collections::HashMap,
    env::{self, set_var, var_os},
    fs,
};

pub fn load() -> HashMap<&'static str, String> {
    let mut values = HashMap::new();
    values.insert("table", env::var("TABLE").unwrap());
    if var_os("DEBUG").is_some() {
        unsafe { set_var("RUST_BACKTRACE", "1") };
    }
    if let Ok(text) = fs::read_to_string(env::var("TEMPLATE").expect("a template")) {
        values.insert("template", text);
    }
    values.insert("topic", ::std::env::var("TOPIC").unwrap_or_default());
    values
}
