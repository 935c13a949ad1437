//! What the headers of a binary say about where it can run. Reads headers and the tables that they name, never code, and
//! believes none of them: a table that makes no sense tells nothing.

use std::fmt;

use object::elf::{self, DT_NEEDED, ET_DYN, ET_EXEC, FileHeader64, VER_FLG_WEAK};
use object::read::elf::{Dyn as _, FileHeader as _, ProgramHeader as _};
use object::{Endianness, ReadRef, StringTable};

/// How many bytes at the beginning of a file tell what kind of binary it is.
pub(crate) const IDENTIFYING_BYTES: usize = 64;
/// No table that is read here is larger in any binary that a linker made.
const TABLE_LIMIT: u64 = 4 << 20;
/// No binary needs more libraries and versions of them.
const NEEDS_LIMIT: usize = 20_000;
/// Longer names than this are not shown.
const NAME_LIMIT: usize = 128;

/// A processor that Lambda has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Machine {
    X86_64,
    /// Lambda's `arm64`, which ELF files and compilers call AArch64.
    Arm64,
}

impl fmt::Display for Machine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        })
    }
}

/// A version of the GNU C library, `2.34`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GlibcVersion {
    pub major: u16,
    pub minor: u16,
}

impl fmt::Display for GlibcVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}

impl GlibcVersion {
    /// The library that has a symbol version: `GLIBC_2.2.5`, or one of the marks that stand for a way of linking.
    fn of_symbol_version(name: &[u8]) -> Option<Self> {
        // Binaries with packed relative relocations carry this mark, so that an older loader refuses them (glibc 2.36 NEWS).
        if name == b"GLIBC_ABI_DT_RELR" {
            return Some(Self { major: 2, minor: 36 });
        }
        let text = std::str::from_utf8(name.strip_prefix(b"GLIBC_")?).ok()?;
        let mut numbers = text.split('.').map(str::parse::<u16>);
        let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) else { return None };
        Some(Self { major, minor })
    }
}

/// What kind of binary a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binary {
    /// Linux's format, and that of most other systems but macOS and Windows.
    Elf(Elf),
    /// macOS's format.
    MachO,
}

/// What an ELF file's headers say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elf {
    pub(crate) kind: ElfKind,
    pub(crate) abi: Abi,
    /// The program that loads it; none for what is linked statically, and for most libraries.
    pub(crate) interpreter: Option<String>,
    /// The libraries that it is linked with, as it names them.
    pub(crate) needed: Vec<String>,
    /// The newest symbol version of glibc that it cannot do without.
    pub(crate) glibc: Option<SymbolVersion>,
}

impl Binary {
    /// What it is for: `x86_64`, `32-bit Arm`, `macOS`.
    pub fn machine(&self) -> String {
        match self {
            Self::Elf(elf) => elf.abi.to_string(),
            Self::MachO => "macOS".to_owned(),
        }
    }

    /// The newest symbol version of glibc that it cannot do without.
    pub fn glibc(&self) -> Option<&SymbolVersion> {
        match self {
            Self::Elf(elf) => elf.glibc.as_ref(),
            Self::MachO => None,
        }
    }
}

/// A symbol version of glibc that is needed, and the library that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SymbolVersion {
    /// As in the file: `GLIBC_2.34`.
    pub name: String,
    /// The first glibc that has it.
    pub glibc: GlibcVersion,
}

/// Programs and libraries, or something that nothing loads as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ElfKind {
    ProgramOrLibrary,
    /// An object file, a core dump.
    Other,
}

/// For which processor and system it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Abi {
    class: u8,
    data: u8,
    system: u8,
    machine: u16,
}

impl Abi {
    /// The machine of Lambda's that it runs on, if any does.
    pub(crate) fn machine(self) -> Option<Machine> {
        let is_linux = matches!(self.system, 0 | 3);
        match (self.class, self.data, self.machine) {
            (2, 1, 62) if is_linux => Some(Machine::X86_64),
            (2, 1, 183) if is_linux => Some(Machine::Arm64),
            _ => None,
        }
    }
}

/// As `32-bit x86`, `arm64`, `x86_64 for FreeBSD`.
impl fmt::Display for Abi {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.class, self.data, self.machine) {
            (2, 1, 62) => formatter.write_str("x86_64")?,
            (2, 1, 183) => formatter.write_str("arm64")?,
            (1, _, 3) => formatter.write_str("32-bit x86")?,
            (1, _, 62) => formatter.write_str("x86_64 with 32-bit pointers (x32)")?,
            (1, _, 40) => formatter.write_str("32-bit Arm")?,
            (2, 2, 183) => formatter.write_str("big-endian arm64")?,
            (2, 1, 243) => formatter.write_str("64-bit RISC-V")?,
            (2, 1, 21) => formatter.write_str("ppc64le")?,
            (2, _, 22) => formatter.write_str("s390x")?,
            (class, _, machine) => {
                let bits = if class == 1 { "32-bit " } else { "" };
                write!(formatter, "{bits}ELF machine {machine}")?;
            }
        }
        // Named by System V's generic ABI.
        match self.system {
            0 | 3 => Ok(()),
            2 => formatter.write_str(" for NetBSD"),
            6 => formatter.write_str(" for Solaris"),
            9 => formatter.write_str(" for FreeBSD"),
            12 => formatter.write_str(" for OpenBSD"),
            other => write!(formatter, " for a system other than Linux (OS/ABI {other})"),
        }
    }
}

