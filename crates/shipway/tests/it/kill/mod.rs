//! The program killed at any moment of a deployment, and two of it at once.
//!
//! The program runs as a process with an AWS environment, against a cloud in the test's process: the embedded Lambda,
//! whose observer holds the chosen request before or after its effect, and an S3 with a gate of the same kind. That S3
//! is the test's own, not moto: it can hold a request, starts in no time, and is stricter (conditions, checksums). STS's
//! one call is answered beside it.
//!
//! A lease is 60 s and cannot be shortened from outside. So the holder that is paused and wakes up after a take-over
//! meets a rollback here, which waits for no lease; the engine's simulator lets leases expire, on its own clock.
//!
//! `SHIPWAY_TEST_CASE="Second, Step(MoveAlias)"` plays those kills alone whose name contains this.

mod caller;
mod rivals;
mod rows;
mod scene;
