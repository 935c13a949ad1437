//! The plan of a deployment.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Ancestry, Decision, Evidence, Live, LiveServing, PendingConfiguration, Refusal, Wanted, serves_already};
use crate::contract::Demand;
use crate::digest::ContentDigest;
use crate::ledger::{BuildReference, HoldReason, State};
use crate::live::{CodeSigning, LiveFunction, Package, State as FunctionState, UpdateStatus};
use crate::names::{AliasName, Architecture, Commit, FunctionName, ProjectName, Serving, Target, Version};
use crate::runtimes;
use crate::step::{Delivery, Destination, ExistingAlias, Step};

/// What is to be served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Who asks.
    pub project: ProjectName,
    /// The build.
    pub build: BuildReference,
    /// What it requires.
    pub demand: Demand,
    /// Whether a changed configuration is reason enough for a new version.
    pub refresh: Refresh,
    /// The processor it was built for.
    pub architecture: Architecture,
    /// How its zip can get to Lambda; `None` when it cannot.
    pub delivery: Option<Delivery>,
    /// The settings that a local environment gave the function; `None` where provisioning is not ours.
    pub provisioned: Option<ContentDigest>,
    /// The version's description, at most 256 characters.
    pub description: String,
    /// Whether AWS still takes code for the function's runtime is asked of this day.
    pub runtime_days: RuntimeDays,
}

/// Whether the days on which runtimes end count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuntimeDays {
    /// It is AWS's Lambda, and this is the day.
    Judged {
        /// Today.
        today: Date,
    },
    /// It is not, or the function is to be deployed whatever the table says.
    Ignored,
}

/// Whether a configuration that differs from what callers reach is brought to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// No: the code is what counts.
    CodeOnly,
    /// Yes: `$LATEST`'s configuration is published with the code.
    Configuration,
    /// Yes, and `$LATEST` is to hold the wanted code also where no caller reaches it.
    Everything,
}

/// What was seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// The ledger's state; `None` for an empty ledger.
    pub ledger: Option<State>,
    /// The function; `None` when it does not exist.
    pub live: Option<Live>,
    /// Names that exist and come nearest, looked up when it does not.
    pub nearest: Vec<FunctionName>,
}

/// How this commit lies to what runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// Nothing runs, or there are no commits to compare.
    NotApplicable,
    /// Compared.
    Compared {
        /// This commit.
        wanted: Commit,
        /// The commit that runs.
        running: Commit,
        /// How the first lies to the second.
        ancestry: Ancestry,
    },
}

/// Whether a missing alias is created by Shipway, or waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CreateAlias {
    /// Provisioning creates it.
    Wait,
    /// Shipway creates it.
    Create,
}

/// What unqualified callers mean for a deployment behind an alias.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnqualifiedRule {
    /// It is refused.
    Refuse,
    /// It goes on.
    Accept,
}

/// Whether a build that was rolled back from may come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// Not without being asked for.
    No,
    /// `--again`.
    Yes,
}

/// Whether code from a diverged branch may replace what runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// Not without being asked for.
    No,
    /// `--switch`.
    Yes,
}

/// Whether an alias that somebody else changed may be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restore {
    /// Not without being asked for.
    No,
    /// `--restore`.
    Yes,
}

/// Whether a deployment was taken over, so that its RevisionIds must be burned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fence {
    /// Nobody was.
    NotNeeded,
    /// Somebody may wake up and go on.
    Needed,
}

/// What is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Missing aliases.
    pub create_alias: CreateAlias,
    /// Unqualified callers.
    pub unqualified: UnqualifiedRule,
    /// Rejected builds.
    pub again: Again,
    /// Diverged branches.
    pub switch: Switch,
    /// Aliases changed by others.
    pub restore: Restore,
    /// After a take-over.
    pub fence: Fence,
}

