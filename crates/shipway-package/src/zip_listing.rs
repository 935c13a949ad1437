//! Reads the central directory of a zip that somebody else made, and believes none of it.
//!
//! Everything that can be judged without unpacking is judged here: names, sizes as claimed, methods, kinds, and that no two
//! entries share bytes. Memory is bounded by [`ENTRY_LIMIT`] and [`NAME_LIMIT`].

use std::collections::HashSet;
use std::fs::File;

use rawzip::{
    CompressionMethod, CreatorSystem, FileReader, MAX_CENTRAL_DIRECTORY_RECORD_SIZE, ZipArchive,
    ZipArchiveEntryWayfinder, ZipFileHeaderRecord,
};

use crate::dependencies::Dependencies;
use crate::entry::EntryMode;
use crate::refusal::Refusal;
use crate::sizes::{UNZIPPED_LIMIT, largest_files, largest_folders};
use crate::zip_problem::ZipProblem;

/// Zips that were made elsewhere may have the Zip64 extension and more entries than ours.
const ENTRY_LIMIT: usize = 200_000;
/// Linux opens no path of 4,096 bytes or more.
const NAME_LIMIT: usize = 4_095;
/// Of all names together, in bytes: a hostile directory cannot fill the memory.
const NAMES_LIMIT: usize = 32 << 20;

/// A file of a zip, as its headers describe it.
#[derive(Debug)]
pub(crate) struct Listed {
    /// Normalized: no empty and no `.` parts.
    pub(crate) path: String,
    pub(crate) mode: EntryMode,
    /// As claimed.
    pub(crate) bytes: u64,
    /// As claimed.
    pub(crate) crc32: u32,
    pub(crate) compressed_bytes: u64,
    pub(crate) stored: bool,
    pub(crate) wayfinder: ZipArchiveEntryWayfinder,
    header_offset: u64,
}

