//! How large a package may be, and what makes it too large.

use std::collections::BTreeMap;
use std::fmt;

use crate::dependencies::Dependencies;

/// The most that Lambda unpacks, in bytes: 250 MB, layers included (AWS: "Lambda quotas").
pub const UNZIPPED_LIMIT: u64 = 262_144_000;

/// The most entries that a zip without the Zip64 extension holds.
pub(crate) const ENTRY_LIMIT: usize = 65_534;

/// How many offenders of each kind are named.
const NAMED_OFFENDERS: usize = 10;

/// A file, or a folder with all that is in it, and its size in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offender {
    pub path: String,
    pub bytes: u64,
}

/// As `12.3 MB  node_modules/typescript`.
impl fmt::Display for Offender {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:>9}  {}", megabytes(self.bytes), self.path)
    }
}

/// In AWS's megabytes of 1,048,576 bytes: its 250 MB are 262,144,000 bytes.
pub(crate) fn megabytes(bytes: u64) -> String {
    let tenths = (u128::from(bytes) * 10).div_ceil(1_048_576);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

/// The largest files, largest first.
pub(crate) fn largest_files<'files>(files: impl Iterator<Item = (&'files str, u64)>) -> Vec<Offender> {
    largest(files.map(|(path, bytes)| Offender { path: path.to_owned(), bytes }).collect())
}

/// The largest dependencies and, for all else, the largest top-level folders; largest first.
pub(crate) fn largest_folders<'files>(
    files: impl Iterator<Item = (&'files str, u64)>,
    dependencies: &Dependencies,
) -> Vec<Offender> {
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    for (path, bytes) in files {
        let top_level = path.split_once('/').map(|(folder, _)| folder);
        if let Some(folder) = dependencies.owner(path).or(top_level) {
            // What a hostile zip claims may be more than any number holds.
            let sum = sums.entry(folder).or_default();
            *sum = sum.saturating_add(bytes);
        }
    }
    largest(sums.into_iter().map(|(path, bytes)| Offender { path: path.to_owned(), bytes }).collect())
}

fn largest(mut offenders: Vec<Offender>) -> Vec<Offender> {
    offenders.sort_by(|left, right| right.bytes.cmp(&left.bytes).then_with(|| left.path.cmp(&right.path)));
    offenders.truncate(NAMED_OFFENDERS);
    offenders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_dependencies_or_top_level() {
        let files = [("app.py", 9), ("data/a", 5), ("data/b/c", 2), ("node_modules/x/y/z", 6), ("numpy/core/n.so", 8)];
        let dependencies = Dependencies::new(&["numpy".to_owned()]);
        let folders = largest_folders(files.iter().copied(), &dependencies);
        let named: Vec<_> = folders.iter().map(|offender| (offender.path.as_str(), offender.bytes)).collect();
        assert_eq!(named, [("numpy", 8), ("data", 7), ("node_modules/x", 6)]);
    }

    #[test]
    fn ten_are_named_largest_first() {
        let names: Vec<String> = (0..20).map(|number| format!("f{number}")).collect();
        let files = names.iter().enumerate().map(|(number, name)| (name.as_str(), number as u64));
        let largest = largest_files(files);
        assert_eq!(largest.len(), 10);
        assert_eq!(largest[0], Offender { path: "f19".to_owned(), bytes: 19 });
    }

    #[test]
    fn claims_beyond_all_numbers_are_summed_up() {
        let files = [("a/b", u64::MAX), ("a/c", 1)];
        let folders = largest_folders(files.iter().copied(), &Dependencies::default());
        assert_eq!(folders, [Offender { path: "a".to_owned(), bytes: u64::MAX }]);
    }

    #[test]
    fn megabytes_round_up() {
        assert_eq!(megabytes(UNZIPPED_LIMIT), "250.0 MB");
        assert_eq!(megabytes(UNZIPPED_LIMIT + 1), "250.1 MB");
    }
}
