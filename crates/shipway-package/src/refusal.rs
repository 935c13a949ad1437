//! What may not go into a package, and what is only worth a warning. Neither ever holds a secret's value.

use std::fmt;
use std::io;

use crate::lint::{BootstrapProblem, Unfit, UnfitFile};
use crate::secrets::SecretKind;
use crate::sizes::{Offender, megabytes};

/// A file that is none that a zip for Lambda could hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpecialFile {
    Socket,
    Fifo,
    Device,
    Unknown,
}

impl fmt::Display for SpecialFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Socket => "a socket",
            Self::Fifo => "a named pipe",
            Self::Device => "a device",
            Self::Unknown => "neither a file nor a folder",
        })
    }
}

/// One reason not to make a package. Paths are relative to the tree.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Nothing is left to package. Lambda refuses an empty zip.
    #[error("there is no file to package")]
    Empty,
    /// More than [`crate::UNZIPPED_LIMIT`].
    #[error("{} unzipped, and Lambda takes at most {}\nlargest files:{}\nlargest folders:{}", megabytes(*.unzipped_bytes), megabytes(*.limit), lines(.largest_files), lines(.largest_folders))]
    TooLarge {
        unzipped_bytes: u64,
        limit: u64,
        /// At most ten, largest first.
        largest_files: Vec<Offender>,
        /// At most ten, largest first: dependencies and top-level folders.
        largest_folders: Vec<Offender>,
    },
    /// More files than a zip holds without the Zip64 extension. The walk ends early when there are far more.
    #[error("{files} files or more, and a package holds at most {limit}\nlargest folders:{}", lines(.largest_folders))]
    TooManyFiles { files: usize, limit: usize, largest_folders: Vec<Offender> },
    /// It could not be opened or read.
    #[error("`{path}` cannot be read")]
    Unreadable {
        path: String,
        #[source]
        source: io::Error,
    },
    /// The name is not UTF-8. `path` has a replacement character for what is not.
    #[error("the name of `{path}` is not UTF-8")]
    NameNotUtf8 { path: String },
    /// Longer than any path that Linux opens.
    #[error("the path `{path}` is longer than {limit} bytes")]
    PathTooLong { path: String, limit: usize },
    #[error("`{path}` is {kind}")]
    SpecialFile { path: String, kind: SpecialFile },
    /// The link's target is outside the tree.
    #[error("the link `{path}` leaves the folder: it points to `{target}`")]
    LinkLeavesTree { path: String, target: String },
    /// The link's target does not exist, or the link leads back to itself.
    #[error("the link `{path}` points to `{target}`, which cannot be found")]
    LinkBroken { path: String, target: String },
    /// The link points to a folder that it is in.
    #[error("the link `{path}` leads back to a folder that it is in: it points to `{target}`")]
    LinkCycle { path: String, target: String },
    /// The link brings back what is left out by default, a `.env` perhaps. Lifted by `allow`.
    #[error("the link `{path}` points to `{target}`, which packages leave out")]
    LinkToLeftOut { path: String, target: String },
    /// One of one's own. Lifted by `allow`.
    #[error("`{path}` holds {kind}")]
    Secret { path: String, kind: SecretKind },
    /// More than [`crate::UNZIPPED_LIMIT`] together with the function's layers.
    #[error("{} unzipped and {} of layers, and Lambda takes at most {} together\nlargest files:{}\nlargest folders:{}", megabytes(*.unzipped_bytes), megabytes(*.layers_bytes), megabytes(*.limit), lines(.largest_files), lines(.largest_folders))]
    TooLargeWithLayers {
        unzipped_bytes: u64,
        layers_bytes: u64,
        limit: u64,
        /// At most ten, largest first.
        largest_files: Vec<Offender>,
        /// At most ten, largest first: dependencies and top-level folders.
        largest_folders: Vec<Offender>,
    },
    /// Native files that cannot run where the package is to run. Lifted by `allow`, file by file.
    #[error("{}", .reason.sentence(.files))]
    Unfit {
        reason: Unfit,
        /// All of them, by path; at least one.
        files: Vec<UnfitFile>,
    },
    /// The file that a runtime of one's own begins with cannot be started. Lifted by `allow`.
    #[error("`bootstrap` cannot be started: {problem}")]
    Bootstrap { problem: BootstrapProblem },
}

impl Refusal {
    /// The path that a glob in `allow` must match to lift this, if any can.
    pub fn liftable_path(&self) -> Option<&str> {
        match self {
            Self::Secret { path, .. } | Self::LinkToLeftOut { path, .. } => Some(path),
            _ => None,
        }
    }

    /// What to do about one that says so by itself.
    fn remedy(&self) -> Option<String> {
        match self {
            Self::Unfit { reason, .. } => Some(reason.remedy()),
            Self::Bootstrap { problem } => Some(problem.remedy().to_owned()),
            _ => None,
        }
    }
}

