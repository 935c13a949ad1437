//! Zips on this machine, each named by its SHA-256 and checked against it whenever it is asked for: by reading it, or by
//! remembering that exactly this file was read.
//!
//! A simple rule keeps the folder from growing for ever: above [`MOST_BYTES`], what was made first goes first, but nothing
//! that is younger than a week.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Once};

use async_trait::async_trait;
use shipway_core::digest::ArtifactDigest;
use shipway_engine::ports::{ArtifactFile, ArtifactFiles};
use shipway_package::Stamp;
use tempfile::TempPath;

use super::vouched_zips::{VouchedZips, zip_name};
use crate::{durable, hashing};

/// How much the zips may be together, in bytes, before old ones go.
const MOST_BYTES: u64 = 8 << 30;

/// The folder `artifacts` below a folder of this machine's.
#[derive(Debug, Clone)]
pub struct ArtifactFolder {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    folder: PathBuf,
    vouched: VouchedZips,
    swept: Once,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.vouched.close(&self.folder);
    }
}

impl ArtifactFolder {
    /// The zips below `folder`, which is made when there is something to keep.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        let vouched = VouchedZips::new(&folder.join("cache").join("zips.memory"));
        Self { shared: Arc::new(Shared { folder: folder.join("artifacts"), vouched, swept: Once::new() }) }
    }

    /// A temporary file beside the zips, to be given to [`ArtifactFolder::keep`].
    pub(super) fn draft(&self) -> io::Result<TempPath> {
        let folder = &self.shared.folder;
        fs::create_dir_all(folder)?;
        self.shared.swept.call_once(|| {
            durable::sweep(folder);
            durable::keep_below(folder, MOST_BYTES);
        });
        Ok(durable::temporary_in(folder)?.into_temp_path())
    }

    /// Gives a finished draft its name. One of that name that is there already is replaced: this one is whole.
    pub(super) fn keep(&self, draft: TempPath, artifact: ArtifactDigest, bytes: u64) -> io::Result<ArtifactFile> {
        let path = self.path(&artifact);
        draft.persist(&path).map_err(|error| error.error)?;
        Ok(ArtifactFile { artifact, bytes, path })
    }

    /// Takes in a copy of a zip that lies elsewhere.
    pub(super) fn take_in(&self, file: &ArtifactFile) -> io::Result<()> {
        if file.path == self.path(&file.artifact) || self.whole(&file.artifact).is_some() {
            return Ok(());
        }
        let draft = self.draft()?;
        let (artifact, bytes) =
            hashing::copy_hashing(&mut fs::File::open(&file.path)?, &mut fs::File::create(&draft)?)?;
        if (artifact, bytes) != (file.artifact, file.bytes) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the zip is not what it was"));
        }
        self.keep(draft, artifact, bytes).map(drop)
    }

    /// The zip with this digest, if it is here; one whose bytes are others is removed.
    pub(super) fn whole(&self, artifact: &ArtifactDigest) -> Option<ArtifactFile> {
        let path = self.path(artifact);
        match self.is_whole(&path, artifact) {
            Ok(Some(bytes)) => Some(ArtifactFile { artifact: *artifact, bytes, path }),
            Ok(None) => {
                tracing::warn!(path = %path.display(), "a damaged artifact is removed");
                forget(&path);
                None
            }
            Err(error) => {
                tracing::debug!(path = %path.display(), %error, "no artifact");
                None
            }
        }
    }

    /// The size of a zip that is whole.
    fn is_whole(&self, path: &Path, artifact: &ArtifactDigest) -> io::Result<Option<u64>> {
        let vouched = &self.shared.vouched;
        let before = Stamp::of(&fs::symlink_metadata(path)?);
        if vouched.vouch(artifact, &before) {
            return Ok(Some(before.bytes()));
        }
        vouched.begin();
        // Once more: what was begun must be older than what is noted.
        let before = Stamp::of(&fs::symlink_metadata(path)?);
        let (found, bytes) = hashing::artifact_digest(path)?;
        if found != *artifact {
            return Ok(None);
        }
        vouched.saw(artifact, before);
        Ok(Some(bytes))
    }

    /// The zips here whose digests begin so, in their order. They are not looked at.
    #[must_use]
    pub fn beginning_with(&self, digits: &str) -> Vec<(ArtifactDigest, PathBuf)> {
        let names = fs::read_dir(&self.shared.folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
        let mut found: Vec<_> = names
            .filter_map(|name| name.to_str()?.strip_suffix(".zip")?.parse::<ArtifactDigest>().ok())
            .filter(|artifact| artifact.to_string().starts_with(digits))
            .map(|artifact| (artifact, self.path(&artifact)))
            .collect();
        found.sort();
        found
    }

    pub(super) fn path(&self, artifact: &ArtifactDigest) -> PathBuf {
        self.shared.folder.join(zip_name(artifact))
    }
}

/// Removes a file that is of no use. One that cannot be removed will be noticed again.
pub(super) fn forget(path: &Path) {
    if let Err(error) = fs::remove_file(path) {
        tracing::debug!(path = %path.display(), %error, "a damaged file stays");
    }
}

#[async_trait(?Send)]
impl ArtifactFiles for ArtifactFolder {
    async fn find(&self, artifact: &ArtifactDigest) -> Option<ArtifactFile> {
        let (folder, artifact) = (self.clone(), *artifact);
        tokio::task::spawn_blocking(move || folder.whole(&artifact)).await.ok()?
    }
}
