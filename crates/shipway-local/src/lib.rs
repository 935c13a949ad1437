//! The embedded Lambda: the model over HTTP, its state folder, and functions as processes.

pub mod executor;
pub mod supervisor;
