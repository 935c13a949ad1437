//! What git listed of a project, and all that its answer depended on, so that git need not be asked again while none of it
//! changed. Data and its form on disk; looking is [`super::listing_check`]'s, asking [`super::listing_record`]'s.
//!
//! The answer depends on the names in every folder that git looks into, on the ignore files in them, on the index and on
//! git's settings. The same idea as git's own untracked cache, but without a git process.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use shipway_package::{MemoryKind, MemoryReader, MemoryWriter, Stamp, recall};

use super::head_memory::{Comparison, RecordedHead};

const KIND: MemoryKind = MemoryKind { name: *b"swlistng", version: 1 };

/// A file outside of the listing on which git's answers depend, by its stamp; `None` if it is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Input {
    pub(super) path: PathBuf,
    pub(super) stamp: Option<Stamp>,
}

/// A folder of the project that holds listed files, or that git looks into for some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Folder {
    /// Relative to the project's folder; empty for that itself.
    pub(super) path: String,
    /// `None` for a folder that git does not look into: it is ignored, but holds tracked files.
    pub(super) watched: Option<Watched>,
    /// The names of the listed files in it, sorted.
    pub(super) files: Vec<String>,
}

/// What tells that a folder holds the same names as before, and the same rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Watched {
    /// `None` if it was not still for long enough: then its names tell.
    pub(super) stamp: Option<Stamp>,
    /// Of all its names and their kinds.
    pub(super) names: [u8; 32],
    /// Of its `.gitignore` and its `.gitattributes`, if it has them.
    pub(super) rules: [Option<Stamp>; 2],
}

/// The names of the files in [`Watched::rules`].
pub(super) const RULE_FILES: [&str; 2] = [".gitignore", ".gitattributes"];

/// Where git keeps what it knows of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RepositoryPlace {
    /// HEAD is in it.
    pub(super) git_folder: PathBuf,
    /// Branches are in it; another one in a work tree that was added.
    pub(super) common_folder: PathBuf,
    /// The project's folder, relative to the work tree's root, with a `/` at its end if it is another one.
    pub(super) prefix: String,
}

/// A listing that holds as long as nothing of this changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ListingMemory {
    /// Of the settings that git gets by variables.
    pub(super) environment: [u8; 32],
    pub(super) inputs: Vec<Input>,
    /// Sorted by path.
    pub(super) folders: Vec<Folder>,
    pub(super) repository: RepositoryPlace,
    /// Whether git compares the bytes of files.
    pub(super) comparison: Comparison,
    /// What git said of the work tree as a whole, if it was asked and can be known again.
    pub(super) head: Option<RecordedHead>,
}

impl ListingMemory {
    pub(super) const KIND: MemoryKind = KIND;

    /// The memory in a file, if there is a sound one.
    pub(super) fn recall(path: &Path) -> Option<Self> {
        let content = recall(path, KIND)?;
        let mut reader = MemoryReader::new(&content);
        let memory = read(&mut reader)?;
        let is_sorted = memory.folders.is_sorted_by(|left, right| left.path < right.path);
        (reader.is_at_end() && is_sorted).then_some(memory)
    }

    /// Its form on disk.
    pub(super) fn content(&self) -> MemoryWriter {
        let mut writer = MemoryWriter::default();
        writer.digest(&self.environment);
        write_inputs(&mut writer, &self.inputs);
        writer.number(self.folders.len() as u64);
        for folder in &self.folders {
            write_folder(&mut writer, folder);
        }
        let RepositoryPlace { git_folder, common_folder, prefix } = &self.repository;
        writer.bytes(git_folder.as_os_str().as_bytes());
        writer.bytes(common_folder.as_os_str().as_bytes());
        writer.bytes(prefix.as_bytes());
        writer.number(u64::from(self.comparison == Comparison::Exact));
        writer.number(u64::from(self.head.is_some()));
        if let Some(head) = &self.head {
            head.write(&mut writer);
        }
        writer
    }

    /// Which folders matter for what is listed below `prefix`: those on the way there, and those from there on.
    pub(super) fn relevant(&self, prefix: &str) -> Vec<(usize, Relevance)> {
        let find = |path: &str| self.folders.binary_search_by(|folder| folder.path.as_str().cmp(path)).ok();
        let ends = prefix.match_indices('/').map(|(at, _)| at);
        let above = ends.map(|end| &prefix[..end]).chain((!prefix.is_empty()).then_some(""));
        let mut relevant: Vec<_> = above.filter_map(find).map(|index| (index, Relevance::Names)).collect();
        if prefix.is_empty() {
            relevant.extend((0..self.folders.len()).map(|index| (index, Relevance::Files)));
            return relevant;
        }
        relevant.extend(find(prefix).map(|index| (index, Relevance::Files)));
        let below = format!("{prefix}/");
        let first = self.folders.partition_point(|folder| folder.path < below);
        let count = self.folders[first..].iter().take_while(|folder| folder.path.starts_with(&below)).count();
        relevant.extend((first..first + count).map(|index| (index, Relevance::Files)));
        relevant
    }
}

/// What of a folder matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Relevance {
    /// That it holds the same names and rules.
    Names,
    /// And its files.
    Files,
}

/// A file's path from its folder's.
pub(super) fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

