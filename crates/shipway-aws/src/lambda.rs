//! The port to Lambda. Each method is one call (a few for what takes several), carried out as asked: reads are tried
//! again by the SDK, bounded; writes and invocations are sent once.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::config::timeout::TimeoutConfig;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{AliasConfiguration, AliasRoutingConfiguration, CodeSigningPolicy, LogType};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use shipway_core::digest::ArtifactDigest;
use shipway_core::names::{AliasName, FunctionName, LayerName, Qualifier, Region, Version, VersionNumber};
use shipway_engine::ports::{
    ArtifactFile, CallError, CallErrorKind, CodeSigning, CodeSource, CreateAlias, Invocation, InvocationResult, Lambda,
    LiveAlias, LiveFunction, LiveLayerVersion, PublishLayerVersion, PublishVersion, UnqualifiedCaller, UpdateAlias,
    UpdateFunctionCode,
};

use crate::artifact_download;
use crate::call_error::{Call, status};
use crate::http_client::SharedClient;
use crate::layers;
use crate::live_function::{fingerprint, live_function, of_publish, of_update, revision, sdk_architecture};
use crate::unqualified_callers;

/// 70 MB on a line of 1 Mbit/s take ten minutes.
pub(crate) const CODE_TIMEOUT: Duration = Duration::from_secs(15 * 60);

/// A function may take 15 minutes; Lambda's own answer then still has to arrive.
const INVOCATION_TIMEOUT: Duration = Duration::from_secs(16 * 60);

/// Lambda through the SDK, in one account and region. Made by [`crate::Clients::lambda`].
#[derive(Debug, Clone)]
pub struct SdkLambda {
    reads: Client,
    writes: Client,
    http: SharedClient,
    region: Region,
    folder: PathBuf,
}

impl SdkLambda {
    pub(crate) fn new(reads: Client, writes: Client, http: SharedClient, region: Region, folder: PathBuf) -> Self {
        Self { reads, writes, http, region, folder }
    }

    fn call<'a>(&'a self, operation: &'static str, object: &'a str) -> Call<'a> {
        Call { operation, object, region: self.region.as_str() }
    }
}

/// The writing client with another time limit for one attempt.
pub(crate) fn within(limit: Duration) -> aws_sdk_lambda::config::Builder {
    aws_sdk_lambda::Config::builder().timeout_config(TimeoutConfig::builder().operation_attempt_timeout(limit).build())
}

/// Whether Lambda said that the thing itself is absent. A 404 without Lambda's code comes from something else that
/// listens there, and says nothing about functions.
pub(crate) fn is_absent(error: &CallError) -> bool {
    error.kind == CallErrorKind::NotFound && error.code.as_deref() == Some("ResourceNotFoundException")
}

/// The replies of GetAlias, CreateAlias and UpdateAlias have the same members and three types: as the one that has them
/// all.
macro_rules! alias_configuration {
    ($reply:expr) => {
        AliasConfiguration::builder()
            .set_name($reply.name)
            .set_function_version($reply.function_version)
            .set_routing_config($reply.routing_config)
            .set_revision_id($reply.revision_id)
            .build()
    };
}

#[async_trait(?Send)]
impl Lambda for SdkLambda {
    async fn get_function(
        &self,
        function: &FunctionName,
        qualifier: &Qualifier,
    ) -> Result<Option<LiveFunction>, CallError> {
        let call = self.call("GetFunction", function.as_str());
        let request = self.reads.get_function().function_name(function.as_str());
        let reply = match request.set_qualifier(qualifier.as_parameter()).send().await {
            Ok(reply) => reply,
            Err(error) => {
                let error = call.failed(&error);
                return if is_absent(&error) { Ok(None) } else { Err(error) };
            }
        };
        let configuration =
            reply.configuration().ok_or_else(|| call.unexpected_reply("the reply has no Configuration"))?;
        let mut live = live_function(&call, configuration)?;
        live.fingerprint = fingerprint(configuration);
        // Only code that stays in the user's own bucket has a ResolvedS3Object (S3ObjectStorageMode = REFERENCE).
        live.code_by_reference = reply.code().is_some_and(|code| code.resolved_s3_object().is_some());
        Ok(Some(live))
    }

    async fn get_alias(&self, function: &FunctionName, alias: &AliasName) -> Result<Option<LiveAlias>, CallError> {
        let object = format!("{function}:{alias}");
        let call = self.call("GetAlias", &object);
        match self.reads.get_alias().function_name(function.as_str()).name(alias.as_str()).send().await {
            Ok(reply) => live_alias(&call, alias_configuration!(reply)).map(Some),
            Err(error) => {
                let error = call.failed(&error);
                if is_absent(&error) { Ok(None) } else { Err(error) }
            }
        }
    }

