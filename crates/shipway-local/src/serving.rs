//! Who serves a state folder: `serving.json`, locked by its writer for as long as it serves.
//!
//! The lock is what counts. A process that ends in whatever way no longer holds it, so an old file deceives nobody.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    net::SocketAddr,
    path::Path,
    time::Duration,
};

use serde::{Deserialize, Serialize};

const FILE: &str = "serving.json";

/// The contents, for people and for [`find_serving`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Serving {
    /// The server's process.
    pub pid: u32,
    /// The boot that the process belongs to; empty where the system does not tell.
    pub boot_id: String,
    /// Where it listens.
    pub address: SocketAddr,
}

/// The claim to be a folder's server. It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Announcement {
    file: File,
}

/// What an attempt to announce came to.
#[derive(Debug)]
pub(crate) enum Announced {
    Done(Announcement),
    /// Another process serves the folder.
    Taken(Option<Serving>),
}

/// Says where this process serves the folder.
pub(crate) fn announce(folder: &Path, address: SocketAddr) -> io::Result<Announced> {
    let path = folder.join(FILE);
    let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
    if !lock(&file)? {
        return Ok(Announced::Taken(read(&path)));
    }
    let serving = Serving { pid: std::process::id(), boot_id: boot_id(), address };
    file.set_len(0)?;
    serde_json::to_writer(&mut file, &serving)?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    Ok(Announced::Done(Announcement { file }))
}

/// Whether the lock is ours. Somebody who only looks holds it for an instant, which is not serving.
fn lock(file: &File) -> io::Result<bool> {
    for _ in 0..20 {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(5)),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(false)
}

impl Drop for Announcement {
    fn drop(&mut self) {
        // Emptied, not removed: a file that somebody else has just locked must not be taken away from under them.
        let _emptied = self.file.set_len(0);
        let _released = self.file.unlock();
    }
}

/// Where a living process serves the folder, if one does.
#[must_use]
pub fn find_serving(folder: &Path) -> Option<SocketAddr> {
    let path = folder.join(FILE);
    let file = File::open(&path).ok()?;
    match file.try_lock_shared() {
        // Nobody holds it: whoever wrote it is gone.
        Ok(()) => None,
        Err(_) => read(&path).map(|serving| serving.address),
    }
}

fn read(path: &Path) -> Option<Serving> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

fn boot_id() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id").map(|text| text.trim().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_found_for_as_long_as_it_serves() {
        let place = tempfile::tempdir().unwrap();
        let address: SocketAddr = "127.0.0.1:4000".parse().unwrap();
        assert_eq!(find_serving(place.path()), None);
        let Announced::Done(first) = announce(place.path(), address).unwrap() else {
            panic!("nobody else serves it");
        };
        assert_eq!(find_serving(place.path()), Some(address));
        let second = announce(place.path(), "127.0.0.1:4001".parse().unwrap()).unwrap();
        assert!(matches!(second, Announced::Taken(Some(serving)) if serving.address == address));
        drop(first);
        assert_eq!(find_serving(place.path()), None);
    }

    #[test]
    fn what_a_dead_process_left_is_not_believed() {
        let place = tempfile::tempdir().unwrap();
        let left = Serving { pid: 1, boot_id: boot_id(), address: "127.0.0.1:4000".parse().unwrap() };
        fs::write(place.path().join(FILE), serde_json::to_vec(&left).unwrap()).unwrap();
        assert_eq!(find_serving(place.path()), None);
        assert!(matches!(announce(place.path(), left.address).unwrap(), Announced::Done(_)));
    }
}
