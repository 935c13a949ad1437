//! The port: sets up a scratch folder with the inputs, lets the builder work in it, and removes it in the end.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use shipway_core::build::{FunctionBuild, Product, Source};
use shipway_core::builder::Builder;
use shipway_core::names::LogicalName;
use shipway_engine::ports::{BuildFailure, BuiltTree, Toolchain};
use tempfile::TempDir;

use super::job::Job;
use super::layer::lay_out;
use super::{command, copy, go, java, node, prebuilt, python, ruby, rust};
use crate::environment::CallerEnvironment;
use crate::{STATE_FOLDER, failure};

/// The scratch folder may be the system's for temporary files, and what lies there is not ours but for this prefix.
const SCRATCH_PREFIX: &str = "shipway-build-";

/// When a scratch folder's process must be dead: no build takes that long.
const ABANDONED_AFTER: Duration = Duration::from_hours(48);

type Listener = Rc<dyn Fn(&LogicalName, &str)>;

/// Builds functions with the tools of this machine.
///
/// ```text
/// <scratch>/shipway-build-XXXXXX/
///    inputs/          the declared inputs, laid out as in the project
///    tree/            what a builder collects elsewhere than in the inputs
/// ```
///
/// The scratch folder should be outside of every project: tools look for their settings in the folders above them.
pub struct BuildTools {
    project: PathBuf,
    scratch: PathBuf,
    environment: CallerEnvironment,
    listener: Listener,
    /// The scratch folders of trees that were handed out, each until its function is built again or this goes away.
    handed_out: RefCell<BTreeMap<LogicalName, TempDir>>,
}

impl fmt::Debug for BuildTools {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BuildTools")
            .field("project", &self.project)
            .field("scratch", &self.scratch)
            .finish_non_exhaustive()
    }
}

impl BuildTools {
    /// Builds functions of the project in `project`, in folders of their own below `scratch`.
    #[must_use]
    pub fn new(project: &Path, scratch: &Path, environment: CallerEnvironment) -> Self {
        Self {
            project: project.to_owned(),
            scratch: scratch.to_owned(),
            environment,
            listener: Rc::new(|_, _| {}),
            handed_out: RefCell::default(),
        }
    }

    /// Passes every line that a tool writes to `listener`, as it comes.
    #[must_use]
    pub fn with_listener(self, listener: impl Fn(&LogicalName, &str) + 'static) -> Self {
        Self { listener: Rc::new(listener), ..self }
    }

    async fn prepare(&self, source: &Source) -> Result<TempDir, BuildFailure> {
        let (project, scratch, files) = (self.project.clone(), self.scratch.clone(), source.files.clone());
        let work = move || {
            fs::create_dir_all(&scratch).map_err(|error| failure::io("make", &scratch, &error))?;
            sweep(&scratch);
            let folder = tempfile::Builder::new().prefix(SCRATCH_PREFIX).tempdir_in(&scratch);
            let folder = folder.map_err(|error| failure::io("make a folder in", &scratch, &error))?;
            copy::inputs(&project, &folder.path().join("inputs"), &files)?;
            Ok(folder)
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| failure::broken_off(&error))?
    }
}

fn sweep(scratch: &Path) {
    let Ok(entries) = fs::read_dir(scratch) else { return };
    for entry in entries.flatten() {
        let ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(SCRATCH_PREFIX));
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let age = modified.ok().and_then(|modified| modified.elapsed().ok());
        if ours
            && age.is_some_and(|age| age > ABANDONED_AFTER)
            && let Err(error) = fs::remove_dir_all(entry.path())
        {
            tracing::debug!(path = %entry.path().display(), %error, "an abandoned scratch folder stays");
        }
    }
}

#[async_trait(?Send)]
impl Toolchain for BuildTools {
    async fn build(&self, build: &FunctionBuild, source: &Source) -> Result<BuiltTree, BuildFailure> {
        if let (Builder::Prebuilt { path }, Product::Function) = (&build.builder, build.product) {
            return prebuilt::build(&self.project, build, path);
        }
        // Before the inputs are copied: the limit is on all of it.
        let deadline = Instant::now() + Duration::from_secs(build.timeout_seconds);
        let folder = self.prepare(source).await?;
        let on_line = |line: &str| (self.listener)(&build.function, line);
        let job = Job {
            build,
            source,
            scratch: folder.path().to_owned(),
            state: self.project.join(STATE_FOLDER),
            environment: self.environment.for_tool(&build.variables),
            deadline,
            on_line: &on_line,
        };
        let tree = match &build.builder {
            Builder::Python(settings) => python::build(&job, settings).await?,
            Builder::Node(settings) => node::build(&job, settings).await?,
            Builder::Java(settings) => java::build(&job, settings).await?,
            Builder::Go(settings) => go::build(&job, settings).await?,
            Builder::Rust(settings) => rust::build(&job, settings).await?,
            Builder::Ruby => ruby::build(&job).await?,
            Builder::Command { command, output } => command::build(&job, command, output).await?,
            // What becomes a layer is laid out anew, from inputs that hold still.
            Builder::Prebuilt { path } => prebuilt::build(&folder.path().join("inputs"), build, path)?,
        };
        let tree = match build.product {
            Product::Function => tree,
            Product::Layer { layout } => lay_out(layout, folder.path(), tree).await?,
        };
        self.handed_out.borrow_mut().insert(build.function.clone(), folder);
        Ok(tree)
    }
}
