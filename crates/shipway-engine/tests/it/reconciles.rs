//! What reconciling does: with what is held, with changed configurations, and with what somebody else changed.

use std::collections::BTreeMap;
use std::time::Duration;

use shipway_core::exit::ExitCode;
use shipway_core::ledger::{Acceptance, ReleaseReason};
use shipway_core::plan::{Drift, DriftRule, NothingBecause, Restore, RollbackTo};
use shipway_engine::operations::{DeployOptions, First, Outcome};
use shipway_lambda_model::ConfigurationInput;

use crate::world::{Action, Checkout, Ended, Project, Scope, Trap, World, commit, exit, options, outcome, variables};

fn requiring(names: &[&str]) -> Project {
    Project { variables: names.iter().map(|name| (*name).to_owned()).collect(), ..Project::default() }
}

/// Deployed once, with its variable.
fn running(project: &Project) -> World {
    let world = World::new(1);
    world.provision(project);
    world.configure("orders-dev", variables(&["TABLE"]));
    world.deploy(project, Checkout::of('a')).unwrap();
    world.clear_log();
    world
}

fn is_nothing(ended: &Ended) -> bool {
    matches!(outcome(ended), Outcome::Nothing(NothingBecause::NothingOutstanding))
}

#[test]
fn what_is_held_for_a_function_is_finished_without_a_checkout_once_it_exists() {
    let (world, project) = (World::new(1), Project::default());
    let expected = DeployOptions { first: First::Expected, ..options() };
    let ended = world.deploy_with(&project, Checkout::of('a'), expected);
    assert_eq!(exit(&ended), ExitCode::Held, "{ended:?}");
    let before = world.store_keys();
    assert_eq!(exit(&world.reconcile(&project)), ExitCode::Held, "it is not there yet");
    assert_eq!(world.store_keys(), before, "and nothing is written about that");
    world.provision(&project);
    world.clear_log();
    let ended = world.reconcile(&project);
    assert!(matches!(outcome(&ended), Outcome::Deployed), "{ended:?}");
    assert_eq!(world.served(&project, "orders"), "PK orders at a");
    assert!(world.log().iter().all(|call| call.operation != "put artifact"), "it is in the store already");
    assert_eq!(world.events(&project, "orders"), ["claimed", "held", "claimed", "succeeded"]);
    assert_eq!(world.objects_with("releases/").len(), 1, "a rollback without names undoes it");
    assert!(is_nothing(&world.reconcile(&project)));
}

#[test]
fn code_and_configuration_go_live_in_one_version() {
    let before = Project::default();
    let project = requiring(&["QUEUE"]);
    let world = running(&before);
    let ended = world.deploy(&project, Checkout::of('b'));
    assert_eq!(exit(&ended), ExitCode::Held, "{ended:?}");
    assert_eq!(world.served(&project, "orders"), "PK orders at a", "the old version serves");
    world.configure("orders-dev", variables(&["TABLE", "QUEUE"]));
    world.clear_log();
    let ended = world.reconcile(&project);
    assert!(matches!(outcome(&ended), Outcome::Deployed), "{ended:?}");
    assert_eq!(world.lambda_writes(), ["UpdateFunctionCode", "PublishVersion", "UpdateAlias"]);
    assert_eq!(world.served(&project, "orders"), "PK orders at b");
    assert!(is_nothing(&world.reconcile(&project)), "the configuration came with it");
}

#[test]
fn newer_code_supersedes_what_is_held() {
    let world = running(&Project::default());
    assert_eq!(exit(&world.deploy(&requiring(&["QUEUE"]), Checkout::of('b'))), ExitCode::Held);
    let ended = world.deploy(&Project::default(), Checkout::of('c'));
    assert!(matches!(outcome(&ended), Outcome::Deployed), "{ended:?}");
    world.configure("orders-dev", variables(&["TABLE", "QUEUE"]));
    world.reconcile(&Project::default()).unwrap();
    assert_eq!(world.served(&Project::default(), "orders"), "PK orders at c", "b does not come back");
}

