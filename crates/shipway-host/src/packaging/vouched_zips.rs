//! Which zips of this machine were seen to be whole: by a zip's stamp, so that the next look need not read it again.
//!
//! What is remembered here is only that the bytes of a file with this stamp had this SHA-256. See
//! [`shipway_package::Stamp`] for when that is believed. A memory that cannot be read or written costs time, nothing else.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use shipway_core::digest::ArtifactDigest;
use shipway_package::{MemoryDraft, MemoryKind, MemoryReader, MemoryWriter, Stamp, recall};

const KIND: MemoryKind = MemoryKind { name: *b"swzips\0\0", version: 1 };

/// What was seen of the zips of one folder. Read when it is first asked, written when it goes away.
#[derive(Debug)]
pub(super) struct VouchedZips {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// `None` before it was read.
    seen: Option<BTreeMap<ArtifactDigest, Stamp>>,
    /// Begun before the first zip was read that is not in the memory on disk.
    draft: Option<MemoryDraft>,
}

impl VouchedZips {
    /// The memory in the file at `path`.
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), state: Mutex::default() }
    }

    /// A poisoned lock is taken: what is behind it is only ever a memory.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the file with this stamp was seen to have this digest.
    pub(super) fn vouch(&self, artifact: &ArtifactDigest, stamp: &Stamp) -> bool {
        let mut state = self.lock();
        let seen = state.seen.get_or_insert_with(|| read(&self.path).unwrap_or_default());
        seen.get(artifact) == Some(stamp)
    }

    /// To be called before a zip is read of which [`VouchedZips::saw`] will tell.
    pub(super) fn begin(&self) {
        let mut state = self.lock();
        if state.draft.is_none()
            && let Some(folder) = self.path.parent()
        {
            state.draft = fs::create_dir_all(folder).and_then(|()| MemoryDraft::begin(folder)).ok();
        }
    }

    /// Notes that the file with this stamp was read, and has this digest.
    pub(super) fn saw(&self, artifact: &ArtifactDigest, stamp: Stamp) {
        let mut state = self.lock();
        let State { seen: Some(seen), draft: Some(draft) } = &mut *state else { return };
        if stamp.is_settled(draft.moment()) {
            seen.insert(*artifact, stamp);
        }
    }

    fn keep(&self, mut seen: BTreeMap<ArtifactDigest, Stamp>, draft: MemoryDraft, folder: &Path) {
        // What other processes saw meanwhile, as long as the zips are there.
        for (artifact, stamp) in read(&self.path).unwrap_or_default() {
            seen.entry(artifact).or_insert(stamp);
        }
        seen.retain(|artifact, _| folder.join(zip_name(artifact)).exists());
        let mut writer = MemoryWriter::default();
        for (artifact, stamp) in &seen {
            writer.digest(&artifact.0);
            writer.stamp(stamp);
        }
        if let Err(error) = draft.keep(&self.path, KIND, writer.content()) {
            tracing::debug!(path = %self.path.display(), %error, "which zips are whole is not remembered");
        }
    }

    /// Writes what was seen, if it is more than what was known.
    pub(super) fn close(&self, folder: &Path) {
        let state = std::mem::take(&mut *self.lock());
        if let State { seen: Some(seen), draft: Some(draft) } = state {
            self.keep(seen, draft, folder);
        }
    }
}

/// A zip's name in its folder.
pub(super) fn zip_name(artifact: &ArtifactDigest) -> String {
    format!("{artifact}.zip")
}

fn read(path: &Path) -> Option<BTreeMap<ArtifactDigest, Stamp>> {
    let content = recall(path, KIND)?;
    let mut reader = MemoryReader::new(&content);
    let mut seen = BTreeMap::new();
    while !reader.is_at_end() {
        seen.insert(ArtifactDigest(reader.digest()?), reader.stamp()?);
    }
    Some(seen)
}
