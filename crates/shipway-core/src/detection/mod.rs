//! Detection: which functions a repository seems to have, for `shipway init` and for what a configuration
//! leaves out.
//!
//! A listing and a way to read come in, guesses with their evidence and doubts go out. It looks at texts line
//! by line and parses no language: what it says is for a person to read over. Nothing here reads files.

mod detect;
pub(crate) mod folders;
mod go;
mod import;
mod java;
mod node;
mod order;
mod prebuilt;
mod python;
mod ruby;
mod rust;
#[cfg(test)]
mod tests;
mod write;

pub use detect::{DetectedFunction, Detections, Evidence, ListedFile, detect};
pub use import::{ImportError, import};
pub use order::{HANDLER_IN_LAYER, build_order, layer_build_order};
pub use write::write_configuration;
