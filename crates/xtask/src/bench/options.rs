//! What can be asked of the benchmark.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `cargo xtask bench`
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// `full` is what docs/benchmarks.md shows; `small` needs no network and shows only that everything still runs
    #[arg(long, value_enum, default_value_t = Scale::Full)]
    pub(crate) scale: Scale,
    /// Only these jobs
    #[arg(long, value_enum, num_args = 1.., value_name = "NAME")]
    pub(crate) only: Vec<Job>,
    /// How many pairs of what takes seconds; what takes less is run more often (default: 5, at the small scale 1)
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) runs: Option<u32>,
    /// Where the page goes
    #[arg(long, value_name = "FILE", default_value = "docs/benchmarks.md")]
    pub(crate) output: PathBuf,
    /// Where inputs and peers are kept between runs (default: target/bench)
    #[arg(long, value_name = "FOLDER")]
    pub(crate) work: Option<PathBuf>,
    /// A shipway that is built already, with `xtask` and `examples/package_folder` beside it; built if not given
    #[arg(long, value_name = "FILE")]
    pub(crate) shipway: Option<PathBuf>,
    /// The profile to build in (default: release, at the small scale dev)
    #[arg(long, value_name = "NAME", conflicts_with = "shipway")]
    pub(crate) profile: Option<String>,
    /// The day that the page shows (default: today)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) date: Option<String>,
}

/// How large everything is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scale {
    /// As in the goals.
    Full,
    /// As small as it can be.
    Small,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Job {
    /// Packaging with nothing cached.
    Cold,
    /// Packaging again.
    Warm,
    /// What changed in many functions.
    Changes,
    /// Starting.
    Start,
    /// Deploying one large function.
    Deploy,
    /// Deploying many functions under Lambda's rates.
    Many,
    /// Whole commands of other tools.
    Commands,
    /// Memory.
    Memory,
}

impl Job {
    /// As it is spelled on the command line.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

impl Options {
    /// What is to be measured, in the page's order.
    pub(crate) fn jobs(&self) -> impl Iterator<Item = Job> {
        let is_wanted = |job: &Job| self.only.is_empty() || self.only.contains(job);
        Job::value_variants().iter().copied().filter(is_wanted)
    }

    /// How many pairs of what takes seconds.
    pub(crate) fn runs(&self) -> u32 {
        self.runs.unwrap_or(match self.scale {
            Scale::Full => 5,
            Scale::Small => 1,
        })
    }

    /// The profile to build in.
    pub(crate) fn profile(&self) -> &str {
        self.profile.as_deref().unwrap_or(match self.scale {
            Scale::Full => "release",
            Scale::Small => "dev",
        })
    }
}
