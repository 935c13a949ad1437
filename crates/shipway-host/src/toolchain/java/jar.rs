//! Jars: what a build made, made again without dates and names of tools; and what is unpacked.
//!
//! A rewritten jar's entries are sorted, the manifest first, all with one time, and stored without compression: so their
//! bytes depend on nothing but their content, and the package's own zip compresses them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use shipway_core::digest::ContentDigest;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::{gradle, maven};

const MANIFEST: &str = "META-INF/MANIFEST.MF";

/// Attributes of a manifest that tell when, by whom and with what a jar was made.
const VARYING: [&str; 14] = [
    "Ant-Version",
    "Bnd-LastModified",
    "Build-Date",
    "Build-Jdk",
    "Build-Jdk-Spec",
    "Build-Time",
    "Build-Timestamp",
    "Build-OS",
    "Built-By",
    "Built-Date",
    "Built-OS",
    "Created-By",
    "Implementation-Build-Date",
    "Tool",
];

/// What a manifest says that matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Manifest {
    pub(super) is_multi_release: bool,
}

/// The digests of the jars that a build made in folders for such.
pub(super) fn built_below(inputs: &Path) -> io::Result<BTreeSet<ContentDigest>> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![inputs.to_owned()];
    while let Some(folder) = waiting.pop() {
        let for_jars = maven::makes_jars_in(&folder) || gradle::makes_jars_in(&folder);
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let path = entry.path();
            let kind = entry.file_type()?;
            if kind.is_dir() && !for_jars {
                waiting.push(path);
            } else if kind.is_file() && for_jars && path.extension().is_some_and(|end| end == "jar") {
                found.insert(ContentDigest::of(&fs::read(&path)?));
            }
        }
    }
    Ok(found)
}

/// Rewrites those jars of a folder that are the build's own.
pub(super) fn normalise_own(folder: &Path, own: &BTreeSet<ContentDigest>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() && own.contains(&ContentDigest::of(&fs::read(&path)?)) {
            rewrite(&path)?;
        }
    }
    Ok(())
}

fn rewrite(path: &Path) -> io::Result<()> {
    let mut archive = ZipArchive::new(File::open(path)?)?;
    let mut entries: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        if entry.is_dir() {
            continue;
        }
        let name = entry.name()?.into_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content)?;
        entries.entry(name.clone()).or_insert_with(|| normalised(&name, content));
    }
    let partial = path.with_extension("jar.part");
    let mut writer = ZipWriter::new(File::create(&partial)?);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let manifest = entries.remove_entry(MANIFEST);
    for (name, content) in manifest.into_iter().chain(entries) {
        writer.start_file(name, options)?;
        writer.write_all(&content)?;
    }
    writer.finish()?.sync_data()?;
    fs::rename(partial, path)
}

/// Unpacks a jar into a folder. Of several entries of one name the first counts.
pub(super) fn unpack(jar: &Path, folder: &Path) -> io::Result<Manifest> {
    let mut archive = ZipArchive::new(File::open(jar)?)?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let outside = || io::Error::new(io::ErrorKind::InvalidData, "an entry's name leads out of the jar");
        let path = folder.join(entry.enclosed_name().ok_or_else(outside)?);
        if entry.is_dir() || path.exists() {
            continue;
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        io::copy(&mut entry, &mut File::create(&path)?)?;
    }
    let manifest = fs::read_to_string(folder.join(MANIFEST)).unwrap_or_default();
    let is_multi_release = manifest.lines().any(|line| line.trim().eq_ignore_ascii_case("Multi-Release: true"));
    Ok(Manifest { is_multi_release })
}

/// Rewrites the files at a package's root that tell when and with what they were made.
pub(super) fn normalise_tree(tree: &Path) -> io::Result<()> {
    let mut waiting: Vec<PathBuf> = vec![tree.join("META-INF")];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            for entry in fs::read_dir(&path)? {
                waiting.push(entry?.path());
            }
        } else if let Ok(name) = path.strip_prefix(tree) {
            let name = name.to_string_lossy().into_owned();
            if is_varying(&name) {
                let content = fs::read(&path)?;
                fs::write(&path, normalised(&name, content))?;
            }
        }
    }
    Ok(())
}

