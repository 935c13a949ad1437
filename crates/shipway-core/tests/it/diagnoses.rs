//! What is found of a function, a row for each finding, and the edits that move its callers.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use jiff::civil::{Date, date};
use shipway_core::diagnosis::{
    CodeStorage, EnvironmentFacts, EventSourceMapping, FailedVersion, Finding, FunctionFacts, FunctionUrl, LedgerFacts,
    PolicyStatement, Provisioned, ProvisionedStatus, Severity, Unread, Versioning, diagnose, diagnose_environment,
    migration,
};
use shipway_core::ledger::{Holder, Intent};
use shipway_core::live::{Fingerprint, State as FunctionState, UpdateStatus};
use shipway_core::names::{Qualifier, Serving, Version, VersionNumber};
use shipway_core::plan::{Drift, Live, LiveServing, UnqualifiedRule};

use crate::deployments::{at, claim, live, live_unaliased, published, running, target, unaliased, writer};

const TODAY: Date = date(2026, 11, 26);

/// A function with nothing to say: version 3 serves build 3, in its own configuration.
fn facts() -> FunctionFacts {
    let mut live = live(published(3), 3);
    fingerprint(&mut live, b"same", b"same");
    FunctionFacts {
        name: "orders".parse().unwrap(),
        target: target(),
        unqualified: UnqualifiedRule::Refuse,
        live: Ok(Some(live)),
        policy: Ok(Vec::new()),
        url: Ok(None),
        mappings: Ok(Vec::new()),
        provisioned: Ok(Vec::new()),
        failed_versions: Ok(Vec::new()),
        ledger: LedgerFacts { running: Some(running("d3", 3, 3)), holder: None },
        drift: None,
    }
}

fn fingerprint(live: &mut Live, latest: &[u8], frozen: &[u8]) {
    live.function.fingerprint = Some(Fingerprint::of(latest));
    if let LiveServing::Alias { version, .. } = &mut live.serving {
        version.fingerprint = Some(Fingerprint::of(frozen));
    }
}

fn live_of(facts: &mut FunctionFacts) -> &mut Live {
    facts.live.as_mut().unwrap().as_mut().unwrap()
}

/// Facts that differ in one thing.
fn with(change: impl FnOnce(&mut FunctionFacts)) -> FunctionFacts {
    let mut facts = facts();
    change(&mut facts);
    facts
}

fn weighted(facts: &mut FunctionFacts) {
    if let LiveServing::Alias { alias, .. } = &mut live_of(facts).serving {
        alias.weights = BTreeMap::from([(VersionNumber(2), 0.1)]);
    }
}

fn on_alias(status: ProvisionedStatus) -> Provisioned {
    Provisioned { on: Qualifier::Alias("live".parse().unwrap()), requested: 5, status }
}

fn statement() -> PolicyStatement {
    PolicyStatement {
        id: "nightly".to_owned(),
        principal: "events.amazonaws.com".to_owned(),
        action: "lambda:InvokeFunction".to_owned(),
        source_arn: Some("arn:aws:events:eu-west-1:111111111111:rule/nightly".to_owned()),
        source_account: None,
        url_auth: None,
    }
}

fn mapping() -> EventSourceMapping {
    EventSourceMapping {
        id: "6e2f9f2c".to_owned(),
        source: Some("arn:aws:sqs:eu-west-1:111111111111:orders".to_owned()),
    }
}

fn url() -> FunctionUrl {
    FunctionUrl { auth: "NONE".to_owned(), invoke_mode: "BUFFERED".to_owned() }
}

fn unread(permission: &str) -> Unread {
    Unread { what: "something".to_owned(), permission: permission.to_owned(), answer: "not authorized".to_owned() }
}

/// `UNSAFE what` and `note what`.
fn lines(findings: &[Finding]) -> Vec<String> {
    let line = |finding: &Finding| match finding.severity() {
        Severity::Unsafe => format!("UNSAFE {finding}"),
        Severity::Note => format!("note {finding}"),
    };
    findings.iter().map(line).collect()
}

fn told(facts: &FunctionFacts) -> Vec<String> {
    lines(&diagnose(facts, TODAY))
}

#[test]
fn a_function_in_order_has_nothing_to_say() {
    assert_eq!(told(&facts()), [] as [&str; 0]);
}

