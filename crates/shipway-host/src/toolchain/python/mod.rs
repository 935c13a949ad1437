//! Python: dependencies as wheels by `uv` or `pip`; the repository's own packages as wheels that their build backends make;
//! else the function's own files beside its dependencies.
//!
//! Wheels are chosen for the function's runtime and processor, not for the machine that builds; nothing is compiled and
//! nothing of the build shows in the tree, so that the same inputs give the same tree.

mod builder;
mod entry_point;
mod installed;
mod installer;
mod interpreter;
mod local;
mod requirements;
mod runtime_packages;
mod tidy;

pub(super) use builder::build;