impl Refusals {
    /// What to do about them, one sentence for each kind.
    pub fn hints(&self) -> Vec<String> {
        let mut hints = Vec::new();
        let liftable: Vec<String> = self
            .0
            .iter()
            .filter_map(Refusal::liftable_path)
            .map(|path| format!("{:?}", globset::escape(path)))
            .collect();
        if !liftable.is_empty() {
            let globs = liftable.join(", ");
            hints.push(format!("leave it out with `exclude`, or, if it belongs there, set `allow = [{globs}]`"));
        }
        let any = |is_kind: fn(&Refusal) -> bool| self.0.iter().any(is_kind);
        if any(|refusal| {
            matches!(
                refusal,
                Refusal::TooLarge { .. } | Refusal::TooLargeWithLayers { .. } | Refusal::TooManyFiles { .. }
            )
        }) {
            hints.push("leave out what the function does not need with `exclude`".to_owned());
        }
        if any(|refusal| matches!(refusal, Refusal::Unreadable { .. })) {
            hints.push("make it readable, or leave it out with `exclude`".to_owned());
        }
        if any(|refusal| matches!(refusal, Refusal::LinkLeavesTree { .. })) {
            hints.push("put a copy in the link's place, or leave it out with `exclude`".to_owned());
        }
        hints.extend(self.0.iter().filter_map(Refusal::remedy));
        let unfit = self.0.iter().find_map(|refusal| match refusal {
            Refusal::Unfit { files, .. } => files.first(),
            _ => None,
        });
        if let Some(first) = unfit {
            let glob = globset::escape(&first.path);
            hints.push(format!("a file that is never loaded there may stay: allow = [{glob:?}]"));
        }
        hints
    }
}

fn lines(offenders: &[Offender]) -> String {
    offenders.iter().map(|offender| format!("\n  {offender}")).collect()
}

/// All reasons not to make a package; at least one.
#[derive(Debug)]
pub struct Refusals(pub Vec<Refusal>);

/// One reason in a line (with its cause, since a list has no one source), several as a list.
impl fmt::Display for Refusals {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, refusal) in self.0.iter().enumerate() {
            let separator = if number == 0 { "" } else { "\n" };
            write!(formatter, "{separator}{refusal}")?;
            if let Some(cause) = std::error::Error::source(refusal) {
                write!(formatter, ": {cause}")?;
            }
        }
        Ok(())
    }
}

/// Something worth a warning.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// Two files that a file system which ignores case would take for one.
    NamesDifferByCase { first: String, second: String },
    /// A key or credentials that a dependency ships: its tests' or examples', most likely.
    SecretInDependency { path: String, kind: SecretKind },
    /// A symbolic link in a zip that was made elsewhere. Lambda unpacks it; layers have failed on it.
    LinkInZip { path: String },
    /// Native files for other platforms beside the right ones, which only take room.
    OtherPlatforms {
        /// The dependency, or the top-level folder.
        folder: String,
        files: usize,
        bytes: u64,
        example: String,
    },
    /// A program that a loader is to start which Lambda's systems do not have.
    UnusualLoader { path: String, loader: String },
    /// A file that needs a newer glibc than the runtime's, in a package that brings one of its own.
    DoubtfulLibc { problem: String },
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NamesDifferByCase { first, second } => {
                write!(formatter, "`{first}` and `{second}` differ only by case")
            }
            Self::SecretInDependency { path, kind } => {
                write!(formatter, "the dependency file `{path}` holds {kind}")
            }
            Self::LinkInZip { path } => write!(formatter, "`{path}` is a symbolic link"),
            Self::OtherPlatforms { folder, files, bytes, example } => {
                let size = megabytes(*bytes);
                let place = if folder.is_empty() { "the package".to_owned() } else { format!("`{folder}`") };
                let (word, verb) = if *files == 1 { ("file", "takes") } else { ("files", "take") };
                write!(formatter, "{files} {word} for other platforms in {place} {verb} {size}, `{example}` among them")
            }
            Self::UnusualLoader { path, loader } => {
                write!(formatter, "`{path}` is to be loaded by {loader}, which Lambda's systems do not have")
            }
            Self::DoubtfulLibc { problem } => write!(formatter, "{problem}; the package brings a glibc of its own"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_name_globs_that_lift_a_refusal() {
        let secret = |path: &str| Refusal::Secret { path: path.to_owned(), kind: SecretKind::PrivateKey };
        let refusals = Refusals(vec![secret("a.key"), secret("b[1].key"), Refusal::Empty]);
        let expected =
            r#"leave it out with `exclude`, or, if it belongs there, set `allow = ["a.key", "b[[]1[]].key"]`"#;
        assert_eq!(refusals.hints(), [expected]);
    }

    #[test]
    fn several_refusals_are_a_list_with_their_causes() {
        let source = io::Error::from(io::ErrorKind::PermissionDenied);
        let unreadable = Refusal::Unreadable { path: "a".to_owned(), source };
        let special = Refusal::SpecialFile { path: "b".to_owned(), kind: SpecialFile::Fifo };
        let refusals = Refusals(vec![unreadable, special]);
        assert_eq!(refusals.to_string(), "`a` cannot be read: permission denied\n`b` is a named pipe");
        assert_eq!(refusals.hints().len(), 1);
    }
}
