//! Which build came of which source, on this machine. A memory, not a record: an entry that is damaged, or whose zip is,
//! is forgotten, and the function is built again.

use std::cmp::Reverse;
use std::fs;
use std::io;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use shipway_core::build::BuildRecord;
use shipway_core::digest::{BuildDigest, SourceDigest};
use shipway_engine::ports::{ArtifactFile, BuildCache, CachedBuild};

use super::artifact_folder::{ArtifactFolder, forget};
use crate::durable;

/// The format's version. Entries of another one are left alone and not used.
const ENTRY_VERSION: u32 = 1;

/// The folder `cache` below a folder of this machine's, with the zips beside it.
#[derive(Debug, Clone)]
pub struct BuildCacheFolder {
    folder: PathBuf,
    artifacts: ArtifactFolder,
}

/// One entry, as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    version: u32,
    /// The record's own digest, so that an edited or torn entry shows.
    digest: BuildDigest,
    record: BuildRecord,
}

/// Only what tells whether the rest can be read.
#[derive(Debug, Deserialize)]
struct EntryHead {
    version: u32,
}

impl BuildCacheFolder {
    /// The memory below `folder`, which is made when there is something to remember.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.join("cache"), artifacts: ArtifactFolder::new(folder) }
    }

    /// All builds that are remembered, the one that was made last first. Their zips are not looked at, and what cannot be
    /// read is left out.
    #[must_use]
    pub fn records(&self) -> Vec<BuildRecord> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut found: Vec<(SystemTime, BuildRecord)> = entries
            .filter_map(|entry| {
                let made = entry.metadata().ok()?.modified().ok()?;
                let Entry { version, digest, record } = serde_json::from_slice(&fs::read(entry.path()).ok()?).ok()?;
                (version == ENTRY_VERSION && record.to_bytes().1 == digest).then_some((made, record))
            })
            .collect();
        found.sort_by_key(|(made, record)| (Reverse(*made), record.artifact));
        found.into_iter().map(|(_, record)| record).collect()
    }

    fn path(&self, source: &SourceDigest) -> PathBuf {
        self.folder.join(format!("{source}.json"))
    }

    fn recall(&self, source: &SourceDigest) -> Option<CachedBuild> {
        let path = self.path(source);
        let bytes = fs::read(&path).ok()?;
        if serde_json::from_slice::<EntryHead>(&bytes).is_ok_and(|head| head.version != ENTRY_VERSION) {
            return None;
        }
        let cached = self.read(source, &bytes);
        if cached.is_none() {
            forget(&path);
        }
        cached
    }

    fn read(&self, source: &SourceDigest, bytes: &[u8]) -> Option<CachedBuild> {
        let entry: Entry = serde_json::from_slice(bytes).ok()?;
        if entry.record.to_bytes().1 != entry.digest || entry.record.source_digest() != Some(*source) {
            return None;
        }
        let file = self.artifacts.whole(&entry.record.artifact)?;
        (file.bytes == entry.record.zip_bytes).then_some(CachedBuild { record: entry.record, file })
    }

    fn note(&self, source: &SourceDigest, record: &BuildRecord, file: &ArtifactFile) -> io::Result<()> {
        self.artifacts.take_in(file)?;
        fs::create_dir_all(&self.folder)?;
        durable::sweep(&self.folder);
        let entry = Entry { version: ENTRY_VERSION, digest: record.to_bytes().1, record: record.clone() };
        let mut draft = durable::temporary_in(&self.folder)?;
        draft.as_file_mut().write_all(&serde_json::to_vec(&entry)?)?;
        draft.persist(self.path(source)).map_err(|error| error.error)?;
        Ok(())
    }
}

#[async_trait(?Send)]
impl BuildCache for BuildCacheFolder {
    async fn find(&self, source: &SourceDigest) -> Option<CachedBuild> {
        let (folder, source) = (self.clone(), *source);
        tokio::task::spawn_blocking(move || folder.recall(&source)).await.ok()?
    }

    async fn remember(&self, source: &SourceDigest, record: &BuildRecord, file: &ArtifactFile) -> Result<(), String> {
        let (folder, source, record, file) = (self.clone(), *source, record.clone(), file.clone());
        let failed = |error: String| format!("the build of `{}` could not be remembered: {error}", record.function);
        let work = {
            let record = record.clone();
            move || folder.note(&source, &record, &file)
        };
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|error| failed(error.to_string()))?.map_err(|error| failed(error.to_string()))
    }
}
