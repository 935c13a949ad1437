use std::env as environment;
use std::env::{var as read, var_os as read_raw, VarError};

pub fn load() -> Result<Vec<String>, VarError> {
    let mut values = vec![environment::var("TABLE")?, read("TOPIC")?];
    if let Some(cache) = read_raw("CACHE_DIR") {
        values.push(cache.to_string_lossy().into_owned());
    }
    values.push(environment::var_os("SCRATCH").unwrap().into_string().unwrap());
    Ok(values)
}
