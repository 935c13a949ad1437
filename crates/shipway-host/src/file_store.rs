//! A store in a folder (`file://`): the engine's [`Store`] where it runs on one machine.
//!
//! Keys are paths below the folder. An object is created by giving a finished file its name unless that is taken, and
//! replaced under a lock on `.lock` in the folder. A kill at any moment leaves the old object or the new one.
//! The store knows nothing of what is in its objects.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use rustix::fs::FlockOperation;
use rustix::io::Errno;
use shipway_core::digest::ArtifactDigest;
use shipway_core::store_layout::{self, StoreKey, StorePrefix};
use shipway_engine::ports::{
    ArtifactFile, Created, ETag, Listed, ObjectLocation, Reach, Replaced, Store, StoreError, StoreErrorKind, Stored,
    Versioning,
};

use crate::durable::{self, PlaceError, Placed};
use crate::hashing;

const LOCK_NAME: &str = ".lock";

/// How long a replacement waits for another one. Replacing takes milliseconds; who holds the lock longer is stopped.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);

/// A store in a folder. Its clones are the same store.
#[derive(Debug, Clone)]
pub struct FileStore {
    folder: PathBuf,
    url: String,
    lambda_bucket: Option<String>,
}

impl FileStore {
    /// The store in `folder`, which is made when something is first written.
    ///
    /// From here on the process survives SIGXFSZ, so that a limit on the size of files is an error like a full disk.
    ///
    /// # Errors
    /// When `folder` has no absolute form (the working folder is gone), or the signal cannot be caught.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let url = format!("file://{}", folder.display());
        let failed = |error| failure("open", url.clone(), &error);
        let folder = std::path::absolute(folder).map_err(failed)?;
        let url = format!("file://{}", folder.display());
        // A handler and not "ignore": programs that this process starts keep the signal's default.
        signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::new(AtomicBool::new(false))).map_err(failed)?;
        Ok(Self { folder, url, lambda_bucket: None })
    }

    /// Says that the functions' Lambda (the embedded one) reads this folder as the bucket `bucket`, with the store's
    /// keys as keys.
    #[must_use]
    pub fn seen_by_lambda_as(self, bucket: &str) -> Self {
        Self { lambda_bucket: Some(bucket.to_owned()), ..self }
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.join(key)
    }

    fn failure(&self, operation: &'static str, key: &str, error: &io::Error) -> StoreError {
        failure(operation, format!("{}/{key}", self.url), error)
    }

    /// Runs `work` where blocking is allowed.
    async fn blocking<T: Send + 'static>(
        &self,
        operation: &'static str,
        work: impl FnOnce(Self) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.clone();
        let done = tokio::task::spawn_blocking(move || work(store)).await;
        done.unwrap_or_else(|error| {
            let message = format!("the work was broken off: {error}");
            Err(StoreError { operation, object: self.url.clone(), kind: StoreErrorKind::Unknown, message })
        })
    }

    /// The folder of `path`, made if it is missing.
    fn make_folder_of(&self, operation: &'static str, key: &str, path: &Path) -> Result<PathBuf, StoreError> {
        durable::make_folder(&self.folder).map_err(|error| StoreError {
            operation,
            object: self.url.clone(),
            kind: match kind_of(&error) {
                StoreErrorKind::Full => StoreErrorKind::Full,
                _ => StoreErrorKind::Missing,
            },
            message: format!("the folder is missing and cannot be made: {error}"),
        })?;
        let folder = path.parent().unwrap_or(&self.folder).to_owned();
        durable::make_folder(&folder).map_err(|error| self.failure(operation, key, &error))?;
        Ok(folder)
    }

    fn read(&self, key: &str) -> Result<Option<Stored>, StoreError> {
        match read_file(&self.path(key)) {
            Ok(bytes) => Ok(Some(Stored { etag: etag_of(&bytes), bytes })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failure("read", key, &error)),
        }
    }

    fn create_object(&self, operation: &'static str, key: &str, bytes: &[u8]) -> Result<Created, StoreError> {
        let path = self.path(key);
        let folder = self.make_folder_of(operation, key, &path)?;
        let mut temporary = durable::temporary_in(&folder).map_err(|error| self.failure(operation, key, &error))?;
        temporary.as_file_mut().write_all(bytes).map_err(|error| self.failure(operation, key, &error))?;
        self.placed(operation, key, durable::place_new(temporary, &path))
    }

    fn placed(
        &self,
        operation: &'static str,
        key: &str,
        result: Result<Placed, PlaceError>,
    ) -> Result<Created, StoreError> {
        match result {
            Ok(Placed::New) => Ok(Created::Created),
            Ok(Placed::Taken) => Ok(Created::Exists),
            Err(error) => Err(self.place_failure(operation, key, error)),
        }
    }

    fn place_failure(&self, operation: &'static str, key: &str, error: PlaceError) -> StoreError {
        match error {
            PlaceError::NotPlaced(error) => self.failure(operation, key, &error),
            PlaceError::NotFlushed(error) => {
                StoreError { kind: StoreErrorKind::Unknown, ..self.failure(operation, key, &error) }
            }
        }
    }

    fn replace_object(&self, key: &str, bytes: &[u8], expected: Option<&ETag>) -> Result<Replaced, StoreError> {
        let operation = "replace";
        let path = self.path(key);
        let folder = self.make_folder_of(operation, key, &path)?;
        let _lock = self.lock(key)?;
        let present = self.read(key)?.map(|stored| stored.etag);
        if present.as_ref() != expected {
            return Ok(Replaced::Changed);
        }
        let Some(_) = present else {
            // Creators take no lock, so nothing being there must be checked again by the last step.
            return Ok(match self.create_object(operation, key, bytes)? {
                Created::Created => Replaced::Replaced(etag_of(bytes)),
                Created::Exists => Replaced::Changed,
            });
        };
        let mut temporary = durable::temporary_in(&folder).map_err(|error| self.failure(operation, key, &error))?;
        temporary.as_file_mut().write_all(bytes).map_err(|error| self.failure(operation, key, &error))?;
        durable::place_over(temporary, &path).map_err(|error| self.place_failure(operation, key, error))?;
        Ok(Replaced::Replaced(etag_of(bytes)))
    }

    /// Holds the store's lock until the returned file is closed (also by a kill).
    fn lock(&self, key: &str) -> Result<File, StoreError> {
        let failed = |error: io::Error| self.failure("replace", key, &error);
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.folder.join(LOCK_NAME))
            .map_err(failed)?;
        let deadline = Instant::now() + LOCK_PATIENCE;
        loop {
            match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(file),
                Err(Errno::WOULDBLOCK) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(2)),
                Err(Errno::WOULDBLOCK) => {
                    let message = format!("another process has held {LOCK_NAME} for {LOCK_PATIENCE:?}");
                    return Err(StoreError { message, ..failed(io::ErrorKind::WouldBlock.into()) });
                }
                Err(Errno::INTR) => {}
                Err(errno) => return Err(failed(errno.into())),
            }
        }
    }

    fn list_below(&self, prefix: &str, after: Option<&str>) -> Result<Vec<Listed>, StoreError> {
        let mut found = Vec::new();
        let mut folders = vec![prefix.to_owned()];
        while let Some(folder) = folders.pop() {
            let failed = |error: io::Error| self.failure("list", &folder, &error);
            let entries = match fs::read_dir(self.path(&folder)) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(failed(error)),
            };
            for entry in entries {
                let entry = entry.map_err(failed)?;
                if durable::is_temporary(&entry.file_name()) {
                    durable::sweep_file(&entry.path());
                    continue;
                }
                // Every key of ours is UTF-8.
                let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
                let key = format!("{folder}{name}");
                if entry.file_type().map_err(failed)?.is_dir() {
                    folders.push(format!("{key}/"));
                } else if after.is_none_or(|after| key.as_str() > after) {
                    found.extend(self.read(&key)?.map(|stored| Listed {
                        key,
                        etag: stored.etag,
                        bytes: stored.bytes.len() as u64,
                    }));
                }
            }
        }
        found.sort_by(|one, other| one.key.cmp(&other.key));
        Ok(found)
    }

    fn put(&self, file: &ArtifactFile) -> Result<Created, StoreError> {
        let operation = "upload";
        let key = store_layout::artifact(&file.artifact);
        let key = key.as_str();
        let path = self.path(key);
        let failed = |error: io::Error| self.failure(operation, key, &error);
        if self.check(operation, key, &file.artifact)?.is_some() {
            return Ok(Created::Exists);
        }
        let folder = self.make_folder_of(operation, key, &path)?;
        durable::sweep(&folder);
        let mut original = File::open(&file.path).map_err(|error| StoreError {
            message: format!("{}: {error}", file.path.display()),
            ..failed(io::ErrorKind::Other.into())
        })?;
        let mut temporary = durable::temporary_in(&folder).map_err(failed)?;
        let copied = hashing::copy_hashing(&mut original, temporary.as_file_mut()).map_err(failed)?;
        if copied != (file.artifact, file.bytes) {
            return Err(self.damaged(operation, key, &format!("{} is not what it was", file.path.display())));
        }
        let written = hashing::artifact_digest(temporary.path()).map_err(failed)?;
        if written != copied {
            return Err(self.damaged(operation, key, "what was read back is not what was written"));
        }
        self.placed(operation, key, durable::place_new(temporary, &path))
    }

    /// The artifact in the store, if it is there and whole.
    fn check(
        &self,
        operation: &'static str,
        key: &str,
        artifact: &ArtifactDigest,
    ) -> Result<Option<ArtifactFile>, StoreError> {
        let path = self.path(key);
        match hashing::artifact_digest(&path) {
            Ok((found, bytes)) if found == *artifact => Ok(Some(ArtifactFile { artifact: found, bytes, path })),
            Ok((found, _)) => Err(self.damaged(operation, key, &format!("its SHA-256 is {found}"))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failure(operation, key, &error)),
        }
    }

    fn damaged(&self, operation: &'static str, key: &str, message: &str) -> StoreError {
        StoreError {
            operation,
            object: format!("{}/{key}", self.url),
            kind: StoreErrorKind::Damaged,
            message: message.to_owned(),
        }
    }
}

