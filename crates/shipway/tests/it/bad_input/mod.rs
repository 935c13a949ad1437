//! What goes wrong before anything may change: each case asserts the exit code, what people are told, that the store
//! is as it was, and that Lambda was asked for no change.

mod aws;
mod denied;
mod disk;
mod files;
mod ground;
mod interrupted;
mod ledger;
mod scripted;
mod tools;
