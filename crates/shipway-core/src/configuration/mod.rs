//! Configuration: `shipway.toml` read, checked and layered under flags and environment variables.
//!
//! Text comes in, values and located problems go out. The room reads no file and no environment, and knows
//! nothing of what is deployed. From the outside: [`ProjectConfiguration::parse`], [`choose_environment`],
//! [`resolve`].

mod check;
mod file;
mod layers;
mod paths;
mod problem;
mod project;
mod reader;
mod resolve;
mod source;
mod store_url;
mod template;
#[cfg(test)]
mod tests;
mod values;
mod variables;

pub use layers::{Flags, Layers, Origin, OutputFormat, RunSettings, resolve_run};
pub use paths::{BranchPattern, PathMatcher, PathPattern, ProjectPath};
pub use problem::{Problem, ProblemCode, Problems};
pub use project::ProjectConfiguration;
pub use resolve::{
    Builder, FunctionSettings, LocalFunction, MissingAlias, Overridden, Requirements, ResolvedEnvironment,
    ResolvedFunction, SettingWithOrigin, choose_environment, resolve,
};
pub use source::Location;
pub use store_url::StoreUrl;
pub use values::{
    BuildVariableName, EndpointUrl, HiddenText, KmsKey, Megabytes, ProfileName, Provider, RoleArn, Seconds,
    UnqualifiedCallers, VariableName,
};
pub use variables::EnvironmentVariable;
