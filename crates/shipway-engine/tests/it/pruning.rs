//! What `prune` deletes, what it spares, and what it does when the world moves under it.

use std::time::Duration;

use shipway_core::exit::ExitCode;
use shipway_core::names::VersionNumber;
use shipway_core::plan::RollbackTo;
use shipway_core::pruning::{Keep, Quiet, VersionPlan};
use shipway_engine::operations::{Artifacts, PruneOptions, PrunePlan};
use shipway_lambda_model as model;
use shipway_lambda_model::Request;

use crate::world::{Action, Checkout, Fault, Project, Trap, World};

const COMMITS: [char; 3] = ['a', 'b', 'c'];
const AN_HOUR: Duration = Duration::from_secs(3600);

fn keep(count: usize) -> PruneOptions {
    PruneOptions { keep: Keep::new(count).unwrap(), artifacts: Artifacts::Kept }
}

/// Versions 1 (the placeholder, pinned) to 4, and an hour since.
fn deployed(project: &Project) -> World {
    let world = World::new(5);
    world.provision(project);
    for commit in COMMITS {
        world.deploy(project, Checkout::of(commit)).unwrap();
    }
    world.pass(AN_HOUR);
    world.clear_log();
    world
}

fn only(plan: &PrunePlan) -> &VersionPlan {
    plan.functions[0].1.as_ref().unwrap()
}

fn doomed(plan: &PrunePlan) -> Vec<u64> {
    only(plan).delete.iter().map(|doomed| doomed.version.0).collect()
}

fn versions(world: &World) -> Vec<u64> {
    world.function("orders-dev").versions.keys().copied().collect()
}

#[test]
fn old_versions_go_oldest_first_and_what_serves_and_the_one_before_stay() {
    let project = Project::default();
    let world = deployed(&project);
    let plan = world.plan_prune(&project, keep(2)).unwrap();
    assert_eq!(doomed(&plan), [1, 2]);
    assert_eq!(world.lambda_writes(), [] as [&str; 0], "a plan deletes nothing");
    let report = world.prune(&project, plan);
    assert_eq!(report.exit_code(), ExitCode::Done);
    assert_eq!(versions(&world), [3, 4]);
    assert_eq!(world.lambda_writes(), ["DeleteFunction", "DeleteFunction"]);
    // What was spared is what a rollback needs.
    world.rollback(&project, RollbackTo::Previous).unwrap();
    assert_eq!(world.alias_version("orders-dev", "live"), "3");
    assert_eq!(world.lambda_writes(), ["DeleteFunction", "DeleteFunction", "UpdateAlias"]);
}

#[test]
fn by_default_nothing_of_a_young_function_goes() {
    let project = Project::default();
    let world = deployed(&project);
    assert_eq!(doomed(&world.plan_prune(&project, keep(10)).unwrap()), [] as [u64; 0]);
}

#[test]
fn nothing_goes_shortly_after_a_move() {
    let project = Project::default();
    let world = deployed(&project);
    world.rollback(&project, RollbackTo::Previous).unwrap();
    world.pass(Duration::from_secs(14 * 60));
    let plan = world.plan_prune(&project, keep(2)).unwrap();
    assert!(matches!(only(&plan).quiet, Some(Quiet::JustMoved { .. })), "{plan:?}");
    assert!(!plan.acts());
    world.pass(Duration::from_secs(60));
    assert_eq!(doomed(&world.plan_prune(&project, keep(2)).unwrap()), [1]);
}

#[test]
fn nothing_goes_while_a_deployment_is_under_way() {
    let project = Project::default();
    let world = deployed(&project);
    let deployment = world.start_deploy(&project, Checkout::of('d'), crate::world::options());
    world.set(Trap::on("UpdateFunctionCode", Action::Halt).of(deployment.id));
    world.run();
    assert!(world.is_halted(deployment.id));
    let plan = world.plan_prune(&project, keep(2)).unwrap();
    assert!(matches!(only(&plan).quiet, Some(Quiet::UnderWay { .. })), "{plan:?}");
}

#[test]
fn what_any_alias_points_to_stays() {
    let project = Project::default();
    let world = deployed(&project);
    world.create_alias("orders-dev", "legacy", "1");
    assert_eq!(doomed(&world.plan_prune(&project, keep(2)).unwrap()), [2]);
}

#[test]
fn what_is_called_by_number_stays() {
    let project = Project::default();
    let world = deployed(&project);
    world
        .ask(Request::AddPermission(Box::new(model::AddPermission {
            target: model::Target::new("orders-dev").qualified("1"),
            statement_id: Some("edge".to_owned()),
            action: Some("lambda:InvokeFunction".to_owned()),
            principal: Some("events.amazonaws.com".to_owned()),
            ..model::AddPermission::default()
        })))
        .unwrap();
    world
        .ask(Request::CreateEventSourceMapping(model::CreateEventSourceMapping {
            function_name: "orders-dev:2".to_owned(),
            event_source_arn: Some("arn:aws:sqs:eu-west-1:111111111111:orders".to_owned()),
            ..model::CreateEventSourceMapping::default()
        }))
        .unwrap();
    assert_eq!(doomed(&world.plan_prune(&project, keep(2)).unwrap()), [] as [u64; 0]);
}

