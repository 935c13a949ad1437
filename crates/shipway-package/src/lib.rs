//! Turns a folder into a deterministic zip, and looks at what is in a zip.
//!
//! The same tree gives the same bytes, whatever its times, group bits, order of creation, parent folder, umask, or the
//! number of threads. The rooms, in the order in which a package comes about:
//!
//! * [`survey`] walks a tree: what goes in ([`DEFAULT_EXCLUDES`]), what a link stands for, what is refused;
//! * [`package`] reads, compresses and writes what a survey found, in parallel, in bounded memory; [`package_digest`] does
//!   so without a zip;
//! * [`package_again`] does the same for a tree that was packaged before, and reads and compresses only what changed;
//! * [`read_zip`] looks at a zip that somebody else made, and trusts none of it;
//! * [`lint_tree`] and [`lint_zip`] say whether its native files can run where the function is to run;
//! * [`handler_presence`] says whether a package holds the file that a handler names, [`handler_in_tree`] and
//!   [`handler_in_zip`] whether the function is in it.
//!
//! Nothing here reaches a network, starts a process, reads the clock or the environment, or decides about deploying. Empty
//! directories are no part of a package: Lambda makes the directories that its files need.

mod assembly;
mod chunk_digests;
mod compress;
mod contents;
mod default_excludes;
mod dependencies;
mod digest;
mod entry;
mod error;
mod folder_queue;
mod handler;
mod hash_stream;
mod inspect;
mod lint;
mod memory_file;
mod ordered;
mod package;
mod package_memory;
mod patterns;
mod reading;
mod refusal;
mod repackage;
mod secrets;
mod sizes;
mod source;
mod stamp;
mod survey;
mod symbol;
mod walk;
mod zip_format;
mod zip_listing;
mod zip_problem;
mod zip_writer;

pub use contents::{ContentNode, FileDifference, FileState, content_tree, differences};
pub use default_excludes::{DEFAULT_EXCLUDES, DefaultExclude, NamePattern, Scope};
pub use digest::{PackageDigest, ZipSha256};
pub use entry::{EntryMode, EntrySummary};
pub use error::PackageError;
pub use handler::{HandlerFinding, RuntimeFamily, files_named_alike, handler_presence};
pub use inspect::{EntryContent, Inspection, SecretFile, read_zip};
pub use lint::{
    Binary, BinaryFile, BootstrapProblem, Elf, FileFacts, GlibcVersion, Lint, LintTarget, Machine, RunsOn, RuntimeLibc,
    SymbolVersion, Unfit, UnfitFile, lint_tree, lint_zip,
};
pub use memory_file::{MemoryDraft, MemoryKind, MemoryReader, MemoryWriter, recall};
pub use package::{DigestedPackage, Package, PackageRequest, package, package_digest, package_survey};
pub use patterns::PatternSetting;
pub use refusal::{Finding, Refusal, Refusals, SpecialFile};
pub use repackage::{NewMemory, Repackaged, Repackaging, package_again};
pub use secrets::SecretKind;
pub use sizes::{Offender, UNZIPPED_LIMIT};
pub use stamp::{Moment, STAMP_BYTES, Stamp, StampFields};
pub use survey::{Survey, Tree, survey};
pub use symbol::{handler_in_tree, handler_in_zip};
pub use zip_format::PACKAGE_FORMAT;
pub use zip_problem::{InspectError, ZipProblem};
