//! The plans: a table for each question they answer.

use std::collections::BTreeMap;

use jiff::civil::date;
use proptest::prelude::*;
use shipway_core::contract::{Basis, Contract, Demand, EnvironmentNames, Unmet};
use shipway_core::digest::{ContentDigest, SourceDigest};
use shipway_core::ledger::{Hold, HoldReason, Holder, Intent, Rejection, RollbackMethod, State};
use shipway_core::live::{CodeSigning, Package, State as FunctionState, UnqualifiedCaller, UpdateStatus};
use shipway_core::names::{Architecture, Version, VersionNumber};
use shipway_core::plan::{
    Again, Ancestry, CreateAlias, Decision, Evidence, Fence, Live, LiveServing, NoRollback, NothingBecause,
    Observation, Order, Refusal, Restore, RollbackTo, Rules, RuntimeDays, Switch, UnqualifiedRule, Wanted, Wish,
    choose_rollback, plan_deployment, plan_rollback, serves_already,
};
use shipway_core::step::{Delivery, Step, StepKind};

use crate::deployments::{
    alias, at, build, claim, commit, function, live, live_unaliased, published, rules, running, state, target,
    unaliased, wish, writer,
};

/// What is decided for build `number` behind the alias.
fn decide(number: u8, ledger: Option<State>, live: Option<Live>, rules: &Rules) -> Decision {
    let observation = Observation { ledger, live, nearest: Vec::new() };
    plan_deployment(&target(), &wish(number), &observation, &Order::NotApplicable, rules)
}

fn kinds(steps: &[Step]) -> Vec<StepKind> {
    steps.iter().map(Step::kind).collect()
}

fn steps(decision: &Decision) -> Vec<StepKind> {
    match decision {
        Decision::Deploy { steps } => kinds(steps),
        other => panic!("steps, not {other:?}"),
    }
}

fn refusal(decision: Decision) -> Refusal {
    match decision {
        Decision::Refuse { refusal } => refusal,
        other => panic!("a refusal, not {other:?}"),
    }
}

const USUAL: [StepKind; 6] = [
    StepKind::UploadArtifact,
    StepKind::UpdateFunctionCode,
    StepKind::AwaitUpdate,
    StepKind::PublishVersion,
    StepKind::AwaitVersion,
    StepKind::MoveAlias,
];
const PINNED: [StepKind; 9] = [
    StepKind::PublishCurrent,
    StepKind::AwaitVersion,
    StepKind::PinAlias,
    StepKind::UploadArtifact,
    StepKind::UpdateFunctionCode,
    StepKind::AwaitUpdate,
    StepKind::PublishVersion,
    StepKind::AwaitVersion,
    StepKind::MoveAlias,
];

#[test]
fn the_steps_by_what_is_live() {
    let create = Rules { create_alias: CreateAlias::Create, ..rules() };
    let absent = Live { serving: LiveServing::AliasAbsent, ..live(Version::Latest, 1) };
    let on_latest = live(Version::Latest, 1);
    let code_there = Live { function: function(Version::Latest, 2), ..live(published(3), 1) };
    let served = live(published(3), 2);
    assert_eq!(steps(&decide(2, None, Some(on_latest.clone()), &rules())), PINNED);
    assert_eq!(steps(&decide(2, None, Some(absent), &create)), PINNED);
    assert_eq!(steps(&decide(2, Some(state(&[(1, 3)])), Some(live(published(3), 1)), &rules())), USUAL);
    // A deployment that died after it had sent the code: it is there, and is not sent again.
    let without_update: Vec<StepKind> =
        USUAL.into_iter().filter(|kind| *kind != StepKind::UpdateFunctionCode).collect();
    assert_eq!(steps(&decide(2, Some(state(&[(1, 3)])), Some(code_there), &rules())), without_update);
    // One that died before its last record: callers reach it, only the record is missing.
    assert_eq!(steps(&decide(2, Some(state(&[(1, 3)])), Some(served), &rules())), []);
    // What is wanted is on `$LATEST`, and callers reach it there: it is pinned, nothing is sent.
    assert_eq!(
        steps(&decide(1, None, Some(on_latest), &rules())),
        [StepKind::UploadArtifact, StepKind::PublishCurrent, StepKind::AwaitVersion, StepKind::PinAlias]
    );
}

