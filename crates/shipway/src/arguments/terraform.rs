//! What can be typed after `shipway terraform`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::EnvironmentArguments;

/// `terraform`
#[derive(Debug, Subcommand)]
pub(crate) enum TerraformCommand {
    /// Write a configuration that makes the functions of an environment
    Init(TerraformInitArguments),
    /// Refuse a plan that takes away what a deployed build needs
    Check(TerraformCheckArguments),
}

/// `terraform init`
#[derive(Debug, Args)]
pub(crate) struct TerraformInitArguments {
    #[command(flatten)]
    pub(crate) environment: EnvironmentArguments,
    /// Only these functions
    #[arg(value_name = "FUNCTION")]
    pub(crate) functions: Vec<String>,
    /// The folder to write into; `infra/ENVIRONMENT` if not given
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// Where the module is that makes a function
    #[arg(long, value_name = "SOURCE")]
    pub(crate) module: Option<String>,
    /// Write over files that are there
    #[arg(long)]
    pub(crate) force: bool,
}

/// `terraform check`
#[derive(Debug, Args)]
pub(crate) struct TerraformCheckArguments {
    #[command(flatten)]
    pub(crate) environment: EnvironmentArguments,
    /// What `terraform show -json` printed of the plan; `-` for standard input
    #[arg(value_name = "PLAN.json")]
    pub(crate) plan: PathBuf,
}
