//! Lambda by the model: requests go through its one entry point, errors become kinds by code and status as the SDK's
//! adapter does it.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde_json::Value;
use shipway_core::contract::{Configuration, EnvironmentNames, Network};
use shipway_core::digest::ArtifactDigest;
use shipway_core::live::{Fingerprint, Layer};
use shipway_core::names::{AliasName, Architecture, FunctionName, LayerName, Qualifier, Version, VersionNumber};
use shipway_engine::ports::{
    ArtifactFile, CallError, CallErrorKind, CodeSigning, CodeSource, CreateAlias, Invocation, InvocationResult, Lambda,
    LiveAlias, LiveFunction, LiveLayerVersion, Package, PublishLayerVersion, PublishVersion, State, UnqualifiedCaller,
    UpdateAlias, UpdateFunctionCode, UpdateStatus,
};
use shipway_lambda_model as model;
use shipway_lambda_model::{AliasConfiguration, ApiError, Code, FunctionConfiguration, Reply, Request};

use super::state::{REGION, Things};
use super::traps::Fault;
use super::workshop::package_size;
use super::{Guard, Process, Side};

fn call_error(operation: &'static str, object: &str, kind: CallErrorKind, message: &str) -> CallError {
    CallError {
        operation,
        object: object.to_owned(),
        region: REGION.to_owned(),
        kind,
        code: None,
        message: message.to_owned(),
        request_id: None,
    }
}

pub(super) fn spoiled(operation: &'static str, object: &str, fault: Fault) -> CallError {
    let (kind, message) = match fault {
        Fault::LostRequest | Fault::LostReply => (CallErrorKind::Unknown, "no answer in time"),
        Fault::Denied => (CallErrorKind::Denied, "not authorized"),
        Fault::Full | Fault::Missing => panic!("only stores are full or missing"),
    };
    call_error(operation, object, kind, message)
}

fn answered(operation: &'static str, object: &str, error: &ApiError) -> CallError {
    let message = error.message.clone().unwrap_or_default();
    let kind = match (error.code.as_str(), error.status) {
        ("InvalidParameterValueException", _) if message.contains("S3 Error Code: NoSuch") => CallErrorKind::NotFound,
        ("ResourceNotFoundException", _) | (_, 404) => CallErrorKind::NotFound,
        ("AccessDeniedException", _) | (_, 401 | 403) => CallErrorKind::Denied,
        ("ResourceConflictException", _) | (_, 409) => CallErrorKind::Conflict,
        ("PreconditionFailedException", _) | (_, 412) => CallErrorKind::Precondition,
        ("TooManyRequestsException", _) | (_, 429) => CallErrorKind::Throttled,
        (_, 300..=499 | 501) => CallErrorKind::Rejected,
        _ => CallErrorKind::Unknown,
    };
    CallError { code: Some(error.code.clone()), ..call_error(operation, object, kind, &message) }
}

fn is_absent(error: &ApiError) -> bool {
    error.code == "ResourceNotFoundException"
}

impl Process {
    async fn lambda<T>(
        &self,
        operation: &'static str,
        object: &str,
        guard: Guard,
        send: impl FnOnce(&mut Things) -> Result<T, ApiError>,
    ) -> Result<T, CallError> {
        let effect = |things: &mut Things| send(things).map_err(|error| answered(operation, object, &error));
        self.call(Side::Lambda, operation, object, guard, effect, |fault| spoiled(operation, object, fault)).await
    }
}

fn guard(revision: Option<&shipway_core::names::RevisionId>) -> Guard {
    revision.map_or(Guard::Missing, |revision| Guard::Present(revision.to_string()))
}

impl Things {
    /// The RevisionId as Lambda gets to see it.
    fn revision(&self, operation: &str, revision: Option<&shipway_core::names::RevisionId>) -> Option<String> {
        revision.filter(|_| self.unguarded != Some(operation)).map(ToString::to_string)
    }

