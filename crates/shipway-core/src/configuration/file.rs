//! The sections and keys of `shipway.toml`.
//!
//! A field is a key; its comment is what the JSON Schema says of it. What keys mean together is checked in
//! `check`, what is left out is filled in by `resolve`.

use schemars::{Schema, SchemaGenerator, json_schema};
use toml::de::DeValue;

use super::build_setting::{BuildSetting, GoSection, JavaSection, NodeSection, PythonSection, RustSection};
use super::paths::{BranchPattern, PathPattern, ProjectPath};
use super::reader::{Located, Optional, Place, Reading, Sections, Setting, section};
use super::store_url::StoreUrl;
use super::template::{LayerTemplate, NameTemplate};
use super::texts::{
    BuildVariableName, EndpointUrl, HiddenText, KmsKey, LayerDescription, LayerLicense, ProfileName, RoleArn,
    VariableName,
};
use super::values::{AliasSetting, LongSpan, Megabytes, Provider, RuntimeSetting, Seconds, Span, UnqualifiedCallers};
use crate::contract::UnknownRule;
use crate::names::{
    AccountId, Architecture, EnvironmentName, FunctionName, Handler, LayerName, LogicalName, ProjectName, Region,
};
use crate::plan::DriftRule;

section! {
    planned ["defaults", "gates", "notify", "flow", "hooks", "templates", "server"]
    /// The configuration of Shipway for one project: what its functions are, and where they run.
    struct ConfigurationFile {
        /// The project.
        project: Located<ProjectSection>,
        /// The functions, by logical name. A logical name is the same in every environment.
        #[schemars(default)]
        functions: Sections<LogicalName, FunctionSection>,
        /// The layers that are built here, by name.
        #[schemars(default)]
        layers: Sections<LogicalName, LayerSection>,
        /// The environments, by name.
        #[schemars(default)]
        environments: Sections<EnvironmentName, EnvironmentSection>,
    }
}

section! {
    planned ["flow", "shipway_version", "owner"]
    /// The project: a git repository, or a folder in one.
    struct ProjectSection {
        /// The project's name. It is part of the keys in the store, so it should not change.
        name: Located<ProjectName>,
    }
}

section! {
    planned ["layer", "smoke_test", "smoke", "hooks", "image", "dockerfile", "rollout", "owner", "dotnet"]
    elsewhere [
        ("name", "the name in AWS is `function_name`"),
        ("memory", "what the code needs at least is `requires = { memory = 256 }`; provisioning sets what it gets"),
        ("timeout", "what the code needs at least is `requires = { timeout = 10 }`; provisioning sets what it gets"),
        ("environment", VALUES_ARE_PROVISIONINGS),
        ("env", VALUES_ARE_PROVISIONINGS),
        ("requirements", "for Python it is `python = { requirements = \"…\" }`"),
        ("command", "it is `build = { command = […], output = \"…\" }`"),
        ("output", "it is `build = { command = […], output = \"…\" }`"),
        ("prebuilt", "it is `build = { prebuilt = \"…\" }`"),
        ("role", "provisioning sets a function's role")
    ]
    /// A function: a folder of code that becomes one Lambda function per environment.
    struct FunctionSection {
        /// The function's folder, relative to this file. Everything in it is an input of the build.
        path: Located<ProjectPath>,
        /// Lambda's name for the runtime, such as `python3.13`. Needed where Shipway creates the function (the
        /// local environment) or builds for it; checked against the live function elsewhere.
        runtime: Optional<RuntimeSetting>,
        /// The handler, such as `app.handler`.
        handler: Optional<Handler>,
        /// The processor architecture that the code is built for. Default: `x86_64`.
        architecture: Optional<Architecture>,
        /// How the function is built: `"auto"` (the default: Shipway looks at the folder), `"python"`, `"node"`,
        /// `"java"`, `"go"`, `"rust"` or `"ruby"`; or a table: `{ command = ["make", "package"], output = "dist" }` runs
        /// a command of your own, `{ prebuilt = "dist/app.zip" }` takes what is there already.
        build: Optional<BuildSetting>,
        /// Settings for Python.
        python: Optional<PythonSection>,
        /// Settings for Node.
        node: Optional<NodeSection>,
        /// Settings for Java.
        java: Optional<JavaSection>,
        /// Settings for Go.
        go: Optional<GoSection>,
        /// Settings for Rust.
        rust: Optional<RustSection>,
        /// Further inputs of the build: paths and globs relative to this file. A change in them is a change of
        /// the function.
        depends_on: Optional<Vec<PathPattern>>,
        /// Paths and globs, relative to the root of the package, that do not go into it.
        exclude: Optional<Vec<PathPattern>>,
        /// Paths and globs, relative to the root of the package, of files that are packed although they look
        /// like credentials, or as if they could not run there. `handler-in-layer`: a layer brings the handler's
        /// file. `blocked-runtime`: deploy although AWS is thought to take no code for the runtime.
        allow: Optional<Vec<PathPattern>>,
        /// Environment variables that the build tools get beyond the few they always do. Their values count as
        /// inputs of the build.
        build_environment: Optional<Vec<BuildVariableName>>,
        /// How long the build may take, such as `"10m"`. Default: `"15m"`.
        build_timeout: Optional<Span>,
        /// What the code needs of its configuration. Without it, the runtime and the handler alone are compared.
        requires: Optional<RequiresSection>,
        /// The name of the Lambda function where the environment's template does not fit; itself a template
        /// with `{function}`, `{project}` and `{environment}`.
        function_name: Optional<NameTemplate>,
        /// Templates for the names of several Lambda functions that one artifact serves. It is built once; each has a
        /// deployment, a ledger and a rollback of its own.
        function_names: Optional<Vec<NameTemplate>>,
        /// The layers of this file that the function is to have, in the order in which Lambda unpacks them. A local
        /// environment attaches them; elsewhere provisioning does, by the ARNs that `shipway layers list` offers.
        layers: Optional<Vec<LogicalName>>,
    }
}

