//! From an HTTP request to a [`Request`].

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use crate::{
    code::{Code, ObjectReference, REQUEST_LIMIT},
    error::ApiError,
    request::{
        AddPermission, AliasTarget, CodeSigningConfigTarget, ConfigurationInput, CreateAlias, CreateEventSourceMapping,
        CreateFunction, CreateFunctionUrlConfig, DryRun, InvocationType, Invoke, ListAliases, ListEventSourceMappings,
        ListFunctions, ListOfFunction, ListTags, LogType, MappingTarget, Page, Publish, PublishVersion,
        PutProvisionedConcurrencyConfig, RemovePermission, Request, TagResource, Target, UntagResource, UpdateAlias,
        UpdateFunctionCode, UpdateFunctionConfiguration,
    },
    wire::{body::Body, layers, routes},
};

/// Largest body of UpdateFunctionConfiguration, in bytes.
const CONFIGURATION_LIMIT: usize = 5_120;

const CONFIGURATION_MEMBERS: &[&str] = &[
    "Role",
    "Handler",
    "Runtime",
    "Description",
    "Timeout",
    "MemorySize",
    "Environment",
    "Layers",
    "VpcConfig",
    "DeadLetterConfig",
    "KMSKeyArn",
    "TracingConfig",
    "FileSystemConfigs",
    "ImageConfig",
    "EphemeralStorage",
    "SnapStart",
    "LoggingConfig",
];

/// An HTTP request as far as Lambda's protocol needs it.
#[derive(Clone, Copy, Debug)]
pub struct HttpRequest<'a> {
    /// Upper case.
    pub method: &'a str,
    /// Still percent-encoded.
    pub path: &'a str,
    /// Without the question mark.
    pub query: &'a str,
    /// Names in any case.
    pub headers: &'a [(&'a str, &'a str)],
    /// The whole body.
    pub body: &'a [u8],
}

impl HttpRequest<'_> {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    fn queries(&self, name: &str) -> Vec<String> {
        form_urlencoded::parse(self.query.as_bytes())
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
            .collect()
    }

    pub(super) fn query(&self, name: &str) -> Option<String> {
        self.queries(name).into_iter().next()
    }

    pub(super) fn page(&self) -> Result<Page, ApiError> {
        let max_items = self
            .query("MaxItems")
            .map(|text| {
                text.parse()
                    .map_err(|_| ApiError::new(400, "SerializationException", format!("MaxItems: {text} is no number")))
            })
            .transpose()?;
        Ok(Page { marker: self.query("Marker"), max_items })
    }

    fn target(&self, function_name: &str) -> Target {
        Target { function_name: function_name.to_owned(), qualifier: self.query("Qualifier") }
    }
}

/// Reads a request.
///
/// # Errors
/// What AWS answers to a body that is not JSON or too large; 501 for an operation, or a member, that the model does not have.
pub fn parse(http: &HttpRequest<'_>) -> Result<Request, ApiError> {
    let decoded: Vec<String> = http
        .path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
        .collect();
    let segments: Vec<&str> = decoded.iter().map(String::as_str).collect();
    let request = match segments.as_slice() {
        ["2015-03-31", "functions", rest @ ..] => functions(http, rest)?,
        ["2015-03-31", "event-source-mappings", rest @ ..] => mappings(http, rest)?,
        ["2017-03-31", "tags", resource] => tags(http, resource)?,
        ["2021-10-31", "functions", function, rest @ ..] => urls(http, function, rest)?,
        ["2019-09-30", "functions", function, "provisioned-concurrency"] => provisioned(http, function)?,
        ["2020-06-30", "functions", function, "code-signing-config"] if http.method == "GET" => {
            Some(Request::GetFunctionCodeSigningConfig(Target::new(*function)))
        }
        ["2020-04-22", "code-signing-configs", arn] if http.method == "GET" => {
            Some(Request::GetCodeSigningConfig(CodeSigningConfigTarget { arn: (*arn).to_owned() }))
        }
        ["2018-10-31", "layers", rest @ ..] => layers::layers(http, rest)?,
        ["2016-08-19", "account-settings"] if http.method == "GET" => Some(Request::GetAccountSettings),
        _ => None,
    };
    request.ok_or_else(|| ApiError::not_implemented(&routes::name_of(http.method, http.path.trim_end_matches('/'))))
}

