//! The state folder: what the embedded Lambda remembers, on disk.
//!
//! ```text
//! <folder>/
//!   state.lock              taken for each change, by whichever process makes it
//!   state.log               records: a header, a whole state, then what changed since
//!   code/<sha256>.zip       packages
//!   code-unpacked/<sha256>/ the same, ready to run
//!   logs/<function>.log     what functions wrote
//!   serving.json            who serves the folder, if anybody does; locked for as long as it is true
//! ```

mod folder;
mod log;

pub use folder::StateError;
pub(crate) use folder::StateFolder;
