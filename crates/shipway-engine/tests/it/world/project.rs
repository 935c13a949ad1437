//! The project that is deployed, its history, and the processes that deploy it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use shipway_core::build::{FunctionBuild, Platform, Product};
use shipway_core::build_cache::CacheAccess;
use shipway_core::builder::{Builder, NodeSettings};
use shipway_core::contract::{Contract, Corrections, UnknownRule};
use shipway_core::exit::ExitCode;
use shipway_core::layer::LayerLayout;
use shipway_core::names::{Architecture, Commit, LogicalName, Serving, Target};
use shipway_core::plan::{Again, CreateAlias, DriftRule, Restore, RollbackTo, Switch, UnqualifiedRule};
use shipway_core::target_name::TargetName;
use shipway_engine::OperationError;
use shipway_engine::budget::{BudgetedLambda, Rates};
use shipway_engine::context::{Environment, Function, Layer, LocalSettings, Patience, Ports, Upload};
use shipway_engine::operations::{
    self, DeployOptions, First, FunctionHistory, LayerReport, Outcome, Provisioning, ReconcileOptions, RunReport,
};

use super::state::{ACCOUNT, REGION};
use super::{Handle, Process, World};

/// How an operation ended.
pub(crate) type Ended = Result<RunReport, OperationError>;

/// What is checked out, and on which machine.
#[derive(Debug, Clone)]
pub(crate) struct Checkout {
    pub(crate) host: String,
    pub(crate) commit: Commit,
    texts: BTreeMap<LogicalName, String>,
}

impl Checkout {
    /// The commit on the machine `laptop`.
    pub(crate) fn of(name: char) -> Self {
        Self { host: "laptop".to_owned(), commit: commit(name), texts: BTreeMap::new() }
    }

    pub(crate) fn on(self, host: &str) -> Self {
        Self { host: host.to_owned(), ..self }
    }

    /// With other source for a function than the commit's own.
    pub(crate) fn with(mut self, function: &str, text: &str) -> Self {
        self.texts.insert(function.parse().unwrap(), text.to_owned());
        self
    }

    /// The source of a function: of its own for each commit.
    pub(crate) fn text(&self, function: &LogicalName) -> String {
        let own = || format!("{function} at {}\n", &self.commit.as_str()[..1]);
        self.texts.get(function).cloned().unwrap_or_else(own)
    }
}

/// A commit by one of the letters `a` to `f`.
pub(crate) fn commit(name: char) -> Commit {
    name.to_string().repeat(40).parse().unwrap()
}

/// ```text
/// a ── b ── c ── d
///  └── e
/// ```
/// `f` is in no clone.
pub(super) fn history() -> BTreeMap<Commit, Vec<Commit>> {
    let parents = |of: &[char]| of.iter().map(|name| commit(*name)).collect::<Vec<_>>();
    BTreeMap::from([
        (commit('a'), parents(&[])),
        (commit('b'), parents(&['a'])),
        (commit('c'), parents(&['b'])),
        (commit('d'), parents(&['c'])),
        (commit('e'), parents(&['a'])),
    ])
}

/// The zip of a source: the same without comments.
pub(crate) fn zip_of(text: &str) -> Vec<u8> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    format!("PK {}", lines.join("\n")).into_bytes()
}

/// The project's settings for the environment `dev`.
#[derive(Debug, Clone)]
pub(crate) struct Project {
    pub(crate) name: &'static str,
    pub(crate) functions: Vec<String>,
    pub(crate) alias: Option<&'static str>,
    pub(crate) create_alias: CreateAlias,
    pub(crate) unqualified: UnqualifiedRule,
    pub(crate) cache: CacheAccess,
    pub(crate) upload: Upload,
    pub(crate) variables: BTreeSet<String>,
    pub(crate) on_drift: DriftRule,
    pub(crate) rates: Rates,
    pub(crate) patience: Patience,
    pub(crate) concurrency: usize,
    /// Each function is to have them all.
    pub(crate) layers: Vec<String>,
}

impl Default for Project {
    /// One function, `orders`, behind the alias `live`.
    fn default() -> Self {
        Self {
            name: "shop",
            functions: vec!["orders".to_owned()],
            alias: Some("live"),
            create_alias: CreateAlias::Wait,
            unqualified: UnqualifiedRule::Refuse,
            cache: CacheAccess::ReadAndWrite,
            upload: Upload::Direct,
            variables: BTreeSet::new(),
            on_drift: DriftRule::Report,
            rates: Rates::EMBEDDED,
            patience: Patience { lambda: Duration::from_secs(60), target: Duration::from_secs(600) },
            concurrency: 8,
            layers: Vec::new(),
        }
    }
}

