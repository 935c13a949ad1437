//! Every ban is shown a deliberate violation, and clippy must reject it.
//!
//! For each crate a scratch crate is made with that crate's `clippy.toml` and the workspace's lints, holding one
//! violation a line; one run of clippy over all of them must reject exactly those lines. Crates that a ban speaks
//! of (jiff) are stood in for by a few lines, so that the run needs no network.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::repository::{crates, read, root};

/// A path that a `clippy.toml` bans, and a statement that breaks the ban.
const VIOLATIONS: &[(&str, &str)] = &[
    ("jiff::Timestamp::now", "let _ = jiff::Timestamp::now();"),
    ("jiff::Zoned::now", "let _ = jiff::Zoned::now();"),
    ("std::collections::HashMap", "let _: std::collections::HashMap<u8, u8>;"),
    ("std::collections::HashSet", "let _: std::collections::HashSet<u8>;"),
    ("std::env::args", "let _ = std::env::args();"),
    ("std::env::args_os", "let _ = std::env::args_os();"),
    ("std::env::current_dir", "let _ = std::env::current_dir();"),
    ("std::env::set_current_dir", "let _ = std::env::set_current_dir(\"x\");"),
    ("std::env::var", "let _ = std::env::var(\"X\");"),
    ("std::env::var_os", "let _ = std::env::var_os(\"X\");"),
    ("std::env::vars", "let _ = std::env::vars();"),
    ("std::env::vars_os", "let _ = std::env::vars_os();"),
    ("std::fs::File", "let _ = std::fs::File::open(\"x\");"),
    ("std::fs::OpenOptions", "let _ = std::fs::OpenOptions::new();"),
    ("std::fs::canonicalize", "let _ = std::fs::canonicalize(\"x\");"),
    ("std::fs::copy", "let _ = std::fs::copy(\"x\", \"y\");"),
    ("std::fs::create_dir", "let _ = std::fs::create_dir(\"x\");"),
    ("std::fs::create_dir_all", "let _ = std::fs::create_dir_all(\"x\");"),
    ("std::fs::hard_link", "let _ = std::fs::hard_link(\"x\", \"y\");"),
    ("std::fs::metadata", "let _ = std::fs::metadata(\"x\");"),
    ("std::fs::read", "let _ = std::fs::read(\"x\");"),
    ("std::fs::read_dir", "let _ = std::fs::read_dir(\"x\");"),
    ("std::fs::read_to_string", "let _ = std::fs::read_to_string(\"x\");"),
    ("std::fs::remove_dir", "let _ = std::fs::remove_dir(\"x\");"),
    ("std::fs::remove_dir_all", "let _ = std::fs::remove_dir_all(\"x\");"),
    ("std::fs::remove_file", "let _ = std::fs::remove_file(\"x\");"),
    ("std::fs::rename", "let _ = std::fs::rename(\"x\", \"y\");"),
    ("std::fs::symlink_metadata", "let _ = std::fs::symlink_metadata(\"x\");"),
    ("std::fs::write", "let _ = std::fs::write(\"x\", \"y\");"),
    ("std::io::stderr", "let _ = std::io::stderr();"),
    ("std::io::stdin", "let _ = std::io::stdin();"),
    ("std::io::stdout", "let _ = std::io::stdout();"),
    ("std::net::TcpListener", "let _ = std::net::TcpListener::bind(\"x\");"),
    ("std::net::TcpStream", "let _ = std::net::TcpStream::connect(\"x\");"),
    ("std::net::UdpSocket", "let _ = std::net::UdpSocket::bind(\"x\");"),
    ("std::path::Path::canonicalize", "let _ = std::path::Path::new(\"x\").canonicalize();"),
    ("std::path::Path::exists", "let _ = std::path::Path::new(\"x\").exists();"),
    ("std::path::Path::is_dir", "let _ = std::path::Path::new(\"x\").is_dir();"),
    ("std::path::Path::is_file", "let _ = std::path::Path::new(\"x\").is_file();"),
    ("std::path::Path::metadata", "let _ = std::path::Path::new(\"x\").metadata();"),
    ("std::path::Path::read_dir", "let _ = std::path::Path::new(\"x\").read_dir();"),
    ("std::process::Command", "let _ = std::process::Command::new(\"x\");"),
    ("std::process::abort", "std::process::abort();"),
    ("std::process::exit", "std::process::exit(1);"),
    ("std::thread::scope", "std::thread::scope(|_| ());"),
    ("std::thread::sleep", "std::thread::sleep(std::time::Duration::ZERO);"),
    ("std::thread::spawn", "let _ = std::thread::spawn(|| ());"),
    ("std::time::Instant", "let _: std::time::Instant;"),
    ("std::time::Instant::now", "let _ = std::time::Instant::now();"),
    ("std::time::SystemTime", "let _: std::time::SystemTime;"),
    ("std::time::SystemTime::now", "let _ = std::time::SystemTime::now();"),
];

