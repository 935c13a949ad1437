//! The example's functions are found as its configuration has them.

use shipway_core::build::Platform;
use shipway_core::configuration::{Layers, ProjectConfiguration, resolve};
use shipway_core::detection::{ListedFile, build_order, detect};

/// Files of the example, with their texts where they matter.
const FILES: [(&str, &str); 6] = [
    ("functions/create-order/app.py", include_str!("../../../../examples/orders/functions/create-order/app.py")),
    (
        "functions/create-order/requirements.txt",
        include_str!("../../../../examples/orders/functions/create-order/requirements.txt"),
    ),
    ("functions/price-quote/index.mjs", include_str!("../../../../examples/orders/functions/price-quote/index.mjs")),
    (
        "functions/price-quote/package.json",
        include_str!("../../../../examples/orders/functions/price-quote/package.json"),
    ),
    ("functions/price-quote/package-lock.json", "{}"),
    ("functions/check-barcode/src/main.rs", ""),
];

fn listing() -> Vec<ListedFile> {
    FILES.iter().map(|(path, text)| ListedFile { path: (*path).to_owned(), size: text.len() as u64 }).collect()
}

fn read(path: &str) -> Option<String> {
    FILES.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned())
}

#[test]
fn detection_finds_what_the_example_configures() {
    let text = include_str!("../../../../examples/orders/shipway.toml");
    let configuration = ProjectConfiguration::parse("shipway.toml", text).unwrap();
    let environment = resolve(&configuration, &Layers::default(), &"local".parse().unwrap()).unwrap();
    let listing = listing();
    let detections = detect(&listing, &mut read);
    let names: Vec<&str> = detections.functions.iter().map(|found| found.name.as_str()).collect();
    assert_eq!(names, ["create-order", "price-quote"], "what is written in Rust is not detected yet");
    for found in &detections.functions {
        let order =
            build_order(environment.function(found.name.as_str()).unwrap(), Platform::Host, &|| &listing, &mut read);
        let order = order.unwrap();
        assert_eq!((&order.handler, order.runtime.family()), (&found.handler, found.runtime.family()));
        assert_eq!((order.folder.as_str(), &order.builder), (found.path.as_str(), &found.builder));
    }
}
