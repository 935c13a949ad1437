//! RevisionId: what changes it, and what it guards (lambda.md §1.4).

use std::collections::BTreeSet;

use shipway_lambda_model::{
    AddPermission, ApiError, PublishVersion, RemovePermission, Reply, Request, TagResource, Target, UntagResource,
    UpdateAlias, UpdateFunctionCode, UpdateFunctionConfiguration,
};

use crate::support::{ARN, World, alias_update, code_update, environment, publication, told};

const STALE: &str = "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id";
const STALE_POLICY: &str = "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id";

fn assert_stale(error: &ApiError) {
    assert_eq!(told(error), (412, "PreconditionFailedException", STALE));
}

#[test]
fn every_transition_brings_a_new_one() {
    let mut world = World::new();
    let mut seen = BTreeSet::new();
    assert!(seen.insert(world.create("orders", "one").revision_id));
    assert!(seen.insert(world.latest().revision_id));
    assert!(seen.insert(world.update_code("two").revision_id));
    world.wait();
    assert!(seen.insert(world.latest().revision_id));
    assert!(seen.insert(world.configure(environment("KEY", "value")).revision_id));
    world.wait();
    assert!(seen.insert(world.latest().revision_id));
    assert!(seen.insert(world.publish().revision_id));
    assert!(seen.insert(world.latest().revision_id));
    world.reply(Request::TagResource(TagResource {
        resource: ARN.to_owned(),
        tags: [("a".to_owned(), "b".to_owned())].into(),
    }));
    assert!(seen.insert(world.latest().revision_id));
    world.reply(Request::UntagResource(UntagResource { resource: ARN.to_owned(), tag_keys: vec!["a".to_owned()] }));
    assert!(seen.insert(world.latest().revision_id));
}

#[test]
fn reads_aliases_and_policies_leave_the_function_s_alone() {
    let mut world = World::with_function();
    world.publish();
    let before = (world.latest().revision_id, world.version("1").revision_id);
    world.create_alias("live", "1");
    world.alias(Request::UpdateAlias(alias_update("live")));
    add_permission(&mut world, "one", None).expect("allowed");
    world.wait();
    assert_eq!((world.latest().revision_id, world.version("1").revision_id), before);
    let alias = world.get(Target::new("orders").qualified("live")).configuration;
    assert_eq!(alias.revision_id, before.1, "GetFunction through an alias shows the version's");
}

#[test]
fn a_publication_of_nothing_new_changes_nothing() {
    let mut world = World::with_function();
    let first = world.publish();
    let latest = world.latest();
    let again = world.publish();
    assert_eq!(again, first);
    assert_eq!(world.latest(), latest);
}

#[test]
fn a_stale_one_is_refused_by_every_guarded_write() {
    let mut world = World::with_function();
    let stale = world.latest().revision_id;
    world.update_code("two");
    world.wait();
    let fresh = world.latest().revision_id;
    let requests = |revision_id: &str| {
        let revision_id = Some(revision_id.to_owned());
        [
            Request::UpdateFunctionCode(Box::new(UpdateFunctionCode {
                revision_id: revision_id.clone(),
                ..code_update("orders", "three")
            })),
            Request::UpdateFunctionConfiguration(Box::new(UpdateFunctionConfiguration {
                function_name: "orders".to_owned(),
                revision_id: revision_id.clone(),
                configuration: environment("KEY", "value"),
            })),
            Request::PublishVersion(PublishVersion { revision_id, ..publication() }),
        ]
    };
    for request in requests(&stale) {
        assert_stale(&world.refusal(request));
    }
    for request in requests(&fresh) {
        let mut copy = World { model: world.model.clone(), entropy: world.entropy.clone(), now: world.now };
        copy.reply(request);
    }
}

#[test]
fn the_id_of_the_update_s_reply_is_stale_when_the_update_is_done() {
    let mut world = World::with_function();
    let reply = world.update_code("two").revision_id;
    world.wait();
    assert_stale(&world.refusal(Request::PublishVersion(PublishVersion { revision_id: Some(reply), ..publication() })));
}

#[test]
fn an_alias_has_its_own_changed_by_every_update() {
    let mut world = World::with_function();
    world.publish();
    let first = world.create_alias("live", "1");
    let second = world.alias(Request::UpdateAlias(alias_update("live")));
    assert_ne!(first.revision_id, second.revision_id, "also by an update that changes nothing");
    let guarded = |revision: &str| {
        Request::UpdateAlias(UpdateAlias { revision_id: Some(revision.to_owned()), ..alias_update("live") })
    };
    assert_stale(&world.refusal(guarded(&first.revision_id)));
    world.alias(guarded(&second.revision_id));
}

fn add_permission(world: &mut World, sid: &str, revision_id: Option<String>) -> Result<Reply, ApiError> {
    world
        .send(Request::AddPermission(Box::new(AddPermission {
            target: Target::new("orders"),
            statement_id: Some(sid.to_owned()),
            action: Some("lambda:InvokeFunction".to_owned()),
            principal: Some("s3.amazonaws.com".to_owned()),
            revision_id,
            ..AddPermission::default()
        })))
        .result
}

fn policy_revision(world: &mut World) -> String {
    match world.reply(Request::GetPolicy(Target::new("orders"))) {
        Reply::Policy(policy) => policy.revision_id,
        other => panic!("a policy, not {other:?}"),
    }
}

#[test]
fn a_policy_has_its_own() {
    let mut world = World::with_function();
    add_permission(&mut world, "one", None).expect("allowed");
    let first = policy_revision(&mut world);
    add_permission(&mut world, "two", Some(first.clone())).expect("the guard holds");
    let error = add_permission(&mut world, "three", Some(first.clone())).expect_err("the policy has changed");
    assert_eq!(told(&error), (412, "PreconditionFailedException", STALE_POLICY));
    let removal = |revision_id| {
        Request::RemovePermission(RemovePermission {
            target: Target::new("orders"),
            statement_id: "one".to_owned(),
            revision_id: Some(revision_id),
        })
    };
    assert_eq!(told(&world.refusal(removal(first))).2, STALE_POLICY);
    let second = policy_revision(&mut world);
    world.reply(removal(second));
}
