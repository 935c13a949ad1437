//! What holds for every sequence of requests.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use shipway_lambda_model::{
    AliasTarget, CreateAlias, Model, Publish, PublishVersion, Reply, Request, Response, SeededEntropy, State,
    TagResource, Target, UpdateAlias, UpdateFunctionCode, UpdateFunctionConfiguration, wire,
};

use crate::support::{ARN, code_update, creation, environment, invocation, settings, weights};

const NAMES: [&str; 2] = ["orders", "stock"];

/// A request and the milliseconds that pass before it.
type Step = (u64, Request);

fn request() -> impl Strategy<Value = Request> {
    let name = prop::sample::select(NAMES.to_vec());
    let contents = prop::sample::select(vec!["one", "two", "three"]);
    let version = prop::sample::select(vec!["1", "2", "3", "9", "$LATEST"]);
    let publish = prop::bool::ANY.prop_map(|publish| if publish { Publish::Yes } else { Publish::No });
    let share = prop::option::of((prop::sample::select(vec!["1", "2", "3"]), 0.0..=1.0f64));
    (name, contents, version, publish, share, 0..14u8).prop_map(|(name, contents, version, publish, share, kind)| {
        let function_name = name.to_owned();
        let routing_config = share.map_or_else(|| weights(&[]), |(version, share)| weights(&[(version, share)]));
        match kind {
            0 => {
                let mut input = creation(name, contents);
                input.publish = publish;
                Request::CreateFunction(Box::new(input))
            }
            1 | 2 => {
                Request::UpdateFunctionCode(Box::new(UpdateFunctionCode { publish, ..code_update(name, contents) }))
            }
            3 => Request::UpdateFunctionConfiguration(Box::new(UpdateFunctionConfiguration {
                function_name,
                configuration: environment("KEY", contents),
                ..UpdateFunctionConfiguration::default()
            })),
            4 | 5 => Request::PublishVersion(PublishVersion { function_name, ..PublishVersion::default() }),
            6 => Request::CreateAlias(CreateAlias {
                function_name,
                name: Some("live".to_owned()),
                function_version: Some(version.to_owned()),
                routing_config,
                ..CreateAlias::default()
            }),
            7 => Request::UpdateAlias(UpdateAlias {
                function_name,
                name: "live".to_owned(),
                function_version: Some(version.to_owned()),
                routing_config,
                ..UpdateAlias::default()
            }),
            8 => Request::DeleteAlias(AliasTarget { function_name, name: "live".to_owned() }),
            9 => Request::DeleteFunction(Target::new(name).qualified(version)),
            10 => Request::DeleteFunction(Target::new(name)),
            11 => invocation(Target::new(name).qualified("live")),
            12 => Request::TagResource(TagResource {
                resource: ARN.replace("orders", name),
                tags: [(contents.to_owned(), version.to_owned())].into(),
            }),
            _ => Request::GetFunction(Target::new(name)),
        }
    })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((prop::sample::select(vec![0, 1, 250, 400, 5_000]), request()), 1..60)
}

fn run(steps: &[Step], seed: u64, mut look: impl FnMut(&Model, &Request, &Response)) -> Model {
    let mut model = Model::new(settings());
    let mut entropy = SeededEntropy::new(seed);
    let mut now = 0;
    for (passed, request) in steps {
        now += passed;
        let response = model.handle(request, now, &mut entropy);
        // Whatever is answered can be written.
        assert!((200..600).contains(&wire::render(&response).status));
        look(&model, request, &response);
    }
    model
}

