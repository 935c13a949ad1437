//! What the tests share: projects to work on, and the program as a process with an environment of its own.

mod contents;
mod embedded;
mod program;
mod project;
mod tools;

pub(crate) use contents::contents;
pub(crate) use embedded::EmbeddedLambda;
pub(crate) use program::{Run, program, shipway};
pub(crate) use project::Project;
pub(crate) use tools::{Shims, need};
