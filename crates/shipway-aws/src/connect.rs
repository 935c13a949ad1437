//! Where calls go and as whom: from [`Settings`] to [`Clients`].
//!
//! Making clients calls nobody: credentials are resolved by the first call that needs them, so that build tools have
//! long ended by then. The AWS SDK reads the environment (AWS_ENDPOINT_URL and its kin, AWS_PROFILE, the shared
//! files); what [`Settings`] says wins over it.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::timeout::TimeoutConfigBuilder;
use aws_types::service_config::ServiceConfigKey;
use shipway_core::names::Region;

use crate::call_error::Call;
use crate::embedded::EmbeddedEndpoint;
use crate::http_client::{CONNECT_TIMEOUT, SharedClient};
use crate::identity::StsIdentity;
use crate::lambda::SdkLambda;
use crate::s3_location::S3Location;
use crate::s3_store::{S3Store, Verification};

/// Where calls go and as whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The region. `None`: AWS_REGION, AWS_DEFAULT_REGION, then the profile's.
    pub region: Option<Region>,
    /// The profile of the shared configuration files. `None`: AWS_PROFILE, then `default`.
    pub profile: Option<String>,
    /// A role to assume with those credentials before anything else is called.
    pub role_arn: Option<String>,
    /// The name of the role's session, which CloudTrail shows: `[A-Za-z0-9+=,.@_-]`, 2 to 64 characters.
    pub role_session_name: String,
    /// Other addresses than AWS's own.
    pub endpoints: Endpoints,
    /// Where credentials come from.
    pub credentials: CredentialsSource,
}

/// Addresses of services. A service's own wins over the general one, both over the environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Endpoints {
    /// For every service that has none of its own.
    pub general: Option<String>,
    /// Lambda's.
    pub lambda: Option<String>,
    /// S3's.
    pub s3: Option<String>,
    /// STS's.
    pub sts: Option<String>,
}

/// Where credentials come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialsSource {
    /// The SDK's default chain: environment, shared files (SSO, credential_process), web identity, containers, EC2.
    DefaultChain,
    /// Credentials that mean nothing, for the embedded Lambda: no file, variable or metadata service is looked at.
    Fixed,
}

/// Settings from which no clients can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// Nobody says which region.
    #[error("no region is configured: neither here, nor by AWS_REGION, nor by the profile")]
    NoRegion,
    /// The environment or the profile names a region that cannot be one.
    #[error("the region in AWS_REGION or in the profile cannot be used")]
    InvalidRegion(#[source] shipway_core::names::InvalidName),
}

impl Settings {
    /// Settings for an embedded Lambda on this machine.
    #[must_use]
    pub fn embedded(endpoint: &EmbeddedEndpoint, region: Region) -> Self {
        Self {
            region: Some(region),
            profile: None,
            role_arn: None,
            role_session_name: "shipway".to_owned(),
            endpoints: Endpoints { general: Some(endpoint.url()), ..Endpoints::default() },
            credentials: CredentialsSource::Fixed,
        }
    }
}

/// From which the ports are made. Cheap to make; clients share connections and credentials.
#[derive(Debug, Clone)]
pub struct Clients {
    config: SdkConfig,
    endpoints: Endpoints,
    http: SharedClient,
    region: Region,
}

impl Clients {
    /// Reads the environment and the shared files as far as [`Settings::credentials`] allows, and calls nobody.
    ///
    /// # Errors
    /// When there is no region.
    pub async fn connect(settings: Settings) -> Result<Self, ConnectError> {
        let http = SharedClient::new();
        let config = match settings.credentials {
            CredentialsSource::Fixed => fixed_config(&settings, &http)?,
            CredentialsSource::DefaultChain => chain_config(&settings, &http).await?,
        };
        let region = config.region().ok_or(ConnectError::NoRegion)?;
        let region = region.as_ref().parse().map_err(ConnectError::InvalidRegion)?;
        let mut clients = Self { config, endpoints: settings.endpoints, http, region };
        if let Some(role_arn) = settings.role_arn {
            clients.assume(role_arn, settings.role_session_name).await;
        }
        Ok(clients)
    }

    /// The region that calls go to.
    #[must_use]
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// Lambda. Code that is fetched is kept in `folder`, which must exist, as `<sha256>.zip`.
    #[must_use]
    pub fn lambda(&self, folder: PathBuf) -> SdkLambda {
        SdkLambda::new(
            self.lambda_client(read_retries()),
            self.lambda_writes(),
            self.http.clone(),
            self.region.clone(),
            folder,
        )
    }

