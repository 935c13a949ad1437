//! `cargo xtask bench`: makes the inputs, runs the peers beside Shipway in the same run, pair by pair, and writes the
//! page. Times are told, never asserted: a run fails only when Shipway itself could not do a job.

mod binaries;
mod inputs;
mod jobs;
mod lambda_server;
mod machine;
mod measuring;
mod moto;
mod options;
mod page;
mod peers;
mod reasons;
mod recorder;
mod report;
mod statistics;
mod workshop;

use std::path::Path;

pub(crate) use options::Options;

use self::workshop::Workshop;
use crate::failure::Failure;
use crate::terminal::tell;

/// Runs the jobs and writes the page.
///
/// # Errors
/// When something could not be prepared, or Shipway could not do a job. The page is written in the second case too.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let workshop = Workshop::set_up(options)?;
    let mut contests = Vec::new();
    for job in options.jobs() {
        tell(format!("== {}", job.name()));
        contests.extend(jobs::run(job, &workshop));
    }
    let report = workshop.report(options, contests)?;
    let text = page::page(&report);
    std::fs::write(&options.output, &text).map_err(Failure::file("writing", &options.output))?;
    tell(format!("wrote {}", options.output.display()));
    let mut failures = report.failures();
    if options.only.is_empty() {
        failures.extend(page::lacking(&text, jobs::TITLES).into_iter().map(|title| format!("no row for {title}")));
    }
    if failures.is_empty() {
        return Ok(());
    }
    Err(Failure::Unexpected(format!("not everything could be measured:\n  {}", failures.join("\n  "))))
}

/// Whether a page has a row for each job.
///
/// # Errors
/// When one is not there, or the page cannot be read.
pub(crate) fn check_page(path: &Path) -> Result<(), Failure> {
    let text = std::fs::read_to_string(path).map_err(Failure::file("reading", path))?;
    let lacking = page::lacking(&text, jobs::TITLES);
    if lacking.is_empty() {
        tell(format!("{} has all {} rows", path.display(), jobs::TITLES.len()));
        return Ok(());
    }
    Err(Failure::Unexpected(format!("{} lacks: {}", path.display(), lacking.join(", "))))
}