fn failure(operation: &'static str, object: String, error: &io::Error) -> StoreError {
    StoreError { operation, object, kind: kind_of(error), message: error.to_string() }
}

fn kind_of(error: &io::Error) -> StoreErrorKind {
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => StoreErrorKind::Denied,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => StoreErrorKind::Full,
        // A disk or a file server that fails may have done what it was asked.
        io::ErrorKind::TimedOut | io::ErrorKind::StaleNetworkFileHandle => StoreErrorKind::Unknown,
        _ if Errno::from_io_error(error) == Some(Errno::IO) => StoreErrorKind::Unknown,
        _ => StoreErrorKind::Rejected,
    }
}

fn etag_of(bytes: &[u8]) -> ETag {
    ETag(blake3::hash(bytes).to_hex().to_string())
}

fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[async_trait(?Send)]
impl Store for FileStore {
    async fn get(&self, key: &StoreKey) -> Result<Option<Stored>, StoreError> {
        let key = key.clone();
        self.blocking("read", move |store| store.read(key.as_str())).await
    }

    async fn create(&self, key: &StoreKey, bytes: &[u8]) -> Result<Created, StoreError> {
        let (key, bytes) = (key.clone(), bytes.to_vec());
        self.blocking("create", move |store| store.create_object("create", key.as_str(), &bytes)).await
    }

