//! Holders that live, are paused, or are gone.

use std::time::Duration;

use shipway_core::exit::ExitCode;
use shipway_core::ledger::{Event, TakeOver};
use shipway_core::plan::Restore;
use shipway_engine::OperationError;
use shipway_engine::operations::{DeployOptions, Outcome};

use crate::shapes::Shape;
use crate::world::{
    Action, Checkout, Ended, Handle, ProcessId, Project, Trap, World, exit, options, outcome, variables,
};

fn deployed(project: &Project) -> World {
    let world = World::new(7);
    world.provision(project);
    world.deploy(project, Checkout::of('a')).unwrap();
    world.clear_log();
    world
}

fn start(world: &World, project: &Project, commit: char, host: &str) -> Handle<Ended> {
    world.start_deploy(project, Checkout::of(commit).on(host), options())
}

fn take_overs(world: &World, project: &Project) -> Vec<TakeOver> {
    world
        .ledger(project, "orders")
        .iter()
        .filter_map(|entry| match entry.event {
            Event::TakenOver { reason, .. } => Some(reason),
            _ => None,
        })
        .collect()
}

#[test]
fn a_holder_that_gives_signs_of_life_is_waited_for() {
    let project = Project::default();
    let world = deployed(&project);
    let holder = start(&world, &project, 'b', "one");
    world.set(Trap::on("UpdateFunctionCode", Action::HoldCall).of(holder.id));
    let waiting = start(&world, &project, 'c', "two");
    world.run_for(Duration::from_secs(300));
    assert!(waiting.take().is_none(), "it still waits");
    assert_eq!(world.lambda_writes(), ["UpdateFunctionCode"]);
    world.release(holder.id);
    world.run();
    assert!(matches!(outcome(&holder.ended()), Outcome::Deployed));
    assert!(matches!(outcome(&waiting.ended()), Outcome::Deployed));
    assert_eq!(world.served(&project, "orders"), "PK orders at c");
    assert_eq!(take_overs(&world, &project), []);
}

#[test]
fn a_holder_that_outlasts_all_patience_is_left_alone() {
    let project = Project::default();
    let world = deployed(&project);
    let holder = start(&world, &project, 'b', "one");
    world.set(Trap::on("UpdateFunctionCode", Action::HoldCall).of(holder.id));
    let waiting = start(&world, &project, 'c', "two");
    world.run_for(Duration::from_secs(700));
    let ended = waiting.ended();
    assert!(matches!(outcome(&ended), Outcome::Failed(OperationError::StillHeld { .. })), "{ended:?}");
    assert_eq!(exit(&ended), ExitCode::Failed);
}

#[test]
fn a_paused_holder_is_taken_over_after_a_minute_and_not_before() {
    let project = Project::default();
    let world = deployed(&project);
    let holder = start(&world, &project, 'b', "one");
    world.set(Trap::on("UpdateFunctionCode", Action::Halt).of(holder.id));
    world.run();
    // However long it was quiet before: who comes now judges by a clock of its own.
    world.pass(Duration::from_secs(500));
    let taker = start(&world, &project, 'c', "two");
    world.run_for(Duration::from_secs(59));
    assert_eq!(take_overs(&world, &project), []);
    world.run_for(Duration::from_secs(10));
    assert_eq!(take_overs(&world, &project), [TakeOver::LeaseExpired]);
    world.run();
    assert!(matches!(outcome(&taker.ended()), Outcome::Deployed));
    assert_eq!(world.served(&project, "orders"), "PK orders at c");
}

#[test]
fn a_sign_of_life_starts_the_minute_again() {
    let project = Project::default();
    let world = deployed(&project);
    let holder = start(&world, &project, 'b', "one");
    world.set(Trap::on("UpdateFunctionCode", Action::HoldCall).of(holder.id));
    let taker = start(&world, &project, 'c', "two");
    world.run_for(Duration::from_secs(50));
    // Its last sign of life was at 45 s.
    world.halt(holder.id);
    world.run_for(Duration::from_secs(50));
    assert_eq!(take_overs(&world, &project), [], "55 s of silence are not enough");
    world.run_for(Duration::from_secs(10));
    assert_eq!(take_overs(&world, &project), [TakeOver::LeaseExpired]);
    world.run();
    assert!(matches!(outcome(&taker.ended()), Outcome::Deployed));
}

#[test]
fn a_process_that_died_on_this_machine_is_taken_over_at_once() {
    let project = Project::default();
    let world = deployed(&project);
    let holder = start(&world, &project, 'b', "one");
    world.set(Trap::on("UpdateFunctionCode", Action::Halt).of(holder.id));
    world.run();
    world.kill(holder.id);
    let begun = world.now();
    let taker = start(&world, &project, 'c', "one");
    world.run();
    assert!(matches!(outcome(&taker.ended()), Outcome::Deployed));
    assert_eq!(take_overs(&world, &project), [TakeOver::ProcessGone]);
    assert!(world.now() - begun < Duration::from_secs(10));
}

#[test]
fn one_that_died_on_another_machine_is_taken_over_after_a_minute() {
    let project = Project::default();
    let world = deployed(&project);
    let holder = start(&world, &project, 'b', "one");
    world.set(Trap::on("UpdateFunctionCode", Action::Halt).of(holder.id));
    world.run();
    world.kill(holder.id);
    let begun = world.now();
    let taker = start(&world, &project, 'c', "two");
    world.run();
    assert!(matches!(outcome(&taker.ended()), Outcome::Deployed));
    assert_eq!(take_overs(&world, &project), [TakeOver::LeaseExpired]);
    assert!(world.now() - begun >= Duration::from_secs(60));
}

