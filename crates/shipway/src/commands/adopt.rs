//! `shipway adopt`: record what runs already.

use shipway_core::exit::ExitCode;
use shipway_engine::operations::adopt;

use super::Settled;
use super::run_report::{self, Whereabouts};
use crate::arguments::AdoptArguments;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::Printer;

pub(crate) fn run(arguments: &AdoptArguments, invocation: &Invocation, printer: &Printer) -> Result<ExitCode, Failure> {
    let settled = Settled::find(&arguments.environment, invocation)?;
    let environment = settled.request(&arguments.functions)?;
    settled.with_ports(invocation, printer, async |ports| {
        Ok(run_report::answer(&adopt(ports, &environment).await?, &Whereabouts::of(&environment), printer))
    })
}
