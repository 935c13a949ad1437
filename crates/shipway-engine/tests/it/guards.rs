//! Every write to an existing thing says what it was planned against: what somebody else does in between is noticed,
//! and without the guard it would be lost.

use shipway_core::exit::ExitCode;
use shipway_core::plan::Refusal;
use shipway_engine::operations::Outcome;
use shipway_engine::ports::Event;

use crate::shapes::Shape;
use crate::world::{Action, Checkout, Ended, Guard, Trap, World, exit, outcome, try_configure, variables};

/// One write of a shape: its operation and which of its kind.
type Write = (&'static str, usize);

fn writes(shape: Shape) -> &'static [Write] {
    match shape {
        Shape::Pin => &[
            ("PublishVersion", 0),
            ("UpdateAlias", 0),
            ("UpdateFunctionCode", 0),
            ("PublishVersion", 1),
            ("UpdateAlias", 1),
        ],
        Shape::CreateAlias => &[
            ("PublishVersion", 0),
            ("CreateAlias", 0),
            ("UpdateFunctionCode", 0),
            ("PublishVersion", 1),
            ("UpdateAlias", 0),
        ],
        Shape::Usual => &[("UpdateFunctionCode", 0), ("PublishVersion", 0), ("UpdateAlias", 0)],
        Shape::Unaliased | Shape::UnaliasedTakeOver => &[("UpdateFunctionCode", 0)],
        Shape::TakeOver => &[("UpdateAlias", 0), ("UpdateFunctionCode", 0), ("PublishVersion", 0), ("UpdateAlias", 1)],
        Shape::Rollback => &[("UpdateAlias", 0)],
        Shape::Republish => &[("UpdateFunctionCode", 0), ("PublishVersion", 0), ("UpdateAlias", 0)],
    }
}

/// Changes the thing's RevisionId and nothing else.
fn touch(world: &World, operation: &str) {
    match operation {
        "UpdateAlias" => world.touch_alias("orders-dev", "live"),
        "CreateAlias" => world.create_alias("orders-dev", "live", "$LATEST"),
        _ => world.tag("orders-dev"),
    }
}

/// Runs the shape; right before the write `interloper` has its way.
fn disturbed(
    shape: Shape,
    (operation, skip): Write,
    stripped: Option<&'static str>,
    interloper: impl Fn(&World) + 'static,
) -> (World, Ended, Vec<Event>) {
    let world = shape.world(13);
    if let Some(operation) = stripped {
        world.strip_guard(operation);
    }
    let process = shape.start(&world, "laptop");
    let act = Action::Do(Box::new(move |world: &World| interloper(world)));
    world.set(Trap::on(operation, act).skipping(skip).of(process.id));
    world.run();
    let events = world.reports(process.id);
    (world, process.ended(), events)
}

/// Whether the log shows that the write was refused because the world had moved, and a plan made anew.
fn was_noticed(world: &World, events: &[Event], operation: &str) -> bool {
    let refused = world.log().iter().any(|call| {
        call.operation == operation
            && matches!(&call.result, Some(Err(error)) if error.contains("PreconditionFailedException")
                || (operation == "CreateAlias" && error.contains("ResourceConflictException")))
    });
    refused && events.iter().any(|event| matches!(event, Event::PlanningAgain { .. }))
}

#[test]
fn the_table_of_writes_is_complete() {
    for shape in Shape::ALL {
        let world = shape.world(13);
        let process = shape.start(&world, "laptop");
        world.run();
        process.ended().unwrap();
        let expected: Vec<&str> = writes(shape).iter().map(|(operation, _)| *operation).collect();
        assert_eq!(world.lambda_writes(), expected, "{shape:?}");
        for call in world.log().iter().filter(|call| call.writes_to_lambda()) {
            assert_ne!(call.guard, Guard::Missing, "{shape:?}: {call:?}");
        }
    }
}

#[test]
fn a_change_before_any_write_is_noticed_planned_for_and_survived() {
    for shape in Shape::ALL {
        for write in writes(shape) {
            let operation = write.0;
            let (world, ended, events) = disturbed(shape, *write, None, move |world| touch(world, operation));
            let told = format!("{shape:?} {write:?}");
            assert!(was_noticed(&world, &events, operation), "{told}: {:#?}", world.log());
            assert_eq!(exit(&ended), ExitCode::Done, "{told}: {ended:?}");
            assert_eq!(world.served(&shape.project(), "orders"), shape.texts().1, "{told}");
        }
    }
}

#[test]
fn without_the_guard_of_that_very_write_it_would_not_be_noticed() {
    for shape in Shape::ALL {
        for write in writes(shape) {
            let operation = write.0;
            if operation == "CreateAlias" {
                // It takes no RevisionId: Lambda refuses to create what exists.
                continue;
            }
            let (world, _, events) = disturbed(shape, *write, Some(operation), move |world| touch(world, operation));
            assert!(!was_noticed(&world, &events, operation), "{shape:?} {write:?}: something else noticed it");
        }
    }
}

#[test]
fn an_alias_that_somebody_moves_back_meanwhile_is_left_where_he_put_it() {
    let moved_back = |stripped: Option<&'static str>| {
        let shape = Shape::Usual;
        let world = shape.world(13);
        let project = shape.project();
        world.deploy(&project, Checkout::of('b')).unwrap();
        if let Some(operation) = stripped {
            world.strip_guard(operation);
        }
        let process = shape.start(&world, "laptop");
        let act = Action::Do(Box::new(|world: &World| world.move_alias("orders-dev", "live", "2")));
        world.set(Trap::on("UpdateAlias", act).of(process.id));
        world.run();
        (process.ended(), world.served(&project, "orders"))
    };
    let (ended, served) = moved_back(None);
    assert!(matches!(outcome(&ended), Outcome::Refused(Refusal::AliasMoved { .. })), "{ended:?}");
    assert_eq!(served, "PK orders at a");
    let (_, served) = moved_back(Some("UpdateAlias"));
    assert_eq!(served, "PK orders at c", "the guard is what protects him");
}

#[test]
fn a_version_never_freezes_a_configuration_that_nobody_judged() {
    let unmet_is_published = |stripped| {
        let project = crate::world::Project { variables: ["TABLE".to_owned()].into(), ..Shape::Usual.project() };
        let world = Shape::Usual.world(13);
        world.configure("orders-dev", variables(&["TABLE"]));
        if let Some(operation) = stripped {
            world.strip_guard(operation);
        }
        let process = world.start_deploy(&project, Checkout::of('c'), crate::world::options());
        let act = Action::Do(Box::new(|world: &World| {
            assert!(try_configure(world, "orders-dev", variables(&["OTHER"])));
            world.pass(std::time::Duration::from_secs(1));
        }));
        world.set(Trap::on("PublishVersion", act).of(process.id));
        world.run();
        let ended = process.ended();
        let served = world.served(&project, "orders");
        match stripped {
            None => {
                assert!(matches!(outcome(&ended), Outcome::Held { .. }), "{ended:?}");
                assert_eq!(served, "PK orders at a");
            }
            Some(_) => assert_eq!(served, "PK orders at c", "the guard is what protects: {ended:?}"),
        }
    };
    unmet_is_published(None);
    unmet_is_published(Some("PublishVersion"));
}