/// Pauses the holder after so many polls, lets another take over and finish, and wakes the holder up.
/// `None` when the holder ends before that.
fn wakes_up_after(shape: Shape, prepared: &World, polls: usize) -> Option<()> {
    let project = shape.project();
    let world = prepared.fork();
    let sleeper = if shape.is_rollback() {
        shape.start(&world, "laptop")
    } else {
        // An older commit than the taker's, so that nothing but the guards stands in its way.
        start(&world, &project, 'b', "laptop")
    };
    world.halt_after_polls(sleeper.id, polls);
    world.run();
    if !world.is_halted(sleeper.id) {
        return None;
    }
    // A rollback that got as far as the alias looks like one by hand, which a deployment leaves alone unless told.
    let restore = if shape.is_rollback() { Restore::Yes } else { Restore::No };
    let taker = world.start_deploy(&project, Checkout::of('c').on("two"), DeployOptions { restore, ..options() });
    world.run();
    let ended = taker.ended();
    assert_eq!(exit(&ended), ExitCode::Done, "{shape:?} {polls}: {ended:?}");
    if shape.is_rollback() && !was_taken_over(&world, &project, sleeper.id) {
        // It held nothing yet: when it wakes up it rolls the newcomer back, as it was told to.
        return Some(());
    }
    let lambda = world.lambda_state();
    let calls = world.log().len();
    world.resume(sleeper.id);
    world.run();
    let ended = sleeper.ended();
    let told = format!("{shape:?}, paused after {polls} polls: {ended:?}");
    assert_eq!(world.lambda_state(), lambda, "{told}");
    assert_eq!(world.served(&project, "orders"), "PK orders at c", "{told}");
    let running = world.ledger_state(&project, "orders").running.unwrap();
    assert_eq!(world.zip_text(&running.build.artifact.code_sha256()), "PK orders at c", "{told}");
    let wrote: Vec<_> = world.log().split_off(calls);
    let wrote: Vec<_> = wrote.iter().filter(|call| call.writes_to_lambda() && call.succeeded()).collect();
    assert!(wrote.is_empty(), "{told}: {wrote:#?}");
    if was_taken_over(&world, &project, sleeper.id) {
        assert_eq!(exit(&ended), ExitCode::Failed, "{told}");
        assert!(matches!(outcome(&ended), Outcome::Failed(OperationError::TakenOver { .. })), "{told}");
    }
    Some(())
}

fn was_taken_over(world: &World, project: &Project, process: ProcessId) -> bool {
    let ledger = world.ledger(project, "orders");
    let holds = |entry: &shipway_core::ledger::Entry| {
        entry.state.holder.as_ref().is_some_and(|holder| holder.writer.process == process.0)
    };
    ledger.windows(2).any(|pair| holds(&pair[0]) && matches!(pair[1].event, Event::TakenOver { .. }))
}

fn wakes_up_everywhere(shape: Shape) {
    let prepared = shape.world(11);
    // Each pause costs a minute of looking. The usual shape is paused at every point; the others at every third, which
    // is before the effect of some calls and after that of others.
    let stride = if shape == Shape::Usual { 1 } else { 3 };
    let mut polls = 1;
    while wakes_up_after(shape, &prepared, polls).is_some() {
        polls += stride;
    }
    assert!(polls > 30, "{shape:?} was paused at {polls} points");
}

#[test]
fn a_paused_holder_that_wakes_up_after_a_take_over_changes_nothing() {
    wakes_up_everywhere(Shape::Usual);
}

#[test]
fn nor_one_of_a_first_deployment() {
    wakes_up_everywhere(Shape::Pin);
    wakes_up_everywhere(Shape::CreateAlias);
}

#[test]
fn nor_one_without_an_alias() {
    wakes_up_everywhere(Shape::Unaliased);
}

#[test]
fn nor_a_rollback() {
    wakes_up_everywhere(Shape::Rollback);
    wakes_up_everywhere(Shape::Republish);
}

#[test]
fn nor_when_whoever_takes_over_has_to_wait_for_provisioning() {
    let project = Project { variables: ["TABLE".to_owned()].into(), ..Project::default() };
    let world = World::new(7);
    world.provision(&project);
    world.configure("orders-dev", variables(&["TABLE"]));
    world.deploy(&project, Checkout::of('a')).unwrap();
    let sleeper = start(&world, &project, 'b', "one");
    world.set(Trap::on("UpdateAlias", Action::Halt).of(sleeper.id));
    world.run();
    let demanding = Project { variables: ["TABLE".to_owned(), "QUEUE".to_owned()].into(), ..project.clone() };
    let taker = start(&world, &demanding, 'c', "two");
    world.run();
    assert_eq!(exit(&taker.ended()), ExitCode::Held);
    world.resume(sleeper.id);
    world.run();
    let ended = sleeper.ended();
    assert!(matches!(outcome(&ended), Outcome::Failed(OperationError::TakenOver { .. })), "{ended:?}");
    assert_eq!(world.served(&project, "orders"), "PK orders at a");
}

#[test]
fn nor_one_that_had_taken_over_itself() {
    wakes_up_everywhere(Shape::TakeOver);
}