impl Project {
    pub(crate) fn environment(&self) -> Environment {
        Environment {
            project: self.name.parse().unwrap(),
            name: "dev".parse().unwrap(),
            account: ACCOUNT.parse().unwrap(),
            region: REGION.parse().unwrap(),
            create_alias: self.create_alias,
            unqualified: self.unqualified,
            on_unknown: UnknownRule::Hold,
            on_drift: self.on_drift,
            hold_for: Duration::from_secs(3600),
            cache: self.cache,
            upload: self.upload,
            patience: self.patience,
            concurrency: self.concurrency,
            functions: self.functions.iter().map(|name| self.function(name)).collect(),
            layers: self.layers.iter().map(|name| self.layer(name)).collect(),
        }
    }

    fn layer(&self, name: &str) -> Layer {
        let function = self.function(name);
        let layout = LayerLayout::AsItIs;
        Layer {
            name: name.parse().unwrap(),
            layer_name: format!("{name}-dev").parse().unwrap(),
            build: FunctionBuild { product: Product::Layer { layout }, ..function.build },
            runtimes: vec!["python3.13".parse().unwrap()],
            architectures: vec![Architecture::X86_64],
            description: None,
            license: None,
        }
    }

    pub(crate) fn function(&self, name: &str) -> Function {
        let contract = Contract {
            environment: self.variables.clone(),
            ..Contract::new("python3.13".parse().unwrap(), "app.handler".parse().unwrap())
        };
        let name: TargetName = name.parse().unwrap();
        let build = FunctionBuild {
            function: name.function().clone(),
            folder: format!("functions/{}", name.function()),
            builder: Builder::Node(NodeSettings::default()),
            runtime: contract.runtime.clone(),
            handler: contract.handler.clone(),
            platform: Platform::Lambda { architecture: Architecture::X86_64 },
            depends_on: Vec::new(),
            exclude: Vec::new(),
            allow: Vec::new(),
            variables: Vec::new(),
            timeout_seconds: 60,
            corrections: Corrections::default(),
            contract,
            product: Product::Function,
        };
        let target = self.target(&name.to_string());
        Function {
            name,
            build,
            target,
            layers: self.layers.iter().map(|layer| layer.parse().unwrap()).collect(),
            local: LocalSettings::default(),
        }
    }

    /// The target of a function, or of one of the several that its artifact serves: `orders:orders-eu`.
    pub(crate) fn target(&self, function: &str) -> Target {
        let function = function.rsplit(':').next().unwrap();
        Target {
            account: ACCOUNT.parse().unwrap(),
            region: REGION.parse().unwrap(),
            function: format!("{function}-dev").parse().unwrap(),
            serving: self.alias.map_or(Serving::Latest, |alias| Serving::Alias(alias.parse().unwrap())),
        }
    }
}

/// What is reconciled.
pub(crate) enum Scope {
    /// The functions of a checkout.
    Checkout(Checkout),
    /// All that the store knows, without one.
    Store,
}

/// Nothing special is allowed.
pub(crate) fn options() -> DeployOptions {
    DeployOptions {
        again: Again::No,
        switch: Switch::No,
        restore: Restore::No,
        first: First::Suspicious,
        provisioning: Provisioning::Now,
        accepted: BTreeMap::new(),
    }
}

fn ports<'a>(process: &'a Process, lambda: &'a BudgetedLambda<'a>) -> Ports<'a> {
    Ports {
        lambda,
        store: process,
        identity: Some(process),
        provisioner: None,
        git: process,
        sources: process,
        reader: process,
        toolchain: process,
        packager: process,
        cache: process,
        files: process,
        clock: process,
        entropy: process,
        machine: process,
        reporter: process,
    }
}

impl World {
    pub(crate) fn start_deploy(&self, project: &Project, checkout: Checkout, options: DeployOptions) -> Handle<Ended> {
        let (environment, rates) = (project.environment(), project.rates);
        self.start(checkout, |process| async move {
            let lambda = BudgetedLambda::new(&process, &process, &process, rates);
            let ports = ports(&process, &lambda);
            let prepared = operations::prepare(&ports, &environment, &options).await?;
            Ok(operations::deploy(&ports, &environment, &options, prepared).await)
        })
    }

    pub(crate) fn start_rollback(&self, project: &Project, checkout: Checkout, to: RollbackTo) -> Handle<Ended> {
        let (environment, rates) = (project.environment(), project.rates);
        self.start(checkout, |process| async move {
            let lambda = BudgetedLambda::new(&process, &process, &process, rates);
            operations::rollback(&ports(&process, &lambda), &environment, &to).await
        })
    }