section! {
    planned ["go", "rust", "owner"]
    elsewhere [
        ("name", "the name in AWS is `layer_name`"),
        ("runtime", "it is `runtimes = [\"…\"]`"),
        ("architecture", "it is `architectures = [\"…\"]`"),
        ("handler", "a layer has none"),
        ("requires", "a layer requires nothing; the functions that have it do")
    ]
    /// A layer: a folder of code or requirements that becomes one Lambda layer per environment. Each change is published
    /// as a new version; none is ever deleted.
    struct LayerSection {
        /// The layer's folder, relative to this file. Everything in it is an input of the build.
        path: Located<ProjectPath>,
        /// The runtimes that the layer suits, at most 15. It is built for the first.
        runtimes: Located<Vec<RuntimeSetting>>,
        /// The processors that the layer suits. It is built for the first. Default: `["x86_64"]`.
        architectures: Optional<Vec<Architecture>>,
        /// How the layer is built, as for a function. What Python, Node, Java and Ruby builders make is moved to where the
        /// runtime looks in a layer; what a command makes, or what is there already, has to lie as it should.
        build: Optional<BuildSetting>,
        /// Settings for Python.
        python: Optional<PythonSection>,
        /// Settings for Node.
        node: Optional<NodeSection>,
        /// Settings for Java.
        java: Optional<JavaSection>,
        /// Further inputs of the build: paths and globs relative to this file.
        depends_on: Optional<Vec<PathPattern>>,
        /// Paths and globs, relative to the root of the layer, that do not go into it.
        exclude: Optional<Vec<PathPattern>>,
        /// Paths and globs, relative to the root of the layer, of files that are packed although they look like
        /// credentials.
        allow: Optional<Vec<PathPattern>>,
        /// Environment variables that the build tools get beyond the few they always do. Their values count as inputs.
        build_environment: Optional<Vec<BuildVariableName>>,
        /// How long the build may take, such as `"10m"`. Default: `"15m"`.
        build_timeout: Optional<Span>,
        /// The layer's name where the environment's template does not fit; itself a template with `{layer}`, `{project}`
        /// and `{environment}`.
        layer_name: Optional<LayerTemplate>,
        /// What the layer is, in a sentence; shown by AWS.
        description: Optional<LayerDescription>,
        /// The layer's licence: an SPDX identifier, an address, or the text.
        license: Optional<LayerLicense>,
    }
}

const VALUES_ARE_PROVISIONINGS: &str = "provisioning sets variables: `requires = { environment = [\"NAME\"] }` says \
     which the code needs, and a local environment sets them in `[environments.local.functions.NAME]`";

section! {
    planned ["permissions", "ephemeral_storage"]
    /// What a function's code needs of its configuration, beyond what is read from its source.
    struct RequiresSection {
        /// Environment variables that must be set. What the source reads need not be repeated here; what is, blocks a
        /// deployment wherever it is missing.
        environment: Optional<Vec<VariableName>>,
        /// Environment variables that the source seems to need and gets on without.
        optional: Optional<Vec<VariableName>>,
        /// Environment variables that the source seems to read and that are not this function's business.
        ignore: Optional<Vec<VariableName>>,
        /// Memory in MB, at least.
        memory: Optional<Megabytes>,
        /// Timeout in seconds, at least.
        timeout: Optional<Seconds>,
        /// Layers that must be attached, by their names in AWS, in whatever version.
        layers: Optional<Vec<LayerName>>,
        /// Whether it must run in a VPC (`true`) or must not (`false`).
        vpc: Optional<bool>,
    }
}

