//! Packages on disk: the zips by their SHA-256, and the same unpacked.
//!
//! A zip is opened whole before it is accepted, so that what cannot be unpacked is refused when it is uploaded. Nothing in
//! a zip can write outside of its folder.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Cursor, Read as _, Write as _},
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Component, Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use shipway_lambda_model::{CodeRefusal, Package, UNZIPPED_LIMIT, hexadecimal};
use tempfile::{NamedTempFile, TempDir};
use zip::ZipArchive;

/// Where packages are kept: `code/` and `code-unpacked/` of a state folder.
#[derive(Debug, Clone)]
pub(crate) struct CodeStore {
    zips: PathBuf,
    unpacked: PathBuf,
}

/// What became of an upload.
#[derive(Debug)]
pub(crate) enum Kept {
    /// It is on disk.
    Package(Package),
    /// Lambda would refuse it.
    Refused(CodeRefusal),
}

impl CodeStore {
    pub(crate) fn new(folder: &Path) -> CodeStore {
        CodeStore { zips: folder.join("code"), unpacked: folder.join("code-unpacked") }
    }

    /// Checks a zip and keeps it, unpacked as well.
    pub(crate) fn keep(&self, zip: &[u8]) -> io::Result<Kept> {
        let name = hex(&Sha256::digest(zip));
        let unzipped = match unzip(zip, &self.unpacked, &name)? {
            Unzipped::Done(size) => size,
            Unzipped::Refused(refusal) => return Ok(Kept::Refused(refusal)),
        };
        let path = self.zips.join(format!("{name}.zip"));
        if path.exists() {
            // So that it is not taken for an orphan before it is referred to again.
            File::options().write(true).open(&path)?.set_modified(std::time::SystemTime::now())?;
        } else {
            let mut file = NamedTempFile::new_in(&self.zips)?;
            file.write_all(zip)?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|error| error.error)?;
            File::open(&self.zips)?.sync_all()?;
        }
        Ok(Kept::Package(Package::of_zip(zip, unzipped)))
    }

    /// A kept zip.
    pub(crate) fn zip(&self, sha256: &str) -> io::Result<Vec<u8>> {
        fs::read(self.zips.join(format!("{sha256}.zip")))
    }

    /// The unpacked folder of a package, unpacked again if it went missing.
    pub(crate) fn folder(&self, code_sha256: &str) -> io::Result<PathBuf> {
        let Some(name) = hexadecimal(code_sha256) else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the code is no zip"));
        };
        let folder = self.unpacked.join(&name);
        if !folder.is_dir() {
            match unzip(&self.zip(&name)?, &self.unpacked, &name)? {
                Unzipped::Done(_) => {}
                Unzipped::Refused(_) => {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "the kept zip cannot be opened"));
                }
            }
        }
        Ok(folder)
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

enum Unzipped {
    /// How many bytes it came to.
    Done(u64),
    Refused(CodeRefusal),
}

/// Why unpacking stopped.
enum Stop {
    Refused(CodeRefusal),
    Io(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Stop::Io(error)
    }
}

const NOT_A_ZIP: Stop = Stop::Refused(CodeRefusal::NotAZip);

/// Unpacks into a draft, and puts it in place when it is whole. The size is what was unpacked, whatever the zip says.
fn unzip(zip: &[u8], parent: &Path, name: &str) -> io::Result<Unzipped> {
    let draft = tempfile::Builder::new().prefix(".draft-").tempdir_in(parent)?;
    let size = match unpack(zip, draft.path()) {
        Ok(size) => size,
        Err(Stop::Refused(refusal)) => return Ok(Unzipped::Refused(refusal)),
        Err(Stop::Io(error)) => return Err(error),
    };
    let folder = parent.join(name);
    if !folder.is_dir() {
        put_in_place(draft, &folder)?;
    }
    Ok(Unzipped::Done(size))
}

fn put_in_place(draft: TempDir, folder: &Path) -> io::Result<()> {
    fs::set_permissions(draft.path(), fs::Permissions::from_mode(0o755))?;
    let path = draft.keep();
    if let Err(error) = fs::rename(&path, folder) {
        fs::remove_dir_all(&path)?;
        // Another process was faster; what it put there is the same.
        if !folder.is_dir() {
            return Err(error);
        }
    }
    Ok(())
}

