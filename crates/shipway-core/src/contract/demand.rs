//! What of a contract blocks a deployment.
//!
//! | the variable that is not set was | and the running build | then |
//! |---|---|---|
//! | declared | whatever | blocks |
//! | read from the source, required | is known and does not read it | blocks |
//! | read from the source, required | reads it already | warns: it gets on without |
//! | read from the source, required | is unknown, or nothing runs | warns |
//! | read from the source, optional | whatever | nothing |
//! | any of these, and accepted (`--accept-missing`) | whatever | nothing |
//!
//! A guess must not wake anybody at night; a declaration is no guess.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Basis, Configuration, Contract, EnvironmentNames, Unmet};

/// A contract, and what is known beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// The contract.
    pub contract: Contract,
    /// What the build that runs reads.
    pub running: KnownReads,
    /// Variables that may be missing: somebody took that upon himself.
    pub accepted: BTreeSet<String>,
    /// What it means that the variables cannot be read.
    pub on_unknown: UnknownRule,
}

/// The variables that the running build's source reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnownReads {
    /// Nobody knows, or nothing runs.
    Unknown,
    /// These, whether it needs them or not, and those that were declared.
    Names(BTreeSet<String>),
}

impl KnownReads {
    /// Of the contract of the build that runs; `None` when nothing runs or its record is gone.
    #[must_use]
    pub fn of(running: Option<&Contract>) -> Self {
        match running.and_then(|contract| Some((contract, contract.reads.as_ref()?))) {
            None => Self::Unknown,
            Some((contract, reads)) => {
                Self::Names(contract.environment.iter().chain(reads.variables.keys()).cloned().collect())
            }
        }
    }
}

/// What it means that a function's variables cannot be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnknownRule {
    /// The deployment is held.
    #[default]
    Hold,
    /// It goes on, and says so.
    Proceed,
}

/// What a configuration lacks of a demand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judgement {
    /// What blocks, in a fixed order.
    pub blocking: Vec<Unmet>,
    /// What is to be known.
    pub warnings: Vec<Unmet>,
}

impl Judgement {
    /// The variables that are not set and do not block.
    #[must_use]
    pub fn missing_variables(&self) -> BTreeSet<String> {
        let name = |unmet: &Unmet| if let Unmet::Variable { name, .. } = unmet { Some(name.clone()) } else { None };
        self.warnings.iter().filter_map(name).collect()
    }
}

impl Demand {
    /// A contract without anything else being known.
    #[must_use]
    pub fn of(contract: Contract) -> Self {
        Self { contract, running: KnownReads::Unknown, accepted: BTreeSet::new(), on_unknown: UnknownRule::Hold }
    }

    /// What `configuration` lacks.
    #[must_use]
    pub fn judge(&self, configuration: &Configuration) -> Judgement {
        let mut found = Judgement { blocking: settings(&self.contract, configuration), warnings: Vec::new() };
        match &configuration.environment {
            EnvironmentNames::Known(names) => self.variables(names, &mut found),
            EnvironmentNames::Unreadable(reason) => self.unreadable(reason, &mut found),
        }
        found
    }

    /// Whether nothing of it blocks.
    #[must_use]
    pub fn is_met_by(&self, configuration: &Configuration) -> bool {
        self.judge(configuration).blocking.is_empty()
    }

    fn variables(&self, set: &BTreeSet<String>, found: &mut Judgement) {
        for name in self.contract.required_variables() {
            if set.contains(&name) || self.accepted.contains(&name) {
                continue;
            }
            let basis = if self.contract.environment.contains(&name) { Basis::Declared } else { Basis::Read };
            let places = self.contract.places_of(&name);
            let blocks = match (&self.running, basis) {
                (_, Basis::Declared) => true,
                (KnownReads::Names(names), Basis::Read) => !names.contains(&name),
                (KnownReads::Unknown, Basis::Read) => false,
            };
            let unmet = Unmet::Variable { name, basis, places };
            if blocks { found.blocking.push(unmet) } else { found.warnings.push(unmet) }
        }
    }

    /// Not knowing matters only where something might block.
    fn unreadable(&self, reason: &str, found: &mut Judgement) {
        let unmet = || Unmet::VariablesUnreadable { reason: reason.to_owned() };
        let mut all = Judgement::default();
        self.variables(&BTreeSet::new(), &mut all);
        match (all.blocking.is_empty(), self.on_unknown) {
            (false, UnknownRule::Hold) => found.blocking.push(unmet()),
            (false, UnknownRule::Proceed) => found.warnings.push(unmet()),
            (true, _) if !all.warnings.is_empty() => found.warnings.push(unmet()),
            (true, _) => {}
        }
    }
}

