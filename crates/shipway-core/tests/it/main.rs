//! Core from outside: what it decides, and its own against the files of the repository (what it generates, the example).
#![expect(clippy::unwrap_used, reason = "in a test an unwrap is an assertion")]

mod deployments;
mod example;
mod generated;
mod ledger;
mod plans;
mod terraform;
mod terraform_plans;