fn functions(http: &HttpRequest<'_>, rest: &[&str]) -> Result<Option<Request>, ApiError> {
    Ok(Some(match (http.method, rest) {
        ("POST", []) => create_function(http)?,
        ("GET", []) => Request::ListFunctions(ListFunctions {
            function_version: http.query("FunctionVersion"),
            page: http.page()?,
        }),
        ("GET", [function]) => Request::GetFunction(http.target(function)),
        ("DELETE", [function]) => Request::DeleteFunction(http.target(function)),
        ("GET", [function, "configuration"]) => Request::GetFunctionConfiguration(http.target(function)),
        ("PUT", [function, "configuration"]) => update_function_configuration(http, function)?,
        ("PUT", [function, "code"]) => update_function_code(http, function)?,
        ("POST", [function, "versions"]) => publish_version(http, function)?,
        ("GET", [function, "versions"]) => Request::ListVersionsByFunction(ListOfFunction {
            function_name: (*function).to_owned(),
            page: http.page()?,
        }),
        ("POST", [function, "invocations"]) => invoke(http, function)?,
        (_, [function, "aliases", alias @ ..]) => return aliases(http, function, alias),
        (_, [function, "policy", statement @ ..]) => return policy(http, function, statement),
        _ => return Ok(None),
    }))
}

fn create_function(http: &HttpRequest<'_>) -> Result<Request, ApiError> {
    if http.body.len() as u64 >= REQUEST_LIMIT {
        return Err(too_large(REQUEST_LIMIT, "CreateFunction"));
    }
    let mut body = Body::read(http.body)?;
    let mut code = body.take_object("Code")?;
    let input = CreateFunction {
        function_name: body.take("FunctionName")?.unwrap_or_default(),
        code: read_code(&mut code)?,
        package_type: body.take("PackageType")?,
        architectures: body.take("Architectures")?,
        publish: publish(&mut body)?,
        tags: body.take("Tags")?.unwrap_or_default(),
        code_signing_config_arn: body.take("CodeSigningConfigArn")?,
        configuration: body.take_all::<ConfigurationInput>(CONFIGURATION_MEMBERS)?,
    };
    code.finish("CreateFunction")?;
    body.finish("CreateFunction")?;
    Ok(Request::CreateFunction(Box::new(input)))
}

pub(super) fn read_code(body: &mut Body) -> Result<Code, ApiError> {
    let zip = body.take_blob("ZipFile")?;
    let bucket = body.take::<String>("S3Bucket")?;
    let key = body.take::<String>("S3Key")?;
    let version = body.take::<String>("S3ObjectVersion")?;
    let image = body.take::<String>("ImageUri")?;
    // Only the default storage is there; the other one is refused like any member that is not.
    if let Some(mode) = body.take::<String>("S3ObjectStorageMode")?
        && mode != "COPY"
    {
        return Err(ApiError::not_implemented(&format!("S3ObjectStorageMode {mode}")));
    }
    Ok(match (zip, bucket, key, image) {
        (Some(zip), None, None, None) => Code::Zip(zip),
        (None, Some(bucket), Some(key), None) => Code::Object(ObjectReference { bucket, key, version }),
        (None, None, None, Some(image)) => Code::Image(image),
        (None, None, None, None) => Code::Absent,
        (Some(_), ..) => {
            return Err(ApiError::invalid(
                "Please do not provide other FunctionCode parameters when providing a ZipFile.",
            ));
        }
        _ => {
            return Err(ApiError::invalid("Please provide both S3Bucket and S3Key, or only an ImageUri."));
        }
    })
}

fn publish(body: &mut Body) -> Result<Publish, ApiError> {
    Ok(if body.flag("Publish")? { Publish::Yes } else { Publish::No })
}

fn update_function_code(http: &HttpRequest<'_>, function: &str) -> Result<Request, ApiError> {
    if http.body.len() as u64 >= REQUEST_LIMIT {
        return Err(too_large(REQUEST_LIMIT, "UpdateFunctionCode"));
    }
    let mut body = Body::read(http.body)?;
    let input = UpdateFunctionCode {
        function_name: function.to_owned(),
        code: read_code(&mut body)?,
        architectures: body.take("Architectures")?,
        publish: publish(&mut body)?,
        dry_run: if body.flag("DryRun")? { DryRun::Yes } else { DryRun::No },
        revision_id: body.take("RevisionId")?,
    };
    body.finish("UpdateFunctionCode")?;
    Ok(Request::UpdateFunctionCode(Box::new(input)))
}

