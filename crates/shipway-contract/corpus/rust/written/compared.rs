use std::env;

pub fn production() -> bool {
    env::var("STAGE").unwrap_or_default() == "production"
}

pub fn local() -> bool {
    env::var("AWS_SAM_LOCAL") == Ok("true".to_string())
}

pub fn traced() -> bool {
    env::var("TRACED").as_deref() == Ok("1")
}

pub fn on() -> bool {
    matches!(env::var("FEATURE").as_deref(), Ok("on" | "yes"))
}

pub fn quiet() -> bool {
    let quiet = env::var("QUIET");
    if quiet == Err(env::VarError::NotPresent) {
        return false;
    }
    true
}

pub fn empty() -> bool {
    env::var("DESCRIPTION").map(|text| text.is_empty()).unwrap_or(true)
}
