//! Going back.

use shipway_core::exit::ExitCode;
use shipway_core::ledger::RollbackMethod;
use shipway_core::names::VersionNumber;
use shipway_core::plan::{Refusal, RollbackTo};
use shipway_engine::OperationError;
use shipway_engine::operations::Outcome;
use shipway_lambda_model as model;
use shipway_lambda_model::Request;

use crate::world::{Action, Checkout, Ended, Fault, Project, ROLE, Trap, World, exit, outcome};

fn deployed(project: &Project, commits: &[char]) -> World {
    let world = World::new(3);
    world.provision(project);
    for commit in commits {
        let ended = world.deploy(project, Checkout::of(*commit));
        assert_eq!(exit(&ended), ExitCode::Done, "{ended:?}");
    }
    world.clear_log();
    world
}

fn method(ended: &Ended) -> RollbackMethod {
    match outcome(ended) {
        Outcome::RolledBack { method, .. } => *method,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_previous_version_serves_again_by_one_write() {
    let project = Project::default();
    let world = deployed(&project, &['a', 'b']);
    let ended = world.rollback(&project, RollbackTo::Previous);
    assert_eq!(method(&ended), RollbackMethod::AliasMoved);
    assert_eq!(world.lambda_writes(), ["UpdateAlias"]);
    assert_eq!(world.alias_version("orders-dev", "live"), "2");
    let state = world.ledger_state(&project, "orders");
    assert_eq!(state.rejected.len(), 1);
    assert_eq!(state.wanted, state.running.map(|running| running.build));
}

#[test]
fn again_goes_one_further_and_not_back_and_forth() {
    let project = Project::default();
    let world = deployed(&project, &['a', 'b', 'c']);
    world.rollback(&project, RollbackTo::Previous).unwrap();
    assert_eq!(world.served(&project, "orders"), "PK orders at b");
    world.rollback(&project, RollbackTo::Previous).unwrap();
    assert_eq!(world.served(&project, "orders"), "PK orders at a");
    let ended = world.rollback(&project, RollbackTo::Previous);
    assert_eq!(exit(&ended), ExitCode::Refused, "{ended:?}");
    assert_eq!(world.served(&project, "orders"), "PK orders at a");
}

#[test]
fn a_deployment_or_a_version_can_be_named() {
    let project = Project::default();
    let world = deployed(&project, &['a', 'b', 'c']);
    let first = world.ledger_state(&project, "orders").succeeded[0].clone();
    let ended = world.rollback(&project, RollbackTo::Deployment(first.deployment.clone()));
    assert_eq!(exit(&ended), ExitCode::Done, "{ended:?}");
    assert_eq!(world.served(&project, "orders"), "PK orders at a");
    let ended = world.rollback(&project, RollbackTo::Version(VersionNumber(3)));
    assert_eq!(exit(&ended), ExitCode::Done, "{ended:?}");
    assert_eq!(world.served(&project, "orders"), "PK orders at b");
    let ended = world.rollback(&project, RollbackTo::Version(VersionNumber(3)));
    assert_eq!(exit(&ended), ExitCode::Refused, "that is what runs: {ended:?}");
    let ended = world.rollback(&project, RollbackTo::Version(VersionNumber(99)));
    assert_eq!(exit(&ended), ExitCode::Refused, "there never was such a version: {ended:?}");
}

#[test]
fn a_version_that_was_deleted_is_published_again() {
    let project = Project::default();
    let world = deployed(&project, &['a', 'b']);
    world.ask(Request::DeleteFunction(model::Target::new("orders-dev").qualified("2"))).unwrap();
    let ended = world.rollback(&project, RollbackTo::Previous);
    assert_eq!(method(&ended), RollbackMethod::PublishedAgain);
    assert_eq!(world.lambda_writes(), ["UpdateFunctionCode", "PublishVersion", "UpdateAlias"]);
    assert_eq!(world.alias_version("orders-dev", "live"), "4");
    assert_eq!(world.served(&project, "orders"), "PK orders at a");
}

#[test]
fn a_version_with_another_role_is_published_again() {
    let project = Project::default();
    let world = deployed(&project, &['a', 'b']);
    let role = model::ConfigurationInput { role: Some(format!("{ROLE}-new")), ..model::ConfigurationInput::default() };
    world.configure("orders-dev", role);
    let ended = world.rollback(&project, RollbackTo::Previous);
    assert_eq!(method(&ended), RollbackMethod::PublishedAgain);
    let Outcome::RolledBack { because: Some(because), .. } = outcome(&ended) else { panic!("{ended:?}") };
    assert!(because.contains("role"), "{because}");
    assert_eq!(world.served(&project, "orders"), "PK orders at a");
}

#[test]
fn without_an_alias_the_old_code_is_sent_again() {
    let project = Project { alias: None, ..Project::default() };
    let world = deployed(&project, &['a', 'b']);
    let ended = world.rollback(&project, RollbackTo::Previous);
    assert_eq!(method(&ended), RollbackMethod::PublishedAgain);
    assert_eq!(world.lambda_writes(), ["UpdateFunctionCode"]);
    assert_eq!(world.served(&project, "orders"), "PK orders at a");
}

#[test]
fn nothing_was_ever_deployed() {
    let project = Project::default();
    let world = deployed(&project, &[]);
    let ended = world.rollback(&project, RollbackTo::Previous);
    assert_eq!(exit(&ended), ExitCode::Refused, "{ended:?}");
    assert_eq!(world.lambda_writes(), Vec::<&str>::new());
}

#[test]
fn it_goes_through_while_a_deployment_holds_the_target() {
    for alias in [Some("live"), None] {
        for at in ["UpdateFunctionCode", "PublishVersion", "UpdateAlias"] {
            let project = Project { alias, ..Project::default() };
            if alias.is_none() && at != "UpdateFunctionCode" {
                continue;
            }
            let world = deployed(&project, &['a', 'b']);
            let deployment = world.start_deploy(&project, Checkout::of('c').on("elsewhere"), crate::world::options());
            world.set(Trap::on(at, Action::Halt).of(deployment.id));
            world.run();
            assert!(world.is_halted(deployment.id), "{at}");
            let begun = world.now();
            let ended = world.rollback(&project, RollbackTo::Previous);
            assert_eq!(exit(&ended), ExitCode::Done, "{at}: {ended:?}");
            assert!((world.now() - begun).as_secs() < 5, "a rollback waits for nobody");
            let lambda = world.lambda_state();
            world.resume(deployment.id);
            world.run();
            let ended = deployment.ended();
            assert!(
                matches!(outcome(&ended), Outcome::Failed(OperationError::TakenOver { .. })),
                "{alias:?} {at}: {ended:?}"
            );
            assert_eq!(exit(&ended), ExitCode::Failed);
            assert_eq!(world.lambda_state(), lambda, "{at}: the deployment changed something");
            assert_eq!(world.served(&project, "orders"), "PK orders at a", "{alias:?} {at}");
            let state = world.ledger_state(&project, "orders");
            assert!(state.holder.is_none());
            assert_eq!(state.rejected.len(), 1, "{:?}", state.rejected);
        }
    }
}

#[test]
fn a_store_that_takes_no_writes_does_not_stop_it() {
    for fault in [Fault::Denied, Fault::Full] {
        let project = Project::default();
        let world = deployed(&project, &['a', 'b']);
        let before = world.ledger_bytes(&project, "orders");
        world.set(Trap::on("create", Action::Spoil(fault)).always());
        world.set(Trap::on("replace", Action::Spoil(fault)).always());
        let ended = world.rollback(&project, RollbackTo::Previous);
        assert_eq!(exit(&ended), ExitCode::NeedsAttention, "{ended:?}");
        assert_eq!(world.served(&project, "orders"), "PK orders at a");
        assert_eq!(world.ledger_bytes(&project, "orders"), before);
        world.clear_traps();
        // What could not be recorded does not let the rejected build back in.
        let ended = world.deploy(&project, Checkout::of('b'));
        assert!(matches!(outcome(&ended), Outcome::Refused(Refusal::AliasMoved { .. })), "{ended:?}");
        assert_eq!(world.served(&project, "orders"), "PK orders at a");
        // The command that the message names records it.
        let ended = world.rollback(&project, RollbackTo::Version(VersionNumber(2)));
        assert_eq!(exit(&ended), ExitCode::Done, "{ended:?}");
        let ended = world.deploy(&project, Checkout::of('b'));
        assert!(matches!(outcome(&ended), Outcome::Refused(Refusal::Rejected { .. })), "{ended:?}");
    }
}

#[test]
fn a_lost_reply_is_settled_by_looking() {
    for operation in ["create", "replace", "UpdateAlias"] {
        for fault in [Fault::LostReply, Fault::LostRequest] {
            let project = Project::default();
            let world = deployed(&project, &['a', 'b']);
            world.set(Trap::on(operation, Action::Spoil(fault)));
            let ended = world.rollback(&project, RollbackTo::Previous);
            assert_eq!(exit(&ended), ExitCode::Done, "{operation} {fault:?}: {ended:?}");
            assert_eq!(world.served(&project, "orders"), "PK orders at a");
            assert_eq!(world.events(&project, "orders").last().map(String::as_str), Some("rolled-back"));
        }
    }
}

#[test]
fn adoption_records_keeps_the_bytes_and_changes_nothing() {
    for alias in [Some("live"), None] {
        let project = Project { alias, ..Project::default() };
        let world = World::new(3);
        world.provision(&project);
        world.upload_by_hand("orders-dev", "by hand");
        let before = world.lambda_state();
        let ended = world.adopt(&project);
        assert!(matches!(outcome(&ended), Outcome::Adopted), "{ended:?}");
        assert_eq!(exit(&ended), ExitCode::Done);
        assert_eq!(world.lambda_state(), before);
        assert_eq!(world.lambda_writes(), Vec::<&str>::new());
        assert_eq!(world.events(&project, "orders"), ["claimed", "adopted"]);
        assert!(world.store_keys().iter().any(|key| key.starts_with("artifacts/")));
        let again = world.adopt(&project);
        assert!(matches!(outcome(&again), Outcome::Nothing(_)), "{again:?}");
        let ended = world.deploy(&project, Checkout::of('a'));
        assert_eq!(exit(&ended), ExitCode::Done, "{ended:?}");
        assert_eq!(world.served(&project, "orders"), "PK orders at a");
        let ended = world.rollback(&project, RollbackTo::Previous);
        assert_eq!(exit(&ended), ExitCode::Done, "{alias:?}: {ended:?}");
        assert_eq!(world.served(&project, "orders"), "PK by hand", "{alias:?}");
    }
}

#[test]
fn an_adopted_version_is_rolled_back_to_by_moving_the_alias() {
    let project = Project::default();
    let world = World::new(3);
    world.provision(&project);
    world.upload_by_hand("orders-dev", "by hand");
    let publish = model::PublishVersion { function_name: "orders-dev".to_owned(), ..model::PublishVersion::default() };
    world.ask(Request::PublishVersion(publish)).unwrap();
    world.pass(std::time::Duration::from_secs(1));
    world.move_alias("orders-dev", "live", "1");
    world.adopt(&project).unwrap();
    let ended = world.deploy(&project, Checkout::of('a'));
    assert_eq!(exit(&ended), ExitCode::Done, "{ended:?}");
    let ended = world.rollback(&project, RollbackTo::Previous);
    assert_eq!(method(&ended), RollbackMethod::AliasMoved);
    assert_eq!(world.alias_version("orders-dev", "live"), "1");
}