    pub(crate) fn start_adopt(&self, project: &Project, checkout: Checkout) -> Handle<Ended> {
        let (environment, rates) = (project.environment(), project.rates);
        self.start(checkout, |process| async move {
            let lambda = BudgetedLambda::new(&process, &process, &process, rates);
            operations::adopt(&ports(&process, &lambda), &environment).await
        })
    }

    /// Publishes the project's layers and waits for the end.
    pub(crate) fn publish_layers(&self, project: &Project, checkout: Checkout) -> Vec<LayerReport> {
        let process = self.start_publish_layers(project, checkout);
        self.run();
        process.ended().unwrap()
    }

    pub(crate) fn start_publish_layers(
        &self,
        project: &Project,
        checkout: Checkout,
    ) -> Handle<Result<Vec<LayerReport>, OperationError>> {
        let (environment, rates) = (project.environment(), project.rates);
        self.start(checkout, |process| async move {
            let lambda = BudgetedLambda::new(&process, &process, &process, rates);
            operations::publish_layers(&ports(&process, &lambda), &environment).await
        })
    }

    pub(crate) fn start_reconcile(&self, project: &Project, scope: Scope, restore: Restore) -> Handle<Ended> {
        let (environment, rates) = (project.environment(), project.rates);
        let (checkout, by_store) = match scope {
            Scope::Checkout(checkout) => (checkout, false),
            Scope::Store => (Checkout::of('f'), true),
        };
        self.start(checkout, move |process| async move {
            let lambda = BudgetedLambda::new(&process, &process, &process, rates);
            let ports = ports(&process, &lambda);
            let options = ReconcileOptions { restore, concurrency: 4 };
            let (targets, head) = if by_store {
                (operations::of_store(&ports).await?, None)
            } else {
                (operations::of_environment(&environment), Some(ports.git.head().await.unwrap()))
            };
            Ok(operations::reconcile(&ports, &targets, head.as_ref(), &options).await)
        })
    }

    /// Reconciles everything that the store knows, without a checkout, and waits for the end.
    pub(crate) fn reconcile(&self, project: &Project) -> Ended {
        self.reconcile_with(project, Scope::Store, Restore::No)
    }

    pub(crate) fn reconcile_with(&self, project: &Project, scope: Scope, restore: Restore) -> Ended {
        let process = self.start_reconcile(project, scope, restore);
        self.run();
        process.ended()
    }

    /// Gives up what is held, and waits for the end.
    pub(crate) fn cancel(&self, project: &Project) -> Ended {
        let (environment, rates) = (project.environment(), project.rates);
        let process = self.start(Checkout::of('a'), |process| async move {
            let lambda = BudgetedLambda::new(&process, &process, &process, rates);
            let targets = operations::of_environment(&environment);
            Ok(operations::cancel(&ports(&process, &lambda), &targets, 4).await)
        });
        self.run();
        process.ended()
    }

    /// Deploys and waits for the end.
    pub(crate) fn deploy(&self, project: &Project, checkout: Checkout) -> Ended {
        self.deploy_with(project, checkout, options())
    }

    pub(crate) fn deploy_with(&self, project: &Project, checkout: Checkout, options: DeployOptions) -> Ended {
        let process = self.start_deploy(project, checkout, options);
        self.run();
        process.ended()
    }

    pub(crate) fn rollback(&self, project: &Project, to: RollbackTo) -> Ended {
        let process = self.start_rollback(project, Checkout::of('a'), to);
        self.run();
        process.ended()
    }

    pub(crate) fn adopt(&self, project: &Project) -> Ended {
        let process = self.start_adopt(project, Checkout::of('a'));
        self.run();
        process.ended()
    }
}

impl World {
    /// The history of every function.
    pub(crate) fn history(&self, project: &Project) -> Vec<FunctionHistory> {
        let (environment, rates) = (project.environment(), project.rates);
        let process = self.start(Checkout::of('a'), |process| async move {
            let lambda = BudgetedLambda::new(&process, &process, &process, rates);
            operations::history(&ports(&process, &lambda), &environment).await
        });
        self.run();
        process.ended()
    }
}

/// The exit code of a run.
pub(crate) fn exit(ended: &Ended) -> ExitCode {
    match ended {
        Ok(report) => report.exit_code(),
        Err(error) => error.exit_code(),
    }
}

/// The outcome of a run with one function.
pub(crate) fn outcome(ended: &Ended) -> &Outcome {
    match ended {
        Ok(report) => match report.functions.as_slice() {
            [function] => &function.outcome,
            functions => panic!("one function, not {}", functions.len()),
        },
        Err(error) => panic!("a report, not {error:?}"),
    }
}
