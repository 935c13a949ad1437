//! The ledger: what each event makes of the state, and that no edit goes unnoticed.

use proptest::prelude::*;
use shipway_core::digest::EntryDigest;
use shipway_core::ledger::{
    ChainError, ENTRY_VERSION, Entry, Event, HoldReason, IllegalEvent, Intent, RollbackMethod, Running, SUCCESSES_KEPT,
    State, TakeOver, fold, read_present, verify_history,
};

use crate::deployments::{at, build, claim, running, state, writer};

fn after(state: Option<&State>, event: &Event) -> State {
    fold(state, event, &writer(), at(1)).unwrap()
}

fn claimed(deployment: &str, number: u8) -> Event {
    Event::Claimed { claim: claim(deployment, Intent::Deploy, number) }
}

fn held_by(deployment: &str, number: u8, before: &State) -> State {
    after(Some(before), &claimed(deployment, number))
}

#[test]
fn the_first_event_is_a_claim() {
    let first = after(None, &claimed("one", 1));
    assert_eq!(first.holder.unwrap().claim.deployment.as_str(), "one");
    assert_eq!(first.wanted, Some(build(1)));
    let events = [
        Event::Succeeded { running: running("one", 1, 1) },
        Event::Adopted { running: running("one", 1, 1) },
        Event::Held { deployment: "one".parse().unwrap(), reasons: vec![HoldReason::AliasMissing], terms: None },
        Event::Failed { deployment: "one".parse().unwrap(), step: None, error: "x".to_owned() },
        Event::Withdrawn { deployment: "one".parse().unwrap(), reason: "x".to_owned() },
    ];
    for event in events {
        assert_eq!(fold(None, &event, &writer(), at(1)), Err(IllegalEvent::NotClaimed), "{event:?}");
    }
}

#[test]
fn one_deployment_holds_a_target_at_a_time() {
    let held = held_by("one", 2, &state(&[(1, 1)]));
    let refused = fold(Some(&held), &claimed("two", 3), &writer(), at(2));
    assert_eq!(refused, Err(IllegalEvent::HeldByAnother { holder: "one".parse().unwrap() }));
}

#[test]
fn only_the_holder_ends_what_it_holds() {
    let held = held_by("one", 2, &state(&[(1, 1)]));
    let events = [
        Event::Succeeded { running: running("two", 2, 2) },
        Event::Failed { deployment: "two".parse().unwrap(), step: None, error: "x".to_owned() },
        Event::RolledBack { running: running("two", 1, 1), rejected: build(2), method: RollbackMethod::AliasMoved },
    ];
    for event in events {
        let refused = fold(Some(&held), &event, &writer(), at(2));
        assert_eq!(refused, Err(IllegalEvent::NotHolder { deployment: "two".parse().unwrap() }), "{event:?}");
    }
}

#[test]
fn a_take_over_names_whose_place_it_takes() {
    let held = held_by("one", 2, &state(&[(1, 1)]));
    let take = |from: &str| Event::TakenOver {
        claim: claim("two", Intent::Deploy, 3),
        from: from.parse().unwrap(),
        reason: TakeOver::LeaseExpired,
    };
    assert!(fold(Some(&held), &take("three"), &writer(), at(2)).is_err());
    let taken = after(Some(&held), &take("one"));
    assert_eq!(taken.holder.as_ref().unwrap().claim.deployment.as_str(), "two");
    assert_eq!(taken.running, held.running);
    // Whose place was taken can end nothing any more.
    assert!(fold(Some(&taken), &Event::Succeeded { running: running("one", 2, 2) }, &writer(), at(3)).is_err());
}

#[test]
fn another_project_may_only_adopt() {
    let owned = state(&[(1, 1)]);
    let mut other = claim("two", Intent::Deploy, 2);
    other.project = "other".parse().unwrap();
    let refused = fold(Some(&owned), &Event::Claimed { claim: other.clone() }, &writer(), at(2));
    assert_eq!(refused, Err(IllegalEvent::OtherProject { owner: "shop".parse().unwrap() }));
    other.intent = Intent::Adopt;
    let taken = after(Some(&owned), &Event::Claimed { claim: other });
    assert_eq!(taken.project.as_str(), "other");
}

