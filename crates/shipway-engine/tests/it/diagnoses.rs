//! What `doctor` finds, and what it says of what it may not look at.

use shipway_core::diagnosis::{Finding, FunctionFacts, Severity, migration};
use shipway_core::plan::Drift;
use shipway_engine::operations::{Diagnosis, FunctionDiagnosis};
use shipway_lambda_model as model;
use shipway_lambda_model::{ConfigurationInput, Request};

use crate::world::{Action, Checkout, Fault, Project, Trap, World, variables};

fn deployed(project: &Project) -> World {
    let world = World::new(11);
    world.provision(project);
    world.deploy(project, Checkout::of('a')).unwrap();
    world
}

fn only(diagnosis: &Diagnosis) -> &FunctionDiagnosis {
    diagnosis.functions[0].1.as_ref().unwrap()
}

fn findings(world: &World, project: &Project) -> Vec<Finding> {
    only(&world.doctor(project).unwrap()).findings.clone()
}

fn permit(world: &World, qualifier: Option<&str>) {
    let target = model::Target::new("orders-dev");
    let target = match qualifier {
        Some(qualifier) => target.qualified(qualifier),
        None => target,
    };
    world
        .ask(Request::AddPermission(Box::new(model::AddPermission {
            target,
            statement_id: Some("bus".to_owned()),
            action: Some("lambda:InvokeFunction".to_owned()),
            principal: Some("events.amazonaws.com".to_owned()),
            source_arn: Some("arn:aws:events:eu-west-1:111111111111:rule/nightly".to_owned()),
            ..model::AddPermission::default()
        })))
        .unwrap();
}

#[test]
fn a_function_in_order_has_nothing_to_say() {
    let project = Project::default();
    let world = deployed(&project);
    world.clear_log();
    let diagnosis = world.doctor(&project).unwrap();
    assert_eq!(
        (diagnosis.environment.as_slice(), only(&diagnosis).findings.as_slice()),
        ([].as_slice(), [].as_slice())
    );
    assert_eq!(world.lambda_writes(), [] as [&str; 0]);
}

#[test]
fn callers_without_a_qualifier_are_each_found() {
    let project = Project::default();
    let world = deployed(&project);
    permit(&world, None);
    // On the alias it is right.
    permit(&world, Some("live"));
    world
        .ask(Request::CreateFunctionUrlConfig(model::CreateFunctionUrlConfig {
            target: model::Target::new("orders-dev"),
            auth_type: Some("NONE".to_owned()),
            ..model::CreateFunctionUrlConfig::default()
        }))
        .unwrap();
    world
        .ask(Request::CreateEventSourceMapping(model::CreateEventSourceMapping {
            function_name: "orders-dev".to_owned(),
            event_source_arn: Some("arn:aws:sqs:eu-west-1:111111111111:orders".to_owned()),
            ..model::CreateEventSourceMapping::default()
        }))
        .unwrap();
    let found = findings(&world, &project);
    assert!(
        matches!(
            found.as_slice(),
            [
                Finding::UnqualifiedPermission { .. },
                Finding::UnqualifiedUrl { .. },
                Finding::UnqualifiedEventSource { .. }
            ]
        ),
        "{found:?}"
    );
    assert!(found.iter().all(|finding| finding.severity() == Severity::Unsafe));
    let facts: Vec<FunctionFacts> = vec![only(&world.doctor(&project).unwrap()).facts.clone()];
    let edits = migration(&facts);
    for part in ["rule/nightly", "aws_lambda_function_url", "arn:aws:sqs:eu-west-1:111111111111:orders"] {
        assert!(edits.contains(part), "{part} is missing in\n{edits}");
    }
}

#[test]
fn what_somebody_did_behind_our_back_shows() {
    let project = Project::default();
    let world = deployed(&project);
    world.upload_by_hand("orders-dev", "by hand");
    let found = findings(&world, &project);
    let [Finding::Drifted { drift: Drift::CodeReplaced { since: Some(_) } }] = found.as_slice() else {
        panic!("{found:?}")
    };
    world.move_alias("orders-dev", "live", "1");
    let found = findings(&world, &project);
    assert!(matches!(found.as_slice(), [Finding::Drifted { drift: Drift::AliasMoved { .. } }, ..]), "{found:?}");
}

