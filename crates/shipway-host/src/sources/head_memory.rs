//! What git said of the work tree as a whole (which commit, which branch, whether it is clean), and when that can be known
//! without asking again. Pure decisions, and their data's form on disk.
//!
//! As long as HEAD, its branch, the index and the names in the work tree are what they were, only contents can make a clean
//! file dirty, or a dirty one clean. Whether two contents are the same is known by their digests. Whether another content is
//! a change for git too is only known where git compares bytes: not where attributes or settings convert line ends.

use std::collections::BTreeSet;

use shipway_core::build::{FileKind, SourceFile, WorkTree};
use shipway_core::digest::ContentDigest;
use shipway_package::{MemoryReader, MemoryWriter, Stamp};

use super::listing_memory::{Input, read_inputs, read_stamp, write_inputs, write_stamp};

/// What is known of a tracked file's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// It was read.
    Content(SourceFile),
    /// It was not read: the same stamp is the same content, and of another stamp nothing is known. `None` if it is gone.
    Stamp(Option<Stamp>),
}

/// Whether git compares bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    /// A file with other bytes is a change.
    Exact,
    /// Line ends may be converted, modes or whole files ignored.
    Filtered,
}

/// What git said, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RecordedHead {
    pub(super) commit: Option<String>,
    pub(super) branch: Option<String>,
    /// HEAD, the branch's file, and the like.
    pub(super) inputs: Vec<Input>,
    /// The paths that git called changed or new, relative to the project's folder.
    pub(super) dirty: BTreeSet<String>,
    /// Of each file, in the listing's order.
    pub(super) files: Vec<Seen>,
}

/// What is known of the work tree without asking git: `changed` are the files whose content is another than git saw, by
/// path. `None` if git has to be asked.
pub(super) fn work_tree(
    dirty: &BTreeSet<String>,
    changed: &BTreeSet<String>,
    comparison: Comparison,
) -> Option<WorkTree> {
    // A dirty file that is what it was is still dirty.
    if dirty.iter().any(|path| !changed.contains(path)) {
        return Some(WorkTree::Dirty);
    }
    if changed.is_empty() {
        return Some(WorkTree::Clean);
    }
    // A file that was what the commit says, and is now something else.
    let was_clean = changed.iter().any(|path| !dirty.contains(path));
    (was_clean && comparison == Comparison::Exact).then_some(WorkTree::Dirty)
}

impl RecordedHead {
    pub(super) fn write(&self, writer: &mut MemoryWriter) {
        for text in [&self.commit, &self.branch] {
            writer.number(u64::from(text.is_some()));
            writer.bytes(text.as_deref().unwrap_or_default().as_bytes());
        }
        write_inputs(writer, &self.inputs);
        writer.number(self.dirty.len() as u64);
        self.dirty.iter().for_each(|path| writer.bytes(path.as_bytes()));
        writer.number(self.files.len() as u64);
        for seen in &self.files {
            match seen {
                Seen::Content(SourceFile { kind, content }) => {
                    writer.number(match kind {
                        FileKind::Plain => 0,
                        FileKind::Executable => 1,
                        FileKind::Link => 2,
                    });
                    writer.digest(&content.0);
                }
                Seen::Stamp(stamp) => {
                    writer.number(3);
                    write_stamp(writer, stamp.as_ref());
                }
            }
        }
    }

    pub(super) fn read(reader: &mut MemoryReader<'_>) -> Option<Self> {
        let mut text = || {
            let is_there = reader.number()? == 1;
            let text = reader.text()?.to_owned();
            Some(is_there.then_some(text))
        };
        let (commit, branch) = (text()?, text()?);
        let inputs = read_inputs(reader)?;
        let dirty = (0..reader.number()?).map(|_| reader.text().map(str::to_owned)).collect::<Option<_>>()?;
        let files = (0..reader.number()?).map(|_| read_seen(reader)).collect::<Option<_>>()?;
        Some(Self { commit, branch, inputs, dirty, files })
    }
}

fn read_seen(reader: &mut MemoryReader<'_>) -> Option<Seen> {
    let kind = match reader.number()? {
        0 => FileKind::Plain,
        1 => FileKind::Executable,
        2 => FileKind::Link,
        3 => return read_stamp(reader).map(Seen::Stamp),
        _ => return None,
    };
    Some(Seen::Content(SourceFile { kind, content: ContentDigest(reader.digest()?) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_known_without_git() {
        let set = |paths: &[&str]| paths.iter().map(|path| (*path).to_owned()).collect::<BTreeSet<String>>();
        let known = |dirty: &[&str], changed: &[&str], comparison| work_tree(&set(dirty), &set(changed), comparison);
        let exact = |dirty: &[&str], changed: &[&str]| known(dirty, changed, Comparison::Exact);
        let filtered = |dirty: &[&str], changed: &[&str]| known(dirty, changed, Comparison::Filtered);
        for comparison in [Comparison::Exact, Comparison::Filtered] {
            let known = |dirty: &[&str], changed: &[&str]| known(dirty, changed, comparison);
            assert_eq!(known(&[], &[]), Some(WorkTree::Clean));
            assert_eq!(known(&["a"], &[]), Some(WorkTree::Dirty));
            assert_eq!(known(&["a"], &["b"]), Some(WorkTree::Dirty), "a is still dirty");
            assert_eq!(known(&["a"], &["a"]), None, "a may be clean again");
        }
        assert_eq!(exact(&[], &["a"]), Some(WorkTree::Dirty));
        assert_eq!(exact(&["a"], &["a", "b"]), Some(WorkTree::Dirty));
        assert_eq!(filtered(&[], &["a"]), None, "perhaps only its line ends changed");
    }

    #[test]
    fn a_head_comes_back() {
        let head = RecordedHead {
            commit: Some("0123".to_owned()),
            branch: None,
            inputs: vec![],
            dirty: ["a".to_owned()].into(),
            files: vec![
                Seen::Content(SourceFile { kind: FileKind::Link, content: ContentDigest([4; 32]) }),
                Seen::Stamp(None),
            ],
        };
        let mut writer = MemoryWriter::default();
        head.write(&mut writer);
        assert_eq!(RecordedHead::read(&mut MemoryReader::new(writer.content())), Some(head));
    }
}
