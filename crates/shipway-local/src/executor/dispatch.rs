//! The executor: which environment handles an invocation, how many there are, and when they end.
//!
//! An invocation takes an idle environment of the same function, version, code and revision if there is one, or starts
//! one. Two semaphores bound how many invocations run at once, in total and for a function; what may exist beyond those
//! that are busy is idle, and the one that has been idle longest goes when a new one needs its place. So the number of
//! environments does not exceed [`ExecutorSettings::maximum_environments`], but for those that are just being ended.
//! How many processes a function starts itself is not limited: the system's own limit counts per user, and not at all
//! for root.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;

use base64::Engine as _;
use tokio::sync::{OnceCell, Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::answer::Failure;
use super::bootstraps::Bootstraps;
use super::environment::{Environment, Handling, Means, StartError};
use super::interpreter::Interpreters;
use super::invocation::{Invocation, Outcome};
use super::java_client::JavaClient;
use super::pool::{Key, Pool};
use super::process::Life;
use super::runtime_api::Work;
use super::settings::ExecutorSettings;
use super::trace::{Trace, Verdict, failure_of};

/// How long [`Executor::shutdown`] waits for the last process.
const SHUTDOWN_PATIENCE: Duration = Duration::from_secs(20);

/// Runs functions. Cheap to clone; the clones share everything. Wants a tokio runtime with I/O and time.
///
/// When the last clone is dropped, or this process ends in whatever way, the functions' processes end as well;
/// [`Executor::shutdown`] also waits for that.
#[derive(Clone)]
pub struct Executor {
    inner: Arc<Inner>,
}

struct Inner {
    settings: ExecutorSettings,
    supervisor: Arc<[OsString]>,
    interpreters: Interpreters,
    bootstraps: OnceCell<Bootstraps>,
    java_client: OnceCell<JavaClient>,
    pool: Mutex<Pool>,
    busy: Semaphore,
    busy_per_function: Mutex<HashMap<String, Arc<Semaphore>>>,
    closing: watch::Sender<Closing>,
    /// How many processes exist.
    alive: Arc<watch::Sender<usize>>,
    janitor: OnceLock<JoinHandle<()>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closing {
    No,
    Yes,
}

/// Counts a process as long as it exists.
struct Alive(Arc<watch::Sender<usize>>);

impl Alive {
    fn new(count: &Arc<watch::Sender<usize>>) -> Alive {
        count.send_modify(|alive| *alive += 1);
        Alive(Arc::clone(count))
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.send_modify(|alive| *alive -= 1);
    }
}

impl fmt::Debug for Executor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Executor").field("settings", &self.inner.settings).finish_non_exhaustive()
    }
}

impl Executor {
    /// Starts nothing yet.
    pub fn new(settings: ExecutorSettings) -> Executor {
        let inner = Inner {
            supervisor: settings.supervisor.clone().into(),
            interpreters: Interpreters::default(),
            bootstraps: OnceCell::new(),
            java_client: OnceCell::new(),
            pool: Mutex::default(),
            busy: Semaphore::new(settings.maximum_environments.max(1)),
            busy_per_function: Mutex::default(),
            closing: watch::Sender::new(Closing::No),
            alive: Arc::new(watch::Sender::new(0)),
            janitor: OnceLock::new(),
            settings,
        };
        Executor { inner: Arc::new(inner) }
    }

    /// Runs one invocation to its end, which its timeout bounds. Every failure is an [`Outcome`]. When the returned
    /// future is dropped the function is ended.
    pub async fn invoke(&self, invocation: Invocation) -> Outcome {
        self.inner.janitor.get_or_init(|| tokio::spawn(retire_idle(Arc::downgrade(&self.inner))));
        let mut closing = self.inner.closing.subscribe();
        tokio::select! {
            biased;
            _ = closing.wait_for(|closing| *closing == Closing::Yes) => {
                Trace::new(&invocation).refused("Shipway.ExecutorClosed", "the server is ending")
            }
            outcome = self.inner.invoke(&invocation) => outcome,
        }
    }