struct Link {
    path: PathBuf,
    target: String,
}

fn unpack(zip: &[u8], folder: &Path) -> Result<u64, Stop> {
    let mut archive = ZipArchive::new(Cursor::new(zip)).map_err(|_| NOT_A_ZIP)?;
    let mut size = 0;
    let mut links = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|_| NOT_A_ZIP)?;
        let path = entry.enclosed_name().ok_or(NOT_A_ZIP)?;
        if path.as_os_str().is_empty() {
            return Err(NOT_A_ZIP);
        }
        let place = folder.join(&path);
        let mode = entry.unix_mode().unwrap_or(0) & 0o777;
        if entry.is_dir() {
            fs::create_dir_all(&place).map_err(|_| NOT_A_ZIP)?;
            continue;
        }
        // A name that is a file and a folder has no one meaning.
        if place.is_dir() {
            return Err(NOT_A_ZIP);
        }
        let is_link = entry.is_symlink();
        let mut contents = Vec::new();
        entry.by_ref().take(UNZIPPED_LIMIT + 1 - size).read_to_end(&mut contents).map_err(|_| NOT_A_ZIP)?;
        size += contents.len() as u64;
        if size > UNZIPPED_LIMIT {
            return Err(Stop::Refused(CodeRefusal::UnzippedTooLarge));
        }
        if is_link {
            let target = String::from_utf8(contents).map_err(|_| NOT_A_ZIP)?;
            links.push(Link { path, target });
        } else {
            write_file(&place, &contents, mode)?;
        }
    }
    // Links come last, so that no entry is written through one.
    make_links(folder, links)?;
    Ok(size)
}

fn write_file(place: &Path, contents: &[u8], mode: u32) -> Result<(), Stop> {
    if let Some(parent) = place.parent() {
        // A parent that is a file: the zip has one name for both.
        fs::create_dir_all(parent).map_err(|_| NOT_A_ZIP)?;
    }
    fs::write(place, contents)?;
    // A zip from a system without modes has none, and then nothing in it can be run.
    let mode = if mode == 0 { 0o644 } else { mode };
    fs::set_permissions(place, fs::Permissions::from_mode(mode))?;
    Ok(())
}

fn make_links(folder: &Path, links: Vec<Link>) -> Result<(), Stop> {
    let paths: BTreeSet<PathBuf> = links.iter().map(|link| link.path.clone()).collect();
    for link in links {
        let through_a_link = link.path.ancestors().skip(1).any(|ancestor| paths.contains(ancestor));
        if through_a_link || !stays_inside(&link) {
            return Err(NOT_A_ZIP);
        }
        let place = folder.join(&link.path);
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent).map_err(|_| NOT_A_ZIP)?;
        }
        symlink(&link.target, &place).map_err(|_| NOT_A_ZIP)?;
    }
    Ok(())
}

