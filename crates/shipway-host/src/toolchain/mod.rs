//! The builders behind the engine's [`Toolchain`](shipway_engine::ports::Toolchain): each runs its language's own tool on
//! a scratch copy of the declared inputs and leaves a tree of files. Nothing is ever written into the user's tree, and
//! nothing here looks at what a package may hold: the packager does.

mod build_tools;
mod command;
mod copy;
mod go;
mod java;
mod job;
mod layer;
mod node;
mod prebuilt;
mod program;
mod python;
mod ruby;
mod rust;

pub use build_tools::BuildTools;