fn settings(contract: &Contract, configuration: &Configuration) -> Vec<Unmet> {
    let mut found = Vec::new();
    let runtime = configuration.runtime.as_deref().unwrap_or("none");
    if runtime != contract.runtime.as_str() {
        found.push(Unmet::Runtime { required: contract.runtime.to_string(), configured: runtime.to_owned() });
    }
    let handler = configuration.handler.as_deref().unwrap_or("none");
    if handler != contract.handler.as_str() {
        found.push(Unmet::Handler { required: contract.handler.to_string(), configured: handler.to_owned() });
    }
    if let Some(required) = contract.memory_megabytes.filter(|required| *required > configuration.memory_megabytes) {
        found.push(Unmet::Memory { required, configured: configuration.memory_megabytes });
    }
    if let Some(required) = contract.timeout_seconds.filter(|required| *required > configuration.timeout_seconds) {
        found.push(Unmet::Timeout { required, configured: configuration.timeout_seconds });
    }
    let missing = contract.layers.iter().filter(|layer| !configuration.layers.contains(layer.as_str()));
    found.extend(missing.map(|layer| Unmet::Layer { name: layer.to_string() }));
    if let Some(required) = contract.network.filter(|required| *required != configuration.network) {
        found.push(Unmet::Network { required });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Need, Network, Place, ReadVariable, SourceReads};

    fn contract() -> Contract {
        Contract {
            environment: ["TABLE_NAME".to_owned()].into(),
            memory_megabytes: Some(256),
            timeout_seconds: Some(10),
            layers: ["common".parse().unwrap()].into(),
            network: Some(Network::Vpc),
            ..Contract::new("python3.13".parse().unwrap(), "app.handler".parse().unwrap())
        }
    }

    fn reading(name: &str, need: Need) -> SourceReads {
        let place = Place { file: "app.py".to_owned(), line: 12.try_into().unwrap() };
        let variable = ReadVariable { need, places: vec![place] };
        SourceReads { variables: [(name.to_owned(), variable)].into(), computed: Vec::new() }
    }

    fn configuration(names: &[&str]) -> Configuration {
        Configuration {
            runtime: Some("python3.13".to_owned()),
            handler: Some("app.handler".to_owned()),
            environment: EnvironmentNames::Known(names.iter().map(|name| (*name).to_owned()).collect()),
            memory_megabytes: 256,
            timeout_seconds: 30,
            layers: ["common".to_owned()].into(),
            network: Network::Vpc,
        }
    }

    fn texts(found: &[Unmet]) -> Vec<String> {
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn more_than_required_is_met() {
        assert_eq!(Demand::of(contract()).judge(&configuration(&["TABLE_NAME", "OTHER"])), Judgement::default());
    }

    #[test]
    fn each_lack_is_named() {
        let live = Configuration {
            runtime: Some("python3.12".to_owned()),
            handler: None,
            memory_megabytes: 128,
            timeout_seconds: 3,
            layers: BTreeSet::new(),
            network: Network::NoVpc,
            ..configuration(&[])
        };
        assert_eq!(
            texts(&Demand::of(contract()).judge(&live).blocking),
            [
                "runtime is `python3.12`, the code was built for `python3.13`",
                "handler is `none`, the code answers at `app.handler`",
                "memory is 128 MB, at least 256 MB are required",
                "timeout is 3 s, at least 10 s are required",
                "layer `common` is not attached",
                "it runs in no VPC, and the code has to run in one",
                "environment variable `TABLE_NAME` is not set",
            ]
        );
    }

    #[test]
    fn what_was_only_read_blocks_where_the_running_build_did_not_read_it() {
        let new =
            Contract { environment: BTreeSet::new(), reads: Some(reading("QUEUE", Need::Required)), ..contract() };
        let before = Contract { reads: Some(SourceReads::default()), ..contract() };
        let live = configuration(&["TABLE_NAME"]);
        let judged = |running: Option<&Contract>| {
            let demand = Demand { running: KnownReads::of(running), ..Demand::of(new.clone()) };
            let judgement = demand.judge(&live);
            (texts(&judgement.blocking), texts(&judgement.warnings))
        };
        let said = vec!["environment variable `QUEUE` is not set (app.py:12 reads it)".to_owned()];
        assert_eq!(judged(Some(&before)), (said.clone(), Vec::new()), "it is new");
        assert_eq!(judged(Some(&new)), (Vec::new(), said.clone()), "it was read before");
        let unread = Contract { reads: None, ..contract() };
        assert_eq!(judged(Some(&unread)), (Vec::new(), said.clone()), "nobody knows what runs");
        assert_eq!(judged(None), (Vec::new(), said), "nothing runs");
    }

    #[test]
    fn what_was_optional_before_and_is_required_now_only_warns() {
        let new =
            Contract { environment: BTreeSet::new(), reads: Some(reading("QUEUE", Need::Required)), ..contract() };
        let before = Contract { reads: Some(reading("QUEUE", Need::Optional)), ..contract() };
        let demand = Demand { running: KnownReads::of(Some(&before)), ..Demand::of(new) };
        assert!(demand.is_met_by(&configuration(&[])));
    }

    #[test]
    fn optional_and_accepted_variables_neither_block_nor_warn() {
        let optional = Contract { reads: Some(reading("LEVEL", Need::Optional)), ..contract() };
        let accepted = ["TABLE_NAME".to_owned()].into();
        let demand = Demand { accepted, ..Demand::of(optional) };
        assert_eq!(demand.judge(&configuration(&[])), Judgement::default());
    }

    #[test]
    fn unreadable_variables_matter_only_when_some_are_required() {
        let live =
            Configuration { environment: EnvironmentNames::Unreadable("denied".to_owned()), ..configuration(&[]) };
        let unreadable = vec![Unmet::VariablesUnreadable { reason: "denied".to_owned() }];
        assert_eq!(Demand::of(contract()).judge(&live).blocking, unreadable);
        let proceeding = Demand { on_unknown: UnknownRule::Proceed, ..Demand::of(contract()) };
        assert_eq!(proceeding.judge(&live), Judgement { blocking: Vec::new(), warnings: unreadable });
        let easy = Contract { environment: BTreeSet::new(), ..contract() };
        assert_eq!(Demand::of(easy).judge(&live), Judgement::default());
    }
}
