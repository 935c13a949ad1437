use std::env::*;

pub fn table() -> String {
    var("TABLE").unwrap()
}

pub fn scratch() -> String {
    match var_os("SCRATCH") {
        Some(scratch) => scratch.to_string_lossy().into_owned(),
        None => temp_dir().display().to_string(),
    }
}

pub fn arguments() -> usize {
    args().count()
}