/// Every RevisionId with what it names: of functions, versions and aliases.
fn revisions(state: &State) -> BTreeMap<String, String> {
    let mut revisions = BTreeMap::new();
    for (name, function) in &state.functions {
        revisions.insert(name.clone(), function.latest.lifecycle.revision_id().to_owned());
        for (number, version) in &function.versions {
            revisions.insert(format!("{name}:{number}"), version.revision.lifecycle.revision_id().to_owned());
        }
        for (alias, value) in &function.aliases {
            revisions.insert(format!("{name}:{alias}"), value.revision_id.clone());
        }
    }
    revisions
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_requests_and_entropy_give_the_same_state(steps in steps(), seed in any::<u64>()) {
        let first = run(&steps, seed, |_, _, _| {});
        let second = run(&steps, seed, |_, _, _| {});
        prop_assert_eq!(first.state(), second.state());
    }

    #[test]
    fn the_changes_rebuild_the_state(steps in steps(), seed in any::<u64>()) {
        let mut kept = State::default();
        let mut now = 0;
        let mut model = Model::new(settings());
        let mut entropy = SeededEntropy::new(seed);
        for (passed, request) in &steps {
            now += passed;
            let response = model.handle(request, now, &mut entropy);
            let changes = model.take_changes();
            if response.result.is_err() {
                prop_assert!(changes.is_empty(), "a refusal records no change");
            }
            let written = serde_json::to_string(&changes).unwrap();
            for change in serde_json::from_str::<Vec<_>>(&written).unwrap() {
                kept.apply(change);
            }
        }
        // Reads settle what they see without recording it: it follows from the record and the moment.
        let mut rebuilt = Model::with_state(settings(), kept);
        rebuilt.settle(now);
        prop_assert_eq!(rebuilt.state(), model.state());
    }

    #[test]
    fn changes_can_be_taken_late(steps in steps(), seed in any::<u64>()) {
        let mut model = run(&steps, seed, |_, _, _| {});
        let mut kept = State::default();
        for change in model.take_changes() {
            kept.apply(change);
        }
        let now = steps.iter().map(|(passed, _)| passed).sum();
        let mut rebuilt = Model::with_state(settings(), kept);
        rebuilt.settle(now);
        prop_assert_eq!(rebuilt.state(), model.state());
    }

    #[test]
    fn a_version_number_is_given_out_once(steps in steps(), seed in any::<u64>()) {
        let mut highest: BTreeMap<String, u64> = BTreeMap::new();
        let mut present: BTreeSet<(String, u64)> = BTreeSet::new();
        run(&steps, seed, |model, _, _| {
            let now: BTreeSet<(String, u64)> = model.state().functions.iter()
                .flat_map(|(name, function)| function.versions.keys().map(|number| (name.clone(), *number)))
                .collect();
            for (name, number) in now.difference(&present) {
                let last = highest.entry(name.clone()).or_default();
                assert!(number > last, "{name}:{number} after {last}");
                *last = *number;
            }
            present = now.clone();
        });
    }

    #[test]
    fn whatever_changed_has_a_revision_id_never_seen_before(steps in steps(), seed in any::<u64>()) {
        let mut before = State::default();
        let mut seen: BTreeSet<String> = BTreeSet::new();
        run(&steps, seed, |model, _, _| {
            let (old, new) = (revisions(&before), revisions(model.state()));
            for (thing, revision) in &new {
                if old.get(thing) == Some(revision) {
                    continue;
                }
                assert!(seen.insert(revision.clone()), "{thing} has a RevisionId that something had before");
            }
            for (name, function) in &model.state().functions {
                if let Some(was) = before.functions.get(name)
                    && was.latest.lifecycle.revision_id() == function.latest.lifecycle.revision_id()
                {
                    assert_eq!(&was.latest, &function.latest, "unchanged RevisionId, changed contents");
                }
            }
            before = model.state().clone();
        });
    }

    #[test]
    fn a_refusal_changes_nothing_but_time(steps in steps(), seed in any::<u64>()) {
        let mut model = Model::new(settings());
        let mut entropy = SeededEntropy::new(seed);
        let mut now = 0;
        for (passed, request) in &steps {
            now += passed;
            model.settle(now);
            let before = model.state().clone();
            if model.handle(request, now, &mut entropy).result.is_err() {
                prop_assert_eq!(&before, model.state());
            }
        }
    }

    #[test]
    fn an_alias_only_leads_to_what_exists(steps in steps(), seed in any::<u64>()) {
        run(&steps, seed, |model, request, response| {
            for function in model.state().functions.values() {
                for alias in function.aliases.values() {
                    for number in [alias.weight.map(|(number, _)| number), number_of(&alias.target)].into_iter().flatten() {
                        assert!(function.versions.contains_key(&number));
                    }
                }
            }
            if let (Request::Invoke(_), Ok(Reply::Invocation(plan))) = (request, &response.result) {
                let function = &model.state().functions[&plan.function_name];
                let alias = &function.aliases["live"];
                let allowed = [Some(alias.target.to_string()), alias.weight.map(|(number, _)| number.to_string())];
                assert!(allowed.contains(&Some(plan.version.clone())));
            }
        });
    }

    #[test]
    fn no_bytes_make_the_parser_panic(method in "(GET|PUT|POST|DELETE)", path in "(/[ -~]{0,20}){0,6}", query in "[ -~]{0,40}", body in prop::collection::vec(any::<u8>(), 0..60)) {
        let request = wire::HttpRequest { method: &method, path: &path, query: &query, headers: &[], body: &body };
        if let Ok(request) = wire::parse(&request) {
            let mut model = Model::new(settings());
            let response = model.handle(&request, 0, &mut SeededEntropy::new(1));
            prop_assert!(wire::render(&response).status >= 200);
        }
    }
}

fn number_of(target: &shipway_lambda_model::Qualifier) -> Option<u64> {
    match target {
        shipway_lambda_model::Qualifier::Version(number) => Some(*number),
        _ => None,
    }
}

#[test]
fn a_weight_is_read_to_the_last_bit() {
    // Without serde_json's `float_roundtrip` this one is read as the number below it.
    let weight = 0.427_215_201_191_083_47_f64;
    let written = serde_json::to_string(&weight).unwrap();
    assert_eq!(serde_json::from_str::<f64>(&written).unwrap().to_bits(), weight.to_bits());
}
