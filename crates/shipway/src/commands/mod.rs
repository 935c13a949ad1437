//! The commands, one file each: settle the settings, run the operation, write the answer.

mod adopt;
mod build;
mod cancel;
mod completions;
mod config;
mod contract;
mod deploy;
mod doctor;
mod history;
mod init;
mod inspect;
mod invoke;
mod layers;
mod local;
mod logs;
mod notify;
mod plan;
mod prune;
mod reconcile;
mod rollback;
mod run_report;
mod status;
mod terraform;
mod wording;

use std::future::Future;

use shipway_core::build_cache::{CacheAccess, cache_access};
use shipway_core::configuration::{
    Origin, OutputFormat, ResolvedEnvironment, RunSettings, choose_environment, resolve, resolve_run,
};
use shipway_core::exit::ExitCode;
use shipway_engine::budget::BudgetedHousekeeping;
use shipway_engine::context::{Environment, Ports};
use tokio::signal::unix::{SignalKind, signal};

use crate::arguments::{Command, ConfigCommand, EnvironmentArguments, LayersCommand, LocalCommand, TerraformCommand};
use crate::connection::Connection;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::{Format, Printer};
use crate::project::Project;
use crate::reporter::{Explanations, TerminalReporter};
use crate::request::{self, Selection};

pub(crate) use wording::explanation_lines;

/// Runs a command.
pub(crate) fn run(command: Command, invocation: &Invocation, printer: &Printer) -> Result<ExitCode, Failure> {
    // A format that makes no sense is said before anything else is done.
    let run_settings = resolve_run(&invocation.layers(&EnvironmentArguments::default()))?;
    debug_assert_eq!(run_settings.format == OutputFormat::Json, printer.format() == Format::Json);
    match command {
        Command::Init(arguments) => init::run(&arguments, invocation, printer),
        Command::Plan(arguments) => plan::run(&arguments, invocation, printer),
        Command::Build(arguments) => build::run(&arguments, invocation, printer),
        Command::Deploy(arguments) => deploy::run(&arguments, invocation, printer),
        Command::Adopt(arguments) => adopt::run(&arguments, invocation, printer),
        Command::Rollback(arguments) => rollback::run(&arguments, invocation, printer),
        Command::Doctor(arguments) => doctor::run(&arguments, invocation, printer),
        Command::Prune(arguments) => prune::run(&arguments, invocation, printer),
        Command::Reconcile(arguments) => reconcile::run(&arguments, invocation, printer),
        Command::Cancel(arguments) => cancel::run(&arguments, invocation, printer),
        Command::Status(arguments) => status::run(&arguments, invocation, printer),
        Command::History(arguments) => history::run(&arguments, invocation, printer),
        Command::Invoke(arguments) => invoke::run(&arguments, invocation, printer),
        Command::Logs(arguments) => logs::run(&arguments, invocation, printer),
        Command::Layers(LayersCommand::Publish(arguments)) => layers::publish(&arguments, invocation, printer),
        Command::Layers(LayersCommand::List(arguments)) => layers::list(&arguments, invocation, printer),
        Command::Contract(arguments) => contract::run(&arguments, invocation, printer),
        Command::Terraform(TerraformCommand::Init(arguments)) => terraform::init(&arguments, invocation, printer),
        Command::Terraform(TerraformCommand::Check(arguments)) => terraform::check(&arguments, invocation, printer),
        Command::Inspect(arguments) => inspect::run(&arguments, invocation, printer),
        Command::Config(ConfigCommand::Show(arguments)) => config::show(&arguments, invocation, printer),
        Command::Config(ConfigCommand::Schema) => config::schema(printer),
        Command::Local(LocalCommand::Serve(arguments)) => local::serve(&arguments, invocation, printer),
        Command::Completions(arguments) => completions::run(&arguments, printer),
        Command::Supervise(_) => unreachable!("main starts the supervisor before anything is read"),
    }
}

/// A project and one of its environments, settled.
pub(crate) struct Settled {
    pub(crate) project: Project,
    pub(crate) resolved: ResolvedEnvironment,
    run: RunSettings,
    cache: CacheAccess,
    explanations: Explanations,
}

