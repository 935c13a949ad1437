//! Python: dependencies as wheels by `uv` or `pip`, then the function's own files beside them.
//!
//! Wheels are chosen for the function's runtime and processor, not for the machine that builds; nothing is compiled and
//! nothing of the build shows in the tree, so that the same inputs give the same tree.

mod builder;
mod installer;
mod interpreter;
mod requirements;
mod tidy;

pub(super) use builder::build;
