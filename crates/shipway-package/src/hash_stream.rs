//! SHA-256 of a stream, on a thread of its own if there may be more than one: hashing a zip takes as long as copying it.
//!
//! It knows nothing of zips. Few buffers go round, so memory stays bounded.

use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use sha2::{Digest, Sha256};

/// Buffers that wait to be hashed.
const WAITING: usize = 4;

/// A SHA-256 that comes about.
pub(crate) enum HashStream {
    Here(Sha256),
    /// On another thread, which hands empty buffers back.
    There {
        full: SyncSender<Vec<u8>>,
        empty: Receiver<Vec<u8>>,
        thread: JoinHandle<[u8; 32]>,
    },
}

impl HashStream {
    pub(crate) fn new(threads: NonZeroUsize) -> Self {
        if threads.get() == 1 {
            return Self::Here(Sha256::new());
        }
        let (full, to_hash) = sync_channel::<Vec<u8>>(WAITING);
        let (done, empty) = sync_channel(2 * WAITING);
        let work = move || {
            let mut sha256 = Sha256::new();
            for mut buffer in to_hash {
                sha256.update(&buffer);
                buffer.clear();
                // When nobody takes buffers back any more, or there are enough, this one is freed.
                let _ = done.try_send(buffer);
            }
            sha256.finalize().into()
        };
        // Where the system gives no thread, this one does it.
        thread::Builder::new()
            .spawn(work)
            .map_or_else(|_| Self::Here(Sha256::new()), |thread| Self::There { full, empty, thread })
    }

    /// Hashes what is in the buffer, and leaves an empty one in its place.
    pub(crate) fn take(&mut self, buffer: &mut Vec<u8>) {
        match self {
            Self::Here(sha256) => {
                sha256.update(&*buffer);
                buffer.clear();
            }
            Self::There { full, empty, .. } => {
                let fresh = empty.try_recv().unwrap_or_default();
                // It fails if the thread panicked, which joining it tells.
                let _ = full.send(std::mem::replace(buffer, fresh));
            }
        }
    }

    /// The digest of all that was taken.
    pub(crate) fn finish(self) -> [u8; 32] {
        match self {
            Self::Here(sha256) => sha256.finalize().into(),
            Self::There { full, empty, thread } => {
                drop((full, empty));
                thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn here_or_there_the_digest_is_the_same() {
        let parts: Vec<Vec<u8>> = (0..50_u8).map(|byte| vec![byte; 1_000 * usize::from(byte)]).collect();
        let expected: [u8; 32] = Sha256::digest(parts.concat()).into();
        for threads in [1, 2] {
            let mut stream = HashStream::new(NonZeroUsize::new(threads).unwrap());
            for part in &parts {
                let mut buffer = part.clone();
                stream.take(&mut buffer);
                assert!(buffer.is_empty());
            }
            assert_eq!(stream.finish(), expected, "{threads}");
        }
    }
}
