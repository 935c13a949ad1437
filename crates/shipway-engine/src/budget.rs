//! One rate budget for all calls to Lambda in an account and region.
//!
//! Lambda allows 100 GetFunction and 15 other control-plane calls a second, shared by everybody in the account and
//! not to be raised (AWS Lambda quotas; reference §4.1). So calls are spaced out from the start, faster while all goes
//! well, half as fast after each 429. Throttled calls were not carried out and are sent again, a bounded number of
//! times. Reads are also sent again when no answer came; writes never: whether they happened is settled by observing.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::time::Duration;

use async_trait::async_trait;
use shipway_core::digest::ArtifactDigest;
use shipway_core::names::{AliasName, FunctionName, LayerName, Qualifier, VersionNumber};

use crate::ports::{
    ArtifactFile, CallError, CallErrorKind, Clock, CodeSigning, CodeStorage, CreateAlias, Entropy, EventSourceMapping,
    Examination, FunctionUrl, Invocation, InvocationResult, Lambda, LiveAlias, LiveFunction, LiveLayerVersion,
    PolicyStatement, Provisioned, PublishLayerVersion, PublishVersion, PublishedVersion, UnqualifiedCaller,
    UpdateAlias, UpdateFunctionCode, VersionRemoval,
};

/// How often a throttled call, or a read without an answer, is sent before its last error is handed on.
pub const ATTEMPTS: u32 = 8;

/// Calls a second, for one of Lambda's pools.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// At the start.
    pub start: f64,
    /// Never more than this.
    pub most: f64,
    /// Never less than this.
    pub least: f64,
}

/// The rates of both pools.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// GetFunction.
    pub get_function: Rate,
    /// Everything else but Invoke.
    pub others: Rate,
}

impl Rates {
    /// For AWS: below the quotas, since others use the account too.
    pub const AWS: Self = Self {
        get_function: Rate { start: 30.0, most: 80.0, least: 1.0 },
        others: Rate { start: 8.0, most: 14.0, least: 0.5 },
    };
    /// For a Lambda of one's own, which has no quota.
    pub const EMBEDDED: Self = Self {
        get_function: Rate { start: 10_000.0, most: 10_000.0, least: 10.0 },
        others: Rate { start: 10_000.0, most: 10_000.0, least: 10.0 },
    };
}

/// One pool: when the next call may go out, and how far apart calls are.
#[derive(Debug)]
struct Pool {
    rate: Rate,
    current: f64,
    next: Duration,
}

impl Pool {
    fn new(rate: Rate) -> Self {
        Self { rate, current: rate.start, next: Duration::ZERO }
    }

    /// Takes the next place for as many requests as one call makes; how long to wait for it.
    fn take(&mut self, now: Duration, requests: u32) -> Duration {
        let place = self.next.max(now);
        self.next = place + Duration::from_secs_f64(f64::from(requests) / self.current);
        place - now
    }

    fn went_well(&mut self) {
        self.current = (self.current + 0.1).min(self.rate.most);
    }

    fn was_throttled(&mut self, now: Duration) {
        self.current = (self.current / 2.0).max(self.rate.least);
        self.next = self.next.max(now + Duration::from_secs_f64(1.0 / self.current));
    }
}

/// Whether a call may be sent again when nobody knows whether it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    Read,
    Write,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PoolName {
    GetFunction,
    Others,
}

/// What one call of the port takes from the budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cost {
    pool: PoolName,
    requests: u32,
}

const GET_FUNCTION: Cost = Cost { pool: PoolName::GetFunction, requests: 1 };
const ONE_OTHER: Cost = Cost { pool: PoolName::Others, requests: 1 };
/// GetPolicy has a quota of its own, as large as that of the pool; GetFunctionUrlConfig and ListEventSourceMappings are
/// in it.
const UNQUALIFIED_CALLERS: Cost = Cost { pool: PoolName::Others, requests: 2 };

/// A Lambda whose calls keep to a budget.
pub struct BudgetedLambda<'a> {
    lambda: &'a dyn Lambda,
    clock: &'a dyn Clock,
    entropy: &'a dyn Entropy,
    get_function: RefCell<Pool>,
    others: RefCell<Pool>,
}

impl std::fmt::Debug for BudgetedLambda<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("BudgetedLambda").field("others", &self.others).finish_non_exhaustive()
    }
}

impl<'a> BudgetedLambda<'a> {
    /// Puts `lambda` under a budget.
    #[must_use]
    pub fn new(lambda: &'a dyn Lambda, clock: &'a dyn Clock, entropy: &'a dyn Entropy, rates: Rates) -> Self {
        Self {
            lambda,
            clock,
            entropy,
            get_function: RefCell::new(Pool::new(rates.get_function)),
            others: RefCell::new(Pool::new(rates.others)),
        }
    }

