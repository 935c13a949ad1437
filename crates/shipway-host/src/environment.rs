//! Which of the caller's environment variables a build tool may see. Everything that is not in the tables here stays
//! out: a build tool runs other people's code, and the caller's environment holds credentials.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use shipway_core::digest::ContentDigest;
use shipway_engine::ports::BuildFailure;

use crate::failure;

/// Variables that are handed over, by name. `TERM` is not among them: a tool that knows of no terminal does not draw.
const NAMES: &[&str] = &[
    // Where programs, settings and caches are, and who runs them.
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "TMPDIR",
    "TZ",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    // The language of messages.
    "LANG",
    "LANGUAGE",
    // The way out: proxies.
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    // Whom to trust: certificate authorities.
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "GIT_SSL_CAINFO",
    // Package indexes and their settings, one by one for Go.
    "GOPROXY",
    "GOPRIVATE",
    "GONOPROXY",
    "GONOSUMDB",
    "GOSUMDB",
    "GOFLAGS",
    "GOPATH",
    "GOCACHE",
    "GOMODCACHE",
    "GOTOOLCHAIN",
    "GOROOT",
    // Version managers choose the tool that runs.
    "PYENV_ROOT",
    "PYENV_VERSION",
    "NVM_DIR",
    "VOLTA_HOME",
    "ASDF_DIR",
    "ASDF_DATA_DIR",
    "JAVA_HOME",
    "SDKMAN_DIR",
    "RBENV_ROOT",
    "RBENV_VERSION",
    // Maven and Gradle: where they are, what they are started with.
    "MAVEN_HOME",
    "MAVEN_OPTS",
    "MAVEN_ARGS",
    "MAVEN_USER_HOME",
    "GRADLE_HOME",
    "GRADLE_OPTS",
    "GRADLE_USER_HOME",
    "JAVA_OPTS",
];

/// Variables that are handed over by the beginning of their name: the settings of package managers, which may hold
/// the credentials of a package index and are meant for these very programs.
const PREFIXES: &[&str] = &[
    "LC_",
    "PIP_",
    "UV_",
    "NPM_CONFIG_",
    "npm_config_",
    "PNPM_",
    "pnpm_config_",
    "YARN_",
    "COREPACK_",
    "CARGO_",
    "RUSTUP_",
    "ORG_GRADLE_PROJECT_",
    "BUNDLE_",
];

/// What no configuration can hand to a build tool: credentials for AWS, and ways to get some.
const NEVER: &str = "AWS_";

/// The caller's environment, as it was read once, and what of it goes further.
#[derive(Clone)]
pub struct CallerEnvironment {
    variables: BTreeMap<OsString, OsString>,
}

impl std::fmt::Debug for CallerEnvironment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Names alone: values may be secrets.
        formatter.debug_set().entries(self.variables.keys()).finish()
    }
}

impl CallerEnvironment {
    /// The environment that holds these variables.
    #[must_use]
    pub fn new(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        Self { variables: variables.into_iter().collect() }
    }

    /// The same with one variable set otherwise.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// What git gets: everything but what tells it about another repository (as in a hook) or makes it talk. Settings
    /// that are handed over by variables (`GIT_CONFIG_COUNT` and its kin: `safe.directory` in CI) stay.
    pub(crate) fn for_git(&self) -> BTreeMap<OsString, OsString> {
        let is_foreign = |name: &OsStr| {
            name.to_str().is_some_and(|name| {
                let setting = name.starts_with("GIT_CONFIG_") && name != "GIT_CONFIG_PARAMETERS";
                name.starts_with("GIT_") && !setting
            })
        };
        let kept = self.variables.iter().filter(|(name, _)| !is_foreign(name));
        let mut handed: BTreeMap<OsString, OsString> =
            kept.map(|(name, value)| (name.clone(), value.clone())).collect();
        for (name, value) in [("LC_ALL", "C"), ("GIT_TERMINAL_PROMPT", "0"), ("GIT_NO_LAZY_FETCH", "1")] {
            handed.insert(name.into(), value.into());
        }
        handed
    }

    pub(crate) fn value(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(OsStr::new(name)).map(OsString::as_os_str)
    }

    /// What a build tool gets: the tables of this module and the build's own variables.
    #[must_use]
    pub fn for_tool(&self, build_variables: &[String]) -> BTreeMap<OsString, OsString> {
        let named = |name: &str| build_variables.iter().any(|variable| variable == name);
        self.variables
            .iter()
            .filter(|(name, _)| {
                name.to_str().is_some_and(|name| !name.starts_with(NEVER) && (is_allowed(name) || named(name)))
            })
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// Digests of those of the build's variables that are set.
    pub(crate) fn digests(&self, names: &[String]) -> Result<BTreeMap<String, ContentDigest>, BuildFailure> {
        if let Some(name) = names.iter().find(|name| name.starts_with(NEVER)) {
            let hint = "take it out of the build's variables; what a build needs of AWS, fetch before it starts";
            return Err(failure::input(
                format!("the variable `{name}` may not be handed to a build tool: it may hold credentials"),
                &[hint],
            ));
        }
        let digest = |value: &OsStr| ContentDigest::of(value.as_encoded_bytes());
        Ok(names.iter().filter_map(|name| Some((name.clone(), digest(self.value(name)?)))).collect())
    }
}

fn is_allowed(name: &str) -> bool {
    NAMES.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> CallerEnvironment {
        CallerEnvironment { variables: pairs.iter().map(|(name, value)| (name.into(), value.into())).collect() }
    }

    #[test]
    fn only_what_is_listed_or_named_is_handed_over() {
        let caller = environment(&[
            ("PATH", "/bin"),
            ("PIP_INDEX_URL", "https://index.example"),
            ("npm_config_registry", "https://registry.example"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_PROFILE", "production"),
            ("GITHUB_TOKEN", "secret"),
            ("TERM", "xterm"),
            ("STAGE", "test"),
        ]);
        let handed = caller.for_tool(&["STAGE".to_owned(), "AWS_PROFILE".to_owned(), "UNSET".to_owned()]);
        let names: Vec<&str> = handed.keys().filter_map(|name| name.to_str()).collect();
        assert_eq!(names, ["PATH", "PIP_INDEX_URL", "STAGE", "npm_config_registry"]);
    }

    #[test]
    fn a_hooks_repository_is_forgotten_and_settings_are_kept() {
        let foreign = ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_TRACE", "GIT_CONFIG_PARAMETERS"];
        let kept = ["GIT_CONFIG_COUNT", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_KEY_0", "HOME", "PATH"];
        let all: Vec<(&str, &str)> = foreign.iter().chain(&kept).map(|name| (*name, "x")).collect();
        let handed = environment(&all).for_git();
        let set: Vec<&str> =
            handed.iter().filter(|(_, value)| *value == "x").filter_map(|(name, _)| name.to_str()).collect();
        assert_eq!(set, kept);
    }

    #[test]
    fn a_variable_counts_by_its_digest_alone_and_credentials_are_refused() {
        let caller = environment(&[("STAGE", "test"), ("AWS_PROFILE", "production")]);
        let digests = caller.digests(&["STAGE".to_owned(), "UNSET".to_owned()]).unwrap();
        assert_eq!(digests, BTreeMap::from([("STAGE".to_owned(), ContentDigest::of(b"test"))]));
        assert!(caller.digests(&["AWS_PROFILE".to_owned()]).is_err());
        assert!(!format!("{caller:?}").contains("production"));
    }
}
