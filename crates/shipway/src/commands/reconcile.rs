//! `shipway reconcile`: finishes what is held, and brings changed configurations to the callers.
//!
//! With a `shipway.toml` for its environment; with `--store` and none, for everything that the store knows.

use std::collections::BTreeMap;
use std::time::Duration;

use shipway_core::configuration::Provider;
use shipway_core::exit::ExitCode;
use shipway_core::plan::Restore;
use shipway_core::target_name::TargetName;
use shipway_engine::context::Ports;
use shipway_engine::operations::{ReconcileOptions, ReconcileTarget, RunReport, of_environment, of_store, reconcile};
use shipway_engine::ports::Head;

use super::run_report::{self, Whereabouts};
use super::{Settled, block_on, notify, unless_interrupted};
use crate::arguments::ReconcileArguments;
use crate::connection::{Connection, StoreAlone};
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::Printer;
use crate::project::Project;
use crate::reporter::{Explanations, TerminalReporter};

/// Between two looks of `--watch`.
const WATCH_PAUSE: Duration = Duration::from_secs(30);
/// How many targets at the same time, where no configuration says.
const CONCURRENCY: usize = 8;

pub(crate) fn run(
    arguments: &ReconcileArguments,
    invocation: &Invocation,
    printer: &Printer,
) -> Result<ExitCode, Failure> {
    let code = match &arguments.environment.store {
        Some(store) if !Project::is_at(&invocation.directory) => by_store(store, arguments, invocation, printer)?,
        _ => by_checkout(arguments, invocation, printer)?,
    };
    Ok(if code == ExitCode::Held && arguments.held_ok { ExitCode::Done } else { code })
}

fn by_checkout(
    arguments: &ReconcileArguments,
    invocation: &Invocation,
    printer: &Printer,
) -> Result<ExitCode, Failure> {
    let settled = Settled::find(&arguments.environment, invocation)?;
    let environment = settled.request(&arguments.functions)?;
    let whereabouts = Whereabouts::of(&environment, settled.resolved.provider);
    let options = options(arguments, environment.concurrency);
    settled.with_ports(invocation, printer, async |ports| {
        shipway_engine::operations::check_account(ports, &environment.account).await?;
        let targets = of_environment(&environment);
        // Where there is no repository, nothing is known of branches, and nothing else is missing.
        let head = ports.git.head().await.ok();
        let mut told: BTreeMap<TargetName, String> = BTreeMap::new();
        watching(ports, &targets, head.as_ref(), (&options, arguments.watch), async |report| {
            let code = run_report::answer(report, &whereabouts, printer);
            // What was so before somebody was told already.
            let news = report.functions.iter().filter(|function| {
                let now = format!("{:?}", function.outcome);
                told.insert(function.function.clone(), now.clone()) != Some(now)
            });
            notify::tell(&settled, news, invocation, printer).await;
            code
        })
        .await
    })
}

fn by_store(
    store: &str,
    arguments: &ReconcileArguments,
    invocation: &Invocation,
    printer: &Printer,
) -> Result<ExitCode, Failure> {
    let options = options(arguments, CONCURRENCY);
    block_on(async {
        let alone = StoreAlone { url: store, flags: &arguments.environment, kms_key: arguments.kms_key.as_deref() };
        let connection = Connection::open_store(&alone, invocation).await?;
        let reporter = TerminalReporter::new(printer, Explanations::Untold);
        let work = connection.with_ports(&reporter, async |ports| {
            let targets = chosen(of_store(ports).await?, arguments);
            let Some(whereabouts) = whereabouts(&targets) else {
                printer.status(&format!("nothing in {store} is known to have been deployed"));
                return Ok(ExitCode::Done);
            };
            one_place(&targets, &whereabouts, arguments)?;
            shipway_engine::operations::check_account(ports, &whereabouts.account).await?;
            watching(ports, &targets, None, (&options, arguments.watch), async |report| {
                run_report::answer(report, &whereabouts, printer)
            })
            .await
        });
        let done = unless_interrupted(work).await;
        connection.close().await;
        done
    })
}

fn options(arguments: &ReconcileArguments, concurrency: usize) -> ReconcileOptions {
    let restore = if arguments.restore { Restore::Yes } else { Restore::No };
    ReconcileOptions { restore, concurrency }
}

/// The named targets, or all; of the named environment, or of all.
fn chosen(targets: Vec<ReconcileTarget>, arguments: &ReconcileArguments) -> Vec<ReconcileTarget> {
    let environment = arguments.environment.environment.as_deref();
    let names = &arguments.functions;
    let is_meant = |target: &ReconcileTarget| {
        let assignment = &target.assignment;
        let name = assignment.name.to_string();
        environment.is_none_or(|wanted| assignment.environment.as_str() == wanted)
            && (names.is_empty()
                || names.iter().any(|wanted| *wanted == name || *wanted == *assignment.name.function().as_str()))
    };
    targets.into_iter().filter(is_meant).collect()
}

/// Where the targets are; the environment only if it is the same for all.
fn whereabouts(targets: &[ReconcileTarget]) -> Option<Whereabouts> {
    let first = &targets.first()?.assignment;
    let same = targets.iter().all(|target| target.assignment.environment == first.environment);
    Some(Whereabouts {
        environment: same.then(|| first.environment.clone()),
        account: first.target.account.clone(),
        region: first.target.region.clone(),
        provider: Provider::Aws,
    })
}

/// One connection leads to one account and region.
fn one_place(
    targets: &[ReconcileTarget],
    whereabouts: &Whereabouts,
    arguments: &ReconcileArguments,
) -> Result<(), Failure> {
    let elsewhere = targets
        .iter()
        .map(|target| &target.assignment.target)
        .find(|target| target.account != whereabouts.account || target.region != whereabouts.region);
    if let Some(target) = elsewhere {
        let (account, region) = (&whereabouts.account, &whereabouts.region);
        return Err(Failure::usage(
            format!("the store holds targets of {account} in {region} and of {} in {}", target.account, target.region),
            "`--env NAME` chooses those of one environment",
        ));
    }
    match &arguments.environment.region {
        Some(region) if *region != whereabouts.region.to_string() => Err(Failure::usage(
            format!("the targets are in {}, and --region says {region}", whereabouts.region),
            format!("say `--region {}`", whereabouts.region),
        )),
        _ => Ok(()),
    }
}

/// Once, or again and again; how the last run ended.
async fn watching(
    ports: &Ports<'_>,
    targets: &[ReconcileTarget],
    head: Option<&Head>,
    (options, watch): (&ReconcileOptions, bool),
    mut answer: impl AsyncFnMut(&RunReport) -> ExitCode,
) -> Result<ExitCode, Failure> {
    let mut told: Option<String> = None;
    loop {
        let report = reconcile(ports, targets, head, options).await;
        // The same again is not worth a line, every half minute through the night.
        let now = format!("{:?}", report.functions.iter().map(|function| &function.outcome).collect::<Vec<_>>());
        let code = if told.as_ref() == Some(&now) { report.exit_code() } else { answer(&report).await };
        if !watch {
            return Ok(code);
        }
        told = Some(now);
        ports.clock.sleep(WATCH_PAUSE).await;
    }
}
