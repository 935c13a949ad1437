//! Recall and precision, and each difference between label and finding. A read is a line and a name; two of the same count
//! twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use shipway_contract::{Language, Need, read};

use super::labels::Labelled;

/// What is in a file, according to the reader or to its label.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    reads: BTreeMap<(u64, String), Vec<Need>>,
    computed: BTreeMap<u64, u32>,
}

impl Contents {
    fn add(&mut self, line: u64, name: String, need: Need) {
        let needs = self.reads.entry((line, name)).or_default();
        needs.push(need);
        needs.sort();
    }

    fn add_computed(&mut self, lines: impl IntoIterator<Item = u64>) {
        for line in lines {
            *self.computed.entry(line).or_default() += 1;
        }
    }

    fn of_label(file: &Labelled) -> Self {
        let mut contents = Self::default();
        for (line, name, need) in &file.reads {
            contents.add(*line, name.clone(), *need);
        }
        contents.add_computed(file.computed.iter().copied());
        contents
    }
}

/// What the reader finds in a file.
pub(crate) fn found(language: Language, content: &[u8]) -> Contents {
    let reading = read(language, content);
    let mut contents = Contents::default();
    for read in reading.reads {
        contents.add(read.line.get().into(), read.name, read.need);
    }
    contents.add_computed(reading.computed.into_iter().map(|line| line.get().into()));
    contents
}

/// How many are labelled, how many are found, and how many of the one are the other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Ratio {
    pub(crate) labelled: u32,
    pub(crate) found: u32,
    pub(crate) both: u32,
}

/// Takes out what two lists share, and says how much that is.
fn take_common(labelled: &mut Vec<Need>, found: &mut Vec<Need>) -> usize {
    let before = labelled.len();
    labelled.retain(|need| match found.iter().position(|other| other == need) {
        Some(index) => {
            found.remove(index);
            false
        }
        None => true,
    });
    before - labelled.len()
}

impl Ratio {
    fn add(&mut self, labelled: usize, found: usize, both: usize) {
        let count = |count: usize| u32::try_from(count).expect("a line does not have that many");
        self.labelled += count(labelled);
        self.found += count(found);
        self.both += count(both);
    }

    /// The part of what is labelled that is found.
    pub(crate) fn recall(self) -> f64 {
        ratio(self.both, self.labelled)
    }

    /// The part of what is found that is labelled.
    pub(crate) fn precision(self) -> f64 {
        ratio(self.both, self.found)
    }
}

fn ratio(part: u32, whole: u32) -> f64 {
    if whole == 0 { 1.0 } else { f64::from(part) / f64::from(whole) }
}

impl fmt::Display for Ratio {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |ratio: f64| (ratio * 1000.0).floor() / 10.0;
        write!(formatter, "{:.1} % / {:.1} %", percent(self.recall()), percent(self.precision()))
    }
}

/// The score of several files.
#[derive(Debug, Default)]
pub(crate) struct Score {
    pub(crate) files: u32,
    /// Reads by line and name.
    pub(crate) reads: Ratio,
    /// Reads by line, name and need.
    pub(crate) needs: Ratio,
    /// Lines with a name that is computed.
    pub(crate) computed: Ratio,
}

impl Score {
    pub(crate) fn ratios(&self) -> [(&'static str, Ratio); 3] {
        [("reads", self.reads), ("reads with their need", self.needs), ("computed", self.computed)]
    }

    /// Counts a file in, and says what is different in it.
    pub(crate) fn add(&mut self, file: &Labelled, found: &Contents) -> Vec<Difference> {
        let label = Contents::of_label(file);
        let place = match &file.package {
            Some(package) => format!("{} {}: {}", package.name, package.version, file.path),
            None => file.path.clone(),
        };
        let mut differences = Vec::new();
        self.files += 1;
        let keys: BTreeSet<&(u64, String)> = label.reads.keys().chain(found.reads.keys()).collect();
        for key in keys {
            let (mut labelled, mut read) = (label.reads.get(key).cloned(), found.reads.get(key).cloned());
            let (labelled, read) = (labelled.get_or_insert_default(), read.get_or_insert_default());
            self.reads.add(labelled.len(), read.len(), labelled.len().min(read.len()));
            let total = (labelled.len(), read.len());
            let same = take_common(labelled, read);
            self.needs.add(total.0, total.1, same);
            for index in 0..labelled.len().max(read.len()) {
                let (labelled, found) = (labelled.get(index).copied(), read.get(index).copied());
                let what = What::Read { name: key.1.clone(), labelled, found };
                differences.push(Difference { place: place.clone(), line: key.0, what });
            }
        }
        let lines: BTreeSet<u64> = label.computed.keys().chain(found.computed.keys()).copied().collect();
        for line in lines {
            let count = |contents: &Contents| contents.computed.get(&line).map_or(0, |count| *count as usize);
            let (labelled, read) = (count(&label), count(found));
            self.computed.add(labelled, read, labelled.min(read));
            let what = if labelled > read { What::ComputedMissed } else { What::ComputedFalse };
            for _ in 0..labelled.abs_diff(read) {
                differences.push(Difference { place: place.clone(), line, what: what.clone() });
            }
        }
        differences
    }
}

/// A place at which label and finding differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// The file, with its package if it has one.
    pub(crate) place: String,
    pub(crate) line: u64,
    pub(crate) what: What,
}

/// What is different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    Read { name: String, labelled: Option<Need>, found: Option<Need> },
    ComputedMissed,
    ComputedFalse,
}

impl Difference {
    /// Whether something is taken for required that is not: what would hold a deployment for nothing.
    pub(crate) fn is_false_required(&self) -> bool {
        matches!(self.what, What::Read { found: Some(Need::Required), .. })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = |need: &Option<Need>| match need {
            Some(Need::Required) => "required",
            Some(Need::Optional) => "optional",
            None => "not there",
        };
        write!(formatter, "`{}` line {}: ", self.place, self.line)?;
        match &self.what {
            What::Read { name, labelled, found } => {
                write!(formatter, "`{name}` is {}, read as {}", said(labelled), said(found))
            }
            What::ComputedMissed => write!(formatter, "a computed name, not seen"),
            What::ComputedFalse => write!(formatter, "taken for a computed name"),
        }
    }
}

#[test]
fn misses_false_finds_and_wrong_needs_are_told_apart() {
    let reads = vec![
        (1, "A".to_owned(), Need::Required),
        (2, "B".to_owned(), Need::Optional),
        (3, "C".to_owned(), Need::Required),
    ];
    let file = Labelled { path: "x.py".to_owned(), reads, computed: vec![4], package: None, sha256: None };
    let found = found(Language::Python, b"import os; os.environ['A']\nimport os; os.environ['B']\n\n\nos.environ[x]");
    let mut score = Score::default();
    let differences: Vec<String> = score.add(&file, &found).iter().map(ToString::to_string).collect();
    assert_eq!(
        differences,
        [
            "`x.py` line 2: `B` is optional, read as required",
            "`x.py` line 3: `C` is required, read as not there",
            "`x.py` line 4: a computed name, not seen",
            "`x.py` line 5: taken for a computed name",
        ]
    );
    assert_eq!(score.reads, Ratio { labelled: 3, found: 2, both: 2 });
    assert_eq!(score.needs, Ratio { labelled: 3, found: 2, both: 1 });
    assert_eq!(score.reads.to_string(), "66.6 % / 100.0 %");
}
