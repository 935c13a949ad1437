//! What can go wrong while a package is made.

use std::io;
use std::path::PathBuf;

use crate::patterns::PatternSetting;
use crate::refusal::Refusals;

/// Why there is no package. Nothing is left behind at the output's path.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackageError {
    /// A glob of the configuration cannot be read.
    #[error("the glob `{pattern}` in `{setting}` is not valid")]
    InvalidPattern {
        setting: PatternSetting,
        pattern: String,
        #[source]
        source: Box<globset::Error>,
    },
    /// The folder to package is not there, is not a folder, or cannot be read.
    #[error("cannot read the folder {}", path.display())]
    Root {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// The zip would become a part of the next package of the same folder.
    #[error("the package {} would be inside the folder that it is made of", output.display())]
    OutputInTree { output: PathBuf },
    /// The tree holds something that may not go into a package. All of it, not only the first.
    #[error("{0}")]
    Refused(Refusals),
    /// A file was written to, replaced or removed after it was listed.
    #[error("`{path}` changed while it was being packaged")]
    Changed { path: String },
    /// What was kept of an earlier package cannot be used. [`crate::package_again`] then does without, and never returns this.
    #[error("what was kept of an earlier package is damaged")]
    DamagedCache,
    /// The zip could not be written.
    #[error("cannot write the package {}", path.display())]
    Write {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}
