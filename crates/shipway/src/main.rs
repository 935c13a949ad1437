//! The program `shipway`. Everything is in the library of the same name; this ends the process with its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    shipway::run()
}
