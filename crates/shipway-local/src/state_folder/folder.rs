//! The folder's state under its lock: read what others wrote, change, write, all or nothing.
//!
//! Any number of processes may have the folder open. Each change is made with the lock held, on the state as the log has
//! it at that moment, and is durable before it is answered.

use std::{
    collections::BTreeSet,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use shipway_lambda_model::{Model, Settings, State, hexadecimal};
use thiserror::Error;

use super::log::{Damaged, FORMAT, Record, decode, encode};

/// Above this many bytes of changes, and when they outweigh the state by far, the log is written anew.
const COMPACTION_FLOOR: u64 = 256 * 1024;

/// Code that nothing refers to is kept for this long: another process may be about to refer to it.
const ORPHAN_AGE: Duration = Duration::from_secs(3600);

/// The state holds the values of variables, and logs hold whatever functions write: what is made here is its owner's
/// alone. A folder that was there before keeps the mode that somebody gave it.
const PRIVATE_FOLDER: u32 = 0o700;
const PRIVATE_FILE: u32 = 0o600;

/// Why the state folder cannot be used.
#[derive(Debug, Error)]
pub enum StateError {
    /// The file system refused.
    #[error("{attempt} {}", path.display())]
    Io {
        /// What was attempted, such as "cannot open".
        attempt: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A record in the middle of the log does not match its checksum, or is none that this version knows.
    #[error("the log {} cannot be read from byte {offset} on", path.display())]
    Damaged {
        /// The log.
        path: PathBuf,
        /// Where the record begins.
        offset: u64,
    },
    /// The log does not begin with a header that this version can read.
    #[error("the log {} is of format {format}, and this version of Shipway reads format {FORMAT}", path.display())]
    NewerFormat {
        /// The log.
        path: PathBuf,
        /// Its format.
        format: u32,
    },
    /// The log does not begin as a log does.
    #[error("{} is no log of an embedded Lambda", path.display())]
    NoLog {
        /// The file.
        path: PathBuf,
    },
    /// The folder belongs to another account or region.
    #[error("the folder {} is of account {account}, region {region}", path.display())]
    OtherHome {
        /// The folder.
        path: PathBuf,
        /// Its account.
        account: String,
        /// Its region.
        region: String,
    },
    /// A record has no JSON form. It would be a bug.
    #[error("a change of the state cannot be written")]
    Encode {
        /// Why.
        #[source]
        source: serde_json::Error,
    },
}

trait Attempt<T> {
    fn attempt(self, attempt: &'static str, path: &Path) -> Result<T, StateError>;
}

impl<T> Attempt<T> for io::Result<T> {
    fn attempt(self, attempt: &'static str, path: &Path) -> Result<T, StateError> {
        self.map_err(|source| StateError::Io { attempt, path: path.to_owned(), source })
    }
}

/// The state folder of one account and region.
#[derive(Debug)]
pub(crate) struct StateFolder {
    folder: PathBuf,
    settings: Settings,
    lock: File,
    /// The log as far as it was read; `None` when it must be read from the start.
    open: Option<OpenLog>,
    compaction_floor: u64,
}

#[derive(Debug)]
struct OpenLog {
    file: File,
    inode: u64,
    /// Bytes that were read or written: whole records.
    length: u64,
    /// Bytes of the header and the state that the log begins with.
    base: u64,
    model: Model,
}

/// Held while the state is looked at or changed.
struct Held<'a>(&'a File);

impl<'a> Held<'a> {
    fn take(lock: &'a File, path: &Path) -> Result<Self, StateError> {
        lock.lock().attempt("cannot lock", path)?;
        Ok(Held(lock))
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        // It fails only for a file that is closed, and closing releases as well.
        let _released = self.0.unlock();
    }
}

impl StateFolder {
    /// Opens or creates the folder, and reads its state.
    pub(crate) fn open(folder: &Path, settings: Settings) -> Result<Self, StateError> {
        for name in ["code", "code-unpacked", "logs"] {
            let path = folder.join(name);
            DirBuilder::new().recursive(true).mode(PRIVATE_FOLDER).create(&path).attempt("cannot create", &path)?;
        }
        let path = folder.join("state.lock");
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(PRIVATE_FILE)
            .open(&path)
            .attempt("cannot open", &path)?;
        let mut opened =
            StateFolder { folder: folder.to_owned(), settings, lock, open: None, compaction_floor: COMPACTION_FLOOR };
        opened.transact(|_| ())?;
        Ok(opened)
    }

    /// Looks at the state and changes it. When this returns, the change is on disk; when it fails, there is none.
    pub(crate) fn transact<T>(&mut self, change: impl FnOnce(&mut Model) -> T) -> Result<T, StateError> {
        let Self { folder, settings, lock, open, compaction_floor } = self;
        let _held = Held::take(lock, &folder.join("state.lock"))?;
        let mut log = match catch_up(folder, open.take())? {
            Some(log) => log,
            None => read_or_create(folder, settings)?,
        };
        // The log is forgotten until the end: after a failure its model has a change that the disk does not have.
        let result = change(&mut log.model);
        let changes = log.model.take_changes();
        if !changes.is_empty() {
            log.append(folder, &Record::Changes(changes))?;
            if log.length - log.base > (*compaction_floor).max(4 * log.base) {
                log = write_anew(folder, settings, log.model)?;
                remove_orphans(folder, log.model.state());
            }
        }
        *open = Some(log);
        Ok(result)
    }
}

fn log_path(folder: &Path) -> PathBuf {
    folder.join("state.log")
}

/// Reads what other processes wrote. `None` if the log was replaced, or was never read.
fn catch_up(folder: &Path, open: Option<OpenLog>) -> Result<Option<OpenLog>, StateError> {
    let path = log_path(folder);
    let Some(mut log) = open else {
        return Ok(None);
    };
    let Ok(metadata) = fs::metadata(&path) else {
        return Ok(None);
    };
    if metadata.ino() != log.inode || metadata.len() < log.length {
        return Ok(None);
    }
    if metadata.len() > log.length {
        let mut tail = Vec::new();
        log.file
            .seek(SeekFrom::Start(log.length))
            .and_then(|_| log.file.read_to_end(&mut tail))
            .attempt("cannot read", &path)?;
        let decoded = decode(&tail).map_err(|damage| damaged(&path, log.length, damage))?;
        for record in decoded.records {
            if let Record::Changes(changes) = record {
                changes.into_iter().for_each(|change| log.model.apply(change));
            }
        }
        log.length += decoded.whole as u64;
        log.cut_tail(&path, metadata.len())?;
    }
    Ok(Some(log))
}

fn damaged(path: &Path, start: u64, damage: Damaged) -> StateError {
    StateError::Damaged { path: path.to_owned(), offset: start + damage.offset as u64 }
}

fn read_or_create(folder: &Path, settings: &Settings) -> Result<OpenLog, StateError> {
    let path = log_path(folder);
    let mut file = match OpenOptions::new().read(true).append(true).open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return write_anew(folder, settings, Model::new(settings.clone()));
        }
        Err(error) => return Err(error).attempt("cannot open", &path),
    };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).attempt("cannot read", &path)?;
    let metadata = file.metadata().attempt("cannot look at", &path)?;
    let decoded = decode(&bytes).map_err(|damage| damaged(&path, 0, damage))?;
    let mut records = decoded.records.into_iter();
    check_header(folder, &path, settings, records.next())?;
    let Some(Record::State(state)) = records.next() else {
        return Err(StateError::NoLog { path });
    };
    let mut state = *state;
    for record in records {
        if let Record::Changes(changes) = record {
            changes.into_iter().for_each(|change| state.apply(change));
        }
    }
    let base = bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n')
        .nth(1)
        .map_or(0, |(position, _)| position as u64 + 1);
    let mut log = OpenLog {
        file,
        inode: metadata.ino(),
        length: decoded.whole as u64,
        base,
        model: Model::with_state(settings.clone(), state),
    };
    log.cut_tail(&path, metadata.len())?;
    Ok(log)
}