/// What a file is by its beginning; `None` for what is no binary that is known here.
pub(crate) fn identify(beginning: &[u8]) -> Option<Binary> {
    match beginning.first_chunk::<4>()? {
        b"\x7fELF" => Some(Binary::Elf(identify_elf(beginning)?)),
        // 32 and 64 bits, either byte order. A "fat" Mach-O begins like a Java class, and is not told here.
        [0xfe, 0xed, 0xfa, 0xce | 0xcf] | [0xce | 0xcf, 0xfa, 0xed, 0xfe] => Some(Binary::MachO),
        _ => None,
    }
}

fn identify_elf(beginning: &[u8]) -> Option<Elf> {
    let header: &[u8; 20] = beginning.first_chunk()?;
    let (class, data, system) = (header[4], header[5], header[7]);
    let short =
        |low: u8, high: u8| if data == 2 { u16::from_be_bytes([low, high]) } else { u16::from_le_bytes([low, high]) };
    let (kind, machine) = (short(header[16], header[17]), short(header[18], header[19]));
    let kind = if [ET_EXEC.0, ET_DYN.0].contains(&kind) { ElfKind::ProgramOrLibrary } else { ElfKind::Other };
    Some(Elf { kind, abi: Abi { class, data, system, machine }, interpreter: None, needed: Vec::new(), glibc: None })
}

/// The same with what the tables say, read from wherever they are in the file.
pub(crate) fn examine<'data>(beginning: &[u8], data: impl ReadRef<'data>) -> Option<Binary> {
    let mut binary = identify(beginning)?;
    if let Binary::Elf(elf) = &mut binary
        && elf.abi.machine().is_some()
    {
        let data = Capped(data);
        elf.interpreter = interpreter(data);
        // What makes no sense tells nothing; the loader will say what it thinks of it.
        if let Some((needed, glibc)) = dynamic_needs(data) {
            (elf.needed, elf.glibc) = (needed, glibc);
        }
    }
    Some(binary)
}

type Header = FileHeader64<Endianness>;

fn interpreter<'data>(data: impl ReadRef<'data>) -> Option<String> {
    let header = Header::parse(data).ok()?;
    let endian = header.endian().ok()?;
    let segments = header.program_headers(endian, data).ok()?;
    let interpreter = segments.iter().find_map(|segment| segment.interpreter(endian, data).ok().flatten())?;
    Some(shown(interpreter))
}

fn dynamic_needs<'data>(data: impl ReadRef<'data>) -> Option<(Vec<String>, Option<SymbolVersion>)> {
    let header = Header::parse(data).ok()?;
    let endian = header.endian().ok()?;
    let sections = header.sections(endian, data).ok()?;
    let mut needed = Vec::new();
    if let Some((entries, strings)) = sections.dynamic(endian, data).ok()? {
        let strings = sections.strings(endian, data, strings).ok()?;
        for entry in entries.iter().take(NEEDS_LIMIT).filter(|entry| entry.tag(endian) == DT_NEEDED) {
            needed.push(shown(entry.string(endian, strings).ok()?));
        }
    }
    let mut newest: Option<SymbolVersion> = None;
    if let Some((needs, strings)) = sections.gnu_verneed(endian, data).ok()? {
        let strings = sections.strings(endian, data, strings).ok()?;
        for (name, glibc) in glibc_versions(endian, needs, strings)? {
            if newest.as_ref().is_none_or(|newest| glibc > newest.glibc) {
                newest = Some(SymbolVersion { name, glibc });
            }
        }
    }
    Some((needed, newest))
}

fn glibc_versions<'data, R: ReadRef<'data>>(
    endian: Endianness,
    mut needs: object::read::elf::VerneedIterator<'data, Header>,
    strings: StringTable<'data, R>,
) -> Option<Vec<(String, GlibcVersion)>> {
    let mut found = Vec::new();
    let mut seen = 0;
    while let Some((_, mut versions)) = needs.next().ok()? {
        while let Some(version) = versions.next().ok()? {
            seen += 1;
            if seen > NEEDS_LIMIT {
                return None;
            }
            if version.vna_flags.get(endian) & VER_FLG_WEAK == elf::VersionFlags(0) {
                let name = version.name(endian, strings).ok()?;
                found.extend(GlibcVersion::of_symbol_version(name).map(|glibc| (shown(name), glibc)));
            }
        }
    }
    Some(found)
}

/// A name out of a file that nobody vouches for.
fn shown(name: &[u8]) -> String {
    String::from_utf8_lossy(&name[..name.len().min(NAME_LIMIT)]).chars().filter(|letter| !letter.is_control()).collect()
}

/// Data of which no large part is read at once: a table's size is claimed by the file itself.
#[derive(Debug, Clone, Copy)]
struct Capped<R>(R);

impl<'data, R: ReadRef<'data>> ReadRef<'data> for Capped<R> {
    fn len(self) -> Result<u64, ()> {
        self.0.len()
    }

    fn read_bytes_at(self, offset: u64, size: u64) -> Result<&'data [u8], ()> {
        if size > TABLE_LIMIT { Err(()) } else { self.0.read_bytes_at(offset, size) }
    }

    fn read_bytes_at_until(self, range: std::ops::Range<u64>, delimiter: u8) -> Result<&'data [u8], ()> {
        self.0.read_bytes_at_until(range, delimiter)
    }
}
