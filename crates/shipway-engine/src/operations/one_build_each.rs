//! The builds of one run: each function is built once, for all its targets, and only if one of them needs it.

use std::collections::{BTreeMap, BTreeSet};

use shipway_core::build as source_of;
use shipway_core::ledger::{Present, Running};
use shipway_core::names::LogicalName;
use shipway_core::plan::NothingBecause;

use super::build::{self, BuiltFunction, SharedBuilds};
use super::explanation::{Because, Explanation};
use crate::OperationError;
use crate::context::{Environment, Function, Ports};
use crate::observe::Glimpse;
use crate::ports::{BuildFailure, Head};

/// What came of a glance: a build, or none because there is nothing to do.
pub(super) enum Begun {
    Built { built: Box<BuiltFunction>, present: Option<Present>, glimpse: Box<Glimpse> },
    Nothing { nothing: Box<(NothingBecause, Running)>, present: Option<Present>, explanation: Explanation },
}

/// What two reads and a look at the inputs tell.
pub(super) struct Glance {
    pub(super) source: source_of::Source,
    pub(super) present: Option<Present>,
    pub(super) nothing: Option<(NothingBecause, Running)>,
    pub(super) glimpse: Glimpse,
}

/// The builds of one run: of each function one, for all its targets.
pub(super) struct OneBuildEach<'a> {
    ports: &'a Ports<'a>,
    environment: &'a Environment,
    head: &'a Head,
    /// The functions that some target needs a build of.
    needed: BTreeSet<LogicalName>,
    /// Those of which it was told that nothing needs one.
    told: BTreeSet<LogicalName>,
    made: BTreeMap<LogicalName, Result<BuiltFunction, BuildFailure>>,
}

impl<'a> OneBuildEach<'a> {
    pub(super) fn of(
        ports: &'a Ports<'a>,
        environment: &'a Environment,
        head: &'a Head,
        glances: &[Result<Glance, OperationError>],
    ) -> Self {
        let glances = environment.functions.iter().zip(glances);
        let needing = glances.filter(|(_, glance)| glance.as_ref().is_ok_and(|glance| glance.nothing.is_none()));
        let needed = needing.map(|(function, _)| function.name.function().clone()).collect();
        Self { ports, environment, head, needed, told: BTreeSet::new(), made: BTreeMap::new() }
    }

    pub(super) async fn begin(&mut self, function: &Function, glance: Glance) -> Result<Begun, OperationError> {
        let Glance { source, present, nothing, glimpse } = glance;
        let Some(nothing) = nothing else {
            let built = Box::new(self.build(function, source).await?);
            return Ok(Begun::Built { built, present, glimpse: Box::new(glimpse) });
        };
        let name = function.name.function();
        let explanation = Explanation::new(&source, source.digest(), &function.build.folder, Because::Serves);
        // Where another of its targets needs the build, that is what is told.
        if !self.needed.contains(name) && self.told.insert(name.clone()) {
            build::tell_explanation(self.ports, &function.build, &explanation);
        }
        Ok(Begun::Nothing { nothing: Box::new(nothing), present, explanation })
    }

    async fn build(&mut self, function: &Function, source: source_of::Source) -> Result<BuiltFunction, OperationError> {
        let name = function.name.function();
        let result = match self.made.get(name) {
            Some(result) => result.clone(),
            None => {
                let shared = SharedBuilds::Of(self.environment);
                let result = build::build(self.ports, shared, &function.build, source, self.head).await;
                self.made.insert(name.clone(), result.clone());
                result
            }
        };
        result.map_err(|error| build::failed(name, error))
    }
}
