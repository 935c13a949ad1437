//! What was in which file, by the file's stamp, so that a file that nobody touched is not read again.
//!
//! See [`shipway_package::Stamp`] for when a stamp is believed. The cache may be lost at any time; it is read when it is
//! first asked, and written when it goes away. Two processes that write it leave one of theirs.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use shipway_core::build::{FileKind, SourceFile};
use shipway_core::digest::ContentDigest;
use shipway_package::{MemoryDraft, MemoryKind, MemoryReader, MemoryWriter, Moment, Stamp, recall};

const KIND: MemoryKind = MemoryKind { name: *b"swconten", version: 1 };

/// A file that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    stamp: Stamp,
    file: SourceFile,
}

/// The contents of a project's files.
#[derive(Debug)]
pub(super) struct ContentCache {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    entries: HashMap<String, Entry>,
    /// `None` where nothing can be written: then nothing is noted.
    draft: Option<MemoryDraft>,
    is_changed: bool,
}

impl ContentCache {
    /// The cache in the file at `path`, whose folder is made. What is noted from now on must be older than now.
    pub(super) fn open(path: &Path) -> Self {
        let folder = path.parent().unwrap_or(path);
        let draft = fs::create_dir_all(folder).and_then(|()| MemoryDraft::begin(folder));
        let entries = read(path).unwrap_or_default();
        let state = State { entries, draft: draft.ok(), is_changed: false };
        Self { path: path.to_owned(), state: Mutex::new(state) }
    }

    /// A poisoned lock is taken: what is behind it is only ever a memory.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When it was opened; `None` where nothing can be written.
    pub(super) fn moment(&self) -> Option<Moment> {
        self.lock().draft.as_ref().map(|draft| *draft.moment())
    }

    /// What is in the file at `path`, if it is still the one with this stamp.
    pub(super) fn find(&self, path: &str, stamp: &Stamp) -> Option<SourceFile> {
        self.lock().find(path, stamp)
    }

    /// [`ContentCache::find`] for many: those that are known, and the names of those that are not.
    pub(super) fn find_all(
        &self,
        paths: impl IntoIterator<Item = (String, Option<Stamp>)>,
    ) -> (Vec<(String, SourceFile)>, Vec<String>) {
        let state = self.lock();
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for (path, stamp) in paths {
            match stamp.and_then(|stamp| state.find(&path, &stamp)) {
                Some(file) => known.push((path, file)),
                None => unknown.push(path),
            }
        }
        (known, unknown)
    }

    /// Notes what was read from a file whose stamp had been taken before.
    pub(super) fn note(&self, path: &str, stamp: Stamp, file: SourceFile) {
        let mut state = self.lock();
        let State { entries, draft: Some(draft), is_changed } = &mut *state else { return };
        if stamp.is_settled(draft.moment()) {
            entries.insert(path.to_owned(), Entry { stamp, file });
            *is_changed = true;
        }
    }
}

impl State {
    fn find(&self, path: &str, stamp: &Stamp) -> Option<SourceFile> {
        self.entries.get(path).filter(|entry| entry.stamp == *stamp).map(|entry| entry.file)
    }
}

impl Drop for ContentCache {
    fn drop(&mut self) {
        let mut state = self.lock();
        let State { entries, draft, is_changed: true } = &mut *state else { return };
        let Some(draft) = draft.take() else { return };
        if let Err(error) = draft.keep(&self.path, KIND, write(entries).content()) {
            tracing::debug!(path = %self.path.display(), %error, "the contents of files are not remembered");
        }
    }
}

fn write(entries: &HashMap<String, Entry>) -> MemoryWriter {
    let mut writer = MemoryWriter::default();
    for (path, Entry { stamp, file }) in entries {
        writer.bytes(path.as_bytes());
        writer.stamp(stamp);
        writer.number(match file.kind {
            FileKind::Plain => 0,
            FileKind::Executable => 1,
            FileKind::Link => 2,
        });
        writer.digest(&file.content.0);
    }
    writer
}

fn read(path: &Path) -> Option<HashMap<String, Entry>> {
    let content = recall(path, KIND)?;
    let mut reader = MemoryReader::new(&content);
    let mut entries = HashMap::new();
    while !reader.is_at_end() {
        let path = reader.text()?.to_owned();
        let stamp = reader.stamp()?;
        let kind = match reader.number()? {
            0 => FileKind::Plain,
            1 => FileKind::Executable,
            2 => FileKind::Link,
            _ => return None,
        };
        let file = SourceFile { kind, content: ContentDigest(reader.digest()?) };
        entries.insert(path, Entry { stamp, file });
    }
    Some(entries)
}