#[test]
fn code_for_a_blocked_runtime_is_refused_and_what_needs_no_code_is_not() {
    let on = |runtime: &str, mut live: Live| {
        live.function.configuration.runtime = Some(runtime.to_owned());
        live
    };
    let decide = |runtime_days, runtime: &str, live| {
        let wish = Wish {
            runtime_days,
            demand: Demand::of(Contract { runtime: runtime.parse().unwrap(), ..wish(2).demand.contract }),
            ..wish(2)
        };
        let observation = Observation { ledger: None, live: Some(on(runtime, live)), nearest: Vec::new() };
        plan_deployment(&target(), &wish, &observation, &Order::NotApplicable, &rules())
    };
    let judged = RuntimeDays::Judged { today: date(2027, 3, 3) };
    let other = || live(published(3), 1);
    let blocked = refusal(decide(judged, "python3.10", other()));
    assert_eq!(
        blocked.to_string(),
        "AWS takes no new code for functions on python3.10 since 2027-03-03, as of 2026-11-23"
    );
    assert!(blocked.hint().unwrap().contains("allow = [\"blocked-runtime\"]"));
    let gone = refusal(decide(judged, "go1.x", other())).to_string();
    assert_eq!(gone, "AWS takes no new code for functions on go1.x, as of 2026-11-23");
    assert_eq!(steps(&decide(RuntimeDays::Ignored, "python3.10", other())), USUAL);
    assert_eq!(steps(&decide(RuntimeDays::Judged { today: date(2027, 3, 2) }, "python3.10", other())), USUAL);
    // The code is there already: a version of it can still be published.
    let there = Live { function: function(Version::Latest, 2), ..other() };
    assert!(!steps(&decide(judged, "python3.10", there)).contains(&StepKind::UpdateFunctionCode));
}

#[test]
fn the_steps_without_an_alias() {
    let decide = |number, live, rules: &Rules| {
        let observation = Observation { ledger: None, live: Some(live), nearest: Vec::new() };
        plan_deployment(&unaliased(), &wish(number), &observation, &Order::NotApplicable, rules)
    };
    let code = [StepKind::UploadArtifact, StepKind::UpdateFunctionCode, StepKind::AwaitUpdate];
    assert_eq!(steps(&decide(2, live_unaliased(1), &rules())), code);
    assert_eq!(steps(&decide(1, live_unaliased(1), &rules())), []);
    let mut failed = live_unaliased(1);
    failed.function.update = Some(UpdateStatus::Failed { reason: "x".to_owned() });
    assert_eq!(steps(&decide(1, failed, &rules())), code, "an update that failed is no code that is there");
    let fenced = Rules { fence: Fence::Needed, ..rules() };
    assert_eq!(steps(&decide(1, live_unaliased(1), &fenced)), code, "a take-over sends the code again");
}

#[test]
fn a_take_over_burns_both_revisions_before_anything_else() {
    let fenced = Rules { fence: Fence::Needed, ..rules() };
    for number in [1, 2] {
        let found = steps(&decide(number, Some(state(&[(1, 3)])), Some(live(published(3), 1)), &fenced));
        assert_eq!(found[0], StepKind::FenceAlias);
        assert!(found.contains(&StepKind::UpdateFunctionCode));
        assert_eq!(found.contains(&StepKind::MoveAlias), number == 2);
    }
}

#[test]
fn one_who_takes_over_and_has_to_wait_burns_the_alias_all_the_same() {
    let fenced = Rules { fence: Fence::Needed, ..rules() };
    let mut bare = live(published(3), 1);
    bare.function.configuration.environment = EnvironmentNames::Known([].into());
    let decision = decide(2, Some(state(&[(1, 3)])), Some(bare), &fenced);
    let Decision::Hold { steps, .. } = decision else { panic!("{decision:?}") };
    assert_eq!(kinds(&steps), [StepKind::FenceAlias, StepKind::UploadArtifact]);
}

