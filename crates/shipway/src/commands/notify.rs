//! Tells the environment's commands what became of each function in a run. That one fails is a warning, and changes nothing
//! about how the run ends.

use std::time::Duration;

use futures::StreamExt as _;
use serde_json::{Value, json};
use shipway_core::configuration::ResolvedEnvironment;
use shipway_core::notification::Notification;
use shipway_engine::operations::{FunctionReport, RunReport};
use shipway_host::{CallerEnvironment, Notifier};

use super::Settled;
use super::run_report::function_data;
use crate::invocation::Invocation;
use crate::output::Printer;

/// How long one command may take.
const LIMIT: Duration = Duration::from_secs(60);
/// How many run at the same time.
const AT_ONCE: usize = 8;

/// Tells of every function of a run.
pub(crate) async fn tell_all(settled: &Settled, report: &RunReport, invocation: &Invocation, printer: &Printer) {
    tell(settled, report.functions.iter(), invocation, printer).await;
}

/// Tells of these functions of a run.
pub(crate) async fn tell(
    settled: &Settled,
    functions: impl Iterator<Item = &FunctionReport>,
    invocation: &Invocation,
    printer: &Printer,
) {
    let environment = &settled.resolved;
    if environment.notify.is_empty() {
        return;
    }
    let caller = CallerEnvironment::new(invocation.environment.clone());
    let notifier = Notifier::new(&settled.project.folder, caller);
    let due: Vec<(&Notification, Vec<u8>, &FunctionReport)> = functions
        .filter_map(|function| Some((function, function.outcome.occasion()?)))
        .flat_map(|(function, occasion)| {
            let wanted = environment.notify.iter().filter(move |notification| notification.is_about(occasion));
            wanted.map(move |notification| (notification, message(environment, function), function))
        })
        .collect();
    let runs = due.iter().map(|(notification, message, function)| {
        let notifier = &notifier;
        async move { (*function, *notification, notifier.tell(&notification.command, message, LIMIT).await) }
    });
    let mut done = futures::stream::iter(runs).buffered(AT_ONCE);
    while let Some((function, notification, told)) = done.next().await {
        if let Err(error) = told {
            let command = notification.command.first().map_or("", String::as_str);
            printer.warning(&format!("{}: notifying by `{command}` failed: {error}", function.function));
        }
    }
}

/// The function's entry as in the run's own JSON, and where it is.
fn message(environment: &ResolvedEnvironment, function: &FunctionReport) -> Vec<u8> {
    let mut message = function_data(function);
    if let Value::Object(members) = &mut message {
        members.insert("version".to_owned(), json!(1));
        members.insert("project".to_owned(), json!(environment.project));
        members.insert("environment".to_owned(), json!(environment.name));
        members.insert("account".to_owned(), json!(environment.account));
        members.insert("region".to_owned(), json!(environment.region));
    }
    let mut bytes = message.to_string().into_bytes();
    bytes.push(b'\n');
    bytes
}
