//! What is refused, by name: nothing is written to Lambda, nothing to the ledger, and the run ends with 4.

use std::time::Duration;

use shipway_core::exit::ExitCode;
use shipway_core::plan::RollbackTo;
use shipway_core::plan::{Again, Refusal, Restore, Switch, UnqualifiedRule};
use shipway_engine::operations::{DeployOptions, Outcome};
use shipway_lambda_model as model;
use shipway_lambda_model::{Edge, Request, UntrustedArtifact};

use crate::world::{Checkout, Ended, Project, ROLE, Side, World, commit, exit, options, outcome};

/// Deploys `checkout`, which must be refused without a trace, and says why.
fn refused(world: &World, project: &Project, checkout: Checkout) -> Refusal {
    let lambda = world.lambda_state();
    let keys: Vec<String> = world.store_keys();
    world.clear_log();
    let ended = world.deploy(project, checkout);
    assert_eq!(exit(&ended), ExitCode::Refused, "{ended:?}");
    assert_eq!(world.lambda_state(), lambda, "a refusal changes nothing in Lambda");
    assert_eq!(world.lambda_writes(), Vec::<&str>::new());
    assert_eq!(world.store_keys(), keys, "a refusal writes nothing to the store");
    match outcome(&ended) {
        Outcome::Refused(refusal) => refusal.clone(),
        other => panic!("{other:?}"),
    }
}

fn provisioned(project: &Project) -> World {
    let world = World::new(2);
    world.provision(project);
    world
}

fn deployed(project: &Project, checkout: Checkout) -> World {
    let world = provisioned(project);
    let ended = world.deploy(project, checkout);
    assert_eq!(exit(&ended), ExitCode::Done, "{ended:?}");
    world
}

fn done(ended: &Ended) {
    assert_eq!(exit(ended), ExitCode::Done, "{ended:?}");
}

#[test]
fn image_functions() {
    let (world, project) = (World::new(2), Project::default());
    let create = model::CreateFunction {
        function_name: "orders-dev".to_owned(),
        code: model::Code::Image(format!("registry/orders@sha256:{}", "0".repeat(64))),
        package_type: Some("Image".to_owned()),
        configuration: model::ConfigurationInput {
            role: Some(ROLE.to_owned()),
            ..model::ConfigurationInput::default()
        },
        ..model::CreateFunction::default()
    };
    world.ask(Request::CreateFunction(Box::new(create))).unwrap();
    world.create_alias("orders-dev", "live", "$LATEST");
    world.pass(Duration::from_secs(1));
    assert_eq!(refused(&world, &project, Checkout::of('a')), Refusal::ImageFunction);
}

#[test]
fn functions_at_the_edge() {
    let project = Project::default();
    let world = provisioned(&project);
    let master = Edge::ReplicaOf("arn:aws:lambda:us-east-1:111111111111:function:orders:1".to_owned());
    assert!(world.arrange(|model| model.set_edge("orders-dev", master)));
    assert_eq!(refused(&world, &project, Checkout::of('a')), Refusal::EdgeFunction);
}

#[test]
fn enforced_code_signing() {
    let project = Project::default();
    let world = provisioned(&project);
    let arn = "arn:aws:lambda:eu-west-1:111111111111:code-signing-config:csc-0123456789abcdef0".to_owned();
    world.arrange(|model| {
        model.put_code_signing_config(arn.clone(), UntrustedArtifact::Enforce, 0);
        assert!(model.attach_code_signing_config("orders-dev", Some(arn.clone())));
    });
    let refusal = refused(&world, &project, Checkout::of('a'));
    assert_eq!(refusal, Refusal::CodeSigningEnforced { configuration: arn.clone() });
    world.arrange(|model| model.put_code_signing_config(arn, UntrustedArtifact::Warn, 0));
    done(&world.deploy(&project, Checkout::of('a')));
}

