//! The operations, one file for each kind of thing they work on.

mod aliases;
mod code;
mod code_signing;
mod configuration;
mod delete;
mod functions;
mod invoke;
pub(crate) mod layers;
mod mappings;
mod permissions;
mod provisioned;
mod tags;
mod urls;
mod versions;
