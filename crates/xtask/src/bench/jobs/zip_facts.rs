//! What the end of a zip says about it.

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
    let content = std::fs::read(path).map_err(Failure::file("reading", path))?;
    let entries = entries(&content)
        .ok_or_else(|| Failure::Unexpected(format!("{} does not end as a zip does", path.display())))?;
    Ok(ZipFacts { bytes: content.len() as u64, entries })
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
