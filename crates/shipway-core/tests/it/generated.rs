//! Generated files are checked in, and equal what the types say today. `UPDATE_GENERATED=1 cargo test -p
//! shipway-core` writes them anew.

use std::path::Path;

use shipway_core::configuration::{EnvironmentVariable, schema};

/// Compares a generated file with the repository's, or writes it when that is asked for.
#[expect(clippy::disallowed_methods, reason = "core is pure; this test of what it generates reads the repository")]
fn check(path: &str, generated: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    if std::env::var("UPDATE_GENERATED").is_ok_and(|value| value == "1") {
        std::fs::write(&file, generated).unwrap_or_else(|error| panic!("cannot write {path}: {error}"));
    }
    let present = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("cannot read {path}: {error}"));
    let line = present.lines().zip(generated.lines()).position(|(present, generated)| present != generated);
    assert!(
        present == generated,
        "{path} is not what the types say now (first difference: line {}); \
         write it anew with `UPDATE_GENERATED=1 cargo test -p shipway-core`, and look at the difference",
        line.unwrap_or(present.lines().count().min(generated.lines().count())) + 1
    );
}

#[test]
fn the_json_schema_is_current() {
    let schema = serde_json::to_string_pretty(&schema()).unwrap();
    check("docs/shipway.schema.json", &format!("{schema}\n"));
}

#[test]
fn the_table_of_environment_variables_is_current() {
    let table = EnvironmentVariable::documentation();
    let text = format!(
        "# Environment variables\n\nWhat Shipway reads from its environment. Flags go before these, these before \
         `shipway.toml`;\n`shipway config show` tells where each value came from. Credentials are read by the AWS SDK, by \
         its own rules.\n\n{table}"
    );
    check("docs/environment-variables.md", &text);
}
