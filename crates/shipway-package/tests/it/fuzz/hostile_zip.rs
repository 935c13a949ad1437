//! Makes zips that lie: each begins as an honest one, and then things are done to it.

use super::Chance;
use crate::elf_file::{ARM64, ElfFile, X86_64};

/// What the headers of an entry say, and its bytes.
#[derive(Clone)]
struct Entry {
    local_name: Vec<u8>,
    central_name: Vec<u8>,
    made_by: u16,
    flags: u16,
    method: u16,
    crc32: u32,
    bytes: u32,
    compressed_bytes: u32,
    mode: u32,
    extra: Vec<u8>,
    data: Vec<u8>,
    offset: Option<u32>,
}

impl Entry {
    fn new(name: &[u8], content: &[u8], mode: u32, deflate: bool) -> Self {
        let data = if deflate { deflated(content) } else { content.to_vec() };
        Self {
            local_name: name.to_vec(),
            central_name: name.to_vec(),
            made_by: 0x0314,
            flags: 0,
            method: if deflate { 8 } else { 0 },
            crc32: crc32fast::hash(content),
            bytes: u32::try_from(content.len()).unwrap(),
            compressed_bytes: u32::try_from(data.len()).unwrap(),
            mode,
            extra: Vec::new(),
            data,
            offset: None,
        }
    }
}

fn deflated(content: &[u8]) -> Vec<u8> {
    let mut compressor = libdeflater::Compressor::new(libdeflater::CompressionLvl::new(1).unwrap());
    let mut data = vec![0; compressor.deflate_compress_bound(content.len())];
    let length = compressor.deflate_compress(content, &mut data).unwrap();
    data.truncate(length);
    data
}

fn short(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

fn common(entry: &Entry, name: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for field in [20, entry.flags, entry.method, 0, 33] {
        out.extend(u16::to_le_bytes(field));
    }
    for field in [entry.crc32, entry.compressed_bytes, entry.bytes] {
        out.extend(u32::to_le_bytes(field));
    }
    out.extend([short(name.len()).to_le_bytes(), short(entry.extra.len()).to_le_bytes()].concat());
    out
}

/// The bytes of a zip of these entries, without the end of the directory; where the directory is, and its length.
fn body(entries: &[Entry]) -> (Vec<u8>, u32, u32) {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let offset = entry.offset.unwrap_or(u32::try_from(out.len()).unwrap());
        out.extend(b"PK\x03\x04");
        out.extend(common(entry, &entry.local_name));
        out.extend([&entry.local_name, &entry.extra, &entry.data].map(Vec::as_slice).concat());
        directory.extend(b"PK\x01\x02");
        directory.extend(entry.made_by.to_le_bytes());
        directory.extend(common(entry, &entry.central_name));
        // No comment, the first disk, no internal attributes.
        directory.extend([0; 6]);
        directory.extend((entry.mode << 16).to_le_bytes());
        directory.extend(offset.to_le_bytes());
        directory.extend([&entry.central_name, &entry.extra].map(Vec::as_slice).concat());
    }
    let at = u32::try_from(out.len()).unwrap();
    let length = u32::try_from(directory.len()).unwrap();
    out.extend(directory);
    (out, at, length)
}

fn end(out: &mut Vec<u8>, count: u16, length: u32, at: u32) {
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    out.extend([length.to_le_bytes(), at.to_le_bytes()].concat());
    out.extend([0; 2]);
}

/// The end of a Zip64 directory, and what points to it.
fn end_64(out: &mut Vec<u8>, [records, length, at]: [u64; 3]) {
    let here = out.len() as u64;
    out.extend(b"PK\x06\x06");
    out.extend(44_u64.to_le_bytes());
    out.extend([45_u16.to_le_bytes(), 45_u16.to_le_bytes()].concat());
    out.extend([0; 8]);
    for number in [records, records, length, at] {
        out.extend(number.to_le_bytes());
    }
    out.extend(b"PK\x06\x07\0\0\0\0");
    out.extend(here.to_le_bytes());
    out.extend(1_u32.to_le_bytes());
}

