//! What a package says about one of its files.

/// The Unix mode of an entry, with its file type, as the upper half of a zip's external attributes holds it.
///
/// Packages made here know two: [`EntryMode::REGULAR`] and [`EntryMode::EXECUTABLE`]. Zips made elsewhere may hold any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryMode(u32);

impl EntryMode {
    /// A file that everybody may read: 0644.
    pub const REGULAR: Self = Self(0o100_644);
    /// A file that everybody may read and execute: 0755.
    pub const EXECUTABLE: Self = Self(0o100_755);

    /// The mode of a packaged file: any execute bit makes it executable for all, nothing else counts.
    ///
    /// Group bits and the umask differ between machines, and Lambda runs functions as a user of its own, which must be able
    /// to read every file.
    pub fn normalized(unix_mode: u32) -> Self {
        if unix_mode & 0o111 == 0 { Self::REGULAR } else { Self::EXECUTABLE }
    }

    /// A folder, as zips that were made elsewhere may list it.
    pub(crate) const FOLDER: Self = Self(0o040_755);
    const TYPE: u32 = 0o170_000;

    /// The mode of an entry in a zip that was made elsewhere, as it stands there; without a type it is a file's.
    pub(crate) fn as_found(unix_mode: u32) -> Self {
        if unix_mode & Self::TYPE == 0 { Self(0o100_000 | unix_mode & 0o7_777) } else { Self(unix_mode & 0o177_777) }
    }

    /// Whether it is a plain file.
    pub fn is_file(self) -> bool {
        self.0 & Self::TYPE == 0o100_000
    }

    /// Whether it is a symbolic link, which only zips made elsewhere have.
    pub fn is_link(self) -> bool {
        self.0 & Self::TYPE == 0o120_000
    }

    pub(crate) fn is_folder(self) -> bool {
        self.0 & Self::TYPE == 0o040_000
    }

    /// File type and permissions, as `st_mode` has them.
    pub fn bits(self) -> u32 {
        self.0
    }

    /// Whether everybody may execute it, which is what Lambda asks of a `bootstrap`.
    pub fn is_executable_by_all(self) -> bool {
        self.0 & 0o001 != 0
    }
}

/// One file of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntrySummary {
    /// Relative to the package's root, `/` between its parts.
    pub path: String,
    pub mode: EntryMode,
    /// Size of the content, not compressed.
    pub bytes: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_execute_bits_count() {
        for mode in [0o100_600, 0o100_644, 0o100_664, 0o100_666, 0o102_644] {
            assert_eq!(EntryMode::normalized(mode), EntryMode::REGULAR, "{mode:o}");
        }
        for mode in [0o100_700, 0o100_755, 0o100_654, 0o100_645, 0o104_711] {
            assert_eq!(EntryMode::normalized(mode), EntryMode::EXECUTABLE, "{mode:o}");
        }
    }
}
