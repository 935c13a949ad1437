//! The example's configuration is one that Shipway accepts, in every environment.

use shipway_core::configuration::{Layers, ProjectConfiguration, resolve};

use crate::repository::{files, read};

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
