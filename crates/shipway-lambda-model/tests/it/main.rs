//! The model seen from outside: requests in, responses out.

mod aliases;
mod deletion;
mod invocation;
mod layers;
mod lifecycle;
mod names;
mod neighbours;
mod properties;
mod provisioned;
mod revisions;
mod support;
mod validation;
mod versions;
mod wire;