/// A hostile zip.
pub(super) fn zip(chance: &mut Chance) -> Vec<u8> {
    let mut entries: Vec<Entry> = (0..1 + chance.below(6)).map(|_| honest(chance)).collect();
    // Two of one name are a lie of its own.
    let mut names = std::collections::BTreeSet::new();
    entries.retain(|entry| names.insert(entry.central_name.clone()));
    for _ in 0..chance.below(3) {
        lie(chance, &mut entries);
    }
    let (mut out, at, length) = body(&entries);
    let count = short(entries.len());
    match chance.below(12) {
        0 => {
            let odd = [0, 1, entries.len() as u64, u64::from(length), u64::from(at), u64::MAX, 1 << 40];
            let numbers = [*chance.pick(&odd), *chance.pick(&odd), *chance.pick(&odd)];
            end_64(&mut out, numbers);
            end(&mut out, u16::MAX, u32::MAX, u32::MAX);
        }
        1 => {
            end_64(&mut out, [entries.len() as u64, u64::from(length), u64::from(at)]);
            end(&mut out, u16::MAX, u32::MAX, u32::MAX);
        }
        2 => end(&mut out, *chance.pick(&[0, 1, count + 1, u16::MAX]), length, at),
        3 => end(&mut out, count, *chance.pick(&[0, length + 1, u32::MAX]), *chance.pick(&[0, at + 1, u32::MAX])),
        _ => end(&mut out, count, length, at),
    }
    damage(chance, &mut out);
    out
}

/// Zips that are large in one way or another, and cost more to make and to read.
pub(super) fn large_zip(chance: &mut Chance, number: u64) -> Vec<u8> {
    let entries: Vec<Entry> = match number % 4 {
        // Far more entries than a package of ours may have.
        0 => (0..100_000)
            .map(|number| Entry::new(format!("d{}/f{number}", number % 50).as_bytes(), b"", 0o100_644, false))
            .collect(),
        // All that may be unpacked, out of next to nothing.
        1 => vec![Entry::new(b"lib/zeros.so", &vec![0; 250 << 20], 0o100_755, true)],
        // An ELF file as large as may be, whose headers point everywhere.
        2 => {
            let mut elf = ElfFile { padding: 60 << 20, ..ElfFile::library(X86_64) }.bytes();
            for _ in 0..4 {
                let at = chance.below(120);
                elf[at] = chance.next().to_le_bytes()[0];
            }
            vec![Entry::new(b"lib/huge.so", &elf, 0o100_755, true)]
        }
        // Names that are long, and many.
        _ => (0..3_000)
            .map(|number| Entry::new(format!("{number}/{}", "n".repeat(4_000)).as_bytes(), b"", 0o100_644, false))
            .collect(),
    };
    let (mut out, at, length) = body(&entries);
    if entries.len() > 65_534 {
        end_64(&mut out, [entries.len() as u64, u64::from(length), u64::from(at)]);
        end(&mut out, u16::MAX, u32::MAX, u32::MAX);
    } else {
        end(&mut out, short(entries.len()), length, at);
    }
    out
}

fn honest(chance: &mut Chance) -> Entry {
    const NAMES: [&str; 16] = [
        "app.py",
        "index.js",
        "function.rb",
        "example/Handler.class",
        "bootstrap",
        "lib/native.so",
        "bin/tool",
        "a/b/c/d.txt",
        "node_modules/x/prebuilds/linux-arm64/x.node",
        "A/b.txt",
        "a/B.txt",
        "é/日本.json",
        ".env",
        "key.pem",
        "x/",
        "libc.so.6",
    ];
    let number = chance.below(1_000);
    let name = if chance.once_in(3) { format!("f{number}") } else { (*chance.pick(&NAMES)).to_owned() };
    let content = if name.ends_with('/') { Vec::new() } else { content(chance, &name) };
    let mode = *chance.pick(&[0o100_644, 0o100_755, 0o100_755, 0o644, 0]);
    let deflate = !name.ends_with('/') && chance.once_in(2);
    Entry::new(name.as_bytes(), &content, mode, deflate)
}

