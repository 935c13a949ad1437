//! What is in a zip, as a tree of folders with their sizes, and what differs between two zips. For people who want to know what
//! takes the room; nothing is judged here.

use std::collections::BTreeMap;

use crate::entry::{EntryMode, EntrySummary};
use crate::inspect::{EntryContent, Inspection};

/// A file, or a folder with all that is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentNode {
    /// Its name in the folder that it is in; several parts where folders hold nothing but one folder.
    pub name: String,
    /// Relative to the package's root; empty for the root itself.
    pub path: String,
    /// Not compressed.
    pub bytes: u64,
    pub compressed_bytes: u64,
    /// How many files; 1 for a file.
    pub files: usize,
    /// A file's mode; `None` for a folder.
    pub mode: Option<EntryMode>,
    /// Largest first, by path where they are equally large; none for a file.
    pub children: Vec<ContentNode>,
}

impl ContentNode {
    /// It and all that is in it, in no order that means anything.
    pub fn all(&self) -> Vec<&Self> {
        let mut found = vec![self];
        let mut at = 0;
        while let Some(node) = found.get(at) {
            found.extend(node.children.iter());
            at += 1;
        }
        found
    }
}

/// The files of a zip as a tree.
pub fn content_tree(inspection: &Inspection) -> ContentNode {
    let files: Vec<File<'_>> = inspection.entries.iter().zip(&inspection.contents).collect();
    folder(&files, String::new(), String::new(), 0)
}

type File<'a> = (&'a EntrySummary, &'a EntryContent);

/// Folders below this depth are shown as one: nobody looks there, and a hostile zip may nest without end.
const DEPTH_LIMIT: usize = 64;

/// `files` are those below `path`, in the byte order of their paths.
fn folder(files: &[File<'_>], name: String, path: String, depth: usize) -> ContentNode {
    let skip = if path.is_empty() { 0 } else { path.len() + 1 };
    let mut folders: BTreeMap<&str, Vec<File<'_>>> = BTreeMap::new();
    let mut children: Vec<ContentNode> = Vec::new();
    for file in files {
        let (entry, content) = *file;
        match entry.path[skip..].split_once('/') {
            Some((folder, _)) if depth < DEPTH_LIMIT => folders.entry(folder).or_default().push(*file),
            _ => children.push(ContentNode {
                name: entry.path[skip..].to_owned(),
                path: entry.path.clone(),
                bytes: entry.bytes,
                compressed_bytes: content.compressed_bytes,
                files: 1,
                mode: Some(entry.mode),
                children: Vec::new(),
            }),
        }
    }
    children.extend(folders.into_iter().map(|(name, files)| {
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
        joined(folder(&files, name.to_owned(), path, depth + 1))
    }));
    children.sort_by(|left, right| right.bytes.cmp(&left.bytes).then_with(|| left.path.cmp(&right.path)));
    let sum = |of: fn(&ContentNode) -> u64| children.iter().map(of).sum();
    ContentNode {
        name,
        path,
        bytes: sum(|child| child.bytes),
        compressed_bytes: sum(|child| child.compressed_bytes),
        files: children.iter().map(|child| child.files).sum(),
        mode: None,
        children,
    }
}

/// A folder that holds nothing but one folder is shown as that one.
fn joined(mut folder: ContentNode) -> ContentNode {
    match folder.children.pop() {
        Some(only) if folder.children.is_empty() && only.mode.is_none() => {
            ContentNode { name: format!("{}/{}", folder.name, only.name), ..only }
        }
        last => {
            folder.children.extend(last);
            folder
        }
    }
}

/// What became of one file from one zip to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDifference {
    pub path: String,
    /// `None` for a file that is new.
    pub before: Option<FileState>,
    /// `None` for a file that is gone.
    pub after: Option<FileState>,
}

/// A file in one of the zips.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileState {
    pub bytes: u64,
    pub compressed_bytes: u64,
    pub mode: EntryMode,
    /// Of its content.
    pub digest: [u8; 32],
}

impl FileDifference {
    /// Whether the content is another, and not only the mode.
    pub fn is_of_content(&self) -> bool {
        self.before.map(|state| state.digest) != self.after.map(|state| state.digest)
    }

    /// By how much the file grew, in bytes, not compressed.
    pub fn growth(&self) -> i128 {
        let bytes = |state: Option<FileState>| state.map_or(0, |state| i128::from(state.bytes));
        bytes(self.after) - bytes(self.before)
    }
}

/// The files that are not the same in both, those that changed in size most first.
pub fn differences(before: &Inspection, after: &Inspection) -> Vec<FileDifference> {
    let mut files: BTreeMap<&str, (Option<FileState>, Option<FileState>)> = BTreeMap::new();
    for (path, state) in states(before) {
        files.entry(path).or_default().0 = Some(state);
    }
    for (path, state) in states(after) {
        files.entry(path).or_default().1 = Some(state);
    }
    // How well a file compresses in its zip is no difference between the files.
    let same = |(before, after): &(Option<FileState>, Option<FileState>)| {
        let told = |state: &Option<FileState>| state.map(|state| (state.mode, state.digest));
        told(before) == told(after)
    };
    let mut found: Vec<FileDifference> = files
        .into_iter()
        .filter(|(_, pair)| !same(pair))
        .map(|(path, (before, after))| FileDifference { path: path.to_owned(), before, after })
        .collect();
    found.sort_by_key(|difference| std::cmp::Reverse(difference.growth().unsigned_abs()));
    found
}

fn states(inspection: &Inspection) -> impl Iterator<Item = (&str, FileState)> {
    inspection.entries.iter().zip(&inspection.contents).map(|(entry, content)| {
        let EntryContent { compressed_bytes, digest } = *content;
        (entry.path.as_str(), FileState { bytes: entry.bytes, compressed_bytes, mode: entry.mode, digest })
    })
}