fn update_function_configuration(http: &HttpRequest<'_>, function: &str) -> Result<Request, ApiError> {
    if http.body.len() > CONFIGURATION_LIMIT {
        return Err(too_large(CONFIGURATION_LIMIT as u64, "UpdateFunctionConfiguration"));
    }
    let mut body = Body::read(http.body)?;
    let input = UpdateFunctionConfiguration {
        function_name: function.to_owned(),
        revision_id: body.take("RevisionId")?,
        configuration: body.take_all::<ConfigurationInput>(CONFIGURATION_MEMBERS)?,
    };
    body.finish("UpdateFunctionConfiguration")?;
    Ok(Request::UpdateFunctionConfiguration(Box::new(input)))
}

pub(super) fn too_large(limit: u64, operation: &str) -> ApiError {
    ApiError::too_large(format!("Request must be smaller than {limit} bytes for the {operation} operation"))
}

fn publish_version(http: &HttpRequest<'_>, function: &str) -> Result<Request, ApiError> {
    let mut body = Body::read(http.body)?;
    let mut input: PublishVersion = body.take_all(&["CodeSha256", "Description", "RevisionId"])?;
    function.clone_into(&mut input.function_name);
    body.finish("PublishVersion")?;
    Ok(Request::PublishVersion(input))
}

fn invoke(http: &HttpRequest<'_>, function: &str) -> Result<Request, ApiError> {
    for header in ["X-Amz-Tenant-Id", "X-Amz-Durable-Execution-Name"] {
        if http.header(header).is_some() {
            return Err(ApiError::not_implemented(&format!("{header} of Invoke")));
        }
    }
    let invocation_type = match http.header("X-Amz-Invocation-Type") {
        None | Some("RequestResponse") => InvocationType::RequestResponse,
        Some("Event") => InvocationType::Event,
        Some("DryRun") => InvocationType::DryRun,
        Some(other) => {
            return Err(header_enum(other, "invocationType", "[Event, RequestResponse, DryRun]"));
        }
    };
    let log_type = match http.header("X-Amz-Log-Type") {
        None | Some("None") => LogType::None,
        Some("Tail") => LogType::Tail,
        Some(other) => return Err(header_enum(other, "logType", "[None, Tail]")),
    };
    Ok(Request::Invoke(Invoke {
        target: http.target(function),
        invocation_type,
        log_type,
        client_context: http.header("X-Amz-Client-Context").map(str::to_owned),
        payload: http.body.to_vec(),
    }))
}

fn header_enum(value: &str, member: &str, allowed: &str) -> ApiError {
    ApiError::validation(&[crate::error::constraint(
        value,
        member,
        &format!("Member must satisfy enum value set: {allowed}"),
    )])
}

fn aliases(http: &HttpRequest<'_>, function: &str, alias: &[&str]) -> Result<Option<Request>, ApiError> {
    let target = |name: &str| AliasTarget { function_name: function.to_owned(), name: name.to_owned() };
    Ok(Some(match (http.method, alias) {
        ("POST", []) => {
            let mut body = Body::read(http.body)?;
            let mut input: CreateAlias = body.take_all(&["Name", "FunctionVersion", "Description", "RoutingConfig"])?;
            function.clone_into(&mut input.function_name);
            body.finish("CreateAlias")?;
            Request::CreateAlias(input)
        }
        ("GET", []) => Request::ListAliases(ListAliases {
            function_name: function.to_owned(),
            function_version: http.query("FunctionVersion"),
            page: http.page()?,
        }),
        ("GET", [name]) => Request::GetAlias(target(name)),
        ("DELETE", [name]) => Request::DeleteAlias(target(name)),
        ("PUT", [name]) => {
            let mut body = Body::read(http.body)?;
            let mut input: UpdateAlias =
                body.take_all(&["FunctionVersion", "Description", "RoutingConfig", "RevisionId"])?;
            function.clone_into(&mut input.function_name);
            (*name).clone_into(&mut input.name);
            body.finish("UpdateAlias")?;
            Request::UpdateAlias(input)
        }
        _ => return Ok(None),
    }))
}

