//! Who we are to AWS: the port over STS.

use async_trait::async_trait;
use shipway_core::names::{AccountId, Region};
use shipway_engine::ports::{CallError, Identity};

use crate::call_error::Call;

/// STS with the credentials of [`crate::Clients`], after the role (if any) was assumed.
#[derive(Debug, Clone)]
pub struct StsIdentity {
    client: aws_sdk_sts::Client,
    region: Region,
}

impl StsIdentity {
    pub(crate) fn new(client: aws_sdk_sts::Client, region: Region) -> Self {
        Self { client, region }
    }
}

#[async_trait(?Send)]
impl Identity for StsIdentity {
    async fn account(&self) -> Result<AccountId, CallError> {
        let call =
            Call { operation: "GetCallerIdentity", object: "the credentials in use", region: self.region.as_str() };
        let reply = self.client.get_caller_identity().send().await.map_err(|error| call.failed(&error))?;
        let account = reply.account().ok_or_else(|| call.unexpected_reply("the reply names no account"))?;
        account.parse().map_err(|invalid| call.unexpected_reply(format!("the reply's account: {invalid}")))
    }
}