/// What the workspace's lints ban everywhere, and an item that breaks the ban.
const LINT_VIOLATIONS: &[(&str, &str)] = &[
    ("clippy::allow_attributes", "#[allow(dead_code)] fn unused() {}"),
    ("clippy::dbg_macro", "pub fn dbg() { let _ = dbg!(1); }"),
    ("clippy::exit", "pub fn exit() { std::process::exit(1); }"),
    ("clippy::print_stderr", "pub fn print_stderr() { eprintln!(\"x\"); }"),
    ("clippy::print_stdout", "pub fn print_stdout() { println!(\"x\"); }"),
    ("clippy::todo", "pub fn todo() { todo!() }"),
    ("clippy::unimplemented", "pub fn unimplemented() { unimplemented!() }"),
    ("clippy::unwrap_used", "pub fn unwrap(x: Option<u8>) -> u8 { x.unwrap() }"),
    ("unsafe_code", "pub fn unsafe_code(x: *const u8) -> u8 { unsafe { *x } }"),
];

/// Bans that must be there, so that one that is taken out is missed.
const INDISPENSABLE: &[(&str, &[&str])] = &[
    ("shipway", &["std::io::stdout", "std::io::stderr", "std::process::exit"]),
    ("shipway-aws", &["std::env::var", "std::io::stdout", "std::io::stderr", "std::process::Command"]),
    (
        "shipway-contract",
        &[
            "std::fs::File",
            "std::fs::read",
            "std::env::var",
            "std::time::Instant::now",
            "std::thread::spawn",
            "std::process::Command",
            "std::net::TcpStream",
            "std::collections::HashMap",
            "std::io::stdout",
        ],
    ),
    (
        "shipway-core",
        &[
            "std::fs::File",
            "std::fs::read",
            "std::env::var",
            "std::time::SystemTime::now",
            "std::time::Instant::now",
            "std::thread::spawn",
            "std::process::Command",
            "std::net::TcpStream",
            "std::collections::HashMap",
        ],
    ),
    (
        "shipway-engine",
        &[
            "std::fs::File",
            "std::fs::read",
            "std::env::var",
            "std::time::SystemTime::now",
            "std::time::Instant::now",
            "std::thread::spawn",
            "std::thread::sleep",
            "std::process::Command",
            "std::net::TcpStream",
            "std::io::stdout",
        ],
    ),
    ("shipway-host", &["std::env::var", "std::io::stdout", "std::io::stderr", "std::net::TcpStream"]),
    (
        "shipway-lambda-model",
        &[
            "std::fs::File",
            "std::env::var",
            "std::time::SystemTime::now",
            "std::thread::spawn",
            "std::net::TcpListener",
        ],
    ),
    ("shipway-local", &["std::env::var", "std::io::stdout", "std::io::stderr", "std::process::exit"]),
    (
        "shipway-package",
        &["std::env::var", "std::process::Command", "std::net::TcpStream", "std::time::SystemTime::now"],
    ),
];

/// A stand-in for the part of jiff that bans speak of.
const JIFF: &str = "//! Stands in.\n\
    #[derive(Debug)] pub struct Timestamp; impl Timestamp { pub fn now() -> Self { Self } }\n\
    #[derive(Debug)] pub struct Zoned; impl Zoned { pub fn now() -> Self { Self } }\n";

/// What clippy must reject on one line of a scratch crate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Rejection {
    member: String,
    line: u64,
    lint: String,
    /// The ban's reason; empty for lints, which have none.
    reason: String,
}

/// The bans of one `clippy.toml`: path, lint, reason.
fn bans(clippy_toml: &str) -> Vec<(String, &'static str, String)> {
    let table: toml::Table = clippy_toml.parse().unwrap();
    let lists =
        [("disallowed-methods", "clippy::disallowed_methods"), ("disallowed-types", "clippy::disallowed_types")];
    let mut found = Vec::new();
    for (key, lint) in lists {
        for ban in table.get(key).and_then(toml::Value::as_array).into_iter().flatten() {
            let part = |name: &str| ban.get(name).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
            assert!(!part("reason").is_empty(), "{ban} gives no reason");
            found.push((part("path"), lint, part("reason")));
        }
    }
    found
}

fn violation_of(path: &str) -> &'static str {
    let found = VIOLATIONS.iter().find(|(banned, _)| *banned == path);
    found.unwrap_or_else(|| panic!("`{path}` is banned and nothing shows that the ban works: give it a row")).1
}