    fn pool(&self, name: PoolName) -> &RefCell<Pool> {
        match name {
            PoolName::GetFunction => &self.get_function,
            PoolName::Others => &self.others,
        }
    }

    async fn call<T, F>(&self, cost: Cost, effect: Effect, mut send: F) -> Result<T, CallError>
    where
        F: AsyncFnMut(&dyn Lambda) -> Result<T, CallError>,
    {
        self.paced(cost, effect, async || send(self.lambda).await).await
    }

    async fn paced<T, F>(&self, cost: Cost, effect: Effect, mut send: F) -> Result<T, CallError>
    where
        F: AsyncFnMut() -> Result<T, CallError>,
    {
        let mut attempt = 1;
        loop {
            let pool = self.pool(cost.pool);
            let wait = pool.borrow_mut().take(self.clock.monotonic(), cost.requests);
            if !wait.is_zero() {
                self.clock.sleep(wait).await;
            }
            let error = match send().await {
                Ok(answer) => {
                    pool.borrow_mut().went_well();
                    return Ok(answer);
                }
                Err(error) => error,
            };
            if error.kind == CallErrorKind::Throttled {
                pool.borrow_mut().was_throttled(self.clock.monotonic());
            }
            if attempt == ATTEMPTS || !may_send_again(error.kind, effect) {
                return Err(error);
            }
            self.clock.sleep(backoff(attempt, self.entropy.fraction())).await;
            attempt += 1;
        }
    }
}

/// | what became of it | read | write |
/// |---|---|---|
/// | throttled, not sent | again | again |
/// | unknown | again | never |
/// | anything else | never | never |
fn may_send_again(kind: CallErrorKind, effect: Effect) -> bool {
    match kind {
        CallErrorKind::Throttled | CallErrorKind::NotSent => true,
        CallErrorKind::Unknown => effect == Effect::Read,
        _ => false,
    }
}

/// Full jitter: anything up to 100 ms doubled with each attempt, at most 5 s.
fn backoff(attempt: u32, fraction: f64) -> Duration {
    let most = Duration::from_millis(100).saturating_mul(1 << attempt.min(10)).min(Duration::from_secs(5));
    most.mul_f64(fraction)
}

#[async_trait(?Send)]
impl Lambda for BudgetedLambda<'_> {
    async fn get_function(
        &self,
        function: &FunctionName,
        qualifier: &Qualifier,
    ) -> Result<Option<LiveFunction>, CallError> {
        self.call(GET_FUNCTION, Effect::Read, async |lambda| lambda.get_function(function, qualifier).await).await
    }

    async fn get_alias(&self, function: &FunctionName, alias: &AliasName) -> Result<Option<LiveAlias>, CallError> {
        self.call(ONE_OTHER, Effect::Read, async |lambda| lambda.get_alias(function, alias).await).await
    }

    async fn list_function_names(&self) -> Result<Vec<FunctionName>, CallError> {
        self.call(ONE_OTHER, Effect::Read, async |lambda| lambda.list_function_names().await).await
    }

    async fn unqualified_callers(&self, function: &FunctionName) -> Result<Vec<UnqualifiedCaller>, CallError> {
        self.call(UNQUALIFIED_CALLERS, Effect::Read, async |lambda| lambda.unqualified_callers(function).await).await
    }

    async fn code_signing(&self, function: &FunctionName) -> Result<CodeSigning, CallError> {
        self.call(ONE_OTHER, Effect::Read, async |lambda| lambda.code_signing(function).await).await
    }

    async fn update_function_code(&self, request: &UpdateFunctionCode) -> Result<LiveFunction, CallError> {
        self.call(ONE_OTHER, Effect::Write, async |lambda| lambda.update_function_code(request).await).await
    }

    async fn publish_version(&self, request: &PublishVersion) -> Result<LiveFunction, CallError> {
        self.call(ONE_OTHER, Effect::Write, async |lambda| lambda.publish_version(request).await).await
    }

    async fn create_alias(&self, request: &CreateAlias) -> Result<LiveAlias, CallError> {
        self.call(ONE_OTHER, Effect::Write, async |lambda| lambda.create_alias(request).await).await
    }

    async fn update_alias(&self, request: &UpdateAlias) -> Result<LiveAlias, CallError> {
        self.call(ONE_OTHER, Effect::Write, async |lambda| lambda.update_alias(request).await).await
    }

    async fn publish_layer_version(&self, request: &PublishLayerVersion) -> Result<LiveLayerVersion, CallError> {
        self.call(ONE_OTHER, Effect::Write, async |lambda| lambda.publish_layer_version(request).await).await
    }

    async fn get_layer_version(&self, layer: &LayerName, number: u64) -> Result<Option<LiveLayerVersion>, CallError> {
        self.call(ONE_OTHER, Effect::Read, async |lambda| lambda.get_layer_version(layer, number).await).await
    }

    async fn list_layer_versions(&self, layer: &LayerName) -> Result<Vec<u64>, CallError> {
        self.call(ONE_OTHER, Effect::Read, async |lambda| lambda.list_layer_versions(layer).await).await
    }

    async fn invoke(&self, request: &Invocation) -> Result<InvocationResult, CallError> {
        // Invocations have quotas of their own, and one without an answer may have run: no budget, no second try.
        self.lambda.invoke(request).await
    }

    async fn fetch_code(
        &self,
        function: &FunctionName,
        qualifier: &Qualifier,
        expected: &ArtifactDigest,
    ) -> Result<ArtifactFile, CallError> {
        self.call(GET_FUNCTION, Effect::Read, async |lambda| lambda.fetch_code(function, qualifier, expected).await)
            .await
    }
}

