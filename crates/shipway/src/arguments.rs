//! What can be typed. Nothing here has a default that a file or a variable could give: those live in the
//! configuration, where they cannot win over the file.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, value_parser};
use clap_complete::Shell;

mod terraform;

pub(crate) use terraform::{TerraformCheckArguments, TerraformCommand, TerraformInitArguments};

/// Continuous deployment for AWS Lambda: a commit becomes running code.
#[derive(Debug, Parser)]
#[command(name = "shipway", version, max_term_width = 110, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: GlobalArguments,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags that every command takes.
#[derive(Debug, Args)]
pub(crate) struct GlobalArguments {
    /// Work in this folder instead of the current one
    #[arg(short = 'C', long = "directory", value_name = "FOLDER", global = true)]
    pub(crate) directory: Option<PathBuf>,
    /// `text` for people, `json` for programs: standard output carries data alone
    #[arg(long, value_name = "FORMAT", global = true)]
    pub(crate) format: Option<String>,
    /// Say less: no progress, only warnings and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
}

/// Flags of the commands that work on an environment.
#[derive(Debug, Args, Clone, Default)]
pub(crate) struct EnvironmentArguments {
    /// The environment to work on; outside CI, `local` needs no naming
    #[arg(long = "env", value_name = "NAME")]
    pub(crate) environment: Option<String>,
    /// Another store than the configuration's
    #[arg(long, value_name = "URL")]
    pub(crate) store: Option<String>,
    /// Another region than the configuration's
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,
    /// The profile of AWS's configuration files
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// A role to assume
    #[arg(long, value_name = "ARN")]
    pub(crate) role_arn: Option<String>,
    /// Another address of AWS's services
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint_url: Option<String>,
    /// How many functions at the same time
    #[arg(long, value_name = "NUMBER")]
    pub(crate) concurrency: Option<String>,
}

/// What a plan is made under.
#[derive(Debug, Args, Clone, Default)]
pub(crate) struct PlanArguments {
    #[command(flatten)]
    pub(crate) environment: EnvironmentArguments,
    /// Only these functions
    #[arg(value_name = "FUNCTION")]
    pub(crate) functions: Vec<String>,
    /// Deploy a build that was rolled back from
    #[arg(long)]
    pub(crate) again: bool,
    /// Deploy over a commit of a diverged branch, or one that this clone does not have
    #[arg(long)]
    pub(crate) switch: bool,
    /// Move an alias that somebody else moved or gave weights
    #[arg(long)]
    pub(crate) restore: bool,
    /// None of the functions exists yet, and that is right: hold them all
    #[arg(long)]
    pub(crate) first: bool,
    /// Tell why each function was built, or was not
    #[arg(long)]
    pub(crate) explain: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find the functions in this repository and write a shipway.toml
    Init(InitArguments),
    /// Show what a deployment would do
    Plan(PlanArguments),
    /// Build and package, without deploying
    Build(BuildArguments),
    /// Build what changed and let it serve
    Deploy(DeployArguments),
    /// Record functions that run already; changes nothing
    Adopt(AdoptArguments),
    /// Go back to what served before
    Rollback(RollbackArguments),
    /// Finish what is held, and bring changed configurations to the callers
    Reconcile(ReconcileArguments),
    /// Give up deployments that wait for provisioning
    Cancel(CancelArguments),
    /// Show what runs where, and what is wanted but does not run
    Status(FunctionsArguments),
    /// Show everything that happened to the functions
    History(FunctionsArguments),
    /// Call a function the way its callers do
    Invoke(InvokeArguments),
    /// The layers: publish them, and show what is there to attach
    #[command(subcommand)]
    Layers(LayersCommand),
    /// Show what a function logged (local environments)
    Logs(LogsArguments),
    /// Show what the code needs of its configuration, with the lines that need it
    Contract(ContractArguments),
    /// Terraform and OpenTofu: what provisions the functions
    #[command(subcommand)]
    Terraform(TerraformCommand),
    /// Show what is in a package, largest first, or what changed between two
    Inspect(InspectArguments),
    /// Show the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// The embedded Lambda
    #[command(subcommand)]
    Local(LocalCommand),
    /// Write a completion script for a shell
    Completions(CompletionsArguments),
    /// The process between the embedded Lambda and a function
    #[command(name = SUPERVISE, hide = true)]
    Supervise(SuperviseArguments),
}

/// The hidden command that the embedded Lambda starts this program with.
pub(crate) const SUPERVISE: &str = "supervise-function";

/// `init`
#[derive(Debug, Args)]
pub(crate) struct InitArguments {
    /// The project's name; the folder's name if not given
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Start from a SAM or CloudFormation template, a serverless.yml or a function.json of lambroll
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<String>,
    /// Write over a shipway.toml that is there
    #[arg(long)]
    pub(crate) force: bool,
}