/// What is to be done so that `target` serves `wish`.
#[must_use]
pub fn plan_deployment(
    target: &Target,
    wish: &Wish,
    observation: &Observation,
    order: &Order,
    rules: &Rules,
) -> Decision {
    if let Some(nothing) = nothing_to_do(target, wish, observation, rules) {
        return nothing;
    }
    if let Some(decision) = judge_order(order, rules.switch) {
        return decision;
    }
    if let Some(refusal) = refuse_by_ledger(wish, observation.ledger.as_ref(), rules) {
        return Decision::Refuse { refusal };
    }
    let upload = Step::UploadArtifact { artifact: wish.build.artifact, bytes: wish.build.zip_bytes };
    let hold = |reasons| {
        let mut steps: Vec<Step> = fence_step(target, observation.live.as_ref(), rules.fence).into_iter().collect();
        steps.push(upload.clone());
        Decision::Hold { reasons, nearest: observation.nearest.clone(), steps }
    };
    let Some(live) = &observation.live else {
        return hold(vec![HoldReason::FunctionMissing]);
    };
    if let Some(refusal) = refuse_by_kind(live, wish) {
        return Decision::Refuse { refusal };
    }
    if let Some(refusal) = refuse_by_serving(target, live, observation.ledger.as_ref(), rules) {
        return Decision::Refuse { refusal };
    }
    let judgement = wish.demand.judge(&live.function.configuration);
    let mut reasons: Vec<HoldReason> =
        judgement.blocking.into_iter().map(|requirement| HoldReason::Unmet { requirement }).collect();
    if live.serving == LiveServing::AliasAbsent && rules.create_alias == CreateAlias::Wait {
        reasons.insert(0, HoldReason::AliasMissing);
    }
    if !reasons.is_empty() {
        return hold(reasons);
    }
    match wish.delivery {
        Some(delivery) => {
            let steps = steps(target, wish, observation.ledger.as_ref(), live, delivery, rules.fence, upload);
            match refuse_by_runtime(live, wish, &steps) {
                Some(refusal) => Decision::Refuse { refusal },
                None => Decision::Deploy { steps },
            }
        }
        None => Decision::Refuse { refusal: Refusal::NoDelivery { bytes: wish.build.zip_bytes } },
    }
}

fn nothing_to_do(target: &Target, wish: &Wish, observation: &Observation, rules: &Rules) -> Option<Decision> {
    let (state, live) = (observation.ledger.as_ref()?, observation.live.as_ref()?);
    let package = wish.build.package_digest.as_ref()?;
    let outstanding = configuration_is_pending(live, wish) || code_was_replaced(live, wish);
    if rules.fence == Fence::Needed || state.project != wish.project || outstanding {
        return None;
    }
    let evidence = Evidence::Package(package, &wish.demand);
    let wanted = Wanted { evidence, provisioned: wish.provisioned.as_ref() };
    let (because, running) = serves_already(state, &target.serving, &live.serving, Some(&live.function), wanted)?;
    Some(Decision::Nothing { because, running })
}

/// | how this commit lies to what runs | without `--switch` | with it |
/// |---|---|---|
/// | same, descendant, not applicable | go on | go on |
/// | ancestor | superseded | go on |
/// | diverged | refused | go on |
/// | unknown | refused | go on |
fn judge_order(order: &Order, switch: Switch) -> Option<Decision> {
    let Order::Compared { wanted, running, ancestry } = order else { return None };
    if switch == Switch::Yes {
        return None;
    }
    let refusal = match ancestry {
        Ancestry::Same | Ancestry::Descendant => return None,
        Ancestry::Ancestor => return Some(Decision::Superseded { by: running.clone() }),
        Ancestry::Diverged => Refusal::Diverged { running: running.clone(), wanted: wanted.clone() },
        Ancestry::Unknown => Refusal::HistoryUnknown { running: running.clone() },
    };
    Some(Decision::Refuse { refusal })
}

fn refuse_by_ledger(wish: &Wish, state: Option<&State>, rules: &Rules) -> Option<Refusal> {
    let state = state?;
    if state.project != wish.project {
        return Some(Refusal::OtherProject { owner: state.project.clone() });
    }
    let rejection = state.rejection(&wish.build.artifact)?;
    (rules.again == Again::No)
        .then(|| Refusal::Rejected { since: rejection.since, artifact: wish.build.artifact.short() })
}

