//! What the tests of the ledger and of the plans say often.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use shipway_core::build::WorkTree;
use shipway_core::contract::{Configuration, Contract, Demand, EnvironmentNames, Network};
use shipway_core::digest::{ArtifactDigest, BuildDigest, PackageDigest, SourceDigest};
use shipway_core::ledger::{BuildReference, Claim, Intent, Running, State, Writer};
use shipway_core::live::{CodeSigning, LiveAlias, LiveFunction, Package, State as FunctionState, UpdateStatus};
use shipway_core::names::{Architecture, Commit, Serving, Target, Version, VersionNumber};
use shipway_core::plan::{
    Again, CreateAlias, Fence, Live, LiveServing, Refresh, Restore, Rules, RuntimeDays, Switch, UnqualifiedRule, Wish,
};
use shipway_core::step::Delivery;

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_764_000_000 + second).unwrap()
}

pub(crate) fn writer() -> Writer {
    Writer {
        program: "shipway 0.1.0".to_owned(),
        user: "ada".to_owned(),
        host: "laptop".to_owned(),
        boot: None,
        process: 7,
        process_started: None,
        run: None,
    }
}

pub(crate) fn commit(name: char) -> Commit {
    name.to_string().repeat(40).parse().unwrap()
}

/// A build by its number: everything about it follows from that.
pub(crate) fn build(number: u8) -> BuildReference {
    BuildReference {
        build: BuildDigest([number; 32]),
        artifact: ArtifactDigest([number; 32]),
        zip_bytes: 100,
        package_digest: Some(PackageDigest([number; 32])),
        source_digest: Some(SourceDigest([number; 32])),
        commit: None,
        work_tree: WorkTree::Clean,
        required_variables: BTreeSet::new(),
    }
}

pub(crate) fn claim(deployment: &str, intent: Intent, number: u8) -> Claim {
    Claim {
        deployment: deployment.parse().unwrap(),
        project: "shop".parse().unwrap(),
        environment: "dev".parse().unwrap(),
        function: "orders".parse().unwrap(),
        intent,
        build: build(number),
        accepted: BTreeMap::new(),
        finishes: None,
    }
}

pub(crate) fn published(number: u64) -> Version {
    Version::Published(VersionNumber(number))
}

/// Build `number`, served as version `version`.
pub(crate) fn running(deployment: &str, number: u8, version: u64) -> Running {
    Running {
        deployment: deployment.parse().unwrap(),
        build: build(number),
        lambda_version: published(version),
        provisioned: None,
        frozen: BTreeMap::new(),
        accepted: BTreeMap::new(),
        missing: BTreeSet::new(),
        rules: None,
        at: at(0),
    }
}

/// A ledger's state in which these (build, version) ran, the last of them now.
pub(crate) fn state(successes: &[(u8, u64)]) -> State {
    let succeeded: Vec<Running> =
        successes.iter().map(|(number, version)| running(&format!("d{version}"), *number, *version)).collect();
    State {
        project: "shop".parse().unwrap(),
        wanted: succeeded.last().map(|running| running.build.clone()),
        running: succeeded.last().cloned(),
        holder: None,
        hold: None,
        rejected: Vec::new(),
        succeeded,
    }
}

pub(crate) fn contract() -> Contract {
    Contract {
        environment: BTreeSet::from(["TABLE".to_owned()]),
        ..Contract::new("python3.13".parse().unwrap(), "app.handler".parse().unwrap())
    }
}

pub(crate) fn target() -> Target {
    Target {
        account: "111111111111".parse().unwrap(),
        region: "eu-west-1".parse().unwrap(),
        function: "orders-dev".parse().unwrap(),
        serving: Serving::Alias("live".parse().unwrap()),
    }
}

pub(crate) fn unaliased() -> Target {
    Target { serving: Serving::Latest, ..target() }
}

pub(crate) fn wish(number: u8) -> Wish {
    Wish {
        project: "shop".parse().unwrap(),
        build: build(number),
        demand: Demand::of(contract()),
        refresh: Refresh::CodeOnly,
        architecture: Architecture::X86_64,
        delivery: Some(Delivery::Direct),
        provisioned: None,
        description: "a description".to_owned(),
        runtime_days: RuntimeDays::Ignored,
    }
}

pub(crate) fn rules() -> Rules {
    Rules {
        create_alias: CreateAlias::Wait,
        unqualified: UnqualifiedRule::Refuse,
        again: Again::No,
        switch: Switch::No,
        restore: Restore::No,
        fence: Fence::NotNeeded,
    }
}

/// A function, or a version of it, that holds build `number` and meets the contract.
pub(crate) fn function(version: Version, number: u8) -> LiveFunction {
    LiveFunction {
        layers: Vec::new(),
        version,
        revision: Some(format!("revision-of-{version}").parse().unwrap()),
        code_sha256: ArtifactDigest([number; 32]).code_sha256(),
        package: Package::Zip,
        architecture: Architecture::X86_64,
        configuration: Configuration {
            runtime: Some("python3.13".to_owned()),
            handler: Some("app.handler".to_owned()),
            environment: EnvironmentNames::Known(BTreeSet::from(["TABLE".to_owned()])),
            memory_megabytes: 128,
            timeout_seconds: 3,
            layers: BTreeSet::new(),
            network: Network::NoVpc,
        },
        state: FunctionState::Active,
        update: Some(UpdateStatus::Successful),
        role: Some("role".to_owned()),
        frozen: BTreeMap::new(),
        edge: false,
        code_by_reference: false,
        signing_profile: None,
        fingerprint: None,
        last_modified: None,
    }
}

pub(crate) fn alias(version: Version) -> LiveAlias {
    LiveAlias {
        name: "live".parse().unwrap(),
        version,
        weights: BTreeMap::new(),
        revision: Some("revision-of-alias".parse().unwrap()),
    }
}

/// `$LATEST` and the alias's version hold build `number`.
pub(crate) fn live(version: Version, number: u8) -> Live {
    Live {
        function: function(Version::Latest, number),
        serving: LiveServing::Alias { alias: alias(version), version: Box::new(function(version, number)) },
        unqualified_callers: Vec::new(),
        signing: CodeSigning::Absent,
    }
}

pub(crate) fn live_unaliased(number: u8) -> Live {
    Live { serving: LiveServing::Latest, ..live(Version::Latest, number) }
}
