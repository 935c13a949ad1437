//! What `doctor` and `prune` ask of Lambda, by the model.

use std::collections::BTreeSet;

use async_trait::async_trait;
use serde_json::Value;
use shipway_core::names::{FunctionName, Qualifier, VersionNumber};
use shipway_core::pruning::Snapshot;
use shipway_engine::ports::{
    CallError, CodeStorage, EventSourceMapping, Examination, FunctionUrl, LiveAlias, PolicyStatement, Provisioned,
    ProvisionedStatus, PublishedVersion, VersionRemoval,
};
use shipway_lambda_model as model;
use shipway_lambda_model::{Reply, Request};

use super::lambda::{is_absent, live_alias, target};
use super::{Guard, Process};

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

#[async_trait(?Send)]
impl Examination for Process {
    async fn list_versions(&self, function: &FunctionName) -> Result<Vec<PublishedVersion>, CallError> {
        let name = function.as_str();
        self.lambda("ListVersionsByFunction", name, Guard::NotNeeded, |things| {
            let mut marker = None;
            let mut versions = Vec::new();
            loop {
                let request = model::ListOfFunction {
                    function_name: name.to_owned(),
                    page: model::Page { marker: marker.take(), max_items: None },
                };
                let page = match things.send(&Request::ListVersionsByFunction(request)) {
                    Ok(Reply::Versions(page)) => page,
                    Ok(other) => panic!("versions, not {other:?}"),
                    Err(error) if is_absent(&error) => return Ok(Vec::new()),
                    Err(error) => return Err(error),
                };
                for version in page.items.iter().filter(|version| version.version != "$LATEST") {
                    let with_snapshot = version.snap_start.apply_on == "PublishedVersions";
                    versions.push(PublishedVersion {
                        version: VersionNumber(version.version.parse().unwrap()),
                        code_sha256: version.code_sha256.clone(),
                        bytes: version.code_size,
                        published: version.last_modified.clone(),
                        snapshot: if with_snapshot { Snapshot::OfVersions } else { Snapshot::None },
                    });
                }
                match page.next_marker {
                    Some(next) => marker = Some(next),
                    None => return Ok(versions),
                }
            }
        })
        .await
    }

    async fn list_aliases(&self, function: &FunctionName) -> Result<Vec<LiveAlias>, CallError> {
        let name = function.as_str();
        self.lambda("ListAliases", name, Guard::NotNeeded, |things| {
            let request = model::ListAliases { function_name: name.to_owned(), ..model::ListAliases::default() };
            match things.send(&Request::ListAliases(request)) {
                Ok(Reply::Aliases(page)) => Ok(page.items.iter().map(live_alias).collect()),
                Ok(other) => panic!("aliases, not {other:?}"),
                Err(error) if is_absent(&error) => Ok(Vec::new()),
                Err(error) => Err(error),
            }
        })
        .await
    }

    async fn policy(&self, function: &FunctionName, qualifier: &Qualifier) -> Result<Vec<PolicyStatement>, CallError> {
        let request = Request::GetPolicy(target(function, qualifier));
        self.lambda("GetPolicy", function.as_str(), Guard::NotNeeded, |things| {
            let policy = match things.send(&request) {
                Ok(Reply::Policy(policy)) => policy,
                Ok(other) => panic!("a policy, not {other:?}"),
                Err(error) if is_absent(&error) => return Ok(Vec::new()),
                Err(error) => return Err(error),
            };
            let policy: Value = serde_json::from_str(&policy.policy).unwrap();
            let statements = policy["Statement"].as_array().unwrap().iter().map(|statement| PolicyStatement {
                id: text(&statement["Sid"]).unwrap(),
                principal: text(&statement["Principal"]["Service"]).unwrap_or_else(|| "*".to_owned()),
                action: text(&statement["Action"]).unwrap(),
                source_arn: text(&statement["Condition"]["ArnLike"]["AWS:SourceArn"]),
                source_account: text(&statement["Condition"]["StringEquals"]["AWS:SourceAccount"]),
                url_auth: text(&statement["Condition"]["StringEquals"]["lambda:FunctionUrlAuthType"]),
            });
            Ok(statements.collect())
        })
        .await
    }

    async fn function_url(&self, function: &FunctionName) -> Result<Option<FunctionUrl>, CallError> {
        let request = Request::GetFunctionUrlConfig(model::Target::new(function.as_str()));
        self.lambda("GetFunctionUrlConfig", function.as_str(), Guard::NotNeeded, |things| match things.json(&request) {
            Ok(url) => Ok(Some(FunctionUrl {
                auth: text(&url["AuthType"]).unwrap(),
                invoke_mode: text(&url["InvokeMode"]).unwrap(),
            })),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(error),
        })
        .await
    }