/// Writes the scratch workspace and says what must be rejected in it.
fn write_scratch(folder: &Path, clippy_of: impl Fn(&str) -> String) -> BTreeSet<Rejection> {
    let mut expected = BTreeSet::new();
    let root_manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let mut workspace = toml::Table::new();
    workspace.insert("resolver".to_owned(), "3".into());
    workspace.insert("members".to_owned(), toml::Value::Array(vec!["members/*".into()]));
    workspace.insert("lints".to_owned(), root_manifest["workspace"]["lints"].clone());
    let manifest = toml::Table::from_iter([("workspace".to_owned(), toml::Value::Table(workspace))]);
    write(&folder.join("Cargo.toml"), &manifest.to_string());
    write(&folder.join("jiff/Cargo.toml"), &package("jiff", ""));
    write(&folder.join("jiff/src/lib.rs"), JIFF);
    for (member, _) in INDISPENSABLE {
        let clippy = clippy_of(member);
        let mut code = "//! Deliberate violations.\n".to_owned();
        let mut line = 1;
        let mut add = |item: &str, lint: &str, reason: &str| {
            line += 1;
            writeln!(code, "{item}").unwrap();
            let (lint, reason) = (lint.to_owned(), reason.to_owned());
            expected.insert(Rejection { member: (*member).to_owned(), line, lint, reason });
        };
        for (lint, item) in LINT_VIOLATIONS {
            add(item, lint, "");
        }
        for (number, (path, lint, reason)) in bans(&clippy).iter().enumerate() {
            add(&format!("pub fn ban_{number}() {{ {} }}", violation_of(path)), lint, reason);
        }
        let member_folder = folder.join("members").join(member);
        write(&member_folder.join("Cargo.toml"), &package(member, "jiff = { path = \"../../jiff\" }"));
        write(&member_folder.join("clippy.toml"), &clippy);
        write(&member_folder.join("src/lib.rs"), &code);
    }
    expected
}

fn package(name: &str, dependencies: &str) -> String {
    let lints = if name == "jiff" { "" } else { "[lints]\nworkspace = true\n" };
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n{lints}[dependencies]\n{dependencies}\n"
    )
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// Runs clippy over the scratch workspace and collects what it rejects.
fn rejected(folder: &Path) -> BTreeSet<Rejection> {
    let output = Command::new(std::env::var("CARGO").expect("cargo runs the tests"))
        .args(["clippy", "--workspace", "--offline", "--keep-going", "--message-format=json", "--quiet"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env_remove("RUSTFLAGS")
        .env_remove("CLIPPY_CONF_DIR")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let messages: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let found: BTreeSet<Rejection> = messages.iter().filter_map(rejection).collect();
    assert!(!found.is_empty(), "clippy said nothing of use: {}", String::from_utf8_lossy(&output.stderr));
    found
}

fn rejection(message: &Value) -> Option<Rejection> {
    let diagnostic = &message["message"];
    let lint = diagnostic["code"]["code"].as_str()?.to_owned();
    if diagnostic["level"] != "error" {
        return None;
    }
    let spans = diagnostic["spans"].as_array()?;
    let line = spans.iter().find(|span| span["is_primary"] == true)?["line_start"].as_u64()?;
    let notes = diagnostic["children"].as_array()?.iter().filter(|note| note["level"] == "note");
    let reason = match lint.as_str() {
        "clippy::disallowed_methods" | "clippy::disallowed_types" => {
            notes.filter_map(|note| note["message"].as_str()).next().unwrap_or_default()
        }
        _ => "",
    };
    let member = message["target"]["name"].as_str()?.replace('_', "-");
    Some(Rejection { member, line, lint, reason: reason.to_owned() })
}

#[test]
fn clippy_rejects_a_deliberate_violation_of_every_ban() {
    let folder = tempfile::tempdir().unwrap();
    let expected = write_scratch(folder.path(), |member| read(&format!("crates/{member}/clippy.toml")));
    let found = rejected(folder.path());
    let missed: Vec<&Rejection> = expected.difference(&found).collect();
    assert!(missed.is_empty(), "not rejected:\n{missed:#?}");
}

#[test]
fn without_its_clippy_toml_only_the_lints_reject() {
    let folder = tempfile::tempdir().unwrap();
    write_scratch(folder.path(), |member| read(&format!("crates/{member}/clippy.toml")));
    for (member, _) in INDISPENSABLE {
        write(&folder.path().join("members").join(member).join("clippy.toml"), "");
    }
    let found = rejected(folder.path());
    let by_ban: Vec<&Rejection> = found.iter().filter(|one| one.lint.starts_with("clippy::disallowed")).collect();
    assert!(by_ban.is_empty(), "rejected by something other than the crate's own file:\n{by_ban:#?}");
}

#[test]
fn every_crate_that_ships_has_its_bans() {
    let with_bans: BTreeMap<&str, &[&str]> = INDISPENSABLE.iter().copied().collect();
    for name in crates().iter().filter(|name| !["house", "xtask"].contains(&name.as_str())) {
        assert!(with_bans.contains_key(name.as_str()), "{name} has no row of bans that it must have");
    }
    for (member, paths) in with_bans {
        assert!(root().join("crates").join(member).is_dir(), "{member} has a row and no folder");
        let banned: BTreeSet<String> =
            bans(&read(&format!("crates/{member}/clippy.toml"))).into_iter().map(|(path, ..)| path).collect();
        for path in paths {
            assert!(banned.contains(*path), "crates/{member}/clippy.toml no longer bans {path}");
        }
    }
}
