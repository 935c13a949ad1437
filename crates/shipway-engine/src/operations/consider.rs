//! Looking and planning: the half of a deployment that writes nothing to AWS and nothing to the ledger.
//!
//! A function that serves its inputs already costs two reads and no build. In a local environment a function that
//! does not exist is created here, because nobody else does that on a laptop.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::tz::TimeZone;
use shipway_core::build::{self as source_of, BuildRecord, Origin, Platform, SourceChange};
use shipway_core::ledger::{Present, Running};
use shipway_core::names::{Architecture, FunctionName, LogicalName};
use shipway_core::plan::{
    Again, Decision, Evidence, Fence, Live, NothingBecause, Observation, Order, Plan, Refusal, Restore, Rules,
    RuntimeDays, Switch, TargetPlan, Wanted, Wish, layers_warning, plan_deployment, serves_already,
};
use shipway_core::runtimes;
use shipway_core::step::Delivery;
use shipway_core::store_layout;

use super::build::{self, BuiltFunction, SharedBuilds, Sources};
use super::explanation::{Because, Explanation, changes_since};
use super::layers::check_size_with_layers;
use crate::OperationError;
use crate::at_once::at_once;
use crate::context::{Environment, Function, Ports, Upload};
use crate::observe::{Glimpse, attempt, observe, observe_rest, observe_serving};
use crate::ports::{BuildFailure, CodeSource, Head, NewFunction, Reach};
use crate::record::{TargetLedger, put_artifact};

/// The largest zip that a request may carry, in bytes: "Zipped size must be smaller than 52428800 bytes" is AWS's answer
/// to a larger one.
pub(crate) const LARGEST_DIRECT_ZIP: u64 = 52_428_799;
/// How many names that come near are told.
const NEAREST: usize = 3;

/// What the user allowed for this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeployOptions {
    /// `--again`
    pub again: Again,
    /// `--switch`
    pub switch: Switch,
    /// `--restore`
    pub restore: Restore,
    /// `--first`
    pub first: First,
    /// When a local environment's functions are created and configured.
    pub provisioning: Provisioning,
}

/// When a local environment's functions are created and configured. Elsewhere that is somebody else's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provisioning {
    /// While the plan is made: it will be carried out.
    Now,
    /// Not now: the plan is only looked at.
    Later,
}

/// Whether a project may be held as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// When none of its functions exists, that is taken for a wrong account, region or name.
    Suspicious,
    /// None of them exists yet, and that is how it should be: provisioning comes later.
    Expected,
}

impl DeployOptions {
    /// The rules of one plan.
    #[must_use]
    pub fn rules(&self, environment: &Environment, fence: Fence) -> Rules {
        Rules {
            create_alias: environment.create_alias,
            unqualified: environment.unqualified,
            again: self.again,
            switch: self.switch,
            restore: self.restore,
            fence,
        }
    }
}

/// A plan, and what is needed to carry it out.
#[derive(Debug)]
pub struct Prepared {
    /// The plan, for whoever wants to see it. Functions that could not be considered are not in it.
    pub plan: Plan,
    /// What is checked out.
    pub head: Head,
    /// Each function, by name.
    pub functions: Vec<Considered>,
}

/// One function, considered.
#[derive(Debug)]
pub struct Considered {
    /// The function.
    pub function: Function,
    /// What was found out, or why it could not be.
    pub result: Result<Consideration, OperationError>,
    /// How long it took.
    pub took: Duration,
}

/// What was found out about one function.
#[derive(Debug)]
pub struct Consideration {
    /// Its plan.
    pub plan: TargetPlan,
    /// Why it was built, or was not.
    pub explanation: Explanation,
    /// Its build, where one was needed.
    pub built: Option<BuiltFunction>,
    /// What is to be served, where something is.
    pub wish: Option<Wish>,
    /// Its ledger's newest entry.
    pub present: Option<Present>,
    /// The function as it was seen.
    pub live: Option<Live>,
}