fn check_header(folder: &Path, path: &Path, settings: &Settings, record: Option<Record>) -> Result<(), StateError> {
    let Some(Record::Header { format, account, region }) = record else {
        return Err(StateError::NoLog { path: path.to_owned() });
    };
    if format != FORMAT {
        return Err(StateError::NewerFormat { path: path.to_owned(), format });
    }
    if account != settings.home.account || region != settings.home.region {
        return Err(StateError::OtherHome { path: folder.to_owned(), account, region });
    }
    Ok(())
}

/// Writes a log that holds the state alone, and puts it in the old one's place.
fn write_anew(folder: &Path, settings: &Settings, model: Model) -> Result<OpenLog, StateError> {
    let path = log_path(folder);
    let draft = folder.join("state.log.draft");
    let header =
        Record::Header { format: FORMAT, account: settings.home.account.clone(), region: settings.home.region.clone() };
    let mut bytes = encode(&header).map_err(|source| StateError::Encode { source })?;
    let state = Record::State(Box::new(model.state().clone()));
    bytes.extend(encode(&state).map_err(|source| StateError::Encode { source })?);
    // A draft that a kill left behind may be older than this rule.
    remove_if_there(&draft)?;
    let mut file = OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(PRIVATE_FILE)
        .open(&draft)
        .attempt("cannot create", &draft)?;
    file.write_all(&bytes).and_then(|()| file.sync_all()).attempt("cannot write", &draft)?;
    fs::rename(&draft, &path).attempt("cannot replace", &path)?;
    sync_folder(folder)?;
    let file = OpenOptions::new().read(true).append(true).open(&path).attempt("cannot open", &path)?;
    let metadata = file.metadata().attempt("cannot look at", &path)?;
    Ok(OpenLog { file, inode: metadata.ino(), length: bytes.len() as u64, base: bytes.len() as u64, model })
}

