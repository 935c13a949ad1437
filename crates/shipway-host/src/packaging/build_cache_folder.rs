//! Which build came of which source, on this machine. A memory, not a record: an entry that is damaged, or whose zip is,
//! is forgotten, and the function is built again.

use std::cmp::Reverse;
use std::fs;
use std::io;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Once};
use std::time::SystemTime;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use shipway_core::build::{BuildRecord, FunctionBuild, Platform, Product};
use shipway_core::digest::{BuildDigest, SourceDigest};
use shipway_core::names::LogicalName;
use shipway_engine::ports::{ArtifactFile, BuildCache, CachedBuild, Remembered};

use super::artifact_folder::{ArtifactFolder, forget};
use crate::durable;

/// The format's version. Entries of another one are left alone and not used.
const ENTRY_VERSION: u32 = 1;

/// How much the entries may be together, in bytes, before old ones go.
const MOST_BYTES: u64 = 256 << 20;

/// The folder `cache` below a folder of this machine's, with the zips beside it.
#[derive(Debug, Clone)]
pub struct BuildCacheFolder {
    folder: PathBuf,
    artifacts: ArtifactFolder,
    swept: Arc<Once>,
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
        Self { folder: folder.join("cache"), artifacts: ArtifactFolder::new(folder), swept: Arc::new(Once::new()) }
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

    /// Where the last build of a function or layer for a platform is remembered: the text is its source digest.
    fn last_path(&self, function: &LogicalName, product: Product, platform: Platform) -> PathBuf {
        let platform = match platform {
            Platform::Lambda { architecture } => architecture.as_str(),
            Platform::Host => "host",
        };
        self.folder.join("last").join(format!("{function}{}.{platform}", product.mark()))
    }

    fn recall(&self, source: &SourceDigest) -> Remembered {
        let path = self.path(source);
        let Ok(bytes) = fs::read(&path) else { return Remembered::Nothing };
        let read = self.read(source, &bytes);
        let is_newer = || serde_json::from_slice::<EntryHead>(&bytes).is_ok_and(|head| head.version != ENTRY_VERSION);
        match read {
            Ok(cached) => Remembered::Whole(Box::new(cached)),
            Err(_) if is_newer() => Remembered::Nothing,
            Err(reason) => {
                forget(&path);
                Remembered::Damaged { reason: reason.to_owned() }
            }
        }
    }

    fn read(&self, source: &SourceDigest, bytes: &[u8]) -> Result<CachedBuild, &'static str> {
        let record = read_record(source, bytes)?;
        let file = self.artifacts.whole(&record.artifact).ok_or("its zip is gone, or is not what it was")?;
        if file.bytes != record.zip_bytes {
            return Err("its zip has another size");
        }
        Ok(CachedBuild { record, file })
    }

    fn recall_last(&self, function: &LogicalName, product: Product, platform: Platform) -> Option<BuildRecord> {
        let source: SourceDigest =
            fs::read_to_string(self.last_path(function, product, platform)).ok()?.parse().ok()?;
        read_record(&source, &fs::read(self.path(&source)).ok()?).ok()
    }

    fn note(&self, source: &SourceDigest, record: &BuildRecord, file: &ArtifactFile) -> io::Result<()> {
        self.artifacts.take_in(file)?;
        fs::create_dir_all(&self.folder)?;
        self.swept.call_once(|| {
            durable::sweep(&self.folder);
            durable::keep_below(&self.folder, MOST_BYTES);
        });
        let entry = Entry { version: ENTRY_VERSION, digest: record.to_bytes().1, record: record.clone() };
        let mut draft = durable::temporary_in(&self.folder)?;
        draft.as_file_mut().write_all(&serde_json::to_vec(&entry)?)?;
        draft.persist(self.path(source)).map_err(|error| error.error)?;
        let last = self.last_path(&record.function, record.product, record.platform);
        fs::create_dir_all(self.folder.join("last"))?;
        let mut draft = durable::temporary_in(&self.folder)?;
        draft.as_file_mut().write_all(source.to_string().as_bytes())?;
        draft.persist(last).map_err(|error| error.error)?;
        Ok(())
    }
}

/// The record in an entry, if the entry is whole and this source's.
fn read_record(source: &SourceDigest, bytes: &[u8]) -> Result<BuildRecord, &'static str> {
    let entry: Entry = serde_json::from_slice(bytes).map_err(|_| "its entry cannot be read")?;
    let (_, digest) = entry.record.to_bytes();
    if entry.version != ENTRY_VERSION || digest != entry.digest || entry.record.source_digest() != Some(*source) {
        return Err("its entry is not what was written");
    }
    Ok(entry.record)
}

#[async_trait(?Send)]
impl BuildCache for BuildCacheFolder {
    async fn find(&self, source: &SourceDigest) -> Remembered {
        let (folder, source) = (self.clone(), *source);
        let recalled = tokio::task::spawn_blocking(move || folder.recall(&source)).await;
        recalled.unwrap_or_else(|error| Remembered::Damaged { reason: error.to_string() })
    }

    async fn last(&self, build: &FunctionBuild) -> Option<BuildRecord> {
        let (folder, function) = (self.clone(), build.function.clone());
        let (product, platform) = (build.product, build.platform);
        tokio::task::spawn_blocking(move || folder.recall_last(&function, product, platform)).await.ok()?
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
