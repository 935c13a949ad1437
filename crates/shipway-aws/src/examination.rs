//! The ports that look at functions closely and delete versions, over the SDK. Each method is one call, or its pages.

use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_lambda::types::{ProvisionedConcurrencyConfigListItem, ProvisionedConcurrencyStatusEnum, SnapStartApplyOn};
use shipway_core::names::{FunctionName, Qualifier, Version, VersionNumber};
use shipway_core::pruning::Snapshot;
use shipway_engine::ports::{
    CallError, CodeStorage, EventSourceMapping, Examination, FunctionUrl, LiveAlias, PolicyStatement, Provisioned,
    ProvisionedStatus, PublishedVersion, VersionRemoval,
};

use crate::call_error::{Call, status};
use crate::lambda::{SdkLambda, is_absent, live_alias};
use crate::policy;
use crate::unqualified_callers::{is_none, mappings};

#[async_trait(?Send)]
impl Examination for SdkLambda {
    async fn list_versions(&self, function: &FunctionName) -> Result<Vec<PublishedVersion>, CallError> {
        let call = self.call("ListVersionsByFunction", function.as_str());
        let mut pages =
            self.reads().list_versions_by_function().function_name(function.as_str()).into_paginator().items().send();
        let mut versions = Vec::new();
        while let Some(version) = pages.next().await {
            let version = match version.map_err(|error| call.failed(&error)) {
                Ok(version) => version,
                Err(error) if is_absent(&error) => return Ok(Vec::new()),
                Err(error) => return Err(error),
            };
            let number = Version::parse(version.version().unwrap_or_default())
                .map_err(|invalid| call.unexpected_reply(format!("the reply's version: {invalid}")))?;
            let Version::Published(number) = number else { continue };
            let apply_on = version.snap_start().and_then(|snap_start| snap_start.apply_on());
            versions.push(PublishedVersion {
                version: number,
                code_sha256: version.code_sha256().unwrap_or_default().to_owned(),
                bytes: u64::try_from(version.code_size()).unwrap_or_default(),
                published: version.last_modified().unwrap_or_default().to_owned(),
                snapshot: match apply_on {
                    Some(SnapStartApplyOn::PublishedVersions) => Snapshot::OfVersions,
                    _ => Snapshot::None,
                },
            });
        }
        versions.sort_by_key(|version| version.version);
        Ok(versions)
    }

    async fn list_aliases(&self, function: &FunctionName) -> Result<Vec<LiveAlias>, CallError> {
        let call = self.call("ListAliases", function.as_str());
        let mut pages = self.reads().list_aliases().function_name(function.as_str()).into_paginator().items().send();
        let mut aliases = Vec::new();
        while let Some(alias) = pages.next().await {
            match alias.map_err(|error| call.failed(&error)) {
                Ok(alias) => aliases.push(live_alias(&call, alias)?),
                Err(error) if is_absent(&error) => return Ok(Vec::new()),
                Err(error) => return Err(error),
            }
        }
        Ok(aliases)
    }

    async fn policy(&self, function: &FunctionName, qualifier: &Qualifier) -> Result<Vec<PolicyStatement>, CallError> {
        policy::read(self.reads(), self.region(), function, qualifier).await
    }

    async fn function_url(&self, function: &FunctionName) -> Result<Option<FunctionUrl>, CallError> {
        let call = self.call("GetFunctionUrlConfig", function.as_str());
        match self.reads().get_function_url_config().function_name(function.as_str()).send().await {
            Ok(reply) => Ok(Some(FunctionUrl {
                auth: reply.auth_type().as_str().to_owned(),
                invoke_mode: reply.invoke_mode.as_ref().map_or("BUFFERED", |mode| mode.as_str()).to_owned(),
            })),
            Err(error) if is_none(status(&error)) => Ok(None),
            Err(error) => Err(call.failed(&error)),
        }
    }

    async fn event_source_mappings(&self, function: &FunctionName) -> Result<Vec<EventSourceMapping>, CallError> {
        mappings(self.reads(), self.region(), function).await
    }

    async fn versions_with_event_sources(&self, function: &FunctionName) -> Result<BTreeSet<VersionNumber>, CallError> {
        let call = self.call("ListEventSourceMappings", "all functions");
        let mut pages = self.reads().list_event_source_mappings().into_paginator().items().send();
        let mut versions = BTreeSet::new();
        while let Some(mapping) = pages.next().await {
            let mapping = match mapping {
                Ok(mapping) => mapping,
                Err(error) if is_none(status(&error)) => return Ok(versions),
                Err(error) => return Err(call.failed(&error)),
            };
            versions.extend(mapping.function_arn().and_then(|arn| version_of(arn, function)));
        }
        Ok(versions)
    }

