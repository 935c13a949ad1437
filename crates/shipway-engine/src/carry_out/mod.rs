//! Carrying out a plan: one step after the other, each recorded before and after, each write guarded.
//!
//! There are no choices here but one: when the world has moved, stop and say so; whoever called plans again.

mod learned;
mod steps;

pub(crate) use learned::{Learned, Served};
pub(crate) use steps::{Carrier, StepFailure};