    async fn replace(&self, key: &StoreKey, bytes: &[u8], expected: Option<&ETag>) -> Result<Replaced, StoreError> {
        let (key, bytes, expected) = (key.clone(), bytes.to_vec(), expected.cloned());
        self.blocking("replace", move |store| store.replace_object(key.as_str(), &bytes, expected.as_ref())).await
    }

    async fn list(&self, prefix: &StorePrefix, after: Option<&StoreKey>) -> Result<Vec<Listed>, StoreError> {
        let (prefix, after) = (prefix.clone(), after.cloned());
        self.blocking("list", move |store| store.list_below(prefix.as_str(), after.as_ref().map(StoreKey::as_str)))
            .await
    }

    async fn has_artifact(&self, artifact: &ArtifactDigest, bytes: u64) -> Result<bool, StoreError> {
        let key = store_layout::artifact(artifact);
        self.blocking("read", move |store| match fs::metadata(store.path(key.as_str())) {
            Ok(metadata) => Ok(metadata.is_file() && metadata.len() == bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(store.failure("read", key.as_str(), &error)),
        })
        .await
    }

    async fn put_artifact(&self, file: &ArtifactFile) -> Result<Created, StoreError> {
        let file = file.clone();
        self.blocking("upload", move |store| store.put(&file)).await
    }

    /// The file in the store itself: nobody changes it there.
    async fn fetch_artifact(&self, artifact: &ArtifactDigest) -> Result<Option<ArtifactFile>, StoreError> {
        let artifact = *artifact;
        let key = store_layout::artifact(&artifact);
        self.blocking("download", move |store| store.check("download", key.as_str(), &artifact)).await
    }

    fn reach(&self) -> Reach {
        if self.lambda_bucket.is_some() { Reach::OfLambda } else { Reach::OfThisMachine }
    }

    async fn artifact_location(&self, artifact: &ArtifactDigest) -> Result<Option<ObjectLocation>, StoreError> {
        Ok(self.lambda_bucket.as_ref().map(|bucket| ObjectLocation {
            bucket: bucket.clone(),
            key: store_layout::artifact(artifact).as_str().to_owned(),
            version: None,
        }))
    }

    async fn delete_artifact(&self, artifact: &ArtifactDigest) -> Result<(), StoreError> {
        let key = store_layout::artifact(artifact);
        self.blocking("delete", move |store| match fs::remove_file(store.path(key.as_str())) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(store.failure("delete", key.as_str(), &error)),
        })
        .await
    }

    async fn versioning(&self) -> Result<Versioning, StoreError> {
        Ok(Versioning::OfNoBucket)
    }

    fn url(&self) -> &str {
        &self.url
    }
}