    /// A store in S3. Artifacts that are fetched are kept in `folder`, which must exist, as `<sha256>.zip`.
    /// With a KMS key (its ARN, id or alias), every object is encrypted with it.
    #[must_use]
    pub fn s3_store(&self, location: S3Location, kms_key: Option<String>, folder: PathBuf) -> S3Store {
        let custom = self.s3_endpoint();
        let client = |retries: RetryConfig| {
            let mut builder = aws_sdk_s3::config::Builder::from(&self.config).retry_config(retries);
            if let Some(url) = &custom {
                // `bucket.127.0.0.1` is no host.
                builder = builder.endpoint_url(url).force_path_style(is_local_host(url));
            }
            aws_sdk_s3::Client::from_conf(builder.build())
        };
        let verification = match &custom {
            Some(url) if !is_aws(url) => Verification::ReadBack,
            _ => Verification::ByServer,
        };
        S3Store::new(
            client(read_retries()),
            client(RetryConfig::disabled()),
            location,
            kms_key,
            verification,
            self.region.clone(),
            folder,
        )
    }

    /// Who the credentials belong to.
    #[must_use]
    pub fn identity(&self) -> StsIdentity {
        StsIdentity::new(aws_sdk_sts::Client::from_conf(self.sts_config()), self.region.clone())
    }

    /// The SDK's client that sends everything once.
    pub(crate) fn lambda_writes(&self) -> aws_sdk_lambda::Client {
        self.lambda_client(RetryConfig::disabled())
    }

    fn lambda_client(&self, retries: RetryConfig) -> aws_sdk_lambda::Client {
        let mut builder = aws_sdk_lambda::config::Builder::from(&self.config).retry_config(retries);
        if let Some(url) = self.endpoints.lambda() {
            builder = builder.endpoint_url(url);
        }
        aws_sdk_lambda::Client::from_conf(builder.build())
    }

    fn sts_config(&self) -> aws_sdk_sts::Config {
        let mut builder = aws_sdk_sts::config::Builder::from(&self.config).retry_config(read_retries());
        if let Some(url) = self.endpoints.sts() {
            builder = builder.endpoint_url(url);
        }
        builder.build()
    }

    async fn assume(&mut self, role_arn: String, session_name: String) {
        let mut base = self.config.clone().into_builder().retry_config(read_retries());
        if let Some(url) = self.endpoints.sts() {
            base.insert_origin("endpoint_url", aws_types::origin::Origin::shared_config());
            base = base.endpoint_url(url);
        }
        let provider =
            AssumeRoleProvider::builder(&role_arn).session_name(session_name).configure(&base.build()).build().await;
        let provider = RoleCredentials { provider, role_arn, region: self.region.to_string() };
        self.config =
            self.config.clone().into_builder().credentials_provider(SharedCredentialsProvider::new(provider)).build();
    }

    /// The address that S3 is called at when it is not AWS's own.
    fn s3_endpoint(&self) -> Option<String> {
        let from_environment = || {
            let key = ServiceConfigKey::builder().service_id("S3").env("AWS_ENDPOINT_URL").profile("endpoint_url");
            let own =
                self.config.service_config().zip(key.build().ok()).and_then(|(config, key)| config.load_config(key));
            own.or_else(|| self.config.endpoint_url().map(str::to_owned))
        };
        self.endpoints.s3().map(str::to_owned).or_else(from_environment)
    }
}

impl Endpoints {
    fn lambda(&self) -> Option<&str> {
        self.lambda.as_deref().or(self.general.as_deref())
    }

    fn s3(&self) -> Option<&str> {
        self.s3.as_deref().or(self.general.as_deref())
    }

    fn sts(&self) -> Option<&str> {
        self.sts.as_deref().or(self.general.as_deref())
    }
}

/// Reads are tried three times in all; writes are sent once.
fn read_retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(3)
}

/// What most calls get. Those that carry a zip or wait for a function have longer ones of their own.
fn timeouts() -> TimeoutConfigBuilder {
    TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).operation_attempt_timeout(Duration::from_secs(60))
}

/// Downloads that stand still are ended. Uploads are bounded by their timeout alone: a zip is handed over in one
/// piece, and to the watch a slow line then looks like one that stands still.
fn stream_protection() -> StalledStreamProtectionConfig {
    StalledStreamProtectionConfig::enabled().upload_enabled(false).grace_period(Duration::from_secs(20)).build()
}