    fn code(&mut self, host: &str, source: &CodeSource) -> Code {
        let bytes = match source {
            CodeSource::Direct(file) => self.disk.get(&(host.to_owned(), file.path.clone())).cloned(),
            CodeSource::Object(object) => self
                .artifacts
                .iter()
                .find(|(artifact, _)| object.key == format!("artifacts/{artifact}.zip"))
                .map(|(_, bytes)| bytes.clone()),
        };
        match bytes {
            Some(bytes) => Code::Package(self.accept_zip(bytes)),
            None => Code::Refused(model::CodeRefusal::Object {
                code: "NoSuchKey".to_owned(),
                message: "The specified key does not exist.".to_owned(),
            }),
        }
    }

    /// What the model knows of a zip; the bytes are kept for whoever downloads them.
    pub(super) fn accept_zip(&mut self, bytes: Vec<u8>) -> model::Package {
        let package = model::Package::of_zip(&bytes, package_size(&bytes));
        self.zips.insert(package.code_sha256.clone(), bytes);
        package
    }

    fn function(&mut self, request: &Request) -> Result<LiveFunction, ApiError> {
        match self.send(request)? {
            Reply::Function(reply) => {
                let mut live = live_function(&reply.configuration);
                live.code_by_reference = reply.code.resolved_s3_object.is_some();
                Ok(live)
            }
            Reply::Configuration(configuration) => Ok(live_function(&configuration)),
            other => panic!("a function, not {other:?}"),
        }
    }

    fn layer_version(&mut self, request: &Request) -> Result<LiveLayerVersion, ApiError> {
        match self.send(request)? {
            Reply::LayerVersion(version) => Ok(LiveLayerVersion {
                arn: version.layer_version_arn,
                number: version.version,
                code_sha256: version.content.unwrap().code_sha256,
            }),
            other => panic!("a layer version, not {other:?}"),
        }
    }

    fn alias(&mut self, request: &Request) -> Result<LiveAlias, ApiError> {
        match self.send(request)? {
            Reply::Alias(alias) => Ok(live_alias(&alias)),
            other => panic!("an alias, not {other:?}"),
        }
    }

    fn json(&mut self, request: &Request) -> Result<Value, ApiError> {
        match self.send(request)? {
            Reply::Json(value) => Ok(value),
            other => panic!("JSON, not {other:?}"),
        }
    }

    fn callers(&mut self, function: &str) -> Result<Vec<UnqualifiedCaller>, ApiError> {
        let target = model::Target::new(function);
        let mut callers = Vec::new();
        match self.send(&Request::GetPolicy(target.clone())) {
            Ok(Reply::Policy(policy)) => {
                let policy: Value = serde_json::from_str(&policy.policy).unwrap();
                for statement in policy["Statement"].as_array().unwrap() {
                    callers.push(UnqualifiedCaller::Policy {
                        statement: statement["Sid"].as_str().unwrap().to_owned(),
                        principal: statement["Principal"].to_string(),
                    });
                }
            }
            Ok(other) => panic!("a policy, not {other:?}"),
            Err(error) if is_absent(&error) => {}
            Err(error) => return Err(error),
        }
        match self.send(&Request::GetFunctionUrlConfig(target)) {
            Ok(_) => callers.push(UnqualifiedCaller::FunctionUrl),
            Err(error) if is_absent(&error) => {}
            Err(error) => return Err(error),
        }
        let mappings = model::ListEventSourceMappings {
            function_name: Some(function.to_owned()),
            ..model::ListEventSourceMappings::default()
        };
        let mappings = self.json(&Request::ListEventSourceMappings(mappings))?;
        for mapping in mappings["EventSourceMappings"].as_array().into_iter().flatten() {
            callers.push(UnqualifiedCaller::EventSource { source: mapping["EventSourceArn"].to_string() });
        }
        Ok(callers)
    }

