//! What was measured, as data. Whether a goal is reached is decided here; nothing is measured and nothing written.

use super::statistics::{Pairs, Sample, Spread, walls};

/// Everything that a page says.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Report {
    /// The commit that was measured, and whether the work tree was clean.
    pub(crate) commit: String,
    /// The day, as it was passed in or read from the clock.
    pub(crate) date: String,
    /// `full` or `small`.
    pub(crate) scale: String,
    /// How many pairs were taken of what takes long.
    pub(crate) runs: u32,
    /// Name and value: processor, memory, kernel, tools.
    pub(crate) machine: Vec<(String, String)>,
    /// What was worked on.
    pub(crate) inputs: Vec<InputFacts>,
    /// What was compared.
    pub(crate) contests: Vec<Contest>,
    /// Peers that took no part, and why.
    pub(crate) absent: Vec<(String, String)>,
    /// Why goals are missed, as far as that was found by profiling.
    pub(crate) reasons: &'static [Reason],
}

/// Why a goal is missed when it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reason {
    /// The contest.
    pub(crate) title: &'static str,
    /// How the goal begins.
    pub(crate) goal: &'static str,
    /// A sentence.
    pub(crate) why: &'static str,
}

/// One input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InputFacts {
    /// `py` …
    pub(crate) name: String,
    /// How it is made.
    pub(crate) what: String,
    /// How many files.
    pub(crate) files: u64,
    /// How many bytes in all.
    pub(crate) bytes: u64,
}

/// One job: Shipway alone or beside others.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Contest {
    /// A row of the page: always there, whatever became of it.
    pub(crate) title: String,
    /// What exactly was run, in a sentence or two.
    pub(crate) explanation: String,
    /// All runs of Shipway's, in the order in which they were taken; or why there are none.
    pub(crate) ours: Result<Entry, String>,
    /// The others.
    pub(crate) opponents: Vec<Opponent>,
    /// Single figures, such as a count or a peak.
    pub(crate) figures: Vec<Figure>,
}

/// What Shipway did.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Entry {
    /// The runs.
    pub(crate) samples: Vec<Sample>,
    /// What it made, where it makes something.
    pub(crate) zip: Option<ZipFacts>,
}

/// Somebody to be compared with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Opponent {
    /// Name and arguments, short.
    pub(crate) name: String,
    /// The goal beside it.
    pub(crate) goal: Option<Goal>,
    /// A second goal: the most that Shipway's zip may be, as a part of this one's.
    pub(crate) size_goal: Option<f64>,
    /// What was measured, or why nothing was.
    pub(crate) outcome: Result<Duel, String>,
}

/// Shipway and one other, in turn.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Duel {
    /// The runs.
    pub(crate) pairs: Pairs,
    /// What the other made.
    pub(crate) zip: Option<ZipFacts>,
}

/// A zip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ZipFacts {
    /// Its size.
    pub(crate) bytes: u64,
    /// How many entries its directory has.
    pub(crate) entries: u32,
}

/// A goal that is a ratio of wall times.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Goal {
    /// The other takes at least this many times as long.
    TimesFaster(f64),
    /// Shipway takes at most this part of the other's time.
    AtMost(f64),
}

/// A figure of Shipway's alone.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Figure {
    /// What it is.
    pub(crate) name: String,
    /// How much, or why that is not known.
    pub(crate) value: Result<f64, String>,
    /// ` ms`, ` MB`, or nothing for a count.
    pub(crate) unit: &'static str,
    /// The most that it should be.
    pub(crate) at_most: Option<f64>,
}

/// What became of a goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Reached.
    Reached,
    /// Not reached.
    Missed,
    /// Not measured.
    Unknown,
}

impl Verdict {
    fn of(is_reached: bool) -> Self {
        if is_reached { Self::Reached } else { Self::Missed }
    }
}

/// A goal, what was measured beside it, and the verdict.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Judged {
    /// In words.
    pub(crate) goal: String,
    /// In figures.
    pub(crate) measured: String,
    /// Whether it was reached.
    pub(crate) verdict: Verdict,
}

impl Goal {
    /// In words, beside `name`.
    fn words(self, name: &str) -> String {
        match self {
            Self::TimesFaster(times) => format!("≥ {times}× faster than {name}"),
            Self::AtMost(part) => format!("≤ {part}× of {name}"),
        }
    }

