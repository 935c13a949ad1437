//! An AWS of the test's own, as far as a deployment needs one: the embedded Lambda, a strict S3 and STS, all in the
//! test's process, and a gate in front of each request's effect.

mod gate;
mod object_store;
mod world;

pub(crate) use gate::{Fate, Held, Moment, Request, Service};

pub(crate) use world::{Cloud, FUNCTION, PATIENCE, Reply, Snapshot, invoke};
