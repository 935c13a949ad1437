//! The embedded Lambda over HTTP, as a client meets it.

mod bench;
mod invocations;
mod life;
mod observation;
mod refusals;