/// Whether a link's target, read as text, is in the package.
fn stays_inside(link: &Link) -> bool {
    let mut depth = link.path.components().count() - 1;
    for component in Path::new(&link.target).components() {
        match component {
            Component::Normal(_) => depth += 1,
            Component::CurDir => {}
            Component::ParentDir if depth > 0 => depth -= 1,
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return false,
        }
    }
    true
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Seek as _;
    use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

    struct Bench {
        place: TempDir,
        store: CodeStore,
    }

    impl Bench {
        fn new() -> Bench {
            let place = tempfile::tempdir().unwrap();
            fs::create_dir_all(place.path().join("code")).unwrap();
            fs::create_dir_all(place.path().join("code-unpacked")).unwrap();
            Bench { store: CodeStore::new(place.path()), place }
        }

        fn refusal(&self, zip: &[u8]) -> CodeRefusal {
            match self.store.keep(zip).unwrap() {
                Kept::Refused(refusal) => refusal,
                Kept::Package(package) => panic!("kept {package:?}"),
            }
        }

        fn package(&self, zip: &[u8]) -> Package {
            match self.store.keep(zip).unwrap() {
                Kept::Package(package) => package,
                Kept::Refused(refusal) => panic!("{refusal:?}"),
            }
        }
    }

    enum Entry<'a> {
        File(&'a str, u32, &'a [u8]),
        Link(&'a str, &'a str),
    }

    fn zip_of(entries: &[Entry<'_>]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        for entry in entries {
            match entry {
                Entry::File(name, mode, contents) => {
                    writer.start_file(*name, options.unix_permissions(*mode)).unwrap();
                    writer.write_all(contents).unwrap();
                }
                Entry::Link(name, target) => writer.add_symlink(*name, *target, options).unwrap(),
            }
        }
        let mut cursor = writer.finish().unwrap();
        cursor.rewind().unwrap();
        cursor.into_inner()
    }

    #[test]
    fn a_zip_is_kept_and_unpacked_with_its_modes_and_links() {
        let bench = Bench::new();
        let zip = zip_of(&[
            Entry::File("bootstrap", 0o755, b"#!/bin/sh\n"),
            Entry::File("lib/data.json", 0o640, b"{}"),
            Entry::Link("lib/again", "../bootstrap"),
        ]);
        let package = bench.package(&zip);
        assert_eq!(package, Package::of_zip(&zip, 24));
        let folder = bench.store.folder(&package.code_sha256).unwrap();
        let mode = |name: &str| fs::metadata(folder.join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("bootstrap"), mode("lib/data.json")), (0o755, 0o640));
        assert_eq!(fs::read(folder.join("lib/again")).unwrap(), b"#!/bin/sh\n");
        let name = hexadecimal(&package.code_sha256).unwrap();
        assert_eq!(bench.store.zip(&name).unwrap(), zip);
        // Unpacked again when it is gone, kept again without a second copy.
        fs::remove_dir_all(&folder).unwrap();
        assert!(bench.store.folder(&package.code_sha256).unwrap().join("bootstrap").is_file());
        assert_eq!(bench.package(&zip), package);
        let drafts = fs::read_dir(bench.place.path().join("code-unpacked")).unwrap();
        assert_eq!(drafts.count(), 1, "no draft stays");
    }

    #[test]
    fn what_is_no_zip_is_refused() {
        let bench = Bench::new();
        let mut torn = zip_of(&[Entry::File("app.py", 0o644, &[7; 5000])]);
        let whole = torn.clone();
        torn.truncate(torn.len() - 10);
        // The data of an entry that does not match its checksum.
        let mut garbled = whole;
        garbled[40] ^= 0xff;
        for zip in [b"".as_slice(), b"no zip at all", &torn, &garbled] {
            assert_eq!(bench.refusal(zip), CodeRefusal::NotAZip);
        }
        assert_eq!(fs::read_dir(bench.place.path().join("code")).unwrap().count(), 0);
        assert_eq!(fs::read_dir(bench.place.path().join("code-unpacked")).unwrap().count(), 0);
    }

    #[test]
    fn nothing_is_written_outside() {
        let bench = Bench::new();
        for entries in [
            vec![Entry::File("../outside", 0o644, b"x")],
            vec![Entry::Link("out", "/etc")],
            vec![Entry::Link("a/out", "../../..")],
            vec![Entry::Link("d", "."), Entry::Link("d/e", "..")],
            vec![Entry::File("a", 0o644, b"x"), Entry::File("a/b", 0o644, b"x")],
        ] {
            assert_eq!(bench.refusal(&zip_of(&entries)), CodeRefusal::NotAZip);
        }
        // Below a link's name there can be no file: the folder is in the link's place.
        let through = zip_of(&[Entry::Link("d", ".."), Entry::File("d/f", 0o644, b"x")]);
        assert_eq!(bench.refusal(&through), CodeRefusal::NotAZip);
        let top: Vec<_> = fs::read_dir(bench.place.path()).unwrap().collect();
        assert_eq!(top.len(), 2);
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused_whatever_it_says() {
        let bench = Bench::new();
        let zeros = vec![0; 64 * 1024 * 1024];
        let entries: Vec<_> = ["a", "b", "c", "d"].map(|name| Entry::File(name, 0o644, &zeros)).into();
        assert_eq!(bench.refusal(&zip_of(&entries)), CodeRefusal::UnzippedTooLarge);
    }
}
