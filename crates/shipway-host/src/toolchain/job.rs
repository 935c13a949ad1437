//! One build in its scratch folder, as its builder sees it: where the inputs are, and how to run a tool.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use shipway_core::build::{FunctionBuild, Source};
use shipway_engine::ports::BuildFailure;

use crate::failure;
use crate::process::{self, Input, OnLine, ToolCall, ToolOutput};
use crate::sources::within_project;

/// One build.
pub(super) struct Job<'a> {
    pub(super) build: &'a FunctionBuild,
    pub(super) source: &'a Source,
    pub(super) scratch: PathBuf,
    /// This machine's own folder for the project, which stays when the build is done.
    pub(super) state: PathBuf,
    pub(super) environment: BTreeMap<OsString, OsString>,
    pub(super) deadline: Instant,
    pub(super) on_line: OnLine<'a>,
}

impl fmt::Debug for Job<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Job").field("build", self.build).field("scratch", &self.scratch).finish_non_exhaustive()
    }
}

impl Job<'_> {
    /// The copy of the function's folder.
    pub(super) fn folder(&self) -> PathBuf {
        self.scratch.join("inputs").join(self.folder_name())
    }

    /// The function's folder, relative to the project's, as the inputs' paths spell it.
    pub(super) fn folder_name(&self) -> String {
        within_project(&self.build.folder).unwrap_or_default()
    }

    /// The copy of the input that is called `path` relative to the function's folder. A path out of the project leads
    /// nowhere.
    pub(super) fn input(&self, path: &str) -> PathBuf {
        let whole = within_project(&self.shown(path)).unwrap_or_else(|| "nowhere".to_owned());
        self.scratch.join("inputs").join(whole)
    }

    /// A file of the function's folder, relative to it, as text; `None` if there is none.
    pub(super) fn read(&self, path: &str) -> Result<Option<String>, BuildFailure> {
        let whole = self.input(path);
        if !whole.is_file() {
            return Ok(None);
        }
        let text = fs::read_to_string(&whole);
        text.map(Some).map_err(|error| failure::input(format!("`{}` cannot be read: {error}", self.shown(path)), &[]))
    }

    /// Whether the function's folder holds this file.
    pub(super) fn has(&self, path: &str) -> bool {
        self.folder().join(path).is_file()
    }

    /// A path in the function's folder as the user knows it.
    pub(super) fn shown(&self, path: &str) -> String {
        let folder = self.folder_name();
        if folder.is_empty() || path.starts_with('/') { path.to_owned() } else { format!("{folder}/{path}") }
    }

    /// Every program of that name on the PATH, in its order.
    pub(super) fn find_all(&self, tool: &str) -> Vec<PathBuf> {
        process::find_all(tool, &self.environment)
    }

    /// The tool, if it is on the PATH.
    pub(super) fn find(&self, tool: &str) -> Option<PathBuf> {
        process::find(tool, &self.environment)
    }

    /// The tool, or a failure that names it and says how to get it.
    pub(super) fn need(&self, tool: &str, how_to_get_it: &str) -> Result<PathBuf, BuildFailure> {
        self.find(tool).ok_or_else(|| {
            let function = &self.build.function;
            failure::input(format!("`{tool}` is needed to build `{function}`, and is not on PATH"), &[how_to_get_it])
        })
    }

    /// Runs a tool in the copy of the function's folder.
    pub(super) async fn run<A: Into<OsString>>(
        &self,
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<ToolOutput, BuildFailure> {
        self.run_with(program, arguments, &self.environment).await
    }

    /// Runs a tool in the copy of the function's folder, with other variables.
    pub(super) async fn run_with<A: Into<OsString>>(
        &self,
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
        environment: &BTreeMap<OsString, OsString>,
    ) -> Result<ToolOutput, BuildFailure> {
        self.run_in(&self.folder(), program, arguments, environment).await
    }

    /// Runs a tool in a folder of the inputs, with other variables.
    pub(super) async fn run_in<A: Into<OsString>>(
        &self,
        folder: &Path,
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
        environment: &BTreeMap<OsString, OsString>,
    ) -> Result<ToolOutput, BuildFailure> {
        self.call(folder, program, arguments, environment, self.on_line).await
    }

    /// Runs a tool to ask it something; nobody hears what it says.
    pub(super) async fn ask(&self, program: &Path, arguments: &[&str]) -> Result<String, BuildFailure> {
        self.ask_in(&self.folder(), program, arguments).await
    }

    /// The same in another folder of the scratch copy.
    pub(super) async fn ask_in(
        &self,
        folder: &Path,
        program: &Path,
        arguments: &[&str],
    ) -> Result<String, BuildFailure> {
        let output = self.call(folder, program, arguments.iter().copied(), &self.environment, &|_| {}).await?;
        Ok(output.0.trim().to_owned())
    }

    /// Asks a tool something, with other variables.
    pub(super) async fn ask_with(
        &self,
        program: &Path,
        arguments: &[&str],
        environment: &BTreeMap<OsString, OsString>,
    ) -> Result<String, BuildFailure> {
        let folder = self.folder();
        let output = self.call(&folder, program, arguments.iter().copied(), environment, &|_| {}).await?;
        Ok(output.0.trim().to_owned())
    }

    async fn call<A: Into<OsString>>(
        &self,
        folder: &Path,
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
        environment: &BTreeMap<OsString, OsString>,
        on_line: OnLine<'_>,
    ) -> Result<ToolOutput, BuildFailure> {
        let call = ToolCall {
            program: program.to_owned(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            folder,
            environment,
            input: Input::Nothing,
            deadline: self.deadline,
            on_line,
        };
        call.run().await
    }
}