/// Looks at everything, builds what changed, and plans.
///
/// # Errors
/// When the account is another one, the repository cannot be read, or none of the functions exists there. What went
/// wrong with one function is in its [`Considered`].
pub async fn prepare(
    ports: &Ports<'_>,
    environment: &Environment,
    options: &DeployOptions,
) -> Result<Prepared, OperationError> {
    check_account(ports, environment).await?;
    let (head, sources) = build::look_at_all(ports, environment).await;
    let head = head?;
    let glances = at_once(
        environment.concurrency,
        environment.functions.iter().map(|function| glance(ports, environment, function, &sources)),
    )
    .await;
    let mut builds = OneBuildEach::of(ports, environment, &head, &glances);
    let mut begun_builds = Vec::with_capacity(glances.len());
    for (function, glance) in environment.functions.iter().zip(glances) {
        // One after the other: build tools use all cores by themselves.
        let begun = ports.clock.monotonic();
        let built = match glance {
            Ok(glance) => builds.begin(function, glance).await,
            Err(error) => Err(error),
        };
        begun_builds.push((function, built, ports.clock.monotonic() - begun));
    }
    let considered = at_once(
        environment.concurrency,
        begun_builds.into_iter().map(|(function, built, took)| {
            let head = &head;
            async move {
                let begun = ports.clock.monotonic();
                let result = match built {
                    Ok(Begun::Built { built, present, glimpse }) => {
                        let job = Job { ports, environment, options, function, head };
                        job.consider(*built, present, *glimpse).await
                    }
                    Ok(Begun::Nothing { nothing, present, explanation }) => {
                        Ok(unchanged(ports, function, present, *nothing, explanation))
                    }
                    Err(error) => Err(error),
                };
                Considered { function: function.clone(), result, took: took + (ports.clock.monotonic() - begun) }
            }
        }),
    )
    .await;
    if options.first == First::Suspicious {
        something_there(ports, environment, &considered).await?;
    }
    let targets = considered
        .iter()
        .filter_map(|considered| considered.result.as_ref().ok().map(|found| found.plan.clone()))
        .collect();
    let plan = Plan {
        environment: environment.name.clone(),
        account: environment.account.clone(),
        region: environment.region.clone(),
        commit: head.commit.clone(),
        targets,
    };
    Ok(Prepared { plan, head, functions: considered })
}

/// The credentials must be for the environment's account, before anything else happens.
pub(crate) async fn check_account(ports: &Ports<'_>, environment: &Environment) -> Result<(), OperationError> {
    let Some(identity) = ports.identity else { return Ok(()) };
    let found = identity.account().await.map_err(attempt("asking STS who we are"))?;
    if found == environment.account {
        return Ok(());
    }
    Err(OperationError::WrongAccount { expected: environment.account.clone(), found })
}

/// What came of a glance: a build, or none because there is nothing to do.
enum Begun {
    Built { built: Box<BuiltFunction>, present: Option<Present>, glimpse: Box<Glimpse> },
    Nothing { nothing: Box<(NothingBecause, Running)>, present: Option<Present>, explanation: Explanation },
}

/// What two reads and a look at the inputs tell.
struct Glance {
    source: source_of::Source,
    present: Option<Present>,
    nothing: Option<(NothingBecause, Running)>,
    glimpse: Glimpse,
}

/// The builds of one run: of each function one, for all its targets.
struct OneBuildEach<'a> {
    ports: &'a Ports<'a>,
    environment: &'a Environment,
    head: &'a Head,
    /// The functions that some target needs a build of.
    needed: BTreeSet<LogicalName>,
    /// Those of which it was told that nothing needs one.
    told: BTreeSet<LogicalName>,
    made: BTreeMap<LogicalName, Result<BuiltFunction, BuildFailure>>,
}

impl<'a> OneBuildEach<'a> {
    fn of(
        ports: &'a Ports<'a>,
        environment: &'a Environment,
        head: &'a Head,
        glances: &[Result<Glance, OperationError>],
    ) -> Self {
        let glances = environment.functions.iter().zip(glances);
        let needing = glances.filter(|(_, glance)| glance.as_ref().is_ok_and(|glance| glance.nothing.is_none()));
        let needed = needing.map(|(function, _)| function.name.function().clone()).collect();
        Self { ports, environment, head, needed, told: BTreeSet::new(), made: BTreeMap::new() }
    }

