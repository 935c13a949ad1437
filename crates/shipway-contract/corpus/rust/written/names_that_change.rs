use std::env;

pub fn first() -> Option<String> {
    let mut name = "TABLE";
    if env::var_os("LEGACY").is_some() {
        name = "LEGACY_TABLE";
    }
    env::var(name).ok()
}

pub fn chosen(legacy: Legacy) -> String {
    let name = match legacy {
        Legacy::Yes => "OLD_TOPIC",
        Legacy::No => "TOPIC",
    };
    env::var(name).unwrap()
}

pub fn any(names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| env::var(name).ok())
}

pub fn mapped() -> Vec<String> {
    ["ONE", "TWO"].iter().map(|name| env::var(name).unwrap()).collect()
}

pub enum Legacy {
    Yes,
    No,
}