#[test]
fn a_configuration_alone_reaches_the_callers() {
    let project = requiring(&["TABLE"]);
    let world = running(&project);
    assert!(is_nothing(&world.reconcile(&project)));
    world.configure("orders-dev", variables(&["TABLE", "LEVEL"]));
    world.clear_log();
    let ended = world.reconcile(&project);
    assert!(matches!(outcome(&ended), Outcome::Configured), "{ended:?}");
    assert_eq!(world.lambda_writes(), ["PublishVersion", "UpdateAlias"], "the code is there");
    assert_eq!(world.served(&project, "orders"), "PK orders at a");
    assert_eq!(world.alias_version("orders-dev", "live"), "3");
    assert!(is_nothing(&world.reconcile(&project)));
    world.clear_log();
    let again = world.deploy(&project, Checkout::of('a'));
    assert!(matches!(outcome(&again), Outcome::Nothing(NothingBecause::SameSource)), "{again:?}");
}

#[test]
fn a_configuration_that_breaks_the_running_code_is_not_published() {
    let project = requiring(&["TABLE"]);
    let world = running(&project);
    world.configure("orders-dev", variables(&["OTHER"]));
    let (before, keys) = (world.lambda_state(), world.store_keys());
    let ended = world.reconcile(&project);
    let Outcome::ConfigurationHeld { reasons } = outcome(&ended) else { panic!("{ended:?}") };
    assert_eq!(reasons[0].to_string(), "environment variable `TABLE` is not set");
    assert_eq!(exit(&ended), ExitCode::Held);
    assert_eq!((world.lambda_state(), world.store_keys()), (before, keys));
}

#[test]
fn code_that_somebody_put_on_latest_is_told_or_put_back() {
    let project = Project::default();
    let world = running(&project);
    world.upload_by_hand("orders-dev", "by hand");
    let ended = world.reconcile(&project);
    let Outcome::Drifted(Drift::CodeReplaced { since }) = outcome(&ended) else { panic!("{ended:?}") };
    assert!(since.is_some());
    assert_eq!(exit(&ended), ExitCode::Refused);
    let restoring = Project { on_drift: DriftRule::Restore, ..Project::default() };
    let scope = || Scope::Checkout(Checkout::of('a'));
    let ended = world.reconcile_with(&restoring, scope(), Restore::No);
    assert!(matches!(outcome(&ended), Outcome::Restored), "{ended:?}");
    let latest = world.function("orders-dev").latest.package.code_sha256;
    assert_eq!(world.zip_text(&latest), "PK orders at a");
    assert!(is_nothing(&world.reconcile_with(&restoring, scope(), Restore::No)));
}

#[test]
fn what_a_rollback_leaves_on_latest_is_no_drift() {
    let project = Project::default();
    let world = running(&project);
    world.deploy(&project, Checkout::of('b')).unwrap();
    world.rollback(&project, RollbackTo::Previous).unwrap();
    let latest = world.function("orders-dev").latest.package.code_sha256;
    assert_eq!(world.zip_text(&latest), "PK orders at b");
    assert!(is_nothing(&world.reconcile(&project)));
    assert_eq!(world.served(&project, "orders"), "PK orders at a");
}

#[test]
fn a_configuration_takes_the_running_code_with_it_whatever_lies_on_latest() {
    let project = Project::default();
    let world = running(&project);
    world.upload_by_hand("orders-dev", "by hand");
    world.configure("orders-dev", variables(&["TABLE", "LEVEL"]));
    let ended = world.reconcile(&project);
    assert!(matches!(outcome(&ended), Outcome::Configured), "{ended:?}");
    assert_eq!(world.served(&project, "orders"), "PK orders at a");
}

#[test]
fn a_function_that_was_made_anew_gets_what_is_wanted() {
    let project = Project::default();
    let world = running(&project);
    world.deploy(&project, Checkout::of('b')).unwrap();
    world.delete_function("orders-dev");
    let ended = world.reconcile(&project);
    assert!(matches!(outcome(&ended), Outcome::Drifted(Drift::FunctionGone)), "{ended:?}");
    world.provision(&project);
    let ended = world.reconcile(&project);
    assert!(matches!(outcome(&ended), Outcome::Restored), "{ended:?}");
    assert_eq!(world.served(&project, "orders"), "PK orders at b");
    assert!(is_nothing(&world.reconcile(&project)));
}