    async fn begin(&mut self, function: &Function, glance: Glance) -> Result<Begun, OperationError> {
        let Glance { source, present, nothing, glimpse } = glance;
        let Some(nothing) = nothing else {
            let built = Box::new(self.build(function, source).await?);
            return Ok(Begun::Built { built, present, glimpse: Box::new(glimpse) });
        };
        let name = function.name.function();
        let explanation = Explanation::new(&source, source.digest(), &function.build.folder, Because::Serves);
        // Where another of its targets needs the build, that is what is told.
        if !self.needed.contains(name) && self.told.insert(name.clone()) {
            build::tell_explanation(self.ports, &function.build, &explanation);
        }
        Ok(Begun::Nothing { nothing: Box::new(nothing), present, explanation })
    }

    async fn build(&mut self, function: &Function, source: source_of::Source) -> Result<BuiltFunction, OperationError> {
        let name = function.name.function();
        let result = match self.made.get(name) {
            Some(result) => result.clone(),
            None => {
                let shared = SharedBuilds::Of(self.environment);
                let result = build::build(self.ports, shared, &function.build, source, self.head).await;
                self.made.insert(name.clone(), result.clone());
                result
            }
        };
        result.map_err(|error| build::failed(name, error))
    }
}

async fn glance(
    ports: &Ports<'_>,
    environment: &Environment,
    function: &Function,
    sources: &Sources,
) -> Result<Glance, OperationError> {
    let name = function.name.function();
    let source = sources.of(name).map_err(|error| build::failed(name, error))?;
    let present = ledger_of(environment, function).present(ports).await?;
    let (latest, serving) = observe_serving(ports, &function.target).await?;
    let digest = source.digest();
    let provisioned = ports.provisioner.map(|_| function.local.digest());
    let nothing =
        present.as_ref().filter(|present| present.state().project == environment.project).and_then(|present| {
            let wanted = Wanted { evidence: Evidence::Source(&digest), provisioned: provisioned.as_ref() };
            serves_already(present.state(), &function.target.serving, &serving, latest.as_ref(), wanted)
        });
    let glimpse = Glimpse::now(ports, latest, serving);
    Ok(Glance { source, present, nothing, glimpse })
}

/// The ledger of a function's target.
#[must_use]
pub(crate) fn ledger_of(environment: &Environment, function: &Function) -> TargetLedger {
    TargetLedger::new(&function.target, &environment.project, &environment.name, &function.name)
}

fn unchanged(
    ports: &Ports<'_>,
    function: &Function,
    present: Option<Present>,
    (because, running): (NothingBecause, Running),
    explanation: Explanation,
) -> Consideration {
    let plan = TargetPlan {
        function: function.name.clone(),
        function_name: function.target.function.clone(),
        serving: function.target.serving.to_string(),
        build: None,
        running: Some(running.clone()),
        changes: None,
        ledger_number: present.as_ref().map_or(0, |present| present.entry.number),
        decision: Decision::Nothing { because, running },
        warnings: runtime_warning(ports, function).into_iter().collect(),
    };
    Consideration { plan, explanation, built: None, wish: None, present, live: None }
}

/// One function of a run.
struct Job<'a> {
    ports: &'a Ports<'a>,
    environment: &'a Environment,
    options: &'a DeployOptions,
    function: &'a Function,
    head: &'a Head,
}

