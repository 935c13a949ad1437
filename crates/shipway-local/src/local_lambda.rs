//! The embedded Lambda of one state folder, before anybody can reach it over HTTP.

use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use shipway_lambda_model::{Action, Code, CodeRefusal, Model, Request, Response, ZIPPED_LIMIT};
use thiserror::Error;
use tokio::{
    sync::{Semaphore, watch},
    task::JoinSet,
};

use crate::{
    code_store::{CodeStore, Kept},
    entropy::SystemEntropy,
    executor::Executor,
    objects,
    observer::{Faults, InjectedFault},
    settings::LocalSettings,
    state_folder::{StateError, StateFolder},
};

/// Why a request could not be handled for reasons of our own. It is answered with a 500.
#[derive(Debug, Error)]
pub(crate) enum LocalError {
    #[error("the state cannot be read or kept")]
    State(#[source] StateError),
    #[error("the code cannot be kept")]
    Code(#[source] io::Error),
    #[error("the work was abandoned")]
    Abandoned(#[source] tokio::task::JoinError),
}

/// An embedded Lambda. Cheap to clone; the clones share everything.
#[derive(Clone)]
pub struct LocalLambda {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) folder: PathBuf,
    pub(crate) settings: LocalSettings,
    pub(crate) executor: Executor,
    pub(crate) code: CodeStore,
    pub(crate) queue: Arc<Semaphore>,
    pub(crate) events: tokio::sync::Mutex<JoinSet<()>>,
    pub(crate) closing: watch::Sender<bool>,
    state: Mutex<StateFolder>,
    faults: Mutex<Faults>,
}

impl fmt::Debug for LocalLambda {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalLambda").field("folder", &self.inner.folder).finish_non_exhaustive()
    }
}

impl LocalLambda {
    /// Opens a state folder, or creates it.
    ///
    /// # Errors
    /// The folder cannot be used, or belongs to another account or region.
    pub fn open(folder: &Path, settings: LocalSettings) -> Result<LocalLambda, StateError> {
        let state = StateFolder::open(folder, settings.model_settings())?;
        let inner = Inner {
            folder: folder.to_owned(),
            executor: Executor::new(settings.executor.clone()),
            code: CodeStore::new(folder),
            queue: Arc::new(Semaphore::new(settings.maximum_queued_events)),
            events: tokio::sync::Mutex::default(),
            closing: watch::Sender::new(false),
            state: Mutex::new(state),
            faults: Mutex::default(),
            settings,
        };
        Ok(LocalLambda { inner: Arc::new(inner) })
    }

    /// The state folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.inner.folder
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &LocalSettings {
        &self.inner.settings
    }

    /// Makes the next calls of an operation end otherwise. For tests.
    pub fn inject(&self, fault: InjectedFault) {
        self.inner.faults().inject(fault);
    }

    /// Looks at the control plane's state, or arranges it for a test: [`Model::fail_next`] and its like. What it
    /// changes is kept like a request's changes. It blocks, on other processes too.
    ///
    /// # Errors
    /// The folder cannot be read or written.
    pub fn with_model<T>(&self, change: impl FnOnce(&mut Model) -> T) -> Result<T, StateError> {
        self.inner.state().transact(|model| {
            model.settle(now());
            change(model)
        })
    }

    /// Ends everything: no request is let in any more, accepted events are waited for (within
    /// [`LocalSettings::shutdown_patience`]), and every function process is gone when this returns.
    pub async fn shutdown(&self) {
        self.inner.closing.send_replace(true);
        let mut events = self.inner.events.lock().await;
        let all = async { while events.join_next().await.is_some() {} };
        if tokio::time::timeout(self.inner.settings.shutdown_patience, all).await.is_err() {
            tracing::warn!("events that were accepted did not come to their end");
        }
        events.shutdown().await;
        self.inner.executor.shutdown().await;
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, StateFolder> {
        // A panic in between left no half change: the folder forgets its state until a change is through.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What IAM would be asked. It needs names only, not the state.
    pub(crate) fn action(&self, request: &Request) -> Action {
        Model::new(self.settings.model_settings()).action(request)
    }

    /// Puts what the request's code is into the request: fetched, checked, kept.
    pub(crate) async fn resolve_code(self: &Arc<Self>, request: &mut Request) -> Result<(), LocalError> {
        let Some(code) = request.code_mut() else {
            return Ok(());
        };
        let zip = match std::mem::take(code) {
            Code::Zip(zip) if zip.len() as u64 >= ZIPPED_LIMIT => {
                *code = Code::Refused(CodeRefusal::ZippedTooLarge);
                return Ok(());
            }
            Code::Zip(zip) => zip,
            Code::Object(object) => match objects::fetch(&self.settings.objects, &object).await {
                Ok(zip) => zip,
                Err(refusal) => {
                    *code = Code::Refused(refusal);
                    return Ok(());
                }
            },
            other => {
                *code = other;
                return Ok(());
            }
        };
        let store = self.code.clone();
        let kept = tokio::task::spawn_blocking(move || store.keep(&zip))
            .await
            .map_err(LocalError::Abandoned)?
            .map_err(LocalError::Code)?;
        *code = match kept {
            Kept::Package(package) => Code::Package(package),
            Kept::Refused(refusal) => Code::Refused(refusal),
        };
        Ok(())
    }

    /// Handles a request whose code is resolved. When this returns, its effect is on disk.
    pub(crate) async fn handle(self: &Arc<Self>, request: Request) -> Result<Response, LocalError> {
        let inner = Arc::clone(self);
        let work = move || inner.state().transact(|model| model.handle(&request, now(), &mut SystemEntropy));
        tokio::task::spawn_blocking(work).await.map_err(LocalError::Abandoned)?.map_err(LocalError::State)
    }
}

/// Milliseconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| u64::try_from(since.as_millis()).ok())
        .unwrap_or_default()
}
