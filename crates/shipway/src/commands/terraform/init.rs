//! `shipway terraform init`

use shipway_core::exit::ExitCode;

use crate::arguments::TerraformInitArguments;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::Printer;

pub(crate) fn run(
    _arguments: &TerraformInitArguments,
    _invocation: &Invocation,
    _printer: &Printer,
) -> Result<ExitCode, Failure> {
    Ok(ExitCode::Usage)
}
