//! Ledgers that may not be built upon, and stores that fail: refused by name, nothing written.

use serde_json::Value;
use shipway_core::exit::ExitCode;
use shipway_core::plan::RollbackTo;

use crate::world::{Action, Checkout, Fault, Project, Trap, World, exit};

const LEDGER: &str = "targets/111111111111/eu-west-1/orders-dev/live/ledger";

fn key(number: u64) -> String {
    format!("{LEDGER}/{number:020}.json")
}

/// Three deployments: six entries.
fn deployed(project: &Project) -> World {
    let world = World::new(19);
    world.provision(project);
    for commit in ['a', 'b', 'c'] {
        world.deploy(project, Checkout::of(commit)).unwrap();
    }
    assert_eq!(world.ledger(project, "orders").len(), 6);
    world.clear_log();
    world
}

fn edit(bytes: &[u8], change: impl FnOnce(&mut Value)) -> Option<Vec<u8>> {
    let mut value: Value = serde_json::from_slice(bytes).unwrap();
    change(&mut value);
    Some(serde_json::to_vec(&value).unwrap())
}

/// Every operation that would build on the ledger is refused and writes nothing.
fn nothing_builds_on(world: &World, project: &Project, what: &str) {
    let (lambda, keys) = (world.lambda_state(), world.store_keys());
    let deployment = world.deploy(project, Checkout::of('d'));
    let same = world.deploy(project, Checkout::of('c'));
    let rollback = world.rollback(project, RollbackTo::Previous);
    for ended in [deployment, same, rollback] {
        assert_eq!(exit(&ended), ExitCode::Refused, "{what}: {ended:?}");
    }
    assert_eq!(world.lambda_state(), lambda, "{what}");
    assert_eq!(world.store_keys(), keys, "{what}");
    let wrote: Vec<_> = world.log().into_iter().filter(|call| call.writes_to_store()).collect();
    assert!(wrote.is_empty(), "{what}: {wrote:#?}");
}

#[test]
fn an_edited_entry() {
    for number in [5, 6] {
        let project = Project::default();
        let world = deployed(&project);
        world.tamper(&key(number), |bytes| edit(&bytes, |entry| entry["writer"]["user"] = "eve".into()));
        nothing_builds_on(&world, &project, &format!("entry {number} edited"));
    }
}

#[test]
fn an_entry_whose_state_was_edited() {
    let project = Project::default();
    let world = deployed(&project);
    world.tamper(&key(6), |bytes| edit(&bytes, |entry| entry["state"]["rejected"] = Value::Array(Vec::new())));
    // That very edit changes nothing: the bytes are the same.
    world.tamper(&key(6), |bytes| edit(&bytes, |entry| entry["state"]["project"] = "mine".into()));
    nothing_builds_on(&world, &project, "state edited");
}

#[test]
fn a_missing_entry() {
    for number in [5, 6] {
        let project = Project::default();
        let world = deployed(&project);
        world.tamper(&key(number), |_| None);
        nothing_builds_on(&world, &project, &format!("entry {number} missing"));
    }
}

#[test]
fn a_ledger_that_is_gone_while_its_head_remembers() {
    let project = Project::default();
    let world = deployed(&project);
    for number in 1..=6 {
        world.tamper(&key(number), |_| None);
    }
    nothing_builds_on(&world, &project, "all entries missing");
}

#[test]
fn an_entry_of_a_newer_shipway() {
    let project = Project::default();
    let world = deployed(&project);
    world.tamper(&key(6), |bytes| {
        edit(&bytes, |entry| {
            entry["version"] = 2.into();
            entry["event"] = serde_json::json!({ "event": "something-new" });
        })
    });
    nothing_builds_on(&world, &project, "newer entry");
    let ended = world.deploy(&project, Checkout::of('d')).unwrap();
    let shipway_engine::operations::Outcome::Failed(error) = &ended.functions[0].outcome else { panic!("{ended:?}") };
    assert!(error.hints().iter().any(|hint| hint.contains("Shipway")), "{:?}", error.hints());
}

#[test]
fn an_entry_that_is_no_entry() {
    let project = Project::default();
    let world = deployed(&project);
    world.tamper(&key(6), |_| Some(b"{".to_vec()));
    nothing_builds_on(&world, &project, "damaged entry");
}

#[test]
fn an_older_entry_shows_in_the_history() {
    let project = Project::default();
    let world = deployed(&project);
    assert!(world.history(&project).remove(0).entries.is_ok());
    world.tamper(&key(2), |bytes| edit(&bytes, |entry| entry["writer"]["user"] = "eve".into()));
    let history = world.history(&project).remove(0);
    assert_eq!(history.entries.unwrap_err().exit_code(), ExitCode::Refused);
}

#[test]
fn a_head_that_is_lost_or_damaged_is_made_again() {
    let project = Project::default();
    let head = "heads/shop/dev/orders.json";
    for damage in [None, Some(b"{".to_vec())] {
        let world = deployed(&project);
        world.tamper(head, |_| damage);
        let ended = world.deploy(&project, Checkout::of('d'));
        assert_eq!(exit(&ended), ExitCode::Done, "{ended:?}");
        let head: Value = serde_json::from_slice(&world.objects_with(head).remove(0)).unwrap();
        assert_eq!(head["ledger_number"], 8);
    }
}

#[test]
fn a_store_that_fails_changes_nothing_in_lambda() {
    for (fault, expected) in [
        (Fault::Missing, ExitCode::Usage),
        (Fault::Denied, ExitCode::Failed),
        (Fault::Full, ExitCode::Failed),
        (Fault::LostRequest, ExitCode::Failed),
    ] {
        let project = Project::default();
        let world = deployed(&project);
        let before = world.lambda_state();
        for operation in ["create", "replace", "put_artifact"] {
            world.set(Trap::on(operation, Action::Spoil(fault)).always());
        }
        let ended = world.deploy(&project, Checkout::of('d'));
        assert_eq!(exit(&ended), expected, "{fault:?}: {ended:?}");
        assert_eq!(world.lambda_state(), before, "{fault:?}");
    }
}