fn content(chance: &mut Chance, name: &str) -> Vec<u8> {
    let mut content = match name {
        "example/Handler.class" => class_file(chance),
        "app.py" | "index.js" | "function.rb" | "bootstrap" if chance.once_in(2) => source(chance),
        "lib/native.so" | "bin/tool" | "bootstrap" | "libc.so.6" => elf(chance),
        name if name.ends_with(".node") => elf(chance),
        "key.pem" => [b"-----BEGIN PRIVATE KEY-----\n".as_slice(), &[b'A'; 70]].concat(),
        _ => {
            let bytes = chance.below(3_000);
            if chance.once_in(2) { chance.noise(bytes) } else { chance.pattern(bytes) }
        }
    };
    if chance.once_in(4) && !content.is_empty() {
        let at = chance.below(content.len());
        content.truncate(at);
    }
    content
}

/// Pieces of programs, in no order that makes sense.
fn source(chance: &mut Chance) -> Vec<u8> {
    const PIECES: [&str; 40] = [
        "def ",
        "handler",
        "class ",
        ":\n",
        "    ",
        "\t",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "'",
        "\"",
        "'''",
        "\"\"\"",
        "f'",
        "rb\"",
        "{x!r:>{y}}",
        "#",
        "\\",
        "\n",
        "\r\n",
        "export ",
        "exports.",
        "module.exports = ",
        "const ",
        "async ",
        "import * from ",
        "from x import *\n",
        "global handler\n",
        "require 'x'\n",
        "#!/bin/sh\r\n",
        "é",
        "日",
        "\u{feff}",
        "=",
        ",",
        "/*",
        "`${",
    ];
    let mut text = String::new();
    for _ in 0..chance.below(120) {
        let piece: &&str = chance.pick(&PIECES);
        text.push_str(piece);
    }
    text.into_bytes()
}

/// An ELF file whose headers are right, or wrong in a few bytes.
fn elf(chance: &mut Chance) -> Vec<u8> {
    let versions = [("GLIBC_2.17", 0), ("GLIBC_2.99", 0), ("GLIBC_", 0), ("GLIBC_999999.1", 0), ("GLIBC_2.34", 2)];
    let mut elf = ElfFile {
        class: *chance.pick(&[2, 2, 2, 1, 0, 255]),
        data: *chance.pick(&[1, 1, 1, 2, 0]),
        system: *chance.pick(&[0, 3, 9, 255]),
        kind: *chance.pick(&[3, 2, 1, 4, 0xffff]),
        machine: *chance.pick(&[X86_64, X86_64, ARM64, 3, 40, 0xffff]),
        interpreter: *chance.pick(&[
            None,
            Some("/lib64/ld-linux-x86-64.so.2"),
            Some("/lib/ld-musl-x86_64.so.1"),
            Some(""),
        ]),
        needed: (*chance.pick(&[&["libc.so.6"][..], &[], &["libc.musl-x86_64.so.1", "x"]])).to_vec(),
        versions: versions[..chance.below(versions.len() + 1)].to_vec(),
        padding: chance.below(2) * 4_000,
    }
    .bytes();
    for _ in 0..chance.below(6) {
        let at = chance.below(elf.len());
        let numbers = [0, 1, 0xff, 0x7f, chance.next().to_le_bytes()[0]];
        let length = *chance.pick(&[1, 1, 4, 8]);
        let end = (at + length).min(elf.len());
        elf[at..end].fill(*chance.pick(&numbers));
    }
    elf
}

/// A class file of one method, wrong in a few bytes.
fn class_file(chance: &mut Chance) -> Vec<u8> {
    let utf8 = |text: &str| [&[1], short(text.len()).to_be_bytes().as_slice(), text.as_bytes()].concat();
    let parent = *chance.pick(&["java/lang/Object", "example/Base"]);
    let method = *chance.pick(&["handle", "run", ""]);
    let pool = [utf8(parent), vec![7, 0, 1], [[5].as_slice(), &[0; 8]].concat(), utf8("()V"), utf8(method)].concat();
    let mut class = [[0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 65, 0, 7].as_slice(), &pool].concat();
    class.extend([0, 33, 0, 2, 0, 2, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 0, 5, 0, 0]);
    for _ in 0..chance.below(4) {
        let at = chance.below(class.len());
        class[at] = chance.next().to_le_bytes()[0];
    }
    class
}

