//! Whether what is in a package can run where it is to run: machine and C library of native files, `bootstrap`, the size with
//! layers. Judged by names and a few bytes of headers; what cannot be told for certain is a warning, or nothing.
//!
//! What Lambda's systems have is the caller's to know; nothing here names a runtime's version.

mod elf;
mod facts;
mod judge;
mod platform_words;
mod unfit;

pub use elf::{Binary, Elf, GlibcVersion, Machine, SymbolVersion};
pub(crate) use facts::may_be_binary;
pub use facts::{BinaryFile, FileFacts};
pub use judge::{Lint, LintTarget, RunsOn, RuntimeLibc};
pub use unfit::{BootstrapProblem, Unfit, UnfitFile};

use crate::error::PackageError;
use crate::inspect::Inspection;
use crate::survey::Survey;

/// Whether a file's beginning is that of an ELF file.
pub(crate) fn begins_as_elf(beginning: &[u8]) -> bool {
    beginning.starts_with(b"\x7fELF")
}

/// Judges a tree before it is packaged.
pub fn lint_tree(survey: &Survey, target: &LintTarget<'_>) -> Result<Lint, PackageError> {
    let entries: Vec<_> = survey.entries().collect();
    judge::judge(&entries, &FileFacts::of_tree(&survey.files), target)
}

/// Judges a zip that was read.
pub fn lint_zip(inspection: &Inspection, target: &LintTarget<'_>) -> Result<Lint, PackageError> {
    judge::judge(&inspection.entries, &inspection.facts, target)
}
