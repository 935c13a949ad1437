//! The example's configuration is one that Shipway accepts, in every environment.

use std::process::Command;

use shipway_core::configuration::{Layers, ProjectConfiguration, resolve};

use crate::repository::{files, read, root};

#[test]
fn the_examples_configuration_resolves_everywhere() {
    let text = read("examples/orders/shipway.toml");
    let configuration = ProjectConfiguration::parse("shipway.toml", &text).unwrap_or_else(|found| panic!("{found}"));
    let names: Vec<&str> = configuration.functions().map(|name| name.as_str()).collect();
    assert_eq!(names, ["check-barcode", "create-order", "price-quote"]);
    let environments: Vec<_> = configuration.environments().cloned().collect();
    assert_eq!(environments.len(), 4);
    for name in environments {
        let resolved = resolve(&configuration, &Layers::default(), &name).unwrap_or_else(|found| panic!("{found}"));
        assert_eq!(resolved.functions.len(), 3, "{name}");
    }
}

#[test]
fn every_payload_of_the_example_is_json() {
    let payloads: Vec<String> =
        files().into_iter().filter(|path| path.starts_with("examples/orders/events/")).collect();
    assert!(payloads.len() >= 3);
    for path in payloads {
        let parsed: Result<serde_json::Value, _> = serde_json::from_str(&read(&path));
        assert!(parsed.is_ok(), "{path}: {parsed:?}");
    }
}

#[test]
fn the_examples_rust_function_passes_its_own_tests() {
    let target = tempfile::tempdir().unwrap();
    let output = Command::new(std::env::var("CARGO").expect("cargo runs the tests"))
        .args(["test", "--locked", "--offline"])
        .current_dir(root().join("examples/orders/functions/check-barcode"))
        .env("CARGO_TARGET_DIR", target.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("5 passed"), "{text}");
}
