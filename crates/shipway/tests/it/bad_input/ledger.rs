//! Ledgers that somebody edited, or that a newer Shipway wrote.

use std::path::PathBuf;

use super::ground::{DEPLOY, Ground};
use crate::support::Run;

fn entry(number: u32) -> PathBuf {
    let target = ".shipway/local/store/targets/000000000000/us-east-1/greet/live";
    PathBuf::from(format!("{target}/ledger/{number:020}.json"))
}

#[test]
fn a_ledger_of_a_newer_shipway() {
    let ground = Ground::new();
    ground.edit(entry(2), "\"version\":1", "\"version\":99");
    let told = ["ledger entry 2 has format 99", "newer Shipway", "hint: install the Shipway that your colleagues use"];
    for arguments in [&DEPLOY[..], &["rollback", "--env", "local"], &["history", "--env", "local"]] {
        ground.refuses(&mut ground.command(arguments), 4, &told);
    }
    ground.serves(1);
}

#[test]
fn a_ledger_with_an_edited_entry() {
    for number in [2, 1] {
        let ground = Ground::new();
        ground.edit(entry(number), "tester", "nobody");
        let edited = format!("ledger entry {number} was edited");
        let told =
            [edited.as_str(), "the ledger of greet:live", "hint: `shipway history` shows where the chain breaks"];
        for arguments in [&DEPLOY[..], &["rollback", "--env", "local"]] {
            ground.refuses(&mut ground.command(arguments), 4, &told);
        }
        // Calling the function needs no ledger.
        ground.serves(1);
    }
}

#[test]
fn a_ledger_with_an_entry_that_is_none() {
    let ground = Ground::new();
    ground.project.write(entry(2).to_str().expect("UTF-8"), "no JSON at all");
    let told = ["ledger entry 2 is damaged", "hint: "];
    ground.refuses(&mut ground.command(&DEPLOY), 4, &told);
    let status = Run::of(&mut ground.command(&["status", "--env", "local"])).expect(4);
    super::ground::tells(&status, &told);
}