    async fn provisioned_concurrency(&self, function: &FunctionName) -> Result<Vec<Provisioned>, CallError> {
        let call = self.call("ListProvisionedConcurrencyConfigs", function.as_str());
        let request = self.reads().list_provisioned_concurrency_configs().function_name(function.as_str());
        let mut pages = request.into_paginator().items().send();
        let mut found = Vec::new();
        while let Some(item) = pages.next().await {
            match item {
                Ok(item) => found.push(provisioned(&call, &item)?),
                Err(error) if is_none(status(&error)) => return Ok(Vec::new()),
                Err(error) => return Err(call.failed(&error)),
            }
        }
        Ok(found)
    }

    async fn code_storage(&self) -> Result<Option<CodeStorage>, CallError> {
        let call = self.call("GetAccountSettings", "the account");
        let reply = match self.reads().get_account_settings().send().await {
            Ok(reply) => reply,
            Err(error) if is_none(status(&error)) => return Ok(None),
            Err(error) => return Err(call.failed(&error)),
        };
        let used = reply.account_usage().map(|usage| usage.total_code_size());
        let limit = reply.account_limit().map(|limit| limit.total_code_size());
        let bytes = |size: Option<i64>, member: &str| {
            let size = size.and_then(|size| u64::try_from(size).ok());
            size.ok_or_else(|| call.unexpected_reply(format!("the reply has no {member}")))
        };
        Ok(Some(CodeStorage { used: bytes(used, "AccountUsage")?, limit: bytes(limit, "AccountLimit")? }))
    }
}

#[async_trait(?Send)]
impl VersionRemoval for SdkLambda {
    async fn delete_version(&self, function: &FunctionName, version: VersionNumber) -> Result<(), CallError> {
        let object = format!("{function}:{version}");
        let call = self.call("DeleteFunction", &object);
        // The qualifier is a number by its type: without one this would delete the function.
        let request = self.writes().delete_function().function_name(function.as_str()).qualifier(version.to_string());
        request.send().await.map(drop).map_err(|error| call.failed(&error))
    }
}

fn provisioned(call: &Call<'_>, item: &ProvisionedConcurrencyConfigListItem) -> Result<Provisioned, CallError> {
    let invalid = || call.unexpected_reply("the reply has no FunctionArn with an alias or a version");
    let qualifier = item.function_arn().and_then(qualifier_of).ok_or_else(invalid)?;
    let on = match qualifier.parse() {
        Ok(number) => Qualifier::Version(VersionNumber(number)),
        Err(_) => Qualifier::Alias(qualifier.parse().map_err(|_| invalid())?),
    };
    let requested = item.requested_provisioned_concurrent_executions().unwrap_or_default();
    let status = match item.status() {
        Some(ProvisionedConcurrencyStatusEnum::Ready) => ProvisionedStatus::Ready,
        Some(ProvisionedConcurrencyStatusEnum::InProgress) => ProvisionedStatus::InProgress,
        Some(ProvisionedConcurrencyStatusEnum::Failed) => {
            ProvisionedStatus::Failed { reason: item.status_reason().unwrap_or("no reason given").to_owned() }
        }
        Some(other) => ProvisionedStatus::Other(other.as_str().to_owned()),
        None => return Err(call.unexpected_reply("the reply has no Status")),
    };
    Ok(Provisioned { on, requested: u32::try_from(requested).unwrap_or_default(), status })
}

/// The eighth part of `arn:aws:lambda:REGION:ACCOUNT:function:NAME:QUALIFIER`.
fn qualifier_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(7)
}

fn version_of(arn: &str, function: &FunctionName) -> Option<VersionNumber> {
    if arn.split(':').nth(6) != Some(function.as_str()) {
        return None;
    }
    qualifier_of(arn)?.parse().ok().map(VersionNumber)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_in_an_arn_is_this_functions() {
        let orders: FunctionName = "orders".parse().unwrap();
        let arn = |end: &str| format!("arn:aws:lambda:eu-west-1:111111111111:function:{end}");
        assert_eq!(version_of(&arn("orders:7"), &orders), Some(VersionNumber(7)));
        for other in ["orders", "orders:live", "orders-eu:7", "orders:$LATEST"] {
            assert_eq!(version_of(&arn(other), &orders), None, "{other}");
        }
    }
}