fn remove_if_there(path: &Path) -> Result<(), StateError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).attempt("cannot remove", path),
        _ => Ok(()),
    }
}

pub(super) fn sync_folder(folder: &Path) -> Result<(), StateError> {
    File::open(folder).and_then(|opened| opened.sync_all()).attempt("cannot flush", folder)
}

impl OpenLog {
    /// Cuts what is left of a record that a crash interrupted.
    fn cut_tail(&mut self, path: &Path, found: u64) -> Result<(), StateError> {
        if found > self.length {
            tracing::warn!(
                bytes = found - self.length,
                "cut off the record that was being written when its writer ended"
            );
            self.file.set_len(self.length).and_then(|()| self.file.sync_all()).attempt("cannot cut", path)?;
        }
        Ok(())
    }

    fn append(&mut self, folder: &Path, record: &Record) -> Result<(), StateError> {
        let path = log_path(folder);
        let bytes = encode(record).map_err(|source| StateError::Encode { source })?;
        let written = self.file.write_all(&bytes).and_then(|()| self.file.sync_data());
        if written.is_err() {
            // What stays of it is a torn tail, which the next reader cuts if this does not.
            let _cut = self.file.set_len(self.length);
        }
        written.attempt("cannot write", &path)?;
        self.length += bytes.len() as u64;
        Ok(())
    }
}