#[test]
fn a_success_serves_and_ends_holds_and_its_own_rejection() {
    let mut before = state(&[(1, 1)]);
    before.rejected = vec![
        shipway_core::ledger::Rejection { build: build(2), since: at(0) },
        shipway_core::ledger::Rejection { build: build(3), since: at(0) },
    ];
    let held = held_by("two", 2, &before);
    let done = after(Some(&held), &Event::Succeeded { running: running("two", 2, 2) });
    assert_eq!(done.running, Some(running("two", 2, 2)));
    assert_eq!(done.wanted, Some(build(2)));
    assert!(done.holder.is_none() && done.hold.is_none());
    assert_eq!(done.rejected.len(), 1);
    assert_eq!(done.succeeded.len(), 2);
}

#[test]
fn a_failure_leaves_what_runs_and_frees_the_target() {
    let held = held_by("two", 2, &state(&[(1, 1)]));
    let failed = Event::Failed { deployment: "two".parse().unwrap(), step: None, error: "x".to_owned() };
    let done = after(Some(&held), &failed);
    assert_eq!(done.running, state(&[(1, 1)]).running);
    assert!(done.holder.is_none());
    assert_eq!(done.wanted, Some(build(2)), "what is wanted and does not run is for status to show");
}

#[test]
fn newer_code_supersedes_a_hold() {
    let held = held_by("two", 2, &state(&[(1, 1)]));
    let reasons = vec![HoldReason::AliasMissing];
    let waiting = after(Some(&held), &Event::Held { deployment: "two".parse().unwrap(), reasons, terms: None });
    assert_eq!(waiting.hold.as_ref().unwrap().build, build(2));
    assert!(waiting.holder.is_none());
    assert!(held_by("three", 3, &waiting).hold.is_none());
}

#[test]
fn a_rollback_rejects_what_it_leaves_once() {
    let mut held = held_by("back", 1, &state(&[(1, 1), (2, 2)]));
    let back =
        Event::RolledBack { running: running("back", 1, 1), rejected: build(2), method: RollbackMethod::AliasMoved };
    let done = after(Some(&held), &back);
    assert_eq!(done.rejected.len(), 1);
    assert!(done.rejection(&build(2).artifact).is_some());
    assert_eq!(done.succeeded, held.succeeded, "going back is no new success");
    held = held_by("back", 1, &done);
    assert_eq!(after(Some(&held), &back).rejected.len(), 1);
    // Whoever goes back to what runs rejects nothing.
    held = held_by("back", 1, &done);
    let same = Event::RolledBack {
        running: running("back", 1, 1),
        rejected: build(1),
        method: RollbackMethod::PublishedAgain,
    };
    assert!(after(Some(&held), &same).rejection(&build(1).artifact).is_none());
}

#[test]
fn successes_are_kept_up_to_a_bound_the_newest_last() {
    let mut now = state(&[(1, 1)]);
    for version in 2..100_u64 {
        let (deployment, number) = (format!("d{version}"), u8::try_from(version).unwrap());
        let held = held_by(&deployment, number, &now);
        now = after(Some(&held), &Event::Succeeded { running: running(&deployment, number, version) });
    }
    assert_eq!(now.succeeded.len(), SUCCESSES_KEPT);
    assert_eq!(now.succeeded.last(), now.running.as_ref());
}

/// One thing that can happen; whether it may follows from the state.
#[derive(Debug, Clone)]
enum Act {
    Claim(u8),
    TakeOver(u8),
    Succeed(u64),
    Adopt(u64),
    Hold,
    Fail,
    Withdraw,
    RollBack(u8, u64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => (0..6_u8).prop_map(Act::Claim),
        1 => (0..6_u8).prop_map(Act::TakeOver),
        4 => (1..9_u64).prop_map(Act::Succeed),
        1 => (1..9_u64).prop_map(Act::Adopt),
        1 => Just(Act::Hold),
        1 => Just(Act::Fail),
        1 => Just(Act::Withdraw),
        2 => ((0..6_u8), (1..9_u64)).prop_map(|(number, version)| Act::RollBack(number, version)),
    ];
    prop::collection::vec(act, 1..40)
}