    fn signing(&mut self, function: &str) -> Result<CodeSigning, ApiError> {
        let reply = self.json(&Request::GetFunctionCodeSigningConfig(model::Target::new(function)))?;
        let Some(arn) = reply["CodeSigningConfigArn"].as_str() else { return Ok(CodeSigning::Absent) };
        let target = model::CodeSigningConfigTarget { arn: arn.to_owned() };
        let reply = self.json(&Request::GetCodeSigningConfig(target))?;
        match reply["CodeSigningConfig"]["CodeSigningPolicies"]["UntrustedArtifactOnDeployment"].as_str() {
            Some("Warn") => Ok(CodeSigning::Warn),
            _ => Ok(CodeSigning::Enforced { configuration: arn.to_owned() }),
        }
    }
}

fn target(function: &FunctionName, qualifier: &Qualifier) -> model::Target {
    let target = model::Target::new(function.as_str());
    match qualifier.as_parameter() {
        Some(qualifier) => target.qualified(qualifier),
        None => target,
    }
}

/// A 404 is an absence, not an error.
fn or_absent<T>(answer: Result<T, ApiError>) -> Result<Option<T>, ApiError> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

#[async_trait(?Send)]
impl Lambda for Process {
    async fn get_function(
        &self,
        function: &FunctionName,
        qualifier: &Qualifier,
    ) -> Result<Option<LiveFunction>, CallError> {
        let request = Request::GetFunction(target(function, qualifier));
        self.lambda("GetFunction", function.as_str(), Guard::NotNeeded, |things| or_absent(things.function(&request)))
            .await
    }

    async fn get_alias(&self, function: &FunctionName, alias: &AliasName) -> Result<Option<LiveAlias>, CallError> {
        let request =
            Request::GetAlias(model::AliasTarget { function_name: function.to_string(), name: alias.to_string() });
        self.lambda("GetAlias", function.as_str(), Guard::NotNeeded, |things| or_absent(things.alias(&request))).await
    }

    async fn list_function_names(&self) -> Result<Vec<FunctionName>, CallError> {
        self.lambda("ListFunctions", "all functions", Guard::NotNeeded, |things| {
            match things.send(&Request::ListFunctions(model::ListFunctions::default()))? {
                Reply::Functions(page) => {
                    Ok(page.items.iter().map(|function| function.function_name.parse().unwrap()).collect())
                }
                other => panic!("functions, not {other:?}"),
            }
        })
        .await
    }

    async fn unqualified_callers(&self, function: &FunctionName) -> Result<Vec<UnqualifiedCaller>, CallError> {
        let name = function.as_str();
        self.lambda("GetPolicy", name, Guard::NotNeeded, |things| things.callers(name)).await
    }

    async fn code_signing(&self, function: &FunctionName) -> Result<CodeSigning, CallError> {
        let name = function.as_str();
        self.lambda("GetFunctionCodeSigningConfig", name, Guard::NotNeeded, |things| things.signing(name)).await
    }

    async fn update_function_code(&self, request: &UpdateFunctionCode) -> Result<LiveFunction, CallError> {
        let host = self.host();
        let operation = "UpdateFunctionCode";
        self.lambda(operation, request.function.as_str(), guard(request.revision.as_ref()), |things| {
            let code = things.code(&host, &request.code);
            let revision_id = things.revision(operation, request.revision.as_ref());
            things.function(&Request::UpdateFunctionCode(Box::new(model::UpdateFunctionCode {
                function_name: request.function.to_string(),
                code,
                architectures: Some(vec![request.architecture.to_string()]),
                revision_id,
                ..model::UpdateFunctionCode::default()
            })))
        })
        .await
    }

    async fn publish_version(&self, request: &PublishVersion) -> Result<LiveFunction, CallError> {
        let operation = "PublishVersion";
        self.lambda(operation, request.function.as_str(), guard(request.revision.as_ref()), |things| {
            let revision_id = things.revision(operation, request.revision.as_ref());
            things.function(&Request::PublishVersion(model::PublishVersion {
                function_name: request.function.to_string(),
                code_sha256: Some(request.code_sha256.clone()),
                description: Some(request.description.clone()),
                revision_id,
            }))
        })
        .await
    }