/// What Shipway does not deploy to, by name.
fn refuse_by_kind(live: &Live, wish: &Wish) -> Option<Refusal> {
    let function = &live.function;
    if function.package == Package::Image {
        return Some(Refusal::ImageFunction);
    }
    if function.edge {
        return Some(Refusal::EdgeFunction);
    }
    if let CodeSigning::Enforced { configuration } = &live.signing {
        return Some(Refusal::CodeSigningEnforced { configuration: configuration.clone() });
    }
    if function.code_by_reference {
        return Some(Refusal::CodeByReference);
    }
    if let FunctionState::Failed { reason } = &function.state {
        return Some(Refusal::FunctionFailed { reason: reason.clone() });
    }
    wish.delivery.is_none().then_some(Refusal::NoDelivery { bytes: wish.build.zip_bytes })
}

/// Only code that is to be sent is refused by AWS: versions and aliases go on to work.
fn refuse_by_runtime(live: &Live, wish: &Wish, steps: &[Step]) -> Option<Refusal> {
    let RuntimeDays::Judged { today } = wish.runtime_days else { return None };
    let sends_code = steps.iter().any(|step| matches!(step, Step::UpdateFunctionCode { .. }));
    let runtime = live.function.configuration.runtime.as_deref().filter(|_| sends_code)?;
    let runtimes::Blocked { since } = runtimes::blocked(runtime, today)?;
    Some(Refusal::RuntimeBlocked { runtime: runtime.to_owned(), since, as_of: runtimes::AS_OF })
}

fn refuse_by_serving(target: &Target, live: &Live, state: Option<&State>, rules: &Rules) -> Option<Refusal> {
    let alias_name = target.serving.alias()?;
    if rules.unqualified == UnqualifiedRule::Refuse && !live.unqualified_callers.is_empty() {
        return Some(Refusal::UnqualifiedCallers { callers: live.unqualified_callers.clone() });
    }
    let LiveServing::Alias { alias, .. } = &live.serving else { return None };
    if rules.restore == Restore::Yes {
        return None;
    }
    if !alias.weights.is_empty() {
        return Some(Refusal::ForeignWeights { alias: alias_name.clone() });
    }
    moved_by_others(state, alias.version).map(|recorded| Refusal::AliasMoved {
        alias: alias_name.clone(),
        recorded,
        found: alias.version,
    })
}

/// The version that the ledger says the alias is on, if the alias is on an *earlier* one that Shipway put there: the
/// trace of a rollback by hand (or of one that could not be recorded). A version that Shipway never put there may be a
/// deployment of its own that was killed before its last record, and is no reason to stop.
fn moved_by_others(state: Option<&State>, found: Version) -> Option<Version> {
    let state = state?;
    let recorded = state.running.as_ref()?.lambda_version;
    let earlier = state.succeeded.iter().any(|success| success.lambda_version == found);
    (recorded != found && earlier).then_some(recorded)
}

fn steps(
    target: &Target,
    wish: &Wish,
    state: Option<&State>,
    live: &Live,
    delivery: Delivery,
    fence: Fence,
    upload: Step,
) -> Vec<Step> {
    let code_there = fence == Fence::NotNeeded && holds_code(&live.function, wish);
    match (&target.serving, &live.serving) {
        (Serving::Alias(alias), LiveServing::Alias { alias: found, version }) if found.version != Version::Latest => {
            let served = serves_wish(found.weights.is_empty(), version, wish)
                && has_settings(state, wish)
                && !configuration_is_pending(live, wish);
            let mut steps: Vec<Step> = fence_step(target, Some(live), fence).into_iter().collect();
            if !served || fence == Fence::Needed || code_was_replaced(live, wish) {
                steps.extend(code_steps(wish, live, delivery, code_there, upload, PinnedBefore::No));
            }
            if !served {
                let revision = (fence == Fence::NotNeeded).then(|| found.revision.clone()).flatten();
                steps.extend(publish_steps(alias, found.version, wish, revision));
            }
            steps
        }
        (Serving::Alias(alias), serving) => {
            let existing = match serving {
                LiveServing::Alias { alias, .. } => ExistingAlias::OnLatest { revision: alias.revision.clone() },
                LiveServing::AliasAbsent | LiveServing::Latest => ExistingAlias::Absent,
            };
            pin_steps(alias, existing, wish, live, delivery, code_there, upload)
        }
        (Serving::Latest, _) if code_there => Vec::new(),
        (Serving::Latest, _) => code_steps(wish, live, delivery, false, upload, PinnedBefore::No),
    }
}

