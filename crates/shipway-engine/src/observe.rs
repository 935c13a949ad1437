//! Looking at a function, its alias and its callers: reads only.

use std::time::Duration;

use shipway_core::ledger::Running;
use shipway_core::live::{CodeSigning, LiveFunction, State, UpdateStatus};
use shipway_core::names::{FunctionName, Qualifier, Serving, Target, Version};
use shipway_core::plan::{Decision, Live, LiveServing, RecordedVersion};

use crate::OperationError;
use crate::context::Ports;
use crate::ports::CallError;

/// The shortest time between two looks at something that is under way.
const FIRST_LOOK: Duration = Duration::from_millis(100);
/// The longest.
const LAST_LOOK: Duration = Duration::from_secs(2);

/// Puts what was attempted before what AWS said.
pub(crate) fn attempt(attempt: impl Into<String>) -> impl FnOnce(CallError) -> OperationError {
    let attempt = attempt.into();
    move |source| OperationError::Call { attempt, source }
}

/// The two reads that answer whether there is anything to do: the alias, and what it reaches.
///
/// # Errors
/// When AWS does not let us read.
pub(crate) async fn observe_serving(
    ports: &Ports<'_>,
    target: &Target,
) -> Result<(Option<LiveFunction>, LiveServing), OperationError> {
    let name = &target.function;
    match &target.serving {
        Serving::Latest => {
            let latest = get_function(ports, name, &Qualifier::Unqualified).await?;
            Ok((latest, LiveServing::Latest))
        }
        Serving::Alias(alias) => {
            let found = ports
                .lambda
                .get_alias(name, alias)
                .await
                .map_err(attempt(format!("reading alias {alias} of {name}")))?;
            let Some(found) = found else { return Ok((None, LiveServing::AliasAbsent)) };
            let version = get_function(ports, name, &Qualifier::Alias(alias.clone())).await?;
            Ok((
                None,
                match version {
                    Some(version) => LiveServing::Alias { alias: found, version: Box::new(version) },
                    None => LiveServing::AliasAbsent,
                },
            ))
        }
    }
}

/// What [`observe_serving`] found a moment ago, to be used again instead of being asked for again: Lambda allows few
/// calls a second. It serves a plan whose writes it guards, by the RevisionId in it, and no other; see [`Self::guards`].
#[derive(Debug)]
pub(crate) struct Glimpse {
    latest: Option<LiveFunction>,
    serving: LiveServing,
    seen: Duration,
}

/// For how long a glimpse may stand for a look. When calls are spaced out, about as much passes between a function's
/// plan and its first write.
const GLIMPSE_LASTS: Duration = Duration::from_secs(60);

impl Glimpse {
    /// Of what was seen now.
    pub(crate) fn now(ports: &Ports<'_>, latest: Option<LiveFunction>, serving: LiveServing) -> Self {
        Self { latest, serving, seen: ports.clock.monotonic() }
    }

    /// Whether it can stand for a look: it is not old, it has a RevisionId, and nothing was under way.
    pub(crate) fn is_usable(&self, ports: &Ports<'_>) -> bool {
        let has_guard = match &self.serving {
            LiveServing::Alias { alias, .. } => alias.revision.is_some(),
            LiveServing::Latest => {
                self.latest.as_ref().is_some_and(|latest| latest.revision.is_some() && !is_under_way(latest))
            }
            // Nothing was there that could have a RevisionId.
            LiveServing::AliasAbsent => false,
        };
        has_guard && ports.clock.monotonic() - self.seen < GLIMPSE_LASTS
    }

    /// Whether a decision that was made with it is guarded: it ends in a write that Lambda refuses if what was seen is
    /// not so any more. A decision that writes nothing must be made with a look.
    pub(crate) fn guards(decision: &Decision) -> bool {
        matches!(decision, Decision::Deploy { .. })
    }
}

/// Everything that a plan depends on; `None` when the function does not exist. An update that is under way is waited
/// for first.
///
/// # Errors
/// When AWS does not let us read, or the update does not end in time.
pub(crate) async fn observe(
    ports: &Ports<'_>,
    target: &Target,
    patience: Duration,
) -> Result<Option<Live>, OperationError> {
    let Some(function) = settled(ports, target, patience).await? else { return Ok(None) };
    let serving = match &target.serving {
        Serving::Latest => LiveServing::Latest,
        Serving::Alias(_) => observe_serving(ports, target).await?.1,
    };
    surroundings(ports, target, function, serving).await.map(Some)
}

/// As [`observe`], without asking again for what `glimpse` holds.
///
/// # Errors
/// As [`observe`].
pub(crate) async fn observe_rest(
    ports: &Ports<'_>,
    target: &Target,
    glimpse: Glimpse,
    patience: Duration,
) -> Result<Option<Live>, OperationError> {
    let function = match glimpse.latest {
        Some(latest) => latest,
        None => match settled(ports, target, patience).await? {
            Some(function) => function,
            None => return Ok(None),
        },
    };
    surroundings(ports, target, function, glimpse.serving).await.map(Some)
}

