//! What tells, without reading it, that a file is still the one that was read before; and when that can be believed.
//!
//! A file that is written gets a new time of change (`ctime`), which nobody can set back. But a clock has a granularity: of
//! two writes within one tick the second leaves no trace. git's answer is not to believe an entry whose time is not older
//! than the moment at which it was noted ("racily clean"); the same holds here, a little more strictly: the moment is taken
//! *before* the file is read, so that every write during or after the reading gets a time that differs from the noted one.
//! A file that is not believed is read again, which costs time and nothing else.
//!
//! No clock is read: the moment is the time that the file system gave to a file that was just made ([`Moment::of`]). That
//! says nothing of other devices, whose clock may be a server's; there a file must have been still for a minute.
//!
//! What is written through a memory map may show in no time at all before it reaches the disk. git has the same gap.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;

/// For files on another device than the moment's, in seconds.
const OTHER_DEVICE_MARGIN: i64 = 60;

/// The bytes that [`Stamp::to_bytes`] makes.
pub const STAMP_BYTES: usize = 56;

/// What tells that a file is still the one that was seen, unwritten: compared as a whole, for equality.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    device: u64,
    inode: u64,
    bytes: u64,
    mode: u32,
    modified: FileTime,
    changed: FileTime,
}

/// Since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct FileTime {
    seconds: i64,
    nanoseconds: u32,
}

impl FileTime {
    fn new(seconds: i64, nanoseconds: i64) -> Self {
        Self { seconds, nanoseconds: u32::try_from(nanoseconds).unwrap_or(0) }
    }
}

/// What `stat` says of a file; times in seconds and nanoseconds.
#[derive(Debug, Clone, Copy)]
pub struct StampFields {
    pub device: u64,
    pub inode: u64,
    pub bytes: u64,
    pub mode: u32,
    pub modified: (i64, i64),
    pub changed: (i64, i64),
}

impl Stamp {
    /// The stamp of a file, folder or link.
    pub fn of(metadata: &Metadata) -> Self {
        Self::new(StampFields {
            device: metadata.dev(),
            inode: metadata.ino(),
            bytes: metadata.len(),
            mode: metadata.mode(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        })
    }

    /// The stamp of what `stat` was asked about by other means.
    pub fn new(fields: StampFields) -> Self {
        let StampFields { device, inode, bytes, mode, modified, changed } = fields;
        let (modified, changed) = (FileTime::new(modified.0, modified.1), FileTime::new(changed.0, changed.1));
        Self { device, inode, bytes, mode, modified, changed }
    }

    /// The size in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// `st_mode`: the kind and the permissions.
    pub fn mode(&self) -> u32 {
        self.mode
    }

    /// Whether nothing but permissions, links and owners can differ: for what was read a moment ago.
    pub(crate) fn is_same_content(&self, other: &Self) -> bool {
        (self.device, self.inode, self.bytes, self.modified) == (other.device, other.inode, other.bytes, other.modified)
    }

    /// Whether what was read after `moment` from a file with this stamp is what every file with this stamp holds.
    pub fn is_settled(&self, moment: &Moment) -> bool {
        let margin = if self.device == moment.device { 0 } else { OTHER_DEVICE_MARGIN };
        let limit = FileTime { seconds: moment.time.seconds.saturating_sub(margin), ..moment.time };
        self.modified < limit && self.changed < limit
    }

    /// In little endian, for a memory on disk.
    pub fn to_bytes(self) -> [u8; STAMP_BYTES] {
        let mut bytes = [0; STAMP_BYTES];
        bytes[0..8].copy_from_slice(&self.device.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.inode.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.bytes.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.modified.seconds.to_le_bytes());
        bytes[32..40].copy_from_slice(&self.changed.seconds.to_le_bytes());
        bytes[40..44].copy_from_slice(&self.modified.nanoseconds.to_le_bytes());
        bytes[44..48].copy_from_slice(&self.changed.nanoseconds.to_le_bytes());
        bytes[48..52].copy_from_slice(&self.mode.to_le_bytes());
        bytes
    }

    /// What [`Stamp::to_bytes`] made.
    pub fn from_bytes(bytes: &[u8; STAMP_BYTES]) -> Self {
        let wide = |at: usize| u64::from_le_bytes(std::array::from_fn(|index| bytes[at + index]));
        let narrow = |at: usize| u32::from_le_bytes(std::array::from_fn(|index| bytes[at + index]));
        Self {
            device: wide(0),
            inode: wide(8),
            bytes: wide(16),
            mode: narrow(48),
            modified: FileTime { seconds: wide(24).cast_signed(), nanoseconds: narrow(40) },
            changed: FileTime { seconds: wide(32).cast_signed(), nanoseconds: narrow(44) },
        }
    }
}

/// A moment, in the clock of a file system.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    device: u64,
    time: FileTime,
}

impl Moment {
    /// The moment at which a file was made, or written last.
    pub fn of(just_made: &Metadata) -> Self {
        let stamp = Stamp::of(just_made);
        Self { device: stamp.device, time: stamp.modified.min(stamp.changed) }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn time(seconds: i64, nanoseconds: u32) -> FileTime {
        FileTime { seconds, nanoseconds }
    }

    fn stamp(modified: FileTime, changed: FileTime) -> Stamp {
        Stamp { device: 1, inode: 2, bytes: 3, mode: 0o100_644, modified, changed }
    }

    #[test]
    fn only_what_is_older_than_the_moment_is_believed() {
        let moment = Moment { device: 1, time: time(100, 5) };
        let (before, at, after) = (time(100, 4), time(100, 5), time(100, 6));
        assert!(stamp(before, before).is_settled(&moment));
        for late in [at, after] {
            assert!(!stamp(late, before).is_settled(&moment), "modified");
            assert!(!stamp(before, late).is_settled(&moment), "changed, and the time of modification put back");
        }
    }

    #[test]
    fn another_devices_files_must_have_been_still_for_a_minute() {
        let moment = Moment { device: 9, time: time(100, 5) };
        assert!(!stamp(time(99, 0), time(99, 0)).is_settled(&moment));
        assert!(stamp(time(40, 4), time(40, 4)).is_settled(&moment));
    }

    #[test]
    fn a_stamp_comes_back_from_its_bytes() {
        let original = stamp(time(-5, 999_999_999), time(i64::MAX, 1));
        assert_eq!(Stamp::from_bytes(&original.to_bytes()), original);
        let folder = tempfile::tempdir().unwrap();
        let real = Stamp::of(&fs::metadata(folder.path()).unwrap());
        assert_eq!(Stamp::from_bytes(&real.to_bytes()), real);
    }
}