    async fn create_alias(&self, request: &CreateAlias) -> Result<LiveAlias, CallError> {
        self.lambda("CreateAlias", request.function.as_str(), Guard::NotNeeded, |things| {
            things.alias(&Request::CreateAlias(model::CreateAlias {
                function_name: request.function.to_string(),
                name: Some(request.alias.to_string()),
                function_version: Some(request.version.to_string()),
                ..model::CreateAlias::default()
            }))
        })
        .await
    }

    async fn update_alias(&self, request: &UpdateAlias) -> Result<LiveAlias, CallError> {
        let operation = "UpdateAlias";
        self.lambda(operation, request.function.as_str(), guard(request.revision.as_ref()), |things| {
            let revision_id = things.revision(operation, request.revision.as_ref());
            things.alias(&Request::UpdateAlias(model::UpdateAlias {
                function_name: request.function.to_string(),
                name: request.alias.to_string(),
                function_version: Some(request.version.to_string()),
                routing_config: Some(model::RoutingConfigInput { additional_version_weights: Some(BTreeMap::new()) }),
                revision_id,
                ..model::UpdateAlias::default()
            }))
        })
        .await
    }

    async fn publish_layer_version(&self, request: &PublishLayerVersion) -> Result<LiveLayerVersion, CallError> {
        let host = self.host();
        self.lambda("PublishLayerVersion", request.layer.as_str(), Guard::NotNeeded, |things| {
            let content = things.code(&host, &request.content);
            things.layer_version(&Request::PublishLayerVersion(Box::new(model::PublishLayerVersion {
                layer_name: request.layer.to_string(),
                description: request.description.clone(),
                content,
                compatible_runtimes: Some(request.runtimes.iter().map(ToString::to_string).collect()),
                license_info: request.license.clone(),
                compatible_architectures: Some(request.architectures.iter().map(ToString::to_string).collect()),
            })))
        })
        .await
    }

    async fn get_layer_version(&self, layer: &LayerName, number: u64) -> Result<Option<LiveLayerVersion>, CallError> {
        let target =
            model::LayerVersionTarget { layer_name: layer.to_string(), version_number: i64::try_from(number).unwrap() };
        let request = Request::GetLayerVersion(target);
        self.lambda("GetLayerVersion", layer.as_str(), Guard::NotNeeded, |things| {
            or_absent(things.layer_version(&request))
        })
        .await
    }

    async fn list_layer_versions(&self, layer: &LayerName) -> Result<Vec<u64>, CallError> {
        let request = Request::ListLayerVersions(model::ListLayerVersions {
            layer_name: Some(layer.to_string()),
            ..model::ListLayerVersions::default()
        });
        self.lambda("ListLayerVersions", layer.as_str(), Guard::NotNeeded, |things| match things.send(&request)? {
            Reply::LayerVersions(page) => Ok(page.items.iter().map(|item| item.version).collect()),
            other => panic!("layer versions, not {other:?}"),
        })
        .await
    }

    async fn invoke(&self, _request: &Invocation) -> Result<InvocationResult, CallError> {
        panic!("nothing runs functions here")
    }

    async fn fetch_code(
        &self,
        function: &FunctionName,
        qualifier: &Qualifier,
        expected: &ArtifactDigest,
    ) -> Result<ArtifactFile, CallError> {
        let request = Request::GetFunction(target(function, qualifier));
        let host = self.host();
        let found = self
            .lambda("download", function.as_str(), Guard::NotNeeded, |things| {
                let live = things.function(&request)?;
                let bytes = things.zips[&live.code_sha256].clone();
                Ok((live.code_sha256, things.keep_zip(&host, bytes)))
            })
            .await;
        let (code_sha256, file) = found?;
        if code_sha256 == expected.code_sha256() {
            return Ok(file);
        }
        Err(call_error("GetFunction", function.as_str(), CallErrorKind::Precondition, "other code than expected"))
    }
}

