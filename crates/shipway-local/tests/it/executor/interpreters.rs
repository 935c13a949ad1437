//! Which interpreter is taken, with search paths made for the purpose.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use serde_json::json;

use super::bench::{Bench, answer_of, error_of, json_of, log_of, python};

const HANDLER: (&str, &str) = ("app.py", "def handler(event, context):\n    return 'here'\n");

fn script(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn bench_with_path(folder: &Path) -> Bench {
    Bench::with(&[HANDLER], |settings| settings.search_path = folder.into())
}

#[tokio::test]
async fn another_minor_version_runs_and_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let wanted = format!("python3.{}", python().minor + 1);
    // What a version manager leaves on the path for a version that is not installed.
    script(folder.path(), &wanted, "#!/bin/sh\necho not found >&2\nexit 127\n");
    symlink(&python().program, folder.path().join("python3")).unwrap();
    let bench = bench_with_path(folder.path());
    let outcome = bench.executor.invoke(bench.invocation(&wanted, "app.handler", &json!({}))).await;
    assert_eq!(answer_of(&outcome), json!("here"));
    let log = log_of(&outcome);
    let said = format!("[shipway] create-order runs on Python 3.{}.", python().minor);
    assert!(log.starts_with(&said), "{log}");
    assert!(log.contains(&format!(", the function asks for {wanted}\nSTART")), "{log}");
}

#[tokio::test]
async fn the_exact_version_runs_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    script(folder.path(), "python3", "#!/bin/sh\necho 3.99.0\necho /usr/bin/false\n");
    symlink(&python().program, folder.path().join(&python().runtime)).unwrap();
    let bench = bench_with_path(folder.path());
    let outcome = bench.python(json!({})).await;
    assert_eq!(answer_of(&outcome), json!("here"));
    assert!(log_of(&outcome).starts_with("START"), "{}", log_of(&outcome));
}

#[tokio::test]
async fn another_major_version_and_none_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let bench = bench_with_path(folder.path());
    let (kind, message) = error_of(&bench.python(json!({})).await);
    assert_eq!(kind, "Shipway.RuntimeUnavailable");
    assert!(message.contains(&format!("no interpreter for {}", python().runtime)), "{message}");

    script(folder.path(), "python3", "#!/bin/sh\necho 2.7.18\necho /usr/bin/python2\n");
    let (_, message) = error_of(&bench.python(json!({})).await);
    assert!(message.ends_with("/usr/bin/python2 is version 2.7.18"), "{message}");

    script(folder.path(), "node", "#!/bin/sh\necho 21.0.0\necho /usr/bin/node\n");
    let outcome = bench.executor.invoke(bench.invocation("nodejs22.x", "app.handler", &json!({}))).await;
    assert!(error_of(&outcome).1.ends_with("/usr/bin/node is version 21.0.0"), "{}", json_of(&outcome));
}

#[tokio::test]
async fn an_interpreter_can_be_named() {
    let bench = Bench::with(&[HANDLER], |settings| {
        settings.search_path = "/nowhere".into();
        settings.interpreters.insert(python().runtime.clone(), PathBuf::from(&python().program));
    });
    assert_eq!(answer_of(&bench.python(json!({})).await), json!("here"));
}
