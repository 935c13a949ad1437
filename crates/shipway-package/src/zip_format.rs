//! The bytes of a zip's headers, as `.ZIP File Format Specification` 6.3.10 (APPNOTE.TXT) has them, for the little of it that
//! packages need: no extra fields, no data descriptors, no directories, no comments, no Zip64, one fixed time.

use crate::entry::EntryMode;

/// Changes whenever the same tree gives other bytes than before: another compressor, threshold, order or header.
///
/// Golden digests in the tests guard it.
pub const PACKAGE_FORMAT: u32 = 1;

const LOCAL_SIGNATURE: u32 = 0x0403_4b50;
const CENTRAL_SIGNATURE: u32 = 0x0201_4b50;
const END_SIGNATURE: u32 = 0x0605_4b50;
/// 2.0: what deflate needs.
const VERSION_NEEDED: u16 = 20;
/// The upper byte 3 is Unix: readers then find the mode in the external attributes.
const VERSION_MADE_BY: u16 = (3 << 8) | VERSION_NEEDED;
/// Says that the name is UTF-8; set only where it differs from ASCII, as other writers do.
const FLAG_UTF8: u16 = 1 << 11;
/// 00:00:00.
const FIXED_TIME: u16 = 0;
/// 1980-01-01, the earliest there is: year 0, month 1, day 1.
const FIXED_DATE: u16 = (1 << 5) | 1;

/// How an entry's content is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Stored,
    Deflated,
}

impl Method {
    pub(crate) fn code(self) -> u16 {
        match self {
            Self::Stored => 0,
            Self::Deflated => 8,
        }
    }

    pub(crate) fn of_code(code: u16) -> Option<Self> {
        [Self::Stored, Self::Deflated].into_iter().find(|method| method.code() == code)
    }
}

/// All that the headers say of an entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header<'a> {
    pub(crate) path: &'a str,
    pub(crate) mode: EntryMode,
    pub(crate) method: Method,
    pub(crate) crc32: u32,
    pub(crate) compressed_bytes: u32,
    pub(crate) bytes: u32,
}

impl Header<'_> {
    /// What stands before an entry's content. Its length depends on the path alone.
    pub(crate) fn write_local(&self, out: &mut Vec<u8>) {
        put_u32(out, LOCAL_SIGNATURE);
        self.write_common(out);
        put_u16(out, 0); // extra field length
        out.extend_from_slice(self.path.as_bytes());
    }

    /// The entry's record in the central directory; `offset` is where its local header begins.
    pub(crate) fn write_central(&self, offset: u32, out: &mut Vec<u8>) {
        put_u32(out, CENTRAL_SIGNATURE);
        put_u16(out, VERSION_MADE_BY);
        self.write_common(out);
        put_u16(out, 0); // extra field length
        put_u16(out, 0); // comment length
        put_u16(out, 0); // disk
        put_u16(out, 0); // internal attributes
        put_u32(out, self.mode.bits() << 16);
        put_u32(out, offset);
        out.extend_from_slice(self.path.as_bytes());
    }

    fn write_common(&self, out: &mut Vec<u8>) {
        put_u16(out, VERSION_NEEDED);
        put_u16(out, if self.path.is_ascii() { 0 } else { FLAG_UTF8 });
        put_u16(out, self.method.code());
        put_u16(out, FIXED_TIME);
        put_u16(out, FIXED_DATE);
        put_u32(out, self.crc32);
        put_u32(out, self.compressed_bytes);
        put_u32(out, self.bytes);
        put_u16(out, u16::try_from(self.path.len()).unwrap_or(u16::MAX));
    }
}

/// The end of the central directory.
pub(crate) fn write_end(entries: u16, directory_bytes: u32, directory_offset: u32, out: &mut Vec<u8>) {
    put_u32(out, END_SIGNATURE);
    put_u16(out, 0); // this disk
    put_u16(out, 0); // the directory's disk
    put_u16(out, entries);
    put_u16(out, entries);
    put_u32(out, directory_bytes);
    put_u32(out, directory_offset);
    put_u16(out, 0); // comment length
}

fn put_u16(out: &mut Vec<u8>, value: u16) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put_u32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}