#[test]
fn an_alias_that_moves_between_plan_and_deletion_spares_its_version() {
    let project = Project::default();
    let world = deployed(&project);
    let plan = world.plan_prune(&project, keep(2)).unwrap();
    world.create_alias("orders-dev", "legacy", "2");
    let report = world.prune(&project, plan);
    let pruned = &report.functions[0];
    assert_eq!(pruned.deleted.iter().map(|doomed| doomed.version.0).collect::<Vec<_>>(), [1]);
    assert_eq!(pruned.spared[0].0, VersionNumber(2));
    assert_eq!(versions(&world), [2, 3, 4]);
}

#[test]
fn an_alias_that_is_faster_than_the_last_look_makes_lambda_refuse() {
    let project = Project::default();
    let world = deployed(&project);
    let plan = world.plan_prune(&project, keep(2)).unwrap();
    let alias = |world: &World| world.create_alias("orders-dev", "legacy", "1");
    world.set(Trap::on("DeleteFunction", Action::Do(Box::new(alias))));
    let report = world.prune(&project, plan);
    let pruned = &report.functions[0];
    assert!(pruned.spared[0].1.contains("legacy"), "{pruned:?}");
    assert_eq!((report.exit_code(), versions(&world)), (ExitCode::Done, vec![1, 3, 4]));
}

#[test]
fn a_lost_reply_is_settled_by_looking() {
    let project = Project::default();
    let world = deployed(&project);
    let plan = world.plan_prune(&project, keep(2)).unwrap();
    world.set(Trap::on("DeleteFunction", Action::Spoil(Fault::LostReply)));
    let report = world.prune(&project, plan);
    assert_eq!((report.exit_code(), versions(&world)), (ExitCode::Done, vec![3, 4]));
    assert_eq!(world.lambda_writes(), ["DeleteFunction", "DeleteFunction"]);
}

#[test]
fn a_refusal_ends_it_for_the_function() {
    let project = Project::default();
    let world = deployed(&project);
    let plan = world.plan_prune(&project, keep(2)).unwrap();
    world.set(Trap::on("DeleteFunction", Action::Spoil(Fault::Denied)).always());
    let report = world.prune(&project, plan);
    assert_eq!((report.exit_code(), versions(&world)), (ExitCode::Failed, vec![1, 2, 3, 4]));
    let error = report.functions[0].failed.as_ref().unwrap();
    assert!(error.hints()[0].contains("lambda:DeleteFunction"), "{:?}", error.hints());
}

#[test]
fn artifacts_that_nothing_refers_to_go() {
    let project = Project { cache: shipway_core::build_cache::CacheAccess::Read, ..Project::default() };
    let world = deployed(&project);
    let options = PruneOptions { artifacts: Artifacts::Pruned, ..keep(2) };
    let plan = world.plan_prune(&project, options).unwrap();
    assert_eq!(plan.artifacts.as_ref().unwrap().delete, [], "the ledger refers to all of them");
    let stray = world.leave_artifact(b"PK stray");
    let plan = world.plan_prune(&project, options).unwrap();
    assert_eq!(plan.artifacts.as_ref().unwrap().delete.len(), 1, "{plan:?}");
    let mut before = world.store_keys();
    let report = world.prune(&project, plan);
    assert_eq!(report.artifacts.unwrap().deleted[0].artifact, stray);
    before.retain(|key| !key.contains(&stray.hex()));
    assert_eq!(world.store_keys(), before, "nothing but that artifact is deleted");
    assert!(!world.has_artifact(&stray));
    world.rollback(&project, RollbackTo::Previous).unwrap();
}

#[test]
fn a_reference_that_cannot_be_read_ends_it() {
    let project = Project::default();
    let world = deployed(&project);
    world.leave_artifact(b"PK stray");
    let key = world.store_keys().into_iter().find(|key| key.starts_with("heads/")).unwrap();
    world.tamper(&key, |_| Some(b"no json".to_vec()));
    let options = PruneOptions { artifacts: Artifacts::Pruned, ..keep(2) };
    let error = world.plan_prune(&project, options).unwrap_err();
    assert!(error.to_string().contains(&key), "{error}");
}

#[test]
fn the_world_is_looked_at_before_each_deletion() {
    let project = Project::default();
    let world = deployed(&project);
    let plan = world.plan_prune(&project, keep(2)).unwrap();
    let alias = |world: &World| world.create_alias("orders-dev", "legacy", "2");
    world.set(Trap::on("DeleteFunction", Action::Do(Box::new(alias))).after());
    let report = world.prune(&project, plan);
    let pruned = &report.functions[0];
    assert_eq!(pruned.deleted.len(), 1, "{report:?}");
    assert!(pruned.spared[0].1.contains("legacy"), "{report:?}");
    assert_eq!(world.lambda_writes(), ["DeleteFunction"], "the second was never asked for");
}