impl Job<'_> {
    async fn consider(
        &self,
        built: BuiltFunction,
        present: Option<Present>,
        glimpse: Glimpse,
    ) -> Result<Consideration, OperationError> {
        let Self { ports, environment, function, head, .. } = *self;
        check_size_with_layers(ports, environment, function, &built).await?;
        self.provision(&built).await?;
        let wish = wish(ports, environment, function, head, &built).await?;
        let order = order(ports, head, present.as_ref()).await?;
        let (decision, live) = self.decide(&wish, present.as_ref(), &order, glimpse).await?;
        let running = present.as_ref().and_then(|present| present.state().running.clone());
        let changes = changes_since_running(ports, running.as_ref(), &built.record).await;
        let plan = TargetPlan {
            function: function.name.clone(),
            function_name: function.target.function.clone(),
            serving: function.target.serving.to_string(),
            build: Some(wish.build.clone()),
            running,
            changes,
            ledger_number: present.as_ref().map_or(0, |present| present.entry.number),
            decision,
            warnings: warnings(ports, function, &built, present.as_ref(), live.as_ref()),
        };
        let explanation = built.explanation.clone();
        Ok(Consideration { plan, explanation, built: Some(built), wish: Some(wish), present, live })
    }

    async fn provision(&self, built: &BuiltFunction) -> Result<(), OperationError> {
        let (Some(provisioner), Provisioning::Now) = (self.ports.provisioner, self.options.provisioning) else {
            return Ok(());
        };
        let wanted = new_function(self.ports, self.function, built).await?;
        let name = &self.function.target.function;
        provisioner.provision(&wanted).await.map_err(attempt(format!("creating {name} in the embedded Lambda")))
    }

    /// With what was seen at the glance, if a write guards it; else with a look at everything.
    async fn decide(
        &self,
        wish: &Wish,
        present: Option<&Present>,
        order: &Order,
        glimpse: Glimpse,
    ) -> Result<(Decision, Option<Live>), OperationError> {
        let (ports, target) = (self.ports, &self.function.target);
        let patience = self.environment.patience.lambda;
        // Where functions are provisioned here, what was seen before that says nothing.
        if ports.provisioner.is_none() && glimpse.is_usable(ports) {
            let live = observe_rest(ports, target, glimpse, patience).await?;
            let (decision, live) = self.plan(wish, present, order, live).await;
            if Glimpse::guards(&decision) {
                return Ok((decision, live));
            }
        }
        let live = observe(ports, target, patience).await?;
        Ok(self.plan(wish, present, order, live).await)
    }

    async fn plan(
        &self,
        wish: &Wish,
        present: Option<&Present>,
        order: &Order,
        live: Option<Live>,
    ) -> (Decision, Option<Live>) {
        let (ports, target) = (self.ports, &self.function.target);
        let nearest = match live {
            Some(_) => Vec::new(),
            None => nearest_names(ports, &target.function).await,
        };
        let observation = Observation { ledger: present.map(|present| present.state().clone()), live, nearest };
        let rules = self.options.rules(self.environment, Fence::NotNeeded);
        let decision = if ports.provisioner.is_some() && observation.live.is_none() {
            Decision::Create
        } else {
            plan_deployment(target, wish, &observation, order, &rules)
        };
        (decision, observation.live)
    }
}

fn warnings(
    ports: &Ports<'_>,
    function: &Function,
    built: &BuiltFunction,
    present: Option<&Present>,
    live: Option<&Live>,
) -> Vec<String> {
    let holder = present.and_then(|present| present.state().holder.as_ref());
    let held = holder.map(|holder| format!("{holder} holds the target"));
    let layers = live.and_then(|live| layers_warning(built.record.unzipped_bytes, &live.function.layers));
    [held, runtime_warning(ports, function), layers].into_iter().flatten().collect()
}

/// What is to be known of the runtime's end, where AWS decides about it.
fn runtime_warning(ports: &Ports<'_>, function: &Function) -> Option<String> {
    let RuntimeDays::Judged { today } = runtime_days(ports, function) else { return None };
    runtimes::deprecation(function.build.runtime.as_str(), today)
}

/// A local environment's runtimes are this machine's own.
fn runtime_days(ports: &Ports<'_>, function: &Function) -> RuntimeDays {
    let allowed = function.build.allow.iter().any(|allowed| allowed == runtimes::ALLOW_BLOCKED);
    if allowed || ports.provisioner.is_some() {
        return RuntimeDays::Ignored;
    }
    RuntimeDays::Judged { today: TimeZone::UTC.to_datetime(ports.clock.now()).date() }
}

async fn new_function(
    ports: &Ports<'_>,
    function: &Function,
    built: &BuiltFunction,
) -> Result<NewFunction, OperationError> {
    let contract = &built.record.contract;
    let code = if built.file.bytes <= LARGEST_DIRECT_ZIP {
        CodeSource::Direct(built.file.clone())
    } else {
        put_artifact(ports, &built.file).await?;
        let located = ports.store.artifact_location(&built.file.artifact).await?;
        located
            .map(CodeSource::Object)
            .ok_or(OperationError::Refused(Refusal::NoDelivery { bytes: built.file.bytes }))?
    };
    Ok(NewFunction {
        function: function.target.function.clone(),
        runtime: contract.runtime.clone(),
        handler: contract.handler.clone(),
        architecture: architecture(function),
        memory_megabytes: function.local.memory_megabytes.or(contract.memory_megabytes).unwrap_or(256),
        timeout_seconds: function.local.timeout_seconds.or(contract.timeout_seconds).unwrap_or(30),
        environment: function.local.environment.clone(),
        layers: function.local.layers.clone(),
        code,
    })
}

