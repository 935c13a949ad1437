//! Runs jobs on several threads and hands their results over in the order of the jobs, in bounded memory.
//!
//! It knows nothing of files or zips. No job is started while the jobs between the oldest unfinished one and it would hold
//! more than the budget, so a slow job cannot let finished ones pile up.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// How many threads to use and how much the results that wait may cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) threads: NonZeroUsize,
    /// In the unit of the jobs' costs. A job that costs more runs alone.
    pub(crate) budget: u64,
}

/// What to do with the jobs.
pub(crate) trait Pipeline: Sync {
    type Job: Sync;
    /// What one thread keeps between jobs.
    type Scratch;
    type Output: Send;

    fn cost(&self, job: &Self::Job) -> u64;
    fn scratch(&self) -> Self::Scratch;
    fn work(&self, scratch: &mut Self::Scratch, job: &Self::Job) -> Self::Output;
}

struct Progress<Output> {
    next_job: usize,
    running_cost: u64,
    finished: BTreeMap<usize, Output>,
    stopped: bool,
}

struct Shared<Output> {
    progress: Mutex<Progress<Output>>,
    room: Condvar,
    result: Condvar,
}

impl<Output> Shared<Output> {
    /// A poisoned lock is taken: the panic that poisoned it is raised again when its thread is joined.
    fn lock(&self) -> MutexGuard<'_, Progress<Output>> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stop(&self) {
        self.lock().stopped = true;
        self.room.notify_all();
        self.result.notify_all();
    }
}

/// Stops all when its thread ends too early: by a panic of a job, or by an error of the consumer.
struct StopOnDrop<'shared, Output>(&'shared Shared<Output>);

impl<Output> Drop for StopOnDrop<'_, Output> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Calls `consume` for each job, in the jobs' order, on the calling thread. Its first error ends all and is returned.
pub(crate) fn run_in_order<P: Pipeline, Error>(
    pipeline: &P,
    jobs: &[P::Job],
    limits: Limits,
    mut consume: impl FnMut(&P::Job, P::Output) -> Result<(), Error>,
) -> Result<(), Error> {
    let progress = Progress { next_job: 0, running_cost: 0, finished: BTreeMap::new(), stopped: false };
    let shared = Shared { progress: Mutex::new(progress), room: Condvar::new(), result: Condvar::new() };
    thread::scope(|scope| {
        let stop = StopOnDrop(&shared);
        let threads = if limits.threads.get() == 1 { 0 } else { limits.threads.get().min(jobs.len()) };
        let started = (0..threads)
            .map(|_| {
                thread::Builder::new().spawn_scoped(scope, || work_through(pipeline, jobs, limits.budget, &shared))
            })
            .filter(Result::is_ok)
            .count();
        // One thread is asked for, or the system gives none: the calling thread does it all.
        if started == 0 {
            let mut scratch = pipeline.scratch();
            return jobs.iter().try_for_each(|job| consume(job, pipeline.work(&mut scratch, job)));
        }
        for (number, job) in jobs.iter().enumerate() {
            let Some(output) = next_result(&shared, number) else {
                break;
            };
            consume(job, output)?;
            shared.lock().running_cost -= pipeline.cost(job);
            shared.room.notify_all();
        }
        drop(stop);
        Ok(())
    })
}

/// Waits for a job's result; `None` when a worker panicked.
fn next_result<Output>(shared: &Shared<Output>, number: usize) -> Option<Output> {
    let mut progress = shared.lock();
    loop {
        if let Some(output) = progress.finished.remove(&number) {
            return Some(output);
        }
        if progress.stopped {
            return None;
        }
        progress = shared.result.wait(progress).unwrap_or_else(PoisonError::into_inner);
    }
}

fn work_through<P: Pipeline>(pipeline: &P, jobs: &[P::Job], budget: u64, shared: &Shared<P::Output>) {
    let guard = StopOnDrop(shared);
    let mut scratch = pipeline.scratch();
    while let Some(number) = take_job(pipeline, jobs, budget, shared) {
        let output = pipeline.work(&mut scratch, &jobs[number]);
        shared.lock().finished.insert(number, output);
        shared.result.notify_one();
    }
    // This thread found nothing more to do; the others may still be at work.
    std::mem::forget(guard);
}