#[test]
fn the_architecture_is_part_of_what_is_wanted() {
    let wish = Wish { architecture: Architecture::Arm64, ..wish(1) };
    let observation =
        Observation { ledger: Some(state(&[(2, 3)])), live: Some(live(published(3), 1)), nearest: Vec::new() };
    let decision = plan_deployment(&target(), &wish, &observation, &Order::NotApplicable, &rules());
    assert_eq!(steps(&decision), USUAL);
}

#[test]
fn writes_carry_what_they_were_planned_against() {
    let decision = decide(2, Some(state(&[(1, 3)])), Some(live(published(3), 1)), &rules());
    let Decision::Deploy { steps } = decision else { panic!("{decision:?}") };
    for step in steps {
        match step {
            Step::UpdateFunctionCode { revision, .. } => {
                assert_eq!(revision, function(Version::Latest, 1).revision);
            }
            Step::MoveAlias { revision, from, .. } => {
                assert_eq!(revision, alias(published(3)).revision);
                assert_eq!(from, published(3));
            }
            _ => {}
        }
    }
}

#[test]
fn what_is_missing_holds() {
    let reasons = |decision| match decision {
        Decision::Hold { reasons, steps, .. } => {
            assert_eq!(kinds(&steps), [StepKind::UploadArtifact]);
            reasons
        }
        other => panic!("a hold, not {other:?}"),
    };
    assert_eq!(reasons(decide(2, None, None, &rules())), [HoldReason::FunctionMissing]);
    let mut absent = Live { serving: LiveServing::AliasAbsent, ..live(Version::Latest, 1) };
    assert_eq!(reasons(decide(2, None, Some(absent.clone()), &rules())), [HoldReason::AliasMissing]);
    absent.function.configuration.environment = EnvironmentNames::Known([].into());
    let unmet = HoldReason::Unmet {
        requirement: Unmet::Variable { name: "TABLE".to_owned(), basis: Basis::Declared, places: Vec::new() },
    };
    assert_eq!(reasons(decide(2, None, Some(absent.clone()), &rules())), [HoldReason::AliasMissing, unmet.clone()]);
    let create = Rules { create_alias: CreateAlias::Create, ..rules() };
    assert_eq!(reasons(decide(2, None, Some(absent), &create)), [unmet]);
}

#[test]
fn what_is_refused_by_kind() {
    type Change = fn(&mut Live);
    let cases: [(Change, Refusal); 5] = [
        (|live| live.function.package = Package::Image, Refusal::ImageFunction),
        (|live| live.function.edge = true, Refusal::EdgeFunction),
        (
            |live| live.signing = CodeSigning::Enforced { configuration: "arn".to_owned() },
            Refusal::CodeSigningEnforced { configuration: "arn".to_owned() },
        ),
        (|live| live.function.code_by_reference = true, Refusal::CodeByReference),
        (
            |live| live.function.state = FunctionState::Failed { reason: "x".to_owned() },
            Refusal::FunctionFailed { reason: "x".to_owned() },
        ),
    ];
    for (change, expected) in cases {
        let mut found = live(published(3), 1);
        change(&mut found);
        assert_eq!(refusal(decide(2, Some(state(&[(1, 3)])), Some(found), &rules())), expected);
    }
    let mut warned = live(published(3), 1);
    warned.signing = CodeSigning::Warn;
    assert_eq!(steps(&decide(2, Some(state(&[(1, 3)])), Some(warned), &rules())), USUAL);
}

#[test]
fn a_zip_that_cannot_get_there_is_refused() {
    let wish = Wish { delivery: None, ..wish(2) };
    let observation = Observation { ledger: None, live: Some(live(published(3), 1)), nearest: Vec::new() };
    let decision = plan_deployment(&target(), &wish, &observation, &Order::NotApplicable, &rules());
    assert_eq!(refusal(decision), Refusal::NoDelivery { bytes: 100 });
}

