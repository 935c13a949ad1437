//! Looking and planning: the half of a deployment that writes nothing to AWS and nothing to the ledger.
//!
//! A function that serves its inputs already costs two reads and no build. In a local environment a function that
//! does not exist is created here, because nobody else does that on a laptop.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::TimeZone;
use shipway_core::build::{BuildRecord, Origin, Platform, SourceChange};
use shipway_core::contract::{Demand, KnownReads};
use shipway_core::ledger::{Acceptance, Present, Running};
use shipway_core::names::{AccountId, Architecture, Commit, FunctionName};
use shipway_core::plan::{
    Again, Decision, Evidence, Fence, Live, NothingBecause, Observation, Order, Plan, Refresh, Refusal, Restore, Rules,
    RuntimeDays, Switch, TargetPlan, Wanted, Wish, layers_warning, plan_deployment, serves_already,
};
use shipway_core::runtimes;
use shipway_core::step::Delivery;

use super::build::{self, BuiltFunction, Sources};
use super::explanation::{Explanation, changes_since};
use super::layers::check_size_with_layers;
use super::one_build_each::{Begun, Glance, OneBuildEach};
use crate::OperationError;
use crate::at_once::at_once;
use crate::context::{Assignment, Environment, Function, Ports, Upload};
use crate::observe::{Glimpse, attempt, observe, observe_rest, observe_serving};
use crate::ports::{CodeSource, Head, NewFunction, Reach};
use crate::record::{TargetLedger, find_record, put_artifact};

/// The largest zip that a request may carry, in bytes: "Zipped size must be smaller than 52428800 bytes" is AWS's answer
/// to a larger one.
pub(crate) const LARGEST_DIRECT_ZIP: u64 = 52_428_799;
/// How many names that come near are told.
const NEAREST: usize = 3;

/// What the user allowed for this run.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// `--accept-missing`: variables that may be missing, and why.
    pub accepted: BTreeMap<String, Acceptance>,
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
    pub fn rules(&self, assignment: &Assignment, fence: Fence) -> Rules {
        Rules {
            create_alias: assignment.create_alias,
            unqualified: assignment.unqualified,
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
    check_account(ports, &environment.account).await?;
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
///
/// # Errors
/// When they are another account's, or STS does not answer.
pub async fn check_account(ports: &Ports<'_>, account: &AccountId) -> Result<(), OperationError> {
    let Some(identity) = ports.identity else { return Ok(()) };
    let found = identity.account().await.map_err(attempt("asking STS who we are"))?;
    if found == *account {
        return Ok(());
    }
    Err(OperationError::WrongAccount { expected: account.clone(), found })
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
        decision: Decision::Nothing { because, running: Box::new(running) },
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
        let running = present.as_ref().and_then(|present| present.state().running.clone());
        let before = record_of(ports, running.as_ref()).await;
        let wish = self.wish(&built, before.as_ref());
        let order = order(ports, head.commit.as_ref(), present.as_ref()).await?;
        let (decision, live) = self.decide(&wish, present.as_ref(), &order, glimpse).await?;
        let changes = changes_since_running(before.as_ref(), &built.record);
        let plan = TargetPlan {
            function: function.name.clone(),
            function_name: function.target.function.clone(),
            serving: function.target.serving.to_string(),
            build: Some(wish.build.clone()),
            running,
            changes,
            ledger_number: present.as_ref().map_or(0, |present| present.entry.number),
            decision,
            warnings: warnings(ports, function, &wish, &built, present.as_ref(), live.as_ref()),
        };
        let explanation = built.explanation.clone();
        Ok(Consideration { plan, explanation, built: Some(built), wish: Some(wish), present, live })
    }

    fn wish(&self, built: &BuiltFunction, before: Option<&BuildRecord>) -> Wish {
        let Self { ports, environment, function, head, options } = *self;
        let artifact = built.file.artifact;
        let commit = head.commit.as_ref().map_or_else(String::new, |commit| format!("commit {}, ", commit.short()));
        Wish {
            project: environment.project.clone(),
            build: built.reference(head),
            demand: Demand {
                contract: built.record.contract.clone(),
                running: KnownReads::of(before.map(|record| &record.contract)),
                accepted: options.accepted.keys().cloned().collect(),
                on_unknown: environment.on_unknown,
            },
            refresh: Refresh::CodeOnly,
            architecture: architecture(function),
            delivery: delivery(ports, environment.upload, built.file.bytes),
            provisioned: ports.provisioner.map(|_| function.local.digest()),
            description: format!("{commit}artifact {}, by Shipway", artifact.short()),
            runtime_days: runtime_days(ports, function),
        }
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
        let rules = self.options.rules(&Assignment::of(self.environment, self.function), Fence::NotNeeded);
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
    wish: &Wish,
    built: &BuiltFunction,
    present: Option<&Present>,
    live: Option<&Live>,
) -> Vec<String> {
    let holder = present.and_then(|present| present.state().holder.as_ref());
    let held = holder.map(|holder| format!("{holder} holds the target"));
    let layers = live.and_then(|live| layers_warning(built.record.unzipped_bytes, &live.function.layers));
    let lacking = live.map(|live| wish.demand.judge(&live.function.configuration).warnings).unwrap_or_default();
    let lacking = lacking.into_iter().map(|unmet| format!("{unmet}; it is deployed all the same"));
    [held, runtime_warning(ports, function), layers].into_iter().flatten().chain(lacking).collect()
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
    judged_today(ports)
}

/// The days on which runtimes end count, as of today.
pub(crate) fn judged_today(ports: &Ports<'_>) -> RuntimeDays {
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

/// How a zip gets to Lambda; `None` when it cannot.
pub(crate) fn delivery(ports: &Ports<'_>, upload: Upload, bytes: u64) -> Option<Delivery> {
    let small_enough = bytes <= LARGEST_DIRECT_ZIP;
    let by_store = (!small_enough || upload == Upload::Store) && ports.store.reach() == Reach::OfLambda;
    if by_store { Some(Delivery::Store) } else { small_enough.then_some(Delivery::Direct) }
}

/// How a commit lies to what runs; `None` for one whose place was judged before.
pub(crate) async fn order(
    ports: &Ports<'_>,
    commit: Option<&Commit>,
    present: Option<&Present>,
) -> Result<Order, OperationError> {
    let running =
        present.and_then(|present| present.state().running.as_ref()).and_then(|running| running.build.commit.clone());
    let (Some(wanted), Some(running)) = (commit.cloned(), running) else { return Ok(Order::NotApplicable) };
    let ancestry = ports.git.ancestry(&wanted, &running).await?;
    Ok(Order::Compared { wanted, running, ancestry })
}

/// The record of the build that runs, if it can be read.
pub(crate) async fn record_of(ports: &Ports<'_>, running: Option<&Running>) -> Option<BuildRecord> {
    find_record(ports, &running?.build.build).await.ok()?
}

/// Which inputs changed since what runs was built; `None` where its record does not tell.
fn changes_since_running(before: Option<&BuildRecord>, record: &BuildRecord) -> Option<Vec<SourceChange>> {
    let Origin::Built { source: after, .. } = &record.origin else { return None };
    changes_since(Some(before?), after)
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
