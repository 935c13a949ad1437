//! Java: which tool a folder's project is for, where its build begins, and what else of the project takes part.

use std::collections::BTreeSet;

use super::{Project, gradle, join, maven};
use crate::build::FunctionBuild;

/// A Java project, as far as one has to know to start its build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JavaProject {
    /// What builds it.
    pub tool: JavaTool,
    /// The folder where the build begins, relative to the project's: that of the uppermost `pom.xml` whose modules lead
    /// to the function, or that of Gradle's settings.
    pub root: String,
}

/// What builds a Java project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JavaTool {
    /// From a `pom.xml`.
    Maven {
        /// The function's module, a path relative to the root; `None` when the root is the function's own folder.
        module: Option<String>,
    },
    /// From a `build.gradle` or `build.gradle.kts`.
    Gradle {
        /// The function's Gradle project, such as `:functions:api`; empty for the root project.
        project: String,
    },
}

/// What the folder holds; Maven's file goes before Gradle's. `None` when there is neither.
pub fn java_project(folder: &str, project: &mut Project<'_>) -> Option<JavaProject> {
    if project.files.contains(&join(folder, maven::FILE)) {
        return Some(maven::project(folder, project));
    }
    gradle::build_file(folder, project).map(|_| gradle::project(folder, project))
}

pub(super) fn find(build: &FunctionBuild, project: &mut Project<'_>) -> BTreeSet<String> {
    let Some(java) = java_project(&build.folder, project) else { return BTreeSet::new() };
    let inside = join(&build.folder, "");
    let mut found = match java.tool {
        JavaTool::Maven { .. } => maven::inputs(&build.folder, &java.root, project),
        JavaTool::Gradle { .. } => gradle::inputs(&build.folder, &java.root, project),
    };
    found.retain(|path| build.folder.is_empty() || !path.starts_with(&inside));
    found
}
