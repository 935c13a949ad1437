//! The reasons why a file cannot run where its package is to run, in words, and what to do about each.

use std::fmt;

use super::elf::{GlibcVersion, Machine};

/// How many files are named.
const NAMED_FILES: usize = 10;

/// Why files cannot run there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// They are for another processor or system.
    Machine { wanted: Machine },
    /// They need a newer glibc than the runtime's.
    Glibc { runtime: String, has: GlibcVersion, wanted: Machine },
    /// They need musl, which Lambda's systems do not have.
    Musl,
    /// The program that is to load a `bootstrap` is not there.
    Loader { wanted: Machine },
}

/// A file that cannot run there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfitFile {
    pub path: String,
    /// What it is or needs instead: `arm64`, `GLIBC_2.34`.
    pub found: String,
}

impl Unfit {
    /// The whole sentence about all of the files.
    pub(crate) fn sentence(&self, files: &[UnfitFile]) -> String {
        let (verb, expectation) = match self {
            Self::Machine { wanted } => ("is for", format!("the function's architecture is {wanted}")),
            Self::Glibc { runtime, has, .. } => ("needs", format!("{runtime} has glibc {has}")),
            Self::Musl => ("needs", "Lambda's systems have glibc, not musl".to_owned()),
            Self::Loader { .. } => ("is to be loaded by", "Lambda's systems do not have that".to_owned()),
        };
        match files {
            [UnfitFile { path, found }] => format!("`{path}` {verb} {found}, and {expectation}"),
            files => {
                let lines: String = files
                    .iter()
                    .take(NAMED_FILES)
                    .map(|UnfitFile { path, found }| format!("\n  `{path}` {verb} {found}"))
                    .collect();
                let more = files.len().saturating_sub(NAMED_FILES);
                let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
                format!("{} files cannot run there, {expectation}:{lines}{more}", files.len())
            }
        }
    }

    /// What to do, in a sentence.
    pub(crate) fn remedy(&self) -> String {
        match self {
            Self::Machine { wanted: Machine::X86_64 } => "build for x86_64, or set `architecture` to what was built: wheels of \
                manylinux2014_x86_64, `npm install --os linux --cpu x64`, GOOS=linux GOARCH=amd64, `cargo zigbuild --target \
                x86_64-unknown-linux-gnu`"
                .to_owned(),
            Self::Machine { wanted: Machine::Arm64 } => "build for arm64, or set `architecture` to what was built: wheels of \
                manylinux2014_aarch64, `npm install --os linux --cpu arm64`, GOOS=linux GOARCH=arm64, `cargo zigbuild \
                --target aarch64-unknown-linux-gnu`"
                .to_owned(),
            Self::Glibc { has, wanted, .. } => {
                let triple = triple(*wanted);
                let underscored = format!("{}_{}", has.major, has.minor);
                format!(
                    "build on or for glibc {has} or older: wheels of manylinux2014 up to manylinux_{underscored}, \
                    `cargo zigbuild --target {triple}.{has}`, or a static program; or move to a runtime with a newer glibc"
                )
            }
            Self::Musl => "take the build for glibc instead: manylinux wheels, not musllinux; `npm install --libc glibc`; \
                or link a program statically"
                .to_owned(),
            Self::Loader { wanted } => {
                format!("link it statically, or for the loader {}", loader(*wanted))
            }
        }
    }
}

/// Where glibc's loader is (System V ABI supplements of both processors).
pub(super) fn loader(machine: Machine) -> &'static str {
    match machine {
        Machine::X86_64 => "/lib64/ld-linux-x86-64.so.2",
        Machine::Arm64 => "/lib/ld-linux-aarch64.so.1",
    }
}

fn triple(machine: Machine) -> &'static str {
    match machine {
        Machine::X86_64 => "x86_64-unknown-linux-gnu",
        Machine::Arm64 => "aarch64-unknown-linux-gnu",
    }
}

/// Why a `bootstrap` cannot be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BootstrapProblem {
    /// The first line of a script ends as lines do on Windows, so that an interpreter named `sh\r` is looked for.
    WindowsLineEnds,
    /// Neither a program nor a script that names its interpreter.
    NoProgram,
    Empty,
}

impl fmt::Display for BootstrapProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::WindowsLineEnds => {
                "its first line ends with a carriage return, as on Windows, which becomes a part of the \
                interpreter's name"
            }
            Self::NoProgram => "it is no program, and no script either: its first bytes are not `#!`",
            Self::Empty => "it is empty",
        })
    }
}

impl BootstrapProblem {
    /// What to do, in a sentence.
    pub(crate) fn remedy(self) -> &'static str {
        match self {
            Self::WindowsLineEnds => {
                "write `bootstrap` with Unix line ends (`sed -i 's/\\r$//' bootstrap`), and keep git from \
                changing them: `bootstrap text eol=lf` in .gitattributes"
            }
            Self::NoProgram => {
                "let `bootstrap` begin with the interpreter's line, such as `#!/bin/sh`, without anything before \
                it, or put a program in its place"
            }
            Self::Empty => "put the program, or a script that begins with `#!`, into `bootstrap`",
        }
    }
}