#[test]
fn each_thing_that_is_wrong_is_said_once() {
    let rows: Vec<(FunctionFacts, &str)> = vec![
        (
            with(|facts| facts.policy = Ok(vec![statement()])),
            "UNSAFE policy statement `nightly` lets events.amazonaws.com call the function without a qualifier",
        ),
        (
            with(|facts| facts.url = Ok(Some(url()))),
            "UNSAFE a function URL is on the function itself, not on the alias",
        ),
        (
            with(|facts| facts.mappings = Ok(vec![mapping()])),
            "UNSAFE event source mapping 6e2f9f2c feeds the function itself, not the alias, from \
             arn:aws:sqs:eu-west-1:111111111111:orders",
        ),
        (with(|facts| facts.live = Ok(None)), "note the function does not exist"),
        (with(|facts| live_of(facts).serving = LiveServing::AliasAbsent), "note alias live does not exist"),
        (
            with(|facts| {
                let mut on_latest = live(Version::Latest, 3);
                fingerprint(&mut on_latest, b"same", b"same");
                facts.live = Ok(Some(on_latest));
            }),
            "UNSAFE alias live is on $LATEST",
        ),
        (with(weighted), "UNSAFE alias live gives 10 % of its traffic to version 2, and no deployment is under way"),
        (
            with(|facts| facts.provisioned = Ok(vec![on_alias(ProvisionedStatus::Failed { reason: "x".to_owned() })])),
            "UNSAFE provisioned concurrency on live failed: x",
        ),
        (
            with(|facts| {
                let on = Qualifier::Version(VersionNumber(3));
                facts.provisioned = Ok(vec![Provisioned { on, ..on_alias(ProvisionedStatus::Ready) }]);
            }),
            "note provisioned concurrency (5) is on version 3, not on the alias",
        ),
        (
            with(|facts| {
                facts.failed_versions = Ok(vec![FailedVersion { version: VersionNumber(3), reason: "x".to_owned() }]);
            }),
            "UNSAFE version 3 has no snapshot (SnapStart, state Failed: x), and callers reach it",
        ),
        (
            with(|facts| {
                facts.failed_versions = Ok(vec![FailedVersion { version: VersionNumber(2), reason: "x".to_owned() }]);
            }),
            "note version 2 has no snapshot (SnapStart, state Failed: x)",
        ),
        (
            with(|facts| live_of(facts).function.state = FunctionState::Failed { reason: "x".to_owned() }),
            "UNSAFE the function is in state Failed: x",
        ),
        (
            with(|facts| live_of(facts).function.update = Some(UpdateStatus::Failed { reason: "x".to_owned() })),
            "UNSAFE the function's last update failed: x",
        ),
        (
            with(|facts| live_of(facts).function.configuration.runtime = Some("nodejs18.x".to_owned())),
            "UNSAFE AWS takes no new code for runtime nodejs18.x",
        ),
        (
            with(|facts| live_of(facts).function.configuration.runtime = Some("python3.10".to_owned())),
            "note runtime python3.10 is deprecated since 2026-10-31, no new functions from 2027-02-01, no new code from \
             2027-03-03 (as of 2026-11-23; AWS moves these days)",
        ),
        (
            with(|facts| facts.drift = Some(Drift::CodeReplaced { since: Some("2026-11-25T10:00".to_owned()) })),
            "UNSAFE $LATEST holds other code than Shipway put there (callers of the alias do not meet it), since \
             2026-11-25T10:00",
        ),
        (
            with(|facts| {
                facts.live = Ok(None);
                facts.drift = Some(Drift::FunctionGone);
            }),
            "UNSAFE the function is gone",
        ),
        (with(|facts| facts.ledger.running = None), "note Shipway did not put there what runs"),
        (
            with(|facts| fingerprint(live_of(facts), b"new", b"old")),
            "note the function's configuration is not the one that callers of the alias reach",
        ),
        (
            with(|facts| live_of(facts).function.fingerprint = None),
            "note whether the function's configuration has reached the callers cannot be seen: its variables cannot be read",
        ),
        (with(|facts| facts.live = Err(unread("a"))), "note something was not looked at: not authorized"),
        (with(|facts| facts.policy = Err(unread("a"))), "note something was not looked at: not authorized"),
        (with(|facts| facts.url = Err(unread("a"))), "note something was not looked at: not authorized"),
        (with(|facts| facts.mappings = Err(unread("a"))), "note something was not looked at: not authorized"),
        (with(|facts| facts.provisioned = Err(unread("a"))), "note something was not looked at: not authorized"),
        (with(|facts| facts.failed_versions = Err(unread("a"))), "note something was not looked at: not authorized"),
    ];
    for (facts, expected) in rows {
        let findings = diagnose(&facts, TODAY);
        assert_eq!(lines(&findings), [expected]);
        assert!(!findings[0].why().is_empty() && !findings[0].advice().is_empty(), "{findings:?}");
    }
}

#[test]
fn what_the_configuration_accepts_is_a_note_and_without_an_alias_it_is_right() {
    let accepted = with(|facts| {
        facts.unqualified = UnqualifiedRule::Accept;
        facts.policy = Ok(vec![statement()]);
    });
    assert_eq!(diagnose(&accepted, TODAY)[0].severity(), Severity::Note);
    let direct = with(|facts| {
        facts.target = unaliased();
        facts.live = Ok(Some(live_unaliased(3)));
        facts.policy = Ok(vec![statement()]);
        facts.url = Ok(Some(url()));
        facts.mappings = Ok(vec![mapping()]);
    });
    assert_eq!(told(&direct), [] as [&str; 0]);
}

