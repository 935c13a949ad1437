//! What a build requires of its function's configuration, and how that compares with what is live.
//!
//! A contract belongs to a build, not to the bytes. [`Contract`] is what is required, declared or read from the source;
//! [`Demand`] is what of it blocks a deployment, given what runs already and what was accepted; [`missing_as_terraform`] says what
//! provisioning has to add. No value of a variable is ever known here, only names.

mod configuration;
mod demand;
mod difference;
mod requirement;
mod terraform;
mod unmet;

pub use configuration::{Configuration, EnvironmentNames, Network};
pub use demand::{Demand, Judgement, KnownReads, UnknownRule};
pub use difference::{ContractChange, contract_changes};
pub use requirement::{Contract, Corrections, Need, Place, ReadVariable, SourceReads};
pub use terraform::{
    alias_as_terraform, contract_as_terraform, function_as_terraform, missing_as_json, missing_as_terraform,
};
pub use unmet::{Basis, Unmet};