#[test]
fn unqualified_callers_matter_behind_an_alias_alone() {
    let mut found = live(published(3), 1);
    found.unqualified_callers = vec![UnqualifiedCaller::FunctionUrl];
    let ledger = || Some(state(&[(1, 3)]));
    let refused = refusal(decide(2, ledger(), Some(found.clone()), &rules()));
    assert!(matches!(refused, Refusal::UnqualifiedCallers { .. }));
    let accept = Rules { unqualified: UnqualifiedRule::Accept, ..rules() };
    assert_eq!(steps(&decide(2, ledger(), Some(found), &accept)), USUAL);
    let mut found = live_unaliased(1);
    found.unqualified_callers = vec![UnqualifiedCaller::FunctionUrl];
    let observation = Observation { ledger: None, live: Some(found), nearest: Vec::new() };
    let decision = plan_deployment(&unaliased(), &wish(2), &observation, &Order::NotApplicable, &rules());
    assert!(matches!(decision, Decision::Deploy { .. }));
}

#[test]
fn an_alias_that_others_changed() {
    let restore = Rules { restore: Restore::Yes, ..rules() };
    // Back on a version that Shipway put there earlier: somebody went back by hand.
    let ledger = || Some(state(&[(1, 2), (2, 3)]));
    let moved = refusal(decide(3, ledger(), Some(live(published(2), 1)), &rules()));
    let expected = Refusal::AliasMoved { alias: "live".parse().unwrap(), recorded: published(3), found: published(2) };
    assert_eq!(moved, expected);
    assert_eq!(steps(&decide(3, ledger(), Some(live(published(2), 1)), &restore)), USUAL);
    // On one that it never put there: a deployment that died before its last record leaves that.
    assert_eq!(steps(&decide(3, ledger(), Some(live(published(4), 1)), &rules())), USUAL);
    let mut weighted = live(published(3), 2);
    if let LiveServing::Alias { alias, .. } = &mut weighted.serving {
        alias.weights = BTreeMap::from([(VersionNumber(9), 0.1)]);
    }
    let refused = refusal(decide(3, ledger(), Some(weighted.clone()), &rules()));
    assert!(matches!(refused, Refusal::ForeignWeights { .. }));
    assert_eq!(steps(&decide(3, ledger(), Some(weighted), &restore)), USUAL);
}

#[test]
fn a_rejected_build_comes_back_only_when_asked_for() {
    let mut ledger = state(&[(1, 3)]);
    ledger.rejected = vec![Rejection { build: build(2), since: at(0) }];
    let refused = refusal(decide(2, Some(ledger.clone()), Some(live(published(3), 1)), &rules()));
    assert!(matches!(refused, Refusal::Rejected { .. }));
    let when = refused.to_string();
    assert!(when.ends_with(" was rolled back from at 2025-11-24T16:00:00Z"), "{when}");
    let again = Rules { again: Again::Yes, ..rules() };
    assert_eq!(steps(&decide(2, Some(ledger.clone()), Some(live(published(3), 1)), &again)), USUAL);
    assert_eq!(steps(&decide(4, Some(ledger), Some(live(published(3), 1)), &rules())), USUAL);
}

#[test]
fn another_projects_target_is_refused_whatever_runs_there() {
    let mut ledger = state(&[(1, 3)]);
    ledger.project = "other".parse().unwrap();
    for number in [1, 2] {
        let refused = refusal(decide(number, Some(ledger.clone()), Some(live(published(3), 1)), &rules()));
        assert_eq!(refused, Refusal::OtherProject { owner: "other".parse().unwrap() });
    }
}

#[test]
fn the_order_of_commits() {
    let decide = |ancestry, switch| {
        let order = Order::Compared { wanted: commit('b'), running: commit('a'), ancestry };
        let observation =
            Observation { ledger: Some(state(&[(1, 3)])), live: Some(live(published(3), 1)), nearest: Vec::new() };
        plan_deployment(&target(), &wish(2), &observation, &order, &Rules { switch, ..rules() })
    };
    for ancestry in [Ancestry::Same, Ancestry::Ancestor, Ancestry::Descendant, Ancestry::Diverged, Ancestry::Unknown] {
        assert_eq!(steps(&decide(ancestry, Switch::Yes)), USUAL, "{ancestry:?}");
        let decision = decide(ancestry, Switch::No);
        match ancestry {
            Ancestry::Same | Ancestry::Descendant => assert_eq!(steps(&decision), USUAL),
            Ancestry::Ancestor => assert_eq!(decision, Decision::Superseded { by: commit('a') }),
            Ancestry::Diverged => {
                assert_eq!(refusal(decision), Refusal::Diverged { running: commit('a'), wanted: commit('b') });
            }
            Ancestry::Unknown => assert_eq!(refusal(decision), Refusal::HistoryUnknown { running: commit('a') }),
        }
    }
}