/// Everything that a version freezes, but for the description.
fn fingerprint(configuration: &FunctionConfiguration) -> Fingerprint {
    let frozen = (
        (&configuration.environment, &configuration.layers, &configuration.vpc_config),
        (&configuration.role, &configuration.handler, &configuration.runtime),
        (configuration.memory_size, configuration.timeout, &configuration.kms_key_arn),
    );
    Fingerprint::of(format!("{frozen:?}").as_bytes())
}

fn live_function(configuration: &FunctionConfiguration) -> LiveFunction {
    let reason = |code: &Option<String>, text: &Option<String>| {
        format!("{}: {}", code.as_deref().unwrap_or("no code"), text.as_deref().unwrap_or("no reason given"))
    };
    LiveFunction {
        version: Version::parse(&configuration.version).unwrap(),
        revision: Some(configuration.revision_id.parse().unwrap()),
        code_sha256: configuration.code_sha256.clone(),
        package: if configuration.package_type == "Image" { Package::Image } else { Package::Zip },
        architecture: match configuration.architectures.first().map(String::as_str) {
            Some("arm64") => Architecture::Arm64,
            _ => Architecture::X86_64,
        },
        configuration: Configuration {
            runtime: configuration.runtime.clone(),
            handler: configuration.handler.clone(),
            environment: EnvironmentNames::Known(
                configuration
                    .environment
                    .iter()
                    .flat_map(|names| names.variables.iter().flatten().map(|(name, _)| name.clone()))
                    .collect(),
            ),
            memory_megabytes: configuration.memory_size,
            timeout_seconds: configuration.timeout,
            layers: configuration
                .layers
                .iter()
                .filter_map(|layer| Some(layer.arn.split(':').nth(6)?.to_owned()))
                .collect(),
            network: if configuration.vpc_config.is_some() { Network::Vpc } else { Network::NoVpc },
        },
        state: match configuration.state.as_deref() {
            None | Some("Active") => State::Active,
            Some("Pending") => State::Pending,
            Some("Inactive") => State::Inactive,
            Some("Failed") => {
                State::Failed { reason: reason(&configuration.state_reason_code, &configuration.state_reason) }
            }
            Some(other) => State::Other(other.to_owned()),
        },
        update: configuration.last_update_status.as_deref().map(|status| match status {
            "Successful" => UpdateStatus::Successful,
            "InProgress" => UpdateStatus::InProgress,
            "Failed" => UpdateStatus::Failed {
                reason: reason(&configuration.last_update_status_reason_code, &configuration.last_update_status_reason),
            },
            other => UpdateStatus::Other(other.to_owned()),
        }),
        role: Some(configuration.role.clone()),
        frozen: configuration.kms_key_arn.iter().map(|key| ("KMSKeyArn".to_owned(), key.clone())).collect(),
        edge: configuration.master_arn.is_some(),
        code_by_reference: false,
        fingerprint: Some(fingerprint(configuration)),
        last_modified: Some(configuration.last_modified.clone()),
        signing_profile: None,
        layers: configuration
            .layers
            .iter()
            .map(|layer| Layer { arn: layer.arn.clone(), zip_bytes: layer.code_size })
            .collect(),
    }
}

fn live_alias(alias: &AliasConfiguration) -> LiveAlias {
    let weights = alias.routing_config.iter().flat_map(|routing| &routing.additional_version_weights);
    LiveAlias {
        name: alias.name.parse().unwrap(),
        version: Version::parse(&alias.function_version).unwrap(),
        weights: weights.map(|(version, weight)| (VersionNumber(version.parse().unwrap()), *weight)).collect(),
        revision: Some(alias.revision_id.parse().unwrap()),
    }
}
