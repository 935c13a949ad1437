//! One artifact for several Lambda functions: built once, and each with a deployment, a ledger and a head of its own.

use shipway_core::digest::ArtifactDigest;
use shipway_core::exit::ExitCode;
use shipway_core::plan::RollbackTo;
use shipway_engine::operations::Outcome;
use shipway_engine::ports::Event;

use crate::world::{Checkout, Ended, Project, World, exit, options};

const EU: &str = "orders:orders-eu";
const US: &str = "orders:orders-us";

fn project() -> Project {
    Project { functions: vec![EU.to_owned(), US.to_owned()], ..Project::default() }
}

fn builds(world: &World) -> usize {
    world.log().iter().filter(|call| call.operation == "build").count()
}

fn artifacts(ended: &Ended) -> Vec<Option<ArtifactDigest>> {
    ended.as_ref().unwrap().functions.iter().map(|report| report.artifact).collect()
}

#[test]
fn one_build_serves_both_and_each_has_its_own_record() {
    let (world, project) = (World::new(5), project());
    world.provision(&project);
    let ended = world.deploy(&project, Checkout::of('a'));
    assert_eq!(exit(&ended), ExitCode::Done, "{ended:?}");
    assert_eq!(builds(&world), 1);
    let [first, second] = artifacts(&ended)[..] else { panic!("{ended:?}") };
    assert!(first.is_some() && first == second);
    for name in [EU, US] {
        assert_eq!(world.served(&project, name), "PK orders at a");
        assert_eq!(world.events(&project, name), ["claimed", "succeeded"]);
    }
    let deployments: Vec<_> = ended.unwrap().functions.into_iter().map(|report| report.deployment.unwrap()).collect();
    assert_ne!(deployments[0], deployments[1]);
    let keys = world.store_keys();
    assert_eq!(keys.iter().filter(|key| key.starts_with("builds/")).count(), 1, "{keys:?}");
    for head in ["heads/shop/dev/orders/orders-eu.json", "heads/shop/dev/orders/orders-us.json"] {
        assert!(keys.contains(&head.to_owned()), "{keys:?}");
    }
}

#[test]
fn why_it_is_built_is_told_once_and_why_it_is_not_as_well() {
    let (world, project) = (World::new(5), project());
    world.provision(&project);
    let told = |commit| {
        let handle = world.start_deploy(&project, Checkout::of(commit), options());
        world.run();
        let explained = world.reports(handle.id).into_iter().filter_map(|event| match event {
            Event::Explained { function, .. } => Some(function.to_string()),
            _ => None,
        });
        (exit(&handle.ended()), explained.collect::<Vec<_>>())
    };
    assert_eq!(told('a'), (ExitCode::Done, vec!["orders".to_owned()]));
    assert_eq!(told('a'), (ExitCode::Done, vec!["orders".to_owned()]));
}

#[test]
fn one_of_them_is_held_without_the_other() {
    let (world, project) = (World::new(5), project());
    world.provision(&Project { functions: vec![EU.to_owned()], ..project.clone() });
    let ended = world.deploy(&project, Checkout::of('a'));
    assert_eq!(exit(&ended), ExitCode::Held, "{ended:?}");
    let outcomes: Vec<&Outcome> = ended.as_ref().unwrap().functions.iter().map(|report| &report.outcome).collect();
    assert!(matches!(outcomes[..], [Outcome::Deployed, Outcome::Held { .. }]), "{ended:?}");
    world.provision(&Project { functions: vec![US.to_owned()], ..project.clone() });
    let ended = world.deploy(&project, Checkout::of('a'));
    let outcomes: Vec<&Outcome> = ended.as_ref().unwrap().functions.iter().map(|report| &report.outcome).collect();
    assert!(matches!(outcomes[..], [Outcome::Nothing(_), Outcome::Deployed]), "{ended:?}");
    assert_eq!(builds(&world), 1);
}

#[test]
fn one_of_them_goes_back_without_the_other() {
    let (world, project) = (World::new(5), project());
    world.provision(&project);
    for commit in ['a', 'b'] {
        world.deploy(&project, Checkout::of(commit)).unwrap();
    }
    let one = Project { functions: vec![US.to_owned()], ..project.clone() };
    let ended = world.rollback(&one, RollbackTo::Previous);
    assert_eq!(exit(&ended), ExitCode::Done, "{ended:?}");
    assert_eq!(world.served(&project, EU), "PK orders at b");
    assert_eq!(world.served(&project, US), "PK orders at a");
}

#[test]
fn a_build_that_fails_is_tried_once_and_told_of_each() {
    let (world, project) = (World::new(5), project());
    world.provision(&project);
    let ended = world.deploy(&project, Checkout::of('a').with("orders", "syntax error"));
    assert_eq!(exit(&ended), ExitCode::Failed, "{ended:?}");
    assert_eq!(builds(&world), 1);
    assert_eq!(ended.unwrap().functions.len(), 2);
}
