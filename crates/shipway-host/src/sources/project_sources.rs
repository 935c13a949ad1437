//! The port: a look at one function's inputs.

use std::path::Path;

use async_trait::async_trait;
use shipway_core::build::{FunctionBuild, Source};
use shipway_engine::ports::{BuildFailure, Sources};

use super::WorkTree;
use crate::environment::CallerEnvironment;

/// Looks at the inputs of a project's functions.
#[derive(Debug)]
pub struct ProjectSources {
    work_tree: WorkTree,
}

impl ProjectSources {
    /// Looks at the project in `folder`; build variables are read from `environment`.
    #[must_use]
    pub fn new(folder: &Path, environment: CallerEnvironment) -> Self {
        Self::of(WorkTree::new(folder, environment))
    }

    /// Looks at a project together with others.
    #[must_use]
    pub fn of(work_tree: WorkTree) -> Self {
        Self { work_tree }
    }
}

#[async_trait(?Send)]
impl Sources for ProjectSources {
    async fn look(&self, build: &FunctionBuild) -> Result<Source, BuildFailure> {
        self.work_tree.source(build).await
    }
}
