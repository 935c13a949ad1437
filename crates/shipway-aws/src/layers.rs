//! The calls about layers. Each is carried out as asked: looking first, and what a lost reply means, is the engine's.

use aws_sdk_lambda::Client;
use aws_sdk_lambda::types::{LayerVersionContentInput, LayerVersionContentOutput, Runtime as SdkRuntime};
use shipway_core::names::LayerName;
use shipway_engine::ports::{CallError, CodeSource, LiveLayerVersion, PublishLayerVersion};

use crate::call_error::Call;
use crate::lambda::{CODE_TIMEOUT, is_absent, within, zip_bytes};
use crate::live_function::sdk_architecture;

pub(crate) async fn publish(
    client: &Client,
    call: &Call<'_>,
    request: &PublishLayerVersion,
) -> Result<LiveLayerVersion, CallError> {
    let content = match &request.content {
        CodeSource::Direct(file) => LayerVersionContentInput::builder().zip_file(zip_bytes(call, file).await?),
        CodeSource::Object(object) => LayerVersionContentInput::builder()
            .s3_bucket(&object.bucket)
            .s3_key(&object.key)
            .set_s3_object_version(object.version.clone()),
    };
    let runtimes = request.runtimes.iter().map(|runtime| SdkRuntime::from(runtime.as_str())).collect();
    let architectures = request.architectures.iter().copied().map(sdk_architecture).collect();
    let reply = client
        .publish_layer_version()
        .layer_name(request.layer.as_str())
        .content(content.build())
        .set_compatible_runtimes(Some(runtimes))
        .set_compatible_architectures(Some(architectures))
        .set_description(request.description.clone())
        .set_license_info(request.license.clone())
        .customize()
        .config_override(within(CODE_TIMEOUT))
        .send()
        .await
        .map_err(|error| call.failed(&error))?;
    live(call, reply.layer_version_arn(), reply.version(), reply.content())
}

pub(crate) async fn get(
    client: &Client,
    call: &Call<'_>,
    layer: &LayerName,
    number: u64,
) -> Result<Option<LiveLayerVersion>, CallError> {
    let Ok(number) = i64::try_from(number) else { return Ok(None) };
    match client.get_layer_version().layer_name(layer.as_str()).version_number(number).send().await {
        Ok(reply) => live(call, reply.layer_version_arn(), reply.version(), reply.content()).map(Some),
        Err(error) => match call.failed(&error) {
            error if is_absent(&error) => Ok(None),
            error => Err(error),
        },
    }
}

/// The first page, which has the newest.
pub(crate) async fn list(client: &Client, call: &Call<'_>, layer: &LayerName) -> Result<Vec<u64>, CallError> {
    let reply = client.list_layer_versions().layer_name(layer.as_str()).send().await;
    let reply = match reply.map_err(|error| call.failed(&error)) {
        Ok(reply) => reply,
        Err(error) if is_absent(&error) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    Ok(reply.layer_versions().iter().filter_map(|version| u64::try_from(version.version()).ok()).collect())
}

fn live(
    call: &Call<'_>,
    arn: Option<&str>,
    number: i64,
    content: Option<&LayerVersionContentOutput>,
) -> Result<LiveLayerVersion, CallError> {
    let lacks = |what: &str| call.unexpected_reply(format!("the reply has no {what}"));
    Ok(LiveLayerVersion {
        arn: arn.ok_or_else(|| lacks("LayerVersionArn"))?.to_owned(),
        number: u64::try_from(number).map_err(|_| lacks("Version"))?,
        code_sha256: content
            .and_then(LayerVersionContentOutput::code_sha256)
            .ok_or_else(|| lacks("CodeSha256"))?
            .to_owned(),
    })
}