/// Opens a zip.
pub(crate) fn open(file: File) -> Result<ZipArchive<FileReader>, ZipProblem> {
    let mut buffer = vec![0; MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
    ZipArchive::from_file(file, &mut buffer).map_err(|error| match error.kind() {
        rawzip::ErrorKind::MissingEndOfCentralDirectory => ZipProblem::NotAZip,
        _ => ZipProblem::damaged(error),
    })
}

/// Its files in the byte order of their paths. Folders are checked and left out, as in packages made here.
pub(crate) fn list(archive: &ZipArchive<FileReader>) -> Result<Vec<Listed>, ZipProblem> {
    let mut buffer = vec![0; MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
    let mut entries = archive.entries(&mut buffer);
    let mut listing = Listing::default();
    while let Some(record) = entries.next_entry().map_err(ZipProblem::damaged)? {
        listing.add(&record)?;
    }
    if archive.entries_hint() != listing.records as u64 {
        let detail = format!("it has {} entries and claims {}", listing.records, archive.entries_hint());
        return Err(ZipProblem::damaged(detail));
    }
    let Listing { mut files, folders, .. } = listing;
    check_sizes(&files)?;
    check_overlaps(archive, &mut files)?;
    files.sort_unstable_by(|left, right| left.path.cmp(&right.path));
    check_names(&files, &folders)?;
    Ok(files)
}

#[derive(Default)]
struct Listing {
    files: Vec<Listed>,
    folders: HashSet<String>,
    records: usize,
    name_bytes: usize,
}

impl Listing {
    fn add(&mut self, record: &ZipFileHeaderRecord<'_>) -> Result<(), ZipProblem> {
        self.records += 1;
        let raw = record.file_path();
        self.name_bytes += raw.as_bytes().len();
        if self.records > ENTRY_LIMIT || self.name_bytes > NAMES_LIMIT {
            let largest_folders = Vec::new();
            let refusal = Refusal::TooManyFiles { files: self.records, limit: ENTRY_LIMIT, largest_folders };
            return Err(ZipProblem::Content(refusal));
        }
        let path = safe_path(raw.as_bytes())?;
        if record.flags().is_encrypted() || record.flags().has_strong_encryption() || record.flags().is_masked() {
            return Err(ZipProblem::Encrypted { path });
        }
        let mode = mode(record);
        let is_folder = record.is_dir() || mode.is_folder();
        if is_folder && record.uncompressed_size_hint() != 0 {
            return Err(ZipProblem::DamagedEntry { path, detail: "a folder with content".to_owned() });
        }
        if is_folder {
            self.folders.insert(path);
            return Ok(());
        }
        self.file(record, path, mode)
    }

    fn file(&mut self, record: &ZipFileHeaderRecord<'_>, path: String, mode: EntryMode) -> Result<(), ZipProblem> {
        if path.is_empty() {
            return Err(ZipProblem::UnsafeName { name: path });
        }
        if !mode.is_file() && !mode.is_link() {
            return Err(ZipProblem::SpecialFile { path });
        }
        let method = record.compression_method();
        if method != CompressionMethod::STORE && method != CompressionMethod::DEFLATE {
            return Err(ZipProblem::UnknownMethod { path, method: method.to_string() });
        }
        self.files.push(Listed {
            path,
            mode,
            bytes: record.uncompressed_size_hint(),
            crc32: record.crc32(),
            compressed_bytes: record.compressed_size_hint(),
            stored: method == CompressionMethod::STORE,
            wayfinder: record.wayfinder(),
            header_offset: record.local_header_offset(),
        });
        Ok(())
    }
}

/// The mode as it stands in the zip; that of a plain file where the zip, made on Windows, has none.
fn mode(record: &ZipFileHeaderRecord<'_>) -> EntryMode {
    let creator = record.version_made_by().creator_system();
    let unix_mode = record.external_attributes() >> 16;
    if creator != CreatorSystem::UNIX && creator != CreatorSystem::MACOS {
        return if record.is_dir() { EntryMode::FOLDER } else { EntryMode::REGULAR };
    }
    EntryMode::as_found(unix_mode)
}

/// A name that stays inside the folder it is unpacked into, on any system; without empty and `.` parts.
fn safe_path(name: &[u8]) -> Result<String, ZipProblem> {
    let lossy = || String::from_utf8_lossy(&name[..name.len().min(NAME_LIMIT)]).into_owned();
    if name.len() > NAME_LIMIT {
        return Err(ZipProblem::NameTooLong { name: lossy(), limit: NAME_LIMIT });
    }
    let Ok(text) = std::str::from_utf8(name) else { return Err(ZipProblem::NameNotUtf8 { name: lossy() }) };
    let leaves = text.split(['/', '\\']).any(|part| part == "..");
    if text.starts_with(['/', '\\']) || leaves || has_drive(text) || text.contains('\0') {
        return Err(ZipProblem::UnsafeName { name: lossy() });
    }
    Ok(text.split('/').filter(|part| !part.is_empty() && *part != ".").collect::<Vec<_>>().join("/"))
}

/// `C:\\a` and `C:/a`; a colon elsewhere is a character like any other.
fn has_drive(name: &str) -> bool {
    matches!(name.as_bytes(), [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic())
}

fn check_sizes(files: &[Listed]) -> Result<(), ZipProblem> {
    if files.is_empty() {
        return Err(ZipProblem::Content(Refusal::Empty));
    }
    let unzipped_bytes = files.iter().fold(0_u64, |sum, file| sum.saturating_add(file.bytes));
    if unzipped_bytes <= UNZIPPED_LIMIT {
        return Ok(());
    }
    let sizes = || files.iter().map(|file| (file.path.as_str(), file.bytes));
    Err(ZipProblem::Content(Refusal::TooLarge {
        unzipped_bytes,
        limit: UNZIPPED_LIMIT,
        largest_files: largest_files(sizes()),
        largest_folders: largest_folders(sizes(), &Dependencies::default()),
    }))
}

/// Sees that local headers are where, and about what, the directory says, and that no two entries share bytes.
fn check_overlaps(archive: &ZipArchive<FileReader>, files: &mut [Listed]) -> Result<(), ZipProblem> {
    files.sort_unstable_by_key(|file| file.header_offset);
    let mut buffer = vec![0; MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
    let mut previous: Option<(&Listed, u64)> = None;
    for file in files.iter() {
        let damaged = |detail: String| ZipProblem::DamagedEntry { path: file.path.clone(), detail };
        let entry = archive.get_entry(file.wayfinder).map_err(|error| damaged(error.to_string()))?;
        let local = entry.local_header(&mut buffer).map_err(|error| damaged(error.to_string()))?;
        if safe_path(local.file_path().as_bytes())? != file.path {
            return Err(damaged("its header has another name than the directory".to_owned()));
        }
        let (_, end) = entry.compressed_data_range();
        if end > archive.directory_offset() {
            return Err(damaged("it reaches beyond the entries".to_owned()));
        }
        if file.stored && file.compressed_bytes != file.bytes {
            return Err(damaged("it is stored with two sizes".to_owned()));
        }
        match previous {
            Some((first, first_end)) if file.header_offset < first_end => {
                return Err(ZipProblem::Overlap { first: first.path.clone(), second: file.path.clone() });
            }
            _ => previous = Some((file, end)),
        }
    }
    Ok(())
}

/// Sees that no path occurs twice, nor as a file and as a folder. `files` are sorted.
fn check_names(files: &[Listed], folders: &HashSet<String>) -> Result<(), ZipProblem> {
    if let Some(pair) = files.windows(2).find(|pair| pair[0].path == pair[1].path) {
        return Err(ZipProblem::DuplicateName { path: pair[0].path.clone() });
    }
    let paths: HashSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    for file in files {
        let above = file.path.match_indices('/').map(|(at, _)| &file.path[..at]).find(|above| paths.contains(above));
        let both = above.or_else(|| folders.contains(&file.path).then_some(&file.path));
        if let Some(path) = both {
            return Err(ZipProblem::FileAndFolder { path: path.to_owned() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_stay_inside() {
        let cases = [
            ("a/b.py", "a/b.py"),
            ("./a//b.py", "a/b.py"),
            ("a/./b/", "a/b"),
            ("a..b/..c", "a..b/..c"),
            ("./", ""),
            ("a:b", "a:b"),
            ("a\\b", "a\\b"),
        ];
        for (name, expected) in cases {
            assert_eq!(safe_path(name.as_bytes()).unwrap(), expected);
        }
    }

    #[test]
    fn names_that_leave() {
        for name in ["../a", "a/../../b", "/etc/passwd", "a/..", "..\\a", "\\a", "C:\\a", "c:/a", "a\0b"] {
            let problem = safe_path(name.as_bytes()).unwrap_err();
            assert!(matches!(problem, ZipProblem::UnsafeName { .. }), "{name}");
        }
        assert!(matches!(safe_path(b"\xff"), Err(ZipProblem::NameNotUtf8 { .. })));
        assert!(matches!(safe_path(&[b'a'; 5000]), Err(ZipProblem::NameTooLong { .. })));
    }
}