pub(super) fn write_stamp(writer: &mut MemoryWriter, stamp: Option<&Stamp>) {
    writer.number(u64::from(stamp.is_some()));
    if let Some(stamp) = stamp {
        writer.stamp(stamp);
    }
}

pub(super) fn read_stamp(reader: &mut MemoryReader<'_>) -> Option<Option<Stamp>> {
    match reader.number()? {
        0 => Some(None),
        1 => reader.stamp().map(Some),
        _ => None,
    }
}

pub(super) fn write_inputs(writer: &mut MemoryWriter, inputs: &[Input]) {
    writer.number(inputs.len() as u64);
    for Input { path, stamp } in inputs {
        writer.bytes(path.as_os_str().as_bytes());
        write_stamp(writer, stamp.as_ref());
    }
}

pub(super) fn read_inputs(reader: &mut MemoryReader<'_>) -> Option<Vec<Input>> {
    let count = reader.number()?;
    let input = |_| {
        let path = PathBuf::from(OsStr::from_bytes(reader.bytes()?));
        Some(Input { path, stamp: read_stamp(reader)? })
    };
    (0..count).map(input).collect()
}

fn write_folder(writer: &mut MemoryWriter, Folder { path, watched, files }: &Folder) {
    writer.bytes(path.as_bytes());
    writer.number(u64::from(watched.is_some()));
    if let Some(Watched { stamp, names, rules }) = watched {
        write_stamp(writer, stamp.as_ref());
        writer.digest(names);
        rules.iter().for_each(|rule| write_stamp(writer, rule.as_ref()));
    }
    writer.number(files.len() as u64);
    files.iter().for_each(|name| writer.bytes(name.as_bytes()));
}

fn read_folder(reader: &mut MemoryReader<'_>) -> Option<Folder> {
    let path = reader.text()?.to_owned();
    let watched = match reader.number()? {
        0 => None,
        1 => Some(Watched {
            stamp: read_stamp(reader)?,
            names: reader.digest()?,
            rules: [read_stamp(reader)?, read_stamp(reader)?],
        }),
        _ => return None,
    };
    let files = (0..reader.number()?).map(|_| reader.text().map(str::to_owned)).collect::<Option<_>>()?;
    Some(Folder { path, watched, files })
}

fn read(reader: &mut MemoryReader<'_>) -> Option<ListingMemory> {
    let environment = reader.digest()?;
    let inputs = read_inputs(reader)?;
    let folders = (0..reader.number()?).map(|_| read_folder(reader)).collect::<Option<_>>()?;
    let mut path = || Some(PathBuf::from(OsStr::from_bytes(reader.bytes()?)));
    let (git_folder, common_folder) = (path()?, path()?);
    let repository = RepositoryPlace { git_folder, common_folder, prefix: reader.text()?.to_owned() };
    let comparison = if reader.number()? == 1 { Comparison::Exact } else { Comparison::Filtered };
    let head = match reader.number()? {
        0 => None,
        1 => Some(RecordedHead::read(reader)?),
        _ => return None,
    };
    Some(ListingMemory { environment, inputs, folders, repository, comparison, head })
}

#[cfg(test)]
mod tests {
    use shipway_package::MemoryDraft;

    use super::*;

    fn memory(paths: &[&str]) -> ListingMemory {
        let folder = |path: &&str| Folder { path: (*path).to_owned(), watched: None, files: vec!["a".to_owned()] };
        ListingMemory {
            environment: [1; 32],
            inputs: vec![],
            folders: paths.iter().map(folder).collect(),
            repository: RepositoryPlace {
                git_folder: PathBuf::from("/x/.git"),
                common_folder: PathBuf::from("/x/.git"),
                prefix: "é/".to_owned(),
            },
            comparison: Comparison::Exact,
            head: None,
        }
    }

    #[test]
    fn what_matters_is_on_the_way_and_below() {
        let memory = memory(&["", "a", "a-b", "a/b", "a/b/c", "b"]);
        let relevant = |prefix: &str| {
            let mut found = memory.relevant(prefix);
            found.sort_unstable();
            found.into_iter().map(|(at, of)| (memory.folders[at].path.as_str(), of)).collect::<Vec<_>>()
        };
        use Relevance::{Files, Names};
        assert_eq!(relevant("a"), [("", Names), ("a", Files), ("a/b", Files), ("a/b/c", Files)]);
        assert_eq!(relevant("a/b"), [("", Names), ("a", Names), ("a/b", Files), ("a/b/c", Files)]);
        assert_eq!(relevant("nowhere/x"), [("", Names)]);
        assert_eq!(relevant("").len(), 6);
    }

    #[test]
    fn a_memory_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let stamp = Stamp::of(&std::fs::metadata(folder.path()).unwrap());
        let mut memory = memory(&["", "é"]);
        memory.inputs.push(Input { path: PathBuf::from("/x/index"), stamp: Some(stamp) });
        memory.folders[0].watched = Some(Watched { stamp: None, names: [7; 32], rules: [Some(stamp), None] });
        let path = folder.path().join("memory");
        MemoryDraft::begin(folder.path()).unwrap().keep(&path, KIND, memory.content().content()).unwrap();
        assert_eq!(ListingMemory::recall(&path), Some(memory));
    }
}