/// `build`
#[derive(Debug, Args)]
pub(crate) struct BuildArguments {
    #[command(flatten)]
    pub(crate) environment: EnvironmentArguments,
    /// Only these functions
    #[arg(value_name = "FUNCTION")]
    pub(crate) functions: Vec<String>,
    /// Tell why each function was built, or was not
    #[arg(long)]
    pub(crate) explain: bool,
}

/// `deploy`
#[derive(Debug, Args)]
pub(crate) struct DeployArguments {
    #[command(flatten)]
    pub(crate) plan: PlanArguments,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Show the plan and stop
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// End with 0 when something is held
    #[arg(long)]
    pub(crate) held_ok: bool,
    /// Deploy although this environment variable is not set; may be said several times, and is recorded
    #[arg(long, value_name = "VARIABLE", requires = "reason")]
    pub(crate) accept_missing: Vec<String>,
    /// Why a missing variable is all right
    #[arg(long, value_name = "TEXT", requires = "accept_missing")]
    pub(crate) reason: Option<String>,
    /// Wait so long for provisioning to add what is missing, such as `10m`
    #[arg(long, value_name = "TIME")]
    pub(crate) wait_provisioning: Option<String>,
}

/// `reconcile`
#[derive(Debug, Args)]
pub(crate) struct ReconcileArguments {
    #[command(flatten)]
    pub(crate) environment: EnvironmentArguments,
    /// Only these functions
    #[arg(value_name = "FUNCTION")]
    pub(crate) functions: Vec<String>,
    /// Go on, every 30 seconds, until interrupted
    #[arg(long)]
    pub(crate) watch: bool,
    /// Move back an alias that somebody else moved
    #[arg(long)]
    pub(crate) restore: bool,
    /// End with 0 when something is still held
    #[arg(long)]
    pub(crate) held_ok: bool,
    /// The KMS key that encrypts what is written to the store, where there is no shipway.toml to say so
    #[arg(long, value_name = "KEY")]
    pub(crate) kms_key: Option<String>,
}

/// `cancel`
#[derive(Debug, Args)]
pub(crate) struct CancelArguments {
    #[command(flatten)]
    pub(crate) environment: EnvironmentArguments,
    /// The functions whose held deployments end
    #[arg(value_name = "FUNCTION", required = true)]
    pub(crate) functions: Vec<String>,
}

/// `adopt`
#[derive(Debug, Args)]
pub(crate) struct AdoptArguments {
    #[command(flatten)]
    pub(crate) environment: EnvironmentArguments,
    /// Only these functions
    #[arg(value_name = "FUNCTION")]
    pub(crate) functions: Vec<String>,
}

/// `rollback`
#[derive(Debug, Args)]
pub(crate) struct RollbackArguments {
    #[command(flatten)]
    pub(crate) environment: EnvironmentArguments,
    /// Only these functions; what the last run deployed if none is named
    #[arg(value_name = "FUNCTION")]
    pub(crate) functions: Vec<String>,
    /// A deployment's id or a version's number to go back to, instead of the last success
    #[arg(long, value_name = "DEPLOYMENT|VERSION")]
    pub(crate) to: Option<String>,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
}

/// `status` and `history`
#[derive(Debug, Args)]
pub(crate) struct FunctionsArguments {
    #[command(flatten)]
    pub(crate) environment: EnvironmentArguments,
    /// Only these functions
    #[arg(value_name = "FUNCTION")]
    pub(crate) functions: Vec<String>,
}

/// `invoke`
#[derive(Debug, Args)]
pub(crate) struct InvokeArguments {
    #[command(flatten)]
    pub(crate) environment: EnvironmentArguments,
    /// The function
    #[arg(value_name = "FUNCTION")]
    pub(crate) function: String,
    /// What to send: JSON, `@FILE`, or `-` for standard input; `{}` if not given
    #[arg(long, value_name = "JSON")]
    pub(crate) payload: Option<String>,
}

/// `logs`
#[derive(Debug, Args)]
pub(crate) struct LogsArguments {
    #[command(flatten)]
    pub(crate) environment: EnvironmentArguments,
    /// The function
    #[arg(value_name = "FUNCTION")]
    pub(crate) function: String,
    /// Only the last lines
    #[arg(long, short = 'n', value_name = "LINES")]
    pub(crate) lines: Option<usize>,
}

/// `layers`
#[derive(Debug, Subcommand)]
pub(crate) enum LayersCommand {
    /// Build the layers and publish a new version of each whose contents changed
    Publish(LayersPublishArguments),
    /// Show the newest version of each layer, and which functions have it
    List(LayersListArguments),
}

/// `layers publish`
#[derive(Debug, Args)]
pub(crate) struct LayersPublishArguments {
    #[command(flatten)]
    pub(crate) environment: EnvironmentArguments,
    /// Only these layers
    #[arg(value_name = "LAYER")]
    pub(crate) layers: Vec<String>,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
}