/// The next job, once there is room for it; `None` when there is no more or all was stopped.
fn take_job<P: Pipeline>(pipeline: &P, jobs: &[P::Job], budget: u64, shared: &Shared<P::Output>) -> Option<usize> {
    let mut progress = shared.lock();
    loop {
        let number = progress.next_job;
        let cost = pipeline.cost(jobs.get(number)?);
        if progress.stopped {
            return None;
        }
        if progress.running_cost == 0 || progress.running_cost + cost <= budget {
            progress.next_job += 1;
            progress.running_cost += cost;
            return Some(number);
        }
        progress = shared.room.wait(progress).unwrap_or_else(PoisonError::into_inner);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// Squares numbers; a job's cost is its number. Counts the cost of what is started and not yet consumed.
    struct Square {
        held: AtomicU64,
        most_held: AtomicU64,
        panic_at: Option<u64>,
    }

    impl Square {
        fn new() -> Self {
            Self { held: AtomicU64::new(0), most_held: AtomicU64::new(0), panic_at: None }
        }
    }

    impl Pipeline for Square {
        type Job = u64;
        type Scratch = ();
        type Output = u64;

        fn cost(&self, job: &u64) -> u64 {
            *job
        }

        fn scratch(&self) {}

        fn work(&self, (): &mut (), job: &u64) -> u64 {
            assert_ne!(self.panic_at, Some(*job), "told to panic");
            let held = self.held.fetch_add(*job, Ordering::SeqCst) + job;
            self.most_held.fetch_max(held, Ordering::SeqCst);
            job * job
        }
    }

    fn limits(threads: usize, budget: u64) -> Limits {
        Limits { threads: NonZeroUsize::new(threads).unwrap(), budget }
    }

    #[test]
    fn results_come_in_order_within_the_budget() {
        let jobs: Vec<u64> = (1..=300).map(|number| number * 7 % 50 + 1).collect();
        for threads in [1, 2, 7] {
            let square = Square::new();
            let mut results = Vec::new();
            run_in_order(&square, &jobs, limits(threads, 60), |job, output| {
                square.held.fetch_sub(*job, Ordering::SeqCst);
                results.push(output);
                Ok::<(), ()>(())
            })
            .unwrap();
            assert_eq!(results, jobs.iter().map(|job| job * job).collect::<Vec<_>>());
            assert!(square.most_held.load(Ordering::SeqCst) <= 60);
        }
    }

    #[test]
    fn a_job_above_the_budget_runs_alone() {
        let square = Square::new();
        let mut consumed = 0;
        run_in_order(&square, &[500, 600, 700], limits(3, 10), |job, _| {
            square.held.fetch_sub(*job, Ordering::SeqCst);
            consumed += 1;
            Ok::<(), ()>(())
        })
        .unwrap();
        assert_eq!(consumed, 3);
        assert_eq!(square.most_held.load(Ordering::SeqCst), 700);
    }

    #[test]
    fn the_consumers_error_ends_all() {
        let jobs: Vec<u64> = (1..=1000).collect();
        for threads in [1, 4] {
            let result = run_in_order(&Square::new(), &jobs, limits(threads, u64::MAX), |job, _| {
                if *job == 5 { Err("five") } else { Ok(()) }
            });
            assert_eq!(result, Err("five"));
        }
    }

    #[test]
    fn a_panic_of_a_job_is_passed_on_and_not_waited_for() {
        let jobs: Vec<u64> = (1..=100).collect();
        for threads in [1, 4] {
            let square = Square { panic_at: Some(50), ..Square::new() };
            let run = std::panic::AssertUnwindSafe(|| {
                run_in_order(&square, &jobs, limits(threads, 100), |_, _| Ok::<(), ()>(()))
            });
            assert!(std::panic::catch_unwind(run).is_err());
        }
    }
}
