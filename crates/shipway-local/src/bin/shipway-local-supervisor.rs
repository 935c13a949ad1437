//! The supervisor as a program of its own, for this crate's tests. Users get it as a hidden subcommand of `shipway`.

use std::process::ExitCode;

fn main() -> ExitCode {
    shipway_local::supervisor::supervise(std::env::args_os().skip(1))
}
