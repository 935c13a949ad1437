//! Who we are to AWS.

use async_trait::async_trait;
use shipway_core::names::AccountId;

use super::CallError;

/// STS, after the role (if any) was assumed.
#[async_trait(?Send)]
pub trait Identity {
    /// The account of the credentials in use (GetCallerIdentity).
    async fn account(&self) -> Result<AccountId, CallError>;
}
