//! What the end of a zip says about it.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use crate::bench::report::ZipFacts;
use crate::failure::Failure;

/// The record at the end: its signature, and where in it the number of entries is (APPNOTE.TXT 4.3.16).
const SIGNATURE: &[u8] = b"PK\x05\x06";
const LENGTH: usize = 22;
const ENTRIES: usize = 10;

/// Size and number of entries. None of the packers here writes a comment, so the record is the last thing in the file;
/// none of the inputs has more entries than its two bytes can say.
pub(super) fn zip_facts(path: &Path) -> Result<ZipFacts, Failure> {
    let no_zip = || Failure::Unexpected(format!("{} does not end as a zip does", path.display()));
    let mut file = File::open(path).map_err(Failure::file("opening", path))?;
    let bytes = file.seek(SeekFrom::End(0)).map_err(Failure::file("reading", path))?;
    let record = bytes.checked_sub(LENGTH as u64).ok_or_else(no_zip)?;
    file.seek(SeekFrom::Start(record)).map_err(Failure::file("reading", path))?;
    let mut end = Vec::with_capacity(LENGTH);
    // Not the whole zip: a process that this one starts is taken to use at least as much memory as this one.
    file.take(LENGTH as u64).read_to_end(&mut end).map_err(Failure::file("reading", path))?;
    Ok(ZipFacts { bytes, entries: entries(&end).ok_or_else(no_zip)? })
}

fn entries(content: &[u8]) -> Option<u32> {
    let record = content.get(content.len().checked_sub(LENGTH)?..)?;
    let count = record.get(ENTRIES..ENTRIES + 2)?;
    record.starts_with(SIGNATURE).then(|| u32::from(u16::from_le_bytes([count[0], count[1]])))
}

#[cfg(test)]
mod tests {
    use super::{LENGTH, SIGNATURE, entries};

    #[test]
    fn the_number_of_entries_is_read_from_the_end() {
        let mut zip = vec![7; 5];
        zip.extend_from_slice(SIGNATURE);
        zip.resize(5 + LENGTH, 0);
        zip[5 + 10] = 44;
        zip[5 + 11] = 1;
        assert_eq!(entries(&zip), Some(300));
        zip.push(0);
        assert_eq!(entries(&zip), None);
        assert_eq!(entries(b"PK"), None);
    }
}
