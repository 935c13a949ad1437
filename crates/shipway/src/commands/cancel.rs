//! `shipway cancel`: gives up deployments that wait for provisioning.

use shipway_core::exit::ExitCode;
use shipway_engine::operations::{cancel, of_environment};

use super::Settled;
use super::run_report::{self, Whereabouts};
use crate::arguments::CancelArguments;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::Printer;

pub(crate) fn run(
    arguments: &CancelArguments,
    invocation: &Invocation,
    printer: &Printer,
) -> Result<ExitCode, Failure> {
    let settled = Settled::find(&arguments.environment, invocation)?;
    let environment = settled.request(&arguments.functions)?;
    settled.with_ports(invocation, printer, async |ports| {
        let report = cancel(ports, &of_environment(&environment), environment.concurrency).await;
        Ok(run_report::answer(&report, &Whereabouts::of(&environment), printer))
    })
}
