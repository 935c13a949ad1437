//! The one HTTP client of this crate: the SDK's own connector, with TLS set up only when an `https` address is
//! called. Calls to the embedded Lambda (`http://127.0.0.1`) so never wait for root certificates to be read.
//!
//! It must not retry, sign or log: it moves requests.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Connector, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

/// How long a connection may take to be made, TLS included.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Shorter than any AWS endpoint keeps an idle connection, so that a write seldom meets one that is just closing.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);

/// A cheap handle; clones share their connections.
#[derive(Debug, Clone)]
pub(crate) struct SharedClient {
    connectors: Arc<Connectors>,
}

#[derive(Debug)]
struct Connectors {
    plain: Connector,
    tls: OnceLock<Connector>,
}

impl SharedClient {
    pub(crate) fn new() -> Self {
        // Plain HTTP is for local endpoints; a proxy from the environment is never asked for those.
        let plain = settings(Connector::builder()).build_http();
        Self { connectors: Arc::new(Connectors { plain, tls: OnceLock::new() }) }
    }
}

fn settings<Tls>(builder: ConnectorBuilder<Tls>) -> ConnectorBuilder<Tls> {
    builder
        .connector_settings(HttpConnectorSettings::builder().connect_timeout(CONNECT_TIMEOUT).build())
        .pool_idle_timeout(IDLE_TIMEOUT)
}

fn tls_connector() -> Connector {
    // The system's roots, so that a company's own certificate authority works; HTTPS_PROXY and NO_PROXY are heeded,
    // as by every other AWS tool.
    settings(Connector::builder())
        .proxy_config(ProxyConfig::from_env())
        .tls_provider(Provider::rustls(CryptoMode::Ring))
        .build()
}

impl HttpConnector for SharedClient {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if request.uri().starts_with("https:") {
            self.connectors.tls.get_or_init(tls_connector).call(request)
        } else {
            self.connectors.plain.call(request)
        }
    }
}

impl HttpClient for SharedClient {
    /// The SDK's settings hold timeouts alone: that for connecting is set above for all, those for whole attempts
    /// are kept by the SDK itself.
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}