#[test]
fn lambdas_own_weights_are_not_taken_for_somebodys() {
    let moving = with(|facts| {
        weighted(facts);
        facts.provisioned = Ok(vec![on_alias(ProvisionedStatus::InProgress)]);
    });
    assert_eq!(told(&moving), ["note Lambda is moving alias live with its provisioned concurrency"]);
    let both = with(|facts| {
        weighted(facts);
        facts.provisioned = Ok(vec![on_alias(ProvisionedStatus::Ready)]);
    });
    let expected = [
        "UNSAFE alias live has provisioned concurrency and weights",
        "UNSAFE alias live gives 10 % of its traffic to version 2, and no deployment is under way",
    ];
    assert_eq!(told(&both), expected);
}

#[test]
fn what_is_under_way_is_not_held_against_it() {
    let deploying = with(|facts| {
        weighted(facts);
        fingerprint(live_of(facts), b"new", b"old");
        facts.ledger.holder = Some(Holder { claim: claim("d4", Intent::Deploy, 4), since: at(0), writer: writer() });
    });
    assert_eq!(told(&deploying), [] as [&str; 0]);
}

#[test]
fn the_unsafe_comes_first() {
    let several = with(|facts| {
        facts.policy = Err(unread("a"));
        facts.drift = Some(Drift::AliasMoved { recorded: published(3), found: published(2) });
    });
    let severities: Vec<Severity> = diagnose(&several, TODAY).iter().map(Finding::severity).collect();
    assert_eq!(severities, [Severity::Unsafe, Severity::Note]);
}

#[test]
fn a_store_and_the_code_storage() {
    let shared = |versioning, used: u64| EnvironmentFacts {
        environment: "dev".parse().unwrap(),
        today: TODAY,
        store: "s3://artifacts/shipway".to_owned(),
        versioning: Ok(versioning),
        storage: Ok(Some(CodeStorage { used: used * 1_000_000_000, limit: 300_000_000_000 })),
    };
    let told = |versioning, used| lines(&diagnose_environment(&shared(versioning, used)));
    assert_eq!(told(Versioning::Enabled, 224), [] as [&str; 0]);
    assert_eq!(told(Versioning::OfNoBucket, 225), ["note 75 % of Lambda's code storage is used: 225 of 300 GB"]);
    let expected = [
        "UNSAFE the bucket of s3://artifacts/shipway keeps no versions of its objects",
        "UNSAFE 90 % of Lambda's code storage is used: 270 of 300 GB",
    ];
    assert_eq!(told(Versioning::Disabled, 270), expected);
    let refused = EnvironmentFacts {
        versioning: Err(unread("s3:GetBucketVersioning")),
        storage: Err(unread("lambda:GetAccountSettings")),
        ..shared(Versioning::Enabled, 0)
    };
    assert!(diagnose_environment(&refused).iter().all(|finding| finding.severity() == Severity::Note));
    assert_eq!(diagnose_environment(&refused).len(), 2);
}

#[test]
fn callers_are_moved_in_a_safe_order() {
    let open_url = PolicyStatement {
        id: "FunctionURLAllowPublicAccess".to_owned(),
        principal: "*".to_owned(),
        action: "lambda:InvokeFunctionUrl".to_owned(),
        source_arn: None,
        source_account: None,
        url_auth: Some("NONE".to_owned()),
    };
    let api = PolicyStatement {
        id: "api".to_owned(),
        principal: "apigateway.amazonaws.com".to_owned(),
        source_arn: Some("arn:aws:execute-api:eu-west-1:111111111111:a1b2c3/*/GET/${stage}".to_owned()),
        source_account: Some("111111111111".to_owned()),
        ..statement()
    };
    let first = with(|facts| {
        facts.policy = Ok(vec![statement(), api, open_url]);
        facts.url = Ok(Some(url()));
        facts.mappings = Ok(vec![mapping()]);
    });
    let second = with(|facts| {
        facts.name = "track:track-eu".parse().unwrap();
        facts.target.function = "track-eu".parse().unwrap();
        live_of(facts).serving = LiveServing::AliasAbsent;
        facts.policy = Err(Unread {
            what: "who is let in without a qualifier".to_owned(),
            permission: "lambda:GetPolicy".to_owned(),
            answer: "no".to_owned(),
        });
        facts.mappings = Ok(vec![EventSourceMapping { id: "a1".to_owned(), source: None }]);
    });
    let untouched = with(|facts| facts.target.serving = Serving::Latest);
    assert_snapshot!(migration(&[first, second, untouched]));
    assert_snapshot!(migration(&[facts()]), @"# Nothing to move: nothing that could be looked at calls a function without its alias.");
}
