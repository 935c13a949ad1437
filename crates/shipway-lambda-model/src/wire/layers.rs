//! The requests about layers, from HTTP.

use crate::{
    code::{Code, REQUEST_LIMIT},
    error::ApiError,
    layer_request::{LayerVersionTarget, ListLayerVersions, PublishLayerVersion},
    request::Request,
    wire::{
        body::Body,
        parse::{HttpRequest, read_code, too_large},
    },
};

pub(super) fn layers(http: &HttpRequest<'_>, rest: &[&str]) -> Result<Option<Request>, ApiError> {
    Ok(Some(match (http.method, rest) {
        ("GET", []) if http.query("find").as_deref() == Some("LayerVersion") => {
            Request::GetLayerVersionByArn(http.query("Arn").unwrap_or_default())
        }
        ("GET", []) => Request::ListLayers(list(http, None)?),
        ("POST", [layer, "versions"]) => publish(http, layer)?,
        ("GET", [layer, "versions"]) => Request::ListLayerVersions(list(http, Some(layer))?),
        ("GET", [layer, "versions", number]) => Request::GetLayerVersion(target(layer, number)?),
        ("DELETE", [layer, "versions", number]) => Request::DeleteLayerVersion(target(layer, number)?),
        _ => return Ok(None),
    }))
}

fn list(http: &HttpRequest<'_>, layer: Option<&str>) -> Result<ListLayerVersions, ApiError> {
    Ok(ListLayerVersions {
        layer_name: layer.map(str::to_owned),
        compatible_runtime: http.query("CompatibleRuntime"),
        compatible_architecture: http.query("CompatibleArchitecture"),
        page: http.page()?,
    })
}

fn target(layer: &str, number: &str) -> Result<LayerVersionTarget, ApiError> {
    let version_number = number
        .parse()
        .map_err(|_| ApiError::new(400, "SerializationException", format!("VersionNumber: {number} is no number")))?;
    Ok(LayerVersionTarget { layer_name: layer.to_owned(), version_number })
}

fn publish(http: &HttpRequest<'_>, layer: &str) -> Result<Request, ApiError> {
    if http.body.len() as u64 >= REQUEST_LIMIT {
        return Err(too_large(REQUEST_LIMIT, "PublishLayerVersion"));
    }
    let mut body = Body::read(http.body)?;
    let mut content = body.take_object("Content")?;
    let code = read_code(&mut content)?;
    if matches!(code, Code::Image(_)) {
        return Err(ApiError::not_implemented("the member ImageUri of PublishLayerVersion"));
    }
    let input = PublishLayerVersion {
        layer_name: layer.to_owned(),
        description: body.take("Description")?,
        content: code,
        compatible_runtimes: body.take("CompatibleRuntimes")?,
        license_info: body.take("LicenseInfo")?,
        compatible_architectures: body.take("CompatibleArchitectures")?,
    };
    content.finish("PublishLayerVersion")?;
    body.finish("PublishLayerVersion")?;
    Ok(Request::PublishLayerVersion(Box::new(input)))
}