fn policy(http: &HttpRequest<'_>, function: &str, statement: &[&str]) -> Result<Option<Request>, ApiError> {
    Ok(Some(match (http.method, statement) {
        ("GET", []) => Request::GetPolicy(http.target(function)),
        ("POST", []) => {
            let mut body = Body::read(http.body)?;
            let mut input: AddPermission = body.take_all(&[
                "StatementId",
                "Action",
                "Principal",
                "SourceArn",
                "SourceAccount",
                "EventSourceToken",
                "PrincipalOrgID",
                "FunctionUrlAuthType",
                "RevisionId",
            ])?;
            input.target = http.target(function);
            body.finish("AddPermission")?;
            Request::AddPermission(Box::new(input))
        }
        ("DELETE", [statement]) => Request::RemovePermission(RemovePermission {
            target: http.target(function),
            statement_id: (*statement).to_owned(),
            revision_id: http.query("RevisionId"),
        }),
        _ => return Ok(None),
    }))
}

fn mappings(http: &HttpRequest<'_>, rest: &[&str]) -> Result<Option<Request>, ApiError> {
    let target = |uuid: &str| MappingTarget { uuid: uuid.to_owned() };
    Ok(Some(match (http.method, rest) {
        ("POST", []) => {
            let mut body = Body::read(http.body)?;
            Request::CreateEventSourceMapping(CreateEventSourceMapping {
                function_name: body.take("FunctionName")?.unwrap_or_default(),
                event_source_arn: body.take("EventSourceArn")?,
                members: body.rest(),
            })
        }
        ("GET", []) => Request::ListEventSourceMappings(ListEventSourceMappings {
            function_name: http.query("FunctionName"),
            event_source_arn: http.query("EventSourceArn"),
            page: http.page()?,
        }),
        ("GET", [uuid]) => Request::GetEventSourceMapping(target(uuid)),
        ("DELETE", [uuid]) => Request::DeleteEventSourceMapping(target(uuid)),
        _ => return Ok(None),
    }))
}

fn tags(http: &HttpRequest<'_>, resource: &str) -> Result<Option<Request>, ApiError> {
    let resource = resource.to_owned();
    Ok(Some(match http.method {
        "GET" => Request::ListTags(ListTags { resource }),
        "POST" => {
            let mut body = Body::read(http.body)?;
            let tags: BTreeMap<String, String> = body.take("Tags")?.unwrap_or_default();
            body.finish("TagResource")?;
            Request::TagResource(TagResource { resource, tags })
        }
        "DELETE" => Request::UntagResource(UntagResource { resource, tag_keys: http.queries("tagKeys") }),
        _ => return Ok(None),
    }))
}

fn provisioned(http: &HttpRequest<'_>, function: &str) -> Result<Option<Request>, ApiError> {
    Ok(Some(match http.method {
        "PUT" => {
            let mut body = Body::read(http.body)?;
            let requested = body.take("ProvisionedConcurrentExecutions")?;
            body.finish("PutProvisionedConcurrencyConfig")?;
            Request::PutProvisionedConcurrencyConfig(PutProvisionedConcurrencyConfig {
                target: http.target(function),
                requested,
            })
        }
        "GET" if http.query("List").as_deref() == Some("ALL") => {
            Request::ListProvisionedConcurrencyConfigs(ListOfFunction {
                function_name: function.to_owned(),
                page: http.page()?,
            })
        }
        "GET" => Request::GetProvisionedConcurrencyConfig(http.target(function)),
        "DELETE" => Request::DeleteProvisionedConcurrencyConfig(http.target(function)),
        _ => return Ok(None),
    }))
}

fn urls(http: &HttpRequest<'_>, function: &str, rest: &[&str]) -> Result<Option<Request>, ApiError> {
    Ok(Some(match (http.method, rest) {
        ("POST", ["url"]) => {
            let mut body = Body::read(http.body)?;
            let input = CreateFunctionUrlConfig {
                target: http.target(function),
                auth_type: body.take("AuthType")?,
                invoke_mode: body.take("InvokeMode")?,
                cors: body.take("Cors")?,
            };
            body.finish("CreateFunctionUrlConfig")?;
            Request::CreateFunctionUrlConfig(input)
        }
        ("GET", ["url"]) => Request::GetFunctionUrlConfig(http.target(function)),
        ("DELETE", ["url"]) => Request::DeleteFunctionUrlConfig(http.target(function)),
        ("GET", ["urls"]) => {
            Request::ListFunctionUrlConfigs(ListOfFunction { function_name: function.to_owned(), page: http.page()? })
        }
        _ => return Ok(None),
    }))
}
