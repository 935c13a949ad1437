//! Layers are published once for each content, whatever dies when, and never deleted.

use shipway_engine::operations::{LayerOutcome, LayerReport};
use shipway_lambda_model::{LayerVersionTarget, Request};

use crate::world::{Action, Checkout, Fault, Project, Trap, World};

fn project() -> Project {
    Project { layers: vec!["shared".to_owned()], ..Project::default() }
}

fn versions(world: &World) -> Vec<u64> {
    let state = world.lambda_state();
    state.layers.get("shared-dev").map(|layer| layer.versions.keys().copied().collect()).unwrap_or_default()
}

fn one(reports: Vec<LayerReport>) -> LayerReport {
    let [report] = <[LayerReport; 1]>::try_from(reports).unwrap();
    report
}

fn records(world: &World) -> usize {
    world.store_keys().iter().filter(|key| key.starts_with("layers/shop/dev/shared/")).count()
}

#[test]
fn a_layer_is_published_when_its_contents_change() {
    let (world, project) = (World::new(9), project());
    let first = one(world.publish_layers(&project, Checkout::of('a')));
    assert!(matches!(first.outcome, LayerOutcome::Published), "{first:?}");
    let record = first.record.unwrap();
    assert_eq!(record.layer_version_arn, "arn:aws:lambda:eu-west-1:111111111111:layer:shared-dev:1");
    let again = one(world.publish_layers(&project, Checkout::of('a')));
    assert!(matches!(again.outcome, LayerOutcome::Unchanged), "{again:?}");
    assert_eq!((versions(&world), records(&world)), (vec![1], 1));
    let changed = one(world.publish_layers(&project, Checkout::of('b')));
    assert!(matches!(changed.outcome, LayerOutcome::Published), "{changed:?}");
    // Going back is a change, too: the older version is not the newest.
    assert_eq!(one(world.publish_layers(&project, Checkout::of('a'))).record.unwrap().layer_version, 3);
    assert_eq!((versions(&world), records(&world)), (vec![1, 2, 3], 3));
}

#[test]
fn what_another_machine_published_is_not_built_again() {
    let (world, project) = (World::new(9), project());
    one(world.publish_layers(&project, Checkout::of('a')));
    world.clear_log();
    let again = one(world.publish_layers(&project, Checkout::of('a').on("ci")));
    assert!(matches!(again.outcome, LayerOutcome::Unchanged), "{again:?}");
    assert_eq!(world.log().iter().filter(|call| call.operation == "build").count(), 0);
}

#[test]
fn a_version_that_somebody_deleted_is_published_again() {
    let (world, project) = (World::new(9), project());
    world.publish_layers(&project, Checkout::of('a'));
    let target = LayerVersionTarget { layer_name: "shared-dev".to_owned(), version_number: 1 };
    world.ask(Request::DeleteLayerVersion(target)).unwrap();
    let again = one(world.publish_layers(&project, Checkout::of('a')));
    assert!(matches!(again.outcome, LayerOutcome::Published), "{again:?}");
    assert_eq!((versions(&world), records(&world)), (vec![2], 2));
}

#[test]
fn a_lost_reply_makes_no_second_version() {
    for fault in [Fault::LostReply, Fault::LostRequest] {
        let (world, project) = (World::new(9), project());
        world.set(Trap::on("PublishLayerVersion", Action::Spoil(fault)));
        let report = one(world.publish_layers(&project, Checkout::of('a')));
        assert!(matches!(report.outcome, LayerOutcome::Published), "{report:?}");
        assert_eq!((versions(&world), records(&world)), (vec![1], 1), "{fault:?}");
    }
}

#[test]
fn what_a_killed_run_published_is_found_and_not_published_again() {
    let (world, project) = (World::new(9), project());
    let process = world.start_publish_layers(&project, Checkout::of('a'));
    world.set(Trap::on("PublishLayerVersion", Action::Halt).after().of(process.id));
    world.run();
    world.kill(process.id);
    assert_eq!((versions(&world), records(&world)), (vec![1], 0));
    let report = one(world.publish_layers(&project, Checkout::of('a').on("another")));
    assert!(matches!(report.outcome, LayerOutcome::Unchanged), "{report:?}");
    assert_eq!((versions(&world), records(&world)), (vec![1], 1));
}
