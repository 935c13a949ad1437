//! What changed from one build's contract to another's.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use super::{Contract, Network};

/// One way in which two contracts differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ContractChange {
    /// A variable is required that was not.
    VariableRequired {
        /// Its name.
        name: String,
    },
    /// A variable is not required any more.
    VariableNotRequired {
        /// Its name.
        name: String,
        /// Whether the source still reads it, if it can.
        read: StillRead,
    },
    /// A variable is read, if it is there, that was not.
    VariableOptional {
        /// Its name.
        name: String,
    },
    /// A setting differs.
    Setting {
        /// Which.
        name: &'static str,
        /// What it was; `None` for nothing.
        before: Option<String>,
        /// What it is; `None` for nothing.
        after: Option<String>,
    },
}

/// Whether the source reads a variable that it does not need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StillRead {
    /// If it is there.
    IfThere,
    /// Not at all.
    No,
}

impl fmt::Display for ContractChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::VariableRequired { name } => write!(formatter, "environment variable `{name}` is required now"),
            Self::VariableNotRequired { name, read: StillRead::IfThere } => {
                write!(formatter, "environment variable `{name}` is optional now")
            }
            Self::VariableNotRequired { name, read: StillRead::No } => {
                write!(formatter, "environment variable `{name}` is not read any more")
            }
            Self::VariableOptional { name } => write!(formatter, "environment variable `{name}` is read if it is set"),
            Self::Setting { name, before, after } => {
                let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
                write!(formatter, "{name}: {} before, {} now", text(before), text(after))
            }
        }
    }
}

/// What changed from `old` to `new`: variables first, by name.
#[must_use]
pub fn contract_changes(old: &Contract, new: &Contract) -> Vec<ContractChange> {
    let (before, after) = (old.required_variables(), new.required_variables());
    let (optional_before, optional_after) = (old.optional_variables(), new.optional_variables());
    let mut found = Vec::new();
    let names: BTreeSet<&String> = before.iter().chain(&after).chain(&optional_before).chain(&optional_after).collect();
    for name in names {
        let change = match (before.contains(name), after.contains(name)) {
            (false, true) => Some(ContractChange::VariableRequired { name: name.clone() }),
            (true, false) => {
                let read = if optional_after.contains(name) { StillRead::IfThere } else { StillRead::No };
                Some(ContractChange::VariableNotRequired { name: name.clone(), read })
            }
            (true, true) => None,
            (false, false) => match (optional_before.contains(name), optional_after.contains(name)) {
                (false, true) => Some(ContractChange::VariableOptional { name: name.clone() }),
                (true, false) => Some(ContractChange::VariableNotRequired { name: name.clone(), read: StillRead::No }),
                _ => None,
            },
        };
        found.extend(change);
    }
    found.extend(settings(old, new));
    found
}

fn settings(old: &Contract, new: &Contract) -> Vec<ContractChange> {
    let layers = |contract: &Contract| {
        let names: Vec<&str> = contract.layers.iter().map(|layer| layer.as_str()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let megabytes = |value: Option<u32>| value.map(|value| format!("at least {value} MB"));
    let seconds = |value: Option<u32>| value.map(|value| format!("at least {value} s"));
    let network = |value: Option<Network>| value.map(|value| value.to_string());
    let pairs = [
        ("runtime", Some(old.runtime.to_string()), Some(new.runtime.to_string())),
        ("handler", Some(old.handler.to_string()), Some(new.handler.to_string())),
        ("memory", megabytes(old.memory_megabytes), megabytes(new.memory_megabytes)),
        ("timeout", seconds(old.timeout_seconds), seconds(new.timeout_seconds)),
        ("layers", layers(old), layers(new)),
        ("network", network(old.network), network(new.network)),
    ];
    let differing = pairs.into_iter().filter(|(_, before, after)| before != after);
    differing.map(|(name, before, after)| ContractChange::Setting { name, before, after }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Need, ReadVariable, SourceReads};

    fn contract(declared: &[&str], read: &[(&str, Need)]) -> Contract {
        let variables =
            read.iter().map(|(name, need)| ((*name).to_owned(), ReadVariable { need: *need, places: Vec::new() }));
        Contract {
            environment: declared.iter().map(|name| (*name).to_owned()).collect(),
            reads: Some(SourceReads { variables: variables.collect(), computed: Vec::new() }),
            ..Contract::new("python3.13".parse().unwrap(), "app.handler".parse().unwrap())
        }
    }

    #[test]
    fn every_kind_of_change_has_its_sentence() {
        let old = contract(&["GONE"], &[("EASED", Need::Required), ("SAME", Need::Required)]);
        let mut new =
            contract(&["NEW"], &[("EASED", Need::Optional), ("SAME", Need::Required), ("LEVEL", Need::Optional)]);
        new.memory_megabytes = Some(512);
        let texts: Vec<String> = contract_changes(&old, &new).iter().map(ToString::to_string).collect();
        assert_eq!(
            texts,
            [
                "environment variable `EASED` is optional now",
                "environment variable `GONE` is not read any more",
                "environment variable `LEVEL` is read if it is set",
                "environment variable `NEW` is required now",
                "memory: nothing before, at least 512 MB now",
            ]
        );
        assert_eq!(contract_changes(&old, &old), []);
    }
}