#[test]
fn what_counts_as_serving_already() {
    let same_source = SourceDigest([1; 32]);
    let other_source = SourceDigest([9; 32]);
    let serves = |state: &State, live: &Live, source: &SourceDigest| {
        let wanted = Wanted { evidence: Evidence::Source(source), provisioned: None };
        serves_already(state, &target().serving, &live.serving, None, wanted).map(|found| found.0)
    };
    let ledger = state(&[(1, 3)]);
    let there = live(published(3), 1);
    assert_eq!(serves(&ledger, &there, &same_source), Some(NothingBecause::SameSource));
    assert_eq!(serves(&ledger, &there, &other_source), None);
    assert_eq!(serves(&ledger, &live(published(3), 2), &same_source), None, "other code is live");
    assert_eq!(serves(&ledger, &live(published(4), 1), &same_source), None, "another version is live");
    let absent = Live { serving: LiveServing::AliasAbsent, ..there.clone() };
    assert_eq!(serves(&ledger, &absent, &same_source), None);
    let mut weighted = there.clone();
    if let LiveServing::Alias { alias, .. } = &mut weighted.serving {
        alias.weights = BTreeMap::from([(VersionNumber(9), 0.1)]);
    }
    assert_eq!(serves(&ledger, &weighted, &same_source), None, "not all callers reach it");
    let disturbances: [fn(&mut State); 4] = [
        |state| state.running = None,
        |state| state.rejected = vec![Rejection { build: build(1), since: at(0) }],
        |state| {
            let claim = claim("d", Intent::Deploy, 2);
            state.holder = Some(Holder { claim, since: at(0), writer: writer() });
        },
        |state| {
            let reasons = vec![HoldReason::AliasMissing];
            state.hold =
                Some(Hold { deployment: "d".parse().unwrap(), build: build(2), reasons, since: at(0), terms: None });
        },
    ];
    for disturb in disturbances {
        let mut disturbed = ledger.clone();
        disturb(&mut disturbed);
        assert_eq!(serves(&disturbed, &there, &same_source), None);
    }
}

#[test]
fn the_same_package_with_an_unmet_contract_is_not_served() {
    let ledger = || Some(state(&[(1, 3)]));
    let decision = decide(1, ledger(), Some(live(published(3), 1)), &rules());
    assert!(matches!(decision, Decision::Nothing { because: NothingBecause::SamePackage, .. }), "{decision:?}");
    let mut bare = live(published(3), 1);
    if let LiveServing::Alias { version, .. } = &mut bare.serving {
        version.configuration.environment = EnvironmentNames::Known([].into());
    }
    // The function has the variable by now, the version has it not: it is published again.
    let decision = decide(1, ledger(), Some(bare), &rules());
    assert!(steps(&decision).contains(&StepKind::PublishVersion));
}

