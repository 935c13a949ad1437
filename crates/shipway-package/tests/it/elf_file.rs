//! Writes small ELF files by hand, for machines that the tests do not run on: headers and the tables that a linker would
//! have made, and no code.

/// What an ELF file is to say.
#[derive(Debug, Clone)]
pub(crate) struct ElfFile<'a> {
    pub(crate) class: u8,
    pub(crate) data: u8,
    pub(crate) system: u8,
    pub(crate) kind: u16,
    pub(crate) machine: u16,
    pub(crate) interpreter: Option<&'a str>,
    pub(crate) needed: Vec<&'a str>,
    /// Symbol versions of `libc.so.6`, and their flags.
    pub(crate) versions: Vec<(&'a str, u16)>,
    /// Bytes between the headers and the tables.
    pub(crate) padding: usize,
}

pub(crate) const X86_64: u16 = 62;
pub(crate) const ARM64: u16 = 183;
/// `VER_FLG_WEAK`: the version may be missing.
pub(crate) const WEAK: u16 = 2;

impl ElfFile<'_> {
    /// A library for Linux.
    pub(crate) fn library(machine: u16) -> Self {
        Self {
            class: 2,
            data: 1,
            system: 0,
            kind: 3,
            machine,
            interpreter: None,
            needed: vec!["libc.so.6"],
            versions: vec![("GLIBC_2.2.5", 0), ("GLIBC_2.17", 0)],
            padding: 0,
        }
    }

    /// The bytes: header, one program header, then strings, tables and, at the end, section headers.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut strings = vec![0];
        let mut string = |text: &str| {
            let at = strings.len() as u64;
            strings.extend(text.as_bytes());
            strings.push(0);
            at
        };
        let mut dynamic = Vec::new();
        for name in &self.needed {
            dynamic.extend([1_u64.to_le_bytes(), string(name).to_le_bytes()].concat());
        }
        dynamic.extend([0; 16]);
        let mut versions = Vec::new();
        if !self.versions.is_empty() {
            let count = u16::try_from(self.versions.len()).unwrap();
            let library = u32::try_from(string("libc.so.6")).unwrap();
            versions.extend([1_u16.to_le_bytes(), count.to_le_bytes()].concat());
            versions.extend([library.to_le_bytes(), 16_u32.to_le_bytes(), 0_u32.to_le_bytes()].concat());
            for (number, (name, flags)) in self.versions.iter().enumerate() {
                let next = if number + 1 == self.versions.len() { 0_u32 } else { 16 };
                versions.extend(0_u32.to_le_bytes());
                versions.extend([flags.to_le_bytes(), 2_u16.to_le_bytes()].concat());
                versions.extend(u32::try_from(string(name)).unwrap().to_le_bytes());
                versions.extend(next.to_le_bytes());
            }
        }
        let interpreter: Vec<u8> = self.interpreter.map(|path| [path.as_bytes(), &[0]].concat()).unwrap_or_default();
        let mut body = Vec::new();
        let mut place = |part: &[u8]| {
            // Tables of 64-bit numbers stand at multiples of eight.
            body.resize(body.len().next_multiple_of(8), 0);
            let at = (64 + 56 + self.padding.next_multiple_of(8) + body.len()) as u64;
            body.extend(part);
            (at, part.len() as u64)
        };
        let (interpreter_at, strings_at) = (place(&interpreter), place(&strings));
        let (dynamic_at, versions_at) = (place(&dynamic), place(&versions));
        let sections_at = place(&[]).0;
        let mut out = vec![0x7f, b'E', b'L', b'F', self.class, self.data, 1, self.system];
        out.extend([0; 8]);
        let short = |number: u16| if self.data == 2 { number.to_be_bytes() } else { number.to_le_bytes() };
        out.extend([short(self.kind), short(self.machine)].concat());
        out.extend(1_u32.to_le_bytes());
        let segments = u16::from(self.interpreter.is_some());
        for number in [0, 64, sections_at] {
            out.extend(u64::to_le_bytes(number));
        }
        out.extend(0_u32.to_le_bytes());
        for number in [64, 56, segments, 64, 4, 1] {
            out.extend(u16::to_le_bytes(number));
        }
        // PT_INTERP, readable.
        out.extend([3_u32.to_le_bytes(), 4_u32.to_le_bytes()].concat());
        for number in [interpreter_at.0, 0, 0, interpreter_at.1, interpreter_at.1, 1] {
            out.extend(u64::to_le_bytes(number));
        }
        out.resize(out.len() + self.padding.next_multiple_of(8), 0);
        out.extend(body);
        for (kind, (at, bytes), link) in
            [(0_u32, (0, 0), 0), (3, strings_at, 0), (6, dynamic_at, 1), (0x6fff_fffe, versions_at, 1)]
        {
            let kind = if bytes == 0 { 0 } else { kind };
            out.extend([0_u32.to_le_bytes(), kind.to_le_bytes()].concat());
            for number in [0, 0, at, bytes] {
                out.extend(u64::to_le_bytes(number));
            }
            out.extend([u32::to_le_bytes(link), 0_u32.to_le_bytes()].concat());
            for number in [8_u64, if kind == 6 { 16 } else { 0 }] {
                out.extend(number.to_le_bytes());
            }
        }
        out
    }
}
