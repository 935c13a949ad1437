//! Packages real folders and looks at the zips with readers that are not ours.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod contents;
mod determinism;
mod elf_file;
mod fuzz;
mod golden;
mod hostile_zips;
mod inspection;
mod links;
mod lint;
mod memory;
mod readers;
mod refusals;
mod repackaging;
mod support;
mod unprivileged;