#[test]
fn a_configuration_that_waits_is_a_note() {
    let project = Project::default();
    let world = deployed(&project);
    world.configure("orders-dev", variables(&["TABLE"]));
    let found = findings(&world, &project);
    assert_eq!(found, [Finding::ConfigurationPending]);
    assert_eq!(found[0].severity(), Severity::Note);
}

#[test]
fn weights_are_found_and_so_is_provisioned_concurrency_beside_them() {
    let project = Project::default();
    let world = deployed(&project);
    let put = |qualifier: &str| {
        Request::PutProvisionedConcurrencyConfig(model::PutProvisionedConcurrencyConfig {
            target: model::Target::new("orders-dev").qualified(qualifier),
            requested: Some(3),
        })
    };
    world.ask(put("live")).unwrap();
    world.pass(std::time::Duration::from_secs(60));
    assert_eq!(findings(&world, &project), []);
    let weights = model::RoutingConfigInput { additional_version_weights: Some([("1".to_owned(), 0.25)].into()) };
    world
        .ask(Request::UpdateAlias(model::UpdateAlias {
            function_name: "orders-dev".to_owned(),
            name: "live".to_owned(),
            routing_config: Some(weights),
            ..model::UpdateAlias::default()
        }))
        .unwrap();
    let found = findings(&world, &project);
    assert!(
        matches!(
            found.as_slice(),
            [Finding::ProvisionedWithWeights { .. }, Finding::WeightsLeftBehind { weight, .. }] if *weight == 0.25
        ),
        "{found:?}"
    );
}

#[test]
fn a_snapshot_that_could_not_be_made_is_found() {
    let project = Project::default();
    let world = deployed(&project);
    let snap_start = model::SnapStartInput { apply_on: Some("PublishedVersions".to_owned()) };
    world.configure("orders-dev", ConfigurationInput { snap_start: Some(snap_start), ..ConfigurationInput::default() });
    world.arrange(|model| {
        let reason =
            model::Reason { code: "FunctionError.RuntimeInitError".to_owned(), text: "it fell over".to_owned() };
        model.fail_next("orders-dev", model::FaultPoint::Publish, reason);
    });
    let publish = model::PublishVersion { function_name: "orders-dev".to_owned(), ..model::PublishVersion::default() };
    world.ask(Request::PublishVersion(publish)).unwrap();
    world.pass(std::time::Duration::from_secs(60));
    let found = findings(&world, &project);
    let failed: Vec<&Finding> =
        found.iter().filter(|finding| matches!(finding, Finding::SnapStartFailed { .. })).collect();
    assert_eq!(failed.len(), 1, "{found:?}");
    assert!(failed[0].to_string().contains("it fell over"), "{}", failed[0]);
    assert_eq!(failed[0].severity(), Severity::Note, "no caller reaches it");
}

#[test]
fn what_they_share_is_looked_at_once() {
    let project = Project::default();
    let world = deployed(&project);
    world.store_without_versions();
    let diagnosis = world.doctor(&project).unwrap();
    assert!(matches!(diagnosis.environment.as_slice(), [Finding::StoreWithoutVersions { .. }]));
}

#[test]
fn a_read_that_is_refused_stops_nothing_else() {
    let project = Project::default();
    let world = deployed(&project);
    world.upload_by_hand("orders-dev", "by hand");
    for operation in ["GetPolicy", "ListProvisionedConcurrencyConfigs", "GetAccountSettings", "versioning"] {
        world.set(Trap::on(operation, Action::Spoil(Fault::Denied)).always());
    }
    let diagnosis = world.doctor(&project).unwrap();
    let permission = |finding: &Finding| match finding {
        Finding::NotLookedAt { unread } => unread.permission.clone(),
        other => other.to_string(),
    };
    let shared: Vec<String> = diagnosis.environment.iter().map(permission).collect();
    assert_eq!(shared, ["s3:GetBucketVersioning", "lambda:GetAccountSettings"]);
    let found = &only(&diagnosis).findings;
    assert!(matches!(found[0], Finding::Drifted { .. }), "{found:?}");
    let unread: Vec<String> = found[1..].iter().map(permission).collect();
    assert_eq!(unread, ["lambda:GetPolicy", "lambda:ListProvisionedConcurrencyConfigs"]);
}

#[test]
fn a_function_that_is_not_there_yet_is_a_note() {
    let project = Project::default();
    let world = World::new(11);
    assert_eq!(findings(&world, &project), [Finding::FunctionMissing]);
}
