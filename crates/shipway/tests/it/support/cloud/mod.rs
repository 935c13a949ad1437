//! An AWS of the test's own, as far as a deployment needs one: the embedded Lambda, a strict S3 and STS, all in the
//! test's process, and a gate in front of each request's effect.

mod gate;
mod object_store;
mod policy;
mod provisioning;
mod world;

pub(crate) use gate::{Fate, Held, Moment, Request, Service};
pub(crate) use policy::{Policy, Question};
pub(crate) use provisioning::{PLACEHOLDER, SEALED_KEY};
pub(crate) use world::{ACCOUNT, Cloud, FUNCTION, PATIENCE, Reply, Snapshot, invoke, readmes_policy};