/// After a take-over: an alias that stays where it is gets a new RevisionId, also when nothing else is to be done, so
/// that whoever was taken over cannot move it any more.
fn fence_step(target: &Target, live: Option<&Live>, fence: Fence) -> Option<Step> {
    let LiveServing::Alias { alias, .. } = &live?.serving else { return None };
    (fence == Fence::Needed).then_some(())?;
    Some(Step::FenceAlias {
        alias: target.serving.alias()?.clone(),
        version: alias.version,
        revision: alias.revision.clone(),
    })
}

fn pin_steps(
    alias: &AliasName,
    existing: ExistingAlias,
    wish: &Wish,
    live: &Live,
    delivery: Delivery,
    code_there: bool,
    upload: Step,
) -> Vec<Step> {
    let mut steps = vec![
        Step::PublishCurrent {
            code_sha256: live.function.code_sha256.clone(),
            revision: live.function.revision.clone(),
        },
        Step::AwaitVersion,
        Step::PinAlias { alias: alias.clone(), existing },
    ];
    if code_there {
        // What is pinned is what is wanted; only the bytes must be kept for a rollback.
        steps.insert(0, upload);
        return steps;
    }
    steps.extend(code_steps(wish, live, delivery, false, upload, PinnedBefore::Yes));
    steps.extend(publish_steps(alias, Version::Latest, wish, None));
    steps
}

/// Whether an earlier step of the same plan changes `$LATEST`'s RevisionId, which must be read again then.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PinnedBefore {
    No,
    Yes,
}

fn code_steps(
    wish: &Wish,
    live: &Live,
    delivery: Delivery,
    code_there: bool,
    upload: Step,
    pinned: PinnedBefore,
) -> Vec<Step> {
    let artifact = wish.build.artifact;
    let mut steps = vec![upload];
    if !code_there {
        steps.push(Step::UpdateFunctionCode {
            artifact,
            bytes: wish.build.zip_bytes,
            delivery,
            architecture: wish.architecture,
            revision: if pinned == PinnedBefore::Yes { None } else { live.function.revision.clone() },
        });
    }
    steps.push(Step::AwaitUpdate { artifact });
    steps
}

fn publish_steps(
    alias: &AliasName,
    from: Version,
    wish: &Wish,
    revision: Option<crate::names::RevisionId>,
) -> Vec<Step> {
    vec![
        Step::PublishVersion { artifact: wish.build.artifact, description: wish.description.clone() },
        Step::AwaitVersion,
        Step::MoveAlias { alias: alias.clone(), from, to: Destination::Published, revision },
    ]
}

/// Whether `$LATEST` holds the wanted code, for good.
fn holds_code(function: &LiveFunction, wish: &Wish) -> bool {
    function.code_sha256 == wish.build.artifact.code_sha256()
        && function.architecture == wish.architecture
        && function.update == Some(UpdateStatus::Successful)
}

/// Whether the version behind the alias is the wanted code, with a configuration that it can live with.
fn serves_wish(all_traffic: bool, version: &LiveFunction, wish: &Wish) -> bool {
    all_traffic
        && version.code_sha256 == wish.build.artifact.code_sha256()
        && version.architecture == wish.architecture
        && wish.demand.is_met_by(&version.configuration)
}

/// Whether callers reach another configuration than `$LATEST`'s, and that is reason enough for a new version.
fn configuration_is_pending(live: &Live, wish: &Wish) -> bool {
    wish.refresh != Refresh::CodeOnly && live.pending_configuration() == PendingConfiguration::Pending
}

/// Whether `$LATEST` has to be put right although callers do not reach it.
fn code_was_replaced(live: &Live, wish: &Wish) -> bool {
    wish.refresh == Refresh::Everything && !holds_code(&live.function, wish)
}

/// Whether what runs has the settings that a local environment wants. A version keeps those that it was published with,
/// so others need another version.
fn has_settings(state: Option<&State>, wish: &Wish) -> bool {
    let recorded = state.and_then(|state| state.running.as_ref()).map(|running| running.provisioned);
    wish.provisioned.is_none() || recorded.is_none_or(|recorded| recorded == wish.provisioned)
}
