//! From settings to ports: the one place that knows which adapters an environment has.

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use shipway_aws::{
    Clients, ConnectError, CredentialsSource, EmbeddedEndpoint, EmbeddedProvisioner, Endpoints, S3Location, SdkLambda,
    Settings, StsIdentity,
};
use shipway_core::configuration::{Provider, ResolvedEnvironment, StoreUrl};
use shipway_engine::budget::{BudgetedHousekeeping, BudgetedLambda, Rates};
use shipway_engine::context::Ports;
use shipway_engine::ports::{Lambda, Machine as _, Reporter, Store};
use shipway_host::{
    ArtifactFolder, BuildCacheFolder, BuildTools, CallerEnvironment, FileStore, FolderPackager, GitProgram,
    ProjectReader, ProjectSources, SystemClock, SystemEntropy, ThisMachine, WorkTree,
};
use shipway_local::executor::ExecutorSettings;
use shipway_local::{Announce, LocalLambda, LocalSettings, ObjectFolder, find_serving, serve};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::arguments::{EnvironmentArguments, SUPERVISE};
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::project::Project;

/// Under which name the embedded Lambda sees the local store's folder.
const LOCAL_BUCKET: &str = "local";

/// Where the embedded Lambda of a project keeps its state.
pub(crate) fn lambda_folder(project: &Project) -> PathBuf {
    project.machine_folder().join("local").join("lambda")
}

/// Everything that an environment's operations stand on, kept alive while they run.
pub(crate) struct Connection {
    rates: Rates,
    lambda: SdkLambda,
    store: Box<dyn Store>,
    identity: Option<StsIdentity>,
    embedded: Option<Embedded>,
    git: GitProgram,
    sources: ProjectSources,
    reader: ProjectReader,
    toolchain: BuildTools,
    packager: FolderPackager,
    cache: BuildCacheFolder,
    files: ArtifactFolder,
    clock: SystemClock,
    machine: ThisMachine,
    /// Where zips are kept that are fetched for a store without a project; gone with the connection.
    _scratch: Option<TempDir>,
}

/// A store, and no project.
#[derive(Debug)]
pub(crate) struct StoreAlone<'a> {
    /// Its URL.
    pub(crate) url: &'a str,
    /// What the command line says of AWS.
    pub(crate) flags: &'a EnvironmentArguments,
    /// The key that encrypts what is written to it.
    pub(crate) kms_key: Option<&'a str>,
}

/// The embedded Lambda that a connection leads to.
struct Embedded {
    endpoint: EmbeddedEndpoint,
    region: shipway_core::names::Region,
    /// `None` when another process serves the folder.
    here: Option<(LocalLambda, JoinHandle<()>)>,
}

impl Connection {
    /// Makes the adapters. Nobody is called yet, but an embedded Lambda that no process serves is started.
    pub(crate) async fn open(
        project: &Project,
        resolved: &ResolvedEnvironment,
        invocation: &Invocation,
        threads: Option<NonZeroUsize>,
    ) -> Result<Self, Failure> {
        let machine_folder = project.machine_folder();
        let artifacts = machine_folder.join("artifacts");
        keep_out_of_git(&machine_folder)?;
        create_folder(&artifacts)?;
        let embedded = match resolved.provider {
            Provider::Aws => None,
            Provider::Local => Some(Embedded::start(project, resolved, invocation).await?),
        };
        let clients = Clients::connect(aws_settings(resolved, embedded.as_ref(), invocation))
            .await
            .map_err(|error| Failure::Connect(Box::new(error)))?;
        let environment = CallerEnvironment::new(invocation.environment.clone());
        let packager = FolderPackager::new(&machine_folder);
        let work_tree = WorkTree::remembering(&project.folder, environment.clone(), &machine_folder);
        Ok(Self {
            rates: if embedded.is_some() { Rates::EMBEDDED } else { Rates::AWS },
            lambda: clients.lambda(artifacts.clone()),
            store: project_store(project, resolved, &clients, &artifacts)?,
            identity: embedded.is_none().then(|| clients.identity()),
            embedded,
            git: GitProgram::new(&project.folder, &environment).with_work_tree(work_tree.clone()),
            sources: ProjectSources::of(work_tree),
            reader: ProjectReader::new(&project.folder),
            toolchain: BuildTools::new(&project.folder, &std::env::temp_dir(), environment.clone()),
            packager: match threads {
                Some(threads) => packager.with_threads(threads),
                None => packager,
            },
            cache: BuildCacheFolder::new(&machine_folder),
            files: ArtifactFolder::new(&machine_folder),
            clock: SystemClock::start(),
            machine: this_machine(invocation),
            _scratch: None,
        })
    }