/// The event that the act is in this state.
fn event(act: &Act, index: usize, state: Option<&State>) -> Event {
    let holder = state.and_then(|state| state.holder.as_ref()).map(|holder| &holder.claim);
    let deployment = holder.map_or_else(|| "nobody".parse().unwrap(), |claim| claim.deployment.clone());
    let number = holder.map_or(0, |claim| claim.build.artifact.0[0]);
    let serving =
        |number: u8, version: u64| Running { deployment: deployment.clone(), ..running("any", number, version) };
    let fresh = format!("d{index}");
    match act {
        Act::Claim(number) => claimed(&fresh, *number),
        Act::TakeOver(number) => Event::TakenOver {
            claim: claim(&fresh, Intent::Deploy, *number),
            from: deployment,
            reason: TakeOver::LeaseExpired,
        },
        Act::Succeed(version) => Event::Succeeded { running: serving(number, *version) },
        Act::Adopt(version) => Event::Adopted { running: serving(number, *version) },
        Act::Hold => Event::Held { deployment, reasons: vec![HoldReason::FunctionMissing], terms: None },
        Act::Fail => Event::Failed { deployment, step: None, error: "it broke".to_owned() },
        Act::Withdraw => Event::Withdrawn { deployment, reason: "nothing to do".to_owned() },
        Act::RollBack(left, version) => Event::RolledBack {
            running: serving(number, *version),
            rejected: build(*left),
            method: RollbackMethod::AliasMoved,
        },
    }
}

/// The chain of all acts that may happen.
fn chain(acts: &[Act]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for (index, act) in acts.iter().enumerate() {
        let before = entries.last();
        let event = event(act, index, before.map(|entry| &entry.state));
        let moment = at(i64::try_from(index).unwrap());
        let Ok(state) = fold(before.map(|entry| &entry.state), &event, &writer(), moment) else { continue };
        let entry = Entry {
            version: ENTRY_VERSION,
            number: before.map_or(1, |entry| entry.number + 1),
            previous: before.map(|entry| entry.to_bytes().1),
            nonce: format!("n{index}").parse().unwrap(),
            at: moment,
            writer: writer(),
            event,
            state,
        };
        entries.push(entry);
    }
    entries
}

fn stored(entries: &[Entry]) -> Vec<(u64, Vec<u8>)> {
    entries.iter().map(|entry| (entry.number, entry.to_bytes().0)).collect()
}

/// Reads the newest entry as a deployment does, with a head that reflects it.
fn present(entries: &[(u64, Vec<u8>)], remembered: EntryDigest, newest: u64) -> Result<(), ChainError> {
    let mut reversed = entries.iter().rev().map(|(number, bytes)| (*number, bytes.as_slice()));
    let last = reversed.next().unwrap();
    read_present(last, reversed.next(), Some((newest, remembered))).map(|_| ())
}

/// A fixed chain with a bit of everything.
fn sample() -> Vec<Entry> {
    let acts = [
        Act::Claim(1),
        Act::Succeed(1),
        Act::Claim(2),
        Act::TakeOver(3),
        Act::Hold,
        Act::Claim(4),
        Act::Succeed(2),
        Act::Claim(1),
        Act::RollBack(4, 1),
    ];
    let entries = chain(&acts);
    assert_eq!(entries.len(), acts.len());
    entries
}

#[test]
fn every_edit_of_a_single_byte_is_noticed() {
    let entries = stored(&sample());
    let (newest, digest) = sample().last().map(|entry| (entry.number, entry.to_bytes().1)).unwrap();
    assert!(verify_history(&entries).is_ok());
    assert!(present(&entries, digest, newest).is_ok());
    for index in 0..entries.len() {
        for position in 0..entries[index].1.len() {
            let (number, mut bytes) = entries[index].clone();
            bytes[position] ^= if position % 2 == 0 { 0x01 } else { 0x20 };
            // As a deployment reads: an older entry against its successor, the newest against the head.
            let noticed = match entries.get(index + 1) {
                Some((next, after)) => read_present((*next, after), Some((number, &bytes)), None).is_err(),
                None => present(&[entries[index - 1].clone(), (number, bytes)], digest, newest).is_err(),
            };
            assert!(noticed, "byte {position} of entry {number} was changed");
        }
    }
}