    fn judge(self, times_as_long: Spread) -> (String, Verdict) {
        match self {
            Self::TimesFaster(times) => {
                (format!("{}× faster", spread(times_as_long)), Verdict::of(times_as_long.median >= times))
            }
            Self::AtMost(part) => {
                let ratio = times_as_long.inverted();
                (format!("{}×", spread(ratio)), Verdict::of(ratio.median <= part))
            }
        }
    }
}

/// `median (least – most)`
fn spread(spread: Spread) -> String {
    format!("{:.2} ({:.2} – {:.2})", spread.median, spread.least, spread.most)
}

impl Contest {
    /// A contest without runs yet.
    pub(crate) fn new(title: impl Into<String>, explanation: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            explanation: explanation.into(),
            ours: Ok(Entry::default()),
            opponents: Vec::new(),
            figures: Vec::new(),
        }
    }

    /// All goals of this contest.
    pub(crate) fn judged(&self) -> Vec<Judged> {
        let mut judged = Vec::new();
        for opponent in &self.opponents {
            judged.extend(opponent.goal.map(|goal| opponent.judge(goal)));
            judged.extend(opponent.size_goal.map(|part| self.judge_size(opponent, part)));
        }
        judged.extend(self.figures.iter().filter_map(Figure::judge));
        judged
    }

    fn judge_size(&self, opponent: &Opponent, part: f64) -> Judged {
        let ours = self.ours.as_ref().ok().and_then(|entry| entry.zip);
        let theirs = opponent.outcome.as_ref().ok().and_then(|duel| duel.zip);
        let goal = format!("size ≤ {part}× of {}", opponent.name);
        match (ours, theirs) {
            (Some(ours), Some(theirs)) => {
                let ratio = as_float(ours.bytes) / as_float(theirs.bytes);
                Judged { goal, measured: format!("{ratio:.4}×"), verdict: Verdict::of(ratio <= part) }
            }
            _ => Judged { goal, measured: "not measured".to_owned(), verdict: Verdict::Unknown },
        }
    }
}

impl Opponent {
    fn judge(&self, goal: Goal) -> Judged {
        let words = goal.words(&self.name);
        let ratio = self.outcome.as_ref().map(|duel| duel.pairs.times_as_long());
        match ratio {
            Ok(Some(ratio)) => {
                let (measured, verdict) = goal.judge(ratio);
                Judged { goal: words, measured, verdict }
            }
            Ok(None) => Judged { goal: words, measured: "not measured".to_owned(), verdict: Verdict::Unknown },
            Err(reason) => {
                Judged { goal: words, measured: format!("not measured: {reason}"), verdict: Verdict::Unknown }
            }
        }
    }
}

impl Figure {
    /// A figure that was measured, or not.
    pub(crate) fn new(name: impl Into<String>, value: Result<f64, String>, unit: &'static str) -> Self {
        Self { name: name.into(), value, unit, at_most: None }
    }

    /// With a goal.
    pub(crate) fn at_most(mut self, bound: f64) -> Self {
        self.at_most = Some(bound);
        self
    }

    /// The value with its unit; as many decimals as it needs.
    pub(crate) fn text(&self) -> String {
        match &self.value {
            Ok(value) => format!("{}{}", number(*value), self.unit),
            Err(reason) => format!("not measured: {reason}"),
        }
    }

    fn judge(&self) -> Option<Judged> {
        let bound = self.at_most?;
        let verdict = self.value.as_ref().map_or(Verdict::Unknown, |value| Verdict::of(*value <= bound));
        let goal = format!("{} ≤ {}{}", self.name, number(bound), self.unit);
        Some(Judged { goal, measured: self.text(), verdict })
    }
}

/// Whole numbers without a point, others with two decimals.
fn number(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}

/// For ratios and units: no size here comes near 2⁵³.
pub(crate) fn as_float(bytes: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "no size here comes near 2^53")]
    let float = bytes as f64;
    float
}

impl Report {
    /// What Shipway itself could not do, by title: reason enough to fail.
    pub(crate) fn failures(&self) -> Vec<String> {
        let mut failures = Vec::new();
        for contest in &self.contests {
            match &contest.ours {
                Ok(_) => {}
                Err(reason) => failures.push(format!("{}: {reason}", contest.title)),
            }
            for figure in &contest.figures {
                if let Err(reason) = &figure.value {
                    failures.push(format!("{}: {}: {reason}", contest.title, figure.name));
                }
            }
        }
        failures
    }
}

/// The median of Shipway's wall times, in milliseconds, as a figure's value.
pub(crate) fn median_milliseconds(samples: &[Sample]) -> Result<f64, String> {
    walls(samples).map(|walls| walls.median * 1000.0).ok_or_else(|| "no run".to_owned())
}
