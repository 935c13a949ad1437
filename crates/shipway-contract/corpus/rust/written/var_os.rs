use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

pub fn scratch() -> PathBuf {
    env::var_os("SCRATCH").map(PathBuf::from).unwrap_or_else(env::temp_dir)
}

pub fn cache() -> Option<OsString> {
    env::var_os("CACHE_DIR")
}

pub fn models() -> PathBuf {
    PathBuf::from(env::var_os("MODEL_DIR").unwrap())
}

pub fn fonts() -> PathBuf {
    env::var_os("FONT_DIR").expect("FONT_DIR is not set").into()
}

pub fn certificates() -> Result<PathBuf, String> {
    let dir = env::var_os("CERT_DIR").ok_or("CERT_DIR is not set")?;
    Ok(dir.into())
}

pub fn colours() -> bool {
    match env::var_os("NO_COLOR") {
        Some(value) => value.is_empty(),
        None => true,
    }
}
