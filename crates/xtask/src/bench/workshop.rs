//! What all jobs share: where things are, which tools there are, and what was learned about them on the way.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::binaries::Binaries;
use super::machine;
use super::measuring::{DuelFailure, Entrant, Invocation, alone, duel};
use super::options::{Options, Scale};
use super::report::{Contest, Duel, Entry, Goal, InputFacts, Opponent, Report};
use crate::failure::Failure;
use crate::terminal::{tell, with_causes};

/// Everything that a job needs.
#[derive(Debug)]
pub(crate) struct Workshop {
    /// The repository's root.
    pub(crate) repository: PathBuf,
    /// Where inputs, peers and results are.
    pub(crate) work: PathBuf,
    /// How large everything is.
    pub(crate) scale: Scale,
    /// How many pairs of what takes seconds.
    pub(crate) runs: u32,
    /// What is measured.
    pub(crate) binaries: Binaries,
    inputs: RefCell<BTreeMap<String, InputFacts>>,
    absent: RefCell<BTreeMap<String, String>>,
}

impl Workshop {
    /// Finds the repository, builds what is measured, makes the folders.
    pub(crate) fn set_up(options: &Options) -> Result<Self, Failure> {
        let repository = std::path::absolute(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
            .and_then(std::fs::canonicalize)
            .map_err(Failure::start("the repository"))?;
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository.join("target"), PathBuf::from);
        let work = options.work.clone().unwrap_or_else(|| target.join("bench"));
        let work = std::path::absolute(&work).map_err(Failure::file("finding", &work))?;
        std::fs::create_dir_all(work.join("out")).map_err(Failure::file("creating", &work))?;
        let binaries = Binaries::find(options, &repository)?;
        let (inputs, absent) = (RefCell::default(), RefCell::default());
        Ok(Self { repository, work, scale: options.scale, runs: options.runs(), binaries, inputs, absent })
    }

    /// A folder for a job's results, empty at first.
    pub(crate) fn fresh_folder(&self, name: &str) -> Result<PathBuf, Failure> {
        let folder = self.work.join("out").join(name);
        super::measuring::remove(&folder)?;
        std::fs::create_dir_all(&folder).map_err(Failure::file("creating", &folder))?;
        Ok(folder)
    }

    /// A committed file of the benchmark's own.
    pub(crate) fn committed(&self, path: &str) -> PathBuf {
        self.repository.join("crates/xtask/peers").join(path)
    }

    /// More runs of what takes less than a second.
    pub(crate) fn many_runs(&self) -> u32 {
        match self.scale {
            Scale::Full => self.runs * 4,
            Scale::Small => self.runs,
        }
    }

    /// Remembers an input for the page.
    pub(crate) fn uses(&self, facts: &InputFacts) {
        self.inputs.borrow_mut().insert(facts.name.clone(), facts.clone());
    }

    /// Remembers that a peer takes no part.
    pub(crate) fn misses(&self, peer: &str, reason: &str) {
        tell(format!("   without {peer}: {reason}"));
        self.absent.borrow_mut().insert(peer.to_owned(), self.without_paths(reason));
    }

    /// A message without the paths of this machine.
    pub(crate) fn without_paths(&self, message: &str) -> String {
        let mut message = message.to_owned();
        for folder in [&self.work, &self.repository] {
            message = message.replace(&format!("{}/", folder.display()), "");
        }
        if let Some(home) = std::env::var("HOME").ok().filter(|home| home.len() > 1) {
            message = message.replace(&home, "~");
        }
        message
    }

    /// Measures Shipway beside one other and puts the result into `contest`.
    pub(crate) fn against(
        &self,
        contest: &mut Contest,
        ours: &mut Entrant<'_>,
        (name, goal): (&str, Option<Goal>),
        theirs: Result<Entrant<'_>, String>,
        runs: u32,
    ) {
        let outcome = match theirs {
            Err(reason) => Err(reason),
            Ok(mut theirs) => {
                tell(format!("   {}: {name}", contest.title));
                match duel(ours, &mut theirs, runs) {
                    Ok(pairs) => Ok(Duel { pairs, zip: None }),
                    Err(DuelFailure::Theirs(failure)) => Err(with_causes(&failure)),
                    Err(DuelFailure::Ours(failure)) => {
                        let reason = self.without_paths(&with_causes(&failure));
                        contest.ours = Err(reason);
                        Err("Shipway failed beside it".to_owned())
                    }
                }
            }
        };
        if let (Ok(duel), Ok(entry)) = (&outcome, &mut contest.ours) {
            entry.samples.extend(&duel.pairs.ours);
        }
        let outcome = outcome.map_err(|reason| self.without_paths(&reason));
        if let Err(reason) = &outcome {
            self.misses(&format!("{name} ({})", contest.title), reason);
        }
        contest.opponents.push(Opponent { name: name.to_owned(), goal, size_goal: None, outcome });
    }

    /// Measures Shipway by itself, if nobody was there to be compared with.
    pub(crate) fn alone_if_nobody_came(&self, contest: &mut Contest, ours: &mut Entrant<'_>, runs: u32) {
        if !contest.ours.as_ref().is_ok_and(|entry| entry.samples.is_empty()) {
            return;
        }
        contest.ours = match alone(ours, runs) {
            Ok(samples) => Ok(Entry { samples, zip: None }),
            Err(failure) => Err(self.without_paths(&with_causes(&failure))),
        };
    }

    /// What all jobs found.
    pub(crate) fn report(&self, options: &Options, contests: Vec<Contest>) -> Result<Report, Failure> {
        let date = options
            .date
            .clone()
            .unwrap_or_else(|| jiff::Timestamp::now().to_string().chars().take("YYYY-MM-DD".len()).collect());
        Ok(Report {
            commit: self.commit()?,
            date,
            scale: match self.scale {
                Scale::Full => "full".to_owned(),
                Scale::Small => "small".to_owned(),
            },
            runs: self.runs,
            machine: machine::facts(self),
            inputs: self.inputs.borrow().values().cloned().collect(),
            contests,
            absent: self.absent.borrow().iter().map(|(peer, reason)| (peer.clone(), reason.clone())).collect(),
            reasons: super::reasons::REASONS,
        })
    }

    fn commit(&self) -> Result<String, Failure> {
        let git = |arguments: &[&str]| {
            let ran = Invocation::new("git", &self.repository).args(arguments.iter().copied()).run()?;
            Ok::<_, Failure>(String::from_utf8_lossy(&ran.output).trim().to_owned())
        };
        let commit = git(&["rev-parse", "HEAD"])?;
        // The page itself may be there from the last run.
        let changes = git(&["status", "--porcelain", "--", ".", ":!docs/benchmarks.md"])?;
        let state = if changes.is_empty() { "" } else { " with changes that are not committed" };
        Ok(format!("`{commit}`{state}"))
    }
}