fn behavior() -> BehaviorVersion {
    BehaviorVersion::v2026_01_12()
}

fn fixed_config(settings: &Settings, http: &SharedClient) -> Result<SdkConfig, ConnectError> {
    let region = settings.region.as_ref().ok_or(ConnectError::NoRegion)?;
    let credentials = Credentials::new("embedded", "embedded", None, None, "embedded");
    Ok(SdkConfig::builder()
        .behavior_version(behavior())
        .region(aws_config::Region::new(region.to_string()))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http.clone())
        .time_source(SharedTimeSource::default())
        .timeout_config(timeouts().build())
        .stalled_stream_protection(stream_protection())
        .build())
}

async fn chain_config(settings: &Settings, http: &SharedClient) -> Result<SdkConfig, ConnectError> {
    let region = match &settings.region {
        Some(region) => aws_config::Region::new(region.to_string()),
        None => region_of_environment(settings.profile.as_deref()).await.ok_or(ConnectError::NoRegion)?,
    };
    let mut loader = aws_config::defaults(behavior())
        .region(region)
        .http_client(http.clone())
        .timeout_config(timeouts().build())
        .stalled_stream_protection(stream_protection());
    if let Some(profile) = &settings.profile {
        loader = loader.profile_name(profile);
    }
    Ok(loader.load().await)
}

/// As the SDK does, without its last resort, EC2's metadata service: a laptop would wait for it.
async fn region_of_environment(profile: Option<&str>) -> Option<aws_config::Region> {
    let mut from_profile = ProfileFileRegionProvider::builder().configure(&ProviderConfig::default());
    if let Some(profile) = profile {
        from_profile = from_profile.profile_name(profile);
    }
    RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
        .or_else(from_profile.build())
        .region()
        .await
}

fn host(url: &str) -> &str {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = after_scheme.split(['/', '?']).next().unwrap_or_default();
    match authority.strip_prefix('[') {
        Some(bracketed) => bracketed.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    }
}

/// Whether a URL's host is an IP address or this machine's name.
fn is_local_host(url: &str) -> bool {
    host(url) == "localhost" || host(url).parse::<IpAddr>().is_ok()
}

/// Whether a URL is one of AWS's own (a VPC's endpoint for S3, say), and not another server that speaks its protocol.
fn is_aws(url: &str) -> bool {
    [".amazonaws.com", ".amazonaws.com.cn", ".api.aws"].iter().any(|domain| host(url).ends_with(domain))
}

/// A role's credentials, whose failures tell of the call that failed.
#[derive(Debug)]
struct RoleCredentials {
    provider: AssumeRoleProvider,
    role_arn: String,
    region: String,
}

impl RoleCredentials {
    async fn assume(&self) -> Result<Credentials, CredentialsError> {
        self.provider.provide_credentials().await.map_err(|error| self.explained(error))
    }

    fn explained(&self, error: CredentialsError) -> CredentialsError {
        use aws_sdk_sts::operation::assume_role::AssumeRoleError;
        let call = Call { operation: "AssumeRole", object: &self.role_arn, region: &self.region };
        let refusal = std::error::Error::source(&error)
            .and_then(|source| source.downcast_ref::<SdkError<AssumeRoleError, HttpResponse>>())
            .map(|refusal| call.failed(refusal));
        match refusal {
            Some(refusal) => CredentialsError::provider_error(refusal),
            None => error,
        }
    }
}

impl ProvideCredentials for RoleCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.assume())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aws_is_told_from_servers_that_speak_like_it() {
        assert!(is_aws("https://bucket.vpce-1-2.s3.eu-west-1.vpce.amazonaws.com"));
        for other in ["http://127.0.0.1:9000", "https://s3.example.com", "https://example.com/x.amazonaws.com"] {
            assert!(!is_aws(other), "{other}");
        }
    }

    #[test]
    fn only_addresses_and_localhost_have_no_buckets_before_them() {
        for local in ["http://127.0.0.1:5000", "http://[::1]:5000/", "http://localhost:4566", "https://10.1.2.3"] {
            assert!(is_local_host(local), "{local}");
        }
        for other in ["https://s3.example.com", "https://minio.internal:9000/x", "https://localhost.example.com"] {
            assert!(!is_local_host(other), "{other}");
        }
    }
}
