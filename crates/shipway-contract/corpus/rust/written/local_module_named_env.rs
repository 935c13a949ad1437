mod env {
    use std::collections::HashMap;

    pub fn var(name: &str) -> Result<String, String> {
        HashMap::from([("TABLE", "orders")])
            .get(name)
            .map(ToString::to_string)
            .ok_or_else(|| format!("no {name}"))
    }
}

pub fn table() -> String {
    env::var("TABLE").unwrap()
}

pub fn topic() -> String {
    std::env::var("TOPIC").unwrap()
}

pub fn local() -> Option<String> {
    crate::env::var("BUCKET").ok()
}
