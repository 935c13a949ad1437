//! Two deployments of one target at once: one claims it, the other waits, is superseded, or is refused.

use shipway_core::exit::ExitCode;
use shipway_core::ledger::Event;
use shipway_core::plan::Refusal;
use shipway_engine::operations::Outcome;

use crate::world::{Action, Checkout, Ended, ProcessId, Project, Trap, World, exit, options, outcome};

/// Who claimed the target, in order.
fn claims(world: &World, project: &Project) -> Vec<ProcessId> {
    world
        .ledger(project, "orders")
        .iter()
        .filter(|entry| matches!(entry.event, Event::Claimed { .. }))
        .map(|entry| ProcessId(entry.writer.process))
        .collect()
}

/// No write to Lambda before the process holds the target; none at all if it never did.
fn writes_only_while_holding(world: &World, project: &Project, process: ProcessId) {
    let claim = world
        .ledger(project, "orders")
        .into_iter()
        .find(|entry| matches!(entry.event, Event::Claimed { .. }) && entry.writer.process == process.0);
    let key = claim.map(|claim| format!("/ledger/{:020}.json", claim.number));
    let log = world.log();
    let held_from = key.and_then(|key| {
        log.iter().position(|call| {
            call.process == process && call.operation == "create" && call.object.ends_with(&key) && call.succeeded()
        })
    });
    let first_write = log.iter().position(|call| call.process == process && call.writes_to_lambda());
    match (held_from, first_write) {
        (_, None) => {}
        (Some(held), Some(write)) => assert!(held < write, "it wrote to Lambda before it held the target"),
        (None, Some(_)) => panic!("it wrote to Lambda and never held the target"),
    }
}

/// Both at the claim, then let go.
fn race(seed: u64, first: char, second: char) -> (World, Project, [(ProcessId, Ended); 2]) {
    let (world, project) = (World::new(seed), Project::default());
    world.provision(&project);
    if seed.is_multiple_of(2) {
        world.deploy(&project, Checkout::of('a')).unwrap();
    }
    world.clear_log();
    let racers = [
        world.start_deploy(&project, Checkout::of(first).on("one"), options()),
        world.start_deploy(&project, Checkout::of(second).on("two"), options()),
    ];
    for racer in &racers {
        world.set(Trap::on("create", Action::Halt).to("/ledger/").of(racer.id));
    }
    world.run();
    for racer in &racers {
        assert!(world.is_halted(racer.id), "both stand at the claim");
    }
    assert_eq!(world.lambda_writes(), Vec::<&str>::new());
    for racer in &racers {
        world.resume(racer.id);
    }
    world.run();
    let ended = racers.map(|racer| (racer.id, racer.ended()));
    for (id, _) in &ended {
        writes_only_while_holding(&world, &project, *id);
    }
    let failed: Vec<_> = world.log().into_iter().filter(|call| call.writes_to_lambda() && !call.succeeded()).collect();
    assert!(failed.is_empty(), "nobody wrote against a moved world: {failed:#?}");
    (world, project, ended)
}

#[test]
fn a_descendant_goes_next_and_an_ancestor_is_superseded() {
    let mut winners = [0, 0];
    for seed in 0..50 {
        let (world, project, [(older, older_ended), (newer, newer_ended)]) = race(seed, 'b', 'c');
        let mut claims = claims(&world, &project);
        if seed.is_multiple_of(2) {
            claims.remove(0);
        }
        assert!(matches!(outcome(&newer_ended), Outcome::Deployed), "{seed}: {newer_ended:?}");
        if claims[0] == older {
            winners[0] += 1;
            assert_eq!(claims, [older, newer], "{seed}");
            assert!(matches!(outcome(&older_ended), Outcome::Deployed), "{seed}: {older_ended:?}");
        } else {
            winners[1] += 1;
            assert_eq!(claims, [newer], "{seed}");
            assert!(matches!(outcome(&older_ended), Outcome::Superseded { .. }), "{seed}: {older_ended:?}");
        }
        assert_eq!(exit(&older_ended), ExitCode::Done);
        assert_eq!(world.served(&project, "orders"), "PK orders at c", "{seed}");
        assert!(world.ledger_state(&project, "orders").holder.is_none());
    }
    assert!(winners[0] > 5 && winners[1] > 5, "the seeds let both win: {winners:?}");
}

#[test]
fn of_two_that_diverged_one_is_refused() {
    let mut winners = [0, 0];
    for seed in 0..50 {
        let (world, project, [(one, one_ended), (_, two_ended)]) = race(seed, 'c', 'e');
        let first = claims(&world, &project)[usize::from(seed.is_multiple_of(2))];
        let (winner, loser, text) = if first == one {
            winners[0] += 1;
            (one_ended, two_ended, "PK orders at c")
        } else {
            winners[1] += 1;
            (two_ended, one_ended, "PK orders at e")
        };
        assert!(matches!(outcome(&winner), Outcome::Deployed), "{seed}: {winner:?}");
        let refusal = match outcome(&loser) {
            Outcome::Refused(refusal) => refusal,
            other => panic!("{seed}: {other:?}"),
        };
        assert!(matches!(refusal, Refusal::DivergedInFlight { .. } | Refusal::Diverged { .. }), "{seed}: {refusal:?}");
        assert_eq!(exit(&loser), ExitCode::Refused);
        assert_eq!(world.served(&project, "orders"), text, "{seed}");
    }
    assert!(winners[0] > 5 && winners[1] > 5, "the seeds let both win: {winners:?}");
}

#[test]
fn the_same_commit_twice_is_deployed_once() {
    for seed in 0..10 {
        let (world, project, [(_, one), (_, two)]) = race(seed, 'b', 'b');
        let deployed = [&one, &two].iter().filter(|ended| matches!(outcome(ended), Outcome::Deployed)).count();
        let nothing = [&one, &two].iter().filter(|ended| matches!(outcome(ended), Outcome::Nothing(_))).count();
        assert_eq!((deployed, nothing), (1, 1), "{seed}: {one:?} {two:?}");
        assert_eq!(world.served(&project, "orders"), "PK orders at b");
    }
}
