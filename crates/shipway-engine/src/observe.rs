//! Looking at a function, its alias and its callers: reads only.

use std::time::Duration;

use shipway_core::live::{CodeSigning, LiveFunction, State, UpdateStatus};
use shipway_core::names::{FunctionName, Qualifier, Serving, Target};
use shipway_core::plan::{Live, LiveServing};

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
    let (_, serving) = match &target.serving {
        Serving::Latest => (None, LiveServing::Latest),
        Serving::Alias(_) => observe_serving(ports, target).await?,
    };
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
    Ok(Some(Live { function, serving, unqualified_callers, signing }))
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
