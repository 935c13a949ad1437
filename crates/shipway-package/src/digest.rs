//! The three digests of a package: of its zip, of what is in it, and of one file's content.
//!
//! The package digest must not depend on the compressor or on the container, so that a newer compressor redeploys nothing.

use std::fmt;

use crate::entry::EntryMode;

/// SHA-256 of the bytes of a zip: what Lambda calls `CodeSha256` (there in base64).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ZipSha256(pub [u8; 32]);

/// BLAKE3 over what is in a package: sorted (path, mode, content).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PackageDigest(pub [u8; 32]);

/// BLAKE3 of one file's content.
pub(crate) type ContentDigest = [u8; 32];

/// Written as 64 lower-case hexadecimal digits.
impl fmt::Display for ZipSha256 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex::encode(self.0))
    }
}

/// Written as 64 lower-case hexadecimal digits.
impl fmt::Display for PackageDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for ZipSha256 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ZipSha256({self})")
    }
}

impl fmt::Debug for PackageDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PackageDigest({self})")
    }
}

/// Folds entries, given in the byte order of their paths, into a [`PackageDigest`].
///
/// Every field has a fixed width or is preceded by its length, so that two different packages never feed the same bytes.
pub(crate) struct PackageDigester {
    hasher: blake3::Hasher,
}

impl PackageDigester {
    pub(crate) fn new() -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"shipway package digest 1\n");
        Self { hasher }
    }

    pub(crate) fn add(&mut self, path: &str, mode: EntryMode, bytes: u64, content: &ContentDigest) {
        self.hasher.update(&(path.len() as u64).to_le_bytes());
        self.hasher.update(path.as_bytes());
        self.hasher.update(&mode.bits().to_le_bytes());
        self.hasher.update(&bytes.to_le_bytes());
        self.hasher.update(content);
    }

    pub(crate) fn finish(&self) -> PackageDigest {
        PackageDigest(*self.hasher.finalize().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(entries: &[(&str, EntryMode, u64, ContentDigest)]) -> PackageDigest {
        let mut digester = PackageDigester::new();
        for (path, mode, bytes, content) in entries {
            digester.add(path, *mode, *bytes, content);
        }
        digester.finish()
    }

    #[test]
    fn path_mode_and_content_each_count() {
        let base = digest(&[("app.py", EntryMode::REGULAR, 1, [1; 32])]);
        assert_eq!(base, digest(&[("app.py", EntryMode::REGULAR, 1, [1; 32])]));
        assert_ne!(base, digest(&[("app.pz", EntryMode::REGULAR, 1, [1; 32])]));
        assert_ne!(base, digest(&[("app.py", EntryMode::EXECUTABLE, 1, [1; 32])]));
        assert_ne!(base, digest(&[("app.py", EntryMode::REGULAR, 1, [2; 32])]));
    }

    #[test]
    fn displays_as_hexadecimal() {
        assert_eq!(ZipSha256([0xab; 32]).to_string(), "ab".repeat(32));
        assert_eq!(PackageDigest([0x01; 32]).to_string(), "01".repeat(32));
    }
}
