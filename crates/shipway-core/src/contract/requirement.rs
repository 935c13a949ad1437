//! The contract itself: data, and how what was read from the source goes into it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use super::Network;
use crate::names::{Handler, LayerName, Runtime};

/// What the code requires of its configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// The runtime it was built for.
    pub runtime: Runtime,
    /// The handler it answers at.
    pub handler: Handler,
    /// Environment variables that were declared: they must be set, by name.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub environment: BTreeSet<String>,
    /// Environment variables that the source reads; `None` where nobody has looked (an adopted zip, a build of which the
    /// source says nothing).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reads: Option<SourceReads>,
    /// Memory, in MB, at least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_megabytes: Option<u32>,
    /// Timeout, in seconds, at least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<u32>,
    /// Layers that must be attached, by name, in whatever version.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub layers: BTreeSet<LayerName>,
    /// Whether it must run in a VPC, or must not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<Network>,
}

impl Contract {
    /// The contract of code that asks for nothing but its runtime and handler.
    #[must_use]
    pub fn new(runtime: Runtime, handler: Handler) -> Self {
        Self {
            runtime,
            handler,
            environment: BTreeSet::new(),
            reads: None,
            memory_megabytes: None,
            timeout_seconds: None,
            layers: BTreeSet::new(),
            network: None,
        }
    }

    /// Every variable that must be set, in order: what was declared, and what the source cannot do without.
    #[must_use]
    pub fn required_variables(&self) -> BTreeSet<String> {
        let read = self.reads.iter().flat_map(|reads| reads.variables.iter());
        let read = read.filter(|(_, variable)| variable.need == Need::Required).map(|(name, _)| name.clone());
        self.environment.iter().cloned().chain(read).collect()
    }

    /// Variables that the source reads and gets on without, in order.
    #[must_use]
    pub fn optional_variables(&self) -> BTreeSet<String> {
        let read = self.reads.iter().flat_map(|reads| reads.variables.iter());
        let optional = read
            .filter(|(name, variable)| variable.need == Need::Optional && !self.environment.contains(name.as_str()));
        optional.map(|(name, _)| name.clone()).collect()
    }

    /// Where the source reads `name`; empty where it was only declared.
    #[must_use]
    pub fn places_of(&self, name: &str) -> Vec<Place> {
        let variable = self.reads.as_ref().and_then(|reads| reads.variables.get(name));
        variable.map(|variable| variable.places.clone()).unwrap_or_default()
    }
}

/// What was read from the source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceReads {
    /// The variables, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, ReadVariable>,
    /// Where a variable is read whose name is computed: nobody can tell which.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub computed: Vec<Place>,
}

impl SourceReads {
    /// As a person corrected it.
    #[must_use]
    pub fn corrected(mut self, corrections: &Corrections) -> Self {
        self.variables.retain(|name, _| !corrections.ignore.contains(name));
        for (name, variable) in &mut self.variables {
            if corrections.optional.contains(name) {
                variable.need = Need::Optional;
            }
        }
        self
    }
}

/// What a person knows better than the reader of the source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Corrections {
    /// The code gets on without these.
    pub optional: BTreeSet<String>,
    /// These are not the function's business at all.
    pub ignore: BTreeSet<String>,
}

/// One variable that the source reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadVariable {
    /// Whether the code gets on without it.
    pub need: Need,
    /// Where it is read, in order; the places that need it before those that do not.
    pub places: Vec<Place>,
}

/// Whether code gets on without a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// It does not.
    Required,
    /// It has a default, or its absence is tested for.
    Optional,
}

impl Need {
    /// The stronger of two.
    #[must_use]
    pub fn stronger(self, other: Self) -> Self {
        self.min(other)
    }
}

/// A line of the source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The file, relative to the project's folder, with `/`.
    pub file: String,
    /// The line, from 1.
    pub line: NonZeroU32,
}

/// `functions/create-order/app.py:12`
impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.file, self.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads() -> SourceReads {
        let variable = |need| ReadVariable { need, places: Vec::new() };
        let variables = [
            ("TABLE".to_owned(), variable(Need::Required)),
            ("LEVEL".to_owned(), variable(Need::Optional)),
            ("HOME".to_owned(), variable(Need::Required)),
        ];
        SourceReads { variables: variables.into(), computed: Vec::new() }
    }

    #[test]
    fn corrections_make_optional_and_leave_out() {
        let corrections = Corrections { optional: ["TABLE".to_owned()].into(), ignore: ["HOME".to_owned()].into() };
        let corrected = reads().corrected(&corrections);
        assert_eq!(corrected.variables.keys().collect::<Vec<_>>(), ["LEVEL", "TABLE"]);
        assert!(corrected.variables.values().all(|variable| variable.need == Need::Optional));
    }

    #[test]
    fn declared_and_required_variables_are_required_and_optional_ones_are_not() {
        let mut contract = Contract::new("python3.13".parse().unwrap(), "app.handler".parse().unwrap());
        contract.environment.insert("QUEUE".to_owned());
        contract.reads = Some(reads());
        assert_eq!(contract.required_variables().into_iter().collect::<Vec<_>>(), ["HOME", "QUEUE", "TABLE"]);
    }
}
