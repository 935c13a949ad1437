//! The repository's files are tidy.

use house::{absences, tidy};

use crate::repository::{crates, files, read, texts};

fn assert_none(found: Vec<String>) {
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
}

#[test]
fn rust_files_say_what_they_are_for_and_are_short() {
    // The corpus is what the reader of source is tested with: code of other people's style, on purpose.
    let corpus = "crates/shipway-contract/corpus/";
    let is_ours = |path: &str| path.starts_with("crates/") && path.ends_with(".rs") && !path.starts_with(corpus);
    let rust: Vec<_> = texts().filter(|(path, _)| is_ours(path)).collect();
    assert!(rust.len() > 20);
    assert_none(rust.iter().flat_map(|(path, text)| tidy::rust_file(path, text)).collect());
}

#[test]
fn no_file_names_a_path_of_one_machine() {
    assert_none(texts().flat_map(|(path, text)| tidy::any_file(&path, &text)).collect());
}

#[test]
fn scripts_stop_at_the_first_error() {
    let scripts: Vec<_> = texts()
        .filter(|(path, _)| {
            path == ".ci/run" || path.starts_with("tools/") && !path.contains('.') || path.ends_with(".sh")
        })
        .filter(|(path, _)| !path.starts_with("examples/"))
        .collect();
    assert!(!scripts.is_empty());
    assert_none(scripts.iter().flat_map(|(path, text)| tidy::bash_script(path, text)).collect());
}

#[test]
fn pure_crates_do_not_name_what_they_do_without() {
    let sources: Vec<_> = texts().collect();
    for absence in absences::ABSENCES {
        let folder = format!("crates/{}/src/", absence.member);
        let mut seen = 0;
        let mut found = Vec::new();
        for (path, text) in sources.iter().filter(|(path, _)| path.starts_with(&folder) && path.ends_with(".rs")) {
            seen += 1;
            let named = absences::named(text, absence.modules);
            found.extend(named.iter().map(|(line, module)| format!("{path}:{line}: names std::{module}")));
        }
        assert!(seen > 0, "{folder} has no Rust files");
        assert_none(found);
    }
}

#[test]
fn every_crate_obeys_the_workspaces_lints_and_has_one_integration_test() {
    let stray: Vec<String> = files()
        .into_iter()
        .filter(|path| {
            let parts: Vec<&str> = path.split('/').collect();
            matches!(parts[..], ["crates", _, "tests", file] if file.ends_with(".rs"))
        })
        .map(|path| format!("{path}: belongs into tests/it, so that the crate links one test program"))
        .collect();
    assert_none(stray);
    for name in crates() {
        let manifest: toml::Table = read(&format!("crates/{name}/Cargo.toml")).parse().unwrap();
        let lints = manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(toml::Value::as_bool);
        assert_eq!(lints, Some(true), "crates/{name}/Cargo.toml lacks `[lints] workspace = true`");
    }
}
