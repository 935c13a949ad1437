//! Builds that one machine leaves in the store for the others.

use serde_json::Value;
use shipway_core::build_cache::CacheAccess;
use shipway_core::exit::ExitCode;
use shipway_core::ledger::BuildReference;
use shipway_engine::ports::Event;

use crate::world::{Action, Checkout, Ended, Fault, Project, Trap, World, exit, options};

const FIRST: &str = "the first idea\n";

/// The laptop deployed its first idea and a second one; nobody else has built anything.
fn deployed(project: &Project) -> World {
    let world = World::new(23);
    world.provision(project);
    for (commit, text) in [('a', FIRST), ('b', "the second idea\n")] {
        let ended = world.deploy(project, Checkout::of(commit).with("orders", text));
        assert_eq!(exit(&ended), ExitCode::Done, "{ended:?}");
    }
    world.clear_log();
    world
}

/// Another machine deploys a later commit, which takes the second idea back; and what it warned of.
fn takes_back(world: &World, project: &Project) -> (Ended, Vec<String>) {
    let handle = world.start_deploy(project, Checkout::of('c').on("ci").with("orders", FIRST), options());
    world.run();
    let warned = world.reports(handle.id).into_iter().filter_map(|event| match event {
        Event::Warning { message, .. } => Some(message),
        _ => None,
    });
    (handle.ended(), warned.collect())
}

fn builds(world: &World) -> usize {
    world.log().iter().filter(|call| call.operation == "build").count()
}

fn entries(world: &World) -> Vec<String> {
    world.store_keys().into_iter().filter(|key| key.starts_with("cache/shop/dev/")).collect()
}

/// The build of the first idea, as the ledger tells of it.
fn first_build(world: &World, project: &Project) -> BuildReference {
    let states = world.ledger(project, "orders").into_iter().map(|entry| entry.state);
    states.filter_map(|state| state.running).next().unwrap().build
}

fn first_entry(world: &World, project: &Project) -> String {
    format!("cache/shop/dev/{}.json", first_build(world, project).source_digest.unwrap())
}

#[test]
fn what_another_machine_has_built_is_not_built_again() {
    let project = Project::default();
    let world = deployed(&project);
    assert_eq!(entries(&world).len(), 2);
    let (ended, warned) = takes_back(&world, &project);
    assert_eq!(exit(&ended), ExitCode::Done, "{ended:?}");
    assert_eq!(builds(&world), 0, "{:#?}", world.log());
    assert_eq!(world.served(&project, "orders"), "PK the first idea");
    assert_eq!(warned, Vec::<String>::new());
}

#[test]
fn who_may_only_read_leaves_nothing() {
    let project = Project { cache: CacheAccess::Read, ..Project::default() };
    let world = deployed(&project);
    assert_eq!(entries(&world), Vec::<String>::new());
    let (ended, _) = takes_back(&world, &project);
    assert_eq!(exit(&ended), ExitCode::Done, "{ended:?}");
    assert_eq!(builds(&world), 1);
}

/// Whatever is wrong with what the cache has: it is noticed, the function is built, and the next machine finds it whole.
fn is_built_again(break_it: impl Fn(&World, &Project), because: &str) {
    let project = Project::default();
    let world = deployed(&project);
    break_it(&world, &project);
    let (ended, warned) = takes_back(&world, &project);
    assert_eq!(exit(&ended), ExitCode::Done, "{because}: {ended:?}");
    assert_eq!(builds(&world), 1, "{because}");
    assert!(warned.iter().any(|warning| warning.contains(because)), "{because}: {warned:?}");
    assert_eq!(world.served(&project, "orders"), "PK the first idea");
    world.deploy(&project, Checkout::of('d').on("ci")).unwrap();
    world.clear_log();
    let third = world.deploy_with(&project, Checkout::of('d').on("third").with("orders", FIRST), options());
    assert_eq!(exit(&third), ExitCode::Done, "{because}: {third:?}");
    assert_eq!(builds(&world), 0, "{because}: it is whole again");
}

#[test]
fn a_damaged_cache_costs_a_build() {
    let torn = |world: &World, project: &Project| {
        world.tamper(&first_entry(world, project), |_| Some(b"{\"version\":".to_vec()));
    };
    is_built_again(torn, "EOF while parsing");
    let of_another = |world: &World, project: &Project| {
        let key = first_entry(world, project);
        let other = entries(world).into_iter().find(|other| *other != key).unwrap();
        let bytes = world.objects_with(&other)[0].clone();
        world.tamper(&key, |_| Some(bytes));
    };
    is_built_again(of_another, "it is another source's");
    let without_record = |world: &World, project: &Project| {
        world.tamper(&format!("builds/{}.json", first_build(world, project).build), |_| None);
    };
    is_built_again(without_record, "the build record that it names is not in the store");
    let without_artifact = |world: &World, project: &Project| {
        world.lose_artifact(&first_build(world, project).artifact);
    };
    is_built_again(without_artifact, "the artifact that it names is not in the store");
}

#[test]
fn an_entry_of_a_newer_version_is_left_alone() {
    let project = Project::default();
    let world = deployed(&project);
    let key = first_entry(&world, &project);
    world.tamper(&key, |bytes| {
        let mut entry: Value = serde_json::from_slice(&bytes).unwrap();
        entry["version"] = 2.into();
        Some(serde_json::to_vec(&entry).unwrap())
    });
    let newer = world.objects_with(&key)[0].clone();
    let (ended, warned) = takes_back(&world, &project);
    assert_eq!(exit(&ended), ExitCode::Done, "{ended:?}");
    assert_eq!(builds(&world), 1);
    assert!(warned.iter().any(|warning| warning.contains("version 2")), "{warned:?}");
    assert_eq!(world.objects_with(&key)[0], newer);
}

#[test]
fn a_cache_that_cannot_be_written_is_told_and_fails_nothing() {
    let project = Project::default();
    let world = World::new(23);
    world.provision(&project);
    world.set(Trap::on("replace", Action::Spoil(Fault::Denied)).to("cache/").always());
    let handle = world.start_deploy(&project, Checkout::of('a'), options());
    world.run();
    let told = world
        .reports(handle.id)
        .into_iter()
        .any(|event| matches!(event, Event::Warning { message, .. } if message.contains("left for other machines")));
    assert_eq!(exit(&handle.ended()), ExitCode::Done);
    assert!(told);
}
