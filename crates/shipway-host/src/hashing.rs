//! Digests of files, read in pieces. Says what is on the disk and nothing more.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use shipway_core::digest::ArtifactDigest;

/// How much is read at once, in bytes.
const PIECE: usize = 256 * 1024;

/// The SHA-256 of a file's bytes and their number.
pub(crate) fn artifact_digest(path: &Path) -> io::Result<(ArtifactDigest, u64)> {
    copy_hashing(&mut File::open(path)?, &mut io::sink())
}

/// Copies `from` to `to`; the SHA-256 of what was copied and its size in bytes. Copies through memory on purpose:
/// the copy must not share blocks with the original.
pub(crate) fn copy_hashing(from: &mut impl Read, to: &mut impl Write) -> io::Result<(ArtifactDigest, u64)> {
    let mut piece = vec![0; PIECE];
    let mut sha256 = Sha256::new();
    let mut bytes = 0;
    loop {
        let length = match from.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        sha256.update(&piece[..length]);
        to.write_all(&piece[..length])?;
        bytes += length as u64;
    }
    Ok((ArtifactDigest(sha256.finalize().into()), bytes))
}