section! {
    planned [
        "rollout", "gates", "layers", "smoke_test", "alarms", "approvals", "freeze",
        "promote_from", "reconcile", "on_update", "tags", "defaults", "require_clean"
    ]
    elsewhere [
        ("kms_key", "it is `store = { url = \"…\", kms_key = \"…\" }`"),
        ("bucket", "it is `store = \"s3://BUCKET/PREFIX\"`"),
        ("branch", "it is `branches = [\"…\"]`"),
        ("environment", "a local environment sets variables per function: `[environments.NAME.functions.NAME]`")
    ]
    /// An environment: where functions run, under which names, and who may put them there.
    struct EnvironmentSection {
        /// `"aws"` (the default), or `"local"`: the embedded Lambda on this machine, which needs no account.
        provider: Optional<Provider>,
        /// The branches that deploy here when CI names no environment, as globs: `*` stays within one part of a
        /// name, `**` crosses `/`.
        branches: Optional<Vec<BranchPattern>>,
        /// The AWS account, twelve digits. Shipway asks STS whose credentials it has, and stops when they are
        /// another account's.
        account: Optional<AccountId>,
        /// The AWS region.
        region: Optional<Region>,
        /// The profile of AWS's configuration files to take credentials from.
        profile: Optional<ProfileName>,
        /// The role to assume before anything else.
        role_arn: Optional<RoleArn>,
        /// The address of AWS's services, for stand-ins.
        endpoint_url: Optional<EndpointUrl>,
        /// Where artifacts and the ledger are kept: `"s3://BUCKET/PREFIX"`, or a table with `url` and `kms_key`.
        /// The local environment has a folder of its own: `file://.shipway/local/store`.
        store: Optional<StoreSetting>,
        /// Says that nobody deploys here from another machine, so that the store may be a folder. Default: `false`.
        single_machine: Optional<bool>,
        /// The template of the functions' names, with `{function}`, `{project}` and `{environment}`.
        /// Default: `"{function}"`.
        function_name: Optional<NameTemplate>,
        /// The template of the layers' names, with `{layer}`, `{project}` and `{environment}`. Default: `"{layer}"`.
        layer_name: Optional<LayerTemplate>,
        /// The alias that callers use, or `false` when they use the function itself. Default: `"live"`.
        alias: Optional<AliasSetting>,
        /// Whether Shipway creates an alias that is missing; otherwise it waits for provisioning to. Default: `false`; for a
        /// local environment, which nobody provisions, `true`.
        create_alias: Optional<bool>,
        /// What to do when a function has callers that use no alias: `"refuse"` (the default) or `"accept"`.
        unqualified: Optional<UnqualifiedCallers>,
        /// What to do when a function's variables cannot be read (no permission to decrypt them, say) and the code needs
        /// some: `"hold"` (the default) or `"proceed"`.
        on_unknown: Optional<UnknownRule>,
        /// What `reconcile` does about code that somebody else put on a function: `"report"` (the default) or
        /// `"restore"`.
        on_drift: Optional<DriftRule>,
        /// How long a deployment waits for provisioning before it is given up, such as `"12h"`. Default: `"7d"`.
        hold_for: Optional<LongSpan>,
        /// Whether anything is deployed here. Default: `true`.
        enabled: Optional<bool>,
        /// What differs for single functions.
        #[schemars(default)]
        functions: Sections<LogicalName, EnvironmentFunctionSection>,
    }
}

section! {
    planned ["rollout", "gates", "alias", "on_drift", "smoke_test", "alarms", "layers"]
    /// What differs for one function in one environment.
    struct EnvironmentFunctionSection {
        /// The Lambda function's name, where no template fits.
        name: Optional<FunctionName>,
        /// The names of several Lambda functions that one artifact serves here. It is built once; each has a deployment,
        /// a ledger and a rollback of its own.
        function_names: Optional<Vec<FunctionName>>,
        /// Whether the function is deployed here. Default: `true`.
        enabled: Optional<bool>,
        /// Local environment only: the function's environment variables. Elsewhere provisioning sets them.
        #[schemars(default)]
        environment: Sections<VariableName, HiddenText>,
        /// Local environment only: the function's memory in MB.
        memory: Optional<Megabytes>,
        /// Local environment only: the function's timeout in seconds.
        timeout: Optional<Seconds>,
    }
}

section! {
    planned []
    /// A store with its settings.
    struct StoreSection {
        /// The store's URL.
        url: Located<StoreUrl>,
        /// The KMS key that encrypts what is stored in S3: an id, an ARN, or `alias/NAME`.
        kms_key: Optional<KmsKey>,
    }
}

/// `store`: a URL or a table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct StoreSetting {
    pub(super) url: Located<StoreUrl>,
    pub(super) kms_key: Optional<KmsKey>,
}

impl Setting for StoreSetting {
    fn read(value: &DeValue<'_>, place: &Place, reading: &mut Reading<'_>) -> Option<Self> {
        match value {
            DeValue::String(_) => {
                let url = StoreUrl::read(value, place, reading)?;
                Some(Self { url: Located { value: url, place: place.clone() }, kms_key: None })
            }
            DeValue::Table(_) => {
                let section = StoreSection::read(value, place, reading)?;
                Some(Self { url: section.url, kms_key: section.kms_key })
            }
            _ => {
                reading.wrong_type(place, "a URL or a table with `url`", value);
                None
            }
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let url = <StoreUrl as Setting>::schema(generator);
        let section = generator.subschema_for::<StoreSection>();
        json_schema!({ "anyOf": [url, section] })
    }
}
