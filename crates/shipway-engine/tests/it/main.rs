//! The real engine against the real model of Lambda, on a seeded executor with a clock of its own: everything in memory.
//!
//! Dropping a process's future is its SIGKILL; not polling it is its pause.
#![expect(clippy::unwrap_used, reason = "in a test an unwrap is an assertion")]

mod shapes;
mod world;

mod any_sequence;
mod contention;
mod first_deployments;
mod glimpses;
mod guards;
mod kills;
mod layers;
mod leases;
mod ledgers;
mod lost_replies;
mod reconciles;
mod refusals;
mod rollbacks;
mod several_targets;
mod shared_builds;
mod throttling;