/// Makes one entry lie about something.
fn lie(chance: &mut Chance, entries: &mut Vec<Entry>) {
    const NAMES: [&[u8]; 22] = [
        b"../../etc/passwd",
        b"/etc/passwd",
        b"a/../../b",
        b"..",
        b"../",
        b"C:\\windows\\x",
        b"c:/x",
        b"\\\\server\\x",
        b"..\\x",
        b"a\0b",
        b"\xff\xfe",
        b"",
        b".",
        b"./",
        b"a//b",
        b"a/./b",
        b"app.py/x",
        b"app.py",
        b"APP.PY",
        b"a/",
        b"\xed\xa0\x80",
        b"con.txt:stream",
    ];
    let at = chance.below(entries.len());
    let odd = [0, 1, 4_000_000_000, u32::MAX, u32::MAX - 1, 262_144_000, 262_144_001, 0x8000_0000];
    let number = *chance.pick(&odd);
    let other = entries[chance.below(entries.len())].clone();
    let entry = &mut entries[at];
    match chance.below(15) {
        0 => entry.central_name = chance.pick(&NAMES).to_vec(),
        1 => {
            entry.central_name = chance.pick(&NAMES).to_vec();
            entry.local_name.clone_from(&entry.central_name);
        }
        2 => {
            let bytes = *chance.pick(&[4_000, 5_000, 65_535]);
            entry.central_name = chance.pick(&[b"n", b"/", b"\xc3"]).repeat(bytes);
            entry.local_name.clone_from(&entry.central_name);
        }
        3 => entry.bytes = number,
        4 => entry.compressed_bytes = number,
        5 => entry.crc32 ^= 1 << chance.below(32),
        6 => entry.flags = *chance.pick(&[1, 8, 1 << 6, 1 << 13, 1 << 11, 0xffff]),
        7 => entry.method = *chance.pick(&[0, 8, 9, 12, 14, 93, 99, 0xffff]),
        8 => entry.offset = Some(*chance.pick(&[0, 1, 30, number])),
        9 => entry.mode = *chance.pick(&[0o120_777, 0o040_755, 0o010_644, 0o060_644, 0o140_644, 0o104_755, 0xffff]),
        10 => entry.made_by = *chance.pick(&[0, 0x0014, 0x0b14, 0x1314, 0xffff]),
        11 => {
            // Sizes that are in a Zip64 field, or are said to be.
            (entry.bytes, entry.compressed_bytes) = (u32::MAX, u32::MAX);
            let length = *chance.pick(&[16_u16, 8, 0, 28, 0xffff]);
            entry.extra = [1_u16.to_le_bytes(), length.to_le_bytes()].concat();
            for _ in 0..chance.below(4) {
                let numbers = [entry.data.len() as u64, 0, u64::MAX, 1 << 63];
                entry.extra.extend(chance.pick(&numbers).to_le_bytes());
            }
        }
        12 => {
            let length = chance.below(200);
            entry.extra = chance.noise(length);
        }
        13 => {
            let bytes = 1 + chance.below(4 << 20);
            *entry = Entry::new(b"bomb", &vec![0; bytes], 0o100_644, true);
        }
        _ => entries.push(other),
    }
}

/// Changes the bytes of the whole.
fn damage(chance: &mut Chance, zip: &mut Vec<u8>) {
    match chance.below(8) {
        0 | 1 => {
            for _ in 0..1 + chance.below(6) {
                let at = chance.below(zip.len());
                zip[at] ^= 1 << chance.below(8);
            }
        }
        2 => {
            let length = chance.below(zip.len());
            zip.truncate(length);
        }
        3 => {
            let (from, to) = (chance.below(zip.len()), chance.below(zip.len()));
            let end = (from + chance.below(200)).min(zip.len());
            let copied = zip[from..end].to_vec();
            zip.splice(to..to, copied);
        }
        4 => {
            let bytes = chance.below(300);
            let before = chance.noise(bytes);
            zip.splice(0..0, before);
        }
        _ => {}
    }
}