    /// Makes the adapters for a store in AWS's reach of which no project is at hand. There is nothing to build from.
    pub(crate) async fn open_store(alone: &StoreAlone<'_>, invocation: &Invocation) -> Result<Self, Failure> {
        let url: StoreUrl = alone
            .url
            .parse()
            .map_err(|error| Failure::usage(format!("{error}"), "such as `--store s3://BUCKET/PREFIX`"))?;
        let scratch = tempfile::Builder::new().prefix("shipway-").tempdir().map_err(|source| Failure::File {
            attempt: "creating a folder in",
            path: std::env::temp_dir(),
            source,
        })?;
        let folder = scratch.path().to_owned();
        let artifacts = folder.join("artifacts");
        create_folder(&artifacts)?;
        let clients =
            Clients::connect(store_settings(alone.flags, invocation)?).await.map_err(|error| match error {
                ConnectError::NoRegion => {
                    Failure::usage(error.to_string(), "the store's region: `--region eu-west-1`, or AWS_REGION")
                }
                error => Failure::Connect(Box::new(error)),
            })?;
        let environment = CallerEnvironment::new(invocation.environment.clone());
        let work_tree = WorkTree::new(&folder, environment.clone());
        Ok(Self {
            rates: Rates::AWS,
            lambda: clients.lambda(artifacts.clone()),
            store: match &url {
                StoreUrl::File { folder } => Box::new(FileStore::open(&invocation.directory.join(folder))?),
                StoreUrl::S3 { .. } => bucket(&url, "correct `--store`", alone.kms_key, &clients, &artifacts)?,
            },
            identity: Some(clients.identity()),
            embedded: None,
            git: GitProgram::new(&folder, &environment).with_work_tree(work_tree.clone()),
            sources: ProjectSources::of(work_tree),
            reader: ProjectReader::new(&folder),
            toolchain: BuildTools::new(&folder, &std::env::temp_dir(), environment.clone()),
            packager: FolderPackager::new(&folder),
            cache: BuildCacheFolder::new(&folder),
            files: ArtifactFolder::new(&folder),
            clock: SystemClock::start(),
            machine: this_machine(invocation),
            _scratch: Some(scratch),
        })
    }