#[test]
fn code_that_stays_in_a_bucket_of_ones_own() {
    let project = Project::default();
    let world = provisioned(&project);
    let object = model::ObjectReference { bucket: "mine".to_owned(), key: "orders.zip".to_owned(), version: None };
    assert!(world.arrange(|model| model.set_reference_storage("orders-dev", object)));
    assert_eq!(refused(&world, &project, Checkout::of('a')), Refusal::CodeByReference);
}

#[test]
fn unqualified_callers_unless_they_are_accepted() {
    let policy = |world: &World| {
        world
            .ask(Request::AddPermission(Box::new(model::AddPermission {
                target: model::Target::new("orders-dev"),
                statement_id: Some("events".to_owned()),
                action: Some("lambda:InvokeFunction".to_owned()),
                principal: Some("events.amazonaws.com".to_owned()),
                ..model::AddPermission::default()
            })))
            .unwrap();
    };
    let url = |world: &World| {
        world
            .ask(Request::CreateFunctionUrlConfig(model::CreateFunctionUrlConfig {
                target: model::Target::new("orders-dev"),
                auth_type: Some("NONE".to_owned()),
                ..model::CreateFunctionUrlConfig::default()
            }))
            .unwrap();
    };
    let mapping = |world: &World| {
        world
            .ask(Request::CreateEventSourceMapping(model::CreateEventSourceMapping {
                function_name: "orders-dev".to_owned(),
                event_source_arn: Some("arn:aws:sqs:eu-west-1:111111111111:orders".to_owned()),
                ..model::CreateEventSourceMapping::default()
            }))
            .unwrap();
    };
    let callers: [&dyn Fn(&World); 3] = [&policy, &url, &mapping];
    for caller in callers {
        let project = Project::default();
        let world = provisioned(&project);
        caller(&world);
        let refusal = refused(&world, &project, Checkout::of('a'));
        assert!(matches!(&refusal, Refusal::UnqualifiedCallers { callers } if callers.len() == 1), "{refusal:?}");
        let accepting = Project { unqualified: UnqualifiedRule::Accept, ..project.clone() };
        done(&world.deploy(&accepting, Checkout::of('a')));
        let without_alias = Project { alias: None, ..Project::default() };
        done(&world.deploy(&without_alias, Checkout::of('a')));
    }
}

#[test]
fn a_build_that_was_rolled_back_from_unless_again() {
    let project = Project::default();
    let world = deployed(&project, Checkout::of('a'));
    done(&world.deploy(&project, Checkout::of('b')));
    done(&world.rollback(&project, RollbackTo::Previous));
    assert_eq!(world.served(&project, "orders"), "PK orders at a");
    let refusal = refused(&world, &project, Checkout::of('b'));
    assert!(matches!(refusal, Refusal::Rejected { .. }), "{refusal:?}");
    done(&world.deploy_with(&project, Checkout::of('b'), DeployOptions { again: Again::Yes, ..options() }));
    assert_eq!(world.served(&project, "orders"), "PK orders at b");
    assert!(world.ledger_state(&project, "orders").rejected.is_empty());
}

#[test]
fn a_commit_that_diverged_unless_switch() {
    let project = Project::default();
    let world = deployed(&project, Checkout::of('b'));
    let refusal = refused(&world, &project, Checkout::of('e'));
    assert_eq!(refusal, Refusal::Diverged { running: commit('b'), wanted: commit('e') });
    done(&world.deploy_with(&project, Checkout::of('e'), DeployOptions { switch: Switch::Yes, ..options() }));
    assert_eq!(world.served(&project, "orders"), "PK orders at e");
}

#[test]
fn a_commit_that_runs_and_is_not_in_this_clone() {
    let project = Project::default();
    let world = deployed(&project, Checkout::of('f'));
    let refusal = refused(&world, &project, Checkout::of('b'));
    assert_eq!(refusal, Refusal::HistoryUnknown { running: commit('f') });
}