/// Who else has to do with a function: its unqualified callers and its code-signing configuration.
async fn surroundings(
    ports: &Ports<'_>,
    target: &Target,
    function: LiveFunction,
    serving: LiveServing,
) -> Result<Live, OperationError> {
    let name = &target.function;
    let unqualified_callers = match &target.serving {
        Serving::Latest => Vec::new(),
        Serving::Alias(_) => ports
            .lambda
            .unqualified_callers(name)
            .await
            .map_err(attempt(format!("reading who calls {name} without a qualifier")))?,
    };
    let signing = match function.package {
        shipway_core::live::Package::Zip => ports
            .lambda
            .code_signing(name)
            .await
            .map_err(attempt(format!("reading the code-signing configuration of {name}")))?,
        shipway_core::live::Package::Image => CodeSigning::Absent,
    };
    Ok(Live { function, serving, unqualified_callers, signing })
}

/// `$LATEST`, once nothing is under way there; `None` when the function does not exist.
///
/// # Errors
/// When AWS does not let us read, or it does not settle in time.
pub(crate) async fn settled(
    ports: &Ports<'_>,
    target: &Target,
    patience: Duration,
) -> Result<Option<LiveFunction>, OperationError> {
    let mut pause = Pause::new(ports, patience);
    loop {
        let Some(function) = get_function(ports, &target.function, &Qualifier::Unqualified).await? else {
            return Ok(None);
        };
        if !is_under_way(&function) {
            return Ok(Some(function));
        }
        pause.wait(&format!("the update of {} that is under way", target.function)).await?;
    }
}

/// Whether Lambda is still at it. An absent LastUpdateStatus means that the function is being created (reference §1.3).
pub(crate) fn is_under_way(function: &LiveFunction) -> bool {
    match (&function.state, &function.update) {
        (State::Failed { .. }, _) => false,
        (State::Pending, _) | (_, None | Some(UpdateStatus::InProgress)) => true,
        _ => false,
    }
}

/// GetFunction.
///
/// # Errors
/// When AWS does not let us read.
pub(crate) async fn get_function(
    ports: &Ports<'_>,
    name: &FunctionName,
    qualifier: &Qualifier,
) -> Result<Option<LiveFunction>, OperationError> {
    ports.lambda.get_function(name, qualifier).await.map_err(attempt(format!("reading function {name}")))
}

/// Whether the version that the ledger says runs is still there with its code. Lambda is only asked where the alias shows
/// something else.
///
/// # Errors
/// When AWS does not let us read.
pub(crate) async fn recorded_version(
    ports: &Ports<'_>,
    target: &Target,
    running: &Running,
    live: Option<&Live>,
) -> Result<RecordedVersion, OperationError> {
    let Version::Published(number) = running.lambda_version else { return Ok(RecordedVersion::There) };
    let is_it = |function: &LiveFunction| {
        function.version == running.lambda_version && function.code_sha256 == running.build.artifact.code_sha256()
    };
    let Some(live) = live else { return Ok(RecordedVersion::Gone) };
    if live.reached().is_some_and(is_it) {
        return Ok(RecordedVersion::There);
    }
    let found = get_function(ports, &target.function, &Qualifier::Version(number)).await?;
    Ok(if found.as_ref().is_some_and(is_it) { RecordedVersion::There } else { RecordedVersion::Gone })
}

/// Waits between two looks, longer each time, and not for ever.
pub(crate) struct Pause<'a> {
    ports: &'a Ports<'a>,
    begun: Duration,
    patience: Duration,
    next: Duration,
}

impl<'a> Pause<'a> {
    /// Starts the time.
    #[must_use]
    pub(crate) fn new(ports: &'a Ports<'a>, patience: Duration) -> Self {
        Self { ports, begun: ports.clock.monotonic(), patience, next: FIRST_LOOK }
    }

    /// Waits for `what`.
    ///
    /// # Errors
    /// [`OperationError::TimedOut`] when the patience is used up.
    pub(crate) async fn wait(&mut self, what: &str) -> Result<(), OperationError> {
        if self.ports.clock.monotonic() - self.begun >= self.patience {
            return Err(OperationError::TimedOut { what: what.to_owned(), seconds: self.patience.as_secs() });
        }
        self.ports.clock.sleep(self.next).await;
        self.next = self.next.mul_f64(1.5).min(LAST_LOOK);
        Ok(())
    }
}

impl std::fmt::Debug for Pause<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Pause").field("next", &self.next).finish_non_exhaustive()
    }
}
