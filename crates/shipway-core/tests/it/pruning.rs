//! Which versions and artifacts may go.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use shipway_core::build_cache::SharedBuild;
use shipway_core::digest::{ArtifactDigest, BuildDigest, SourceDigest};
use shipway_core::ledger::{Hold, Holder, Intent, Rejection, State};
use shipway_core::live::LiveAlias;
use shipway_core::names::{Serving, Version, VersionNumber};
use shipway_core::pruning::{
    Keep, NeededBecause, PublishedVersion, QUIET, Quiet, References, Snapshot, StoredArtifact, VersionFacts,
    plan_artifacts, plan_versions, still_deletable,
};

use crate::deployments::{alias, at, build, claim, published, running, state, target, writer};

fn keep(count: usize) -> Keep {
    Keep::new(count).unwrap()
}

/// Versions 1 to `last`, an hour old; version n holds build n.
fn facts(last: u64, aliases: Vec<LiveAlias>, ledgers: Vec<State>) -> VersionFacts {
    VersionFacts {
        function: "orders-dev".parse().unwrap(),
        versions: (1..=last)
            .map(|number| PublishedVersion {
                version: VersionNumber(number),
                code_sha256: ArtifactDigest([u8::try_from(number).unwrap(); 32]).code_sha256(),
                bytes: 10,
                published: "2025-11-24T10:00:00.000+0000".to_owned(),
                snapshot: Snapshot::None,
            })
            .collect(),
        aliases,
        ledgers: ledgers.into_iter().map(|state| (target().serving, state)).collect(),
        provisioned: BTreeSet::new(),
        fed: BTreeSet::new(),
        permitted: BTreeSet::new(),
    }
}

/// Long after everything.
fn later() -> Timestamp {
    at(100_000)
}

fn doomed(facts: &VersionFacts, count: usize) -> Vec<u64> {
    plan_versions(facts, keep(count), later()).delete.iter().map(|doomed| doomed.version.0).collect()
}

#[test]
fn what_serves_the_newest_and_the_last_successes_stay() {
    // Version 5 was rolled back to; 9 is the newest.
    let ledger = state(&[(3, 3), (4, 4), (5, 5)]);
    let facts = facts(9, vec![alias(published(5))], vec![ledger]);
    assert_eq!(doomed(&facts, 2), [1, 2, 3, 6, 7]);
    let plan = plan_versions(&facts, keep(2), later());
    let why = |number| plan.keep.iter().find(|kept| kept.version == VersionNumber(number)).unwrap().because.clone();
    let live = NeededBecause::Alias { alias: "live".to_owned() };
    assert_eq!(why(5), BTreeSet::from([live, NeededBecause::Running, NeededBecause::Rollback]));
    assert_eq!(why(4), BTreeSet::from([NeededBecause::Rollback]));
    assert_eq!(why(9), BTreeSet::from([NeededBecause::Newest]));
    assert_eq!(doomed(&facts, 10), [] as [u64; 0]);
}

#[test]
fn what_a_rollback_goes_to_stays_however_far_back_it_is() {
    // The last three successes are of one build: configurations were brought to the alias.
    let ledger = state(&[(1, 1), (2, 2), (2, 5), (2, 6)]);
    let facts = facts(8, vec![alias(published(6))], vec![ledger]);
    assert_eq!(doomed(&facts, 2), [2, 3, 4], "1 is where a rollback goes");
}

#[test]
fn what_a_hold_waits_for_stays() {
    let hold =
        Hold { deployment: "d9".parse().unwrap(), build: build(2), reasons: Vec::new(), since: at(0), terms: None };
    let ledger = State { hold: Some(hold), ..state(&[(8, 8)]) };
    assert_eq!(doomed(&facts(8, vec![alias(published(8))], vec![ledger]), 2), [1, 3, 4, 5, 6]);
}

#[test]
fn what_is_used_by_number_stays() {
    let mut facts = facts(8, vec![alias(published(8))], vec![state(&[(8, 8)])]);
    facts.provisioned = BTreeSet::from([VersionNumber(1)]);
    facts.fed = BTreeSet::from([VersionNumber(2)]);
    facts.permitted = BTreeSet::from([VersionNumber(3)]);
    assert_eq!(doomed(&facts, 2), [4, 5, 6]);
}

#[test]
fn every_ledger_of_the_function_counts() {
    let other = LiveAlias { name: "beta".parse().unwrap(), ..alias(published(2)) };
    let facts = facts(8, vec![alias(published(8)), other], vec![state(&[(8, 8)]), state(&[(1, 1), (2, 2)])]);
    assert_eq!(doomed(&facts, 2), [3, 4, 5, 6]);
}