#[test]
fn an_ancestor_of_what_runs_is_superseded_which_is_no_failure() {
    let project = Project::default();
    let world = deployed(&project, Checkout::of('b'));
    let before = (world.lambda_state(), world.ledger_bytes(&project, "orders"));
    let ended = world.deploy(&project, Checkout::of('a'));
    assert!(matches!(outcome(&ended), Outcome::Superseded { by } if *by == commit('b')), "{ended:?}");
    done(&ended);
    assert_eq!((world.lambda_state(), world.ledger_bytes(&project, "orders")), before);
}

#[test]
fn a_target_of_another_project_until_it_is_adopted() {
    let project = Project::default();
    let world = deployed(&project, Checkout::of('a'));
    let other = Project { name: "other", ..Project::default() };
    let refusal = refused(&world, &other, Checkout::of('b'));
    assert!(matches!(refusal, Refusal::OtherProject { owner } if owner.as_str() == "shop"));
    let refusal = refused(&world, &other, Checkout::of('a'));
    assert!(matches!(refusal, Refusal::OtherProject { .. }), "not even the same source is nothing to do: {refusal:?}");
    done(&world.adopt(&other));
    done(&world.deploy(&other, Checkout::of('b')));
    let refusal = refused(&world, &project, Checkout::of('c'));
    assert!(matches!(refusal, Refusal::OtherProject { owner } if owner.as_str() == "other"));
}

#[test]
fn weights_that_somebody_else_put_on_the_alias_unless_restore() {
    let project = Project::default();
    let world = deployed(&project, Checkout::of('a'));
    world
        .ask(Request::UpdateAlias(model::UpdateAlias {
            function_name: "orders-dev".to_owned(),
            name: "live".to_owned(),
            routing_config: Some(model::RoutingConfigInput {
                additional_version_weights: Some([("1".to_owned(), 0.1)].into()),
            }),
            ..model::UpdateAlias::default()
        }))
        .unwrap();
    let refusal = refused(&world, &project, Checkout::of('b'));
    assert!(matches!(refusal, Refusal::ForeignWeights { .. }), "{refusal:?}");
    done(&world.deploy_with(&project, Checkout::of('b'), DeployOptions { restore: Restore::Yes, ..options() }));
    assert_eq!(world.served(&project, "orders"), "PK orders at b");
}

#[test]
fn an_alias_that_somebody_moved_back_unless_restore() {
    let project = Project::default();
    let world = deployed(&project, Checkout::of('a'));
    done(&world.deploy(&project, Checkout::of('b')));
    world.move_alias("orders-dev", "live", "2");
    for checkout in ['b', 'c'] {
        let refusal = refused(&world, &project, Checkout::of(checkout));
        assert!(matches!(refusal, Refusal::AliasMoved { .. }), "{refusal:?}");
    }
    done(&world.deploy_with(&project, Checkout::of('c'), DeployOptions { restore: Restore::Yes, ..options() }));
    assert_eq!(world.served(&project, "orders"), "PK orders at c");
}

#[test]
fn a_zip_too_large_for_a_request_without_a_store_that_lambda_can_read() {
    let project = Project::default();
    let world = provisioned(&project);
    let large = || Checkout::of('a').with("orders", "orders at a\nsize 60000000\n");
    let refusal = refused(&world, &project, large());
    assert_eq!(refusal, Refusal::NoDelivery { bytes: 60_000_000 });
    world.store_in_s3();
    done(&world.deploy(&project, large()));
    assert_eq!(world.served(&project, "orders"), "PK orders at a\nsize 60000000");
}

#[test]
fn where_it_is_wished_small_zips_go_by_the_store_too() {
    let project = Project { upload: shipway_engine::context::Upload::Store, ..Project::default() };
    let world = provisioned(&project);
    world.store_in_s3();
    done(&world.deploy(&project, Checkout::of('a')));
    assert_eq!(world.served(&project, "orders"), "PK orders at a");
    let located = world.log().iter().any(|call| call.side == Side::Store && call.operation == "artifact_location");
    assert!(located);
}