impl Settled {
    /// Reads the project and settles the environment that flags, variables or the branch name.
    pub(crate) fn find(arguments: &EnvironmentArguments, invocation: &Invocation) -> Result<Self, Failure> {
        let project = Project::find(&invocation.directory)?;
        let layers = invocation.layers(arguments);
        let (name, _) = choose_environment(&project.configuration, &layers)?;
        let resolved = resolve(&project.configuration, &layers, &name)?;
        let run = resolve_run(&layers)?;
        let cache = cache_access(&resolved, layers.place, layers.branch.as_deref());
        Ok(Self { project, resolved, run, cache, explanations: Explanations::Untold })
    }

    /// Tells why functions are built, if `--explain` asks for it.
    pub(crate) fn explaining(self, explain: bool) -> Self {
        let explanations = if explain { Explanations::Told } else { Explanations::Untold };
        Self { explanations, ..self }
    }

    /// The engine's view of the selected functions.
    pub(crate) fn request(&self, functions: &[String]) -> Result<Environment, Failure> {
        let selection = Selection::of(functions);
        request::environment(&self.project, &self.resolved, &selection, self.run.concurrency, self.cache)
    }

    /// The engine's view of the selected layers, with all functions that are switched on: some of them want the layers.
    pub(crate) fn layers_request(&self, layers: &[String]) -> Result<Environment, Failure> {
        request::layers_environment(&self.project, &self.resolved, layers, self.run.concurrency, self.cache)
    }

    /// A variable that CI systems set, AWS_REGION above all, wins over the file: nobody should have to guess that.
    fn tell_overridden(&self, printer: &Printer) {
        for setting in self.resolved.explain() {
            if let (Some(overridden), Origin::Variable(_)) = (&setting.overridden, &setting.origin) {
                let (key, value, origin) = (&setting.key, &setting.value, &setting.origin);
                let (file, line) = (&overridden.value, overridden.line);
                printer
                    .warning(&format!("{key} is {value}, by {origin}; line {line} of the configuration says {file}"));
            }
        }
    }

    /// Connects to whatever the environment is on and runs `work` with the engine's ports.
    pub(crate) fn with_ports<T>(
        &self,
        invocation: &Invocation,
        printer: &Printer,
        work: impl AsyncFnOnce(&Ports<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.with_housekeeping(invocation, printer, async |ports, _| work(ports).await)
    }

    /// The same, with the ports that look closely and delete versions beside them.
    pub(crate) fn with_housekeeping<T>(
        &self,
        invocation: &Invocation,
        printer: &Printer,
        work: impl AsyncFnOnce(&Ports<'_>, &BudgetedHousekeeping<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        block_on(async {
            let connection = Connection::open(&self.project, &self.resolved, invocation, self.run.threads).await?;
            let reporter = TerminalReporter::new(printer, self.explanations);
            self.tell_overridden(printer);
            let done = unless_interrupted(connection.with_housekeeping(&reporter, work)).await;
            connection.close().await;
            done
        })
    }
}

/// Ends `work` early when somebody wants this process to end: what it started (a build tool, a function) is ended with
/// it, and what it has done so far is in the ledger, from where the next run goes on.
async fn unless_interrupted<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let failed = |source: std::io::Error| Failure::Embedded(Box::new(source));
    let mut interrupted = signal(SignalKind::interrupt()).map_err(failed)?;
    let mut terminated = signal(SignalKind::terminate()).map_err(failed)?;
    tokio::select! {
        done = work => done,
        _ = interrupted.recv() => Err(Failure::Interrupted),
        _ = terminated.recv() => Err(Failure::Interrupted),
    }
}

/// Runs a future to its end on a runtime of its own.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    // The embedded Lambda works beside the engine in the same process: two threads let them.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        // Work on files is handed to these; five hundred of them, tokio's default, cost more than the work.
        .max_blocking_threads(16)
        .enable_all()
        .build()
        .map_err(|source| Failure::Embedded(Box::new(source)))?;
    let done = runtime.block_on(work);
    // Whatever still blocks a thread (a build tool's output, say) is not waited for.
    runtime.shutdown_background();
    done
}
