//! What makes deployments behind an alias unsafe or ineffective: from observed facts to findings, and to the edits that
//! move callers to the alias.
//!
//! Pure functions: [`FunctionFacts`] and [`EnvironmentFacts`] say what was seen (and what could not be), [`diagnose`] and
//! [`diagnose_environment`] what that means, [`migration`] what provisioning has to change. Nothing here reads, and
//! nothing here changes anything.

mod facts;
mod finding;
mod hcl;
mod judge;
mod migration;

pub use facts::{
    CodeStorage, EnvironmentFacts, EventSourceMapping, FailedVersion, FunctionFacts, FunctionUrl, LedgerFacts,
    PolicyStatement, Provisioned, ProvisionedStatus, Read, Unread, Versioning,
};
pub use finding::{Finding, Severity};
pub use judge::{diagnose, diagnose_environment};
pub use migration::migration;
