//! What can be wrong with a zip that somebody else made.

use std::io;
use std::path::PathBuf;

use crate::refusal::Refusal;

/// Why a zip cannot be looked at.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InspectError {
    #[error("cannot read {}", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// It was written to or replaced meanwhile.
    #[error("{} changed while it was being read", path.display())]
    Changed { path: PathBuf },
    #[error("{} cannot be used as a package", path.display())]
    Unusable {
        path: PathBuf,
        #[source]
        problem: ZipProblem,
    },
}

/// What is wrong with a zip: the first thing that was found. Names are as the zip has them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ZipProblem {
    /// No end of a central directory was found.
    #[error("it is not a zip file")]
    NotAZip,
    /// Headers contradict each other, or point outside the file. Lambda would say "Could not unzip uploaded file".
    #[error("it is damaged: {detail}")]
    Damaged { detail: String },
    /// The content of an entry is not what the headers say.
    #[error("`{path}` in it is damaged: {detail}")]
    DamagedEntry { path: String, detail: String },
    /// Absolute, or with `..`: it would be unpacked somewhere else.
    #[error("the name `{name}` in it would be unpacked outside the folder")]
    UnsafeName { name: String },
    #[error("the name `{name}` in it is not UTF-8")]
    NameNotUtf8 { name: String },
    #[error("the name `{name}` in it is longer than {limit} bytes")]
    NameTooLong { name: String, limit: usize },
    #[error("`{path}` is in it twice")]
    DuplicateName { path: String },
    /// Lambda fails to unpack it.
    #[error("`{path}` in it is both a file and a folder")]
    FileAndFolder { path: String },
    #[error("`{path}` in it is encrypted")]
    Encrypted { path: String },
    /// Lambda takes deflate and stored.
    #[error("`{path}` in it is compressed by a method that Lambda does not know ({method})")]
    UnknownMethod { path: String, method: String },
    #[error("`{path}` in it is neither a file, a folder nor a link")]
    SpecialFile { path: String },
    /// Two entries share bytes: the mark of a zip bomb.
    #[error("`{first}` and `{second}` in it overlap")]
    Overlap { first: String, second: String },
    /// What holds for folders too: empty, too large, too many files.
    #[error(transparent)]
    Content(Refusal),
}

impl ZipProblem {
    pub(crate) fn damaged(detail: impl ToString) -> Self {
        Self::Damaged { detail: detail.to_string() }
    }
}