    async fn list_function_names(&self) -> Result<Vec<FunctionName>, CallError> {
        let call = self.call("ListFunctions", "all functions");
        let mut pages = self.reads.list_functions().into_paginator().items().send();
        let mut names = Vec::new();
        while let Some(function) = pages.next().await {
            let function = function.map_err(|error| call.failed(&error))?;
            let name = function.function_name().unwrap_or_default();
            names.push(name.parse().map_err(|invalid| call.unexpected_reply(format!("the reply's name: {invalid}")))?);
        }
        Ok(names)
    }

    async fn unqualified_callers(&self, function: &FunctionName) -> Result<Vec<UnqualifiedCaller>, CallError> {
        unqualified_callers::find(&self.reads, self.region.as_str(), function).await
    }

    async fn code_signing(&self, function: &FunctionName) -> Result<CodeSigning, CallError> {
        let call = self.call("GetFunctionCodeSigningConfig", function.as_str());
        let reply = self.reads.get_function_code_signing_config().function_name(function.as_str()).send().await;
        let arn = match reply {
            Ok(reply) => reply.code_signing_config_arn,
            Err(error) => {
                // 404: none. A server that does not have the operation (501, or a 404 that no Lambda code explains,
                // as moto answers) signs no code either. Denied stays an error: not knowing is not the same as none.
                let none = matches!(status(&error), Some(404 | 501));
                return if none { Ok(CodeSigning::Absent) } else { Err(call.failed(&error)) };
            }
        };
        if arn.is_empty() {
            return Ok(CodeSigning::Absent);
        }
        let call = self.call("GetCodeSigningConfig", &arn);
        let reply = self.reads.get_code_signing_config().code_signing_config_arn(&arn).send().await;
        let reply = reply.map_err(|error| call.failed(&error))?;
        let policies = reply.code_signing_config().and_then(|config| config.code_signing_policies());
        match policies.and_then(|policies| policies.untrusted_artifact_on_deployment()) {
            Some(CodeSigningPolicy::Warn) => Ok(CodeSigning::Warn),
            // A policy that Shipway does not know is taken for the stricter one.
            Some(_) => Ok(CodeSigning::Enforced { configuration: arn }),
            None => Err(call.unexpected_reply("the reply has no UntrustedArtifactOnDeployment")),
        }
    }

    async fn update_function_code(&self, request: &UpdateFunctionCode) -> Result<LiveFunction, CallError> {
        let call = self.call("UpdateFunctionCode", request.function.as_str());
        let sent = self
            .writes
            .update_function_code()
            .function_name(request.function.as_str())
            .publish(false)
            .architectures(sdk_architecture(request.architecture))
            .set_revision_id(request.revision.as_ref().map(ToString::to_string));
        let sent = match &request.code {
            CodeSource::Direct(file) => sent.zip_file(zip_bytes(&call, file).await?),
            CodeSource::Object(object) => {
                sent.s3_bucket(&object.bucket).s3_key(&object.key).set_s3_object_version(object.version.clone())
            }
        };
        let reply = sent.customize().config_override(within(CODE_TIMEOUT)).send().await;
        live_function(&call, &of_update(reply.map_err(|error| call.failed(&error))?))
    }

    async fn publish_version(&self, request: &PublishVersion) -> Result<LiveFunction, CallError> {
        let call = self.call("PublishVersion", request.function.as_str());
        let sent = self
            .writes
            .publish_version()
            .function_name(request.function.as_str())
            .code_sha256(&request.code_sha256)
            .description(&request.description)
            .set_revision_id(request.revision.as_ref().map(ToString::to_string));
        let reply = sent.send().await.map_err(|error| call.failed(&error))?;
        live_function(&call, &of_publish(reply))
    }

    async fn create_alias(&self, request: &CreateAlias) -> Result<LiveAlias, CallError> {
        let object = format!("{}:{}", request.function, request.alias);
        let call = self.call("CreateAlias", &object);
        let sent = self
            .writes
            .create_alias()
            .function_name(request.function.as_str())
            .name(request.alias.as_str())
            .function_version(request.version.to_string());
        let reply = sent.send().await.map_err(|error| call.failed(&error))?;
        live_alias(&call, alias_configuration!(reply))
    }

