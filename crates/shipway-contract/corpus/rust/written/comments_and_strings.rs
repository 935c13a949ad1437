//! Reads `TABLE`:
//!
//! ```
//! let table = std::env::var("IN_THE_MODULE_DOCS").unwrap();
//! ```
use std::env;

// let old = env::var("OLD_TABLE").unwrap();
/* env::var("OLD_TOPIC").unwrap(); /* env::var("NESTED").unwrap() */ env::var("STILL").unwrap() */

/// What to say.
///
/// ```rust
/// assert!(std::env::var("IN_THE_DOCS").is_ok());
/// ```
#[doc = "or env::var(\"IN_AN_ATTRIBUTE\")"]
pub fn help() -> String {
    let raw = r#"call env::var("IN_A_RAW_STRING").unwrap() yourself"#;
    let quoted = "env::var(\"QUOTED\")";
    format!("env::var(\"FORMATTED\") {raw} {quoted} {}", env::var(/* not "OTHER" */ "TABLE").unwrap())
}
