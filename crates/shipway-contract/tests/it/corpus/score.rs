//! Recall and precision, and each difference between label and finding. A read is a line and a name; two of the same are one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use shipway_contract::{Language, Need, read};

use super::labels::Labelled;

/// What is in a file, according to the reader or to its label.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    reads: BTreeMap<(u64, String), Need>,
    computed: BTreeSet<u64>,
}

impl Contents {
    fn add(&mut self, line: u64, name: String, need: Need) {
        let known = self.reads.entry((line, name)).or_insert(need);
        *known = need.max(*known);
    }

    fn of_label(file: &Labelled) -> Self {
        let mut contents = Self::default();
        for (line, name, need) in &file.reads {
            contents.add(*line, name.clone(), *need);
        }
        contents.computed.extend(&file.computed);
        contents
    }
}

/// What the reader finds in a file.
pub(crate) fn found(path: &str, content: &[u8]) -> Contents {
    let language = Language::of_path(path).unwrap_or_else(|| panic!("{path}: no language"));
    let reading = read(language, content);
    let mut contents = Contents::default();
    for read in reading.reads {
        contents.add(read.line.get().into(), read.name, read.need);
    }
    contents.computed.extend(reading.computed.into_iter().map(|line| u64::from(line.get())));
    contents
}

/// How many are labelled, how many are found, and how many of the one are the other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Ratio {
    pub(crate) labelled: u32,
    pub(crate) found: u32,
    pub(crate) both: u32,
}

impl Ratio {
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
            let (labelled, read) = (label.reads.get(key).copied(), found.reads.get(key).copied());
            for (ratio, same) in
                [(&mut self.reads, labelled.is_some() && read.is_some()), (&mut self.needs, labelled == read)]
            {
                ratio.labelled += u32::from(labelled.is_some());
                ratio.found += u32::from(read.is_some());
                ratio.both += u32::from(same);
            }
            if labelled != read {
                let what = What::Read { name: key.1.clone(), labelled, found: read };
                differences.push(Difference { place: place.clone(), line: key.0, what });
            }
        }
        let lines: BTreeSet<u64> = label.computed.union(&found.computed).copied().collect();
        for line in lines {
            let (labelled, read) = (label.computed.contains(&line), found.computed.contains(&line));
            self.computed.labelled += u32::from(labelled);
            self.computed.found += u32::from(read);
            self.computed.both += u32::from(labelled && read);
            if labelled != read {
                let what = if labelled { What::ComputedMissed } else { What::ComputedFalse };
                differences.push(Difference { place: place.clone(), line, what });
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
    let found = found("x.py", b"import os; os.environ['A']\nimport os; os.environ['B']\n\n\nos.environ[x]");
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