#[test]
fn an_alias_that_a_person_moved_is_moved_back_only_when_that_is_asked_for() {
    let project = Project::default();
    let world = running(&project);
    world.deploy(&project, Checkout::of('b')).unwrap();
    world.move_alias("orders-dev", "live", "2");
    let ended = world.reconcile(&project);
    assert!(matches!(outcome(&ended), Outcome::Drifted(Drift::AliasMoved { .. })), "{ended:?}");
    assert_eq!(world.served(&project, "orders"), "PK orders at a");
    let ended = world.reconcile_with(&project, Scope::Store, Restore::Yes);
    assert!(matches!(outcome(&ended), Outcome::Restored), "{ended:?}");
    assert_eq!(world.served(&project, "orders"), "PK orders at b");
}

#[test]
fn a_target_that_is_being_deployed_to_is_left_to_whoever_does_that() {
    let project = Project::default();
    let world = running(&project);
    world.configure("orders-dev", variables(&["TABLE", "LEVEL"]));
    world.set(Trap::on("UpdateFunctionCode", Action::HoldCall));
    let deploying = world.start_deploy(&project, Checkout::of('b'), options());
    world.run_for(Duration::from_secs(5));
    let reconciling = world.start_reconcile(&project, Scope::Store, Restore::No);
    world.run_for(Duration::from_secs(100));
    let ended = reconciling.take().expect("it does not wait for long");
    assert!(matches!(outcome(&ended), Outcome::Nothing(NothingBecause::UnderWay)), "{ended:?}");
    assert_eq!(exit(&ended), ExitCode::Done);
    world.release(deploying.id);
    world.run();
    assert!(matches!(outcome(&deploying.ended()), Outcome::Deployed));
    assert_eq!(world.served(&project, "orders"), "PK orders at b");
}

#[test]
fn an_alias_that_is_gone_is_told() {
    let project = Project::default();
    let world = running(&project);
    world.delete_alias("orders-dev", "live");
    let ended = world.reconcile(&project);
    assert!(matches!(outcome(&ended), Outcome::Drifted(Drift::AliasGone)), "{ended:?}");
    world.create_alias("orders-dev", "live", "1");
    let ended = world.reconcile_with(&project, Scope::Store, Restore::Yes);
    assert!(matches!(outcome(&ended), Outcome::Restored), "{ended:?}");
    assert_eq!(world.served(&project, "orders"), "PK orders at a");
}

#[test]
fn a_hold_expires_and_can_be_cancelled() {
    for cancelled in [false, true] {
        let world = running(&Project::default());
        assert_eq!(exit(&world.deploy(&requiring(&["QUEUE"]), Checkout::of('b'))), ExitCode::Held);
        let ended = if cancelled {
            world.cancel(&Project::default())
        } else {
            world.pass(Duration::from_secs(3601));
            world.reconcile(&Project::default())
        };
        match (outcome(&ended), cancelled) {
            (Outcome::Released(ReleaseReason::Expired), false) => {}
            (Outcome::Released(ReleaseReason::Cancelled { by }), true) => assert_eq!(by, "ada@laptop"),
            other => panic!("{other:?}"),
        }
        let state = world.ledger_state(&Project::default(), "orders");
        assert!(state.hold.is_none());
        assert_eq!(state.wanted.unwrap().commit, Some(commit('a')), "what runs is wanted again");
        assert!(is_nothing(&world.cancel(&Project::default())));
    }
}

#[test]
fn a_commit_that_left_its_branch_is_given_up() {
    let world = running(&Project::default());
    assert_eq!(exit(&world.deploy(&requiring(&["QUEUE"]), Checkout::of('b'))), ExitCode::Held);
    let on = |commit| Scope::Checkout(Checkout::of(commit));
    assert_eq!(exit(&world.reconcile_with(&requiring(&["QUEUE"]), on('c'), Restore::No)), ExitCode::Held);
    let ended = world.reconcile_with(&requiring(&["QUEUE"]), on('e'), Restore::No);
    let Outcome::Released(ReleaseReason::CommitGone { .. }) = outcome(&ended) else { panic!("{ended:?}") };
}

