//! The documents that the Terraform module's tests read are such as Shipway writes, and lie where Shipway puts them.
//!
//! The module knows the formats by heart: a change of a head, a build record or a key that it would miss fails here.

use shipway_core::build::BuildRecord;
use shipway_core::ledger::Head;
use shipway_core::store_layout;

const HEAD: &str = include_str!("../../../../terraform/modules/function/logic/tests/head.json");
const WANTED: &str = include_str!("../../../../terraform/modules/function/logic/tests/wanted.json");
const RUNNING: &str = include_str!("../../../../terraform/modules/function/logic/tests/running.json");
const STORE_TESTS: &str = include_str!("../../../../terraform/modules/function/logic/tests/store.tftest.hcl");

/// The fixtures' digests are shortened, for people.
fn whole(document: &str) -> String {
    ["aaaa", "bbbb", "93c14a476311", "3936a4cc9713", "983d6b0352ff", "b102d1d85a78"].iter().fold(
        document.to_owned(),
        |text, short| {
            let digest = format!("{short:0<64}");
            text.replace(&format!("\"{short}\""), &format!("\"{digest}\""))
                .replace(&format!("artifacts/{short}.zip"), &format!("artifacts/{digest}.zip"))
        },
    )
}

fn as_it_would_be_written<T: serde::Serialize>(document: &T) -> serde_json::Value {
    serde_json::to_value(document).unwrap()
}

#[test]
fn the_modules_head_is_a_head() {
    let text = whole(HEAD);
    let head: Head = serde_json::from_str(&text).unwrap();
    assert_eq!(as_it_would_be_written(&head), serde_json::from_str::<serde_json::Value>(&text).unwrap());
    let wanted = head.wanted.unwrap();
    assert_eq!(head.wanted_artifact_key.unwrap(), store_layout::artifact(&wanted.artifact).as_str());
}

#[test]
fn the_modules_records_are_build_records() {
    for text in [WANTED, RUNNING].map(whole) {
        let record: BuildRecord = serde_json::from_str(&text).unwrap();
        assert_eq!(as_it_would_be_written(&record), serde_json::from_str::<serde_json::Value>(&text).unwrap());
        assert!(record.contract.environment.contains("TABLE_NAME"));
    }
}

#[test]
fn the_module_looks_where_shipway_puts_things() {
    let head: Head = serde_json::from_str(&whole(HEAD)).unwrap();
    let record = store_layout::build_record(&head.running.unwrap().build.build);
    let keys = ["create-order", "create-order:orders-eu"].map(|target| {
        store_layout::head(&"orders".parse().unwrap(), &"production".parse().unwrap(), &target.parse().unwrap())
    });
    for key in [keys[0].as_str(), keys[1].as_str(), &record.as_str().replace(&"0".repeat(60), "")] {
        assert!(STORE_TESTS.contains(&format!("\"shipway/{key}\"")), "no test of the module names {key}");
    }
}