    /// Ends a function's idle processes now and its busy ones after what they are at. For a function whose code folder
    /// is about to go.
    pub async fn retire(&self, function_name: &str) {
        let ended = self.inner.pool().retire(function_name);
        end_all(ended).await;
    }

    /// Ends every process, busy ones as well, and returns when they are gone. Invocations under way end with an error.
    pub async fn shutdown(&self) {
        self.inner.closing.send_replace(Closing::Yes);
        let idle = self.inner.pool().close();
        drop(idle);
        let mut alive = self.inner.alive.subscribe();
        let all_gone = alive.wait_for(|alive| *alive == 0);
        if tokio::time::timeout(SHUTDOWN_PATIENCE, all_gone).await.is_err() {
            tracing::warn!("function processes are left that do not end");
        }
    }

    /// How many function processes exist, busy or idle.
    pub fn processes(&self) -> usize {
        *self.inner.alive.borrow()
    }
}

impl Inner {
    fn pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn function_semaphore(&self, function_name: &str) -> Arc<Semaphore> {
        let mut all = self.busy_per_function.lock().unwrap_or_else(PoisonError::into_inner);
        let limit = self.settings.maximum_environments_per_function.max(1);
        Arc::clone(all.entry(function_name.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(limit))))
    }

    /// A function of its own, so that the lock is released before anything is awaited.
    fn take_idle(&self, key: &Key) -> Option<Environment> {
        self.pool().take(key)
    }

    async fn invoke(&self, invocation: &Invocation) -> Outcome {
        let function = self.function_semaphore(&invocation.function_name);
        // The semaphores are never closed; both permits are held until the answer is there.
        let _function_permit = function.acquire().await;
        let _permit = self.busy.acquire().await;

        let key = self.pool().key(invocation);
        while let Some(mut environment) = self.take_idle(&key) {
            let trace = Trace::new(invocation);
            let before = environment.take_log();
            match environment.handle(work(invocation), invocation.timeout).await {
                // Nothing has happened yet as far as the function is concerned.
                Handling::NotTaken => drop(environment.end().await),
                handling => {
                    return self.conclude(trace.started(before), key, environment, handling).await;
                }
            }
        }
        self.invoke_cold(invocation, key).await
    }

    async fn invoke_cold(&self, invocation: &Invocation, key: Key) -> Outcome {
        self.make_room().await;
        let mut trace = Trace::new(invocation);
        let mut environment = match self.start(invocation).await {
            Ok(environment) => environment,
            Err(error) => return trace.not_started(&error),
        };
        for remark in environment.remarks() {
            trace.log.extend_from_slice(format!("[shipway] {} {remark}\n", invocation.function_name).as_bytes());
        }
        let grace = self.settings.initialization_time;
        let initialized = environment.initialize(grace + invocation.timeout).await;
        let mut trace = trace.started(environment.take_log());
        let took = match initialized {
            Ok(took) => took,
            Err(handling) => return self.conclude(trace, key, environment, handling).await,
        };
        trace.initialization = Some(took);
        trace.start = Instant::now();
        let limit = invocation.timeout.saturating_sub(took.saturating_sub(grace));
        let handling = match environment.handle(work(invocation), limit).await {
            // It ended between asking for its first event and getting it.
            Handling::NotTaken => Handling::Over(Life::SupervisorLost),
            handling => handling,
        };
        self.conclude(trace, key, environment, handling).await
    }

    /// Ends idle environments until there is a place for one more.
    async fn make_room(&self) {
        let surplus = self.pool().surplus(self.busy.available_permits());
        end_all(surplus).await;
    }

    async fn start(&self, invocation: &Invocation) -> Result<Environment, StartError> {
        let scratch = &self.settings.scratch;
        let write = || async { Bootstraps::write(scratch) };
        let bootstraps = self.bootstraps.get_or_try_init(write).await.map_err(|source| StartError::Local {
            attempt: format!("write the runtime clients below {}", scratch.display()),
            source,
        })?;
        let means = Means {
            settings: &self.settings,
            supervisor: Arc::clone(&self.supervisor),
            interpreters: &self.interpreters,
            bootstraps,
            java_client: &self.java_client,
        };
        Environment::start(&means, invocation, Alive::new(&self.alive)).await
    }

    /// Turns the end of an invocation into its outcome, and keeps or ends the environment.
    async fn conclude(&self, mut trace: Trace<'_>, key: Key, environment: Environment, handling: Handling) -> Outcome {
        let duration = trace.start.elapsed();
        let peak_megabytes;
        match handling {
            Handling::Response(_) | Handling::Error(_) | Handling::ResponseTooLarge => {
                trace.log.extend(environment.take_log());
                peak_megabytes = environment.peak_megabytes();
                self.keep(key, environment).await;
            }
            Handling::Over(_) | Handling::TimedOut | Handling::FailedToLoad(_) | Handling::NotTaken => {
                let ending = environment.end().await;
                trace.log.extend(ending.log);
                peak_megabytes = ending.peak_megabytes;
            }
        }
        match handling {
            Handling::Response(body) => trace.finish(duration, peak_megabytes, Verdict::Answer(body.into())),
            Handling::Error(body) | Handling::FailedToLoad(body) => {
                trace.finish(duration, peak_megabytes, Verdict::Error(body.into()))
            }
            Handling::ResponseTooLarge => {
                trace.finish(duration, peak_megabytes, Verdict::Failure(Failure::response_too_large()))
            }
            Handling::TimedOut => {
                let duration = duration.min(trace.invocation.timeout);
                trace.finish(duration, peak_megabytes, Verdict::TimedOut)
            }
            Handling::Over(life) => {
                let failure = failure_of(trace.invocation, life);
                trace.finish(duration, peak_megabytes, Verdict::Failure(failure))
            }
            Handling::NotTaken => {
                let failure = failure_of(trace.invocation, Life::SupervisorLost);
                trace.finish(duration, peak_megabytes, Verdict::Failure(failure))
            }
        }
    }

    /// Makes an environment available again, unless its function was retired meanwhile.
    async fn keep(&self, key: Key, environment: Environment) {
        let unwanted = self.pool().give(key, environment);
        if let Some(environment) = unwanted {
            environment.end().await;
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(janitor) = self.janitor.get() {
            janitor.abort();
        }
    }
}