fn architecture(function: &Function) -> Architecture {
    match function.build.platform {
        Platform::Lambda { architecture } => architecture,
        // The embedded Lambda runs processes of this machine whatever it is told; x86_64 is Lambda's default.
        Platform::Host => Architecture::X86_64,
    }
}

async fn wish(
    ports: &Ports<'_>,
    environment: &Environment,
    function: &Function,
    head: &Head,
    built: &BuiltFunction,
) -> Result<Wish, OperationError> {
    let artifact = built.file.artifact;
    let by_store = built.file.bytes > LARGEST_DIRECT_ZIP || environment.upload == Upload::Store;
    let delivery = if !by_store {
        Some(Delivery::Direct)
    } else if ports.store.reach() == Reach::OfLambda {
        Some(Delivery::Store)
    } else {
        (built.file.bytes <= LARGEST_DIRECT_ZIP).then_some(Delivery::Direct)
    };
    let commit = head.commit.as_ref().map_or_else(String::new, |commit| format!("commit {}, ", commit.short()));
    Ok(Wish {
        project: environment.project.clone(),
        build: built.reference(head),
        contract: built.record.contract.clone(),
        architecture: architecture(function),
        delivery,
        provisioned: ports.provisioner.map(|_| function.local.digest()),
        description: format!("{commit}artifact {}, by Shipway", artifact.short()),
        runtime_days: runtime_days(ports, function),
    })
}

/// How the commit that is checked out lies to what runs.
pub(crate) async fn order(ports: &Ports<'_>, head: &Head, present: Option<&Present>) -> Result<Order, OperationError> {
    let running =
        present.and_then(|present| present.state().running.as_ref()).and_then(|running| running.build.commit.clone());
    let (Some(wanted), Some(running)) = (head.commit.clone(), running) else { return Ok(Order::NotApplicable) };
    let ancestry = ports.git.ancestry(&wanted, &running).await?;
    Ok(Order::Compared { wanted, running, ancestry })
}

/// Which inputs changed since what runs was built; `None` where its record does not tell.
async fn changes_since_running(
    ports: &Ports<'_>,
    running: Option<&Running>,
    record: &BuildRecord,
) -> Option<Vec<SourceChange>> {
    let key = store_layout::build_record(&running?.build.build);
    let stored = ports.store.get(&key).await.ok()??;
    let before: BuildRecord = serde_json::from_slice(&stored.bytes).ok()?;
    let Origin::Built { source: after, .. } = &record.origin else { return None };
    changes_since(Some(&before), after)
}

/// The names that exist there and come nearest. Not being allowed to list them is no reason to stop.
pub(crate) async fn nearest_names(ports: &Ports<'_>, wanted: &FunctionName) -> Vec<FunctionName> {
    let Ok(names) = ports.lambda.list_function_names().await else { return Vec::new() };
    nearest(wanted, names)
}

fn nearest(wanted: &FunctionName, mut names: Vec<FunctionName>) -> Vec<FunctionName> {
    names.sort_by_key(|name| (shipway_core::nearest::distance(wanted.as_str(), name.as_str()), name.clone()));
    names.truncate(NEAREST);
    names
}

/// If not one of the functions exists, and none ever did, then this is not the account, region or template that was
/// meant: that is no hold but an error.
async fn something_there(
    ports: &Ports<'_>,
    environment: &Environment,
    considered: &[Considered],
) -> Result<(), OperationError> {
    let missing = |considered: &Considered| match &considered.result {
        Ok(found) => {
            found.live.is_none()
                && found.wish.is_some()
                && found.plan.decision != Decision::Create
                && !ever_ran(found.present.as_ref())
        }
        Err(_) => false,
    };
    if considered.is_empty() || !considered.iter().all(missing) {
        return Ok(());
    }
    let looked_for: Vec<FunctionName> =
        considered.iter().map(|considered| considered.function.target.function.clone()).collect();
    let names = ports.lambda.list_function_names().await.unwrap_or_default();
    let nearest = looked_for.first().map(|first| nearest(first, names)).unwrap_or_default();
    Err(OperationError::NothingThere {
        account: environment.account.clone(),
        region: environment.region.clone(),
        looked_for,
        nearest,
    })
}

fn ever_ran(present: Option<&Present>) -> bool {
    present.is_some_and(|present| present.state().running.is_some())
}
