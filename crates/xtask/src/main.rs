//! The repository's own commands, run as `cargo xtask COMMAND`. What they look at they run as processes: nothing of
//! Shipway is linked in here, and nothing here ships.

mod bench;
mod failure;
mod terminal;
mod walk;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The repository's own commands.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measure Shipway beside its peers and write docs/benchmarks.md
    Bench(bench::Options),
    /// Say which rows a page of `bench` lacks; fails when there is one
    CheckBenchmarks {
        /// The page
        page: PathBuf,
    },
    /// Walk a folder and look at every file's metadata: what `bench` measures a warm package against
    Walk {
        /// The folder
        folder: PathBuf,
        /// With more than one the walk is the `ignore` crate's
        #[arg(long, default_value_t = 1)]
        threads: usize,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Bench(options) => bench::run(&options),
        Command::CheckBenchmarks { page } => bench::check_page(&page),
        Command::Walk { folder, threads } => walk::walk(&folder, threads),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal::failed(&failure);
            ExitCode::FAILURE
        }
    }
}
