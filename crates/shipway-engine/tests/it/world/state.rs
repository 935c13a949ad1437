//! Everything that is in a world.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;
use std::task::Waker;
use std::time::Duration;

use futures::future::LocalBoxFuture;
use shipway_core::digest::{ArtifactDigest, SourceDigest};
use shipway_core::names::Commit;
use shipway_engine::ports::{CachedBuild, Event, Versioning};
use shipway_lambda_model::{Delays, Entropy as _, Model, Reply, Request, SeededEntropy, Settings};

use super::executor::ProcessState;
use super::{Call, ProcessId, Trap};

pub(crate) const ACCOUNT: &str = "111111111111";
pub(crate) const REGION: &str = "eu-west-1";
/// The moment at which every world begins, in seconds since the epoch.
const BEGINNING: u64 = 1_764_000_000;

/// A world. Clones are the same world.
#[derive(Clone)]
pub(crate) struct World {
    pub(super) things: Rc<RefCell<Things>>,
    pub(super) tasks: Rc<RefCell<BTreeMap<ProcessId, LocalBoxFuture<'static, ()>>>>,
}

pub(super) struct Things {
    pub(super) model: Model,
    pub(super) model_entropy: SeededEntropy,
    pub(super) chance: SeededEntropy,
    pub(super) now: Duration,
    pub(super) timers: BTreeMap<(Duration, u64), Waker>,
    pub(super) sequence: u64,
    pub(super) processes: BTreeMap<ProcessId, ProcessState>,
    pub(super) held: BTreeMap<(ProcessId, usize), Option<Waker>>,
    pub(super) log: Vec<Call>,
    pub(super) traps: Vec<Trap>,
    pub(super) objects: BTreeMap<String, Object>,
    pub(super) artifacts: BTreeMap<ArtifactDigest, Vec<u8>>,
    /// Whether Lambda can fetch from the store.
    pub(super) bucket: Option<String>,
    /// Whether the store keeps what is overwritten.
    pub(super) versioning: Versioning,
    /// The bytes of every zip that Lambda was ever given, by CodeSha256.
    pub(super) zips: BTreeMap<String, Vec<u8>>,
    pub(super) parents: BTreeMap<Commit, Vec<Commit>>,
    /// Files on machines, by host and path.
    pub(super) disk: BTreeMap<(String, PathBuf), Vec<u8>>,
    pub(super) cache: BTreeMap<(String, SourceDigest), CachedBuild>,
    pub(super) events: Vec<(ProcessId, Event)>,
    /// An operation whose RevisionId Lambda never gets to see: to prove that the guard is what protects.
    pub(super) unguarded: Option<&'static str>,
    /// What STS says.
    pub(super) account: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) bytes: Vec<u8>,
    pub(super) tag: u64,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let mut settings = Settings::new(ACCOUNT, REGION);
        settings.delays = Delays { publish: 150, ..Delays::default() };
        Self::with(settings, seed)
    }

    pub(crate) fn with(settings: Settings, seed: u64) -> Self {
        let mut chance = SeededEntropy::new(seed);
        let things = Things {
            model: Model::new(settings),
            model_entropy: SeededEntropy::new(chance.next_u64()),
            chance,
            now: Duration::ZERO,
            timers: BTreeMap::new(),
            sequence: 0,
            processes: BTreeMap::new(),
            held: BTreeMap::new(),
            log: Vec::new(),
            traps: Vec::new(),
            objects: BTreeMap::new(),
            artifacts: BTreeMap::new(),
            bucket: None,
            versioning: Versioning::Enabled,
            zips: BTreeMap::new(),
            parents: super::project::history(),
            disk: BTreeMap::new(),
            cache: BTreeMap::new(),
            events: Vec::new(),
            unguarded: None,
            account: ACCOUNT.to_owned(),
        };
        Self { things: Rc::new(RefCell::new(things)), tasks: Rc::default() }
    }

    /// Another world that is just like this one, in which nobody runs.
    pub(crate) fn fork(&self) -> Self {
        assert!(self.tasks.borrow().is_empty(), "processes cannot be copied");
        let things = self.with_things(|things| Things {
            model: things.model.clone(),
            model_entropy: things.model_entropy.clone(),
            chance: things.chance.clone(),
            now: things.now,
            timers: BTreeMap::new(),
            sequence: things.sequence,
            processes: things.processes.clone(),
            held: BTreeMap::new(),
            log: things.log.clone(),
            traps: Vec::new(),
            objects: things.objects.clone(),
            artifacts: things.artifacts.clone(),
            bucket: things.bucket.clone(),
            versioning: things.versioning,
            zips: things.zips.clone(),
            parents: things.parents.clone(),
            disk: things.disk.clone(),
            cache: things.cache.clone(),
            events: things.events.clone(),
            unguarded: things.unguarded,
            account: things.account.clone(),
        });
        Self { things: Rc::new(RefCell::new(things)), tasks: Rc::default() }
    }

    /// Lets `change` at the things.
    pub(super) fn with_things<T>(&self, change: impl FnOnce(&mut Things) -> T) -> T {
        change(&mut self.things.borrow_mut())
    }

    /// Arranges for something to happen.
    pub(crate) fn set(&self, trap: Trap) {
        self.with_things(|things| things.traps.push(trap));
    }

    /// Takes every arrangement back.
    pub(crate) fn clear_traps(&self) {
        self.with_things(|things| things.traps.clear());
    }

    /// Hides the RevisionId of every call of `operation` from Lambda.
    pub(crate) fn strip_guard(&self, operation: &'static str) {
        self.with_things(|things| things.unguarded = Some(operation));
    }

    /// Says what STS says.
    pub(crate) fn credentials_for(&self, account: &str) {
        self.with_things(|things| account.clone_into(&mut things.account));
    }

    /// Makes the store one that Lambda can fetch from.
    pub(crate) fn store_in_s3(&self) {
        self.with_things(|things| things.bucket = Some("artifacts".to_owned()));
    }

    /// Lets time pass while nobody does anything.
    /// The bucket forgets what is overwritten.
    pub(crate) fn store_without_versions(&self) {
        self.with_things(|things| things.versioning = Versioning::Disabled);
    }

    pub(crate) fn pass(&self, duration: Duration) {
        self.with_things(|things| things.now += duration);
    }

    pub(crate) fn now(&self) -> Duration {
        self.with_things(|things| things.now)
    }

    /// Sends a request to Lambda as somebody else would.
    pub(crate) fn ask(&self, request: Request) -> Result<Reply, shipway_lambda_model::ApiError> {
        self.with_things(|things| things.send(&request))
    }
}

impl Things {
    pub(super) fn send(&mut self, request: &Request) -> Result<Reply, shipway_lambda_model::ApiError> {
        let now = self.milliseconds();
        self.model.handle(request, now, &mut self.model_entropy).result
    }

    pub(super) fn milliseconds(&self) -> u64 {
        BEGINNING * 1000 + u64::try_from(self.now.as_millis()).unwrap()
    }
}