/// Removes packages that no version needs. What cannot be removed stays until the next time.
fn remove_orphans(folder: &Path, state: &State) {
    let needed: BTreeSet<String> = state.packages().filter_map(|package| hexadecimal(&package.code_sha256)).collect();
    for kind in ["code", "code-unpacked"] {
        let Ok(entries) = fs::read_dir(folder.join(kind)) else {
            continue;
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_old = entry
                .metadata()
                .and_then(|metadata| metadata.modified())
                .is_ok_and(|modified| SystemTime::now().duration_since(modified).is_ok_and(|age| age > ORPHAN_AGE));
            if !is_old || needed.contains(name.trim_end_matches(".zip")) {
                continue;
            }
            let path = entry.path();
            let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            if let Err(error) = removed {
                tracing::debug!(%error, path = %path.display(), "an unused package stays");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shipway_lambda_model::{Code, CreateFunction, Package, Request, SeededEntropy, Target};

    fn settings() -> Settings {
        Settings::new("000000000000", "eu-west-1")
    }

    fn create(folder: &mut StateFolder, name: &str) {
        let mut input = CreateFunction {
            function_name: name.to_owned(),
            code: Code::Package(Package::of_zip(name.as_bytes(), 1)),
            ..CreateFunction::default()
        };
        input.configuration.role = Some("arn:aws:iam::000000000000:role/r".to_owned());
        input.configuration.runtime = Some("python3.13".to_owned());
        input.configuration.handler = Some("app.handler".to_owned());
        let request = Request::CreateFunction(Box::new(input));
        folder.transact(|model| model.handle(&request, 1, &mut SeededEntropy::new(1))).unwrap().result.unwrap();
    }

    fn delete(folder: &mut StateFolder, name: &str) {
        let request = Request::DeleteFunction(Target::new(name));
        folder.transact(|model| model.handle(&request, 1, &mut SeededEntropy::new(1))).unwrap().result.unwrap();
    }

    fn names(folder: &mut StateFolder) -> Vec<String> {
        folder.transact(|model| model.state().functions.keys().cloned().collect()).unwrap()
    }

    #[test]
    fn nobody_else_can_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("lambda");
        create(&mut StateFolder::open(&folder, settings()).unwrap(), "first");
        let mode = |name: &str| fs::metadata(folder.join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(["", "code", "code-unpacked", "logs"].map(mode), [0o700; 4]);
        assert_eq!(["state.log", "state.lock"].map(mode), [0o600; 2]);
    }

    #[test]
    fn a_kill_at_any_byte_of_a_write_leaves_the_state_before_it() {
        let place = tempfile::tempdir().unwrap();
        let mut folder = StateFolder::open(place.path(), settings()).unwrap();
        create(&mut folder, "first");
        create(&mut folder, "second");
        let path = log_path(place.path());
        let before = fs::metadata(&path).unwrap().len();
        delete(&mut folder, "second");
        let log = fs::read(&path).unwrap();
        for length in before..log.len() as u64 {
            let copy = tempfile::tempdir().unwrap();
            fs::write(log_path(copy.path()), &log[..usize::try_from(length).unwrap()]).unwrap();
            let mut cut = StateFolder::open(copy.path(), settings()).unwrap();
            assert_eq!(names(&mut cut), ["first", "second"], "{length} of {} bytes", log.len());
            // The tail is gone, and what comes next stands where it was.
            delete(&mut cut, "first");
            drop(cut);
            let mut again = StateFolder::open(copy.path(), settings()).unwrap();
            assert_eq!(names(&mut again), ["second"]);
        }
        let mut whole = StateFolder::open(place.path(), settings()).unwrap();
        assert_eq!(names(&mut whole), ["first"]);
    }

    #[test]
    fn one_process_s_torn_tail_is_cut_by_another_that_is_open() {
        let place = tempfile::tempdir().unwrap();
        let mut folder = StateFolder::open(place.path(), settings()).unwrap();
        create(&mut folder, "first");
        let path = log_path(place.path());
        let mut log = fs::read(&path).unwrap();
        log.extend(b"0123abcd {\"Changes\"");
        fs::write(&path, &log).unwrap();
        create(&mut folder, "second");
        assert_eq!(names(&mut folder), ["first", "second"]);
        let mut again = StateFolder::open(place.path(), settings()).unwrap();
        assert_eq!(names(&mut again), ["first", "second"]);
    }

    #[test]
    fn two_that_have_it_open_see_each_other() {
        let place = tempfile::tempdir().unwrap();
        let mut one = StateFolder::open(place.path(), settings()).unwrap();
        let mut other = StateFolder::open(place.path(), settings()).unwrap();
        create(&mut one, "first");
        create(&mut other, "second");
        assert_eq!(names(&mut one), ["first", "second"]);
        assert_eq!(names(&mut other), ["first", "second"]);
    }

    #[test]
    fn many_that_write_at_once_lose_nothing() {
        let place = tempfile::tempdir().unwrap();
        StateFolder::open(place.path(), settings()).unwrap();
        // Open, so that its number is not given to another file.
        let first = File::open(log_path(place.path())).unwrap();
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let path = place.path();
                scope.spawn(move || {
                    let mut folder = StateFolder::open(path, settings()).unwrap();
                    // So that the log is often replaced under the others.
                    folder.compaction_floor = 0;
                    for number in 0..15 {
                        create(&mut folder, &format!("f-{writer}-{number}"));
                    }
                });
            }
        });
        let mut folder = StateFolder::open(place.path(), settings()).unwrap();
        assert_eq!(names(&mut folder).len(), 60);
        assert_ne!(
            fs::metadata(log_path(place.path())).unwrap().ino(),
            first.metadata().unwrap().ino(),
            "the log was never replaced"
        );
    }

    #[test]
    fn a_log_written_anew_has_the_same_state_and_is_noticed() {
        let place = tempfile::tempdir().unwrap();
        let mut one = StateFolder::open(place.path(), settings()).unwrap();
        create(&mut one, "first");
        let mut other = StateFolder::open(place.path(), settings()).unwrap();
        let model = other.transact(|model| model.clone()).unwrap();
        let before = fs::metadata(log_path(place.path())).unwrap().ino();
        write_anew(place.path(), &settings(), model).unwrap();
        assert_ne!(fs::metadata(log_path(place.path())).unwrap().ino(), before);
        create(&mut one, "second");
        assert_eq!(names(&mut other), ["first", "second"]);
    }

    #[test]
    fn a_long_log_is_written_anew() {
        let place = tempfile::tempdir().unwrap();
        let mut folder = StateFolder::open(place.path(), settings()).unwrap();
        let name = "x".repeat(60);
        let mut shrunk = false;
        let mut last = 0;
        for _ in 0..4000 {
            create(&mut folder, &name);
            delete(&mut folder, &name);
            let length = fs::metadata(log_path(place.path())).unwrap().len();
            shrunk |= length < last;
            last = length;
            if shrunk {
                break;
            }
        }
        assert!(shrunk, "the log has {last} bytes and was never written anew");
        assert!(names(&mut folder).is_empty());
    }

    #[test]
    fn a_folder_keeps_its_account_and_region() {
        let place = tempfile::tempdir().unwrap();
        StateFolder::open(place.path(), settings()).unwrap();
        let other = StateFolder::open(place.path(), Settings::new("000000000000", "us-east-1"));
        assert!(matches!(other, Err(StateError::OtherHome { region, .. }) if region == "eu-west-1"));
    }

    #[test]
    fn what_is_no_log_is_left_alone() {
        let place = tempfile::tempdir().unwrap();
        let path = log_path(place.path());
        for bytes in ["", "hello", "hello\nworld\n"] {
            fs::write(&path, bytes).unwrap();
            assert!(StateFolder::open(place.path(), settings()).is_err());
            assert_eq!(fs::read_to_string(&path).unwrap(), bytes);
        }
        let newer =
            encode(&Record::Header { format: 2, account: "000000000000".to_owned(), region: "eu-west-1".to_owned() });
        fs::write(&path, newer.unwrap()).unwrap();
        let error = StateFolder::open(place.path(), settings()).unwrap_err();
        assert!(matches!(error, StateError::NewerFormat { format: 2, .. }));
    }
}