#[test]
fn what_may_be_missing_is_deployed_and_recorded_and_stays_accepted() {
    let world = running(&Project::default());
    let project = requiring(&["QUEUE"]);
    assert_eq!(exit(&world.deploy(&project, Checkout::of('b'))), ExitCode::Held);
    let acceptance = Acceptance { reason: "comes on Monday".to_owned(), by: "ada@laptop".to_owned() };
    let accepting = DeployOptions { accepted: BTreeMap::from([("QUEUE".to_owned(), acceptance.clone())]), ..options() };
    let ended = world.deploy_with(&project, Checkout::of('b'), accepting);
    assert!(matches!(outcome(&ended), Outcome::Deployed), "{ended:?}");
    let state = world.ledger_state(&project, "orders");
    assert_eq!(state.running.unwrap().accepted, BTreeMap::from([("QUEUE".to_owned(), acceptance)]));
    world.configure("orders-dev", variables(&["TABLE", "LEVEL"]));
    let ended = world.reconcile(&project);
    assert!(matches!(outcome(&ended), Outcome::Configured), "it goes on without: {ended:?}");
}

#[test]
fn a_variable_that_the_source_reads_blocks_where_it_is_new_and_nowhere_else() {
    let (world, project) = (World::new(1), Project::default());
    world.provision(&project);
    // Nobody knows what ran before: a guess does not block, and what it runs without is recorded.
    let ended = world.deploy(&project, Checkout::of('a').with("orders", "one\nneeds TABLE\n"));
    assert!(matches!(outcome(&ended), Outcome::Deployed), "{ended:?}");
    let running = world.ledger_state(&project, "orders").running.unwrap();
    assert_eq!(running.missing.iter().collect::<Vec<_>>(), ["TABLE"]);
    assert!(running.needed_variables().is_empty());
    // It ran without before.
    let ended = world.deploy(&project, Checkout::of('b').with("orders", "two\nneeds TABLE\n"));
    assert!(matches!(outcome(&ended), Outcome::Deployed), "{ended:?}");
    let new = Checkout::of('c').with("orders", "three\nneeds TABLE\nneeds QUEUE\ntakes LEVEL\n");
    let ended = world.deploy(&project, new);
    let Outcome::Held { reasons, .. } = outcome(&ended) else { panic!("{ended:?}") };
    let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
    assert_eq!(reasons, ["environment variable `QUEUE` is not set (functions/orders/app.py:3 reads it)"]);
    world.configure("orders-dev", variables(&["QUEUE"]));
    let ended = world.reconcile(&project);
    assert!(matches!(outcome(&ended), Outcome::Deployed), "{ended:?}");
    let running = world.ledger_state(&project, "orders").running.unwrap();
    assert_eq!(running.needed_variables().into_iter().collect::<Vec<_>>(), ["QUEUE"]);
    assert_eq!(running.build.required_variables.iter().collect::<Vec<_>>(), ["QUEUE", "TABLE"]);
}

#[test]
fn a_role_that_was_replaced_is_brought_to_the_callers() {
    let project = Project::default();
    let world = running(&project);
    let role = "arn:aws:iam::111111111111:role/other";
    world.configure("orders-dev", ConfigurationInput { role: Some(role.to_owned()), ..ConfigurationInput::default() });
    let ended = world.reconcile(&project);
    assert!(matches!(outcome(&ended), Outcome::Configured), "{ended:?}");
    let running = world.ledger_state(&project, "orders").running.unwrap();
    assert_eq!(running.frozen.get("Role").map(String::as_str), Some(role));
}

#[test]
fn a_reconciliation_that_is_killed_anywhere_is_finished_by_the_next() {
    let before = Project::default();
    let project = requiring(&["QUEUE"]);
    let world = running(&before);
    world.deploy(&project, Checkout::of('b')).unwrap();
    world.configure("orders-dev", variables(&["TABLE", "QUEUE"]));
    for polls in 0..200 {
        let world = world.fork();
        let process = world.start_reconcile(&project, Scope::Store, Restore::No);
        world.halt_after_polls(process.id, polls);
        world.run_for(Duration::from_secs(30));
        let done = process.take().is_some();
        world.kill(process.id);
        let served = world.served(&project, "orders");
        assert!(["PK orders at a", "PK orders at b"].contains(&served.as_str()), "{served}");
        let ended = world.reconcile(&project);
        assert_eq!(exit(&ended), ExitCode::Done, "killed after {polls} polls: {ended:?}");
        assert_eq!(world.served(&project, "orders"), "PK orders at b", "killed after {polls} polls");
        if done {
            return;
        }
    }
    panic!("it never ended by itself");
}
