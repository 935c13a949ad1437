use std::env;

pub fn debug() -> bool {
    env::var("DEBUG").is_ok()
}

pub fn dry_run() -> bool {
    env::var_os("DRY_RUN").is_some()
}

pub fn chatty() -> bool {
    env::var("CHATTY").is_ok_and(|value| value == "1")
}

pub fn check() -> Result<(), String> {
    if env::var("TABLE").is_err() {
        return Err("TABLE is not set".to_string());
    }
    if env::var_os("TOPIC").is_none() {
        panic!("TOPIC is not set");
    }
    if env::var("STAGE").is_err() {
        eprintln!("no STAGE");
    }
    assert!(env::var("BUCKET").is_ok(), "BUCKET is not set");
    Ok(())
}
