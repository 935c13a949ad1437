//! What a plan does to a function: its variables, the settings that its contract is about, its code, its life.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::document::{Action, Values};
use super::finding::Subject;
use super::look::{Presence, Seen, Step, VARIABLES};
use super::{Danger, Deployed, Finding, ResourceChange, Severity, Unseen, Whose};
use crate::contract::{Contract, Network, Place, Unmet};

pub(super) const KIND: &str = "aws_lambda_function";

/// The arguments with which the AWS provider sends code. `code_sha256` is in its list as well, but read back from Lambda: it
/// is told apart below.
const CODE: [&str; 8] = [
    "filename",
    "image_uri",
    "s3_bucket",
    "s3_key",
    "s3_object_version",
    "source_code_hash",
    "source_kms_key_arn",
    "architectures",
];
const CODE_DIGEST: &str = "code_sha256";

/// Whether `change` is about this target's function.
pub(super) fn is_of(change: &ResourceChange, deployed: &Deployed) -> bool {
    if change.kind != KIND || !change.is_managed() {
        return false;
    }
    // What is being made has no ARN yet.
    let values = if change.before.is_there() { &change.before } else { &change.after };
    match values.text("arn") {
        Some(arn) => is_arn_of(arn, deployed),
        None => {
            let head = &deployed.head;
            values.text("function_name") == Some(head.function_name.as_str())
                && values.text("region").is_none_or(|region| region == head.region.as_str())
        }
    }
}

/// Whether an ARN, with or without a qualifier, is of this target's function.
pub(super) fn is_arn_of(arn: &str, deployed: &Deployed) -> bool {
    let head = &deployed.head;
    let parts: Vec<&str> = arn.split(':').collect();
    matches!(parts.as_slice(), ["arn", _, "lambda", region, account, "function", name, ..]
        if *region == head.region.as_str() && *account == head.account.as_str() && *name == head.function_name.as_str())
}

pub(super) fn findings<'a>(change: &ResourceChange, deployed: &'a Deployed) -> Vec<Finding<'a>> {
    if !is_of(change, deployed) {
        return Vec::new();
    }
    let mut found = Found { change, deployed, findings: Vec::new() };
    match &change.action {
        Action::Nothing | Action::Read | Action::Forget => {}
        Action::Create => found.created(),
        Action::Update => found.updated(),
        Action::Delete if keeps_it(&change.before) => {}
        Action::Delete => found.running(Danger::FunctionDestroyed),
        Action::Replace => found.running(Danger::FunctionReplaced { because: change.replace_paths.clone() }),
        Action::Other(action) => found.warn(Whose::Running, Danger::UnknownAction { action: action.clone() }),
    }
    found.findings
}

/// Whether the provider leaves the function alone when its resource is destroyed.
fn keeps_it(before: &Values) -> bool {
    matches!(before.look(&[Step::Name("skip_destroy")]), Seen::Set(value) if value.as_bool() == Some(true))
}

/// What was found so far of one change and one target.
struct Found<'c, 'a> {
    change: &'c ResourceChange,
    deployed: &'a Deployed,
    findings: Vec<Finding<'a>>,
}