/// An examination, and a removal, whose calls keep to the budget of a Lambda.
pub struct BudgetedHousekeeping<'a> {
    lambda: &'a BudgetedLambda<'a>,
    examination: &'a dyn Examination,
    removal: &'a dyn VersionRemoval,
}

impl std::fmt::Debug for BudgetedHousekeeping<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("BudgetedHousekeeping").field("lambda", &self.lambda).finish_non_exhaustive()
    }
}

impl<'a> BudgetedHousekeeping<'a> {
    /// Puts both under the budget of `lambda`.
    #[must_use]
    pub fn new(
        lambda: &'a BudgetedLambda<'a>,
        examination: &'a dyn Examination,
        removal: &'a dyn VersionRemoval,
    ) -> Self {
        Self { lambda, examination, removal }
    }

    async fn read<T>(
        &self,
        mut send: impl AsyncFnMut(&dyn Examination) -> Result<T, CallError>,
    ) -> Result<T, CallError> {
        self.lambda.paced(ONE_OTHER, Effect::Read, async || send(self.examination).await).await
    }
}

#[async_trait(?Send)]
impl Examination for BudgetedHousekeeping<'_> {
    async fn list_versions(&self, function: &FunctionName) -> Result<Vec<PublishedVersion>, CallError> {
        self.read(async |examination| examination.list_versions(function).await).await
    }

    async fn list_aliases(&self, function: &FunctionName) -> Result<Vec<LiveAlias>, CallError> {
        self.read(async |examination| examination.list_aliases(function).await).await
    }

    async fn policy(&self, function: &FunctionName, qualifier: &Qualifier) -> Result<Vec<PolicyStatement>, CallError> {
        self.read(async |examination| examination.policy(function, qualifier).await).await
    }

    async fn function_url(&self, function: &FunctionName) -> Result<Option<FunctionUrl>, CallError> {
        self.read(async |examination| examination.function_url(function).await).await
    }

    async fn event_source_mappings(&self, function: &FunctionName) -> Result<Vec<EventSourceMapping>, CallError> {
        self.read(async |examination| examination.event_source_mappings(function).await).await
    }

    async fn versions_with_event_sources(&self, function: &FunctionName) -> Result<BTreeSet<VersionNumber>, CallError> {
        self.read(async |examination| examination.versions_with_event_sources(function).await).await
    }

    async fn provisioned_concurrency(&self, function: &FunctionName) -> Result<Vec<Provisioned>, CallError> {
        self.read(async |examination| examination.provisioned_concurrency(function).await).await
    }

    async fn code_storage(&self) -> Result<Option<CodeStorage>, CallError> {
        self.read(async |examination| examination.code_storage().await).await
    }
}

#[async_trait(?Send)]
impl VersionRemoval for BudgetedHousekeeping<'_> {
    async fn delete_version(&self, function: &FunctionName, version: VersionNumber) -> Result<(), CallError> {
        let send = async || self.removal.delete_version(function, version).await;
        self.lambda.paced(ONE_OTHER, Effect::Write, send).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_spaced_and_the_rate_adapts() {
        let mut pool = Pool::new(Rate { start: 10.0, most: 10.1, least: 1.0 });
        assert_eq!(pool.take(Duration::ZERO, 1), Duration::ZERO);
        assert_eq!(pool.take(Duration::ZERO, 1), Duration::from_millis(100));
        assert_eq!(pool.take(Duration::from_secs(1), 2), Duration::ZERO);
        for _ in 0..100 {
            pool.went_well();
        }
        assert!((pool.current - 10.1).abs() < 1e-9);
        for _ in 0..10 {
            pool.was_throttled(Duration::ZERO);
        }
        assert!((pool.current - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_write_of_which_nobody_knows_is_never_sent_again() {
        assert!(!may_send_again(CallErrorKind::Unknown, Effect::Write));
        assert!(may_send_again(CallErrorKind::Unknown, Effect::Read));
        assert!(may_send_again(CallErrorKind::Throttled, Effect::Write));
        assert!(!may_send_again(CallErrorKind::Precondition, Effect::Read));
    }
}