    /// Runs `work` with ports on this connection.
    pub(crate) async fn with_ports<T>(
        &self,
        reporter: &dyn Reporter,
        work: impl AsyncFnOnce(&Ports<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.with_housekeeping(reporter, async |ports, _| work(ports).await).await
    }

    /// The same, with the ports that look closely and delete versions beside them: no deployment is given those.
    pub(crate) async fn with_housekeeping<T>(
        &self,
        reporter: &dyn Reporter,
        work: impl AsyncFnOnce(&Ports<'_>, &BudgetedHousekeeping<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let entropy = SystemEntropy;
        let lambda = BudgetedLambda::new(&self.lambda as &dyn Lambda, &self.clock, &entropy, self.rates);
        let provisioner = match &self.embedded {
            Some(embedded) => Some(
                EmbeddedProvisioner::new(&embedded.endpoint, embedded.region.clone(), &self.clock)
                    .await
                    .map_err(|error| Failure::Connect(Box::new(error)))?,
            ),
            None => None,
        };
        let ports = Ports {
            lambda: &lambda,
            store: self.store.as_ref(),
            identity: self.identity.as_ref().map(|identity| identity as _),
            provisioner: provisioner.as_ref().map(|provisioner| provisioner as _),
            git: &self.git,
            sources: &self.sources,
            reader: &self.reader,
            toolchain: &self.toolchain,
            packager: &self.packager,
            cache: &self.cache,
            files: &self.files,
            clock: &self.clock,
            entropy: &entropy,
            machine: &self.machine,
            reporter,
        };
        let housekeeping = BudgetedHousekeeping::new(&lambda, &self.lambda, &self.lambda);
        work(&ports, &housekeeping).await
    }

    /// Ends what was started for this command alone.
    pub(crate) async fn close(self) {
        if let Some((local, server)) = self.embedded.and_then(|embedded| embedded.here) {
            local.shutdown().await;
            // A server that cannot end cleanly ends with the process.
            let _ = server.await;
        }
    }
}

impl Embedded {
    async fn start(
        project: &Project,
        resolved: &ResolvedEnvironment,
        invocation: &Invocation,
    ) -> Result<Self, Failure> {
        let folder = lambda_folder(project);
        let region = resolved.region.clone();
        if let Some(address) = find_serving(&folder) {
            let endpoint = EmbeddedEndpoint::new(address).map_err(|error| Failure::Embedded(Box::new(error)))?;
            return Ok(Self { endpoint, region, here: None });
        }
        let mut settings = local_settings(invocation, region.as_str(), &project.machine_folder())?;
        settings.account = resolved.account.to_string();
        if let StoreUrl::File { folder } = &resolved.store {
            let path = project.folder.join(folder);
            settings.objects.folder = Some(ObjectFolder { bucket: LOCAL_BUCKET.to_owned(), path });
        }
        create_folder(&folder)?;
        let failed = |error: Box<dyn std::error::Error>| Failure::Embedded(error);
        let local = LocalLambda::open(&folder, settings)?;
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
            .await
            .map_err(|error| failed(Box::new(error)))?;
        let address = listener.local_addr().map_err(|error| failed(Box::new(error)))?;
        let endpoint = EmbeddedEndpoint::new(address).map_err(|error| failed(Box::new(error)))?;
        let served = local.clone();
        let server = tokio::spawn(async move {
            // What goes wrong in serving shows as calls that fail.
            let _ = serve(listener, served, Announce::No).await;
        });
        Ok(Self { endpoint, region, here: Some((local, server)) })
    }
}

/// Settings of an embedded Lambda that this program runs functions for, under itself as their supervisor.
pub(crate) fn local_settings(invocation: &Invocation, region: &str, scratch: &Path) -> Result<LocalSettings, Failure> {
    let program = std::env::current_exe().map_err(|source| Failure::Embedded(Box::new(source)))?;
    let supervisor = vec![program.into_os_string(), OsString::from(SUPERVISE), OsString::from("--")];
    let path = invocation.environment.get(&OsString::from("PATH")).cloned().unwrap_or_default();
    let scratch = std::path::absolute(scratch.join("functions")).map_err(|source| Failure::File {
        attempt: "finding",
        path: scratch.to_owned(),
        source,
    })?;
    let mut executor = ExecutorSettings::new(supervisor, scratch, path);
    executor.tool_environment = CallerEnvironment::new(invocation.environment.clone()).for_tool(&[]);
    Ok(LocalSettings::new(region, executor))
}

fn aws_settings(resolved: &ResolvedEnvironment, embedded: Option<&Embedded>, invocation: &Invocation) -> Settings {
    if let Some(embedded) = embedded {
        return Settings::embedded(&embedded.endpoint, embedded.region.clone());
    }
    Settings {
        region: Some(resolved.region.clone()),
        profile: resolved.profile.as_ref().map(|profile| profile.as_str().to_owned()),
        role_arn: resolved.role_arn.as_ref().map(|role| role.as_str().to_owned()),
        role_session_name: session_name(invocation),
        endpoints: Endpoints {
            general: resolved.endpoint_url.as_ref().map(|url| url.as_str().to_owned()),
            // A service's own address wins over the general one, wherever that was said.
            lambda: invocation.variable("AWS_ENDPOINT_URL_LAMBDA").map(str::to_owned),
            s3: invocation.variable("AWS_ENDPOINT_URL_S3").map(str::to_owned),
            sts: invocation.variable("AWS_ENDPOINT_URL_STS").map(str::to_owned),
        },
        credentials: CredentialsSource::DefaultChain,
    }
}

/// Settings for a store without a project: flags, then what AWS's own variables and files say.
fn store_settings(flags: &EnvironmentArguments, invocation: &Invocation) -> Result<Settings, Failure> {
    let given = |flag: &Option<String>, variable: &str| {
        flag.clone().or_else(|| invocation.variable(variable).map(str::to_owned))
    };
    let region = given(&flags.region, "AWS_REGION");
    let region = region.map(|region| region.parse()).transpose();
    Ok(Settings {
        region: region.map_err(|error| Failure::usage(format!("{error}"), "such as `--region eu-west-1`"))?,
        profile: given(&flags.profile, "AWS_PROFILE"),
        role_arn: flags.role_arn.clone(),
        role_session_name: session_name(invocation),
        endpoints: Endpoints {
            general: given(&flags.endpoint_url, "AWS_ENDPOINT_URL"),
            lambda: invocation.variable("AWS_ENDPOINT_URL_LAMBDA").map(str::to_owned),
            s3: invocation.variable("AWS_ENDPOINT_URL_S3").map(str::to_owned),
            sts: invocation.variable("AWS_ENDPOINT_URL_STS").map(str::to_owned),
        },
        credentials: CredentialsSource::DefaultChain,
    })
}

/// Who runs this, `ada@laptop`, as entries of the ledger are signed.
pub(crate) fn who(invocation: &Invocation) -> String {
    this_machine(invocation).writer().to_string()
}

/// What CloudTrail shows as the role's session: who deploys.
fn session_name(invocation: &Invocation) -> String {
    let allowed = |character: &char| character.is_ascii_alphanumeric() || "+=,.@_-".contains(*character);
    let user: String = user(invocation).chars().filter(allowed).take(48).collect();
    format!("shipway-{user}")
}

fn user(invocation: &Invocation) -> String {
    let named = invocation.variable("GITHUB_ACTOR").or_else(|| invocation.variable("GITLAB_USER_LOGIN"));
    named
        .or_else(|| invocation.variable("USER"))
        .or_else(|| invocation.variable("LOGNAME"))
        .map_or_else(shipway_host::numbered_user, str::to_owned)
}

fn this_machine(invocation: &Invocation) -> ThisMachine {
    let github = || {
        let server = invocation.variable("GITHUB_SERVER_URL")?;
        let repository = invocation.variable("GITHUB_REPOSITORY")?;
        let run = invocation.variable("GITHUB_RUN_ID")?;
        Some(format!("{server}/{repository}/actions/runs/{run}"))
    };
    let run = github()
        .or_else(|| invocation.variable("CI_JOB_URL").map(str::to_owned))
        .or_else(|| invocation.variable("BUILD_URL").map(str::to_owned));
    ThisMachine::look(format!("shipway {}", env!("CARGO_PKG_VERSION")), user(invocation), run)
}

fn project_store(
    project: &Project,
    resolved: &ResolvedEnvironment,
    clients: &Clients,
    artifacts: &Path,
) -> Result<Box<dyn Store>, Failure> {
    match &resolved.store {
        StoreUrl::File { folder } => {
            let store = FileStore::open(&project.folder.join(folder))?;
            Ok(match resolved.provider {
                Provider::Local => Box::new(store.seen_by_lambda_as(LOCAL_BUCKET)),
                Provider::Aws => Box::new(store),
            })
        }
        url @ StoreUrl::S3 { .. } => {
            let kms_key = resolved.kms_key.as_ref().map(|key| key.as_str());
            bucket(url, "correct the environment's `store`", kms_key, clients, artifacts)
        }
    }
}

/// A store in S3; `hint` says where its URL comes from.
fn bucket(
    url: &StoreUrl,
    hint: &str,
    kms_key: Option<&str>,
    clients: &Clients,
    artifacts: &Path,
) -> Result<Box<dyn Store>, Failure> {
    let location: S3Location = url.to_string().parse().map_err(|error| Failure::usage(format!("{error}"), hint))?;
    Ok(Box::new(clients.s3_store(location, kms_key.map(str::to_owned), artifacts.to_owned())))
}

/// The folder of this machine's own state says by itself that it is not to be committed.
fn keep_out_of_git(folder: &Path) -> Result<(), Failure> {
    create_folder(folder)?;
    let path = folder.join(".gitignore");
    if path.exists() {
        return Ok(());
    }
    std::fs::write(&path, "*\n").map_err(|source| Failure::File { attempt: "writing", path, source })
}

fn create_folder(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|source| Failure::File {
        attempt: "creating",
        path: folder.to_owned(),
        source,
    })
}