#[test]
fn where_a_rollback_goes() {
    let choose =
        |state: &State, to: RollbackTo| choose_rollback(Some(state), &to).map(|found| found.lambda_version.to_string());
    let mut ledger = state(&[(1, 1), (2, 2), (3, 3)]);
    assert_eq!(choose(&ledger, RollbackTo::Previous).as_deref(), Ok("2"));
    ledger.rejected = vec![Rejection { build: build(2), since: at(0) }];
    assert_eq!(choose(&ledger, RollbackTo::Previous).as_deref(), Ok("1"), "a rejected build is passed over");
    assert_eq!(choose(&ledger, RollbackTo::Version(VersionNumber(2))).as_deref(), Ok("2"), "unless it is named");
    let deployment = |id: &str| RollbackTo::Deployment(id.parse().unwrap());
    assert_eq!(choose(&ledger, deployment("d1")).as_deref(), Ok("1"));
    assert!(matches!(choose(&ledger, deployment("d3")), Err(NoRollback::RunsNow { .. })));
    assert!(matches!(choose(&ledger, deployment("d9")), Err(NoRollback::Unknown { .. })));
    // The same bytes deployed twice are no way back.
    let twice = state(&[(1, 1), (2, 2), (2, 3)]);
    assert_eq!(choose(&twice, RollbackTo::Previous).as_deref(), Ok("1"));
    assert_eq!(choose_rollback(None, &RollbackTo::Previous), Err(NoRollback::NeverDeployed));
    assert_eq!(choose_rollback(Some(&state(&[])), &RollbackTo::Previous), Err(NoRollback::NeverDeployed));
    assert_eq!(choose_rollback(Some(&state(&[(1, 1)])), &RollbackTo::Previous), Err(NoRollback::NothingEarlier));
}

#[test]
fn how_a_rollback_is_done() {
    let candidate = running("d1", 1, 1);
    let now = live(published(2), 2);
    let plan = |version: Option<&shipway_core::live::LiveFunction>| {
        plan_rollback(&target(), &candidate, &now, version, Delivery::Direct)
    };
    let there = function(published(1), 1);
    let moved = plan(Some(&there));
    assert_eq!((moved.method, kinds(&moved.steps)), (RollbackMethod::AliasMoved, vec![StepKind::MoveAlias]));
    let mut inactive = there.clone();
    inactive.state = FunctionState::Inactive;
    assert_eq!(plan(Some(&inactive)).method, RollbackMethod::AliasMoved, "an idle version wakes up");
    type Change = fn(&mut shipway_core::live::LiveFunction);
    let unusable: [Change; 5] = [
        |version| version.code_sha256 = "other".to_owned(),
        |version| version.state = FunctionState::Failed { reason: "x".to_owned() },
        |version| version.role = Some("other".to_owned()),
        |version| version.frozen = BTreeMap::from([("KMSKeyArn".to_owned(), "key".to_owned())]),
        |version| version.state = FunctionState::Pending,
    ];
    let republished = [
        StepKind::UpdateFunctionCode,
        StepKind::AwaitUpdate,
        StepKind::PublishVersion,
        StepKind::AwaitVersion,
        StepKind::MoveAlias,
    ];
    for change in unusable {
        let mut version = there.clone();
        change(&mut version);
        let plan = plan(Some(&version));
        assert_eq!((plan.method, kinds(&plan.steps)), (RollbackMethod::PublishedAgain, republished.to_vec()));
        assert!(plan.because.is_some());
    }
    assert_eq!(plan(None).method, RollbackMethod::PublishedAgain);
}

#[derive(Debug, Clone)]
struct Situation {
    wanted: u8,
    running: u8,
    served: u8,
    latest: u8,
    recorded: u64,
    found: u64,
    fence: Fence,
}

fn situations() -> impl Strategy<Value = Situation> {
    let fence = prop_oneof![Just(Fence::NotNeeded), Just(Fence::Needed)];
    (0..3_u8, 0..3_u8, 0..3_u8, 0..3_u8, 0..3_u64, 0..3_u64, fence).prop_map(
        |(wanted, running, served, latest, recorded, found, fence)| Situation {
            wanted,
            running,
            served,
            latest,
            recorded,
            found,
            fence,
        },
    )
}

fn version(number: u64) -> Version {
    if number == 0 { Version::Latest } else { published(number) }
}

/// What a situation looks like.
fn observed(situation: &Situation) -> (Option<State>, Live) {
    let mut ledger = state(&[(situation.running, situation.recorded.max(1))]);
    if situation.recorded == 0 {
        ledger.running = None;
    }
    let served = if situation.found == 0 { situation.latest } else { situation.served };
    let mut live = live(version(situation.found), served);
    live.function = function(Version::Latest, situation.latest);
    (Some(ledger), live)
}

