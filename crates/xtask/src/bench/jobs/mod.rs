//! What is measured, job by job. A job makes its contests whatever happens: what could not be measured says why.

mod changes;
mod cold;
mod commands;
mod deploy;
mod deploy_many;
mod memory;
mod project;
mod start;
mod warm;
mod zip_facts;

use super::options::Job;
use super::report::Contest;
use super::workshop::Workshop;
use crate::failure::Failure;
use crate::terminal::with_causes;

/// The row whose reads before the upload are counted.
pub(crate) const DEPLOY_TITLE: &str = deploy::TITLE;

/// Every row that a whole run makes, in order.
pub(crate) const TITLES: &[&str] = &[
    cold::PY,
    cold::NODE,
    cold::BOOTSTRAP,
    warm::PY_UNCHANGED,
    warm::PY_CHANGED,
    warm::NODE_UNCHANGED,
    warm::NODE_CHANGED,
    changes::TITLE,
    start::TITLE,
    DEPLOY_TITLE,
    deploy::UNCHANGED,
    deploy_many::TITLE,
    commands::BUILD,
    commands::DEPLOY,
    memory::TITLE,
];

/// Runs a job.
pub(crate) fn run(job: Job, workshop: &Workshop) -> Vec<Contest> {
    match job {
        Job::Cold => cold::run(workshop),
        Job::Warm => warm::run(workshop),
        Job::Changes => vec![changes::run(workshop)],
        Job::Start => vec![start::run(workshop)],
        Job::Deploy => deploy::run(workshop),
        Job::Many => vec![deploy_many::run(workshop)],
        Job::Commands => commands::run(workshop),
        Job::Memory => vec![memory::run(workshop)],
    }
}

/// A contest that `measure` fills; what stops it becomes the reason why Shipway was not measured.
fn contest(
    workshop: &Workshop,
    title: &str,
    explanation: &str,
    measure: impl FnOnce(&mut Contest) -> Result<(), Failure>,
) -> Contest {
    let mut contest = Contest::new(title, explanation);
    if let Err(failure) = measure(&mut contest) {
        contest.ours = Err(workshop.without_paths(&with_causes(&failure)));
    }
    contest
}
