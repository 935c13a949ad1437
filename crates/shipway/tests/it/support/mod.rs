//! What the tests share: projects to work on, and the program as a process with an environment of its own.

pub(crate) mod cloud;
mod contents;
mod embedded;
mod moto;
mod program;
mod project;
mod python;
mod recorder;
mod server;
mod tools;

pub(crate) use contents::contents;
pub(crate) use embedded::EmbeddedLambda;
pub(crate) use moto::moto_url;
pub(crate) use program::{Run, program, shipway};
pub(crate) use project::{Project, copy_folder};
pub(crate) use python::{passes, python, script};
pub(crate) use recorder::{Recorded, Recorder};
pub(crate) use server::Server;
pub(crate) use tools::{Shims, need, with_test_tools};