proptest! {
    #[test]
    fn every_plan_keeps_the_order_that_keeps_callers_safe(situation in situations()) {
        let (ledger, live) = observed(&situation);
        let rules = Rules { fence: situation.fence, restore: Restore::Yes, ..rules() };
        let Decision::Deploy { steps } = decide(situation.wanted, ledger, Some(live), &rules) else { return Ok(()) };
        let kinds = kinds(&steps);
        let place = |kind| kinds.iter().position(|found| *found == kind);
        if let Some(update) = place(StepKind::UpdateFunctionCode) {
            prop_assert!(place(StepKind::UploadArtifact).is_some_and(|upload| upload < update), "{:?}", kinds);
            prop_assert!(place(StepKind::AwaitUpdate).is_some_and(|wait| wait > update), "{:?}", kinds);
            if situation.found == 0 {
                prop_assert!(place(StepKind::PinAlias).is_some_and(|pin| pin < update), "{:?}", kinds);
            }
        }
        if let Some(publish) = place(StepKind::PublishVersion) {
            prop_assert!(place(StepKind::AwaitUpdate).is_some_and(|wait| wait < publish), "{:?}", kinds);
            prop_assert_eq!(kinds[publish + 1], StepKind::AwaitVersion);
            prop_assert_eq!(kinds[publish + 2], StepKind::MoveAlias);
            prop_assert_eq!(publish + 3, kinds.len());
        }
        for step in &steps {
            let guarded = match step {
                Step::FenceAlias { revision, .. } | Step::PublishCurrent { revision, .. } => revision.is_some(),
                // Without one of its own it takes that of the step before it.
                Step::UpdateFunctionCode { revision, .. } => {
                    revision.is_some() || place(StepKind::PublishCurrent).is_some()
                }
                Step::MoveAlias { revision, .. } => {
                    revision.is_some()
                        || place(StepKind::PinAlias).is_some()
                        || place(StepKind::FenceAlias).is_some()
                }
                _ => true,
            };
            prop_assert!(guarded, "{:?}", step);
        }
    }

    #[test]
    fn what_serves_what_is_wanted_has_nothing_to_do(number in 0..9_u8, version in 1..9_u64) {
        let ledger = state(&[(number, version)]);
        let decision = decide(number, Some(ledger), Some(live(published(version), number)), &rules());
        let nothing = matches!(decision, Decision::Nothing { because: NothingBecause::SamePackage, .. });
        prop_assert!(nothing, "{:?}", decision);
    }

    #[test]
    fn a_plan_reads_back_as_it_was_written(situation in situations()) {
        let (ledger, live) = observed(&situation);
        let decision = decide(situation.wanted, ledger, Some(live), &rules());
        let read: Decision = serde_json::from_slice(&serde_json::to_vec(&decision).unwrap()).unwrap();
        prop_assert_eq!(read, decision);
    }
}

#[test]
fn other_settings_of_a_laptop_need_another_version() {
    let (old, new) = (ContentDigest([1; 32]), ContentDigest([2; 32]));
    let mut ledger = state(&[(1, 3)]);
    ledger.running.as_mut().unwrap().provisioned = Some(old);
    let there = live(published(3), 1);
    let source = SourceDigest([1; 32]);
    let serves = |provisioned: &ContentDigest| {
        let wanted = Wanted { evidence: Evidence::Source(&source), provisioned: Some(provisioned) };
        serves_already(&ledger, &target().serving, &there.serving, None, wanted).is_some()
    };
    assert!(serves(&old));
    assert!(!serves(&new));
    let observation = Observation { ledger: Some(ledger.clone()), live: Some(there.clone()), nearest: Vec::new() };
    let decide = |provisioned| {
        let wish = Wish { provisioned: Some(provisioned), ..wish(1) };
        plan_deployment(&target(), &wish, &observation, &Order::NotApplicable, &rules())
    };
    assert!(matches!(decide(old), Decision::Nothing { .. }));
    // The code is there; only the version with the new settings is missing.
    let kinds = [
        StepKind::UploadArtifact,
        StepKind::AwaitUpdate,
        StepKind::PublishVersion,
        StepKind::AwaitVersion,
        StepKind::MoveAlias,
    ];
    assert_eq!(steps(&decide(new)), kinds);
}