    async fn update_alias(&self, request: &UpdateAlias) -> Result<LiveAlias, CallError> {
        let object = format!("{}:{}", request.function, request.alias);
        let call = self.call("UpdateAlias", &object);
        let sent = self
            .writes
            .update_alias()
            .function_name(request.function.as_str())
            .name(request.alias.as_str())
            .function_version(request.version.to_string())
            // Sent empty, so that weights are cleared; left out, Lambda would keep them.
            .routing_config(
                AliasRoutingConfiguration::builder().set_additional_version_weights(Some([].into())).build(),
            )
            .set_revision_id(request.revision.as_ref().map(ToString::to_string));
        let reply = sent.send().await.map_err(|error| call.failed(&error))?;
        live_alias(&call, alias_configuration!(reply))
    }

    async fn publish_layer_version(&self, request: &PublishLayerVersion) -> Result<LiveLayerVersion, CallError> {
        let call = self.call("PublishLayerVersion", request.layer.as_str());
        layers::publish(&self.writes, &call, request).await
    }

    async fn get_layer_version(&self, layer: &LayerName, number: u64) -> Result<Option<LiveLayerVersion>, CallError> {
        let object = format!("{layer}:{number}");
        layers::get(&self.reads, &self.call("GetLayerVersion", &object), layer, number).await
    }

    async fn list_layer_versions(&self, layer: &LayerName) -> Result<Vec<u64>, CallError> {
        layers::list(&self.reads, &self.call("ListLayerVersions", layer.as_str()), layer).await
    }

    async fn invoke(&self, request: &Invocation) -> Result<InvocationResult, CallError> {
        let call = self.call("Invoke", request.function.as_str());
        let sent = self
            .writes
            .invoke()
            .function_name(request.function.as_str())
            .set_qualifier(request.qualifier.as_parameter())
            .log_type(LogType::Tail)
            .payload(Blob::new(request.payload.clone()));
        let reply = sent.customize().config_override(within(INVOCATION_TIMEOUT)).send().await;
        let reply = reply.map_err(|error| call.failed(&error))?;
        Ok(InvocationResult {
            executed_version: reply.executed_version().and_then(|version| Version::parse(version).ok()),
            log_tail: reply.log_result().and_then(|log| STANDARD.decode(log).ok()),
            function_error: reply.function_error,
            payload: reply.payload.map(Blob::into_inner).unwrap_or_default(),
        })
    }

    async fn fetch_code(
        &self,
        function: &FunctionName,
        qualifier: &Qualifier,
        expected: &ArtifactDigest,
    ) -> Result<ArtifactFile, CallError> {
        let call = self.call("GetFunction", function.as_str());
        let request = self.reads.get_function().function_name(function.as_str());
        let reply =
            request.set_qualifier(qualifier.as_parameter()).send().await.map_err(|error| call.failed(&error))?;
        let live = reply.configuration().and_then(|configuration| configuration.code_sha256()).unwrap_or_default();
        if live != expected.code_sha256() {
            let message = format!("its CodeSha256 is {live}, not {} as expected", expected.code_sha256());
            return Err(call.error(CallErrorKind::Precondition, message));
        }
        // The location is a presigned URL, as good as the code itself: it goes into no message.
        let code = reply.code().ok_or_else(|| call.unexpected_reply("the reply has no Code"))?;
        if let Some(error) = code.error() {
            let code = error.error_code().unwrap_or("unknown");
            return Err(call.error(CallErrorKind::Denied, format!("Lambda does not show the code: {code}")));
        }
        let location = code.location().ok_or_else(|| call.unexpected_reply("the reply has no Code.Location"))?;
        let call = self.call("download of the code", function.as_str());
        artifact_download::from_url(&call, &self.http, location, expected, &self.folder).await
    }
}

pub(crate) async fn zip_bytes(call: &Call<'_>, file: &ArtifactFile) -> Result<Blob, CallError> {
    tokio::fs::read(&file.path)
        .await
        .map(Blob::new)
        .map_err(|error| call.error(CallErrorKind::NotSent, format!("{} cannot be read: {error}", file.path.display())))
}

fn live_alias(call: &Call<'_>, alias: AliasConfiguration) -> Result<LiveAlias, CallError> {
    let invalid = |what: String| call.unexpected_reply(format!("the reply's alias: {what}"));
    let routing = alias.routing_config().and_then(|routing| routing.additional_version_weights());
    let mut weights = BTreeMap::new();
    for (version, weight) in routing.into_iter().flatten() {
        let number = version.parse().map_err(|_| invalid(format!("a weight on `{version}`")))?;
        weights.insert(VersionNumber(number), *weight);
    }
    Ok(LiveAlias {
        name: alias.name().unwrap_or_default().parse().map_err(|error| invalid(format!("{error}")))?,
        version: Version::parse(alias.function_version().unwrap_or_default())
            .map_err(|error| invalid(error.to_string()))?,
        weights,
        revision: revision(alias.revision_id()),
    })
}
