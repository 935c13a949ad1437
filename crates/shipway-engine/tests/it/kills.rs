//! Killed at any call, before or after its effect: callers reach the old version or the new one, whole, and the next
//! run finishes the work.

use shipway_core::exit::ExitCode;
use std::time::Duration;

use crate::shapes::Shape;
use crate::world::{Action, Moment, Times, Trap, When, World, exit};

/// How many calls the shape makes when nothing goes wrong.
fn calls(shape: Shape, prepared: &World) -> usize {
    let world = prepared.fork();
    let process = shape.start(&world, "laptop");
    world.run();
    process.ended().unwrap();
    world.log_of(process.id).len()
}

fn kill_at(shape: Shape, prepared: &World, index: usize, moment: Moment) -> World {
    let world = prepared.fork();
    let process = shape.start(&world, "laptop");
    let when = When::Index(index);
    world.set(Trap { process: Some(process.id), when, moment, skip: 0, times: Times::Once, action: Action::Halt });
    world.run();
    assert!(world.is_halted(process.id), "{shape:?} makes call {index}");
    world.kill(process.id);
    world
}

fn is_done(shape: Shape, world: &World) -> bool {
    // A rollback that was recorded is done: once more would go one further.
    shape.is_rollback() && world.events(&shape.project(), "orders").last().map(String::as_str) == Some("rolled-back")
}

fn killed_everywhere(shape: Shape, next_host: &str) {
    let project = shape.project();
    let (old, new) = shape.texts();
    let prepared = shape.world(5);
    // A lease that has to run out costs a minute of looking: from another machine, every second call will do.
    let stride = if next_host == "laptop" { 1 } else { 2 };
    for index in (0..calls(shape, &prepared)).step_by(stride) {
        for moment in [Moment::Before, Moment::After] {
            let world = kill_at(shape, &prepared, index, moment);
            let call = world.log().last().cloned();
            let told = format!("{shape:?}, call {index} {moment:?}, {call:?}");
            let served = world.served(&project, "orders");
            assert!(served == old || served == new, "{told}: callers reach {served}");
            world.pass(Duration::from_secs(1));
            let served = world.served(&project, "orders");
            assert!(served == old || served == new, "{told}: callers reach {served} after a while");
            if !is_done(shape, &world) {
                let next = shape.start(&world, next_host);
                world.run();
                let ended = next.ended();
                assert_eq!(exit(&ended), ExitCode::Done, "{told}: {ended:#?}");
            }
            assert_eq!(world.served(&project, "orders"), new, "{told}");
            let state = world.ledger_state(&project, "orders");
            assert!(state.holder.is_none(), "{told}: {:?}", state.holder);
            let running = state.running.expect("something runs");
            let code = world.zip_text(&running.build.artifact.code_sha256());
            assert_eq!(code, new, "{told}: the ledger names what is served");
        }
    }
}

#[test]
fn the_next_run_on_the_same_machine_finishes_a_first_deployment() {
    killed_everywhere(Shape::Pin, "laptop");
    killed_everywhere(Shape::CreateAlias, "laptop");
}

#[test]
fn the_next_run_on_another_machine_finishes_a_first_deployment() {
    killed_everywhere(Shape::Pin, "elsewhere");
    killed_everywhere(Shape::CreateAlias, "elsewhere");
}

#[test]
fn the_next_run_on_the_same_machine_finishes_a_deployment() {
    killed_everywhere(Shape::Usual, "laptop");
    killed_everywhere(Shape::Unaliased, "laptop");
}

#[test]
fn the_next_run_on_another_machine_finishes_a_deployment() {
    killed_everywhere(Shape::Usual, "elsewhere");
    killed_everywhere(Shape::Unaliased, "elsewhere");
}

#[test]
fn the_next_run_finishes_one_that_died_over_a_take_over() {
    killed_everywhere(Shape::TakeOver, "laptop");
    killed_everywhere(Shape::UnaliasedTakeOver, "elsewhere");
}

#[test]
fn the_next_rollback_finishes_a_rollback() {
    killed_everywhere(Shape::Rollback, "laptop");
    killed_everywhere(Shape::Republish, "elsewhere");
}