#[test]
fn there_is_a_time_in_which_nothing_goes() {
    let ledger = state(&[(1, 1), (8, 8)]);
    let usual = facts(8, vec![alias(published(8))], vec![ledger.clone()]);
    let quiet = |facts: &VersionFacts, now: Timestamp| {
        let plan = plan_versions(facts, keep(2), now);
        assert!(plan.quiet.is_none() || plan.delete.is_empty());
        plan.quiet
    };
    let quiet_time = SignedDuration::try_from(QUIET).unwrap();
    let moved = ledger.running.as_ref().unwrap().at;
    assert_eq!(quiet(&usual, moved + quiet_time), None);
    assert_eq!(quiet(&usual, moved + quiet_time - SignedDuration::from_secs(1)), Some(Quiet::JustMoved { at: moved }));
    // A clock that goes wrong is no reason to be bold.
    assert_eq!(quiet(&usual, moved - SignedDuration::from_hours(5)), Some(Quiet::JustMoved { at: moved }));

    let mut fresh = usual.clone();
    fresh.versions[7].published = "2026-01-01T00:00:00.000+0000".to_owned();
    let published = "2026-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(quiet(&fresh, published), Some(Quiet::JustMoved { at: published }));

    let holder = Holder { claim: claim("d9", Intent::Deploy, 9), since: at(0), writer: writer() };
    let held = State { holder: Some(holder), ..ledger.clone() };
    let under_way = facts(8, vec![alias(self::published(8))], vec![held]);
    assert!(matches!(quiet(&under_way, later()), Some(Quiet::UnderWay { .. })));

    let weights = BTreeMap::from([(VersionNumber(1), 0.5)]);
    let weighted = facts(8, vec![LiveAlias { weights, ..alias(self::published(8)) }], vec![ledger]);
    assert!(matches!(quiet(&weighted, later()), Some(Quiet::Weighted { .. })));
}

#[test]
fn what_is_needed_by_the_time_of_its_deletion_is_spared() {
    let version = VersionNumber(2);
    let ledger = |state: State| vec![(Serving::Latest, state)];
    assert_eq!(still_deletable(version, &[alias(published(8))], &ledger(state(&[(8, 8)]))), Ok(()));
    assert!(still_deletable(version, &[alias(published(2))], &[]).is_err());
    let weights = BTreeMap::from([(version, 0.1)]);
    assert!(still_deletable(version, &[LiveAlias { weights, ..alias(published(8)) }], &[]).is_err());
    assert!(still_deletable(version, &[], &ledger(state(&[(2, 2)]))).is_err());
    let holder = Holder { claim: claim("d9", Intent::Deploy, 9), since: at(0), writer: writer() };
    assert!(still_deletable(version, &[], &ledger(State { holder: Some(holder), ..state(&[(8, 8)]) })).is_err());
}

#[test]
fn fewer_than_two_cannot_be_kept() {
    assert!(Keep::new(0).is_err() && Keep::new(1).is_err());
    assert_eq!(keep(2).count(), 2);
}

proptest! {
    /// Whatever there is: what an alias reaches, what runs and where a rollback goes is never deleted, and the oldest
    /// goes first.
    #[test]
    fn nothing_that_is_needed_ever_goes(
        last in 1_u64..40,
        serves in 1_u64..40,
        weight in prop::option::of(1_u64..40),
        successes in prop::collection::vec((1_u8..40, 1_u64..40), 0..25),
        count in 2_usize..30,
    ) {
        let weights = weight.map(|version| (VersionNumber(version), 0.1)).into_iter().collect();
        let ledger = state(&successes);
        let aliases = vec![LiveAlias { weights, ..alias(published(serves)) }];
        let facts = facts(last, aliases.clone(), vec![ledger.clone()]);
        let deleted = doomed(&facts, count);
        prop_assert!(deleted.is_sorted());
        for number in &deleted {
            prop_assert!(still_deletable(VersionNumber(*number), &aliases, &facts.ledgers).is_ok());
            prop_assert!(*number + u64::try_from(count).unwrap() <= last);
            let is_it = |success: &&shipway_core::ledger::Running| success.lambda_version == Version::Published(VersionNumber(*number));
            prop_assert!(ledger.succeeded.iter().rev().take(count).find(is_it).is_none());
        }
    }
}

#[test]
fn artifacts_that_anything_refers_to_stay() {
    let digest = |number: u8| ArtifactDigest([number; 32]);
    let mut references = References::default();
    let hold =
        Hold { deployment: "d9".parse().unwrap(), build: build(3), reasons: Vec::new(), since: at(0), terms: None };
    let rejected = vec![Rejection { build: build(4), since: at(0) }];
    references.add_state(&State { hold: Some(hold), rejected, wanted: Some(build(5)), ..state(&[(1, 1), (2, 2)]) });
    references.add_shared_build(&SharedBuild {
        version: 1,
        source_digest: SourceDigest([6; 32]),
        build: BuildDigest([6; 32]),
        artifact: digest(6),
    });
    references.add_artifact(digest(7));
    let stored: Vec<StoredArtifact> =
        (1..=9).map(|number| StoredArtifact { artifact: digest(number), bytes: 10 }).collect();
    let plan = plan_artifacts(&stored, &references);
    let deleted: Vec<ArtifactDigest> = plan.delete.iter().map(|doomed| doomed.artifact).collect();
    assert_eq!((deleted, plan.keep, plan.quiet), (vec![digest(8), digest(9)], 7, None));

    // While a deployment is under way, anywhere, nothing goes.
    let holder = Holder { claim: claim("d9", Intent::Deploy, 8), since: at(0), writer: writer() };
    references.add_state(&State { holder: Some(holder), running: Some(running("d1", 1, 1)), ..state(&[(1, 1)]) });
    let plan = plan_artifacts(&stored, &references);
    assert!(plan.delete.is_empty() && plan.quiet.is_some(), "{plan:?}");
    assert!(references.are_changing() && references.contain(&digest(8)));
}
