//! The repository's own checks, as functions from text to findings.
//!
//! The tests of this crate read the repository and hold it against these rules; each rule is shown a deliberate
//! violation as well, so that a check that cannot fail shows. Nothing here ships.

pub mod absences;
pub mod dependencies;
pub mod documents;
pub mod licences;
pub mod tidy;