async fn end_all(environments: Vec<Environment>) {
    for environment in environments {
        environment.end().await;
    }
}

/// Ends what has been idle for too long, for as long as there is an executor.
async fn retire_idle(inner: Weak<Inner>) {
    loop {
        let Some(idle_time) = inner.upgrade().map(|inner| inner.settings.idle_time) else {
            return;
        };
        tokio::time::sleep(idle_time.div_f64(4.0).max(Duration::from_millis(10))).await;
        let Some(inner) = inner.upgrade() else { return };
        let Some(moment) = Instant::now().checked_sub(idle_time) else {
            continue;
        };
        let unwanted = inner.pool().idle_since_before(moment);
        drop(inner);
        end_all(unwanted).await;
    }
}

fn work(invocation: &Invocation) -> Work {
    Work {
        request_id: invocation.request_id.clone(),
        invoked_arn: invocation.invoked_arn.clone(),
        trace_id: invocation.trace_id.clone(),
        client_context: invocation.client_context.as_deref().and_then(client_context),
        timeout: invocation.timeout,
        payload: invocation.payload.clone().into(),
    }
}

/// The client context as JSON on one line, as it must be to travel in a header; absent when it is no JSON.
fn client_context(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    let json: serde_json::Value = if text.starts_with('{') {
        serde_json::from_str(text).ok()?
    } else {
        serde_json::from_slice(&base64::engine::general_purpose::STANDARD.decode(text).ok()?).ok()?
    };
    serde_json::to_vec(&json).ok()
}
