//! Many functions under one budget, against the quotas of AWS.

use std::time::Duration;

use shipway_core::exit::ExitCode;
use shipway_engine::budget::Rates;
use shipway_engine::operations::Outcome;
use shipway_lambda_model::{Settings, Throttle};

use crate::world::{Action, Checkout, Project, Trap, World, exit, options};

/// Twenty functions, each with its alias on `$LATEST`.
fn shop() -> (World, Project) {
    let mut settings = Settings::new("111111111111", "eu-west-1");
    settings.throttle = Some(Throttle::default());
    let functions = (0..20).map(|number| format!("function-{number:02}")).collect();
    let project = Project { functions, rates: Rates::AWS, concurrency: 20, ..Project::default() };
    let world = World::with(settings, 23);
    world.provision(&project);
    world.pass(Duration::from_secs(10));
    (world, project)
}

/// Requests to the pool of 15 a second. A look at callers is three requests, one of which has a quota of its own.
fn requests(world: &World) -> usize {
    world
        .log()
        .iter()
        .map(|call| match call.operation {
            "GetPolicy" => 2,
            "GetAlias" | "GetFunctionCodeSigningConfig" => 1,
            _ if call.writes_to_lambda() => 1,
            _ => 0,
        })
        .sum()
}

fn throttled(world: &World) -> usize {
    let is = |error: &str| error.contains("TooManyRequests");
    world.log().iter().filter(|call| matches!(&call.result, Some(Err(error)) if is(error))).count()
}

#[test]
fn twenty_functions_converge_within_the_quota_and_near_it() {
    let (world, project) = shop();
    let begun = world.now();
    let ended = world.deploy(&project, Checkout::of('a'));
    assert_eq!(exit(&ended), ExitCode::Done, "{ended:?}");
    let took = (world.now() - begun).as_secs_f64();
    let requests = u32::try_from(requests(&world)).unwrap();
    // The budget begins at 8 a second and may rise to 14 of the 15 that AWS allows to all.
    let at_best = f64::from(requests) / Rates::AWS.others.most;
    assert!(took < at_best * 1.3, "{requests} requests took {took:.1} s, {at_best:.1} s at best");
    assert!(throttled(&world) < 10, "{} calls were throttled", throttled(&world));
    for function in &project.functions {
        assert_eq!(world.served(&project, function), format!("PK {function} at a"));
    }
}

#[test]
fn somebody_else_who_uses_up_the_quota_slows_it_down_and_fails_nothing() {
    let (world, project) = shop();
    let process = world.start_deploy(&project, Checkout::of('a'), options());
    // With each of our reads of an alias somebody else makes three requests of his own.
    let greedy = Action::Do(Box::new(|world: &World| {
        for _ in 0..3 {
            let _ = world.ask(shipway_lambda_model::Request::GetAccountSettings);
        }
    }));
    world.set(Trap::on("GetAlias", greedy).always());
    let greedy = Action::Do(Box::new(|world: &World| {
        for _ in 0..3 {
            let _ = world.ask(shipway_lambda_model::Request::GetAccountSettings);
        }
    }));
    world.set(Trap::on("UpdateAlias", greedy).always());
    world.run();
    let report = process.ended().unwrap();
    for function in &report.functions {
        assert!(matches!(function.outcome, Outcome::Deployed), "{function:?}");
    }
    assert!(throttled(&world) > 0, "the quota was felt");
}
