//! Decisions of Shipway as pure functions from values to values.
//!
//! Here live the names and types that every other crate speaks in, the configuration, digests, the
//! contract's rules, the plan, and the ledger's keys, entries, chain and fold. Nothing here does I/O, knows
//! a clock, the environment, threads, async, AWS's types, or prints: `clippy.toml` beside this crate says
//! so to the compiler.

pub mod build;
pub mod build_cache;
pub mod builder;
pub mod configuration;
pub mod contract;
pub mod detection;
pub mod digest;
pub mod exit;
pub mod hcl;
pub mod inputs;
pub mod layer;
pub mod ledger;
pub mod live;
pub mod names;
pub mod nearest;
pub mod plan;
pub mod python;
pub mod release;
pub mod runtimes;
pub mod step;
pub mod store_layout;
pub mod target_name;
pub mod terraform_plan;
pub mod terraform_root;