fn is_varying(name: &str) -> bool {
    name == MANIFEST || (name.starts_with("META-INF/maven/") && name.ends_with("/pom.properties"))
}

fn normalised(name: &str, content: Vec<u8>) -> Vec<u8> {
    if !is_varying(name) {
        return content;
    }
    match String::from_utf8(content) {
        Ok(text) if name == MANIFEST => manifest_without_varying(&text).into_bytes(),
        // Java writes properties with the date in a comment, in no order and with the system's line ends.
        Ok(text) => {
            let mut lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
            lines.sort_unstable();
            lines.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes()
        }
        Err(error) => error.into_bytes(),
    }
}

/// A line that begins with a space continues the one before.
fn manifest_without_varying(text: &str) -> String {
    let mut kept = String::new();
    let mut is_dropped = false;
    for line in text.lines() {
        if !line.starts_with(' ') {
            is_dropped = line.split_once(':').is_some_and(|(name, _)| VARYING.contains(&name));
        }
        if !is_dropped {
            kept.push_str(line);
            kept.push_str("\r\n");
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_loses_what_varies_with_its_continuation() {
        let text = "Manifest-Version: 1.0\r\nCreated-By: Maven 3.8.7 and a very long line that goes on\r\n  and on\r\n\
                    Main-Class: shop.Main\r\nBuilt-By: ada\r\n\r\n";
        assert_eq!(manifest_without_varying(text), "Manifest-Version: 1.0\r\nMain-Class: shop.Main\r\n\r\n");
    }

    #[test]
    fn properties_of_a_build_lose_their_date() {
        let text = "#Generated by Maven\n#Wed Nov 25 22:36:30 UTC 2026\nversion=1\ngroupId=shop\n";
        let found = normalised("META-INF/maven/shop/api/pom.properties", text.into());
        assert_eq!(found, b"groupId=shop\nversion=1\n");
        assert_eq!(normalised("app.properties", text.into()), text.as_bytes(), "the user's own are left alone");
    }

    fn jar(path: &Path, entries: &[(&str, &str)], minute: u8) {
        let mut writer = ZipWriter::new(File::create(path).unwrap());
        let time = DateTime::from_date_and_time(2026, 11, 25, 10, minute, 0).unwrap();
        for (name, text) in entries {
            writer.start_file(*name, SimpleFileOptions::default().last_modified_time(time)).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap();
    }

    #[test]
    fn a_jar_of_the_builds_own_is_the_same_whenever_it_was_made() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("one.jar"), folder.path().join("two.jar"));
        jar(&one, &[("b", "2"), (MANIFEST, "Manifest-Version: 1.0\nBuilt-By: ada\n"), ("a", "1")], 1);
        jar(&two, &[("a", "1"), ("b", "2"), (MANIFEST, "Manifest-Version: 1.0\nBuilt-By: bob\n")], 2);
        let foreign = folder.path().join("foreign.jar");
        jar(&foreign, &[("a", "1")], 3);
        let before = fs::read(&foreign).unwrap();
        let own = [&one, &two].map(|path| ContentDigest::of(&fs::read(path).unwrap())).into();
        normalise_own(folder.path(), &own).unwrap();
        assert_eq!(fs::read(&one).unwrap(), fs::read(&two).unwrap());
        assert_eq!(fs::read(&foreign).unwrap(), before, "other people's jars are left alone");
        let archive = ZipArchive::new(File::open(&one).unwrap()).unwrap();
        let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names, [MANIFEST, "a", "b"]);
    }

    #[test]
    fn a_jar_is_unpacked_and_leads_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let (path, target) = (folder.path().join("all.jar"), folder.path().join("target"));
        jar(&path, &[(MANIFEST, "Multi-Release: true\n"), ("shop/A.class", "x")], 1);
        assert!(unpack(&path, &target).unwrap().is_multi_release);
        assert_eq!(fs::read(target.join("shop/A.class")).unwrap(), b"x");
        jar(&path, &[("../out", "x")], 1);
        assert!(unpack(&path, &target).is_err());
        assert!(!folder.path().join("out").exists());
    }
}