impl<'a> Found<'_, 'a> {
    fn push(&mut self, severity: Severity, whose: Whose, danger: Danger) {
        let address = self.change.address.clone();
        let deployed = Subject(self.deployed);
        self.findings.push(Finding { severity, address, deferred: false, deployed, whose, danger });
    }

    fn warn(&mut self, whose: Whose, danger: Danger) {
        self.push(Severity::Warning, whose, danger);
    }

    /// It breaks what runs, if anything does.
    fn running(&mut self, danger: Danger) {
        if self.deployed.running().is_some() {
            self.push(Severity::Refusal, Whose::Running, danger);
        }
    }

    fn needs(&self) -> [(Whose, BTreeSet<&'a str>); 2] {
        [(Whose::Running, self.deployed.running_variables()), (Whose::Wanted, self.deployed.wanted_variables())]
    }

    fn places(&self, whose: Whose, variable: &str) -> Vec<Place> {
        let build = match whose {
            Whose::Running => self.deployed.running().map(|running| &running.build),
            Whose::Wanted => self.deployed.wanted(),
        };
        build.map(|build| self.deployed.places_of(build, variable)).unwrap_or_default()
    }

    /// It is made anew: nothing is taken away, but something may be lacking.
    fn created(&mut self) {
        let after = &self.change.after;
        for (whose, names) in self.needs() {
            for name in names.into_iter().filter(|name| after.variable(name) == Presence::Absent) {
                let places = self.places(whose, name);
                self.warn(whose, Danger::VariableLacking { variable: name.to_owned(), places });
            }
        }
    }

    fn updated(&mut self) {
        for (whose, names) in self.needs() {
            self.variables(whose, &names);
        }
        let deployed = self.deployed;
        if let Some(contract) = deployed.running().and_then(|running| deployed.contract(&running.build)) {
            self.settings(Whose::Running, contract);
        }
        if let Some(contract) = deployed.wanted().and_then(|wanted| deployed.contract(wanted)) {
            self.settings(Whose::Wanted, contract);
        }
        if deployed.running().is_some() {
            self.code();
        }
    }

    fn variables(&mut self, whose: Whose, names: &BTreeSet<&str>) {
        let (before, after) = (&self.change.before, &self.change.after);
        let mut unseen: BTreeMap<Unseen, Vec<String>> = BTreeMap::new();
        for name in names {
            match (before.variable(name), after.variable(name)) {
                // What is not there now is not taken away.
                (_, Presence::Set) | (Presence::Absent, _) => {}
                (Presence::Set, Presence::Absent) => {
                    let (places, added) = (self.places(whose, name), self.added_variables());
                    let danger = Danger::VariableRemoved { variable: (*name).to_owned(), places, added };
                    self.push(severity(whose), whose, danger);
                }
                (_, Presence::Unseen(why)) | (Presence::Unseen(why), Presence::Absent) => {
                    unseen.entry(why).or_default().push((*name).to_owned());
                }
            }
        }
        for (because, variables) in unseen {
            self.warn(whose, Danger::VariablesUnseen { variables, because });
        }
    }

    /// Names that the plan adds; none where it hides them.
    fn added_variables(&self) -> Vec<String> {
        if self.change.after.is_sensitive(&VARIABLES) {
            return Vec::new();
        }
        let before: BTreeSet<&str> = self.change.before.variable_names().into_iter().collect();
        let after: BTreeSet<&str> = self.change.after.variable_names().into_iter().collect();
        after.difference(&before).map(|name| (*name).to_owned()).collect()
    }

    /// What the contract says of settings that have no names of the user's.
    fn settings(&mut self, whose: Whose, contract: &Contract) {
        if let Some(required) = contract.memory_megabytes {
            self.at_least(whose, "memory_size", required, |configured| Unmet::Memory { required, configured });
        }
        if let Some(required) = contract.timeout_seconds {
            self.at_least(whose, "timeout", required, |configured| Unmet::Timeout { required, configured });
        }
        let required = contract.runtime.to_string();
        self.equal(whose, "runtime", &required.clone(), |configured| Unmet::Runtime { required, configured });
        let required = contract.handler.to_string();
        self.equal(whose, "handler", &required.clone(), |configured| Unmet::Handler { required, configured });
        self.layers(whose, contract);
        self.network(whose, contract);
    }

    fn at_least(&mut self, whose: Whose, name: &'static str, required: u32, unmet: impl FnOnce(u32) -> Unmet) {
        let number = |seen: Seen<'_>| match seen {
            Seen::Set(value) => value.as_u64().and_then(|number| u32::try_from(number).ok()),
            Seen::Absent | Seen::Unseen(_) => None,
        };
        let before = number(self.change.before.look(&[Step::Name(name)]));
        match self.change.after.look(&[Step::Name(name)]) {
            Seen::Unseen(because) => self.warn(whose, Danger::SettingUnseen { setting: name.to_owned(), because }),
            seen => {
                let after = number(seen).filter(|after| *after < required);
                if let Some(after) = after.filter(|_| before.is_none_or(|before| before >= required)) {
                    self.push(severity(whose), whose, Danger::Unmet { requirement: unmet(after) });
                }
            }
        }
    }

    fn equal(&mut self, whose: Whose, name: &'static str, required: &str, unmet: impl FnOnce(String) -> Unmet) {
        let path = [Step::Name(name)];
        let before = self.change.before.look(&path);
        match self.change.after.look(&path) {
            Seen::Unseen(because) => self.warn(whose, Danger::SettingUnseen { setting: name.to_owned(), because }),
            Seen::Set(after) if after.as_str() != Some(required) && before != Seen::Set(after) => {
                let hidden = self.change.after.is_sensitive(&path);
                let configured = after.as_str().filter(|_| !hidden).unwrap_or("another").to_owned();
                self.push(severity(whose), whose, Danger::Unmet { requirement: unmet(configured) });
            }
            Seen::Set(_) | Seen::Absent => {}
        }
    }

    fn layers(&mut self, whose: Whose, contract: &Contract) {
        if contract.layers.is_empty() {
            return;
        }
        let path = [Step::Name("layers")];
        let before = names_of_layers(self.change.before.look(&path)).unwrap_or_default();
        match names_of_layers(self.change.after.look(&path)) {
            Err(because) => self.warn(whose, Danger::SettingUnseen { setting: "layers".to_owned(), because }),
            Ok(after) => {
                let gone = contract.layers.iter().map(ToString::to_string);
                for name in gone.filter(|name| before.contains(name) && !after.contains(name)) {
                    self.push(severity(whose), whose, Danger::Unmet { requirement: Unmet::Layer { name } });
                }
            }
        }
    }

    fn network(&mut self, whose: Whose, contract: &Contract) {
        let Some(required) = contract.network else { return };
        let path = [Step::Name("vpc_config"), Step::Block, Step::Name("subnet_ids")];
        let network = |seen: Seen<'_>| match seen {
            Seen::Unseen(why) => Err(why),
            Seen::Set(subnets) if subnets.as_array().is_some_and(|subnets| !subnets.is_empty()) => Ok(Network::Vpc),
            Seen::Set(_) | Seen::Absent => Ok(Network::NoVpc),
        };
        match (network(self.change.before.look(&path)), network(self.change.after.look(&path))) {
            // Subnets that are made in the same plan are not known yet, and are subnets all the same.
            (_, Err(Unseen::UntilApply)) if required == Network::Vpc => {}
            (_, Err(because)) => {
                self.warn(whose, Danger::SettingUnseen { setting: "vpc_config".to_owned(), because });
            }
            (before, Ok(after)) if after != required && before != Ok(after) => {
                self.push(severity(whose), whose, Danger::Unmet { requirement: Unmet::Network { required } });
            }
            _ => {}
        }
    }

    /// Whether the plan sends code.
    fn code(&mut self) {
        let (before, after) = (&self.change.before, &self.change.after);
        let (mut changed, mut unseen) = (Vec::new(), BTreeMap::<Unseen, Vec<String>>::new());
        for name in CODE.into_iter().chain([CODE_DIGEST]) {
            let path = [Step::Name(name)];
            match (before.look(&path), after.look(&path)) {
                // The provider says so of each update that changes the code for another reason.
                (_, Seen::Unseen(_)) if name == CODE_DIGEST => {}
                (_, Seen::Unseen(why)) => unseen.entry(why).or_default().push(name.to_owned()),
                (before, after) if before != after => changed.push(name.to_owned()),
                _ => {}
            }
        }
        if !changed.is_empty() {
            self.push(Severity::Refusal, Whose::Running, Danger::CodeReplaced { arguments: changed });
        }
        for (because, arguments) in unseen {
            self.warn(Whose::Running, Danger::CodeUnseen { arguments, because });
        }
    }
}

/// What breaks the build that serves is refused; of one that is yet to come it is said.
fn severity(whose: Whose) -> Severity {
    match whose {
        Whose::Running => Severity::Refusal,
        Whose::Wanted => Severity::Warning,
    }
}

/// The seventh part of `arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION`.
fn names_of_layers(seen: Seen<'_>) -> Result<BTreeSet<String>, Unseen> {
    match seen {
        Seen::Unseen(why) => Err(why),
        Seen::Absent => Ok(BTreeSet::new()),
        Seen::Set(layers) => {
            let arns = layers.as_array().into_iter().flatten();
            // A version that is yet to be published has no ARN, and stands as null.
            let name = |arn: &Value| match arn.as_str() {
                Some(arn) => Ok(arn.split(':').nth(6).unwrap_or(arn).to_owned()),
                None => Err(Unseen::UntilApply),
            };
            arns.map(name).collect()
        }
    }
}