    async fn event_source_mappings(&self, function: &FunctionName) -> Result<Vec<EventSourceMapping>, CallError> {
        let request = Request::ListEventSourceMappings(model::ListEventSourceMappings {
            function_name: Some(function.to_string()),
            ..model::ListEventSourceMappings::default()
        });
        self.lambda("ListEventSourceMappings", function.as_str(), Guard::NotNeeded, |things| {
            match things.json(&request) {
                Ok(reply) => {
                    let found = reply["EventSourceMappings"].as_array().unwrap().iter();
                    let mapping = |mapping: &Value| EventSourceMapping {
                        id: text(&mapping["UUID"]).unwrap(),
                        source: text(&mapping["EventSourceArn"]),
                    };
                    Ok(found.map(mapping).collect())
                }
                Err(error) if is_absent(&error) => Ok(Vec::new()),
                Err(error) => Err(error),
            }
        })
        .await
    }

    async fn versions_with_event_sources(&self, function: &FunctionName) -> Result<BTreeSet<VersionNumber>, CallError> {
        let request = Request::ListEventSourceMappings(model::ListEventSourceMappings::default());
        self.lambda("ListEventSourceMappings", "all functions", Guard::NotNeeded, |things| {
            let reply = things.json(&request)?;
            let arns = reply["EventSourceMappings"].as_array().unwrap().iter().filter_map(|mapping| {
                let arn = text(&mapping["FunctionArn"])?;
                let rest = arn.split_once(&format!(":function:{function}:"))?.1.to_owned();
                rest.parse().ok().map(VersionNumber)
            });
            Ok(arns.collect())
        })
        .await
    }

    async fn provisioned_concurrency(&self, function: &FunctionName) -> Result<Vec<Provisioned>, CallError> {
        let request = Request::ListProvisionedConcurrencyConfigs(model::ListOfFunction {
            function_name: function.to_string(),
            ..model::ListOfFunction::default()
        });
        self.lambda("ListProvisionedConcurrencyConfigs", function.as_str(), Guard::NotNeeded, |things| {
            let reply = match things.json(&request) {
                Ok(reply) => reply,
                Err(error) if is_absent(&error) => return Ok(Vec::new()),
                Err(error) => return Err(error),
            };
            let found = reply["ProvisionedConcurrencyConfigs"].as_array().unwrap().iter();
            let provisioned = |item: &Value| {
                let arn = text(&item["FunctionArn"]).unwrap();
                let qualifier = arn.rsplit(':').next().unwrap();
                Provisioned {
                    on: qualifier.parse().map_or_else(
                        |_| Qualifier::Alias(qualifier.parse().unwrap()),
                        |number| Qualifier::Version(VersionNumber(number)),
                    ),
                    requested: item["RequestedProvisionedConcurrentExecutions"].as_u64().unwrap().try_into().unwrap(),
                    status: match item["Status"].as_str().unwrap() {
                        "READY" => ProvisionedStatus::Ready,
                        "IN_PROGRESS" => ProvisionedStatus::InProgress,
                        other => panic!("{other}"),
                    },
                }
            };
            Ok(found.map(provisioned).collect())
        })
        .await
    }

    async fn code_storage(&self) -> Result<Option<CodeStorage>, CallError> {
        self.lambda("GetAccountSettings", "the account", Guard::NotNeeded, |things| {
            let settings = things.json(&Request::GetAccountSettings)?;
            Ok(Some(CodeStorage {
                used: settings["AccountUsage"]["TotalCodeSize"].as_u64().unwrap(),
                limit: settings["AccountLimit"]["TotalCodeSize"].as_u64().unwrap(),
            }))
        })
        .await
    }
}

#[async_trait(?Send)]
impl VersionRemoval for Process {
    async fn delete_version(&self, function: &FunctionName, version: VersionNumber) -> Result<(), CallError> {
        let request = Request::DeleteFunction(target(function, &Qualifier::Version(version)));
        let object = format!("{function}:{version}");
        self.lambda("DeleteFunction", &object, Guard::NotNeeded, |things| match things.send(&request)? {
            Reply::Empty => Ok(()),
            other => panic!("nothing, not {other:?}"),
        })
        .await
    }
}
