//! What the tests share: projects to work on, and the program as a process with an environment of its own.

mod program;
mod project;

pub(crate) use program::{Run, program, shipway};
pub(crate) use project::Project;
