//! What was read at the first glance is not read again for a plan whose writes it guards, and for no other.

use std::time::Duration;

use shipway_engine::operations::Outcome;

use crate::world::{Action, Checkout, Project, Side, Trap, World, exit, outcome};

/// A function that Shipway deployed twice already: versions 2 and 3, the alias on 3.
fn deployed_twice(project: &Project) -> World {
    let world = World::new(1);
    world.provision(project);
    world.deploy(project, Checkout::of('a')).unwrap();
    world.deploy(project, Checkout::of('b')).unwrap();
    world.clear_log();
    world
}

fn lambda_calls(world: &World) -> Vec<&'static str> {
    world.log().iter().filter(|call| call.side == Side::Lambda).map(|call| call.operation).collect()
}

/// While the function is built, somebody moves its alias back to version 2.
fn somebody_moves_the_alias_during_the_build(world: &World, takes: Duration) {
    let act = Action::Do(Box::new(move |world: &World| {
        world.move_alias("orders-dev", "live", "2");
        world.pass(takes);
    }));
    world.set(Trap::on("build", act));
}

#[test]
fn an_alias_is_read_once() {
    let project = Project::default();
    let world = deployed_twice(&project);
    world.deploy(&project, Checkout::of('c')).unwrap();
    let expected =
        ["GetAlias", "GetFunction", "GetFunction", "GetPolicy", "GetFunctionCodeSigningConfig", "UpdateFunctionCode"];
    let calls = lambda_calls(&world);
    assert_eq!(calls[..expected.len()], expected);
    assert_eq!(calls.iter().filter(|call| **call == "GetAlias").count(), 1, "{calls:?}");
}

#[test]
fn without_an_alias_the_function_is_read_once_before_its_code_is_sent() {
    let project = Project { alias: None, ..Project::default() };
    let world = deployed_twice(&project);
    world.deploy(&project, Checkout::of('c')).unwrap();
    assert_eq!(lambda_calls(&world)[..3], ["GetFunction", "GetFunctionCodeSigningConfig", "UpdateFunctionCode"]);
}

#[test]
fn an_alias_that_moves_during_the_build_stays_where_it_was_put() {
    let project = Project::default();
    let world = deployed_twice(&project);
    somebody_moves_the_alias_during_the_build(&world, Duration::ZERO);
    let ended = world.deploy(&project, Checkout::of('c'));
    assert!(matches!(outcome(&ended), Outcome::Refused(_)), "{:?} {ended:?}", exit(&ended));
    assert_eq!(world.alias_version("orders-dev", "live"), "2");
    assert_eq!(world.served(&project, "orders"), "PK orders at a");
}

#[test]
fn what_was_seen_before_a_long_build_is_looked_at_again_before_anything_is_written() {
    let project = Project::default();
    let world = deployed_twice(&project);
    let before = world.lambda_writes().len();
    somebody_moves_the_alias_during_the_build(&world, Duration::from_secs(60));
    let ended = world.deploy(&project, Checkout::of('c'));
    assert!(matches!(outcome(&ended), Outcome::Refused(_)), "{ended:?}");
    assert_eq!(world.lambda_writes().len(), before, "{:?}", world.lambda_writes());
}

#[test]
fn that_there_is_nothing_to_do_is_never_said_from_a_glance() {
    let project = Project::default();
    let world = deployed_twice(&project);
    somebody_moves_the_alias_during_the_build(&world, Duration::ZERO);
    // Another source, and the same package as what runs: no write would notice that the alias is elsewhere.
    let ended = world.deploy(&project, Checkout::of('c').with("orders", "# a comment\norders at b\n"));
    assert!(matches!(outcome(&ended), Outcome::Refused(_)), "{ended:?}");
    assert_eq!(lambda_calls(&world).iter().filter(|call| **call == "GetAlias").count(), 2);
}