#[test]
fn a_byte_too_many_or_too_few_is_noticed() {
    let entries = stored(&sample());
    for index in 0..entries.len() - 1 {
        let mut longer = entries.clone();
        longer[index].1.push(b' ');
        assert!(verify_history(&longer).is_err());
        let mut shorter = entries.clone();
        shorter[index].1.pop();
        assert!(verify_history(&shorter).is_err());
    }
}

#[test]
fn a_missing_or_exchanged_entry_is_noticed() {
    let entries = stored(&sample());
    for index in 0..entries.len() - 1 {
        let mut missing = entries.clone();
        missing.remove(index);
        assert!(verify_history(&missing).is_err(), "entry {} is missing", index + 1);
        let mut exchanged = entries.clone();
        let bytes = exchanged[index].1.clone();
        exchanged[index].1 = std::mem::replace(&mut exchanged[index + 1].1, bytes);
        assert!(verify_history(&exchanged).is_err(), "entries {} and {} were exchanged", index + 1, index + 2);
    }
}

#[test]
fn a_newest_entry_that_a_head_remembers_cannot_vanish() {
    let entries = sample();
    let (newest, digest) = entries.last().map(|entry| (entry.number, entry.to_bytes().1)).unwrap();
    let mut shorter = stored(&entries);
    shorter.pop();
    assert!(matches!(present(&shorter, digest, newest), Err(ChainError::Edited { number, .. }) if number == newest));
}

#[test]
fn a_newer_format_says_so_whatever_else_is_in_it() {
    let mut entries = stored(&sample());
    let (number, bytes) = entries.last_mut().unwrap();
    *bytes = format!("{{\"version\":{},\"something\":\"else\"}}", ENTRY_VERSION + 1).into_bytes();
    let number = *number;
    let expected = ChainError::Newer { number, version: ENTRY_VERSION + 1 };
    assert_eq!(verify_history(&entries).unwrap_err(), expected);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_chain_of_what_may_happen_is_whole(acts in acts()) {
        let entries = chain(&acts);
        let verified = verify_history(&stored(&entries)).unwrap();
        prop_assert_eq!(verified, entries);
    }

    #[test]
    fn folding_a_prefix_and_then_the_rest_is_folding_all(acts in acts(), cut in 0_usize..40) {
        let entries = chain(&acts);
        let cut = cut.min(entries.len());
        let fold_all = |state: Option<State>, entries: &[Entry]| entries.iter().fold(state, |state, entry| {
            Some(fold(state.as_ref(), &entry.event, &entry.writer, entry.at).unwrap())
        });
        let (prefix, rest) = entries.split_at(cut);
        let all = fold_all(None, &entries);
        prop_assert_eq!(&fold_all(fold_all(None, prefix), rest), &all);
        prop_assert_eq!(all.as_ref(), entries.last().map(|entry| &entry.state));
    }

    #[test]
    fn whatever_happens_the_state_makes_sense(acts in acts()) {
        for entry in chain(&acts) {
            let state = entry.state;
            prop_assert!(state.succeeded.len() <= SUCCESSES_KEPT);
            prop_assert!(state.holder.is_none() || state.hold.is_none(), "a claim ends a hold");
            let running = state.running.as_ref();
            prop_assert!(running.is_none_or(|running| state.rejection(&running.build.artifact).is_none()),
                "what runs is not rejected");
            let mut rejected: Vec<_> = state.rejected.iter().map(|rejection| rejection.build.artifact).collect();
            rejected.sort_unstable();
            rejected.dedup();
            prop_assert_eq!(rejected.len(), state.rejected.len(), "nothing is rejected twice");
        }
    }

    #[test]
    fn an_entry_reads_back_as_it_was_written(acts in acts()) {
        for entry in chain(&acts) {
            let read: Entry = serde_json::from_slice(&entry.to_bytes().0).unwrap();
            prop_assert_eq!(read, entry);
        }
    }
}