/// `layers list`
#[derive(Debug, Args)]
pub(crate) struct LayersListArguments {
    #[command(flatten)]
    pub(crate) environment: EnvironmentArguments,
    /// Only these layers
    #[arg(value_name = "LAYER")]
    pub(crate) layers: Vec<String>,
}

/// `contract`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct ContractArguments {
    #[command(flatten)]
    pub(crate) environment: EnvironmentArguments,
    /// Only these functions
    #[arg(value_name = "FUNCTION")]
    pub(crate) functions: Vec<String>,
    #[command(subcommand)]
    pub(crate) command: Option<ContractCommand>,
}

/// `contract …`
#[derive(Debug, Subcommand)]
pub(crate) enum ContractCommand {
    /// Show what changed from one build's contract to another's
    Diff(ContractDiffArguments),
}

/// `contract diff`
#[derive(Debug, Args)]
pub(crate) struct ContractDiffArguments {
    #[command(flatten)]
    pub(crate) environment: EnvironmentArguments,
    /// `FUNCTION` for its sources, `FUNCTION@running`, `FUNCTION@wanted`, or the first digits of an artifact's digest
    #[arg(value_name = "A")]
    pub(crate) before: String,
    /// What it is compared with, in the same words
    #[arg(value_name = "B")]
    pub(crate) after: String,
}

/// `inspect`
#[derive(Debug, Args)]
pub(crate) struct InspectArguments {
    /// A zip or jar, a function (its newest build here), or the first digits of an artifact's digest
    #[arg(value_name = "ARTIFACT")]
    pub(crate) artifact: String,
    /// Another one: show what changed from the first to this
    #[arg(value_name = "ARTIFACT")]
    pub(crate) other: Option<String>,
    /// Draw a treemap into this HTML file
    #[arg(long, value_name = "FILE", conflicts_with = "other")]
    pub(crate) html: Option<PathBuf>,
    /// How many rows the table has
    #[arg(long, short = 'n', value_name = "ROWS", default_value_t = 30)]
    pub(crate) rows: usize,
    /// Judge it for this runtime, such as `python3.13`
    #[arg(long, value_name = "RUNTIME", conflicts_with = "other")]
    pub(crate) runtime: Option<String>,
    /// Judge it for this handler, such as `app.handler`
    #[arg(long, value_name = "HANDLER", conflicts_with = "other")]
    pub(crate) handler: Option<String>,
    /// Judge it for this processor: `x86_64` or `arm64`
    #[arg(long, value_name = "ARCHITECTURE", conflicts_with = "other")]
    pub(crate) architecture: Option<String>,
    /// Count this layer's zip against the size that Lambda unpacks; may be said several times
    #[arg(long = "layer", value_name = "ZIP", conflicts_with = "other")]
    pub(crate) layers: Vec<PathBuf>,
}

/// `config`
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Show every setting of an environment and where it comes from
    Show(ConfigShowArguments),
    /// Write the JSON Schema of shipway.toml
    Schema,
}

/// `config show`
#[derive(Debug, Args)]
pub(crate) struct ConfigShowArguments {
    #[command(flatten)]
    pub(crate) environment: EnvironmentArguments,
}

/// `local`
#[derive(Debug, Subcommand)]
pub(crate) enum LocalCommand {
    /// Offer the embedded Lambda to other programs (the AWS CLI, boto3) until interrupted
    Serve(ServeArguments),
}

/// A day, in milliseconds.
const LONGEST_DELAY: u64 = 86_400_000;

/// `local serve`
#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// The address to listen on; only this machine's own (127.0.0.1 or ::1) are taken; port 0 lets the system choose
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen: SocketAddr,
    /// The folder that holds its state; made if it is not there
    #[arg(long, value_name = "FOLDER")]
    pub(crate) dir: PathBuf,
    /// The address of an S3 that UpdateFunctionCode may read zips from, without credentials
    #[arg(long, value_name = "URL")]
    pub(crate) s3_endpoint_url: Option<String>,
    /// The region that it says it is
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,
    /// The account that it says it is
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) account: Option<String>,
    /// How long a new function is Pending
    #[arg(long, value_name = "MILLISECONDS", value_parser = value_parser!(u64).range(..=LONGEST_DELAY))]
    pub(crate) create_delay: Option<u64>,
    /// How long an update is InProgress
    #[arg(long, value_name = "MILLISECONDS", value_parser = value_parser!(u64).range(..=LONGEST_DELAY))]
    pub(crate) update_delay: Option<u64>,
    /// Refuse calls beyond AWS's rates: 15 a second, 100 of GetFunction
    #[arg(long)]
    pub(crate) throttle: bool,
}

/// `completions`
#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub(crate) shell: Shell,
}

/// The hidden command.
#[derive(Debug, Args)]
pub(crate) struct SuperviseArguments {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) arguments: Vec<std::ffi::OsString>,
}
