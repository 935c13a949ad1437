//! Configuration: `shipway.toml` read, checked and layered under flags and environment variables.
//!
//! Text comes in, values and located problems go out. The room reads no file and no environment, and knows
//! nothing of what is deployed. From the outside: [`ProjectConfiguration::parse`], [`choose_environment`],
//! [`resolve`].

mod build_setting;
mod check;
mod check_layers;
mod choose;
mod explain;
mod file;
mod layers;
mod naming;
mod paths;
mod problem;
mod project;
mod reader;
mod resolve;
mod resolve_builder;
mod resolve_function;
mod resolve_layer;
mod resolved;
mod schema;
mod source;
mod store_url;
mod template;
#[cfg(test)]
mod tests;
mod texts;
mod values;
mod variables;

pub use choose::choose_environment;
pub use explain::{Overridden, SettingWithOrigin};
pub use layers::{Flags, Layers, Origin, OutputFormat, Place, RunSettings, resolve_run};
pub use paths::{BranchPattern, PathPattern, ProjectPath};
pub use problem::{Problem, ProblemCode, Problems};
pub use project::ProjectConfiguration;
pub use resolve::resolve;
pub use resolved::{
    FunctionSettings, LocalFunction, MissingAlias, Requirements, ResolvedEnvironment, ResolvedFunction, ResolvedLayer,
    ResolvedTarget,
};
pub(crate) use schema::descriptions;
pub use schema::schema;
pub use source::Location;
pub use store_url::StoreUrl;
pub use texts::{BuildVariableName, EndpointUrl, HiddenText, KmsKey, PackageName, ProfileName, RoleArn, VariableName};
pub use values::{Megabytes, Provider, Seconds, UnqualifiedCallers, waiting_time};
pub use variables::EnvironmentVariable;
