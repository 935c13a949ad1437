const VERSION: &str = env!("CARGO_PKG_VERSION");
const COMMIT: Option<&str> = option_env!("GIT_COMMIT");
const BUILT: &str = env!("BUILD_DATE", "build.rs sets BUILD_DATE");

include!(concat!(env!("OUT_DIR"), "/schema.rs"));

pub fn version() -> String {
    format!("{VERSION}-{} {BUILT}", COMMIT.unwrap_or("unknown"))
}

pub fn manifest() -> &'static str {
    std::env!("CARGO_MANIFEST_DIR")
}

pub fn table() -> String {
    let default = core::option_env!("DEFAULT_TABLE").unwrap_or("orders");
    std::env::var("TABLE").unwrap_or_else(|_| default.to_string())
}
