//! Deploying and provisioning in any order, as processes: nothing here is provisioned by Shipway.
//!
//! Each scenario plays the provisioning tool through Lambda's own calls, and runs the program with no more rights than the
//! policy in README.md gives it: what that lacks is refused as AWS refuses it, and fails the scenario.

mod configuration;
mod drift;
mod first;
mod going_back;
mod holds;
mod policy;
mod scene;
mod unreadable;
mod variable;
mod words;
